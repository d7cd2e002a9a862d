"""A plan brought under caps that improvement alone left broken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.linking.caps import eased_of, is_within_caps, search_caps
from models.linking.priced.improve import ImproveEffort, improve
from models.linking.priced.layout import layout_of
from models.linking.priced.passes import tables_of
from models.linking.priced.repair import NOWHERE, repaired
from models.linking.priced.state import Places, place
from models.linking.problem import NO_DWELLING, UNCAPPED, LinkPlan, LinkPrices

_ROUNDS = 20
"""Effort: rounds of moves that leave fewer persons above the caps."""


def within_caps(places: Places, prices: LinkPrices) -> Places:
    """Seat those who have no way around the caps first, and the others beside them.

    Parameters
    ----------
    places
        A plan in which some municipality has more persons than its cap.
    prices
        They say where those go who have to leave.

    Returns
    -------
    Places
        A plan that keeps every cap where one was found; otherwise the same plan.

    Notes
    -----
    Moves that look at nothing but persons above a cap change least, so they come first. Where
    they end with some, who has no open municipality without a cap goes where the search for
    conflicts found room, and of the others the smallest leave a municipality that is too full,
    for one without a cap.
    """
    problem, layout = places.problem, places.layout
    most = problem.quota.most
    assert most is not None
    nudged = _nudged(places)
    if is_within_caps(problem, nudged.persons):
        lacks = np.where(places.lacks | (nudged.where != places.where), NO_DWELLING, 0)
        seated, _ = repaired(problem, layout, prices, LinkPlan(nudged.where, lacks))
        return seated
    found = search_caps(problem)
    if found.conflict is not None or not found.is_decided:
        return places
    firm = found.where >= 0
    where = np.where(firm, found.where, places.where)
    persons = np.zeros_like(most)
    np.add.at(persons, where, problem.sizes)
    for m in np.flatnonzero(persons > most).tolist():
        leaving = np.flatnonzero((where == m) & ~firm)
        for household in leaving[np.argsort(problem.sizes[leaving], kind="stable")].tolist():
            if persons[m] <= most[m]:
                break
            where[household] = NOWHERE
            persons[m] -= problem.sizes[household]
    allowed = problem.allowed & (firm[:, None] | (most >= UNCAPPED))
    allowed[np.arange(len(where)), np.maximum(where, 0)] |= where != NOWHERE
    lacks = np.where(places.lacks | (where != places.where), NO_DWELLING, 0)
    old = LinkPlan(where, lacks)
    seated, _ = repaired(replace(problem, allowed=allowed), layout, prices, old)
    return place(problem, layout, seated.where, seated.lacks)


def _nudged(places: Places) -> Places:
    """The plan with only those moves made that leave fewer persons above the caps."""
    eased = eased_of(places.problem)
    layout = layout_of(eased)
    near = place(eased, layout, places.where, places.lacks & layout.needs[layout.kind])
    free = LinkPrices(np.zeros_like(places.persons), np.zeros_like(eased.dwellings), 1)
    improve(near, tables_of(eased, layout, free), ImproveEffort(rounds=_ROUNDS))
    return near
