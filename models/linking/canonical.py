"""Of all best plans the one that a published hash picks, so that engines and runs agree."""

from __future__ import annotations

import numpy as np

from models.linking.formulation import columns_of
from models.linking.problem import IntArray, LinkPlan, LinkProblem
from models.linking.search import Found, Search, read_plan
from models.solution import SolverDisagreementError, Status
from models.solver.program import UNBOUNDED
from models.solver.roll import blamed

CANONICAL_BITS = 20
"""Leading bits of the hashes that count.

Sums of whole hashes would need more digits than the engines compute with. With N open pairs two
plans share the least sum with a chance below N / 2^20; then we say so.
"""


def canonical_weights(problem: LinkProblem) -> IntArray:
    """Leading bits of the hashes, shape (H, M).

    Parameters
    ----------
    problem
        A problem with hashes.

    Returns
    -------
    IntArray
        Numbers below 2^20; of the plans of equal value the canonical one has the least sum.

    Raises
    ------
    ValueError
        If there are no hashes or one is negative.
    """
    hashes = problem.canonical
    if hashes is None or hashes.min(initial=0) < 0:
        raise ValueError("canonical hashes are whole numbers from zero")
    spare = int(hashes.max(initial=0)).bit_length() - CANONICAL_BITS
    return np.asarray(hashes >> max(0, spare), dtype=np.int64)


def choose_canonical(search: Search, best: Found) -> tuple[LinkPlan, bool]:
    """Take the canonical plan among all plans of the best value.

    Parameters
    ----------
    search
        The problem and its engines.
    best
        A plan of the proven best value.

    Returns
    -------
    tuple
        The plan, and whether it is proven that no other plan of this value has a hash sum as
        small. The engines change places: the prover, which can begin with the plan at hand,
        finds the least sum; the finder then looks for the plan that differs most from that one
        among those with no larger sum, and finds only the same. With too many open pairs
        nothing is tried, and with too few nodes nothing is said of other plans.

    Raises
    ------
    SolverDisagreementError
        If an engine shows a plan that another one excluded.
    """
    problem = search.problem
    if problem.canonical is None:
        return best.plan, False
    weights = canonical_weights(problem)
    form, program = search.at_least(best.value)
    if 5 * form.arcs > 2 * search.pair_limit:
        return best.plan, False
    hashes = weights[form.choices.household, form.choices.municipality]
    goal = np.zeros_like(program.objective)
    goal[: form.arcs] = hashes
    answer = search.ask(
        search.prover,
        program.with_objective(goal, maximise=False),
        columns_of(form, problem, best.plan),
    )
    if answer.status is Status.INFEASIBLE:
        raise SolverDisagreementError("an engine excludes the plan that it was given")
    if answer.values is None:
        return best.plan, False
    least = _of_value(best.value, read_plan(problem, form, answer))
    if not least.is_best:
        return min((best.plan, least.plan), key=lambda own: _sum(weights, own)), False
    limit = _sum(weights, least.plan)
    goal = np.where(answer.values > 0, -1, 0)
    goal[form.arcs :] = 0
    within = program.with_row(np.arange(form.arcs), hashes, -UNBOUNDED, limit)
    other = search.ask(search.finder, within.with_objective(goal, maximise=True))
    if other.status is Status.INFEASIBLE:
        raise SolverDisagreementError("an engine loses a plan that it must find")
    if other.values is None:
        return least.plan, False
    different = _of_value(best.value, read_plan(problem, form, other))
    if _sum(weights, different.plan) < limit:
        error = SolverDisagreementError("an engine finds a plan with a smaller sum of hashes")
        raise blamed(error, least.engine)
    return least.plan, different.is_best and other.objective == -len(problem.sizes)


def _of_value(value: int, found: Found) -> Found:
    if found.value != value:
        raise SolverDisagreementError(
            f"a plan is worth {found.value} where two engines prove {value} to be the best"
        )
    return found


def _sum(weights: IntArray, plan: LinkPlan) -> int:
    return int(weights[np.arange(len(weights)), plan.municipality].sum(dtype=np.int64))
