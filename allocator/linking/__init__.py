"""Households to municipalities: what is proposed, to whom, and what no plan can beat."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.errors import ConflictError, InputRefusedError, SolverGaveNothingError
from allocator.findings import Findings
from allocator.linking.arrays import EXACT_PAIRS, Arrays
from allocator.linking.households import HUISHOUDENS, Task, divide_households
from allocator.linking.proposal import EXISTING, MILP, PRICES, Link, LinkProposal
from allocator.reading import Instance
from allocator.solving import solver_trouble
from models.linking.outcome import ConflictKind, LinkOutcome
from models.linking.problem import LinkProblem
from models.solution import Status
from models.solver.child import run_in_child
from models.solver.limits import Limits

__all__ = ["EXISTING", "Link", "LinkProposal", "propose_links"]


def propose_links(
    instance: Instance, quotas: Sequence[int], region: str = "", exercise: bool = False
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

    Raises
    ------
    InputRefusedError
        If real households meet made-up supply (or the reverse) outside an exercise.
    ConflictError
        If no plan can meet the hard rules.
    SolverGaveNothingError
        If no plan was found: not the same as impossible.
    """
    _refuse_mixture(instance, exercise)
    task = divide_households(instance, region)
    arrays = Arrays(instance, task, quotas)
    problem = arrays.problem()
    road, outcome = _solve(problem)
    if outcome.status is Status.INFEASIBLE:
        raise ConflictError(_conflict(outcome, task, arrays).errors)
    if outcome.plan is None:
        raise SolverGaveNothingError("no plan was found within the budget")
    return arrays.proposal(problem, outcome.plan, outcome, region, road)


def _solve(problem: LinkProblem) -> tuple[str, LinkOutcome]:
    """The exact road up to its size, the price road beyond; which one is said in the result."""
    from models.linking.exact import solve_exactly
    from models.linking.prices import solve_by_prices

    is_small = problem.allowed.sum() <= EXACT_PAIRS
    with solver_trouble():
        if not is_small:
            outcome = run_in_child(solve_by_prices, problem, limits=Limits())
            if outcome.plan is not None or problem.may_lack_dwelling:
                return PRICES, outcome
        outcome = run_in_child(solve_exactly, problem, limits=Limits())
        # What two engines do not prove stands on the bound of its prices alone.
        return PRICES if outcome.status is Status.FEASIBLE else MILP, outcome


def _refuse_mixture(instance: Instance, exercise: bool) -> None:
    """Real households and made-up supply do not meet unawares."""
    settings = instance.settings
    findings = Findings()
    made_up = settings.is_synthetic("huishoudens")
    if made_up != settings.is_synthetic("aanbod") and not exercise:
        findings.error("mixed_tables", "instance.toml", column="synthetic")
    has_market = bool(instance.rows("arbeidsmarkt"))
    if has_market and not made_up and settings.is_synthetic("arbeidsmarkt"):
        findings.error("synthetic_fit", "arbeidsmarkt.csv")
    if findings.errors:
        raise InputRefusedError(findings.errors)


def _conflict(outcome: LinkOutcome, task: Task, arrays: Arrays) -> Findings:
    findings = Findings()
    conflict = outcome.conflict
    assert conflict is not None, "an infeasible outcome carries its conflict"
    names = [task.waiting[h]["huishouden_id"] for h in conflict.households]
    codes = [arrays.codes[m] for m in conflict.municipalities]
    kind = "conflict_dwellings"
    if conflict.kind is ConflictKind.NO_OPEN_MUNICIPALITY:
        kind = "no_open_municipality"
    findings.error(
        kind,
        HUISHOUDENS,
        found=", ".join(names),
        municipalities=", ".join(codes) or "-",
        shortage=conflict.shortage,
    )
    return findings
