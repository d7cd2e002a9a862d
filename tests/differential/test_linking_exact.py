"""The exact road against every plan counted out, on either order of the engines."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from models.linking.canonical import canonical_weights
from models.linking.exact import solve_exactly
from models.linking.problem import NO_DWELLING, bound_of, check_plan, value_of
from models.solution import Status
from models.solver.milp import solve_with_cbc, solve_with_highs
from tests.models.linking.exact_cases import KINDS, canonical_sum, draw, every_plan


def compare(problem, seen, **roles):
    """Solve, count out, and note what kind of problem it was."""
    outcome, plans = solve_exactly(problem, **roles), every_plan(problem)
    if not plans:
        seen["infeasible"] += 1
        assert outcome.status is Status.INFEASIBLE
        return
    best = max(plans.values())
    assert outcome.status is Status.OPTIMAL
    check_plan(problem, outcome.plan)
    assert value_of(problem, outcome.plan) == outcome.bounds.objective == outcome.bounds.bound
    assert outcome.bounds.objective == best
    assert outcome.price_bound >= best
    assert outcome.price_bound == bound_of(problem, outcome.prices) // outcome.prices.scale
    weights = canonical_weights(problem)
    sums = [canonical_sum(weights, where) for where, value in plans.items() if value == best]
    own = canonical_sum(weights, outcome.plan.municipality.tolist())
    assert own == min(sums)
    assert outcome.alternatives_excluded == (sums.count(own) == 1)
    seen["feasible"] += 1
    seen["ties"] += len(sums) > 1
    seen["equal hash sums"] += sums.count(own) > 1
    lacking = problem.needs_dwelling & (outcome.plan.dwelling_class == NO_DWELLING)
    seen["lacking"] += bool(lacking.any())
    seen["joining"] += not problem.needs_dwelling.all()
    seen["open gap"] += outcome.price_bound > best


def run(seed, rounds, **roles):
    rng, seen = np.random.default_rng(seed), Counter()
    for _ in range(rounds):
        for kind in KINDS:
            compare(draw(rng, kind), seen, **roles)
    return seen


def check_mix(seen, total):
    """A run that met none of the hard cases would prove nothing."""
    assert seen["feasible"] + seen["infeasible"] == total
    assert 0.40 * total <= seen["feasible"] <= 0.97 * total, seen
    for kind in ("infeasible", "ties", "equal hash sums", "lacking", "joining", "open gap"):
        assert seen[kind] >= 0.03 * total, seen


def test_the_exact_road_finds_what_counting_finds():
    check_mix(run(1, 32), 32 * len(KINDS))


def test_the_engines_may_change_places():
    check_mix(run(2, 10, finder=solve_with_cbc, prover=solve_with_highs), 10 * len(KINDS))


@pytest.mark.nightly
def test_the_exact_road_finds_what_counting_finds_in_many_more():
    check_mix(run(3, 400), 400 * len(KINDS))
