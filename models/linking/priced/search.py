"""Search of prices, from coarse to exact, and their one rounding to whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.linking.priced.columns import Columns, first_columns, join, more_columns
from models.linking.priced.dual import Cooling, SoftPrices, descend, no_prices
from models.linking.priced.layout import Layout
from models.linking.priced.master import solve_master
from models.linking.priced.passes import exact_bound
from models.linking.problem import LinkPrices, LinkProblem

SCALE = 1000
"""Price units per point."""
CLOSE = 5e-10
"""Share of the bound, per household, that is not worth another linear programme.

A programme costs more the more households there are, and the gap that whole households leave
beside it shrinks.
"""


@dataclass(frozen=True, slots=True)
class PriceEffort:
    """Effort: budget of the price search; none of it is a clock."""

    cold: tuple[Cooling, ...] = (
        Cooling(temperature=100, candidates=60, steps=60, stride=200),
        Cooling(temperature=30, candidates=60, steps=60, stride=60),
        Cooling(temperature=10, candidates=40, steps=60, stride=20),
        Cooling(temperature=3, candidates=40, steps=60, stride=6),
    )
    """Temperatures without earlier prices."""
    master_rounds: int = 8
    """Linear programmes at most; 0 leaves the prices coarse."""
    master_households: int = 150_000
    """Households beyond which no linear programme is tried: memory and time grow with them."""
    sample: int = 10_000
    """Households, evenly spaced, with which a cold search begins; all below twice as many."""
    fine: tuple[Cooling, ...] = (
        Cooling(temperature=10, candidates=40, steps=60, stride=20),
        Cooling(temperature=3, candidates=40, steps=100, stride=6),
        Cooling(temperature=1, candidates=40, steps=100, stride=3),
        Cooling(temperature=0.4, candidates=24, steps=100, stride=1),
    )
    """Temperatures that follow on all households where the search began with a sample."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundPrices:
    """The best prices seen and what they prove."""

    prices: LinkPrices
    bound: int
    """In points x scale."""
    master_used: bool
    shared: int = 0
    """Households that the last linear programme split over places."""


def search_prices(
    problem: LinkProblem, layout: Layout, effort: PriceEffort, warm: LinkPrices | None = None
) -> FoundPrices:
    """Search prices that prove a low bound.

    Parameters
    ----------
    problem, layout
        The problem and its kinds.
    effort
        The budget.
    warm
        Prices of a similar problem; they replace the coarse search.

    Returns
    -------
    FoundPrices
        Whole prices with a bound recomputed in whole numbers.
    """
    if not len(problem.sizes):
        return _rounded(problem, layout, no_prices(problem), master_used=False)
    soft = _coarse(problem, layout, effort) if warm is None else _softened(warm)
    best = _rounded(problem, layout, soft, master_used=False)
    if len(problem.sizes) > effort.master_households:
        return best
    return _by_master(problem, layout, effort, soft, best)


def search_on(
    problem: LinkProblem, layout: Layout, prices: LinkPrices, schedule: tuple[Cooling, ...]
) -> LinkPrices:
    """Descend from whole prices; returns better ones, or the same.

    Parameters
    ----------
    problem, layout
        The problem and its kinds.
    prices
        Where to begin.
    schedule
        Temperatures, falling.

    Returns
    -------
    LinkPrices
        Prices of which the bound is no higher.
    """
    if not len(problem.sizes):
        return prices
    soft = descend(problem, layout, _softened(prices), schedule)
    found = _rounded(problem, layout, soft, master_used=False)
    before = exact_bound(problem, layout, prices)
    return found.prices if found.bound * prices.scale < before * SCALE else prices


def _softened(prices: LinkPrices) -> SoftPrices:
    return SoftPrices(prices.per_person / prices.scale, prices.per_dwelling / prices.scale)


def _coarse(problem: LinkProblem, layout: Layout, effort: PriceEffort) -> SoftPrices:
    """Prices from nothing; where there are many households, from an even sample of them."""
    every = max(1, len(problem.sizes) // effort.sample)
    if every == 1:
        return descend(problem, layout, no_prices(problem), effort.cold)
    few = slice(every // 2, None, every)
    part = problem.rows(few)
    seen = replace(layout, kind=layout.kind[few], lack_cost=layout.lack_cost[few])
    share = int(part.sizes.sum()) / int(problem.sizes.sum())
    soft = descend(part, seen, no_prices(problem), effort.cold, share)
    return descend(problem, layout, soft, effort.fine)


def _by_master(
    problem: LinkProblem,
    layout: Layout,
    effort: PriceEffort,
    soft: SoftPrices,
    best: FoundPrices,
) -> FoundPrices:
    """Prices of the linear relaxation, or the best on the way to them."""
    columns: Columns | None = None
    for _ in range(effort.master_rounds):
        if columns is None:
            columns = first_columns(problem, layout, soft)
        answer = solve_master(problem, layout, columns)
        if answer is None:
            break
        found = _rounded(problem, layout, answer.prices, master_used=True)
        best = replace(min(best, found, key=lambda one: one.bound), shared=answer.shared)
        close = CLOSE * len(problem.sizes) * abs(best.bound)
        if best.bound - answer.value * SCALE <= close:
            break
        more = more_columns(problem, layout, answer.prices, columns, answer.paid)
        if not len(more.housed) + len(more.lacking):
            break
        columns = join(columns, more)
    return best


def _rounded(
    problem: LinkProblem, layout: Layout, soft: SoftPrices, *, master_used: bool
) -> FoundPrices:
    quota = problem.quota
    person = np.clip(
        np.rint(soft.person * SCALE), -quota.short_beyond * SCALE, quota.highest * SCALE
    )
    prices = LinkPrices(
        per_person=person.astype(np.int64),
        per_dwelling=np.rint(soft.dwelling * SCALE).astype(np.int64),
        scale=SCALE,
    )
    return FoundPrices(prices, exact_bound(problem, layout, prices), master_used)
