from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.linking.choices import all_choices, choices_within
from models.linking.formulation import columns_of, formulate
from models.linking.problem import LinkPlan, LinkPrices, bound_of, value_of
from models.linking.relaxation import SCALE, relaxation_prices
from models.linking.seating import seat_households
from models.solver.linear import solve_relaxation
from tests.models.linking.exact_cases import KINDS, draw, every_plan


def cases(seed, rounds):
    rng = np.random.default_rng(seed)
    for _ in range(rounds):
        for kind in KINDS:
            problem = draw(rng, kind)
            plans = every_plan(problem)
            if plans:
                yield rng, problem, plans


def plan_of(problem, where):
    where = np.array(where, dtype=np.int64)
    return LinkPlan(where, seat_households(problem, where))


def random_prices(rng, problem):
    return LinkPrices(
        rng.integers(-90, 90, problem.shape[1]), rng.integers(0, 900, problem.dwellings.shape), 3
    )


def assert_is_solution(form, problem, where, value):
    plan = plan_of(problem, where)
    columns = columns_of(form, problem, plan)
    assert columns is not None
    program = form.program
    activity = program.activity(columns)
    assert ((program.lower <= columns) & (columns <= program.upper)).all()
    assert ((program.row_lower <= activity) & (activity <= program.row_upper)).all()
    assert program.value(columns) == value == value_of(problem, plan)


def test_every_plan_is_a_solution_of_the_program_and_worth_the_same():
    count = 0
    for _, problem, plans in cases(1, 8):
        form = formulate(problem, all_choices(problem))
        for where, value in plans.items():
            assert_is_solution(form, problem, where, value)
            count += 1
    assert count >= 500


def test_prices_leave_in_every_plan_that_the_budget_allows():
    """For any prices, good or bad, and for any budget."""
    inside = outside = 0
    for rng, problem, plans in cases(2, 8):
        for prices in (random_prices(rng, problem), relaxation_prices(problem)):
            bound = bound_of(problem, prices)
            for value in rng.choice(sorted(plans.values()), 2):
                budget = bound - prices.scale * int(value)
                form = formulate(problem, choices_within(problem, prices, budget))
                for where, worth in plans.items():
                    if worth >= value:
                        assert_is_solution(form, problem, where, worth)
                        inside += 1
                    else:
                        outside += columns_of(form, problem, plan_of(problem, where)) is None
    assert inside >= 500
    assert outside >= 150


def test_a_smaller_budget_leaves_fewer_choices():
    fewer = 0
    for _, problem, plans in cases(3, 4):
        prices = relaxation_prices(problem)
        budget = bound_of(problem, prices) - prices.scale * max(plans.values())
        near = choices_within(problem, prices, budget)
        far = choices_within(problem, prices, budget + 10**9)
        assert set(near.household) == set(range(problem.shape[0]))
        fewer += len(near.household) < len(far.household)
        assert len(far.household) == problem.allowed.sum()
    assert fewer >= 8


def test_prices_of_the_relaxation_prove_its_own_value():
    for _, problem, plans in cases(4, 8):
        relaxed = formulate(problem, all_choices(problem), relaxed=True)
        value = solve_relaxation(relaxed.program).objective
        prices = relaxation_prices(problem)
        assert prices.scale == SCALE
        assert (prices.per_dwelling >= 0).all()
        # Rounding moves each price by half a unit: of all persons once, of all dwellings once.
        rounding = (problem.sizes.sum() * 2 + problem.dwellings.sum() + len(problem.sizes)) / SCALE
        assert max(plans.values()) <= value + 1e-6
        assert value - 1e-6 <= bound_of(problem, prices) / SCALE <= value + rounding


@pytest.mark.parametrize(
    "rates", [{"short_first": 60, "short_beyond": 59}, {"over_first": 40, "over_beyond": 39}]
)
def test_a_penalty_that_is_not_convex_is_refused(rates):
    problem = draw(np.random.default_rng(0), "plain")
    problem = replace(problem, quota=replace(problem.quota, **rates))
    with pytest.raises(ValueError, match="not convex"):
        formulate(problem, all_choices(problem))


def test_a_choice_that_is_not_open_has_no_columns():
    rng = np.random.default_rng(5)
    problem = draw(rng, "alike")
    while problem.shape[1] < 2:
        problem = draw(rng, "alike")
    closed = replace(problem, allowed=np.zeros_like(problem.allowed))
    closed.allowed[:, 0] = True
    form = formulate(closed, all_choices(closed))
    elsewhere = plan_of(problem, [1] * problem.shape[0])
    assert columns_of(form, closed, elsewhere) is None
