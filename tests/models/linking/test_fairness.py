"""Floors under the fit of household sizes, and the highest floor, against every plan counted."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest

from models.linking.caps import is_within_caps, with_caps
from models.linking.fairness import WHOLE, floors_of, solve_fairly
from models.linking.ordered import goals_of
from models.linking.problem import LinkPlan, value_of
from models.linking.seating import seat_households
from models.solution import Status
from tests.models.linking.exact_cases import KINDS, draw


def every(problem):
    """Each plan that the rules allow, with its dwellings by rule."""
    rows = [np.flatnonzero(own).tolist() for own in problem.allowed]
    for where in product(*rows):
        place = np.array(where, dtype=np.int64)
        plan = LinkPlan(place, seat_households(problem, place))
        if (
            problem.may_lack_dwelling
            or not (problem.needs_dwelling & (plan.dwelling_class < 0)).any()
        ) and is_within_caps(problem, np.bincount(place, problem.sizes, problem.shape[1])):
            yield plan


def lost(problem, plan):
    goals = goals_of(problem, plan)
    return goals.lacking + goals.missed


CROWDED = ("must house", "capped")
"""Kinds in which hard rules keep some from where they fit best, so that a floor can be too high."""


def drawn(rng, kind):
    """A problem of a kind; capped ones let at most so many persons into each municipality."""
    if kind != "capped":
        return draw(rng, kind)
    problem = draw(rng, "plain")
    most = -(-5 * problem.sizes.sum() // (4 * problem.shape[1])) + rng.integers(
        -1, 2, problem.shape[1]
    )
    return with_caps(problem, np.maximum(most, 0))


def check(rng, kind, seen):
    problem = drawn(rng, kind)
    fits = rng.integers(0, 900, problem.points.shape)
    plans = list(every(problem))
    level = WHOLE if kind in CROWDED else int(rng.integers(500, WHOLE + 1))
    found = solve_fairly(problem, fits, level)
    if not plans:
        assert found.outcome.status is Status.INFEASIBLE
        return
    floors = floors_of(problem, fits, level)
    kept = [plan for plan in plans if (floors.shares(plan) >= level).all()]
    seen["possible" if kept else "impossible"] += 1
    assert found.is_impossible == (not kept)
    if kept:
        best = max(value_of(problem, plan) for plan in kept)
        assert found.outcome.status is Status.OPTIMAL
        assert found.outcome.bounds.objective == best == value_of(problem, found.outcome.plan)
        seen["costs"] += best < found.plain.bounds.objective
    top = solve_fairly(problem, fits, None)
    cheap = [plan for plan in plans if lost(problem, plan) <= top.plain_lost]
    assert top.level == max(int(floors.shares(plan).min()) for plan in cheap)
    fair = [plan for plan in cheap if floors.shares(plan).min() >= top.level]
    assert top.outcome.status is Status.OPTIMAL and top.is_highest
    assert top.outcome.bounds.objective == max(value_of(problem, plan) for plan in fair)
    assert lost(problem, top.outcome.plan) <= top.plain_lost
    seen["raised"] += top.level > int(floors.shares(top.plain.plan).min())


def run(seed, rounds):
    rng, seen = np.random.default_rng(seed), Counter()
    for _ in range(rounds):
        for kind in (*KINDS, "capped"):
            check(rng, kind, seen)
    return seen


def test_floors_and_the_highest_floor_are_what_counting_finds():
    seen = run(1, 1)
    check(np.random.default_rng(0), "must house", seen)
    assert seen["possible"] and seen["impossible"] and seen["costs"] and seen["raised"], seen


@pytest.mark.nightly
def test_floors_of_many_more_are_what_counting_finds():
    seen = run(2, 30)
    assert min(seen[key] for key in ("possible", "impossible", "costs", "raised")) > 10, seen


def test_a_group_without_any_fit_has_its_whole_share():
    problem = draw(np.random.default_rng(3), "plain")
    found = solve_fairly(problem, np.zeros_like(problem.points), None)
    assert found.level == WHOLE
    assert found.outcome.bounds == found.plain.bounds


@pytest.mark.parametrize(("level", "said"), [(None, WHOLE), (700, 700), (0, 0)])
def test_of_nobody_the_floor_is_the_one_asked_or_the_highest(level, said):
    problem = draw(np.random.default_rng(1), KINDS[0]).rows(np.zeros(0, dtype=np.int64))
    found = solve_fairly(problem, np.zeros((0, problem.shape[1]), dtype=np.int64), level)
    assert (found.level, found.outcome) == (said, found.plain)
