"""The search of prices and the mending of plans, step by step against something plainer."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from models.linking.fair_prices import _Search
from models.linking.fairness import floors_of
from models.linking.groups import GroupedProblem
from models.linking.outcome import LinkOutcome
from models.linking.priced.by_kind import Crowd, _room, nobody_yet, worth
from models.linking.priced.columns import Columns, _enter
from models.linking.priced.dual import (
    SHUT,
    Cooling,
    SoftPrices,
    _choose_candidates,
    _quota_slope,
    _slope_function,
    _splitter,
    _Walker,
)
from models.linking.priced.floors import _cheapest
from models.linking.priced.layout import layout_of
from models.linking.priced.master import solve_master
from models.linking.priced.repair import _house
from models.linking.priced.state import place
from models.linking.problem import (
    LinkPlan,
    LinkPrices,
    LinkProblem,
    QuotaPenalty,
    bound_of,
    value_of,
)
from models.solution import Bounds, Status
from tests.models.linking.price_cases import draw
from tests.models.linking.test_price_parts import can_house
from tests.models.linking.test_rings import at_random, lenient


def soft(problem: LinkProblem, seed: int) -> SoftPrices:
    rng = np.random.default_rng(seed)
    shape = problem.dwellings.shape
    return SoftPrices(rng.uniform(-8, 8, shape[0]), rng.uniform(0, 30, shape))


def smoothed(
    problem: LinkProblem, prices: SoftPrices, heat: float, share: float, number: np.ndarray
) -> float:
    """The smoothed dual as a sum of logarithms, household by household."""
    total = float((share * problem.dwellings * prices.dwelling).sum())
    quota = problem.quota
    for m, price in enumerate(prices.person.tolist()):
        over = np.logaddexp(0, (price - quota.over_first) / heat)
        short = np.logaddexp(0, (-price - quota.short_first) / heat)
        total += share * quota.target[m] * price
        total += share * quota.margin[m] * heat * float(over + short)
    for h, size in enumerate(problem.sizes.tolist()):
        nets = []
        for m in np.flatnonzero(problem.allowed[h]).tolist():
            net = float(problem.points[h, m]) - size * float(prices.person[m])
            if problem.needs_dwelling[h]:
                rent = prices.dwelling[m, problem.fits()[h]]
                cheap = -heat * np.logaddexp.reduce(-rent / heat) if len(rent) else np.inf
                net -= min(float(cheap), float(problem.without_dwelling[h]))
            nets.append(net / heat)
        total += int(number[h]) * heat * float(np.logaddexp.reduce(np.array(nets)))
    return total


@pytest.mark.parametrize("seed", range(4))
def test_the_slope_is_that_of_the_smoothed_dual(seed: int) -> None:
    problem = lenient(seed, households=25, municipalities=4)
    layout, prices, heat, share = layout_of(problem), soft(problem, seed), 5.0, 0.7
    number = np.random.default_rng(seed).integers(1, 4, 25)
    seen = _choose_candidates(problem, layout, prices, 99)
    split = _splitter(layout, seen, heat, number)
    slope = _slope_function(problem, layout, split, heat, share)(prices)
    step = 1e-4
    for at, table in ((slope.person, prices.person), (slope.dwelling, prices.dwelling)):
        for index in np.ndindex(table.shape):
            values = []
            for sign in (1, -1):
                moved = table.copy()
                moved[index] += sign * step
                other = (
                    SoftPrices(moved, prices.dwelling)
                    if table.ndim == 1
                    else SoftPrices(prices.person, moved)
                )
                values.append(smoothed(problem, other, heat, share, number))
            assert at[index] == pytest.approx((values[0] - values[1]) / (2 * step), abs=2e-3)


def test_candidates_are_the_best_at_these_prices() -> None:
    problem = lenient(3, households=25, municipalities=6)
    layout, prices = layout_of(problem), soft(problem, 3)
    seen = _choose_candidates(problem, layout, prices, 2)
    assert seen.place.shape == (25, 2)
    for h in range(25):
        nets = {}
        for m in range(6):
            rent = prices.dwelling[m, problem.fits()[h]].min(initial=1e7)
            lost = min(rent, problem.without_dwelling[h]) if problem.needs_dwelling[h] else 0
            points = problem.points[h, m] if problem.allowed[h, m] else SHUT
            nets[m] = points - problem.sizes[h] * prices.person[m] - lost
        best = sorted(nets, key=lambda m: -nets[m])[:2]
        assert set((seen.place[h] - layout.kind[h] * 6).tolist()) == set(best)
        open_ = [problem.points[h, m] if problem.allowed[h, m] else SHUT for m in best]
        assert sorted(seen.points[h].tolist()) == sorted(map(float, open_))


def test_a_municipality_likes_its_target_within_its_rates_and_no_more_than_its_cap() -> None:
    problem = lenient(1, households=10, municipalities=3)
    quota = QuotaPenalty(np.array([10, 10, 10]), np.array([3, 3, 3]), 6, 20, 4, 15)
    problem = dataclasses.replace(problem, quota=quota)
    # Cold: below the target at less than -6, above it at more than 4, halfway at the rate.
    liked = _quota_slope(problem, np.array([-6.5, 0.0, 4.0]), 0.01)
    assert liked.tolist() == pytest.approx([7, 10, 11.5])
    capped = dataclasses.replace(quota, most=np.array([8, 8, 11]), beyond_most=90)
    problem = dataclasses.replace(problem, quota=capped)
    assert _quota_slope(problem, np.array([-6.5, 0.0, 5.0]), 0.01).tolist() == pytest.approx(
        [7, 8, 11]
    )


def test_prices_move_by_a_stride_that_shrinks_to_a_tenth_and_stay_within_their_ends() -> None:
    problem = lenient(1, households=10, municipalities=2)
    quota = QuotaPenalty(np.array([5, 5]), np.array([1, 1]), 6, 20, 4, 15)
    problem = dataclasses.replace(problem, quota=quota)
    layout = layout_of(problem)
    dearest = float(layout.lack_cost.max())
    start = SoftPrices(np.array([-3.0, 5.0]), np.ones_like(problem.dwellings, dtype=float))
    walker = _Walker(problem, layout, start, Cooling(1.0, 9, 8, 2.0))
    down = SoftPrices(np.array([4.0, -0.25]), -np.ones_like(start.dwelling))
    person, dwelling = start.person.copy(), start.dwelling.copy()
    for step in range(1, 9):
        walker.walk(lambda _: down, 1)
        stride = 2.0 * 10 ** (-step / 8)
        person -= np.sign(down.person) * (stride + np.abs(person) * 0.02 * 10 ** (-step / 8))
        dwelling += stride + np.abs(dwelling) * 0.02 * 10 ** (-step / 8)
        person, dwelling = np.clip(person, -20, 15), np.clip(dwelling, 0, dearest)
        assert walker.step == step
        assert walker.prices.person == pytest.approx(person, abs=1e-3)
        assert walker.prices.dwelling == pytest.approx(dwelling, abs=1e-3)
    wild = _Walker(problem, layout, start, Cooling(1.0, 9, 8, 500.0))
    wild.walk(lambda _: down, 1)
    assert wild.prices.person.tolist() == [-20, 15]
    assert (wild.prices.dwelling == dearest).all()


def test_columns_that_enter_are_the_best_of_a_row_that_are_new_and_beat_its_price() -> None:
    rng = np.random.default_rng(1)
    for _ in range(60):
        rows, municipalities, most = slice(3, 8), int(rng.integers(1, 7)), int(rng.integers(1, 4))
        net = rng.permutation(5 * municipalities).reshape(5, municipalities).astype(float)
        net[rng.random(net.shape) < 0.2] = SHUT
        beat = rng.uniform(-5, 5 * municipalities, 9)
        have = np.flatnonzero(rng.random(9 * municipalities) < 0.2)
        expected = []
        for i in range(5):
            new = [
                (float(net[i, m]), m)
                for m in range(municipalities)
                if net[i, m] > max(beat[3 + i], SHUT / 2)
                and (3 + i) * municipalities + m not in have
            ]
            best = sorted(new, reverse=True)[:most]
            expected += sorted((3 + i) * municipalities + m for _, m in best)
        assert _enter(net.copy(), have, rows, beat, most).tolist() == expected


@pytest.mark.parametrize(("seed", "capped"), [(0, False), (1, False), (2, True), (3, True)])
def test_the_master_on_all_columns_is_worth_the_plain_relaxation(seed: int, capped: bool) -> None:
    problem = lenient(seed, households=14, municipalities=3)
    if capped:
        quota = problem.quota
        most = np.maximum(quota.target - np.array([1, 0, 9]), 0) + 3
        problem = dataclasses.replace(
            problem, quota=dataclasses.replace(quota, most=most, beyond_most=300)
        )
    layout = layout_of(problem)
    open_ = np.flatnonzero(problem.allowed)
    needing = problem.allowed & problem.needs_dwelling[:, None]
    answer = solve_master(problem, layout, Columns(open_, np.flatnonzero(needing)))
    assert answer is not None
    assert answer.value == pytest.approx(relaxed(problem), abs=1e-4)
    assert answer.counts.here.sum() == pytest.approx(14)
    persons = (layout.size[:, None] * answer.counts.here).sum(axis=0)
    assert persons.sum() == pytest.approx(problem.sizes.sum())
    held = answer.counts.housed[layout.needs].sum(axis=0)
    assert (held <= problem.dwellings.sum(axis=1) + 1e-6).all()
    assert (answer.counts.housed <= answer.counts.here + 1e-6).all()
    if not capped:
        prices = LinkPrices(
            np.rint(answer.prices.person * 10**6).astype(np.int64),
            np.rint(answer.prices.dwelling * 10**6).astype(np.int64),
            10**6,
        )
        assert bound_of(problem, prices) / 10**6 == pytest.approx(answer.value, abs=1e-3)


def relaxed(problem: LinkProblem) -> float:
    """The relaxation with a column for each household, municipality and class."""
    households, municipalities, classes = problem.shape
    worth: list[float] = []
    once, persons, stock = ([], [], [])
    for h, m in np.argwhere(problem.allowed).tolist():
        for s in range(-1, classes):
            if s >= 0 and not (problem.needs_dwelling[h] and problem.fits()[h, s]):
                continue
            lost = int(problem.without_dwelling[h]) if s < 0 and problem.needs_dwelling[h] else 0
            once.append((h, len(worth)))
            persons.append((m, len(worth), int(problem.sizes[h])))
            if s >= 0:
                stock.append((m * classes + s, len(worth)))
            worth.append(float(problem.points[h, m]) - lost)
    links = len(worth)
    quota, bounds = problem.quota, [(0.0, None)] * links
    for m in range(municipalities):
        margin, most = int(quota.margin[m]), None
        if quota.most is not None:
            most = int(quota.most[m])
        for rate, sign, limit in (
            (quota.short_first, 1, margin),
            (quota.short_beyond, 1, None),
            (quota.over_first, -1, margin),
            (quota.over_beyond, -1, None),
        ):
            persons.append((m, len(worth), sign))
            worth.append(-float(rate))
            bounds.append((0.0, limit))
        if most is not None:
            bounds_at_cap(bounds, int(quota.target[m]), margin, most)
            persons.append((m, len(worth), -1))
            worth.append(-float(quota.beyond_most))
            bounds.append((0.0, None))
    equal = np.zeros((households + municipalities, len(worth)))
    for h, column in once:
        equal[h, column] = 1
    for m, column, size in persons:
        equal[households + m, column] = size
    upper = np.zeros((municipalities * classes, len(worth)))
    for row, column in stock:
        upper[row, column] = 1
    found = linprog(
        -np.array(worth),
        A_ub=upper,
        b_ub=problem.dwellings.ravel(),
        A_eq=equal,
        b_eq=np.concatenate([np.ones(households), quota.target]),
        bounds=bounds,
    )
    assert found.status == 0
    return -float(found.fun)


def bounds_at_cap(bounds: list, target: int, margin: int, most: int) -> None:
    """Persons over are paid at the common rates up to the cap only; short of it there is more."""
    short, over = max(target - most, 0), max(most - target, 0)
    bounds[-4] = (min(short, margin), margin)
    bounds[-3] = (max(short - margin, 0), None)
    bounds[-2] = (0.0, min(over, margin))
    bounds[-1] = (0.0, max(over - margin, 0))


@pytest.mark.parametrize("seed", range(6))
def test_the_cheapest_move_to_a_floor_is_that_of_every_move(seed: int) -> None:
    problem = lenient(seed, households=16, municipalities=4)
    places, layout = at_random(problem, seed), layout_of(problem)
    rng = np.random.default_rng(seed)
    fits = rng.integers(0, 50, (16, 4))
    who = np.flatnonzero(rng.random(16) < 0.6)
    for missing, left in ((5, None), (40, None), (5, 0), (40, 6)):
        ways = []
        for h, m in itertools.product(who.tolist(), range(4)):
            old, before = int(places.cell[h]), places.worth()
            gain = int(fits[h, m] - fits[h, places.where[h]])
            if gain <= 0 or not problem.allowed[h, m]:
                continue
            fewer = int(problem.points[h, places.where[h]] - problem.points[h, m])
            housed = places.housed[m].copy()
            housed[layout.kind[h]] += 1
            needs = bool(layout.needs[layout.kind[h]])
            is_housed = not needs or can_house(layout, housed * layout.needs, problem.dwellings[m])
            cell = m if is_housed else 4 + m
            places.move(h, cell)
            loss = before - places.worth()
            places.move(h, old)
            # Points apart, dwellings and targets may lose no more than is left.
            if left is None or loss - fewer <= left:
                ways.append((loss / min(gain, missing), h, cell, gain, loss - fewer))
        found = _cheapest(places, who, fits, missing, left)
        assert found == (min(ways)[1:] if ways else None)


@pytest.mark.parametrize("seed", range(6))
def test_dwellings_go_to_those_who_lose_most_without(seed: int) -> None:
    problem = lenient(seed, households=11, municipalities=1)
    layout = layout_of(problem)
    where = np.zeros(11, dtype=np.int64)
    places = place(problem, layout, where, problem.needs_dwelling.copy())
    _house(places, 0)
    needing = np.flatnonzero(problem.needs_dwelling)
    best = 0
    for chosen in itertools.product((False, True), repeat=len(needing)):
        counts = np.bincount(layout.kind[needing[list(chosen)]], minlength=layout.kinds)
        if can_house(layout, counts, problem.dwellings[0]):
            best = max(best, int(layout.lack_cost[needing[list(chosen)]].sum()))
    housed = needing[~places.lacks[needing]]
    assert int(layout.lack_cost[housed].sum()) == best
    counts = np.bincount(layout.kind[housed], minlength=layout.kinds)
    assert can_house(layout, counts, problem.dwellings[0])


@pytest.mark.parametrize("seed", range(4))
def test_room_for_a_kind_is_as_many_as_can_be_housed_beside_the_others(seed: int) -> None:
    problem = lenient(seed, households=24, municipalities=3)
    places, layout = at_random(problem, seed), layout_of(problem)
    crowd = Crowd(places.persons, places.housed * layout.needs, {})
    for kind in range(layout.kinds):
        room = _room(layout, crowd, kind, 5).tolist()
        for m in range(3):
            counts = crowd.housed[m].copy()
            counts[kind] = 0
            unit = np.eye(layout.kinds, dtype=np.int64)[kind]
            ways = [
                n
                for n in range(6)
                if not layout.needs[kind]
                or (
                    (n == 0 or layout.suits[kind].any())
                    and can_house(layout, counts + n * unit, problem.dwellings[m])
                )
            ]
            assert room[m] == max(ways)


def test_a_crowd_is_worth_what_its_households_are_worth_one_by_one() -> None:
    problem = lenient(4, households=12, municipalities=3)
    layout = layout_of(problem)
    grouped = GroupedProblem(problem, np.full(12, 3))
    crowd = nobody_yet(grouped, layout)
    rng, total = np.random.default_rng(1), 0
    persons = np.zeros(3, dtype=np.int64)
    for _ in range(2):
        for kind in range(layout.kinds):
            who = layout.members(kind)
            where, housed = rng.integers(0, 3, len(who)), rng.integers(0, 2, len(who))
            count = rng.integers(1, 4, len(who))
            crowd.stand(layout, kind, (who, where, housed, count))
    for kind, (who, where, housed, count) in crowd.standing.items():
        for h, m, is_housed, n in zip(who, where, housed, count, strict=True):
            total += n * (problem.points[h, m] - (not is_housed) * layout.lack_cost[h])
            persons[m] += n * problem.sizes[h]
        assert crowd.housed[:, kind].tolist() == np.bincount(where, count * housed, 3).tolist()
    assert crowd.persons.tolist() == persons.tolist()
    assert worth(grouped, layout, crowd) == total - problem.quota.at(persons).sum()


def test_an_equal_plan_or_bound_does_not_take_the_place_of_the_first() -> None:
    problem = dataclasses.replace(draw(2, 3, 2), may_lack_dwelling=True)
    problem = dataclasses.replace(
        problem,
        points=np.zeros_like(problem.points),
        allowed=np.ones_like(problem.allowed),
        quota=QuotaPenalty(np.zeros(2, np.int64), np.ones(2, np.int64), 0, 0, 0, 0),
    )
    fits = np.ones((3, 2), dtype=np.int64)
    search = _Search(problem, fits, floors_of(problem, fits, 1))
    nobody = np.full(3, -1, dtype=np.int64)
    first, other = (LinkPlan(np.full(3, m, dtype=np.int64), nobody) for m in (0, 1))
    assert value_of(problem, first) == value_of(problem, other)
    bounds = Bounds(value_of(problem, first), 50)
    for m, plan in enumerate((first, other)):
        prices = LinkPrices(np.array([m, m]), np.zeros_like(problem.dwellings), 1)
        found = LinkOutcome(plan, Status.FEASIBLE, bounds, prices, 50, ())
        search.note(np.zeros(len(search.floors.least), dtype=np.int64), found, 1)
    assert search.best.plan is first
    assert search.best.prices is not None and search.best.prices.per_person.tolist() == [0, 0]
