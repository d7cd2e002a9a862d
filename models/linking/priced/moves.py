"""Moves that improve a plan: a relocation, or a ring of exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.linking.priced.closure import Reach
from models.linking.priced.layout import BoolArray
from models.linking.priced.legs import Leg, crossings_of, legs_of
from models.linking.priced.passes import FAR, Tables
from models.linking.priced.state import AnyInt, Places
from models.linking.problem import IntArray

_NEVER = 1 << 50
"""Cost of what cannot be, in points x scale; sums of a few stay in 64 bits."""
_PAIRS_AT_A_TIME = 1 << 19
"""Effort: rings that are continued together."""


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """Some households of a kind from one cell to another, each by a shortest chain."""

    kind: int
    count: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """Steps that together seem to gain; the estimate is not a promise."""

    loss: int
    """In points x scale, negative."""
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Rings:
    """Rings under way."""

    visited: IntArray
    """Municipalities in order, shape (n, depth)."""
    used: IntArray
    """Legs in order, the last one about to leave, shape (n, depth)."""
    cost: IntArray


def find_moves(
    places: Places,
    reach: dict[int, Reach],
    chained: dict[int, AnyInt],
    tables: Tables,
    *,
    depth: int,
    width: int,
    most: int,
    near: BoolArray | None = None,
) -> list[Move]:
    """Rings of at most ``depth`` municipalities that seem to gain, the best first.

    Parameters
    ----------
    places, reach
        The plan and its moves.
    chained
        Loss of each kind by chains, shape (C, C), perhaps of a moment ago.
    tables
        Prices, which make partial rings comparable.
    depth
        Municipalities in a ring.
    width
        Rings followed per depth.
    most
        Moves returned per depth, shared among the municipalities where they begin.
    near
        If given, shape (M,): only rings that visit one of these municipalities.

    Returns
    -------
    list
        Moves in order of their estimate.

    Notes
    -----
    A ring is a sequence of legs, each arriving where the next leaves; "nobody" is a leg, so a
    plain relocation is a ring of two. A ring that gains has a starting point from which every
    part of it gains [1]_; with prices charged in each municipality few parts do, and only those
    are followed.

    References
    ----------
    .. [1] P. M. Thompson and H. N. Psaraftis, "Cyclic transfer algorithms for multivehicle
       routing and scheduling problems", Operations Research 41 (1993), 935-946.
    """
    legs = legs_of(places)
    charge, release = _prices(tables, legs)
    travel = _travel(places, reach, chained, legs, charge, release, tables.scale)
    crossing = crossings_of(places, legs, charge, release, tables.scale, _NEVER).cost
    moves: list[Move] = []
    rings = _begin(travel, crossing)
    for level in range(2, depth + 1):
        closed, kept = [], []
        for part in rings:
            closed.append(_keep_best(_visiting(_close(part, travel, crossing), near), most))
            if level < depth:
                kept.append(_keep_best(part, width))
        if closed:
            moves += _as_moves(_keep_best(_join(closed), most), legs, len(places.persons))
        if not kept:
            break
        rings = _extend(_keep_best(_join(kept), width), travel, crossing)
    return sorted(moves)


def _prices(tables: Tables, legs: list[Leg]) -> tuple[IntArray, IntArray]:
    """What a leg is charged on arrival and gets back on leaving, each of shape (L, M)."""
    municipalities = tables.persons.shape[1]
    charge = np.zeros((len(legs), municipalities), dtype=np.int64)
    release = np.zeros_like(charge)
    for i, leg in enumerate(legs):
        if leg.count:
            person, home = tables.persons[leg.kind], tables.dwelling[leg.kind]
            home = np.where(home < FAR, home, 0)
            charge[i] = leg.count * (person + (0 if leg.to_bare else home))
            release[i] = leg.count * (person + (0 if leg.from_bare else home))
    return charge, release


def _travel(
    places: Places,
    reach: dict[int, Reach],
    chained: dict[int, AnyInt],
    legs: list[Leg],
    charge: IntArray,
    release: IntArray,
    scale: int,
) -> IntArray:
    """Loss of each leg between municipalities less what prices give back, shape (L, M, M)."""
    municipalities = len(places.persons)
    travel = np.full((len(legs), municipalities, municipalities), _NEVER, dtype=np.int64)
    for i, leg in enumerate(legs):
        if not leg.count:
            travel[i] = 0
        else:
            one = reach[leg.kind]
            rows = one.node[municipalities * leg.from_bare :][:municipalities]
            cols = one.node[municipalities * leg.to_bare :][:municipalities]
            loss = chained[leg.kind][np.ix_(rows, cols)].astype(np.int64)
            priced = loss * (leg.count * scale) + charge[i][None, :] - release[i][:, None]
            takes_part = (rows >= 0)[:, None] & (cols >= 0)
            travel[i] = np.where(takes_part & (loss < one.far // 2), priced, _NEVER)
        np.fill_diagonal(travel[i], _NEVER)
    return travel


def _begin(travel: IntArray, crossing: IntArray) -> Iterator[_Rings]:
    """All pairs of a leg and the next one that gain so far, leg by leg."""
    easiest = crossing.min(axis=1)
    for i in range(len(travel)):
        a, b = np.nonzero(travel[i] + easiest[i] < 0)
        cost = travel[i, a, b][:, None] + crossing[i][:, b].T
        row, out = np.nonzero(cost < 0)
        visited = np.stack([a[row], b[row]], axis=1)
        used = np.stack([np.full(len(row), i, dtype=np.int64), out], axis=1)
        yield _Rings(visited, used, cost[row, out])


def _join(parts: list[_Rings]) -> _Rings:
    return _Rings(
        np.concatenate([part.visited for part in parts]),
        np.concatenate([part.used for part in parts]),
        np.concatenate([part.cost for part in parts]),
    )


def _fair_share(start: IntArray, cost: IntArray, most: int) -> IntArray:
    """The best of those that begin in the same municipality, about equally many of each."""
    order = np.lexsort((cost, start))
    if len(order) <= most:
        return order
    begins = np.searchsorted(start[order], start[order], side="left")
    share = max(1, most // len(np.unique(start)))
    return order[np.arange(len(order)) - begins < share]


def _keep_best(rings: _Rings, width: int) -> _Rings:
    best = _fair_share(rings.visited[:, 0], rings.cost, width)
    return _Rings(rings.visited[best], rings.used[best], rings.cost[best])


def _close(rings: _Rings, travel: IntArray, crossing: IntArray) -> _Rings:
    """Rings that gain when their last leg returns to the start."""
    start, at, out = rings.visited[:, 0], rings.visited[:, -1], rings.used[:, -1]
    cost = rings.cost + travel[out, at, start] + crossing[out, rings.used[:, 0], start]
    gains = cost < 0
    return _Rings(rings.visited[gains], rings.used[gains], cost[gains])


def _visiting(rings: _Rings, near: BoolArray | None) -> _Rings:
    """Rings that visit one of the municipalities."""
    if near is None:
        return rings
    there = near[rings.visited].any(axis=1)
    return _Rings(rings.visited[there], rings.used[there], rings.cost[there])


def _as_moves(rings: _Rings, legs: list[Leg], municipalities: int) -> list[Move]:
    """Closed rings as steps."""
    moves = []
    for way, used, cost in zip(
        rings.visited.tolist(), rings.used.tolist(), rings.cost.tolist(), strict=True
    ):
        steps = tuple(
            Step(
                legs[i].kind,
                legs[i].count,
                a + municipalities * legs[i].from_bare,
                b + municipalities * legs[i].to_bare,
            )
            for i, a, b in zip(used, way, way[1:] + way[:1], strict=True)
            if legs[i].count
        )
        moves.append(Move(cost, steps))
    return moves


def _extend(rings: _Rings, travel: IntArray, crossing: IntArray) -> Iterator[_Rings]:
    """Rings with one more municipality that still gain, some at a time."""
    easiest = crossing.min(axis=1)
    step = max(1, _PAIRS_AT_A_TIME // travel.shape[1])
    for low in range(0, len(rings.cost), step):
        part = slice(low, low + step)
        out = rings.used[part, -1]
        so_far = travel[out, rings.visited[part, -1]] + rings.cost[part, None]
        so_far[np.arange(len(out))[:, None], rings.visited[part]] = _NEVER
        row, at = np.nonzero(so_far + easiest[out] < 0)
        cost = so_far[row, at][:, None] + crossing[out[row], :, at]
        which, leaves = np.nonzero(cost < 0)
        parent = low + row[which]
        longer = _Rings(
            np.column_stack([rings.visited[parent], at[which]]),
            np.column_stack([rings.used[parent], leaves]),
            cost[which, leaves],
        )
        yield _one_each(longer, len(travel))


def _one_each(rings: _Rings, legs: int) -> _Rings:
    """The cheapest of the rings that share start, first leg, place and leaving leg."""
    municipalities = int(rings.visited.max(initial=0)) + 1
    begin = rings.visited[:, 0] * legs + rings.used[:, 0]
    key = (begin * municipalities + rings.visited[:, -1]) * legs + rings.used[:, -1]
    order = np.lexsort((rings.cost, key))
    kept = order[np.flatnonzero(np.diff(key[order], prepend=-1))]
    return _Rings(rings.visited[kept], rings.used[kept], rings.cost[kept])
