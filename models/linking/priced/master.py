"""The linear relaxation on given columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.linking.priced.columns import Columns
from models.linking.priced.dual import Counts, FloatArray, SoftPrices
from models.linking.priced.layout import BoolArray, Layout
from models.linking.problem import IntArray, LinkProblem
from models.solution import SolverFailedError
from models.solver.interior import solve_interior
from models.solver.program import UNBOUNDED, LinearProgram

_SIGNS = (1, 1, -1, -1)
"""How persons short, at either rate, and persons over enter the row of a quota."""


@dataclass(frozen=True, slots=True, eq=False)
class MasterAnswer:
    """Prices of the linear relaxation on some columns."""

    prices: SoftPrices
    paid: FloatArray
    """Price of household h, shape (H,), in points."""
    value: float
    """What the relaxation is worth on these columns; no more than on all."""
    shared: int
    """Households that the relaxation splits over places."""
    counts: Counts
    """How many of each kind it sends where."""


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Columns of the master in order: housed, lacking, class shares, short and over."""

    pair: tuple[IntArray, IntArray]
    bare: tuple[IntArray, IntArray]
    share: tuple[IntArray, IntArray, IntArray]
    """Municipality, group and class of each class share."""
    group: IntArray
    """Group of kind k, shape (K,); -1 where no dwelling is needed."""
    groups: BoolArray
    """Classes that suit a group, shape (G, S)."""


def solve_master(
    problem: LinkProblem, layout: Layout, columns: Columns, number: IntArray | None = None
) -> MasterAnswer | None:
    """Solve the linear relaxation on ``columns``.

    Parameters
    ----------
    problem, layout
        The problem and its kinds.
    columns
        Pairs that may be used; every household needs one.
    number
        How many households each row stands for, shape (H,), if not one.

    Returns
    -------
    MasterAnswer or None
        Prices, or nothing when the engine found no optimum: coarser prices then have to do.

    Notes
    -----
    Dwellings need no household index: per municipality and group of kinds with the same classes
    one continuous share per class. Rows: H households, M person balances, M G dwelling
    balances, M S stocks.
    """
    blocks = blocks_of(problem, layout, columns)
    try:
        relaxed = solve_interior(program_of(problem, layout, blocks, number))
    except SolverFailedError:
        return None
    households, municipalities, classes = problem.shape
    row, used = relaxed.row_prices, relaxed.values
    paired = used[: len(blocks.pair[0])]
    split = blocks.pair[0][(paired > 1e-6) & (paired < 1 - 1e-6)]
    stock = row[-municipalities * classes :].reshape(municipalities, classes)
    return MasterAnswer(
        # What one more person wanted is worth to the plan is what a person is charged.
        prices=SoftPrices(row[households : households + municipalities], np.maximum(stock, 0.0)),
        paid=row[:households],
        value=relaxed.objective,
        shared=len(np.unique(split)),
        counts=_counts(layout, blocks, used, municipalities),
    )


def _counts(layout: Layout, blocks: Blocks, used: FloatArray, municipalities: int) -> Counts:
    housed, bare = (np.zeros((layout.kinds, municipalities)) for _ in range(2))
    for total, (who, where), part in (
        (housed, blocks.pair, used),
        (bare, blocks.bare, used[len(blocks.pair[0]) :]),
    ):
        np.add.at(total, (layout.kind[who], where), part[: len(who)])
    return Counts(housed + bare, housed)


def blocks_of(problem: LinkProblem, layout: Layout, columns: Columns) -> Blocks:
    """Columns of the master for the pairs in ``columns``."""
    municipalities = len(problem.dwellings)
    suited: BoolArray = np.asarray(layout.suits.any(axis=1))
    groups, index = np.unique(layout.suits[suited], axis=0, return_inverse=True)
    group = np.full(layout.kinds, -1, dtype=np.int64)
    group[suited] = index.reshape(-1)
    housed, lacking = (np.divmod(c, municipalities) for c in (columns.housed, columns.lacking))
    # A kind that needs a dwelling and finds no class can only go without one.
    can = ~layout.needs[layout.kind[housed[0]]] | suited[layout.kind[housed[0]]]
    place = np.arange(municipalities)
    share = [a.ravel() for a in np.meshgrid(place, *map(np.arange, groups.shape), indexing="ij")]
    used = np.asarray(groups[share[1], share[2]], dtype=np.bool_)
    return Blocks(
        pair=(housed[0][can], housed[1][can]),
        bare=(lacking[0], lacking[1]),
        share=(share[0][used], share[1][used], share[2][used]),
        group=group,
        groups=np.asarray(groups, dtype=np.bool_),
    )


def program_of(
    problem: LinkProblem, layout: Layout, blocks: Blocks, number: IntArray | None
) -> LinearProgram:
    """The relaxation in whole coefficients."""
    entries, rows, columns = _entries(problem, layout, blocks)
    objective, lower_limit, upper = worth_of(problem, layout, blocks)
    households, municipalities, _ = problem.shape
    equal = households + municipalities
    right = np.zeros(rows, dtype=np.int64)
    right[:households] = 1 if number is None else number
    right[households:equal] = problem.quota.target
    right[rows - problem.dwellings.size :] = problem.dwellings.ravel()
    lower = right.copy()
    lower[equal:] = -UNBOUNDED
    return LinearProgram(
        objective=objective,
        row=entries[0],
        column=entries[1],
        coefficient=entries[2],
        row_lower=lower,
        row_upper=right,
        lower=lower_limit,
        upper=upper,
        integral=np.zeros(columns, dtype=np.bool_),
    )


def _entries(
    problem: LinkProblem, layout: Layout, blocks: Blocks
) -> tuple[tuple[IntArray, IntArray, IntArray], int, int]:
    """Row, column and value of each coefficient, and how many rows and columns there are."""
    households, municipalities, classes = problem.shape
    (who, where), (bare, bare_at) = blocks.pair, blocks.bare
    at, group, cls = blocks.share
    groups = len(blocks.groups)
    balance = households + municipalities
    stock = balance + municipalities * groups
    pairs = np.arange(len(who))
    bares = len(who) + np.arange(len(bare))
    shares = len(who) + len(bare) + np.arange(len(at))
    misses = len(who) + len(bare) + len(at)
    goes = blocks.group[layout.kind[who]]
    needing = np.flatnonzero(goes >= 0)
    place = np.arange(municipalities)
    parts: list[tuple[IntArray, IntArray, IntArray | int]] = [
        (who, pairs, 1),
        (households + where, pairs, problem.sizes[who]),
        (balance + where[needing] * groups + goes[needing], needing, 1),
        (bare, bares, 1),
        (households + bare_at, bares, problem.sizes[bare]),
        (balance + at * groups + group, shares, -1),
        (stock + at * classes + cls, shares, 1),
    ]
    signs = _SIGNS if problem.quota.most is None else (*_SIGNS, -1)
    parts += [
        (households + place, misses + i * municipalities + place, sign)
        for i, sign in enumerate(signs)
    ]
    row = np.concatenate([part[0] for part in parts])
    column = np.concatenate([part[1] for part in parts])
    value = np.concatenate([np.broadcast_to(part[2], part[0].shape) for part in parts])
    rows, columns = stock + municipalities * classes, misses + len(signs) * municipalities
    return (row, column, value.astype(np.int64)), rows, columns


def worth_of(
    problem: LinkProblem, layout: Layout, blocks: Blocks
) -> tuple[IntArray, IntArray, IntArray]:
    """Worth and limits of each column; only the first persons and those at a cap are limited.

    Beyond a cap persons are dear rather than barred: with few columns there may be no other way.
    """
    (who, where), (bare, bare_at) = blocks.pair, blocks.bare
    quota = problem.quota
    rates = [quota.short_first, quota.short_beyond, quota.over_first, quota.over_beyond]
    endless = np.full(len(quota.target), UNBOUNDED)
    none = np.zeros_like(quota.target)
    lower, upper = [none] * 4, [quota.margin, endless, quota.margin, endless]
    if quota.most is not None:
        short = np.maximum(quota.target - quota.most, 0)
        over = np.maximum(quota.most - quota.target, 0)
        lower[:2] = [np.minimum(short, quota.margin), np.maximum(short - quota.margin, 0)]
        upper[2:] = [np.minimum(over, quota.margin), np.maximum(over - quota.margin, 0)]
        rates, lower, upper = [*rates, quota.beyond_most], [*lower, none], [*upper, endless]
    worth = (
        problem.points[who, where],
        problem.points[bare, bare_at] - layout.lack_cost[bare],
        np.zeros(len(blocks.share[0]), dtype=np.int64),
        np.repeat(-np.asarray(rates, dtype=np.int64), len(quota.target)),
    )
    free = np.full(len(who) + len(bare) + len(blocks.share[0]), UNBOUNDED)
    limits = np.concatenate([np.zeros_like(free), *lower]), np.concatenate([free, *upper])
    objective = np.concatenate(worth).astype(np.int64)
    return objective, limits[0].astype(np.int64), limits[1].astype(np.int64)
