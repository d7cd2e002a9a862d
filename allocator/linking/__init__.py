"""Households to municipalities: what is proposed, to whom, and what no plan can beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from allocator.errors import ConflictError, InputRefusedError, SolverGaveNothingError
from allocator.findings import Findings
from allocator.link_options import ORDINARY, LinkOptions
from allocator.linking.arrays import EXACT_PAIRS, LEVEL_PAIRS, Arrays
from allocator.linking.conflicts import conflict_findings
from allocator.linking.earlier import CERTIFICATE, Earlier
from allocator.linking.from_old import solve_from_old
from allocator.linking.households import divide_households
from allocator.linking.old_plan import read_old
from allocator.linking.proposal import (
    EXISTING,
    FLOOR,
    MILP,
    NOT_FAIR,
    PRICES,
    STRICT,
    Link,
    LinkProposal,
    Solved,
)
from allocator.linking.wish_costs import costs_of
from allocator.linking.wishes import read_wishes, with_wishes
from allocator.reading import Instance
from allocator.solving import solver_trouble
from models.linking.caps import why_no_plan
from models.linking.ordered import OrderedOutcome
from models.linking.outcome import LinkOutcome
from models.linking.problem import LinkProblem
from models.solution import Status
from models.solver.child import run_in_child
from models.solver.limits import Limits

__all__ = ["EXISTING", "Link", "LinkOptions", "LinkProposal", "propose_links"]


def propose_links(
    instance: Instance,
    quotas: Sequence[int],
    region: str = "",
    exercise: bool = False,
    options: LinkOptions = ORDINARY,
) -> LinkProposal:
    """Link every household of the region, exactly.

    Parameters
    ----------
    instance
        Tables with households, supply and classes.
    quotas
        Quota per municipality, in the order of the instance [persons].
    region
        ``COLUMN=VALUE``; households whose reception lies elsewhere are left out.
    exercise
        Whether real and made-up tables may meet.
    options
        A day, prices to make a plan from or to keep back by, an old plan to keep, wishes.

    Raises
    ------
    InputRefusedError
        If real households meet made-up supply (or the reverse) outside an exercise, prices are
        no prices of this run, or a wish or the old result cannot be read.
    ConflictError
        If no plan can meet the hard rules and the wishes.
    SolverGaveNothingError
        If no plan was found: not the same as impossible.
    """
    _refuse_mixture(instance, exercise)
    if options.old is not None and options.prices is not None:
        findings = Findings()
        findings.error("from_and_prices", "--from")
        findings.refuse_errors()
    _refuse_strict_with(instance, options)
    before = divide_households(instance, region, options.stand_per)
    wishes = read_wishes(instance, before, options)
    task = with_wishes(before, wishes)
    old = None if options.old is None else read_old(options.old)
    arrays = Arrays(instance, task, quotas, options, wishes, old)
    problem = arrays.problem()
    found = _solve(arrays, problem)
    outcome = found.outcome
    if outcome.status is Status.UNKNOWN and problem.quota.most is not None:
        with solver_trouble():
            outcome = run_in_child(why_no_plan, problem, limits=Limits())
    if outcome.status is Status.INFEASIBLE:
        raise ConflictError(conflict_findings(outcome, task, arrays, problem).errors)
    if outcome.plan is None:
        raise SolverGaveNothingError("no plan was found within the budget")
    proposal = arrays.proposal(problem, outcome.plan, outcome, region, found.road)
    with solver_trouble():
        costs = costs_of(arrays, before, problem, found)
    return replace(proposal, costs=costs, levels=found.levels, fair=found.fair)


def _solve(arrays: Arrays, problem: LinkProblem) -> Solved:
    if arrays.settings.order == STRICT:
        road, found = _solve_strictly(problem)
        return Solved(road, found.outcome, found.levels)
    if arrays.settings.eerlijk != NOT_FAIR:
        return _solve_fairly(arrays, problem)
    return Solved(*_solve_weighed(arrays, problem))


def _solve_fairly(arrays: Arrays, problem: LinkProblem) -> Solved:
    """A floor under the fit of each household size, given or as high as can be."""
    from models.linking.fair_highest import solve_highest_by_prices
    from models.linking.fair_prices import solve_fairly_by_prices
    from models.linking.fairness import solve_fairly

    findings = Findings()
    floor = arrays.settings.eerlijk_vloer
    level = 10 * floor if arrays.settings.eerlijk == FLOOR else None
    is_large = problem.allowed.sum() > (EXACT_PAIRS if level is not None else LEVEL_PAIRS)
    solve = solve_fairly_by_prices if is_large else solve_fairly
    with solver_trouble():
        if is_large and level is None:
            found = run_in_child(solve_highest_by_prices, problem, arrays.fits, limits=Limits())
        else:
            found = run_in_child(solve, problem, arrays.fits, level, limits=Limits())
    if found.is_impossible:
        column = "link.eerlijk_vloer"
        findings.error(
            "fair_floor_impossible", arrays.instance.settings_place, column=column, found=floor
        )
        raise ConflictError(findings.errors)
    road = MILP if found.outcome.status is Status.OPTIMAL else PRICES
    return Solved(road, found.outcome, fair=found)


def _solve_strictly(problem: LinkProblem) -> tuple[str, OrderedOutcome]:
    """One goal before the next, each goal on the road of its size."""
    from models.linking.exact import solve_exactly
    from models.linking.ordered import solve_ordered
    from models.linking.prices import solve_by_prices

    is_small = problem.allowed.sum() <= EXACT_PAIRS
    with solver_trouble():
        if not is_small:
            found = run_in_child(solve_ordered, problem, solve_by_prices, limits=Limits())
            if found.levels or problem.may_lack_dwelling:
                return PRICES, found
        found = run_in_child(solve_ordered, problem, solve_exactly, limits=Limits())
        return PRICES if found.outcome.status is Status.FEASIBLE else MILP, found


def _solve_weighed(arrays: Arrays, problem: LinkProblem) -> tuple[str, LinkOutcome]:
    """The exact road up to its size, the price road beyond; which one is said in the result."""
    from models.linking.exact import solve_exactly
    from models.linking.prices import replay_from_prices, solve_by_prices

    earlier = arrays.earlier
    if earlier is not None:
        _refuse_range(problem, earlier)
    is_small = problem.allowed.sum() <= EXACT_PAIRS
    with solver_trouble():
        if not is_small:
            if arrays.old is not None and earlier is not None:
                outcome = solve_from_old(arrays, problem, earlier, arrays.old)
            elif earlier is None:
                outcome = run_in_child(solve_by_prices, problem, limits=Limits())
            else:
                outcome = run_in_child(replay_from_prices, problem, earlier.prices, limits=Limits())
            if outcome.plan is not None or problem.may_lack_dwelling:
                return PRICES, outcome
        outcome = run_in_child(solve_exactly, problem, limits=Limits())
        # What two engines do not prove stands on the bound of its prices alone.
        return PRICES if outcome.status is Status.FEASIBLE else MILP, outcome


def _refuse_strict_with(instance: Instance, options: LinkOptions) -> None:
    """Prices of an earlier result weigh all goals at once: they replay or repair no order."""
    findings, link = Findings(), instance.settings.link
    if link.eerlijk != NOT_FAIR:
        asked = (link.order == STRICT, options.prices is not None, options.old is not None)
        if any(asked):
            findings.error("fair_alone", instance.settings_place, column="link.eerlijk")
            findings.refuse_errors()
    if link.order == STRICT:
        for name, given in (("--prices", options.prices), ("--from", options.old)):
            if given is not None:
                findings.error("strict_alone", name)
        findings.refuse_errors()


def _refuse_range(problem: LinkProblem, earlier: Earlier) -> None:
    from models.linking.priced.passes import check_prices
    from models.linking.prices import PriceRangeError

    findings = Findings()
    try:
        check_prices(problem, earlier.prices)
    except PriceRangeError:
        findings.error("prices_unreadable", CERTIFICATE)
    findings.refuse_errors()


def _refuse_mixture(instance: Instance, exercise: bool) -> None:
    """Real households and made-up supply do not meet unawares."""
    settings = instance.settings
    findings = Findings()
    made_up = settings.is_synthetic("huishoudens")
    if made_up != settings.is_synthetic("aanbod") and not exercise:
        findings.error("mixed_tables", instance.settings_place, column="synthetic")
    has_market = bool(instance.rows("arbeidsmarkt"))
    if has_market and not made_up and settings.is_synthetic("arbeidsmarkt"):
        findings.error("synthetic_fit", "arbeidsmarkt.csv")
    if findings.errors:
        raise InputRefusedError(findings.errors)
