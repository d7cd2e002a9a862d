"""Groups of equal households against the same households one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.linking_instances import Recipe, make_groups, make_problem
from models.linking.by_groups import GroupEffort, grouped_bound, solve_groups
from models.linking.caps import with_caps
from models.linking.groups import (
    GroupedPlan,
    GroupedProblem,
    check_grouped_plan,
    group_equals,
    grouped_value,
)
from models.linking.priced.by_kind import pieces
from models.linking.priced.columns import Columns, Entry, more_columns
from models.linking.priced.dual import Cooling, no_prices
from models.linking.priced.layout import layout_of
from models.linking.priced.passes import PriceRangeError
from models.linking.prices import solve_by_prices
from models.linking.problem import (
    UNCAPPED,
    LinkPrices,
    PlanRejectedError,
    QuotaPenalty,
    bound_of,
    check_plan,
    value_of,
)
from tests.models.linking.price_cases import best_value, draw, is_enumerable

SHORT = GroupEffort(
    schedule=(
        Cooling(temperature=100, candidates=60, steps=40, stride=200),
        Cooling(temperature=10, candidates=60, steps=40, stride=20),
    )
)


def crowd(seed: int, groups: int, municipalities: int, most: int) -> GroupedProblem:
    number = np.random.default_rng(seed).integers(1, most + 1, groups)
    one_each = draw(seed, groups, municipalities)
    return GroupedProblem(replace(one_each, may_lack_dwelling=True), number)


@pytest.mark.parametrize("seed", range(12))
def test_groups_and_one_by_one_agree_on_plan_value_and_bound(seed: int) -> None:
    grouped = crowd(seed, groups=8, municipalities=4, most=5)
    everybody = grouped.everybody()
    outcome = solve_groups(grouped, SHORT)
    assert outcome.plan is not None and outcome.bounds is not None
    plan = outcome.plan.one_by_one()
    check_plan(everybody, plan)
    assert value_of(everybody, plan) == outcome.bounds.objective
    bound = bound_of(everybody, outcome.prices)
    assert bound // outcome.prices.scale == outcome.bounds.bound == outcome.price_bound
    assert outcome.bounds.objective <= outcome.bounds.bound


def test_small_crowds_against_every_plan_counted_out() -> None:
    seen = close = 0
    for seed in range(40):
        grouped = crowd(seed, groups=3, municipalities=2, most=2)
        everybody = grouped.everybody()
        if not is_enumerable(everybody):
            continue
        outcome = solve_groups(grouped, SHORT)
        best = best_value(everybody)
        assert outcome.bounds is not None and best is not None
        assert outcome.bounds.objective <= best <= outcome.bounds.bound
        seen += 1
        close += outcome.bounds.objective >= best - 20
    assert seen >= 15 and close >= 0.7 * seen, (seen, close)


def test_a_large_crowd_comes_close_to_what_its_prices_prove() -> None:
    grouped = make_groups(Recipe(300, 30), 20_000)
    outcome = solve_groups(grouped)
    assert outcome.bounds is not None
    assert outcome.bounds.difference <= 0.0002 * outcome.bounds.objective
    coarse = solve_groups(grouped, GroupEffort(master_rounds=0))
    assert coarse.bounds is not None and coarse.bounds.bound >= outcome.bounds.bound


def test_many_of_a_group_without_a_dwelling_spread_over_what_is_open_to_them() -> None:
    grouped = crowd(1, groups=1, municipalities=4, most=1)
    target = np.array([31, 29, 20, 20])
    one = replace(
        grouped.one_each,
        sizes=np.array([1]),
        points=np.array([[9, 9, 8, 8]]),
        allowed=np.ones((1, 4), dtype=np.bool_),
        needs_dwelling=np.array([True]),
        dwellings=np.zeros_like(grouped.one_each.dwellings),
        quota=QuotaPenalty(target=target, margin=np.ones(4, dtype=np.int64)),
    )
    outcome = solve_groups(GroupedProblem(one, np.array([100])), SHORT)
    assert outcome.plan is not None and outcome.bounds is not None
    assert outcome.plan.municipality.tolist() == [0, 1, 2, 3]
    assert outcome.plan.households.tolist() == target.tolist()
    assert outcome.bounds.is_closed


def test_more_columns_at_once_are_still_the_best_ones() -> None:
    problem = make_problem(Recipe(40, 20))
    layout, prices = layout_of(problem), no_prices(problem)
    none = Columns(np.zeros(0, np.int64), np.zeros(0, np.int64))
    paid = np.full(40, -1e6)
    few = more_columns(problem, layout, prices, none, paid)
    many = more_columns(problem, layout, prices, none, paid, Entry(housed=12, lacking=5))
    for name, most in (("housed", (3, 12)), ("lacking", (1, 5))):
        some, all_ = getattr(few, name), getattr(many, name)
        assert np.isin(some, all_).all()
        for h, open_ in enumerate(problem.allowed.sum(axis=1).tolist()):
            assert (some // 20 == h).sum() == min(most[0], open_)
            assert (all_ // 20 == h).sum() == min(most[1], open_)


@pytest.mark.parametrize(("groups", "households"), [(200, 40_000), (100, 40_000), (80, 5_000)])
def test_groups_that_compete_for_few_dwellings_come_close_to_their_bound(
    groups: int, households: int
) -> None:
    outcome = solve_groups(make_groups(Recipe(groups, groups // 2 + 100), households))
    assert outcome.bounds is not None
    assert outcome.bounds.difference <= 0.0015 * outcome.bounds.objective


def test_equal_households_become_one_row_and_others_do_not() -> None:
    problem = make_problem(Recipe(30, 6))
    row = np.array([4, 0, 4, 7, 7, 7, 1])
    several = replace(
        problem,
        sizes=problem.sizes[row],
        points=problem.points[row],
        allowed=problem.allowed[row],
        needs_dwelling=problem.needs_dwelling[row],
        without_dwelling=problem.without_dwelling[row],
    )
    grouped, group = group_equals(several)
    assert grouped.number.tolist() == [2, 1, 3, 1] and grouped.households == 7
    assert group.tolist() == [0, 1, 0, 2, 2, 2, 3]
    for part in ("sizes", "points", "allowed", "needs_dwelling", "without_dwelling"):
        assert (getattr(grouped.one_each, part)[group] == getattr(several, part)).all()
    for part in ("sizes", "without_dwelling"):
        other = getattr(several, part).copy()
        other[2] += 1
        assert len(group_equals(replace(several, **{part: other}))[0].number) == 5


def test_a_group_of_one_each_is_the_ordinary_problem() -> None:
    problem = make_problem(Recipe(120, 12))
    grouped = GroupedProblem(problem, np.ones(120, dtype=np.int64))
    outcome, ordinary = solve_groups(grouped), solve_by_prices(problem)
    assert outcome.bounds is not None and ordinary.bounds is not None
    assert outcome.bounds.objective <= ordinary.bounds.bound
    assert outcome.bounds.objective >= 0.95 * ordinary.bounds.objective
    assert ordinary.bounds.objective <= outcome.bounds.bound


def test_who_may_not_lack_a_dwelling_is_never_left_without() -> None:
    grouped = crowd(5, groups=6, municipalities=3, most=4)
    strict = replace(grouped, one_each=replace(grouped.one_each, may_lack_dwelling=False))
    none = replace(strict.one_each, dwellings=np.zeros_like(strict.one_each.dwellings))
    outcome = solve_groups(replace(strict, one_each=none), SHORT)
    assert outcome.plan is None and outcome.bounds is None
    plenty = replace(
        strict.one_each,
        class_min=np.ones_like(none.class_min),
        class_max=np.full_like(none.class_max, 12),
        dwellings=none.dwellings + 100,
    )
    housed = solve_groups(replace(strict, one_each=plenty), SHORT)
    assert housed.plan is not None


def test_equal_problems_give_equal_bytes() -> None:
    grouped = make_groups(Recipe(60, 12), 900)
    first, second = (solve_groups(grouped, SHORT).plan for _ in range(2))
    assert first is not None and second is not None
    for part in ("group", "municipality", "dwelling_class", "households"):
        assert getattr(first, part).tobytes() == getattr(second, part).tobytes()


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("is_capped", [False, True])
def test_pieces_add_up_to_the_penalty_and_never_get_cheaper(size: int, is_capped: bool) -> None:
    rng = np.random.default_rng(size)
    quota = QuotaPenalty(target=rng.integers(0, 40, 30), margin=rng.integers(1, 5, 30))
    if is_capped:
        most = np.where(rng.random(30) < 0.7, rng.integers(10, 70, 30), UNCAPPED)
        quota = replace(quota, most=most, beyond_most=9_000)
    others = rng.integers(0, 50, 30)
    lengths, costs = pieces(quota, others, size, most=12)
    assert (lengths >= 0).all() and (lengths.sum(axis=0) == 12).all()
    for m in range(30):
        steps = np.repeat(costs[:, m], lengths[:, m])
        assert (np.diff(steps) >= 0).all()
        after = [quota.at(others + size * n)[m] for n in range(13)]
        assert np.diff(after).tolist() == steps.tolist()


def test_caps_hold_for_all_of_a_group_together() -> None:
    grouped = make_groups(Recipe(60, 12), 900)
    free = solve_groups(grouped, SHORT)
    assert free.plan is not None and free.bounds is not None
    persons = np.zeros(12, dtype=np.int64)
    np.add.at(
        persons,
        free.plan.municipality,
        grouped.one_each.sizes[free.plan.group] * free.plan.households,
    )
    few = int((persons - grouped.one_each.quota.target).argmax())
    most = np.full(12, UNCAPPED)
    most[few] = grouped.one_each.quota.target[few] - 3
    # More than one household of each group has together, and still less than all of them.
    assert grouped.one_each.sizes.sum() < most[few]
    assert with_caps(grouped.one_each, most) is grouped.one_each
    own = with_caps(grouped.one_each, most, grouped.number)
    assert own.quota.most is not None
    capped, quota = replace(grouped, one_each=own), own.quota
    with pytest.raises(PlanRejectedError, match="cap"):
        check_grouped_plan(capped, free.plan)
    outcome = solve_groups(capped, SHORT)
    assert outcome.plan is not None and outcome.bounds is not None
    check_plan(capped.everybody(), outcome.plan.one_by_one())
    assert outcome.bounds.objective <= free.bounds.bound
    assert outcome.bounds.bound == bound_of(capped.everybody(), outcome.prices) // 1000
    nobody = replace(quota, most=np.zeros(12, dtype=np.int64))
    barred = replace(grouped, one_each=replace(grouped.one_each, quota=nobody))
    assert solve_groups(barred, SHORT).plan is None


def test_a_plan_that_breaks_a_rule_is_refused() -> None:
    grouped = make_groups(Recipe(20, 6), 100)
    good = solve_groups(grouped, SHORT).plan
    assert good is not None
    check_grouped_plan(grouped, good)
    assert grouped_value(grouped, good) == value_of(grouped.everybody(), good.one_by_one())
    closed = np.argwhere(~grouped.one_each.allowed[good.group])
    entry, municipality = closed[0]
    elsewhere, one_class = good.municipality.copy(), good.dwelling_class.copy()
    elsewhere[entry] = municipality
    one_class[:] = 0
    few = good.households.copy()
    few[0] += 1
    for broken in (
        replace(good, municipality=elsewhere),
        replace(good, dwelling_class=one_class),
        replace(good, dwelling_class=good.dwelling_class + 6),
        replace(good, households=few),
        GroupedPlan(*(a[1:] for a in (good.group, good.municipality, good.dwelling_class, few))),
    ):
        with pytest.raises(PlanRejectedError):
            check_grouped_plan(grouped, broken)


def test_sums_that_could_leave_64_bits_are_refused() -> None:
    grouped = make_groups(Recipe(20, 6), 100)
    many = replace(grouped, number=grouped.number * (1 << 40))
    prices = LinkPrices(np.zeros(6, np.int64), np.zeros((6, 6), np.int64), 1000)
    with pytest.raises(PriceRangeError):
        grouped_bound(many, layout_of(many.one_each), prices)
