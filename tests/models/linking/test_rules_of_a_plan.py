"""Rules, value and bound of a plan, household by household and person by person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.linking.groups import GroupedPlan, GroupedProblem, check_grouped_plan, grouped_value
from models.linking.online import first_come
from models.linking.problem import (
    NO_DWELLING,
    UNCAPPED,
    LinkPlan,
    LinkPrices,
    LinkProblem,
    PlanRejectedError,
    QuotaPenalty,
    bound_of,
    check_plan,
    quota_slope_value,
    value_of,
)
from tests.models.linking.price_cases import draw


def broken(problem: LinkProblem, plan: LinkPlan) -> set[str]:
    """Rules that a plan breaks, as parts of what is said of them."""
    found = set()
    used: dict[tuple[int, int], int] = {}
    persons = [0] * problem.shape[1]
    rows = zip(plan.municipality.tolist(), plan.dwelling_class.tolist(), strict=True)
    for h, (m, s) in enumerate(rows):
        size, room_for = int(problem.sizes[h]), int(problem.housed_sizes[h])
        persons[m] += size
        if not problem.allowed[h, m]:
            found.add("closed to it")
        if s != NO_DWELLING and not problem.needs_dwelling[h]:
            found.add("needs no dwelling holds one")
        if s != NO_DWELLING and not problem.class_min[s] <= room_for <= problem.class_max[s]:
            found.add("does not fit it")
        if s == NO_DWELLING and problem.needs_dwelling[h] and not problem.may_lack_dwelling:
            found.add("is without a dwelling")
        if s != NO_DWELLING:
            used[m, s] = used.get((m, s), 0) + 1
            if used[m, s] > problem.dwellings[m, s]:
                found.add("more dwellings")
    if problem.quota.most is not None and (np.array(persons) > problem.quota.most).any():
        found.add("than its cap")
    return found


def drawn(seed: int, households: int = 5) -> tuple[LinkProblem, np.random.Generator]:
    """A problem that many plans nearly keep the rules of."""
    rng = np.random.default_rng(seed)
    problem = draw(seed, households, 3)
    problem = replace(
        problem,
        allowed=rng.random((households, 3)) < 0.9,
        dwellings=problem.dwellings + (rng.random(problem.dwellings.shape) < 0.8),
        class_max=problem.class_max + 2,
        may_lack_dwelling=bool(rng.random() < 0.5),
        room_for=problem.sizes + (rng.random(households) < 0.2),
    )
    if rng.random() < 0.5:
        most = np.where(rng.random(3) < 0.7, rng.integers(5, 20, 3), UNCAPPED)
        problem = replace(problem, quota=replace(problem.quota, most=most, beyond_most=200))
    return problem, rng


def some_plan(problem: LinkProblem, rng: np.random.Generator) -> LinkPlan:
    """Everybody mostly where that is open, in a class that mostly fits."""
    where, held = [], []
    for h in range(problem.shape[0]):
        open_ = np.flatnonzero(problem.allowed[h] | (rng.random(3) < 0.05))
        fits = np.flatnonzero(problem.fits()[h] | (rng.random(problem.shape[2]) < 0.05))
        is_housed = len(fits) and rng.random() < (0.85 if problem.needs_dwelling[h] else 0.03)
        where.append(int(rng.choice(open_)) if len(open_) else 0)
        held.append(int(rng.choice(fits)) if is_housed else NO_DWELLING)
    return LinkPlan(np.array(where), np.array(held))


def test_a_plan_is_refused_for_a_rule_that_it_breaks_and_for_no_other() -> None:
    seen: dict[str, int] = {}
    for seed in range(120):
        problem, rng = drawn(seed)
        for _ in range(12):
            plan = some_plan(problem, rng)
            rules = broken(problem, plan)
            if not rules:
                check_plan(problem, plan)
                seen["kept"] = seen.get("kept", 0) + 1
                continue
            with pytest.raises(PlanRejectedError) as refusal:
                check_plan(problem, plan)
            told = {rule for rule in rules if rule in str(refusal.value)}
            assert len(told) == 1
            if len(rules) == 1:
                seen[min(rules)] = seen.get(min(rules), 0) + 1
    assert len(seen) == 7 and min(seen.values()) >= 3, seen


def test_groups_keep_the_rules_of_their_households_one_by_one() -> None:
    kept = 0
    for seed in range(60):
        problem, rng = drawn(seed)
        grouped = GroupedProblem(problem, rng.integers(1, 4, 5))
        everybody = grouped.everybody()
        for _ in range(10):
            plan = some_plan(everybody, rng)
            group = np.repeat(np.arange(5), grouped.number)
            each = GroupedPlan(group, plan.municipality, plan.dwelling_class, np.ones_like(group))
            rules = broken(everybody, plan)
            if rules:
                with pytest.raises(PlanRejectedError) as refusal:
                    check_grouped_plan(grouped, each)
                assert sum(rule in str(refusal.value) for rule in rules) == 1
            else:
                check_grouped_plan(grouped, each)
                kept += 1
            assert grouped_value(grouped, each) == value_of(everybody, plan)
    assert kept >= 20


def test_entries_out_of_range_and_groups_linked_otherwise_than_once_are_refused() -> None:
    problem = replace(
        draw(1, 2, 2),
        allowed=np.ones((2, 2), dtype=np.bool_),
        needs_dwelling=np.zeros(2, dtype=np.bool_),
    )
    grouped, classes = GroupedProblem(problem, np.array([2, 1])), problem.shape[2]
    bare = [NO_DWELLING, NO_DWELLING]
    for entries, words in (
        (([0, 1], [0, 1], bare, [2, 1]), ""),
        (([-1, 1], [0, 1], bare, [2, 1]), "out of range"),
        (([0, 2], [0, 1], bare, [2, 1]), "out of range"),
        (([0, 1], [0, 2], bare, [2, 1]), "out of range"),
        (([0, 1], [-1, 1], bare, [2, 1]), "out of range"),
        (([0, 1], [0, 1], [-2, -1], [2, 1]), "out of range"),
        (([0, 1], [0, 1], [-1, classes], [2, 1]), "out of range"),
        (([0, 0, 1], [0, 1, 0], [*bare, -1], [2, 0, 1]), "out of range"),
        (([0, 1], [0, 1], bare, [2, 4]), "out of range"),
        (([0, 1], [0], bare, [2, 1]), "out of range"),
        (([0, 1], [0, 1], bare, [1, 1]), "other than once"),
        (([0, 1], [0, 1], bare, [2, 2]), "other than once"),
    ):
        plan = GroupedPlan(*map(np.array, entries))
        if not words:
            check_grouped_plan(grouped, plan)
            continue
        with pytest.raises(PlanRejectedError, match=words):
            check_grouped_plan(grouped, plan)
    for where, held, words in (
        ([0, 2], [-1, -1], "municipality index"),
        ([-1, 0], [-1, -1], "municipality index"),
        ([0, 1], [-2, -1], "class index"),
        ([0, 1], [-1, classes], "class index"),
        ([0], [-1, -1], "one municipality and one class"),
        ([0, 1], [-1], "one municipality and one class"),
    ):
        with pytest.raises(PlanRejectedError, match=words):
            check_plan(problem, LinkPlan(np.array(where), np.array(held)))


def penalty(quota: QuotaPenalty, m: int, persons: int) -> int:
    """What a number of persons costs, person by person."""
    total, target, margin = 0, int(quota.target[m]), int(quota.margin[m])
    for missing in range(1, target - persons + 1):
        total += quota.short_first if missing <= margin else quota.short_beyond
    for extra in range(1, persons - target + 1):
        total += quota.over_first if extra <= margin else quota.over_beyond
    if quota.most is not None:
        total += quota.beyond_most * max(0, persons - int(quota.most[m]))
    return total


def test_value_and_bound_are_those_of_every_household_and_every_number_of_persons() -> None:
    for seed in range(30):
        problem, rng = drawn(seed)
        plan = some_plan(problem, rng)
        persons = [
            int(problem.sizes[plan.municipality == m].sum()) for m in range(problem.shape[1])
        ]
        value = -sum(penalty(problem.quota, m, n) for m, n in enumerate(persons))
        for h, m in enumerate(plan.municipality.tolist()):
            lacks = problem.needs_dwelling[h] and plan.dwelling_class[h] == NO_DWELLING
            value += int(problem.points[h, m]) - bool(lacks) * int(problem.without_dwelling[h])
        assert value_of(problem, plan) == value
        problem = replace(problem, allowed=problem.allowed | (np.arange(3) == 1))
        prices = LinkPrices(
            rng.integers(-60, 60, 3), rng.integers(0, 90, problem.dwellings.shape), 3
        )
        everyone, slopes = int(problem.sizes.sum()), []
        for m in range(3):
            most = everyone
            if problem.quota.most is not None:
                most = min(most, int(problem.quota.most[m]))
            price = int(prices.per_person[m])
            slopes.append(
                max(n * price - 3 * penalty(problem.quota, m, n) for n in range(most + 1))
            )
        assert quota_slope_value(problem, prices).tolist() == slopes
        bound = sum(slopes) + int((prices.per_dwelling * problem.dwellings).sum())
        for h in range(problem.shape[0]):
            bound += max(
                net(problem, prices, h, m) for m in np.flatnonzero(problem.allowed[h]).tolist()
            )
        if problem.may_lack_dwelling:
            assert bound_of(problem, prices) == bound


def net(problem: LinkProblem, prices: LinkPrices, h: int, m: int) -> int:
    ways = [0]
    if problem.needs_dwelling[h]:
        ways = [int(problem.without_dwelling[h]) * prices.scale]
        ways += prices.per_dwelling[m, problem.fits()[h]].tolist()
    price = int(problem.sizes[h] * prices.per_person[m])
    return int(problem.points[h, m]) * prices.scale - price - min(ways)


def test_each_in_turn_takes_what_adds_most_to_the_value() -> None:
    for seed in range(40):
        problem, rng = drawn(seed, households=7)
        problem = replace(
            problem,
            allowed=problem.allowed | (np.arange(3) == 1),
            may_lack_dwelling=True,
        )
        order = rng.permutation(7)
        plan = first_come(problem, order)
        persons, left = [0] * 3, problem.dwellings.copy()
        ends = sorted(
            range(problem.shape[2]),
            key=lambda s: (int(problem.class_max[s]), int(problem.class_min[s])),
        )
        for h in order.tolist():
            best, size = None, int(problem.sizes[h])
            for m in np.flatnonzero(problem.allowed[h]).tolist():
                free = [s for s in ends if problem.fits()[h, s] and left[m, s] > 0]
                free = free if problem.needs_dwelling[h] else []
                lacks = bool(problem.needs_dwelling[h]) and not free
                own = int(problem.points[h, m]) - lacks * int(problem.without_dwelling[h])
                own -= penalty(problem.quota, m, persons[m] + size)
                own += penalty(problem.quota, m, persons[m])
                if best is None or own > best[0]:
                    best = own, m, free[0] if free else NO_DWELLING
            assert best is not None
            assert (plan.municipality[h], plan.dwelling_class[h]) == best[1:]
            persons[best[1]] += size
            if best[2] != NO_DWELLING:
                left[best[1], best[2]] -= 1
