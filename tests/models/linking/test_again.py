"""A changed problem solved again: plans that hold, bounds that are true, and little moved."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.linking_instances import Recipe, make_problem
from models.linking.again import NOWHERE, AgainEffort, SolvedAgain, solve_again
from models.linking.priced.closure import reach_of
from models.linking.priced.layout import layout_of
from models.linking.priced.placing import place_by_prices, settle
from models.linking.priced.state import place
from models.linking.prices import Effort, ImproveEffort, PriceRangeError, solve_by_prices
from models.linking.problem import (
    NO_DWELLING,
    LinkPlan,
    LinkPrices,
    LinkProblem,
    bound_of,
    check_plan,
    value_of,
)
from models.solution import Status
from tests.models.linking.price_cases import best_value, draw, is_enumerable


def solved(problem: LinkProblem) -> tuple[LinkPrices, LinkPlan]:
    outcome = solve_by_prices(problem)
    assert outcome.prices is not None and outcome.plan is not None
    return outcome.prices, outcome.plan


def hold(problem: LinkProblem, answer: SolvedAgain) -> int:
    """Value of a plan that keeps the rules below a bound that is true."""
    outcome = answer.outcome
    assert outcome.plan is not None and outcome.bounds is not None and outcome.prices is not None
    check_plan(problem, outcome.plan)
    value = value_of(problem, outcome.plan)
    assert outcome.bounds.objective == value
    assert outcome.bounds.bound == bound_of(problem, outcome.prices) // outcome.prices.scale
    return value


def changed_at_random(rng: np.random.Generator, problem: LinkProblem) -> LinkProblem:
    """A household more or less bound, and a dwelling more or less in a class."""
    allowed, dwellings = problem.allowed.copy(), problem.dwellings.copy()
    household = int(rng.integers(len(allowed)))
    allowed[household] = False
    allowed[household, rng.integers(allowed.shape[1])] = True
    at = tuple(rng.integers(dwellings.shape))
    dwellings[at] = max(0, dwellings[at] + int(rng.choice([-2, 1])))
    return replace(problem, allowed=allowed, dwellings=dwellings)


def test_small_changes_against_every_plan_counted_out() -> None:
    seen: Counter[str] = Counter()
    for seed in range(16, 40):
        problem = draw(seed, households=5, municipalities=2, scarcity=1.5)
        outcome = solve_by_prices(problem)
        if not is_enumerable(problem) or outcome.plan is None or outcome.prices is None:
            continue
        new = changed_at_random(np.random.default_rng(seed), problem)
        answer = solve_again(new, outcome.prices, outcome.plan)
        best = best_value(new)
        if answer.outcome.plan is None:
            assert best is None and answer.outcome.status is Status.UNKNOWN
            seen["no plan"] += 1
            continue
        value = hold(new, answer)
        assert best is not None and answer.outcome.bounds is not None
        assert value <= best <= answer.outcome.bounds.bound
        seen["plan"] += 1
        seen["best"] += value == best
    assert seen["plan"] >= 12 and seen["no plan"] >= 1, seen
    assert seen["best"] >= 0.85 * seen["plan"], seen


def test_where_nothing_changed_nobody_moves() -> None:
    problem = make_problem(Recipe(200, 20))
    prices, plan = solved(problem)
    answer = solve_again(problem, prices, plan, changed=())
    assert answer.outcome.plan is not None
    assert (answer.outcome.plan.municipality == plan.municipality).all()
    assert len(answer.moved) == 0


def test_a_pin_is_kept_and_moves_few() -> None:
    problem = make_problem(Recipe(200, 20))
    prices, plan = solved(problem)
    household = 100
    goal = (int(plan.municipality[household]) + 7) % 20
    allowed = problem.allowed.copy()
    allowed[household] = np.arange(20) == goal
    pinned = replace(problem, allowed=allowed)
    answer = solve_again(pinned, prices, plan, changed=())
    value = hold(pinned, answer)
    new = answer.outcome.plan
    assert new is not None and new.municipality[household] == goal
    moved = np.flatnonzero(new.municipality != plan.municipality)
    assert answer.moved.tolist() == moved.tolist() and household in moved
    assert len(moved) <= 60
    cold = solve_by_prices(pinned)
    assert cold.bounds is not None and value >= 0.997 * cold.bounds.objective


def test_far_from_what_changed_nobody_moves() -> None:
    # Two countries that share nobody: rows and columns of the second follow those of the first.
    one, two = make_problem(Recipe(80, 8)), make_problem(Recipe(80, 8, seed=2))
    closed = np.zeros((80, 8), dtype=np.bool_)
    both = replace(
        one,
        sizes=np.concatenate([one.sizes, two.sizes]),
        points=np.block([[one.points, one.points], [two.points, two.points]]),
        allowed=np.block([[one.allowed, closed], [closed, two.allowed]]),
        needs_dwelling=np.concatenate([one.needs_dwelling, two.needs_dwelling]),
        without_dwelling=np.concatenate([one.without_dwelling, two.without_dwelling]),
        dwellings=np.concatenate([one.dwellings, two.dwellings]),
        quota=replace(
            one.quota,
            target=np.concatenate([one.quota.target, two.quota.target]),
            margin=np.concatenate([one.quota.margin, two.quota.margin]),
        ),
    )
    outcome = solve_by_prices(both, effort=Effort(improve=ImproveEffort(rounds=0)))
    prices, plan = outcome.prices, outcome.plan
    assert prices is not None and plan is not None
    # Neither country's plan was improved; only the first one is where the change is.
    near = solve_again(both, prices, plan, changed=[0])
    wide = solve_again(both, prices, plan)
    assert len(near.moved) and near.moved.max() < 80
    assert wide.moved.max() >= 80
    assert value_of(both, plan) < hold(both, near) < hold(both, wide)


def test_a_household_that_the_old_plan_did_not_know_is_linked_and_not_called_moved() -> None:
    problem = make_problem(Recipe(200, 20))
    prices, plan = solved(problem)
    where, dwelling = plan.municipality.copy(), plan.dwelling_class.copy()
    where[::30], dwelling[::30] = NOWHERE, NO_DWELLING
    answer = solve_again(problem, prices, LinkPlan(where, dwelling))
    cold = value_of(problem, plan)
    assert hold(problem, answer) >= 0.995 * cold
    assert not set(answer.moved.tolist()) & set(range(0, 200, 30))


def test_who_loses_a_dwelling_is_who_loses_least_by_it() -> None:
    # Two singles in the one municipality; one of its two dwellings is gone.
    problem = draw(0, households=2, municipalities=1)
    problem = replace(
        problem,
        sizes=np.array([1, 1]),
        allowed=np.ones((2, 1), dtype=np.bool_),
        needs_dwelling=np.ones(2, dtype=np.bool_),
        without_dwelling=np.array([5, 50]),
        class_min=np.array([1]),
        class_max=np.array([2]),
        dwellings=np.array([[1]]),
        may_lack_dwelling=True,
    )
    prices = LinkPrices(np.zeros(1, np.int64), np.zeros((1, 1), np.int64), 1)
    old = LinkPlan(np.zeros(2, np.int64), np.zeros(2, np.int64))
    outcome = solve_again(problem, prices, old).outcome
    assert outcome.plan is not None
    assert outcome.plan.dwelling_class.tolist() == [NO_DWELLING, 0]


def test_better_prices_are_sought_only_where_the_old_ones_prove_too_little() -> None:
    problem = make_problem(Recipe(200, 20))
    prices, plan = solved(problem)
    zero = LinkPrices(np.zeros(20, np.int64), np.zeros((20, 6), np.int64), prices.scale)
    poor = solve_again(problem, zero, plan, effort=AgainEffort(enough=1e9)).outcome
    better = solve_again(problem, zero, plan).outcome
    assert poor.bounds is not None and better.bounds is not None
    assert better.bounds.bound < poor.bounds.bound
    assert hold(problem, solve_again(problem, prices, plan)) >= value_of(problem, plan)
    same = solve_again(problem, prices, plan).outcome.prices
    assert same is prices


def test_a_plan_with_other_rows_or_columns_is_refused() -> None:
    problem = draw(0, households=4, municipalities=2)
    prices = LinkPrices(np.zeros(2, np.int64), np.zeros(problem.dwellings.shape, np.int64), 1)
    few, far = np.zeros(3, np.int64), np.full(4, 2)
    with pytest.raises(ValueError, match="other rows"):
        solve_again(problem, prices, LinkPlan(few, few))
    with pytest.raises(ValueError, match="out of range"):
        solve_again(problem, prices, LinkPlan(far, far))
    short = LinkPrices(np.zeros(1, np.int64), prices.per_dwelling, 1)
    with pytest.raises(PriceRangeError):
        solve_again(problem, short, LinkPlan(np.zeros(4, np.int64), np.zeros(4, np.int64)))


def test_equal_arguments_give_equal_answers() -> None:
    problem = make_problem(Recipe(200, 20))
    prices, plan = solved(problem)
    new = changed_at_random(np.random.default_rng(1), problem)
    first, second = (solve_again(new, prices, plan) for _ in range(2))
    assert first.outcome.plan is not None and second.outcome.plan is not None
    assert (first.outcome.plan.municipality == second.outcome.plan.municipality).all()
    assert first.moved.tolist() == second.moved.tolist()


def test_of_equal_plans_the_one_that_moves_nobody_is_kept() -> None:
    # Fit alone ties by the hundred: whoever shares a profile is worth the same everywhere.
    problem = make_problem(Recipe(400, 30, fit_alone=True))
    prices, plan = solved(problem)
    other = int(np.flatnonzero(problem.allowed.sum(axis=1) > 1)[7])
    allowed = problem.allowed.copy()
    allowed[other] = np.arange(30) == np.flatnonzero(problem.allowed[other])[-1]
    answer = solve_again(replace(problem, allowed=allowed), prices, plan, changed=())
    hold(replace(problem, allowed=allowed), answer)
    assert len(answer.moved) <= 20


@pytest.mark.parametrize("seed", range(6))
def test_settling_moves_nobody_without_a_gain_and_narrowly_never_loses(seed: int) -> None:
    problem = replace(draw(seed, households=40, municipalities=5), may_lack_dwelling=True)
    # Few different points: many assignments tie.
    problem = replace(problem, points=problem.points // 20)
    layout = layout_of(problem)
    prices = LinkPrices(np.zeros(5, np.int64), np.zeros(problem.dwellings.shape, np.int64), 1)
    places = place_by_prices(problem, layout, prices)
    for kind in range(layout.kinds):
        before = places.worth()
        settle(places, kind, within=1)
        narrow = places.worth()
        settle(places, kind)
        assert before <= narrow <= places.worth()


def test_settling_moves_only_who_gains() -> None:
    problem = replace(draw(1, households=60, municipalities=6), may_lack_dwelling=True)
    points = np.zeros((60, 6), dtype=np.int64)
    one, other = 20, 40
    where = np.random.default_rng(1).permutation(60) % 6
    where[one], where[other] = 0, 1
    points[one, 1] = 5
    problem = replace(
        problem,
        sizes=np.ones(60, dtype=np.int64),
        points=points,
        allowed=np.ones((60, 6), dtype=np.bool_),
        needs_dwelling=np.zeros(60, dtype=np.bool_),
    )
    places = place(problem, layout_of(problem), where, np.zeros(60, dtype=np.bool_))
    settle(places, 0)
    moved = np.flatnonzero(places.where != where)
    assert len(moved) == 2 and one in moved and places.where[one] == 1
    settle(places, 0, within=0)
    assert (np.flatnonzero(places.where != where) == moved).all()


def test_without_points_first_where_they_would_not_fit_settling_still_finds_the_best() -> None:
    problem = replace(draw(3, households=12, municipalities=3), may_lack_dwelling=True)
    huge = replace(problem, points=problem.points * (1 << 48))
    layout = layout_of(huge)
    prices = LinkPrices(np.zeros(3, np.int64), np.zeros(problem.dwellings.shape, np.int64), 1)
    places = place_by_prices(huge, layout, prices)
    for kind in range(layout.kinds):
        settle(places, kind)
        assert (np.diagonal(reach_of(places, kind).closed()) >= 0).all()
