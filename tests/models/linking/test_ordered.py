"""One goal before the next, against every plan counted out, and with bounds that hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from models.linking import ordered
from models.linking.by_groups import prices_of_equals
from models.linking.exact import solve_exactly
from models.linking.ordered import Goals, Weights, goals_of, solve_ordered, weigh
from models.linking.prices import solve_by_prices
from models.linking.problem import bound_of, check_plan, value_of
from models.solution import Status
from tests.models.linking.exact_cases import KINDS, draw, every_plan
from tests.models.linking.price_cases import draw as draw_larger

ORDER = Weights(1, 10**12, 10**6)
"""Large enough to put one goal before the next in a problem of five households."""


def check(problem, road, seen):
    found, plans = solve_ordered(problem, road), every_plan(weigh(problem, ORDER))
    if not plans:
        seen["infeasible"] += 1
        assert found.outcome.status in (Status.INFEASIBLE, Status.UNKNOWN)
        assert found.levels == ()
        return
    if found.outcome.plan is None:
        assert road is solve_by_prices
        seen["unknown"] += 1
        return
    check_plan(problem, found.outcome.plan)
    best, own = max(plans.values()), goals_of(problem, found.outcome.plan)
    first, second, last = found.levels
    reached = (first.objective, second.objective, last.objective)
    assert reached == (-own.lacking, -own.missed, own.points)
    assert all(level.bound >= level.objective for level in found.levels)
    assert all(level.price_bound >= level.bound for level in found.levels)
    if all(level.bound == level.objective for level in found.levels):
        seen["proven"] += 1
        assert own.of(ORDER) == best
    # An earlier goal that is proven is the best there is, whatever the later ones are.
    if first.bound == first.objective:
        top = max(every_plan(weigh(problem, Weights(0, 1, 0))).values())
        assert first.objective == top
    seen["other than by weights"] += value_of(problem, found.outcome.plan) != max(
        every_plan(problem).values()
    )


def run(seed, rounds, road, points=1):
    """Solve problems of every kind; dear ``points`` outweigh the earlier goals in a sum."""
    rng, seen = np.random.default_rng(seed), Counter()
    for _ in range(rounds):
        for kind in KINDS:
            problem = draw(rng, kind)
            check(replace(problem, points=points * problem.points), road, seen)
    return seen


def test_the_exact_road_proves_the_order_that_counting_finds():
    seen = run(5, 3, solve_exactly)
    assert seen["proven"] + seen["infeasible"] == 3 * len(KINDS), seen
    assert seen["proven"] > 12


def test_the_order_is_kept_where_a_sum_breaks_it():
    seen = run(9, 1, solve_exactly, points=40)
    assert seen["other than by weights"] > 0, seen


def test_the_price_road_claims_no_more_than_counting_finds():
    seen = run(6, 3, solve_by_prices)
    assert seen["proven"] > 5, seen


@pytest.mark.nightly
def test_the_order_of_many_more_is_what_counting_finds():
    seen = run(7, 25, solve_exactly)
    assert seen["proven"] + seen["infeasible"] == 25 * len(KINDS), seen
    assert seen["proven"] > 100, seen


@pytest.mark.nightly
def test_the_order_is_kept_where_a_sum_would_break_it():
    # With the ordinary weights a sum keeps the order nearly always; a point that weighs forty
    # times as much buys dwellings and quotas.
    seen = run(8, 10, solve_exactly, points=40)
    assert seen["proven"] + seen["infeasible"] == 10 * len(KINDS), seen
    assert seen["other than by weights"] > 15, seen


def test_a_dwelling_in_view_goes_before_any_points():
    """One house, two singles: who waits longer gets it, however good it is for the other."""
    problem = draw(np.random.default_rng(1), "plain")
    whole = np.array
    problem = replace(
        problem,
        sizes=whole([1, 1]),
        points=whole([[0], [900_000]]),
        allowed=whole([[True], [True]]),
        needs_dwelling=whole([True, True]),
        without_dwelling=whole([2010, 2000]),
        dwellings=whole([[1, 0, 0]]),
        quota=replace(problem.quota, target=whole([2]), margin=whole([1])),
        canonical=None,
    )
    found = solve_ordered(problem, solve_exactly)
    assert found.outcome.plan is not None
    assert found.outcome.plan.dwelling_class.tolist() == [0, -1]
    assert [level.bound for level in found.levels] == [-2000, 0, 900_000]


def test_every_level_follows_from_its_own_prices():
    problem = replace(draw_larger(4, 120, 9), may_lack_dwelling=True)
    found = solve_ordered(problem, solve_by_prices)
    own = goals_of(problem, found.outcome.plan)
    for at, level in enumerate(found.levels):
        prices = level.outcome.prices
        proven = bound_of(weigh(problem, level.weights), prices) // prices.scale
        kept = level.weights.dwelling * own.lacking * (at > 0)
        kept += level.weights.quota * own.missed * (at > 1)
        assert level.price_bound == proven + kept
        assert level.objective <= level.bound <= level.price_bound


def test_equal_households_share_a_row_where_points_do_not_count(monkeypatch):
    one_each = replace(draw_larger(4, 60, 9), may_lack_dwelling=True)
    problem = one_each.rows(np.repeat(np.arange(60), 4))
    slow = solve_ordered(problem, solve_by_prices)
    shared = []

    def counted(*given):
        shared.append(prices_of_equals(*given))
        return shared[-1]

    monkeypatch.setattr(ordered, "_MANY", 100)
    monkeypatch.setattr(ordered, "prices_of_equals", counted)
    quick = solve_ordered(problem, solve_by_prices)
    assert len(shared) >= 2 and all(prices is not None for prices in shared)
    check_plan(problem, quick.outcome.plan)
    own = goals_of(problem, quick.outcome.plan)
    assert [level.objective for level in quick.levels] == [-own.lacking, -own.missed, own.points]
    for was, level in zip(slow.levels[:2], quick.levels[:2], strict=True):
        assert level.objective <= level.bound
        assert abs(level.bound - was.bound) <= 1 + abs(was.bound) // 1000
    assert prices_of_equals(one_each) is None, "hardly anybody has an equal"


def test_weights_grow_while_an_earlier_goal_does_worse_and_no_further_than_is_safe(monkeypatch):
    problem = replace(draw_larger(4, 40, 5), may_lack_dwelling=True)
    never = Goals(-1, -1, 0)
    tried = list(ordered._growing(problem, 0, never, solve_by_prices, 1))
    assert [weights for weights, _ in tried] == [Weights(0, 8**n, 1) for n in range(4)]
    monkeypatch.setattr(ordered, "_is_safe", lambda problem, weight: weight <= 64)
    tried = list(ordered._growing(problem, 0, never, solve_by_prices, 1))
    assert tried[-1][0] == Weights(0, 64, 1)
    tried = list(ordered._growing(problem, 1, never, solve_by_prices, 8))
    assert [weights for weights, _ in tried] == [Weights(1, 8, 1), Weights(1, 64, 8)]


def test_a_weight_that_is_safe_adds_up_to_less_than_engines_can_tell():
    problem = draw_larger(4, 40, 5)
    assert ordered._is_safe(problem, 8)
    assert not ordered._is_safe(problem, 10**9)


@pytest.mark.parametrize("status", [Status.OPTIMAL, Status.FEASIBLE])
@pytest.mark.parametrize("by_prices", [True, False])
def test_what_prices_leave_open_is_asked_of_the_road_itself(monkeypatch, status, by_prices):
    found, asked = SimpleNamespace(status=status), []

    def road(problem):
        asked.append(problem)
        return "the road"

    monkeypatch.setattr(ordered, "_without_points", lambda _: found)
    if by_prices:
        monkeypatch.setattr(ordered, "solve_by_prices", road)
    problem = draw_larger(1, 4, 2)
    is_asked = status is Status.FEASIBLE and not by_prices
    assert ordered._by_prices_first(problem, road) == ("the road" if is_asked else found)
    assert len(asked) == is_asked
    nobody = problem.rows(np.zeros(0, dtype=np.int64))
    assert ordered._by_prices_first(nobody, road) == "the road"
