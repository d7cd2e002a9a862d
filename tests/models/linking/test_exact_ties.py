"""The exact road where too many pairs stay open for a proof: near ties, and faster prices."""

from __future__ import annotations

import pytest

from benchmarks.linking_instances import Recipe, make_problem
from models.linking.exact import solve_exactly
from models.linking.prices import solve_by_prices
from models.linking.problem import bound_of, check_plan, value_of
from models.linking.relaxation import relaxation_prices
from models.solution import Status
from models.solver.limits import Limits
from models.solver.milp import solve_with_highs
from models.solver.program import Answer, IntArray, LinearProgram


@pytest.mark.parametrize(
    ("recipe", "questions"), [(Recipe(150, 15, seed=2), 1), (Recipe(200, 20, seed=1), 2)]
)
def test_near_ties_hold_a_better_plan_than_prices_and_rings(recipe: Recipe, questions: int) -> None:
    problem = make_problem(recipe)
    asked = []

    def finder(program: LinearProgram, limits: Limits, start: IntArray | None = None) -> Answer:
        asked.append(program)
        return solve_with_highs(program, limits, start)

    outcome = solve_exactly(problem, pair_limit=10, finder=finder)
    rings = solve_by_prices(problem)
    assert outcome.plan is not None and outcome.bounds is not None and rings.bounds is not None
    check_plan(problem, outcome.plan)
    assert value_of(problem, outcome.plan) == outcome.bounds.objective > rings.bounds.objective
    assert outcome.status is Status.FEASIBLE
    assert outcome.bounds.bound == outcome.price_bound
    # The first ties are too few for a plan in the second problem: quotas would be missed by more
    # than the prices leave; nothing wider is asked, and nobody is asked for a proof.
    assert len(asked) == questions


def test_near_ties_find_the_optimum_that_a_proof_confirms() -> None:
    problem = make_problem(Recipe(150, 15, seed=2))
    few, all_pairs = solve_exactly(problem, pair_limit=10), solve_exactly(problem)
    assert few.bounds is not None and all_pairs.bounds is not None
    assert all_pairs.status is Status.OPTIMAL
    assert few.bounds.objective == all_pairs.bounds.objective < few.bounds.bound


def test_prices_by_columns_prove_as_much_as_the_whole_relaxation() -> None:
    problem = make_problem(Recipe(400, 40))
    assert problem.allowed.sum() > 10_000
    outcome = solve_exactly(problem, pair_limit=10)
    whole = relaxation_prices(problem)
    assert outcome.price_bound is not None and outcome.prices is not None
    assert outcome.price_bound == bound_of(problem, outcome.prices) // outcome.prices.scale
    assert abs(outcome.price_bound - bound_of(problem, whole) // whole.scale) <= 1
    assert (outcome.prices.per_person != whole.per_person).any()
