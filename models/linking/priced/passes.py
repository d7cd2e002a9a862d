"""Passes over all pairs of household and municipality, in chunks and in whole numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.linking.priced.layout import Layout
from models.linking.problem import IntArray, LinkPrices, LinkProblem, quota_slope_value

CLOSED = np.iinfo(np.int64).min // 4
"""Net points of a pair that is not open."""
FAR = np.iinfo(np.int64).max // 8
"""Price of a dwelling where none suits."""
_PAIRS_PER_CHUNK = 1 << 21
"""Effort: pairs that are looked at together."""
_SAFE = 1 << 61


class PriceRangeError(ValueError):
    """Prices with which a sum could leave 64 bits, or which prove nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """What a kind of household pays in a municipality, in points x scale."""

    persons: IntArray
    """Size times price per person, shape (K, M)."""
    dwelling: IntArray
    """Cheapest dwelling that suits, 0 where none is needed, ``FAR`` where none suits, (K, M)."""
    lacking: IntArray
    """Lack of a dwelling, ``FAR`` where that is no plan, shape (H,)."""
    scale: int


def check_prices(problem: LinkProblem, prices: LinkPrices) -> None:
    """Refuse prices that prove nothing or could overflow.

    Raises
    ------
    PriceRangeError
        If shapes differ, a dwelling has a negative price, the scale is below 1, or the largest
        possible sum does not fit in 64 bits.
    """
    _households, municipalities, classes = problem.shape
    person, dwelling = prices.per_person, prices.per_dwelling
    if person.shape != (municipalities,) or dwelling.shape != (municipalities, classes):
        raise PriceRangeError("prices do not have the shape of the problem")
    if person.dtype.kind != "i" or dwelling.dtype.kind != "i" or prices.scale < 1:
        raise PriceRangeError("prices are whole numbers in units of at least 1 per point")
    if dwelling.size and int(dwelling.min()) < 0:
        raise PriceRangeError("a dwelling has a negative price, which proves nothing")
    if _largest_sum(problem, prices) >= _SAFE:
        raise PriceRangeError("prices or points are so large that a sum could leave 64 bits")


def _largest_sum(problem: LinkProblem, prices: LinkPrices) -> int:
    households = len(problem.sizes)
    persons = sum(map(int, (problem.sizes.sum(), problem.quota.target.sum())))
    points = max(_magnitude(problem.points), _magnitude(problem.without_dwelling))
    quota = problem.quota
    rate = max(map(abs, (quota.short_first, quota.short_beyond, quota.over_first)))
    rate = max(rate, abs(quota.over_beyond))
    per_municipality = _magnitude(prices.per_person) + rate * prices.scale
    return (
        households * 2 * points * prices.scale
        + (persons + 1) * (len(quota.target) + 1) * per_municipality
        + _magnitude(prices.per_dwelling) * (int(problem.dwellings.sum()) + households)
    )


def _magnitude(values: IntArray) -> int:
    return max(abs(int(values.max())), abs(int(values.min()))) if values.size else 0


def tables_of(problem: LinkProblem, layout: Layout, prices: LinkPrices) -> Tables:
    """Price tables by kind and municipality."""
    forbidden = problem.needs_dwelling & (not problem.may_lack_dwelling)
    municipalities = len(prices.per_person)
    dwelling = np.full((layout.kinds, municipalities), FAR, dtype=np.int64)
    for k in range(layout.kinds):
        if not layout.needs[k]:
            dwelling[k] = 0
        elif layout.suits[k].any():
            dwelling[k] = prices.per_dwelling[:, layout.suits[k]].min(axis=1)
    return Tables(
        persons=layout.size[:, None] * prices.per_person[None, :],
        dwelling=dwelling,
        lacking=np.where(forbidden, FAR, layout.lack_cost * prices.scale),
        scale=prices.scale,
    )


def row_chunks(households: int, municipalities: int) -> Iterator[slice]:
    """Slices of rows, in order, of a size that depends on the shape alone."""
    step = max(1, _PAIRS_PER_CHUNK // max(1, municipalities))
    for first in range(0, households, step):
        yield slice(first, min(first + step, households))


def net_rows(problem: LinkProblem, layout: Layout, tables: Tables, rows: slice) -> IntArray:
    """Points x scale minus prices of ``rows`` in every municipality; closed pairs at the bottom."""
    kind = layout.kind[rows]
    net = problem.points[rows].astype(np.int64)
    net *= tables.scale
    net -= tables.persons[kind]
    net -= np.minimum(tables.dwelling[kind], tables.lacking[rows, None])
    net[~problem.allowed[rows]] = CLOSED
    return net


def best_nets(problem: LinkProblem, layout: Layout, tables: Tables) -> IntArray:
    """Net points of the best option of each household, shape (H,)."""
    households, municipalities, _ = problem.shape
    best = np.full(households, CLOSED, dtype=np.int64)
    for rows in row_chunks(households, municipalities):
        best[rows] = net_rows(problem, layout, tables, rows).max(axis=1)
    return best


def exact_bound(problem: LinkProblem, layout: Layout, prices: LinkPrices) -> int:
    """Bound in points x scale: what ``bound_of`` says, without a dense array of 64 bits.

    Raises
    ------
    PriceRangeError
        As ``check_prices``.
    """
    check_prices(problem, prices)
    best = best_nets(problem, layout, tables_of(problem, layout, prices))
    stock = (prices.per_dwelling * problem.dwellings).sum(dtype=np.int64)
    return int(best.sum()) + int(quota_slope_value(problem, prices).sum()) + int(stock)
