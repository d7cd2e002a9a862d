"""Search of prices, from coarse to exact, and their one rounding to whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.linking.priced.columns import Columns, first_columns, join, more_columns
from models.linking.priced.dual import Cooling, SoftPrices, descend, no_prices
from models.linking.priced.layout import Layout
from models.linking.priced.master import solve_master
from models.linking.priced.passes import exact_bound
from models.linking.problem import LinkPrices, LinkProblem

SCALE = 1000
"""Price units per point."""
CLOSE = 2e-6
"""Share of the bound that is not worth another linear programme."""


@dataclass(frozen=True, slots=True)
class PriceEffort:
    """Budget of the price search; none of it is a clock."""

    cold: tuple[Cooling, ...] = (
        Cooling(temperature=100, candidates=40, steps=40, stride=20),
        Cooling(temperature=30, candidates=32, steps=40, stride=10),
        Cooling(temperature=10, candidates=24, steps=40, stride=5),
    )
    """Temperatures without earlier prices."""
    master_rounds: int = 8
    """Linear programmes at most; 0 leaves the prices coarse."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundPrices:
    """The best prices seen and what they prove."""

    prices: LinkPrices
    bound: int
    """In points x scale."""
    master_used: bool


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
    if warm is None:
        soft = descend(problem, layout, no_prices(problem), effort.cold)
    else:
        soft = SoftPrices(warm.per_person / warm.scale, warm.per_dwelling / warm.scale)
    best = _rounded(problem, layout, soft, master_used=False)
    columns: Columns | None = None
    for _ in range(effort.master_rounds):
        if columns is None:
            columns = first_columns(problem, layout, soft)
        answer = solve_master(problem, layout, columns)
        if answer is None:
            break
        found = _rounded(problem, layout, answer.prices, master_used=True)
        best = min(best, found, key=lambda one: one.bound)
        if best.bound - answer.value * SCALE <= CLOSE * abs(best.bound):
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
        np.rint(soft.person * SCALE), -quota.short_beyond * SCALE, quota.over_beyond * SCALE
    )
    prices = LinkPrices(
        per_person=person.astype(np.int64),
        per_dwelling=np.rint(soft.dwelling * SCALE).astype(np.int64),
        scale=SCALE,
    )
    return FoundPrices(prices, exact_bound(problem, layout, prices), master_used)
