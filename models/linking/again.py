"""A changed problem solved again from old prices and an old plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.linking.outcome import LinkOutcome
from models.linking.priced.dual import Cooling
from models.linking.priced.improve import ImproveEffort, Stage, improve
from models.linking.priced.layout import BoolArray, layout_of
from models.linking.priced.passes import check_prices, tables_of
from models.linking.priced.repair import NOWHERE, repaired
from models.linking.priced.search import search_on
from models.linking.prices import outcome_of, solve_by_prices
from models.linking.problem import IntArray, LinkPlan, LinkPrices, LinkProblem

__all__ = ["NOWHERE", "AgainEffort", "SolvedAgain", "solve_again"]

_ENGINES: tuple[str, ...] = ()
"""Repair, rings and bound are our own whole numbers; no engine answers."""


_FEW_ROUNDS = ImproveEffort(rounds=5, stages=(Stage(2, 4), Stage(2, 2)), attempts=3_000)
"""Effort: an earlier plan is near its bound already."""


@dataclass(frozen=True, slots=True)
class AgainEffort:
    """Effort: budget of a re-solve in steps; none of it is a clock."""

    improve: ImproveEffort = _FEW_ROUNDS
    enough: float = 0.0015
    """Gap, as a share of the plan's worth, above which new prices are searched."""
    fine: tuple[Cooling, ...] = (
        Cooling(temperature=3, candidates=40, steps=60, stride=6),
        Cooling(temperature=1, candidates=40, steps=60, stride=3),
    )
    """Temperatures of that search, which begins with the old prices."""


@dataclass(frozen=True, slots=True, eq=False)
class SolvedAgain:
    """The new outcome beside the old plan."""

    outcome: LinkOutcome
    moved: IntArray
    """Households, ascending, that the old plan linked to another municipality."""


def solve_again(
    problem: LinkProblem,
    prices: LinkPrices,
    plan: LinkPlan,
    *,
    changed: Sequence[int] | None = None,
    effort: AgainEffort | None = None,
) -> SolvedAgain:
    """Keep the old plan, repair it where it no longer holds, and prove it with the old prices.

    Parameters
    ----------
    problem
        The changed problem: the same municipalities and classes, other open pairs (a pin, a
        closed municipality), dwellings, quotas or households.
    prices
        Prices of the old plan.
    plan
        The old plan in the rows of the new problem; ``NOWHERE`` as municipality of a household
        that it did not know.
    changed
        Municipalities with another supply or quota. If given, only what touches them or a
        household that had to go is improved, and what that touches in turn; the rest of the
        plan stays as it is. Without it the whole plan may improve.
    effort
        The budget.

    Returns
    -------
    SolvedAgain
        As ``solve_by_prices``; ``UNKNOWN`` where it finds no plan in which nobody lacks a
        dwelling, and never "infeasible".

    Raises
    ------
    PriceRangeError
        If the prices do not fit the problem.
    ValueError
        If the plan has other rows than the problem, or an index is out of range.

    Notes
    -----
    Old prices bound the new problem as they stand. Where the gap they leave is too large, a
    short descent from them finds better ones. The answer is a function of the arguments alone.
    """
    effort = effort or AgainEffort()
    check_prices(problem, prices)
    _check_shape(problem, plan)
    layout = layout_of(problem)
    if not problem.allowed.any(axis=1).all():
        return _beside(plan, solve_by_prices(problem, warm=prices))
    places, touched = repaired(problem, layout, prices, plan)
    near = None if changed is None else _marked(problem, np.append(touched, changed))
    improve(places, tables_of(problem, layout, prices), effort.improve, near)
    outcome = outcome_of(places, prices, _ENGINES)
    if outcome.plan is None:
        # Somebody lacks a dwelling who may not, or a cap is broken: only the whole road can tell.
        return _beside(plan, solve_by_prices(problem, warm=prices))
    bounds = outcome.bounds
    assert bounds is not None
    if bounds.difference > effort.enough * abs(bounds.objective):
        prices = search_on(problem, layout, prices, effort.fine)
        improve(places, tables_of(problem, layout, prices), effort.improve, near)
        outcome = outcome_of(places, prices, _ENGINES)
    return _beside(plan, outcome)


def _check_shape(problem: LinkProblem, plan: LinkPlan) -> None:
    households, municipalities, _ = problem.shape
    if plan.municipality.shape != (households,) or plan.dwelling_class.shape != (households,):
        raise ValueError("the old plan has other rows than the problem")
    if households and not NOWHERE <= plan.municipality.min() <= plan.municipality.max() < (
        municipalities
    ):
        raise ValueError("a municipality of the old plan is out of range")


def _marked(problem: LinkProblem, some: IntArray) -> BoolArray:
    near = np.zeros(problem.shape[1], dtype=np.bool_)
    near[some.astype(np.int64)] = True
    return near


def _beside(old: LinkPlan, outcome: LinkOutcome) -> SolvedAgain:
    new = outcome.plan
    if new is None:
        return SolvedAgain(outcome, np.zeros(0, dtype=np.int64))
    moved = (new.municipality != old.municipality) & (old.municipality != NOWHERE)
    return SolvedAgain(outcome, np.flatnonzero(moved))
