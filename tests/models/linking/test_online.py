"""Weeks that do not know of each other, and what is kept back between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.linking.keeping import charge_of
from models.linking.online import Policy, Weeks, _Run, first_come, replay
from models.linking.problem import (
    NO_DWELLING,
    UNCAPPED,
    LinkPrices,
    LinkProblem,
    QuotaPenalty,
    check_plan,
    value_of,
)
from models.solver.progress import listening
from tests.models.linking.price_cases import draw


def weeks_of(problem: LinkProblem, count: int, stated: LinkPrices | None = None) -> Weeks:
    households = len(problem.sizes)
    view = np.broadcast_to(problem.dwellings, (count, *problem.dwellings.shape))
    return Weeks(problem, np.arange(households) % count, view.copy(), 20, stated)


@pytest.mark.parametrize("policy", list(Policy))
@pytest.mark.parametrize("seed", range(6))
def test_every_policy_ends_in_a_plan(policy: Policy, seed: int) -> None:
    problem = replace(draw(seed, 14, 4, scarcity=1.5), may_lack_dwelling=True)
    done = replay(weeks_of(problem, 4), policy)
    check_plan(problem, done.plan)
    assert set(done.had_dwelling.tolist()) <= {0, 1}


def test_what_is_charged_is_size_and_the_least_dear_class() -> None:
    # Household 0: 2 persons, class 0 or 1; household 1: 3 persons, joins; household 2: no class.
    charge = charge_of(
        np.array([1, 10]),
        np.array([[5, 3], [0, 7]]),
        np.array([2, 3, 9]),
        np.array([True, False, True]),
        np.array([[True, True], [True, True], [False, False]]),
    )
    assert charge.tolist() == [[2 + 3, 20 + 0], [3, 30], [9, 90]]


def one_dwelling_each() -> LinkProblem:
    """Two singles and one dwelling in each of two municipalities; the second must go to 0."""
    return LinkProblem(
        sizes=np.array([1, 1]),
        points=np.array([[10, 8], [10, 0]]),
        allowed=np.array([[True, True], [True, False]]),
        needs_dwelling=np.array([True, True]),
        without_dwelling=np.array([100, 100]),
        class_min=np.array([1]),
        class_max=np.array([1]),
        dwellings=np.array([[1], [1]]),
        quota=QuotaPenalty(np.array([1, 1]), np.array([1, 1]), 0, 0, 0, 0),
    )


def test_keeping_back_leaves_the_place_to_who_has_no_other() -> None:
    problem = one_dwelling_each()
    prices = LinkPrices(np.array([0, 0]), np.array([[3500], [0]]), 1000)
    weeks = replace(weeks_of(problem, 2, prices), arrival=np.array([0, 1]))
    greedy = replay(weeks, Policy.OWN_OPTIMUM)
    kept = replay(weeks, Policy.KEEP_BACK)
    assert greedy.plan.municipality.tolist() == [0, 0]
    assert kept.plan.municipality.tolist() == [1, 0]
    assert (kept.plan.dwelling_class != NO_DWELLING).all()
    # 8 + 10 against 10 + 10 and one without a dwelling.
    assert value_of(problem, kept.plan) == 18
    assert value_of(problem, greedy.plan) == -80


def test_the_last_week_keeps_nothing_back() -> None:
    problem = one_dwelling_each()
    prices = LinkPrices(np.array([0, 0]), np.array([[3500], [0]]), 1000)
    weeks = replace(weeks_of(problem, 2, prices), arrival=np.array([1, 0]))
    assert replay(weeks, Policy.KEEP_BACK).plan.municipality.tolist() == [1, 0]
    alone = replace(weeks, arrival=np.array([1, 1]))
    assert replay(alone, Policy.KEEP_BACK).plan.municipality.tolist() == [1, 0]


def test_who_comes_first_takes_the_best_that_is_left() -> None:
    problem = one_dwelling_each()
    plan = first_come(problem)
    assert plan.municipality.tolist() == [0, 0]
    assert plan.dwelling_class.tolist() == [0, NO_DWELLING]
    other = first_come(problem, np.array([1, 0]))
    assert other.municipality.tolist() == [1, 0]
    assert (other.dwelling_class == 0).all()


def test_a_dwelling_that_comes_later_goes_first_to_who_waits_for_it() -> None:
    problem = replace(one_dwelling_each(), allowed=np.array([[True, False], [True, False]]))
    view = np.array([[[0], [0]], [[1], [0]]])
    done = replay(Weeks(problem, np.array([0, 1]), view, 20), Policy.OWN_OPTIMUM)
    assert done.had_dwelling.tolist() == [0, 0]
    assert done.plan.dwelling_class.tolist() == [0, NO_DWELLING]


def test_scarcity_is_learnt_from_who_came_lately() -> None:
    problem = replace(draw(3, 40, 4, scarcity=2), may_lack_dwelling=True)
    weeks = weeks_of(problem, 20)
    prices = []
    for came in (0, 1, 5):
        # Week 0 is long ago in week 9, week 1 just too long, week 5 is not.
        points = problem.points.copy()
        points[weeks.arrival == came] += np.array([0, 900, 0, 0])
        run = _Run(replace(weeks, problem=replace(problem, points=points)), Policy.KEEP_BACK)
        prices.append(run._scarcity(9))
    assert (prices[0].dwelling == prices[1].dwelling).all()
    assert (prices[0].person == prices[1].person).all()
    assert (prices[0].person != prices[2].person).any()


@pytest.mark.parametrize("policy", list(Policy))
@pytest.mark.parametrize("seed", range(3))
def test_who_is_placed_ahead_keeps_the_larger_dwelling(policy: Policy, seed: int) -> None:
    problem = replace(draw(seed, 14, 4, scarcity=0.5), may_lack_dwelling=True)
    more = np.random.default_rng(seed).integers(0, 3, len(problem.sizes))
    ahead = replace(problem, room_for=problem.sizes + more)
    done = replay(weeks_of(ahead, 4), policy)
    # A class that suits only those present is refused here.
    check_plan(ahead, done.plan)


def test_a_week_sees_what_is_left_of_targets_margins_and_caps() -> None:
    problem = draw(3, 6, 4, scarcity=1.5)
    quota = QuotaPenalty(np.array([45, 20, 5, 7]), np.array([3, 1, 1, 1]), 60, 200, 40, 150)
    quota = replace(quota, most=np.array([50, 21, 5, UNCAPPED]))
    run = _Run(weeks_of(replace(problem, quota=quota), 2), Policy.OWN_OPTIMUM)
    run.persons[:] = [4, 20, 9, 0]
    today = run._today(np.array([1, 3]), problem.dwellings)
    # What is left of 45 - 4, 20 - 20, 5 - 9 and 7 - 0; a twentieth of that rounded up, at least 1.
    assert today.quota.target.tolist() == [41, 0, 0, 7]
    assert today.quota.margin.tolist() == [3, 1, 1, 1]
    assert today.quota.most is not None
    assert today.quota.most.tolist() == [46, 1, 0, UNCAPPED]
    assert today.sizes.tolist() == problem.sizes[[1, 3]].tolist()


def test_progress_of_a_half_year_counts_its_weeks() -> None:
    seen: list[tuple[int, int]] = []
    problem = replace(draw(1, 8, 2), may_lack_dwelling=True)
    with listening(lambda done, total: seen.append((done, total))):
        replay(weeks_of(problem, 3), Policy.FIRST_COME)
    assert seen == [(1, 3), (2, 3), (3, 3)]
