from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.linking_instances import Recipe, draw_caps, make_problem
from models.linking.caps import search_caps, with_caps
from models.linking.exact import solve_exactly
from models.linking.outcome import ConflictKind, Raise
from models.linking.priced.certificate import explain_gap
from models.linking.prices import solve_by_prices
from models.linking.problem import (
    UNCAPPED,
    LinkPlan,
    PlanRejectedError,
    bound_of,
    check_plan,
    value_of,
)
from models.solution import Status
from tests.models.linking import price_cases
from tests.models.linking.test_exact_conflict import problem_of, whole

SEEDS = [
    seed if seed < 10 else pytest.param(seed, marks=pytest.mark.nightly) for seed in range(200)
]


def capped_case(seed):
    """A small problem under caps that bind now and then, and its best plan by trying all."""
    rng = np.random.default_rng(seed)
    while True:
        problem = price_cases.draw(int(rng.integers(1 << 30)), int(rng.integers(2, 6)), 3)
        most = rng.integers(0, int(problem.sizes.sum()), 3)
        problem = with_caps(problem, np.where(rng.random(3) < 0.7, most, UNCAPPED))
        if price_cases.is_enumerable(problem) and problem.quota.most is not None:
            return problem, price_cases.best_value(problem)


def excess(problem):
    """Fewest persons above the caps, and whether everybody can have a dwelling at all."""
    free = replace(problem, quota=replace(problem.quota, most=None))
    plans = []
    for chosen in itertools.product(
        *(price_cases.options(free, h) for h in range(len(free.sizes)))
    ):
        plan = LinkPlan(whole([m for m, _ in chosen]), whole([s for _, s in chosen]))
        try:
            check_plan(free, plan)
        except PlanRejectedError:
            continue
        persons = np.bincount(plan.municipality, free.sizes, 3).astype(np.int64)
        plans.append(int(np.maximum(persons - problem.quota.most, 0).sum()))
    return min(plans, default=None)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_roads_keep_caps_and_the_exact_one_is_as_good_as_trying_all(seed):
    problem, best = capped_case(seed)
    exact, priced = solve_exactly(problem), solve_by_prices(problem)
    if best is None:
        assert exact.status is Status.INFEASIBLE
        assert priced.plan is None
        return
    assert (exact.status, exact.bounds.objective) == (Status.OPTIMAL, best)
    for outcome in (exact, priced):
        if outcome.plan is not None:
            check_plan(problem, outcome.plan)
            bound = bound_of(problem, outcome.prices)
            assert bound >= best * outcome.prices.scale
            gap = bound - outcome.prices.scale * value_of(problem, outcome.plan)
            assert explain_gap(problem, outcome.plan, outcome.prices).total == gap
    if problem.may_lack_dwelling:
        assert priced.plan is not None


@pytest.mark.parametrize("seed", SEEDS)
def test_a_conflict_of_caps_says_the_least_by_which_they_have_to_rise(seed):
    problem, best = capped_case(seed)
    least = excess(problem)
    if best is not None or least is None:
        return
    conflict = solve_exactly(problem).conflict
    assert conflict.kind is ConflictKind.CAPS
    most = problem.quota.most.copy()
    for one in conflict.raises:
        most[one.municipality] += one.persons
    assert 0 < conflict.shortage <= sum(one.persons for one in conflict.raises)
    if not problem.may_lack_dwelling:
        assert sum(one.persons for one in conflict.raises) == least
        assert solve_exactly(with_caps(problem, most)).plan is not None
    alone = problem.rows(whole(conflict.households))
    assert solve_exactly(alone).status is Status.INFEASIBLE


def test_a_cut_names_the_persons_who_are_too_many():
    # Rows 0 and 1 (3 + 2 persons) may only go to 0, which takes 4; row 2 has another choice.
    problem = problem_of(
        [3, 2, 1], [[True, False], [True, False], [True, True]], [[9, 9, 9]] * 2,
        may_lack_dwelling=True,
    )  # fmt: skip
    conflict = search_caps(with_caps(problem, whole([4, UNCAPPED]))).conflict
    assert (conflict.households, conflict.municipalities) == ((0, 1), (0,))
    assert (conflict.shortage, conflict.raises) == (1, (Raise(0, 1),))


def test_households_that_do_not_divide_clash_where_their_persons_would_fit():
    # 3 + 3 persons and caps of 4 and 2: six persons fit, two households do not.
    problem = problem_of([3, 3], [[True, True]] * 2, [[9, 9, 9]] * 2, may_lack_dwelling=True)
    conflict = search_caps(with_caps(problem, whole([4, 2]))).conflict
    assert (conflict.households, conflict.municipalities) == ((0, 1), (0, 1))
    # One stays out of its three persons, or a cap of 2 rises by 1.
    assert (conflict.shortage, conflict.raises) == (1, (Raise(1, 1),))


def test_caps_and_dwellings_can_clash_that_alone_would_do():
    # Municipality 0 has the only dwelling for three; its cap leaves room for two.
    problem = problem_of([3, 1], [[True, True]] * 2, [[1, 0, 1], [1, 1, 0]])
    assert solve_exactly(problem).plan is not None
    conflict = solve_exactly(with_caps(problem, whole([2, UNCAPPED]))).conflict
    assert (conflict.kind, conflict.households) == (ConflictKind.CAPS, (0,))
    assert (conflict.shortage, conflict.raises) == (1, (Raise(0, 1),))


def test_a_search_that_ends_early_says_unknown_and_never_impossible(monkeypatch):
    problem = problem_of([3, 3], [[True, True]] * 2, [[9, 9, 9]] * 2, may_lack_dwelling=True)
    capped = with_caps(problem, whole([4, 2]))
    monkeypatch.setattr("models.linking.caps.EXACT_PAIRS", 0)
    assert not search_caps(capped).is_decided
    assert solve_exactly(capped).status is Status.UNKNOWN
    assert solve_by_prices(capped).status is Status.UNKNOWN


def test_a_plan_beyond_a_cap_is_refused():
    problem = problem_of([2, 2], [[True, True]] * 2, [[9, 9, 9]] * 2, may_lack_dwelling=True)
    plan = LinkPlan(whole([0, 0]), whole([1, 1]))
    check_plan(problem, plan)
    with pytest.raises(PlanRejectedError, match="cap"):
        check_plan(with_caps(problem, whole([3, UNCAPPED])), plan)


def test_caps_that_bind_nobody_leave_the_problem_as_it_is():
    problem = problem_of([2, 2], [[True]] * 2, [[9, 9, 9]])
    assert with_caps(problem, whole([4])) is problem


def test_tight_caps_everywhere_leave_the_price_road_a_plan():
    problem = make_problem(Recipe(400, 30, 1))
    target = problem.quota.target
    most = (target + np.roll(target, 1) + 3) // 2
    capped = with_caps(problem, most)
    assert most.sum() < 1.1 * problem.sizes.sum()
    outcome = solve_by_prices(capped)
    check_plan(capped, outcome.plan)
    free = solve_by_prices(problem)
    assert (np.bincount(free.plan.municipality, problem.sizes, 30) > most).any()
    assert outcome.bounds.bound <= free.bounds.bound


def test_caps_drawn_for_the_benchmark_bind_and_leave_a_plan():
    free = make_problem(Recipe(300, 30, 4))
    problem = draw_caps(free, 4, 20)
    most = problem.quota.most
    assert (most < UNCAPPED).sum() == 6
    assert (most[most < UNCAPPED] <= problem.quota.target[most < UNCAPPED]).any()
    outcome = solve_by_prices(problem)
    check_plan(problem, outcome.plan)
    persons = np.bincount(outcome.plan.municipality, problem.sizes, 30).astype(np.int64)
    assert (persons == most).sum() >= 3, "caps that nobody meets measure nothing"
