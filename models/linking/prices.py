"""The price road: prices that prove a bound, and a plan found with them."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field

from models.linking.caps import is_within_caps
from models.linking.outcome import LinkOutcome
from models.linking.priced.certificate import GapParts, explain_gap
from models.linking.priced.classes import plan_of
from models.linking.priced.dual import Cooling
from models.linking.priced.improve import ImproveEffort, Stage, improve
from models.linking.priced.layout import Layout, layout_of
from models.linking.priced.passes import PriceRangeError, check_prices, exact_bound, tables_of
from models.linking.priced.placing import place_by_prices
from models.linking.priced.search import PriceEffort, search_prices
from models.linking.priced.state import Places
from models.linking.priced.under_caps import within_caps
from models.linking.problem import LinkPlan, LinkPrices, LinkProblem, value_of
from models.solution import Bounds, SolverDisagreementError, Status
from models.solver.milp import highs_version
from models.solver.progress import Progress, listening, report_progress

__all__ = [
    "QUICK",
    "Effort",
    "GapParts",
    "ImproveEffort",
    "PriceEffort",
    "PriceRangeError",
    "explain_gap",
    "replay_from_prices",
    "solve_by_prices",
]


@dataclass(frozen=True, slots=True)
class Effort:
    """Effort: budget of the price road in rounds and steps; none of it is a clock."""

    prices: PriceEffort = field(default_factory=PriceEffort)
    improve: ImproveEffort = field(default_factory=ImproveEffort)


QUICK = Effort(
    prices=PriceEffort(
        cold=(
            Cooling(temperature=100, candidates=60, steps=60, stride=200),
            Cooling(temperature=30, candidates=60, steps=60, stride=60),
            Cooling(temperature=10, candidates=40, steps=60, stride=20),
            Cooling(temperature=3, candidates=40, steps=60, stride=6),
            Cooling(temperature=1, candidates=40, steps=60, stride=3),
        ),
        master_rounds=0,
    ),
    improve=ImproveEffort(rounds=3, stages=(Stage(2, 4),), attempts=2_000),
)
"""Effort: a plan in a fraction of the time, some tenths of a percent below the bound."""

CLOSE = 2_000_000_000
"""A plan is improved until it lies within a share of households / CLOSE of its bound.

As near as the prices were sought. Below 10,000 households it hardly ever matters; at 100,000 it
saves rounds of minutes for a thousandth of a percent.
"""
_STAGES = 4


def solve_by_prices(
    problem: LinkProblem,
    *,
    warm: LinkPrices | None = None,
    effort: Effort | None = None,
    on_progress: Progress | None = None,
) -> LinkOutcome:
    """Search prices, round them once, and let whole numbers make the plan.

    Parameters
    ----------
    problem
        The problem.
    warm
        Prices of a similar problem with the same municipalities and classes; the search starts
        from them.
    effort
        The budget.
    on_progress
        Called with (done, total) stages; never part of the result.

    Returns
    -------
    LinkOutcome
        ``FEASIBLE`` with the plan and its proven bound, ``OPTIMAL`` where they meet, or
        ``UNKNOWN`` where this road found no plan; it never says that there is none.

    Raises
    ------
    PriceRangeError
        If ``warm`` does not fit the problem, or points are so large that a sum could overflow.

    Notes
    -----
    The plan is a function of the problem and the rounded prices alone: ``replay_from_prices``
    gives it again.
    """
    effort = effort or Effort()
    if warm is not None:
        check_prices(problem, warm)
    with listening(on_progress) if on_progress is not None else nullcontext():
        layout = layout_of(problem)
        if _somebody_has_nowhere(problem, layout):
            return _unknown(None, None, ())
        found = search_prices(problem, layout, effort.prices, warm)
        report_progress(1, _STAGES)
        engines = (highs_version(), *_FLOW) if found.master_used else _FLOW
        return _plan(problem, layout, found.prices, effort, engines)


_FLOW = ("ortools-flow",)


def replay_from_prices(
    problem: LinkProblem, prices: LinkPrices, *, effort: Effort | None = None
) -> LinkOutcome:
    """Make the plan that belongs to given prices, in whole numbers only.

    Parameters
    ----------
    problem
        The problem.
    prices
        Prices as a run published them.
    effort
        The budget of that run.

    Returns
    -------
    LinkOutcome
        The same plan and bound on every machine.

    Raises
    ------
    PriceRangeError
        If the prices do not fit the problem or prove nothing.
    """
    check_prices(problem, prices)
    layout = layout_of(problem)
    if _somebody_has_nowhere(problem, layout):
        return _unknown(None, None, ())
    return _plan(problem, layout, prices, effort or Effort(), _FLOW)


def _somebody_has_nowhere(problem: LinkProblem, layout: Layout) -> bool:
    closed = not problem.allowed.any(axis=1).all()
    homeless = layout.needs & ~layout.suits.any(axis=1)
    return closed or (not problem.may_lack_dwelling and bool(homeless.any()))


def _plan(
    problem: LinkProblem,
    layout: Layout,
    prices: LinkPrices,
    effort: Effort,
    engines: tuple[str, ...],
) -> LinkOutcome:
    places = place_by_prices(problem, layout, prices)
    report_progress(2, _STAGES)
    bound = exact_bound(problem, layout, prices) // prices.scale
    good_enough = bound - abs(bound) * len(problem.sizes) // CLOSE
    tables = tables_of(problem, layout, prices)
    improve(places, tables, effort.improve, good_enough=good_enough)
    if not is_within_caps(problem, places.persons):
        places = within_caps(places, prices)
        improve(places, tables, effort.improve)
    report_progress(3, _STAGES)
    return outcome_of(places, prices, engines)


def outcome_of(places: Places, prices: LinkPrices, engines: tuple[str, ...]) -> LinkOutcome:
    """Give out the classes of a plan, value it and set it beside the bound of ``prices``.

    Parameters
    ----------
    places
        A plan by municipality and lack.
    prices
        Prices of the same problem.
    engines
        Names of the engines used.

    Returns
    -------
    LinkOutcome
        ``UNKNOWN`` where somebody lacks a dwelling that may not be lacked, or a cap is broken.

    Raises
    ------
    SolverDisagreementError
        If the plan does not survive recomputation.
    """
    problem = places.problem
    bound = exact_bound(problem, places.layout, prices)
    homeless = bool(places.lacks.any()) and not problem.may_lack_dwelling
    if homeless or not is_within_caps(problem, places.persons):
        return _unknown(prices, bound, engines)
    plan = plan_of(places)
    value = _checked_value(problem, plan, prices, bound)
    if value != places.worth():
        raise SolverDisagreementError("a plan is worth other than its improvement counted")
    report_progress(4, _STAGES)
    bounds = Bounds(objective=value, bound=bound // prices.scale)
    return LinkOutcome(
        plan=plan,
        status=Status.OPTIMAL if bounds.is_closed else Status.FEASIBLE,
        bounds=bounds,
        prices=prices,
        price_bound=bounds.bound,
        engines=engines,
    )


def _checked_value(problem: LinkProblem, plan: LinkPlan, prices: LinkPrices, bound: int) -> int:
    """Value of a plan that meets every rule, with the identity of its certificate checked."""
    parts, value = explain_gap(problem, plan, prices), value_of(problem, plan)
    if parts.total != bound - prices.scale * value:
        raise SolverDisagreementError("the parts of a gap do not add up to it")
    return value


def _unknown(prices: LinkPrices | None, bound: int | None, engines: tuple[str, ...]) -> LinkOutcome:
    return LinkOutcome(
        plan=None,
        status=Status.UNKNOWN,
        bounds=None,
        prices=prices,
        price_bound=None if bound is None or prices is None else bound // prices.scale,
        engines=engines,
    )
