"""Coarse prices: descent on the dual, smoothed by a temperature that falls.

Everything here is floating point and only searches: no figure leaves without being rounded and
recomputed in whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.linking.priced.layout import Layout
from models.linking.priced.passes import row_chunks
from models.linking.problem import IntArray, LinkProblem

FloatArray = NDArray[np.float64]
SHUT = -1e7
"""Points of a closed pair while searching."""
_DEAR = 1e7
_MOST_PERCENT = 10.0
"""Part of itself by which a price moves in a step, at most."""
_STEPS_PER_CHOICE = 30
"""Effort: steps before candidates are chosen anew."""
_FIRST, _SECOND = 0.9, 0.97
"""Memory of the mean and of the square of the slope."""


@dataclass(frozen=True, slots=True)
class Cooling:
    """One temperature of the descent."""

    temperature: float
    """Points within which options share a household."""
    candidates: int
    """Municipalities looked at per household."""
    steps: int
    stride: float
    """Points that a price moves in the first steps; it shrinks to a tenth."""


@dataclass(frozen=True, slots=True, eq=False)
class SoftPrices:
    """Prices while searching, in points."""

    person: FloatArray
    """Shape (M,)."""
    dwelling: FloatArray
    """Shape (M, S), non-negative."""


@dataclass(frozen=True, slots=True, eq=False)
class _Candidates:
    """The best municipalities of each household and what they are worth before prices."""

    place: NDArray[np.int64]
    """Flat index of kind and municipality, shape (H, C)."""
    points: NDArray[np.float32]


def no_prices(problem: LinkProblem) -> SoftPrices:
    """Prices of zero."""
    shape = problem.dwellings.shape
    return SoftPrices(np.zeros(shape[0]), np.zeros(shape))


def descend(
    problem: LinkProblem,
    layout: Layout,
    start: SoftPrices,
    schedule: tuple[Cooling, ...],
    share: float = 1.0,
    number: IntArray | None = None,
) -> SoftPrices:
    """Lower the smoothed dual from ``start`` along ``schedule``.

    Parameters
    ----------
    problem, layout
        The problem and its kinds.
    start
        Where to begin.
    schedule
        Temperatures, falling.
    share
        Part of the targets and dwellings that is meant for these households.
    number
        How many households each row stands for, shape (H,), if not one.

    Returns
    -------
    SoftPrices
        Where the last step ended.

    Notes
    -----
    Projected descent with one stride per price, adapted to the slopes seen. The candidates are
    chosen anew by a pass over all pairs every few steps: prices that look away from the others
    for long run off. O(H M) per choice and O(H C) per step.
    """
    prices = start
    for cooling in schedule:
        walker = _Walker(problem, layout, prices, cooling)
        while walker.step < cooling.steps:
            seen = _choose_candidates(problem, layout, walker.prices, cooling.candidates)
            split = _splitter(layout, seen, cooling.temperature, number)
            slope = _slope_function(problem, layout, split, cooling.temperature, share)
            walker.walk(slope, min(_STEPS_PER_CHOICE, cooling.steps - walker.step))
        prices = walker.prices
    return prices


def soft_tables(layout: Layout, prices: SoftPrices) -> tuple[FloatArray, FloatArray]:
    """Price of the persons and of the cheapest dwelling that suits, each of shape (K, M)."""
    dwelling = np.full((layout.kinds, len(prices.person)), _DEAR)
    for k in range(layout.kinds):
        if not layout.needs[k]:
            dwelling[k] = 0.0
        elif layout.suits[k].any():
            dwelling[k] = prices.dwelling[:, layout.suits[k]].min(axis=1)
    return layout.size[:, None] * prices.person[None, :], dwelling


def soft_points(problem: LinkProblem, rows: slice) -> NDArray[np.float32]:
    """Points of ``rows`` while searching, closed pairs far down."""
    return np.where(
        problem.allowed[rows], problem.points[rows].astype(np.float32), np.float32(SHUT)
    )


def _choose_candidates(
    problem: LinkProblem, layout: Layout, prices: SoftPrices, wanted: int
) -> _Candidates:
    households, municipalities, _ = problem.shape
    wanted = min(wanted, municipalities)
    persons, dwelling = (t.astype(np.float32) for t in soft_tables(layout, prices))
    lacking = layout.lack_cost.astype(np.float32)
    place = np.empty((households, wanted), dtype=np.int64)
    points = np.empty((households, wanted), dtype=np.float32)
    for rows in row_chunks(households, municipalities):
        kind = layout.kind[rows]
        worth = soft_points(problem, rows)
        net = worth - persons[kind] - np.minimum(dwelling[kind], lacking[rows, None])
        best = np.argpartition(-net, wanted - 1, axis=1)[:, :wanted]
        place[rows] = kind[:, None] * municipalities + best
        points[rows] = np.take_along_axis(worth, best, axis=1)
    return _Candidates(place, points)


Split = Callable[[SoftPrices], tuple[FloatArray, FloatArray, FloatArray]]
"""At some prices: households by kind and municipality, those housed, and their class shares."""


def _splitter(
    layout: Layout, seen: _Candidates, temperature: float, number: IntArray | None
) -> Split:
    """How households divide over their candidates, as a function of the prices."""
    lacking = layout.lack_cost.astype(np.float32)[:, None]
    each = None if number is None else number.astype(np.float32)[:, None]

    def split(prices: SoftPrices) -> tuple[FloatArray, FloatArray, FloatArray]:
        dwelling, part = _soft_minimum(layout, prices, temperature)
        persons = (layout.size[:, None] * prices.person[None, :]).astype(np.float32)
        rent = dwelling.astype(np.float32).ravel()[seen.place]
        net = seen.points - persons.ravel()[seen.place] - np.minimum(rent, lacking)
        net -= net.max(axis=1, keepdims=True)
        weight = np.exp(net / np.float32(temperature))
        weight /= weight.sum(axis=1, keepdims=True)
        if each is not None:
            weight *= each
        flat = seen.place.ravel()
        here = _totals(flat, weight, dwelling.shape)
        weight[rent > lacking] = 0.0
        housed = _totals(flat, weight, dwelling.shape)
        return here, housed, part

    return split


def _totals(
    flat: NDArray[np.int64], weight: NDArray[np.float32], shape: tuple[int, ...]
) -> FloatArray:
    total = np.bincount(flat, weight.ravel(), math.prod(shape)).reshape(shape)
    return np.asarray(total, dtype=np.float64)


def _slope_function(
    problem: LinkProblem, layout: Layout, split: Split, temperature: float, share: float
) -> Callable[[SoftPrices], SoftPrices]:
    """Slope of the smoothed dual on the candidates, as a function of the prices."""
    stock = share * problem.dwellings

    def slope(prices: SoftPrices) -> SoftPrices:
        here, housed, part = split(prices)
        person = share * _quota_slope(problem, prices.person, temperature)
        person -= (layout.size[:, None] * here).sum(axis=0)
        return SoftPrices(person, stock - (housed[:, :, None] * part).sum(axis=0))

    return slope


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """About how many households of kind k go to m."""

    here: FloatArray
    """Housed or not, shape (K, M)."""
    housed: FloatArray
    """Those who hold a dwelling, shape (K, M)."""


def soft_counts(
    problem: LinkProblem, layout: Layout, prices: SoftPrices, cooling: Cooling, number: IntArray
) -> Counts:
    """About how many households of each kind go where at these prices.

    Parameters
    ----------
    problem, layout
        The problem and its kinds.
    prices
        Where a descent ended.
    cooling
        Its last temperature and candidates.
    number
        How many households each row stands for, shape (H,).
    """
    seen = _choose_candidates(problem, layout, prices, cooling.candidates)
    return Counts(*_splitter(layout, seen, cooling.temperature, number)(prices)[:2])


def _soft_minimum(
    layout: Layout, prices: SoftPrices, temperature: float
) -> tuple[FloatArray, FloatArray]:
    """Smoothed price of a dwelling, shape (K, M), and the classes' shares in it, (K, M, S)."""
    municipalities, classes = prices.dwelling.shape
    cost = np.full((layout.kinds, municipalities), _DEAR)
    share = np.zeros((layout.kinds, municipalities, classes))
    cost[~layout.needs] = 0.0
    for k in np.flatnonzero(layout.suits.any(axis=1)):
        some = prices.dwelling[:, layout.suits[k]]
        least = some.min(axis=1)
        weight = np.exp((least[:, None] - some) / temperature)
        total = weight.sum(axis=1)
        cost[k] = least - temperature * np.log(total)
        share[k][:, layout.suits[k]] = weight / total[:, None]
    return cost, share


def _quota_slope(problem: LinkProblem, person: FloatArray, temperature: float) -> FloatArray:
    """Persons that a municipality likes best at these prices, smoothed, shape (M,)."""
    quota = problem.quota
    margin = quota.margin.astype(np.float64)
    over = margin * _step(person - quota.over_first, temperature)
    short = margin * _step(-person - quota.short_first, temperature)
    liked = quota.target + over - short
    return liked if quota.most is None else np.minimum(liked, quota.most)


def _step(x: FloatArray, temperature: float) -> FloatArray:
    return np.asarray(0.5 * (1.0 + np.tanh(x / (2.0 * temperature))))


class _Walker:
    """Projected descent at one temperature; remembers its slopes when candidates change."""

    def __init__(
        self, problem: LinkProblem, layout: Layout, start: SoftPrices, cooling: Cooling
    ) -> None:
        quota = problem.quota
        self.prices = start
        self.step = 0
        self._cooling = cooling
        self._lowest = -float(quota.short_beyond)
        self._highest = np.asarray(quota.highest, dtype=np.float64)
        # At this price everyone would rather have none.
        self._dearest = float(layout.lack_cost.max(initial=0))
        self._mean = [np.zeros_like(start.person), np.zeros_like(start.dwelling)]
        self._square = [np.zeros_like(start.person), np.zeros_like(start.dwelling)]

    def walk(self, slope: Callable[[SoftPrices], SoftPrices], steps: int) -> None:
        for _ in range(steps):
            self.step += 1
            at = slope(self.prices)
            person = self._moved(0, self.prices.person, at.person)
            dwelling = self._moved(1, self.prices.dwelling, at.dwelling)
            self.prices = SoftPrices(
                np.clip(person, self._lowest, self._highest),
                np.clip(dwelling, 0.0, self._dearest),
            )

    def _moved(self, which: int, price: FloatArray, down: FloatArray) -> FloatArray:
        stride = self._cooling.stride * 10.0 ** (-self.step / self._cooling.steps)
        self._mean[which] = _FIRST * self._mean[which] + (1 - _FIRST) * down
        self._square[which] = _SECOND * self._square[which] + (1 - _SECOND) * down * down
        level = np.sqrt(self._square[which] / (1 - _SECOND**self.step)) + 1e-6
        # Dear dwellings have far to go: their prices also move in proportion.
        reach = stride + np.abs(price) * min(stride, _MOST_PERCENT) / 100
        return np.asarray(price - reach * self._mean[which] / (1 - _FIRST**self.step) / level)
