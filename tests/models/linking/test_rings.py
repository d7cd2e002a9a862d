"""Legs, rings, settling and placing of the price road, against everything that there is."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from models.linking.priced.closure import losses, reach_of
from models.linking.priced.improve import Improver
from models.linking.priced.layout import layout_of
from models.linking.priced.legs import crossings_of, legs_of
from models.linking.priced.moves import Move, Step, _one_each, _Rings, find_moves
from models.linking.priced.passes import (
    PriceRangeError,
    Tables,
    _largest_sum,
    check_prices,
    tables_of,
)
from models.linking.priced.placing import place_by_prices, settle
from models.linking.priced.state import Places, place
from models.linking.problem import LinkPrices, LinkProblem, QuotaPenalty
from tests.models.linking.price_cases import draw

MANY = 10**6


def lenient(seed: int, households: int, municipalities: int) -> LinkProblem:
    problem = draw(seed, households, municipalities)
    return dataclasses.replace(problem, may_lack_dwelling=True)


def at_random(problem: LinkProblem, seed: int) -> Places:
    """Everybody in an open municipality, about half of those who can be in a dwelling."""
    rng = np.random.default_rng(seed)
    layout = layout_of(problem)
    where = np.array([rng.choice(np.flatnonzero(row)) for row in problem.allowed])
    places = place(problem, layout, where, problem.needs_dwelling.copy())
    for h in rng.permutation(len(where)).tolist():
        if places.lacks[h] and layout.suits[layout.kind[h]].any():
            places.move(h, int(where[h]))
            if (places.spare() < 0).any():
                places.move(h, len(places.persons) + int(where[h]))
    return places


def prices_for(problem: LinkProblem, seed: int) -> LinkPrices:
    rng = np.random.default_rng(seed)
    _, municipalities, classes = problem.shape
    return LinkPrices(
        rng.integers(-9, 10, municipalities), rng.integers(0, 30, (municipalities, classes)), 2
    )


class Ways:
    """What legs and their meetings cost, by the words that define them."""

    def __init__(self, places: Places, improver: Improver, tables: Tables) -> None:
        self.legs, self.m, self.tables = legs_of(places), len(places.persons), tables
        self.improver = improver
        nothing = np.zeros((len(self.legs), self.m), dtype=np.int64)
        self.crossing = crossings_of(places, self.legs, nothing, nothing, 1, MANY).cost

    def steps(self, i: int, a: int, b: int) -> list[Step]:
        leg = self.legs[i]
        start, end = a + self.m * leg.from_bare, b + self.m * leg.to_bare
        return [Step(leg.kind, leg.count, start, end)] if leg.count else []

    def part(self, i: int, a: int, b: int, j: int) -> int | None:
        """Leg i from a to b where j leaves: prices are paid by who goes and given back to j."""
        leg, out, cost = self.legs[i], self.legs[j], int(self.crossing[i, j, b])
        if cost >= MANY:
            return None
        cost *= self.tables.scale
        for step in self.steps(i, a, b):
            reach = self.improver.reach[leg.kind]
            ends = reach.node[step.start], reach.node[step.end]
            loss = int(self.improver.chained[leg.kind][ends])
            if min(ends) < 0 or loss >= reach.far // 2:
                return None
            cost += loss * leg.count * self.tables.scale
            cost -= leg.count * self.charged(leg.kind, a, leg.from_bare)
        if out.count:
            cost += out.count * self.charged(out.kind, b, out.from_bare)
        return cost

    def charged(self, kind: int, m: int, is_bare: bool) -> int:
        home = int(self.tables.dwelling[kind, m])
        return int(self.tables.persons[kind, m]) + (0 if is_bare or home > MANY else home)

    def rings(
        self, depth: int, way: tuple[int, ...] = (), used: tuple[int, ...] = (), cost: int = 0
    ) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], Move]]:
        """Every ring of a number of municipalities of which each part gains."""
        if not way:
            for a, i in itertools.product(range(self.m), range(len(self.legs))):
                yield from self.rings(depth, (a,), (i,))
            return
        if len(way) == depth:
            last = self.part(used[-1], way[-1], way[0], used[0])
            if last is not None and cost + last < 0:
                ends = (*way[1:], way[0])
                steps = [
                    s for i, a, b in zip(used, way, ends, strict=True) for s in self.steps(i, a, b)
                ]
                yield way, used, Move(cost + last, tuple(steps))
            return
        for b, j in itertools.product(set(range(self.m)) - {*way}, range(len(self.legs))):
            more = self.part(used[-1], way[-1], b, j)
            if more is not None and cost + more < 0:
                yield from self.rings(depth, (*way, b), (*used, j), cost + more)


@pytest.mark.parametrize("seed", range(3))
def test_every_ring_of_two_that_gains_all_the_way_is_found_and_no_other(seed: int) -> None:
    problem = lenient(seed, households=14, municipalities=3)
    places = at_random(problem, seed)
    tables = tables_of(problem, places.layout, prices_for(problem, seed))
    improver = Improver(places, tables)
    improver.refresh()
    found = find_moves(
        places, improver.reach, improver.chained, tables, depth=2, width=MANY, most=MANY
    )
    expected = sorted(move for _, _, move in Ways(places, improver, tables).rings(2))
    assert found == expected
    assert expected
    near = np.array([False, True, False])
    some = find_moves(
        places, improver.reach, improver.chained, tables, depth=2, width=MANY, most=MANY, near=near
    )
    seen = [m for m in expected if any(1 in (s.start % 3, s.end % 3) for s in m.steps)]
    assert some == seen


def test_the_best_ring_of_three_with_each_way_out_is_found() -> None:
    problem = lenient(3, households=14, municipalities=4)
    places = at_random(problem, 3)
    tables = tables_of(problem, places.layout, prices_for(problem, 3))
    improver = Improver(places, tables)
    improver.refresh()
    found = find_moves(
        places, improver.reach, improver.chained, tables, depth=3, width=MANY, most=MANY
    )
    least: dict[tuple, int] = {}
    every = list(Ways(places, improver, tables).rings(3))
    for way, used, move in every:
        key = (way[0], used[0], way[-1], used[-1])
        least[key] = min(move.loss, least.get(key, 0))
    two = sorted(move for _, _, move in Ways(places, improver, tables).rings(2))
    assert sorted(m.loss for m in found) == sorted([*(m.loss for m in two), *least.values()])
    assert {m for m in found if m not in two} <= {move for _, _, move in every}
    assert len(every) > len(least) > 0


def test_of_rings_alike_the_cheapest_is_followed() -> None:
    rng = np.random.default_rng(2)
    for legs in (2, 5):
        visited = rng.integers(0, 3, (200, 3))
        used = rng.integers(0, legs, (200, 3))
        cost = rng.permutation(200)
        kept = _one_each(_Rings(visited, used, cost), legs)
        least: dict[tuple[int, ...], int] = {}
        for way, leg, own in zip(visited.tolist(), used.tolist(), cost.tolist(), strict=True):
            key = (way[0], leg[0], way[-1], leg[-1])
            least[key] = min(own, least.get(key, own))
        assert sorted(kept.cost.tolist()) == sorted(least.values())


def test_legs_are_single_ones_of_each_kind_and_bundles_up_to_the_largest() -> None:
    problem = lenient(5, households=30, municipalities=3)
    places = at_random(problem, 5)
    layout, legs = places.layout, legs_of(places)
    largest = int(layout.size.max())
    assert legs[0].count == 0
    expected = set()
    for kind in range(layout.kinds):
        size = int(layout.size[kind])
        may_be_housed = bool(layout.suits[kind].any()) or not layout.needs[kind]
        lacking = bool(places.lacks[layout.kind == kind].any())
        for from_bare, to_bare in itertools.product((False, True), repeat=2):
            if (may_be_housed or (from_bare and to_bare)) and (
                lacking or not (from_bare or to_bare)
            ):
                expected.add((kind, 1, from_bare, to_bare))
        if may_be_housed and size <= 3:
            expected |= {
                (kind, n, False, False) for n in range(2, largest + 1) if n * size <= largest
            }
    found = [(leg.kind, leg.count, leg.from_bare, leg.to_bare) for leg in legs[1:]]
    assert len(found) == len(set(found))
    assert set(found) == expected


@pytest.mark.parametrize("seed", range(4))
def test_a_kind_is_settled_at_the_most_points_and_moves_the_fewest(seed: int) -> None:
    problem = lenient(seed, households=40, municipalities=4)
    # Few distinct points, so that many assignments are equal.
    problem = dataclasses.replace(problem, points=problem.points // 20)
    places = at_random(problem, seed)
    for kind in range(places.layout.kinds):
        who = places.layout.members(kind)
        cells = places.cell[who].copy()
        at, bare = cells % 4, cells >= 4
        points = problem.points[who[:, None], at] - np.where(
            bare, places.layout.lack_cost[who][:, None], 0
        )
        stays = (cells[:, None] == cells[None, :]).astype(int)
        cost = np.where(problem.allowed[who[:, None], at], -1000 * points - stays, 10**9)
        row, col = linear_sum_assignment(cost)
        settle(places, kind)
        after = places.cell[who]
        assert sorted(after.tolist()) == sorted(cells.tolist())
        assert (places.where[who] == after % 4).all() and (places.lacks[who] == (after >= 4)).all()
        earned = problem.points[who, after % 4] - np.where(
            after >= 4, places.layout.lack_cost[who], 0
        )
        moved = int((after != cells).sum())
        assert -1000 * int(earned.sum()) - (len(who) - moved) == int(cost[row, col].sum())


def test_nobody_loses_more_than_a_window_where_a_kind_is_settled_within_one() -> None:
    most = []
    for seed in range(6):
        problem = lenient(seed, households=60, municipalities=3)
        places = at_random(problem, seed)
        before = places.where.copy()
        for kind in range(places.layout.kinds):
            settle(places, kind, within=20)
        everyone = np.arange(60)
        lost = problem.points[everyone, before] - problem.points[everyone, places.where]
        most.append(int(lost.max()))
    assert 0 < max(most) <= 20


@pytest.mark.parametrize("seed", range(4))
def test_losses_are_points_less_those_of_the_place_and_lack_comes_on_top(seed: int) -> None:
    problem = lenient(seed, households=30, municipalities=4)
    places = at_random(problem, seed)
    layout = places.layout
    for kind in range(layout.kinds):
        who, far = layout.members(kind), 1 << 20
        found = losses(places, who, far, np.arange(4, 8))
        for row, h in enumerate(who.tolist()):
            now = problem.points[h, places.where[h]] - places.lacks[h] * layout.lack_cost[h]
            for m in range(4):
                is_open = bool(problem.allowed[h, m])
                housable = not layout.needs[kind] or layout.suits[kind].any()
                housed = now - problem.points[h, m] if is_open and housable else far
                assert found[row, m] == housed
                bare = now - problem.points[h, m] + layout.lack_cost[h] if is_open else far
                assert found[row, 4 + m] == bare
        reach = reach_of(places, kind)
        for a, b in itertools.product(range(4), repeat=2):
            there = who[(places.where[who] == a) & ~places.lacks[who]]
            ways = losses(places, there, far, np.arange(0))[:, b] if len(there) else []
            least = min([*map(int, ways)], default=far)
            if a != b:
                assert reach.direct[reach.node[a], reach.node[b]] == (
                    least if least < far else reach.far
                )


@pytest.mark.parametrize("seed", range(6))
def test_at_fixed_prices_everybody_is_placed_at_the_most_points(seed: int) -> None:
    """Against an assignment: a row per household, a column per dwelling and one for lack."""
    problem = lenient(seed, households=12, municipalities=3)
    layout = layout_of(problem)
    prices = prices_for(problem, seed)
    prices = dataclasses.replace(prices, per_dwelling=0 * prices.per_dwelling)
    places = place_by_prices(problem, layout, prices)
    assert (places.spare() >= 0).all()
    assert problem.allowed[np.arange(12), places.where].all()
    seats = [
        (m, s)
        for m, s in np.ndindex(problem.dwellings.shape)
        for _ in range(problem.dwellings[m, s])
    ]
    net = 2 * problem.points - problem.sizes[:, None] * prices.per_person
    net = np.where(problem.allowed, net, -(10**6))
    bare = net.max(axis=1) - 2 * layout.lack_cost
    worth = np.full((12, len(seats) + 12), -(10**6))
    for h in range(12):
        worth[h, len(seats) + h] = bare[h]
        if problem.needs_dwelling[h]:
            for k, (m, s) in enumerate(seats):
                if problem.fits()[h, s]:
                    worth[h, k] = net[h, m]
    best = int(worth[linear_sum_assignment(-worth)].sum())
    own = net[np.arange(12), places.where] - 2 * np.where(places.lacks, layout.lack_cost, 0)
    assert int(own.sum()) == best


def test_prices_are_refused_where_one_of_their_sums_could_leave_64_bits() -> None:
    # By hand: 2 households of 3 and 2 persons, targets of 4 and 1, five dwellings.
    problem = LinkProblem(
        sizes=np.array([3, 2]),
        points=np.array([[7, -9], [0, 1]]),
        allowed=np.ones((2, 2), dtype=np.bool_),
        needs_dwelling=np.ones(2, dtype=np.bool_),
        without_dwelling=np.array([4, 8]),
        class_min=np.array([1]),
        class_max=np.array([9]),
        dwellings=np.array([[2], [3]]),
        quota=QuotaPenalty(np.array([4, 1]), np.array([1, 1]), 60, 200, 40, 150),
    )
    prices = LinkPrices(np.array([-5, 3]), np.array([[6], [0]]), 10)
    # Points twice at most 9 x 10 for two; 11 persons and one, thrice a price and a rate; rents.
    largest = 2 * 2 * 9 * 10 + (5 + 5 + 1) * 3 * (5 + 200 * 10) + 6 * (5 + 2)
    assert _largest_sum(problem, prices) == largest
    check_prices(problem, prices)
    high = 1 << 60
    for wide in (
        dataclasses.replace(prices, scale=high),
        dataclasses.replace(prices, per_person=np.array([0, -high])),
        dataclasses.replace(prices, per_dwelling=np.array([[0], [high]])),
    ):
        with pytest.raises(PriceRangeError, match="64 bits"):
            check_prices(problem, wide)
