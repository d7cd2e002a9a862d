"""Dwellings for more persons than are present: a family that is still to come."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from models.linking.exact import solve_exactly
from models.linking.groups import group_equals
from models.linking.prices import solve_by_prices
from models.linking.problem import PlanRejectedError, check_plan
from models.linking.thumb import Nearness, rule_of_thumb
from models.solution import Status
from tests.differential.test_linking_exact import compare
from tests.models.linking.exact_cases import KINDS, draw, every_plan


def ahead(rng, kind):
    """A drawn problem in which some households need room for up to two persons more."""
    problem = draw(rng, kind)
    room = problem.sizes + rng.integers(0, 3, len(problem.sizes))
    # Beyond the largest class nobody fits anywhere: such rows say nothing of the classes.
    return replace(problem, room_for=np.maximum(np.minimum(room, 5), problem.sizes))


def run(seed, rounds):
    rng, seen = np.random.default_rng(seed), Counter()
    for _ in range(rounds):
        for kind in KINDS:
            problem = ahead(rng, kind)
            compare(problem, seen)
            seen["changed"] += every_plan(problem) != every_plan(replace(problem, room_for=None))
    return seen


def test_the_exact_road_finds_what_counting_finds_with_room_for_more():
    assert run(1, 5)["changed"] > 3


@pytest.mark.nightly
def test_many_more_with_room_for_more_are_what_counting_finds():
    assert run(2, 60)["changed"] > 150


def test_the_price_road_seats_nobody_in_too_little_room():
    rng, found = np.random.default_rng(3), 0
    for _ in range(6):
        problem = ahead(rng, "lacking")
        outcome = solve_by_prices(problem)
        assert outcome.plan is not None
        check_plan(problem, outcome.plan)
        best = max(every_plan(problem).values())
        assert outcome.bounds.objective <= best <= outcome.bounds.bound
        found += outcome.status is Status.OPTIMAL
    assert found


def test_room_for_nobody_more_changes_nothing():
    problem = draw(np.random.default_rng(5), "plain")
    same = replace(problem, room_for=problem.sizes.copy())
    one, other = solve_exactly(problem), solve_exactly(same)
    assert (one.plan.municipality == other.plan.municipality).all()
    assert (one.plan.dwelling_class == other.plan.dwelling_class).all()


def test_a_plan_with_too_little_room_is_rejected():
    problem = ahead(np.random.default_rng(8), "plain")
    problem = replace(problem, dwellings=problem.dwellings + 5)
    small = replace(problem, room_for=np.full_like(problem.sizes, 99))
    outcome = solve_exactly(problem)
    assert (outcome.plan.dwelling_class >= 0).any()
    with pytest.raises(PlanRejectedError):
        check_plan(small, outcome.plan)


def test_the_rule_of_thumb_looks_at_the_room_too():
    problem = ahead(np.random.default_rng(7), "lacking")
    count = len(problem.sizes)
    near = Nearness(np.zeros(count, np.int64), np.zeros(problem.shape[1], np.int64))
    plan = rule_of_thumb(problem, np.arange(count), near)
    check_plan(replace(problem, may_lack_dwelling=True), plan)


def test_households_that_need_other_room_are_no_group():
    problem = draw(np.random.default_rng(1), "plain")
    twice = [0, 0]
    alike = replace(
        problem,
        sizes=problem.sizes[twice],
        points=problem.points[twice],
        allowed=problem.allowed[twice],
        needs_dwelling=problem.needs_dwelling[twice],
        without_dwelling=problem.without_dwelling[twice],
        canonical=None,
    )
    assert group_equals(alike)[1].tolist() == [0, 0]
    apart = replace(alike, room_for=alike.sizes + np.array([0, 1]))
    grouped, group = group_equals(apart)
    assert group.tolist() == [0, 1]
    assert grouped.one_each.housed_sizes.tolist() == apart.housed_sizes.tolist()
