"""The exact road: an optimum that two engines prove, and the one plan among the best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from models.linking.choices import Choices, all_choices, choices_within
from models.linking.claims import hold_claims
from models.linking.conflict import find_conflict
from models.linking.formulation import Formulation, formulate
from models.linking.outcome import LinkOutcome
from models.linking.prices import solve_by_prices
from models.linking.problem import (
    NO_DWELLING,
    IntArray,
    LinkPlan,
    LinkPrices,
    LinkProblem,
    bound_of,
    check_plan,
    value_of,
)
from models.solution import Bounds, SolverDisagreementError, SolverFailedError, Status
from models.solver.limits import Limits
from models.solver.linear import solve_relaxation
from models.solver.milp import cbc_version, highs_version, solve_with_cbc, solve_with_highs
from models.solver.program import UNBOUNDED, Answer, FloatArray, LinearProgram

SCALE = 1000
"""Price units per point."""
CANONICAL_BITS = 20
"""Bits of the hash that the second stage uses: sums stay exact in an engine's floats."""

Engine = Callable[[LinearProgram, Limits | None], Answer]


def solve_exactly(
    problem: LinkProblem,
    limits: Limits | None = None,
    engines: tuple[Engine, Engine] = (solve_with_cbc, solve_with_highs),
) -> LinkOutcome:
    """Find a best plan, proven by two engines, and of the best the canonical one.

    Parameters
    ----------
    problem
        The problem, up to about 50,000 open pairs.
    limits
        Budget of nodes per search.
    engines
        The engine that answers and the one that confirms.

    Returns
    -------
    LinkOutcome
        ``OPTIMAL`` where both engines prove the same value; ``FEASIBLE`` with the bound of the
        prices where the budget ended first; ``INFEASIBLE`` with the conflict.

    Raises
    ------
    SolverDisagreementError
        If the engines prove different values, or a solution does not survive recomputation.
    SolverFailedError
        If an engine does not answer.

    Notes
    -----
    A plan of the price road bounds the search: a choice whose regret alone exceeds the distance
    between the price bound and that plan is in no better plan and is left out.
    """
    conflict = find_conflict(problem)
    if conflict is not None:
        return LinkOutcome(None, Status.INFEASIBLE, None, None, None, conflict=conflict)
    if not len(problem.sizes):
        return _nobody(problem)
    start = solve_by_prices(problem)
    prices, bound = _best_prices(problem, start)
    choices = _worth_searching(problem, start, prices, bound)
    form = formulate(problem, choices)
    answers = [engine(form.program, limits) for engine in engines]
    best = _agreed(answers)
    if best is None:
        return _unproven(problem, start, answers, form, choices, prices, bound)
    budget = bound - prices.scale * best
    plan, is_only = _canonical(problem, choices_within(problem, prices, budget), best, limits)
    return LinkOutcome(
        plan,
        Status.OPTIMAL,
        Bounds(best, best),
        prices,
        bound // prices.scale,
        tuple(sorted((cbc_version(), highs_version()))),
        alternatives_excluded=is_only,
    )


def _nobody(problem: LinkProblem) -> LinkOutcome:
    """No household: the only plan is the empty one."""
    plan = LinkPlan(np.zeros(0, np.int64), np.zeros(0, np.int64))
    value = value_of(problem, plan)
    prices = LinkPrices(np.zeros(problem.shape[1], np.int64), np.zeros_like(problem.dwellings), 1)
    bound = bound_of(problem, prices)
    return LinkOutcome(plan, Status.OPTIMAL, Bounds(value, value), prices, bound, (), True)


def _best_prices(problem: LinkProblem, start: LinkOutcome) -> tuple[LinkPrices, int]:
    """The better of the relaxation's prices and those of the price road, with their bound."""
    candidates = [] if start.prices is None else [start.prices]
    relaxed = formulate(problem, all_choices(problem), relaxed=True)
    try:
        row_prices = solve_relaxation(relaxed.program).row_prices
    except SolverFailedError:
        if not candidates:
            raise
    else:
        candidates.append(_rounded_prices(problem, relaxed, row_prices))
    bounds = [(-(-bound_of(problem, own) // own.scale), i) for i, own in enumerate(candidates)]
    chosen = candidates[min(bounds)[1]]
    return chosen, bound_of(problem, chosen)


def _rounded_prices(problem: LinkProblem, form: Formulation, row_prices: FloatArray) -> LinkPrices:
    """Floats searched; from here on prices are whole."""
    per_person = np.rint(row_prices[form.quota_rows] * SCALE).astype(np.int64)
    per_dwelling = np.zeros_like(problem.dwellings)
    own = np.rint(row_prices[form.stock_rows] * SCALE).astype(np.int64)
    per_dwelling[form.stock_cells] = np.maximum(own, 0)
    return LinkPrices(per_person, per_dwelling, SCALE)


def _worth_searching(
    problem: LinkProblem, start: LinkOutcome, prices: LinkPrices, bound: int
) -> Choices:
    if start.bounds is None:
        return all_choices(problem)
    return choices_within(problem, prices, bound - prices.scale * start.bounds.objective)


def _agreed(answers: list[Answer]) -> int | None:
    """Value that both engines prove; nothing when one of them ran out of budget."""
    proven = {answer.objective for answer in answers if answer.status is Status.OPTIMAL}
    if any(answer.status is Status.INFEASIBLE for answer in answers):
        raise SolverDisagreementError("an engine finds no plan where one is known to exist")
    if len(proven) > 1:
        raise SolverDisagreementError(
            f"two engines prove different values: {sorted(map(str, proven))}"
        )
    shown = [answer.objective for answer in answers if answer.objective is not None]
    if proven and max(shown) > max(value for value in proven if value is not None):
        raise SolverDisagreementError("an engine beats what another calls the best")
    if len(proven) == 1 and all(answer.status is Status.OPTIMAL for answer in answers):
        return proven.pop()
    return None


def _unproven(
    problem: LinkProblem,
    start: LinkOutcome,
    answers: list[Answer],
    form: Formulation,
    choices: Choices,
    prices: LinkPrices,
    bound: int,
) -> LinkOutcome:
    """The best plan seen, with what the prices prove."""
    plans = [] if start.plan is None else [start.plan]
    plans += [
        _plan(problem, _where(problem, choices, answer.values[: form.arcs]))
        for answer in answers
        if answer.values is not None
    ]
    if not plans:
        return LinkOutcome(None, Status.UNKNOWN, None, prices, bound // prices.scale)
    plan = max(plans, key=lambda own: value_of(problem, own))
    check_plan(problem, plan)
    bounds = Bounds(value_of(problem, plan), bound // prices.scale)
    status = Status.OPTIMAL if bounds.is_closed else Status.FEASIBLE
    engines = tuple(sorted((cbc_version(), highs_version())))
    return LinkOutcome(plan, status, bounds, prices, bounds.bound, engines)


def _where(problem: LinkProblem, choices: Choices, values: IntArray) -> IntArray:
    """Municipality of each household from the values of the arcs."""
    where = np.full(problem.shape[0], -1, dtype=np.int64)
    used = values > 0
    where[choices.household[used]] = choices.municipality[used]
    if (where < 0).any():
        raise SolverDisagreementError("a solution leaves a household out")
    return where


def _plan(problem: LinkProblem, where: IntArray) -> LinkPlan:
    """Dwellings by rule once everybody's municipality is known."""
    dwelling = np.full(len(where), NO_DWELLING, dtype=np.int64)
    rows = np.flatnonzero(problem.needs_dwelling)
    # Where nobody may lack one, every lack weighs more than all that a plan can earn.
    weights = problem.without_dwelling if problem.may_lack_dwelling else np.ones_like(where)
    dwelling[rows] = hold_claims(
        problem.sizes[rows],
        where[rows],
        weights[rows],
        problem.class_min,
        problem.class_max,
        problem.dwellings,
    )
    return LinkPlan(where, dwelling)


def _canonical(
    problem: LinkProblem, choices: Choices, best: int, limits: Limits | None
) -> tuple[LinkPlan, bool]:
    """The best plan with the least sum of hashes, and whether it is the only one."""
    form = formulate(problem, choices)
    hashes = _hashes(problem, choices)
    first = solve_with_highs(_least_hash(form, hashes, best), limits)
    if first.values is None:
        raise SolverDisagreementError("the canonical stage finds no plan of the proven value")
    arcs = first.values[: form.arcs]
    plan = _plan(problem, _where(problem, choices, arcs))
    check_plan(problem, plan)
    if value_of(problem, plan) != best:
        raise SolverDisagreementError("the canonical plan is not worth the proven value")
    if first.status is not Status.OPTIMAL or problem.canonical is None:
        return plan, False
    other = solve_with_highs(_least_hash(form, hashes, best, np.flatnonzero(arcs)), limits)
    is_only = other.status is Status.INFEASIBLE or (
        other.status is Status.OPTIMAL
        and other.objective is not None
        and first.objective is not None
        and other.objective > first.objective
    )
    return plan, is_only


def _hashes(problem: LinkProblem, choices: Choices) -> IntArray:
    if problem.canonical is None:
        return choices.municipality.astype(np.int64)
    return problem.canonical[choices.household, choices.municipality] % (1 << CANONICAL_BITS)


def _least_hash(
    form: Formulation, hashes: IntArray, best: int, forbidden: IntArray | None = None
) -> LinearProgram:
    """Minimise the hashes among plans worth ``best``; ``forbidden`` arcs not all at once."""
    program, rows = form.program, len(form.program.row_lower)
    valued = np.flatnonzero(program.objective)
    new = [(np.full(len(valued), rows), valued, program.objective[valued], best, UNBOUNDED)]
    if forbidden is not None:
        ones = np.ones(len(forbidden), np.int64)
        new.append((ones * (rows + 1), forbidden, ones, -UNBOUNDED, len(forbidden) - 1))
    goal = np.zeros_like(program.objective)
    goal[: form.arcs] = hashes
    return replace(
        program,
        objective=goal,
        maximise=False,
        row=np.concatenate([program.row, *(part[0] for part in new)]),
        column=np.concatenate([program.column, *(part[1] for part in new)]),
        coefficient=np.concatenate([program.coefficient, *(part[2] for part in new)]),
        row_lower=np.append(program.row_lower, [part[3] for part in new]),
        row_upper=np.append(program.row_upper, [part[4] for part in new]),
    )
