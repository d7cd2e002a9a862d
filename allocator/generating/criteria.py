"""Hard criteria of a minority of the households: where they must, may or may not go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from allocator.generating import priors
from allocator.generating.base import Row
from allocator.generating.draft import Places
from allocator.generating.drawing import IntArray, pick

_FEWEST_NEARBY, _MOST_NEARBY = 3, 15
_MOST_EXCLUDED = 3
_JOINING_SIZES = range(2, 6)


@dataclass(slots=True)
class _Room:
    """Persons that may still be bound to a municipality: at most half of what it must link.

    More would make the quotas a mere sum of the bound households.
    """

    persons: IntArray

    def take(self, place: int, size: int) -> bool:
        if self.persons[place] < size:
            return False
        self.persons[place] -= size
        return True


def draw_criteria(
    places: Places, to_link: IntArray, sizes: IntArray, province: IntArray, rng: Generator
) -> list[Row]:
    """Cells of the hard criteria per household; empty for those who are free.

    Parameters
    ----------
    places
        The municipalities.
    to_link
        Persons still to be linked to each municipality, shape (M,).
    sizes, province
        Persons and province of reception of each household, shape (H,).
    rng
        Stream of the table.

    Notes
    -----
    Whoever is bound is bound to a municipality of the own province, or to a group with one such
    municipality in it, so that a province can be linked by itself.
    """
    kinds = pick(rng, priors.CRITERIA, len(sizes))
    room = _Room(to_link // 2)
    cells: list[Row] = [{} for _ in sizes]
    for h in np.flatnonzero(kinds != priors.FREE):
        own = places.in_province(int(province[h]))
        cells[h] = _cells(int(kinds[h]), int(sizes[h]), own, places, to_link, room, rng)
    return cells


def _cells(
    kind: int,
    size: int,
    own: IntArray,
    places: Places,
    to_link: IntArray,
    room: _Room,
    rng: Generator,
) -> Row:
    """Cells of one household; none where the kind does not apply to it."""
    place = int(own[pick(rng, to_link[own].tolist(), 1)[0]])
    code = places.codes[place]
    if kind == priors.FIXED:
        return {"vaste_gemeente": code} if room.take(place, size) else {}
    if kind == priors.JOINING:
        # Who joins a sponsor is bound to that municipality and needs no dwelling of its own.
        if size not in _JOINING_SIZES or not room.take(place, size):
            return {}
        return {"vaste_gemeente": code, "referent_gemeente": code}
    if kind == priors.IN_REGION:
        region = places.region[place]
        if not region:
            return {}
        same = [i for i, name in enumerate(places.region) if name == region]
        return {"gemeenten_toegestaan": _join(places, same)}
    if kind == priors.NEARBY:
        count = int(rng.integers(_FEWEST_NEARBY, _MOST_NEARBY + 1))
        return {"gemeenten_toegestaan": _join(places, places.nearest(place, count))}
    return _excluded(own, places, to_link, rng)


def _excluded(own: IntArray, places: Places, to_link: IntArray, rng: Generator) -> Row:
    """Up to three municipalities of the province, two with something to link stay open."""
    open_ = own[to_link[own] > 0]
    most = min(_MOST_EXCLUDED, len(open_) - 2)
    if most < 1:
        return {}
    shut = rng.permutation(open_)[: int(rng.integers(1, most + 1))]
    return {"gemeenten_uitgesloten": _join(places, shut.tolist())}


def _join(places: Places, indices: list[int]) -> str:
    return "|".join(sorted(places.codes[i] for i in indices))
