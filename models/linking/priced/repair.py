"""An old plan made to hold in a changed problem, with as little change as can be."""

from __future__ import annotations

import numpy as np

from models.linking.priced.layout import BoolArray, Layout
from models.linking.priced.passes import net_rows, row_chunks, tables_of
from models.linking.priced.state import Places, place
from models.linking.problem import IntArray, LinkPlan, LinkPrices, LinkProblem

NOWHERE = -1
"""Municipality, in an old plan, of a household that the old plan did not know."""


def repaired(
    problem: LinkProblem, layout: Layout, prices: LinkPrices, old: LinkPlan
) -> tuple[Places, IntArray]:
    """Keep who can stay, send the others where they net most, and house as many as can be.

    Parameters
    ----------
    problem, layout
        The changed problem and its kinds.
    prices
        Prices of the old plan; they say where those go who cannot stay.
    old
        A plan with the same rows and columns; its classes are given out anew.

    Returns
    -------
    Places
        A plan that respects dwellings and open municipalities.
    IntArray
        Municipalities where something is other than in ``old``, ascending.

    Notes
    -----
    Who of a municipality is housed is decided by the points lost without a dwelling, the most
    first: sets that can be housed together are those of a transversal matroid, so this loses
    least [1]_.

    References
    ----------
    .. [1] J. Edmonds and D. R. Fulkerson, "Transversals and matroid partition", Journal of
       Research of the National Bureau of Standards 69B (1965), 147-153.
    """
    everyone = np.arange(len(problem.sizes))
    known = old.municipality != NOWHERE
    stays = known & problem.allowed[everyone, np.where(known, old.municipality, 0)]
    where = np.where(stays, old.municipality, _best_places(problem, layout, prices, ~stays))
    lacked = layout.needs[layout.kind] & (old.dwelling_class < 0)
    lacks = np.where(stays, lacked, layout.needs[layout.kind])
    places = place(problem, layout, where, lacks)
    crowded: BoolArray = np.asarray((places.spare() < 0).any(axis=1))
    crowded[where[lacks]] = True
    for municipality in np.flatnonzero(crowded).tolist():
        _house(places, municipality)
    touched = np.concatenate(
        [where[~stays], old.municipality[known & ~stays], where[stays & (lacks != places.lacks)]]
    )
    return places, np.unique(touched)


def _best_places(
    problem: LinkProblem, layout: Layout, prices: LinkPrices, who: BoolArray
) -> IntArray:
    """Municipality where each of ``who`` nets most; 0 for the others, shape (H,)."""
    tables = tables_of(problem, layout, prices)
    best = np.zeros(len(who), dtype=np.int64)
    households, municipalities, _ = problem.shape
    for rows in row_chunks(households, municipalities):
        if who[rows].any():
            best[rows] = net_rows(problem, layout, tables, rows).argmax(axis=1)
    return best


def _house(places: Places, municipality: int) -> None:
    """Give the dwellings of one municipality to those who lose most without."""
    layout = places.layout
    who = np.flatnonzero((places.where == municipality) & layout.needs[layout.kind])
    room = layout.room[municipality].copy()
    municipalities = len(places.persons)
    order = np.lexsort((who, places.lacks[who], -layout.lack_cost[who]))
    for household in who[order].tolist():
        families = layout.hall[:, layout.kind[household]]
        suits = layout.suits[layout.kind[household]].any()
        housed = bool(suits) and bool((room[families] > 0).all())
        if housed:
            room[families] -= 1
        places.move(household, municipality + (0 if housed else municipalities))
