"""The highest floor by prices, against every plan counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.linking_instances import Recipe, make_problem
from models.linking.fair_highest import solve_highest_by_prices
from models.linking.fairness import WHOLE, floors_of
from models.linking.ordered import Weights, goals_of, weigh
from models.linking.problem import LinkPrices, bound_of, check_plan, value_of
from models.solution import Status
from tests.models.linking.exact_cases import KINDS, draw
from tests.models.linking.test_fairness import drawn, every


def lost(problem, plan):
    goals = goals_of(problem, plan)
    return goals.lacking + goals.missed


def most(problem, fits, floors, weight, prices, per_fit, per_lost):
    """What prices prove of points, fit and lost points together, by the plain formula."""
    extra = weight + per_lost
    priced = weigh(problem, Weights(weight, extra, extra))
    priced = replace(priced, points=priced.points + per_fit[floors.group][:, None] * fits)
    return bound_of(priced, LinkPrices(prices.per_person, prices.per_dwelling, 1))


def proven_level(problem, fits, floors, proof, limit):
    own = (proof.prices, proof.per_fit, proof.per_lost)
    top = most(problem, fits, floors, 0, *own) + proof.per_lost * limit
    kept = [
        level
        for level in range(WHOLE + 1)
        if int((proof.per_fit * replace(floors, level=level).least).sum()) <= top
    ]
    return max(kept)


def check(rng, kind, seen):
    problem = drawn(rng, kind)
    fits = rng.integers(0, 900, problem.points.shape)
    found = solve_highest_by_prices(problem, fits)
    if found.outcome.plan is None:
        assert found.outcome.status is Status.UNKNOWN
        seen["none"] += 1
        return
    floors, limit = floors_of(problem, fits, 0), found.plain_lost
    plans = [plan for plan in every(problem) if lost(problem, plan) <= limit]
    highest = max(int(floors.shares(plan).min()) for plan in plans)
    assert found.level <= highest <= found.highest.level
    assert proven_level(problem, fits, floors, found.highest, limit) == found.highest.level
    check_plan(problem, found.outcome.plan)
    assert int(floors.shares(found.outcome.plan).min()) == found.level
    assert lost(problem, found.outcome.plan) <= limit
    assert not found.is_highest
    bounds, prices = found.outcome.bounds, found.outcome.prices
    at_level = replace(floors, level=found.level)
    bound = most(problem, fits, floors, prices.scale, prices, found.per_fit, found.per_lost)
    bound += found.per_lost * limit - int((found.per_fit * at_level.least).sum())
    assert bound // prices.scale == bounds.bound
    kept = [value_of(problem, p) for p in plans if floors.shares(p).min() >= found.level]
    assert value_of(problem, found.outcome.plan) == bounds.objective <= max(kept) <= bounds.bound
    seen["plans"] += 1
    seen["reached"] += found.level == highest
    seen["raised"] += found.level > int(floors.shares(found.plain.plan).min())
    seen["told"] += found.highest.level < WHOLE
    seen["priced"] += bool(found.per_fit.any())


def run(seed, rounds):
    rng, seen = np.random.default_rng(seed), Counter()
    for _ in range(rounds):
        for kind in (*KINDS, "capped"):
            check(rng, kind, seen)
    return seen


def test_a_level_by_prices_is_reached_and_no_plan_is_above_its_bound():
    seen = run(1, 1)
    assert seen["plans"] > 4 and seen["told"] > 1 and seen["reached"] > 3, seen


@pytest.mark.nightly
def test_a_level_by_prices_is_reached_in_many_more():
    seen = run(2, 40)
    assert seen["plans"] > 180 and seen["raised"] > 40 and seen["priced"] > 40, seen
    assert seen["reached"] > seen["plans"] * 9 // 10, seen


def test_without_households_nobody_is_below_any_floor():
    problem = draw(np.random.default_rng(1), "plain").rows(slice(0, 0))
    found = solve_highest_by_prices(problem, np.zeros((0, problem.shape[1]), dtype=np.int64))
    assert (found.level, found.highest) == (WHOLE, None)


@pytest.mark.nightly
def test_at_middle_size_the_level_rises_beside_a_bound_and_little_value_is_open():
    recipe = Recipe(2_000, 120, 1)
    problem = make_problem(recipe)
    fits = make_problem(replace(recipe, fit_alone=True)).points.astype(np.int64)
    found = solve_highest_by_prices(problem, fits)
    floors = floors_of(problem, fits, 0)
    plain = int(floors.shares(found.plain.plan).min())
    assert plain + 100 < found.level <= found.highest.level <= 940
    bounds = found.outcome.bounds
    assert bounds.difference <= bounds.objective // 500
    assert lost(problem, found.outcome.plan) <= found.plain_lost
