"""Households grouped by what they need of a municipality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.linking.problem import IntArray, LinkProblem

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Kinds of households: equal size, equal room and equal need of a dwelling."""

    kind: IntArray
    """Kind of each household, shape (H,)."""
    size: IntArray
    """Persons of a household of each kind, shape (K,)."""
    needs: BoolArray
    """Whether a kind takes a dwelling, shape (K,)."""
    suits: BoolArray
    """Whether class s suits kind k, shape (K, S); all false where none is needed."""
    lack_cost: IntArray
    """Points lost by household h without a dwelling; prohibitive where that is no plan, (H,)."""
    hall: BoolArray
    """Kinds that live off the classes of family r alone, shape (R, K)."""
    room: IntArray
    """Dwellings of the classes of family r in municipality m, shape (M, R)."""

    @property
    def kinds(self) -> int:
        """How many kinds there are."""
        return len(self.size)

    def members(self, kind: int) -> IntArray:
        """Households of a kind, ascending."""
        return np.flatnonzero(self.kind == kind)


def layout_of(problem: LinkProblem) -> Layout:
    """Group the households of ``problem``.

    Parameters
    ----------
    problem
        Any linking problem.

    Returns
    -------
    Layout
        Kinds in order of room, then of size, then those without need of a dwelling.
    """
    # Who needs more room than for those present is of another kind; classes are handed out in
    # the order of room.
    width = int(problem.sizes.max(initial=0)) + 1
    code = 2 * (problem.housed_sizes * width + problem.sizes) + ~problem.needs_dwelling
    codes, kind = np.unique(code, return_inverse=True)
    size, needs = codes // 2 % width, codes % 2 == 0
    room_for = (codes // 2 // width)[:, None]
    suits = (problem.class_min <= room_for) & (room_for <= problem.class_max)
    suits &= needs[:, None]
    hall, room = _families(suits, problem.dwellings)
    return Layout(
        kind=np.asarray(kind, dtype=np.int64).reshape(-1),
        size=np.asarray(size, dtype=np.int64),
        needs=needs,
        suits=suits,
        lack_cost=_lack_cost(problem),
        hall=hall,
        room=room,
    )


def prohibitive(problem: LinkProblem) -> int:
    """Points that no change of municipality is worth."""
    if not problem.points.size:
        return 1
    spread = int(problem.points.max()) - int(problem.points.min())
    quota = problem.quota
    dearest = max(quota.short_beyond, quota.short_first, quota.over_beyond, quota.over_first)
    largest = int(problem.sizes.max(initial=1))
    return 4 * (spread + 2 * largest * dearest) + 1


def _lack_cost(problem: LinkProblem) -> IntArray:
    if problem.may_lack_dwelling:
        cost = problem.without_dwelling.astype(np.int64)
    else:
        cost = np.full(len(problem.sizes), prohibitive(problem), dtype=np.int64)
    return np.where(problem.needs_dwelling, cost, 0)


def _families(suits: BoolArray, dwellings: IntArray) -> tuple[BoolArray, IntArray]:
    """Unions of the classes that kinds can use, and who has nothing else.

    Notes
    -----
    By Hall's theorem the households of a municipality can all be housed iff no union of
    neighbourhoods has fewer dwellings than households that live off it alone; there are at most
    2^K unions, 21 to 27 for nested ranges of sizes.
    """
    classes = suits.shape[1]
    bits = [sum(1 << s for s in range(classes) if row[s]) for row in suits]
    unions = {0}
    for one in bits:
        unions |= {other | one for other in unions}
    ordered = sorted(unions - {0})
    hall = np.array([[b != 0 and b | u == u for b in bits] for u in ordered], dtype=np.bool_)
    room = np.array(
        [dwellings[:, [s for s in range(classes) if u >> s & 1]].sum(axis=1) for u in ordered],
        dtype=np.int64,
    )
    return hall.reshape(len(ordered), len(bits)), room.reshape(len(ordered), len(dwellings)).T
