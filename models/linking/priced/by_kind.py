"""A plan for groups, kind by kind: each an exact flow while the other kinds stand still."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.linking.groups import GroupedPlan, GroupedProblem
from models.linking.priced.layout import Layout
from models.linking.priced.passes import CLOSED, FAR, Tables, row_chunks
from models.linking.problem import NO_DWELLING, IntArray, QuotaPenalty
from models.solution import SolverDisagreementError
from models.solver.flow import min_cost_flow

_WINDOW_POINTS = 300
"""Regret beyond which a pair is no arc, as long as a household may lack a dwelling."""
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
    grouped: GroupedProblem, layout: Layout, tables: Tables, guide: NDArray[np.float64], sweeps: int
) -> Crowd:
    """Place all kinds near a guide, then each anew with the others as they stand.

    Parameters
    ----------
    grouped, layout
        The problem and its kinds.
    tables
        Prices; they say which pairs are worth an arc.
    guide
        About how many of kind k go to m, shape (K, M).
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
    households go first; singles, most of all households, then make the persons come out.
    """
    crowd = nobody_yet(grouped, layout)
    order = sorted(range(layout.kinds), key=lambda k: (-int(layout.size[k]), k))
    arcs = {kind: _arcs(grouped, layout, tables, kind) for kind in order}
    due = np.zeros(guide.shape[1])
    for kind in order:
        size = int(layout.size[kind])
        due += size * guide[kind]
        # What larger kinds have too many or too few of, this one makes up for.
        wanted = np.rint((due - crowd.persons) / size).astype(np.int64)
        most = int(grouped.number[layout.members(kind)].sum())
        lengths = np.stack([np.clip(wanted, 0, most), np.full(len(wanted), most)])
        costs = np.stack([np.zeros_like(wanted), np.full_like(wanted, size * _ASTRAY)])
        near = replace(arcs[kind], value=arcs[kind].net)
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
    """Pairs of a kind that are worth an arc, and where each group would lack a dwelling."""

    row: IntArray
    where: IntArray
    value: IntArray
    net: IntArray
    """Value less prices, in whole points."""
    bare_at: IntArray
    bare_value: IntArray


def _arcs(grouped: GroupedProblem, layout: Layout, tables: Tables, kind: int) -> _Arcs:
    problem, who = grouped.one_each, layout.members(kind)
    window = _WINDOW_POINTS * tables.scale if problem.may_lack_dwelling else FAR
    rows, wheres, values, nets, bare_at, bare_value = [], [], [], [], [], []
    for part in row_chunks(len(who), problem.shape[1]):
        some = who[part]
        points = problem.points[some].astype(np.int64)
        bare = points * tables.scale - tables.persons[kind]
        bare[~problem.allowed[some]] = CLOSED
        net = bare - np.minimum(tables.dwelling[kind], tables.lacking[some, None])
        at = bare.argmax(axis=1)
        bare_at.append(at)
        bare_value.append(points[np.arange(len(some)), at] - layout.lack_cost[some])
        near = (net >= net.max(axis=1, keepdims=True) - window) & problem.allowed[some]
        near &= tables.dwelling[kind] < FAR
        row, where = np.nonzero(near)
        rows.append(row + part.start)
        wheres.append(where)
        values.append(points[row, where])
        nets.append(net[row, where] // tables.scale)
    return _Arcs(*map(np.concatenate, (rows, wheres, values, nets, bare_at, bare_value)))


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
        (7, M), costs not falling.
    """
    corners = np.stack([quota.target - quota.margin, quota.target, quota.target + quota.margin])
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
    flows = min_cost_flow(
        np.concatenate([arcs.row, np.arange(groups), door + place, inside + pieces_at]),
        np.concatenate(
            [
                door + arcs.where,
                inside + arcs.bare_at,
                inside + place,
                np.full(lengths.size, sink),
            ]
        ),
        np.concatenate(
            [np.minimum(number[arcs.row], room[arcs.where]), number, room, lengths.ravel()]
        ),
        np.concatenate(
            [-arcs.value, -arcs.bare_value, np.zeros(municipalities, np.int64), costs.ravel()]
        ),
        np.concatenate([number, np.zeros(2 * municipalities, np.int64), [-number.sum()]]),
    )
    housed = np.flatnonzero(flows[: len(arcs.row)])
    bare = np.flatnonzero(flows[len(arcs.row) : len(arcs.row) + groups])
    group = np.concatenate([who[arcs.row[housed]], who[bare]])
    where = np.concatenate([arcs.where[housed], arcs.bare_at[bare]])
    count = np.concatenate([flows[housed], flows[len(arcs.row) + bare]])
    stands = np.repeat([1, 0], [len(housed), len(bare)])
    if not layout.needs[kind]:
        stands[:] = 1
    return group, where, stands, count


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
    columns = np.array(sorted(entries), dtype=np.int64).reshape(-1, 4).T
    return GroupedPlan(columns[0], columns[1], columns[2], columns[3])
