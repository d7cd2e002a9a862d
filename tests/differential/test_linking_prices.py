"""The price road against every plan counted out, and against the exact road."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmarks.linking_instances import Recipe, make_problem
from models.linking.exact import solve_exactly
from models.linking.prices import explain_gap, replay_from_prices, solve_by_prices
from models.linking.problem import LinkProblem, bound_of, check_plan, value_of
from models.solution import Status
from tests.models.linking.exact_cases import KINDS, draw, every_plan


def compare(problem: LinkProblem, best: int | None, seen: Counter[str]) -> None:
    """A plan that holds, a bound that is true, and the identity between them."""
    outcome = solve_by_prices(problem)
    if outcome.plan is None:
        # With leave to lack a dwelling this road always finds a plan, without it if there is one.
        assert outcome.status is Status.UNKNOWN and best is None
        seen["no plan"] += 1
        return
    assert best is not None and outcome.bounds is not None and outcome.prices is not None
    check_plan(problem, outcome.plan)
    value = value_of(problem, outcome.plan)
    proven = bound_of(problem, outcome.prices)
    assert outcome.bounds.objective == value <= best <= outcome.bounds.bound
    assert outcome.price_bound == proven // outcome.prices.scale
    parts = explain_gap(problem, outcome.plan, outcome.prices)
    assert parts.total == proven - outcome.prices.scale * value
    assert min(p.min() for p in (parts.regret, parts.quota_slack, parts.unused)) >= 0
    if outcome.status is Status.OPTIMAL:
        assert value == best
    again = replay_from_prices(problem, outcome.prices)
    assert again.plan is not None
    assert (again.plan.municipality == outcome.plan.municipality).all()
    assert (again.plan.dwelling_class == outcome.plan.dwelling_class).all()
    seen["plan"] += 1
    seen["best"] += value == best
    seen["proven"] += outcome.status is Status.OPTIMAL


def run(seed: int, rounds: int) -> Counter[str]:
    rng, seen = np.random.default_rng(seed), Counter[str]()
    for _ in range(rounds):
        for kind in KINDS:
            problem = draw(rng, kind)
            plans = every_plan(problem)
            compare(problem, max(plans.values()) if plans else None, seen)
    return seen


def test_small_problems_against_every_plan() -> None:
    seen = run(seed=1, rounds=12)
    assert seen["plan"] >= 40 and seen["no plan"] >= 2
    assert seen["best"] >= 0.85 * seen["plan"]
    assert seen["proven"] >= 0.3 * seen["plan"]


@pytest.mark.nightly
def test_many_small_problems_against_every_plan() -> None:
    seen = run(seed=2, rounds=250)
    assert seen["best"] >= 0.85 * seen["plan"]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_medium_problem_against_the_exact_road(seed: int) -> None:
    problem = make_problem(Recipe(60, 5, seed=seed))
    exact = solve_exactly(problem)
    assert exact.status is Status.OPTIMAL and exact.bounds is not None
    compare(problem, exact.bounds.objective, Counter())
    priced = solve_by_prices(problem)
    assert priced.bounds is not None
    assert exact.bounds.objective - priced.bounds.objective <= 0.005 * exact.bounds.objective


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(1, 6))
def test_a_region_against_the_exact_road(seed: int) -> None:
    problem = make_problem(Recipe(400, 12, seed=seed))
    exact, priced = solve_exactly(problem), solve_by_prices(problem)
    assert exact.bounds is not None and priced.bounds is not None
    assert priced.bounds.objective <= exact.bounds.bound
    assert exact.bounds.objective <= priced.bounds.bound
    assert exact.bounds.objective - priced.bounds.objective <= 0.002 * exact.bounds.objective
