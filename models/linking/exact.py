"""The exact road: an optimum that two engines prove, and of the best plans the canonical one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.linking.canonical import choose_canonical
from models.linking.caps import search_caps
from models.linking.choices import Choices, all_choices, choices_within
from models.linking.conflict import find_conflicts
from models.linking.formulation import columns_of, formulate
from models.linking.outcome import LinkOutcome
from models.linking.priced.layout import layout_of
from models.linking.priced.search import PriceEffort, search_prices
from models.linking.problem import LinkPlan, LinkPrices, LinkProblem, bound_of, value_of
from models.linking.relaxation import relaxation_prices
from models.linking.search import Found, Search, read_plan, with_floor
from models.solution import Bounds, SolverDisagreementError, Status
from models.solver.choose import Engine, two_engines
from models.solver.limits import Limits
from models.solver.progress import report_progress
from models.solver.roll import blamed

NODES = 2_000
"""Effort: branch-and-bound nodes per search."""
PAIRS = 25_000
"""Pairs left open beyond which a proof is not attempted: the root alone takes minutes there."""

_FIRST_WIDTH = 5
"""Effort: points per municipality that the best plan usually stays below the price bound."""
_STAGES = 4
_WIDENINGS = 14
"""Effort: times that the width is doubled."""
_TIES = (20, 60)
"""Effort: points within which a pair is open where too many are for a proof."""
_WHOLE = 10_000
"""Effort: open pairs up to which the whole relaxation is solved at once, not by columns."""


def solve_exactly(
    problem: LinkProblem,
    node_limit: int = NODES,
    pair_limit: int = PAIRS,
    finder: Engine | None = None,
    prover: Engine | None = None,
) -> LinkOutcome:
    """Find a best plan, have it confirmed, and take the canonical one of its equals.

    Parameters
    ----------
    problem
        Any problem; this road is sensible up to about 50,000 open pairs.
    node_limit
        Branch-and-bound nodes per search; the same on every machine.
    pair_limit
        Open pairs among which a best plan may lie, beyond which no proof is attempted and a plan
        is sought among near ties; two fifths of it for the canonical plan. Nodes do not bound the
        work before the first one.
    finder, prover
        Two engines that share no code; the first two that may be asked unless given. What one
        calls the best, the other must confirm.

    Returns
    -------
    LinkOutcome
        ``OPTIMAL`` where both engines prove the same value or our own bound meets it;
        ``FEASIBLE`` with our bound where the nodes ended first; ``INFEASIBLE`` with the
        conflict; ``UNKNOWN`` where no plan was found, which says nothing about existence.

    Raises
    ------
    SolverDisagreementError
        If the engines contradict each other, or an answer does not survive recomputation.
    SolverFailedError
        If an engine dies.
    ValueError
        If the quota penalty is not convex or a hash is negative.

    Notes
    -----
    Prices from the relaxation prove a bound. A choice that alone costs more than the distance
    between that bound and a known plan is in no better plan; what is left is a small fraction of
    the pairs. This is exact, in whole numbers, and does not rest on an engine's word.
    """
    conflicts = find_conflicts(problem)
    if conflicts:
        return LinkOutcome(None, Status.INFEASIBLE, None, None, None, conflict=conflicts[0])
    if not len(problem.sizes):
        return _nobody(problem)
    capped = search_caps(problem)
    if capped.conflict is not None:
        return LinkOutcome(None, Status.INFEASIBLE, None, None, None, conflict=capped.conflict)
    if not capped.is_decided:
        return LinkOutcome(None, Status.UNKNOWN, None, None, None)
    prices = _prices(problem)
    bound = bound_of(problem, prices)
    limits = Limits(nodes=node_limit)
    first, second = two_engines()
    search = Search(problem, prices, bound, limits, pair_limit, finder or first, prover or second)
    report_progress(1, _STAGES)
    found = _find(search)
    if found is None:
        # An engine that errs is not the end: the other one is asked the same.
        search = replace(search, finder=search.prover, prover=search.finder)
        found = _find(search)
    report_progress(2, _STAGES)
    if found is None:
        return _unproven(search, None)
    confirmed = found.is_best and _confirm(search, found)
    report_progress(3, _STAGES)
    # Where the plan meets our own bound, that is proof enough.
    if not confirmed and found.value != search.price_bound:
        return _unproven(search, found)
    plan, alone = choose_canonical(search, found)
    report_progress(4, _STAGES)
    return LinkOutcome(
        plan,
        Status.OPTIMAL,
        Bounds(found.value, found.value),
        prices,
        search.price_bound,
        tuple(sorted(search.answered)),
        alone,
    )


def _nobody(problem: LinkProblem) -> LinkOutcome:
    """No household: the only plan is the empty one, and any prices prove it."""
    none = np.zeros(0, dtype=np.int64)
    plan = LinkPlan(none, none)
    value = value_of(problem, plan)
    prices = LinkPrices(np.zeros(problem.shape[1], np.int64), np.zeros_like(problem.dwellings), 1)
    return LinkOutcome(
        plan,
        Status.OPTIMAL,
        Bounds(value, value),
        prices,
        bound_of(problem, prices),
        alternatives_excluded=True,
    )


def _prices(problem: LinkProblem) -> LinkPrices:
    """Prices of the relaxation."""
    if int(problem.allowed.sum()) <= _WHOLE:
        return relaxation_prices(problem)
    return search_prices(problem, layout_of(problem), PriceEffort()).prices


def _find(search: Search) -> Found | None:
    """Search among all that a best plan can be made of, or else among ties."""
    width = search.prices.scale * max(25, _FIRST_WIDTH * search.problem.shape[1])
    near = _near(search, width)
    if len(near.household) <= search.pair_limit:
        return _find_widening(search, width)
    # Too many for a proof. Hardly a household of a best plan is far from what it likes best at
    # these prices, but quotas and dwellings are: only the pairs are kept few.
    for points in _TIES:
        ties = _near(search, points * search.prices.scale)
        pairs = {name: getattr(ties, name) for name in ("household", "municipality", "may_lack")}
        form = formulate(search.problem, replace(near, **pairs))
        answer = search.ask(search.finder, form.program)
        if answer.values is not None:
            return replace(read_plan(search.problem, form, answer), is_best=False)
        if answer.status is not Status.INFEASIBLE:
            break
    return None


def _find_widening(search: Search, width: int) -> Found | None:
    """Search among the choices near the prices, and widen until nothing better can lie outside."""
    problem, scale = search.problem, search.prices.scale
    best: Found | None = None
    for widening in range(_WIDENINGS):
        everything = widening == _WIDENINGS - 1
        form = formulate(problem, all_choices(problem) if everything else _near(search, width))
        if best is not None and form.arcs > search.pair_limit:
            return replace(best, is_best=False)
        answer = search.ask(
            search.finder, form.program if best is None else with_floor(form, best.value)
        )
        if answer.status is Status.INFEASIBLE and best is None and not everything:
            width *= 2
            continue
        if answer.status is Status.INFEASIBLE:
            raise SolverDisagreementError("an engine finds no plan where one must exist")
        if answer.values is None:
            return None if best is None else replace(best, is_best=False)
        best = read_plan(problem, form, answer)
        if best.is_best and best.value != answer.objective:
            raise SolverDisagreementError("an engine's best solution is worth less than its plan")
        needed = search.bound - scale * best.value
        if not best.is_best or needed <= width or everything:
            return best
        width = needed
    return best


def _near(search: Search, width: int) -> Choices:
    return choices_within(search.problem, search.prices, width)


def _confirm(search: Search, found: Found) -> bool:
    """Have the prover look for a better plan among all that could be one."""
    form, program = search.at_least(found.value)
    start = columns_of(form, search.problem, found.plan)
    if start is None:
        raise SolverDisagreementError("a plan makes a choice that its own value rules out")
    answer = search.ask(search.prover, program, start)
    if answer.status is Status.INFEASIBLE:
        raise SolverDisagreementError("an engine excludes the plan that it was given")
    if answer.values is None:
        return False
    other = read_plan(search.problem, form, answer)
    if other.value > found.value:
        error = SolverDisagreementError(
            f"one engine calls {found.value} the best, another shows {other.value}"
        )
        raise blamed(error, found.engine)
    return other.is_best


def _unproven(search: Search, found: Found | None) -> LinkOutcome:
    """Give the better plan and the better bound of this road and of the price road."""
    # Imported here: most runs end with a proof and never need the other road.
    from models.linking.prices import solve_by_prices

    other = solve_by_prices(search.problem)
    prices, bound = search.prices, search.price_bound
    if other.prices is not None and other.price_bound is not None and other.price_bound < bound:
        prices, bound = other.prices, other.price_bound
    engines = tuple(sorted(search.answered | set(other.engines)))
    plan = None if found is None else found.plan
    if other.plan is not None and (plan is None or _is_worth_more(search, other.plan, plan)):
        plan = other.plan
    if plan is None:
        return LinkOutcome(None, Status.UNKNOWN, None, prices, bound, engines)
    bounds = Bounds(value_of(search.problem, plan), bound)
    status = Status.OPTIMAL if bounds.is_closed else Status.FEASIBLE
    return LinkOutcome(plan, status, bounds, prices, bound, engines)


def _is_worth_more(search: Search, plan: LinkPlan, than: LinkPlan) -> bool:
    return value_of(search.problem, plan) > value_of(search.problem, than)
