"""The ways in which households may travel, singly or a few of one kind together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.linking.priced.layout import Layout
from models.linking.priced.state import Places
from models.linking.problem import IntArray

_LARGEST_IN_A_BUNDLE = 3
"""Households larger than this travel alone."""


@dataclass(frozen=True, slots=True)
class Leg:
    """Some households of one kind on their way between two municipalities."""

    kind: int
    """-1 for nobody: the way by which a chain of exchanges begins and ends."""
    count: int
    from_bare: bool
    """Whether they stand without a dwelling at the start."""
    to_bare: bool
    """Whether they will at the end."""


NOBODY = Leg(-1, 0, from_bare=False, to_bare=False)


def legs_of(places: Places) -> list[Leg]:
    """All legs of a plan.

    Parameters
    ----------
    places
        The plan.

    Returns
    -------
    list
        Nobody first; each kind alone, between dwellings or, where some of the kind have none,
        in and out of that; then bundles of small households up to the size of the largest.
    """
    layout = places.layout
    legs = [NOBODY]
    housable = ~layout.needs | layout.suits.any(axis=1)
    for kind in range(layout.kinds):
        lacking = bool(places.lacks[layout.members(kind)].any())
        ends = [(False, False)] * bool(housable[kind])
        if lacking:
            ends += [(True, True)] + [(True, False), (False, True)] * bool(housable[kind])
        legs += [Leg(kind, 1, *end) for end in ends]
    legs += _bundles(layout, housable)
    return legs


def _bundles(layout: Layout, housable: NDArray[np.bool_]) -> list[Leg]:
    largest = int(layout.size.max(initial=0))
    return [
        Leg(int(kind), count, from_bare=False, to_bare=False)
        for kind in np.flatnonzero(housable & (layout.size <= _LARGEST_IN_A_BUNDLE))
        for count in range(2, largest // int(layout.size[kind]) + 1)
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Crossings:
    """Cost of one leg arriving while another leaves, in points x scale less prices."""

    cost: IntArray
    """Shape (L, L, M): leg in, leg out, municipality; ``far`` where it cannot be."""
    far: int


def crossings_of(
    places: Places, legs: list[Leg], charge: IntArray, release: IntArray, scale: int, far: int
) -> Crossings:
    """Cost of every pair of legs that meet in a municipality.

    Parameters
    ----------
    places, legs
        The plan and its legs.
    charge, release
        Prices that an arriving leg pays and a leaving one gets back, shape (L, M).
    scale
        Price units per point.
    far
        Cost of what cannot be.

    Returns
    -------
    Crossings
        O(L² M R) for R families of classes.
    """
    layout, spare = places.layout, places.spare()
    size = np.array([leg.count * (layout.size[leg.kind] if leg.count else 0) for leg in legs])
    takes = _dwellings(layout, legs, arriving=True)
    frees = _dwellings(layout, legs, arriving=False)
    present = _present(places, legs)
    cost = np.full((len(legs), len(legs), len(places.persons)), far, dtype=np.int64)
    for i in range(len(legs)):
        change = _penalty_changes(places, size[i] - size) * scale - charge[i] + release
        needed = takes[i] - frees
        fits = np.ones(change.shape, dtype=np.bool_)
        for r in range(spare.shape[1]):
            fits &= (spare[:, r] >= needed[:, r, None]) | (needed[:, r, None] <= 0)
        cost[i] = np.where(fits & present, change, far)
        cost[i, i] = far
    return Crossings(cost, far)


def _dwellings(layout: Layout, legs: list[Leg], *, arriving: bool) -> IntArray:
    """Dwellings that a leg takes or frees of each family of classes, shape (L, R)."""
    result = np.zeros((len(legs), len(layout.hall)), dtype=np.int64)
    for i, leg in enumerate(legs):
        if leg.count and not (leg.to_bare if arriving else leg.from_bare):
            result[i] = leg.count * layout.hall[:, leg.kind]
    return result


def _present(places: Places, legs: list[Leg]) -> NDArray[np.bool_]:
    """Whether a municipality has whom a leg takes away, shape (L, M)."""
    municipalities = len(places.persons)
    bare = np.zeros((municipalities, places.layout.kinds), dtype=np.int64)
    lacking = np.flatnonzero(places.lacks)
    np.add.at(bare, (places.where[lacking], places.layout.kind[lacking]), 1)
    rows = [
        (bare if leg.from_bare else places.housed)[:, leg.kind] >= leg.count
        if leg.count
        else np.ones(municipalities, dtype=np.bool_)
        for leg in legs
    ]
    return np.array(rows, dtype=np.bool_)


def _penalty_changes(places: Places, persons: IntArray) -> IntArray:
    """Change of the quota penalty for several changes of persons, shape (len, M)."""
    quota = places.problem.quota
    after = np.maximum(places.persons[None, :] + persons[:, None], 0)
    return np.asarray(quota.at(after) - quota.at(places.persons))
