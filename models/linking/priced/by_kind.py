"""A plan for groups, kind by kind: each an exact flow while the other kinds stand still."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.linking.groups import GroupedPlan, GroupedProblem
from models.linking.priced.dual import Counts
from models.linking.priced.layout import BoolArray, Layout
from models.linking.priced.passes import CLOSED, FAR, Tables, row_chunks
from models.linking.problem import NO_DWELLING, IntArray, LinkProblem, QuotaPenalty
from models.solution import SolverDisagreementError
from models.solver.flow import min_cost_flow

_WINDOW_POINTS = 300
"""Regret beyond which a pair is no arc, as long as a household may lack a dwelling."""
_BARE_POINTS = 150
"""Points below a group's best place without a dwelling at which it may still go without one.

Where many of a group find no dwelling, one municipality for all of them would stand far beyond
its target.
"""
_HOUSED = 5
"""Points by which a dwelling is preferred at first: at prices it is often worth no more than lack.

A dwelling that stays empty at first goes to another kind, and then nobody can give it back alone.
"""
_EPSILON = 1e-6
"""What floating point may leave below a whole number."""
_ASTRAY = 20
"""Points per person beyond the guide, while the kinds are placed for the first time."""


@dataclass(slots=True, eq=False)
class Crowd:
    """Where the households of each kind stand, and what that leaves to the others."""

    persons: IntArray
    """Persons in m, shape (M,)."""
    housed: IntArray
    """Households of kind k that hold a dwelling in m, shape (M, K)."""
    standing: dict[int, tuple[IntArray, IntArray, IntArray, IntArray]]
    """Of each kind: group, municipality, whether housed (1) or not (0), households."""

    def own_persons(self, layout: Layout, kind: int) -> IntArray:
        """Persons of one kind in m, shape (M,)."""
        own = np.zeros_like(self.persons)
        if kind in self.standing:
            _, where, _, count = self.standing[kind]
            np.add.at(own, where, count * layout.size[kind])
        return own

    def stand(self, layout: Layout, kind: int, entries: tuple[IntArray, ...]) -> None:
        """Let a kind stand otherwise."""
        group, where, housed, count = entries
        self.persons -= self.own_persons(layout, kind)
        self.standing[kind] = (group, where, housed, count)
        self.persons += self.own_persons(layout, kind)
        self.housed[:, kind] = 0
        np.add.at(self.housed[:, kind], where, count * housed)


def nobody_yet(grouped: GroupedProblem, layout: Layout) -> Crowd:
    """Nobody placed."""
    municipalities = grouped.one_each.shape[1]
    none = np.zeros((municipalities, layout.kinds), dtype=np.int64)
    return Crowd(np.zeros(municipalities, dtype=np.int64), none, {})


def place_kinds(
    grouped: GroupedProblem, layout: Layout, tables: Tables, guide: Counts, sweeps: int
) -> Crowd:
    """Place all kinds near a guide, then each anew with the others as they stand.

    Parameters
    ----------
    grouped, layout
        The problem and its kinds.
    tables
        Prices; they say which pairs are worth an arc.
    guide
        About how many of each kind go where.
    sweeps
        How often each kind is placed anew.

    Returns
    -------
    Crowd
        A plan that respects dwellings and open municipalities.

    Notes
    -----
    With the others standing still a kind is a transport problem: the penalty of a quota is
    convex in the number of its households, so a flow finds its best places exactly. Larger
    households go first; singles, most of all households, then make the persons come out. What
    the guide houses of kinds still to come stays free for them.
    """
    crowd = nobody_yet(grouped, layout)
    # Dwellings of kinds still to come are kept for them: prices alone would not.
    crowd.housed[:] = np.floor(guide.housed.T + _EPSILON)
    order = sorted(range(layout.kinds), key=lambda k: (-int(layout.size[k]), k))
    arcs = {kind: _arcs(grouped, layout, tables, kind) for kind in order}
    due = np.zeros(guide.here.shape[1])
    for kind in order:
        size = int(layout.size[kind])
        due += size * guide.here[kind]
        # What larger kinds have too many or too few of, this one makes up for.
        wanted = np.rint((due - crowd.persons) / size).astype(np.int64)
        most = int(grouped.number[layout.members(kind)].sum())
        lengths = np.stack([np.clip(wanted, 0, most), np.full(len(wanted), most)])
        costs = np.stack([np.zeros_like(wanted), np.full_like(wanted, size * _ASTRAY)])
        prefers = _HOUSED * (np.arange(len(arcs[kind].net)) < arcs[kind].housed)
        near = replace(arcs[kind], value=arcs[kind].net + prefers)
        crowd.stand(layout, kind, _flow(grouped, layout, crowd, kind, near, lengths, costs))
    for _ in range(sweeps):
        for kind in order:
            _place_anew(grouped, layout, crowd, kind, arcs[kind])
    return crowd


def worth(grouped: GroupedProblem, layout: Layout, crowd: Crowd) -> int:
    """Points of a crowd, with the effective cost of lacking a dwelling."""
    problem, total = grouped.one_each, 0
    for group, where, housed, count in crowd.standing.values():
        each = problem.points[group, where].astype(np.int64)
        total += int(((each - layout.lack_cost[group] * (1 - housed)) * count).sum())
    return total - int(problem.quota.at(crowd.persons).sum())


@dataclass(frozen=True, slots=True, eq=False)
class _Arcs:
    """Pairs of a kind that are worth an arc, housed first, then those without a dwelling."""

    row: IntArray
    where: IntArray
    value: IntArray
    net: IntArray
    """Value less prices, in whole points."""
    housed: int
    """How many of the pairs are housed."""


def _arcs(grouped: GroupedProblem, layout: Layout, tables: Tables, kind: int) -> _Arcs:
    problem, who = grouped.one_each, layout.members(kind)
    housed, lacking = [], []
    for part in row_chunks(len(who), problem.shape[1]):
        some = who[part]
        closed = ~problem.allowed[some]
        points = problem.points[some].astype(np.int64)
        bare = points * tables.scale - tables.persons[kind]
        net = bare - tables.dwelling[kind]
        bare -= tables.scale * layout.lack_cost[some, None]
        net[closed | (tables.dwelling[kind] >= FAR)] = CLOSED
        bare[closed] = CLOSED
        near, near_bare = _near(problem, layout, tables, kind, net, bare)
        row, where = np.nonzero(near)
        housed.append((row + part.start, where, points[row, where], net[row, where]))
        row, where = np.nonzero(near_bare)
        value = points[row, where] - layout.lack_cost[some[row]]
        lacking.append((row + part.start, where, value, bare[row, where]))
    row, where, value, net = map(np.concatenate, zip(*housed, *lacking, strict=True))
    return _Arcs(row, where, value, net // tables.scale, sum(len(one[0]) for one in housed))


def _near(
    problem: LinkProblem, layout: Layout, tables: Tables, kind: int, net: IntArray, bare: IntArray
) -> tuple[BoolArray, BoolArray]:
    """Pairs worth an arc with a dwelling and without one."""
    top = bare.max(axis=1, keepdims=True)
    best = np.maximum(net.max(axis=1, keepdims=True), top)
    floor = best - _WINDOW_POINTS * tables.scale
    near = (net > CLOSED) & ((net >= floor) | (not problem.may_lack_dwelling))
    near_bare = bare >= np.maximum(floor, top - _BARE_POINTS * tables.scale)
    if not layout.needs[kind]:
        return near, np.zeros_like(near)
    # Everybody has somewhere to go without a dwelling, or there might be no flow at all.
    near_bare[np.arange(len(bare)), bare.argmax(axis=1)] = True
    return near, near_bare & (bare > CLOSED)


def _place_anew(
    grouped: GroupedProblem, layout: Layout, crowd: Crowd, kind: int, arcs: _Arcs
) -> None:
    before, old = worth(grouped, layout, crowd), crowd.standing[kind]
    others = crowd.persons - crowd.own_persons(layout, kind)
    most = int(grouped.number[layout.members(kind)].sum())
    lengths, costs = pieces(grouped.one_each.quota, others, int(layout.size[kind]), most)
    crowd.stand(layout, kind, _flow(grouped, layout, crowd, kind, arcs, lengths, costs))
    if worth(grouped, layout, crowd) < before:
        # It lacked dwellings elsewhere than the arcs allow: as it stood was better.
        crowd.stand(layout, kind, old)


def pieces(
    quota: QuotaPenalty, others: IntArray, size: int, most: int
) -> tuple[IntArray, IntArray]:
    """Change of the penalty by each further household, in pieces where it stays the same.

    Parameters
    ----------
    quota
        Targets and rates.
    others
        Persons in m without these households, shape (M,).
    size
        Persons of each of them.
    most
        How many there are.

    Returns
    -------
    tuple
        Lengths [households] and cost of each household [points] of the pieces, each of shape
        (7, M), or (9, M) under caps; costs not falling.
    """
    corners = np.stack([quota.target - quota.margin, quota.target, quota.target + quota.margin])
    if quota.most is not None:
        corners = np.concatenate([corners, quota.most[None]])
    steps = (corners - others) // size
    ends = [np.zeros_like(steps[:1]), steps, steps + 1, np.full_like(steps[:1], most)]
    bounds = np.sort(np.clip(np.concatenate(ends), 0, most), axis=0)
    lengths = np.diff(bounds, axis=0)
    change = np.diff(quota.at(others + size * bounds), axis=0)
    return lengths, change // np.maximum(lengths, 1)


def _room(layout: Layout, crowd: Crowd, kind: int, most: int) -> IntArray:
    """How many of a kind the others leave dwellings for, shape (M,), by Hall's condition."""
    if not layout.needs[kind]:
        return np.full(len(crowd.persons), most, dtype=np.int64)
    others = crowd.housed.copy()
    others[:, kind] = 0
    left = layout.room - others @ layout.hall.T.astype(np.int64)
    family = layout.hall[:, kind]
    if not layout.suits[kind].any():
        return np.zeros(len(crowd.persons), dtype=np.int64)
    return np.asarray(np.clip(left[:, family].min(axis=1), 0, most), dtype=np.int64)


def _flow(
    grouped: GroupedProblem,
    layout: Layout,
    crowd: Crowd,
    kind: int,
    arcs: _Arcs,
    lengths: IntArray,
    costs: IntArray,
) -> tuple[IntArray, ...]:
    """Best places of a kind: groups, doors to dwellings, municipalities, and their quotas."""
    who = layout.members(kind)
    number, groups, municipalities = grouped.number[who], len(who), len(crowd.persons)
    room = _room(layout, crowd, kind, int(number.sum()))
    place = np.arange(municipalities)
    door, inside, sink = groups, groups + municipalities, groups + 2 * municipalities
    pieces_at = np.broadcast_to(place, lengths.shape).ravel()
    is_housed = np.arange(len(arcs.row)) < arcs.housed
    limit = np.minimum(number[arcs.row], np.where(is_housed, room[arcs.where], number[arcs.row]))
    flows = min_cost_flow(
        np.concatenate([arcs.row, door + place, inside + pieces_at]),
        np.concatenate(
            [
                np.where(is_housed, door, inside) + arcs.where,
                inside + place,
                np.full(lengths.size, sink),
            ]
        ),
        np.concatenate([limit, room, lengths.ravel()]),
        np.concatenate([-arcs.value, np.zeros(municipalities, np.int64), costs.ravel()]),
        np.concatenate([number, np.zeros(2 * municipalities, np.int64), [-number.sum()]]),
    )
    used = np.flatnonzero(flows[: len(arcs.row)])
    stands = (is_housed[used] | ~layout.needs[kind]).astype(np.int64)
    return who[arcs.row[used]], arcs.where[used], stands, flows[used]


def plan_of_crowd(grouped: GroupedProblem, layout: Layout, crowd: Crowd) -> GroupedPlan:
    """Give everybody who stands housed a class.

    Raises
    ------
    SolverDisagreementError
        If a dwelling is missing.

    Notes
    -----
    Sizes in ascending order take, of the classes that suit, the one that ends first, as in
    ``plan_of``; within a kind the lower group gets the smaller dwelling.
    """
    problem = grouped.one_each
    left = problem.dwellings.copy()
    entries: list[tuple[int, int, int, int]] = []
    for kind in sorted(crowd.standing):
        classes = np.flatnonzero(layout.suits[kind])
        classes = classes[np.argsort(problem.class_max[classes], kind="stable")].tolist()
        for g, m, is_housed, count in zip(*(a.tolist() for a in crowd.standing[kind]), strict=True):
            waiting = count
            if not is_housed or not layout.needs[kind]:
                entries.append((g, m, NO_DWELLING, waiting))
                continue
            for cls in classes:
                taken = min(waiting, int(left[m, cls]))
                if taken:
                    left[m, cls] -= taken
                    entries.append((g, m, cls, taken))
                    waiting -= taken
            if waiting:
                raise SolverDisagreementError("somebody who stands housed finds no dwelling left")
    columns = np.array(sorted(entries), dtype=np.int64).reshape(len(entries), 4).T
    return GroupedPlan(columns[0], columns[1], columns[2], columns[3])
