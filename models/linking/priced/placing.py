"""From prices to a first plan, and the best people for given counts: both exact flows."""

from __future__ import annotations

import numpy as np

from models.linking.priced.layout import Layout
from models.linking.priced.passes import CLOSED, FAR, Tables, net_rows, row_chunks, tables_of
from models.linking.priced.state import Places, place
from models.linking.problem import IntArray, LinkPrices, LinkProblem
from models.solver.flow import min_cost_flow

_WINDOW_POINTS = 60
"""Regret beyond which a pair is no arc, as long as a household may lack a dwelling."""
_SAFE = 1 << 60
"""Costs of a flow stay below, with room to spare."""


def place_by_prices(problem: LinkProblem, layout: Layout, prices: LinkPrices) -> Places:
    """Place everyone at fixed prices per person, dwellings exactly.

    Parameters
    ----------
    problem, layout
        The problem and its kinds.
    prices
        Prices; those per person stand in for the quota.

    Returns
    -------
    Places
        A plan that respects dwellings; persons may stray from their targets where households
        are indifferent at these prices.

    Notes
    -----
    With the quota priced, what is left is a transport problem: households to municipality and
    class group, to classes. Lacking a dwelling is one arc per household, to the municipality it
    likes best without one; so there always is a flow. Where lacking is no plan every open pair
    is an arc, and the flow lacks only what cannot be avoided.
    """
    households, municipalities, classes = problem.shape
    if not households:
        return place(problem, layout, np.zeros(0, np.int64), np.zeros(0, np.bool_))
    tables = tables_of(problem, layout, prices)
    who, where, value = _arcs(problem, layout, tables)
    bare_at, bare_value = _bare(problem, layout, tables)
    groups, group = _groups(layout)
    first_group = households
    first_class = first_group + municipalities * len(groups)
    sink = first_class + municipalities * classes
    at, kinds, cls = (
        a.ravel()
        for a in np.meshgrid(
            np.arange(municipalities), *map(np.arange, groups.shape), indexing="ij"
        )
    )
    suits = groups[kinds, cls]
    at, kinds, cls = at[suits], kinds[suits], cls[suits]
    goes = group[layout.kind[who]]
    enter = np.where(goes >= 0, first_group + where * len(groups) + goes, sink)
    everyone = np.arange(households)
    stock = np.arange(municipalities * classes)
    flows = min_cost_flow(
        np.concatenate(
            [who, everyone, first_group + at * len(groups) + kinds, first_class + stock]
        ),
        np.concatenate(
            [
                enter,
                np.full(households, sink),
                first_class + at * classes + cls,
                np.full(len(stock), sink),
            ]
        ),
        np.concatenate(
            [
                np.ones(len(who) + households, np.int64),
                problem.dwellings[at, cls],
                problem.dwellings.ravel(),
            ]
        ),
        np.concatenate([-value, -bare_value, np.zeros(len(at) + len(stock), np.int64)]),
        np.concatenate(
            [np.ones(households, np.int64), np.zeros(sink - households, np.int64), [-households]]
        ),
    )
    chosen = flows[: len(who)] > 0
    lacks = flows[len(who) : len(who) + households] > 0
    result = np.where(lacks, bare_at, 0)
    result[who[chosen]] = where[chosen]
    return place(problem, layout, result, lacks & layout.needs[layout.kind])


def _arcs(
    problem: LinkProblem, layout: Layout, tables: Tables
) -> tuple[IntArray, IntArray, IntArray]:
    """Pairs worth an arc with their points x scale minus the price of the persons."""
    households, municipalities, _ = problem.shape
    window = _WINDOW_POINTS * tables.scale if problem.may_lack_dwelling else FAR
    parts = []
    for rows in row_chunks(households, municipalities):
        kind = layout.kind[rows]
        net = net_rows(problem, layout, tables, rows)
        near = (net >= net.max(axis=1, keepdims=True) - window) & (net > CLOSED)
        near &= (tables.dwelling[kind] < FAR) & problem.allowed[rows]
        row, at = np.nonzero(near)
        who = row + rows.start
        value = problem.points[who, at].astype(np.int64) * tables.scale
        parts.append((who, at, value - tables.persons[layout.kind[who], at]))
    who, at, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    return who, at, value


def _bare(problem: LinkProblem, layout: Layout, tables: Tables) -> tuple[IntArray, IntArray]:
    """Best municipality of each household without a dwelling, and its net points x scale."""
    households, municipalities, _ = problem.shape
    where = np.zeros(households, dtype=np.int64)
    value = np.zeros(households, dtype=np.int64)
    for rows in row_chunks(households, municipalities):
        net = problem.points[rows].astype(np.int64) * tables.scale
        net -= tables.persons[layout.kind[rows]]
        net[~problem.allowed[rows]] = CLOSED
        where[rows] = net.argmax(axis=1)
        value[rows] = net.max(axis=1)
    return where, value - layout.lack_cost * tables.scale


def _groups(layout: Layout) -> tuple[np.ndarray, IntArray]:
    """Distinct sets of classes, shape (G, S), and the set of each kind; -1 without need."""
    groups, index = np.unique(layout.suits, axis=0, return_inverse=True)
    return groups, np.where(layout.needs, index.reshape(-1), -1)


def settle(places: Places, kind: int, within: int | None = None) -> None:
    """Reassign the households of a kind to the cells they hold, at the most points.

    Of equal assignments it takes one that moves the fewest.

    Parameters
    ----------
    places
        The plan; counts do not change.
    kind
        Which kind.
    within
        Nobody loses more points than this, dwellings apart; then the assignment may not be the
        best yet.

    Raises
    ------
    SolverError
        If the flow engine fails; the plan is then unchanged.
    """
    who = places.layout.members(kind)
    cells, seat = np.unique(places.cell[who], return_inverse=True)
    if len(cells) < 2:
        return
    row, col, value = _seats(places, who, cells, seat, within)
    # Of equal assignments the one in which most stay: points first, then those who stay.
    points = _points_first(value, len(who))
    flows = min_cost_flow(
        row,
        len(who) + col,
        np.ones(len(row), np.int64),
        -points * value - (points > 1) * (col == seat[row]),
        np.concatenate([np.ones(len(who), np.int64), -np.bincount(seat, minlength=len(cells))]),
    )
    chosen = flows > 0
    goal = cells[col[chosen]]
    places.where[who[row[chosen]]] = goal % len(places.persons)
    places.lacks[who[row[chosen]]] = goal >= len(places.persons)
    places.cell[who[row[chosen]]] = goal


def _seats(
    places: Places, who: IntArray, cells: IntArray, seat: IntArray, within: int | None
) -> tuple[IntArray, IntArray, IntArray]:
    """Households of ``who`` and cells that they may hold, with their points there."""
    problem, layout = places.problem, places.layout
    municipality, lacking = cells % len(places.persons), cells >= len(places.persons)
    parts = []
    for rows in row_chunks(len(who), len(cells)):
        some = who[rows]
        value = problem.points[some[:, None], municipality].astype(np.int64)
        may = problem.allowed[some[:, None], municipality]
        if within is not None:
            # Who of a municipality lacks a dwelling is always open.
            may &= value >= np.take_along_axis(value, seat[rows, None], axis=1) - within
        value -= np.where(lacking, layout.lack_cost[some, None], 0)
        row, col = np.nonzero(may)
        parts.append((row + rows.start, col, value[row, col]))
    row, col, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    return row, col, value


def _points_first(value: IntArray, households: int) -> int:
    """Weight of a point beside a household that stays; 1, and nothing for staying, if too big."""
    dearest = max(abs(int(value.max(initial=0))), abs(int(value.min(initial=0))))
    weight = households + 1
    return weight if (dearest + 1) * weight * max(len(value), households) < _SAFE else 1
