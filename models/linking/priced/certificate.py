"""Where the gap between bound and value sits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.linking.priced.layout import layout_of
from models.linking.priced.passes import best_nets, check_prices, tables_of
from models.linking.problem import (
    NO_DWELLING,
    IntArray,
    LinkPlan,
    LinkPrices,
    LinkProblem,
    check_plan,
    quota_slope_value,
)


@dataclass(frozen=True, slots=True, eq=False)
class GapParts:
    """Bound minus value, split; every part is non-negative and in points x scale."""

    regret: IntArray
    """What household h misses against its best option at these prices, shape (H,)."""
    quota_slack: IntArray
    """What municipality m misses against the number of persons it likes best, shape (M,)."""
    unused: IntArray
    """Price of the dwellings of class s in m that stay empty, shape (M, S)."""

    @property
    def total(self) -> int:
        """Bound minus value, in points x scale."""
        return sum(int(part.sum(dtype=np.int64)) for part in (self.regret, self.quota_slack)) + int(
            self.unused.sum(dtype=np.int64)
        )


def explain_gap(problem: LinkProblem, plan: LinkPlan, prices: LinkPrices) -> GapParts:
    """Split bound minus value into regrets, quota slacks and unused dwellings.

    Parameters
    ----------
    problem
        The problem.
    plan
        A plan of it.
    prices
        Prices of it.

    Returns
    -------
    GapParts
        ``total`` equals ``bound_of(problem, prices) - prices.scale * value_of(problem, plan)``.

    Raises
    ------
    PlanRejectedError
        If the plan breaks a hard rule.
    PriceRangeError
        If the prices prove nothing.
    """
    check_plan(problem, plan)
    check_prices(problem, prices)
    municipalities, classes = problem.dwellings.shape
    where, dwelling = plan.municipality, plan.dwelling_class
    persons = np.zeros(municipalities, dtype=np.int64)
    np.add.at(persons, where, problem.sizes)
    housed = dwelling != NO_DWELLING
    used = np.zeros((municipalities, classes), dtype=np.int64)
    np.add.at(used, (where[housed], dwelling[housed]), 1)
    likes = prices.per_person * persons - prices.scale * problem.quota.at(persons)
    return GapParts(
        regret=_regrets(problem, plan, prices),
        quota_slack=quota_slope_value(problem, prices) - likes,
        unused=(problem.dwellings - used) * prices.per_dwelling,
    )


def _regrets(problem: LinkProblem, plan: LinkPlan, prices: LinkPrices) -> IntArray:
    layout = layout_of(problem)
    tables = tables_of(problem, layout, prices)
    where, dwelling = plan.municipality, plan.dwelling_class
    housed = dwelling != NO_DWELLING
    paid = np.where(problem.needs_dwelling, tables.lacking, 0)
    paid[housed] = prices.per_dwelling[where[housed], dwelling[housed]]
    earned = problem.points[np.arange(len(where)), where].astype(np.int64) * prices.scale
    got = earned - problem.sizes * prices.per_person[where] - paid
    return np.asarray(best_nets(problem, layout, tables) - got, dtype=np.int64)
