"""Exact prices: the linear relaxation over columns that prices select.

A column is a pair of household and municipality, housed or without a dwelling. The master keeps
a few per household and adds those that its own prices find too cheap, until there are none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.linking.priced.dual import SHUT, FloatArray, SoftPrices, soft_points, soft_tables
from models.linking.priced.layout import Layout
from models.linking.priced.passes import row_chunks
from models.linking.problem import IntArray, LinkProblem

_SPARE = 3
"""Effort: households of a kind that each municipality gets beside its part."""
_TOLERANCE = 1e-4
"""Points by which a column must beat the master's prices to enter."""
_SPREAD = 3.0
"""Points within which chance decides which columns enter: about what coarse prices leave open.

Where the points of municipalities tie, the best few of each household would else be the same
few for all, and the rest of a region would have no say in its prices.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """Columns that enter at once, at most, per row."""

    housed: int
    lacking: int


ONE_BY_ONE = Entry(housed=3, lacking=1)
"""Effort: where a row is one household."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Pairs in the master, as household x M + municipality, ascending."""

    housed: IntArray
    lacking: IntArray


def first_columns(problem: LinkProblem, layout: Layout, prices: SoftPrices) -> Columns:
    """Columns to begin with.

    Parameters
    ----------
    problem, layout
        The problem and its kinds.
    prices
        Coarse prices.

    Returns
    -------
    Columns
        The best few municipalities of each household, and the best households of each kind for
        each municipality, somewhat more than its share: without these a municipality that is
        nobody's first choice would have no say in its price.
    """
    nobody = np.zeros(0, dtype=np.int64)
    none = Columns(nobody, nobody)
    anything = np.full(len(problem.sizes), -np.inf)
    best, top = _price_out(problem, layout, prices, none, anything)
    by_place = _best_for_each_place(problem, layout, prices, best)
    housed = np.union1d(top.housed, by_place)
    return Columns(housed, top.lacking)


def more_columns(
    problem: LinkProblem,
    layout: Layout,
    prices: SoftPrices,
    have: Columns,
    paid: FloatArray,
    entry: Entry = ONE_BY_ONE,
) -> Columns:
    """Columns that beat what the master pays for their household.

    Parameters
    ----------
    problem, layout
        The problem and its kinds.
    prices
        Prices of the master.
    have
        Columns it has.
    paid
        Its price of household h, shape (H,), in points.

    Returns
    -------
    Columns
        A few new ones per household, possibly none.
    """
    return _price_out(problem, layout, prices, have, paid + _TOLERANCE, entry)[1]


def join(have: Columns, more: Columns) -> Columns:
    """Both, in order."""
    return Columns(np.union1d(have.housed, more.housed), np.union1d(have.lacking, more.lacking))


def _price_out(
    problem: LinkProblem,
    layout: Layout,
    prices: SoftPrices,
    have: Columns,
    beat: FloatArray,
    entry: Entry = ONE_BY_ONE,
) -> tuple[FloatArray, Columns]:
    """Net of each household's best option, and its new columns that net more than ``beat``."""
    households, municipalities, _ = problem.shape
    persons, dwelling = soft_tables(layout, prices)
    best = np.empty(households)
    housed: list[IntArray] = []
    lacking: list[IntArray] = []
    for rows in row_chunks(households, municipalities):
        kind = layout.kind[rows]
        net = soft_points(problem, rows) - persons[kind]
        bare = net - layout.lack_cost[rows, None]
        net -= dwelling[kind]
        best[rows] = np.maximum(net.max(axis=1), bare.max(axis=1))
        housed.append(_enter(net, have.housed, rows, beat, entry.housed, _chance(rows, net)))
        bare[~layout.needs[kind]] = -np.inf
        lacking.append(_enter(bare, have.lacking, rows, beat, entry.lacking))
    return best, Columns(np.concatenate(housed), np.concatenate(lacking))


def _chance(rows: slice, shaped: FloatArray) -> NDArray[np.float32]:
    """Draws of an extreme value: with them the best option is one that the soft dual draws."""
    rng = np.random.default_rng(rows.start)
    drawn = rng.standard_exponential(shaped.shape, dtype=np.float32)
    return np.asarray(-_SPREAD * np.log(drawn + np.float32(1e-9)), dtype=np.float32)


def _enter(
    net: FloatArray,
    have: IntArray,
    rows: slice,
    beat: FloatArray,
    most: int,
    chance: NDArray[np.float32] | float = 0.0,
) -> IntArray:
    """At most ``most`` pairs a row that are open, new and net more than ``beat``, ascending."""
    municipalities = net.shape[1]
    span = (rows.start * municipalities, rows.stop * municipalities)
    known = have[slice(*np.searchsorted(have, span))] - span[0]
    net.reshape(-1)[known] = -np.inf
    most = min(most, municipalities)
    liked = np.where(net > beat[rows, None], net + chance, -np.inf)
    top = np.sort(np.argpartition(-liked, most - 1, axis=1)[:, :most], axis=1)
    value = np.take_along_axis(net, top, axis=1)
    enters = (value > beat[rows, None]) & (value > SHUT / 2)
    flat = np.arange(rows.start, rows.stop)[:, None] * municipalities + top
    return np.asarray(flat[enters], dtype=np.int64)


def _best_for_each_place(
    problem: LinkProblem, layout: Layout, prices: SoftPrices, best: FloatArray
) -> IntArray:
    """For each municipality and kind the households that regret it least."""
    municipalities = len(problem.dwellings)
    weight = problem.quota.target + 1
    persons, dwelling = soft_tables(layout, prices)
    chosen: list[IntArray] = []
    for k in range(layout.kinds):
        who = layout.members(k)
        wanted = -(-3 * len(who) * weight // (2 * int(weight.sum()))) + _SPARE
        wanted = np.minimum(wanted, len(who))
        for places in row_chunks(municipalities, len(who)):
            worth = np.where(
                problem.allowed[who, places], problem.points[who, places].astype(np.float64), SHUT
            )
            net = worth - persons[k, places] - dwelling[k, places]
            regret = best[who, None] - net - _chance(places, net)
            regret = np.ascontiguousarray(regret.T)
            for i, m in enumerate(range(places.start, places.stop)):
                first = np.argpartition(regret[i], int(wanted[m]) - 1)[: int(wanted[m])]
                first = first[problem.allowed[who[first], m]]
                chosen.append(who[first] * municipalities + m)
    return np.unique(np.concatenate(chosen))
