"""The price road for groups of equal households: hundreds of thousands at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.linking.caps import is_within_caps
from models.linking.groups import (
    GroupedPlan,
    GroupedProblem,
    check_grouped_plan,
    group_equals,
    grouped_value,
)
from models.linking.priced.by_kind import place_kinds, plan_of_crowd, worth
from models.linking.priced.columns import Entry, first_columns, join, more_columns
from models.linking.priced.dual import Cooling, Counts, SoftPrices, descend, no_prices, soft_counts
from models.linking.priced.layout import Layout, layout_of
from models.linking.priced.master import solve_master
from models.linking.priced.passes import PriceRangeError, best_nets, check_prices, tables_of
from models.linking.priced.search import SCALE
from models.linking.problem import LinkPrices, LinkProblem, quota_slope_value
from models.solution import Bounds, SolverDisagreementError

_SAFE = 1 << 62
_MANY = Entry(housed=40, lacking=10)
"""Effort: a group of thousands needs more places than a household, or programmes would be many."""


@dataclass(frozen=True, slots=True)
class GroupEffort:
    """Effort: budget for groups in steps; none of it is a clock."""

    schedule: tuple[Cooling, ...] = (
        Cooling(temperature=100, candidates=500, steps=60, stride=200),
        Cooling(temperature=30, candidates=500, steps=60, stride=60),
        Cooling(temperature=10, candidates=500, steps=90, stride=20),
        Cooling(temperature=3, candidates=400, steps=120, stride=6),
        Cooling(temperature=1, candidates=300, steps=120, stride=3),
    )
    """Temperatures; a group of many needs more candidates than a household."""
    master_rounds: int = 6
    """Linear programmes at most; 0 leaves the prices coarse."""
    close: float = 1e-4
    """Share of the bound that is not worth another programme."""
    sweeps: int = 4
    """How often each kind is placed anew."""


@dataclass(frozen=True, slots=True, eq=False)
class GroupedOutcome:
    """A plan for groups with what its prices prove."""

    plan: GroupedPlan | None
    """Nothing where somebody lacks a dwelling that may not be lacked, or a cap is broken."""
    bounds: Bounds | None
    prices: LinkPrices
    price_bound: int
    """In points."""


def solve_groups(grouped: GroupedProblem, effort: GroupEffort | None = None) -> GroupedOutcome:
    """Search prices, then place each kind by exact flows.

    Parameters
    ----------
    grouped
        The problem.
    effort
        The budget.

    Returns
    -------
    GroupedOutcome
        A plan that was recomputed, below a bound that holds for any prices.

    Raises
    ------
    PriceRangeError
        If points are so large that a sum could overflow.
    SolverDisagreementError
        If the plan does not survive recomputation.
    """
    effort = effort or GroupEffort()
    problem = grouped.one_each
    layout = layout_of(problem)
    found = _search(grouped, layout, effort)
    prices, bound = found.prices, found.bound
    tables = tables_of(problem, layout, prices)
    crowd = place_kinds(grouped, layout, tables, found.guide, effort.sweeps)
    plan = plan_of_crowd(grouped, layout, crowd)
    lacking = problem.needs_dwelling[plan.group] & (plan.dwelling_class < 0)
    is_capped = is_within_caps(problem, crowd.persons)
    if not is_capped or (lacking.any() and not problem.may_lack_dwelling):
        return GroupedOutcome(None, None, prices, bound // SCALE)
    check_grouped_plan(grouped, plan)
    value = grouped_value(grouped, plan)
    if value != worth(grouped, layout, crowd) or value * SCALE > bound:
        raise SolverDisagreementError("a plan is worth other than its flows counted")
    return GroupedOutcome(plan, Bounds(value, bound // SCALE), prices, bound // SCALE)


def prices_of_equals(problem: LinkProblem, effort: GroupEffort | None = None) -> LinkPrices | None:
    """Search prices with one row for all households that are equal in everything.

    Parameters
    ----------
    problem
        Households one by one, everybody with an open municipality.
    effort
        The budget.

    Returns
    -------
    LinkPrices or None
        Prices for the problem as it is; nothing where fewer than half of the households have
        an equal, since one by one is as quick then.

    Raises
    ------
    PriceRangeError
        If points are so large that a sum could overflow.

    Notes
    -----
    Where points do not count, most households differ in nothing but size and waiting, and a
    relaxation with a row for each is so degenerate that it takes ten times as long.
    """
    grouped, _ = group_equals(problem)
    if 2 * len(grouped.number) > len(problem.sizes):
        return None
    return _search(grouped, layout_of(grouped.one_each), effort or GroupEffort()).prices


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The best prices seen, what they prove, and about how many of each kind go where."""

    prices: LinkPrices
    bound: int
    guide: Counts


def _search(grouped: GroupedProblem, layout: Layout, effort: GroupEffort) -> _Found:
    """Coarse prices by descent, then those of the linear relaxation over groups."""
    problem, number = grouped.one_each, grouped.number
    soft = descend(problem, layout, no_prices(problem), effort.schedule, number=number)
    prices = _rounded(grouped, soft)
    guide = soft_counts(problem, layout, soft, effort.schedule[-1], number)
    best = _Found(prices, grouped_bound(grouped, layout, prices), guide)
    if not effort.master_rounds:
        return best
    columns = first_columns(problem, layout, soft)
    for _ in range(effort.master_rounds):
        answer = solve_master(problem, layout, columns, number)
        if answer is None:
            break
        prices = _rounded(grouped, answer.prices)
        bound = min(best.bound, grouped_bound(grouped, layout, prices))
        # The last relaxation has the best counts, whichever prices prove the most.
        best = _Found(prices if bound < best.bound else best.prices, bound, answer.counts)
        if bound - answer.value * SCALE <= effort.close * abs(bound):
            break
        more = more_columns(problem, layout, answer.prices, columns, answer.paid, _MANY)
        if not len(more.housed) + len(more.lacking):
            break
        columns = join(columns, more)
    return best


def grouped_bound(grouped: GroupedProblem, layout: Layout, prices: LinkPrices) -> int:
    """Bound in points x scale: what ``exact_bound`` says of ``grouped.everybody()``.

    Raises
    ------
    PriceRangeError
        If the prices do not fit, or a sum could leave 64 bits.
    """
    problem = grouped.one_each
    check_prices(problem, prices)
    best = best_nets(problem, layout, tables_of(problem, layout, prices))
    # The slopes of the quotas depend on how many persons there are in all.
    crowd = replace(problem, sizes=problem.sizes * grouped.number)
    slopes = quota_slope_value(crowd, prices)
    stock = prices.per_dwelling * problem.dwellings
    parts = [(best, grouped.number), (slopes, np.ones_like(slopes)), (stock.ravel(), 1)]
    if sum(float(np.abs(a.astype(float) * b).sum()) for a, b in parts) >= _SAFE:
        raise PriceRangeError("prices or points are so large that a sum could leave 64 bits")
    return int((best * grouped.number).sum()) + int(slopes.sum()) + int(stock.sum())


def _rounded(grouped: GroupedProblem, soft: SoftPrices) -> LinkPrices:
    quota = grouped.one_each.quota
    person = np.clip(
        np.rint(soft.person * SCALE), -quota.short_beyond * SCALE, quota.highest * SCALE
    )
    dwelling = np.rint(soft.dwelling * SCALE).astype(np.int64)
    return LinkPrices(person.astype(np.int64), dwelling, SCALE)
