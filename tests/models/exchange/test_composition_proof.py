"""Prices per household size prove how few persons can be left over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.exchange import CompositionProblem, solve_composition
from models.exchange.compose import fewest_agreements, fewest_households
from models.exchange.composition import left_over
from models.exchange.composition_changes import divisions
from models.exchange.composition_prices import PARTS
from models.exchange.composition_proof import MOST_OF_ONE, least_weighed, price_sizes
from models.exchange.problem import IntArray
from models.solution import Status
from tests.models.exchange.test_composition import best_by_enumeration
from tests.models.exchange.test_composition_cover import drawn, drawn_in_kind

ALFA_AND_BETA = CompositionProblem(
    expected=np.array([[4, 2], [8, 1]]),
    sizes=np.array([1, 4]),
    dwellings=np.array([[[9, 0], [3, 3]]]),
    class_min=np.array([1, 2]),
    class_max=np.array([1, 4]),
    pairs=np.array([[0, 1]]),
)
"""Alfa has nine rooms for twelve persons: whoever lives there, three are left over."""


def weighed_by_hand(problem: CompositionProblem, party: int, prices: IntArray) -> int:
    """Go through all households with as many persons, and as few left over."""
    own, fits = problem.expected[party], problem.fits()
    dwellings, sizes = problem.dwellings[0, party], problem.sizes
    persons = int(own @ sizes)
    rows = divisions(persons, sizes, np.full(len(sizes), persons))
    assert rows is not None
    before = left_over(own, dwellings, fits, sizes)
    costs = []
    for row in rows:
        left = left_over(row, dwellings, fits, sizes)
        if left <= before:
            costs.append(PARTS * left + int((row - own) @ prices))
    return min(costs)


def test_the_cheapest_households_of_a_party_are_found() -> None:
    rng = np.random.default_rng(8)
    kept = left = 0
    for seed in range(60):
        problem = drawn_in_kind(seed)
        prices = rng.integers(-2 * PARTS, 2 * PARTS, len(problem.sizes))
        party = int(rng.integers(problem.parties))
        found = least_weighed(problem, party, prices)
        own = problem.expected[party]
        assert found.least == weighed_by_hand(problem, party, prices)
        assert found.households @ problem.sizes == own @ problem.sizes
        cost = PARTS * found.left + int((found.households - own) @ prices)
        assert cost == found.least
        assert found.left == left_over(
            found.households, problem.dwellings[0, party], problem.fits(), problem.sizes
        )
        kept += np.array_equal(found.households, own)
        left += found.left > 0
    assert 0 < kept < 50
    assert left > 5


def test_the_bound_is_below_every_plan_and_often_reached() -> None:
    reached = above_pooled = 0
    for seed in range(40):
        problem = drawn(seed, 3)
        own = price_sizes(problem)
        prices, bound = own.prices, own.bound
        best = best_by_enumeration(problem)[0]
        assert bound <= best
        shown = sum(
            least_weighed(problem, party, np.array(prices)).least
            for party in range(problem.parties)
        )
        assert bound == max(0, -(-shown // PARTS))
        pooled = left_over(
            problem.expected.sum(axis=0),
            problem.dwellings[0].sum(axis=0),
            problem.fits(),
            problem.sizes,
        )
        reached += bound == best
        above_pooled += bound > pooled
    assert reached >= 25
    assert above_pooled >= 5


def test_prices_that_prove_more_than_pooling_travel_with_the_answer() -> None:
    problem, outcome = ALFA_AND_BETA, solve_composition(ALFA_AND_BETA)
    assert outcome.status is Status.OPTIMAL
    assert outcome.stage("left_over").bounds.objective == 3
    (prices,) = outcome.prices
    assert (prices.parties, prices.bound) == ((0, 1), 3)
    assert outcome.stage("left_over").proof == "count"
    roomy = replace(problem, dwellings=np.array([[[12, 0], [3, 3]]]))
    assert solve_composition(roomy).prices == ()


def test_no_prices_where_there_are_too_many_persons() -> None:
    problem = drawn(3, 3)
    crowd = problem.expected.copy()
    crowd[0, 0] = MOST_OF_ONE + 1
    found = price_sizes(replace(problem, expected=crowd))
    assert (set(found.prices), found.bound) == ({0}, 0)


def test_nobody_to_house_leaves_nobody_over() -> None:
    problem = drawn(3, 3)
    assert price_sizes(replace(problem, expected=problem.expected * 0)).bound == 0


def test_who_must_take_part_is_counted_by_prices_too() -> None:
    """Who has no dwelling at all leaves most over and can do nothing about it."""
    homeless = replace(
        ALFA_AND_BETA,
        expected=np.array([*ALFA_AND_BETA.expected, [12, 0]]),
        dwellings=np.array([[*ALFA_AND_BETA.dwellings[0], [0, 0]]]),
        pairs=np.array([[0, 1], [0, 2], [1, 2]]),
    )
    outcome = solve_composition(homeless)
    assert outcome.stage("left_over").bounds.objective == 3 + 12
    (prices,) = outcome.prices
    # Alfa from 8 to 3, Beta from 5 to 0: the twelve of the third stay.
    assert sum(prices.falls) == 10 * PARTS
    assert fewest_households(homeless, outcome) == 3
    assert fewest_households(homeless, replace(outcome, prices=())) == 2


def test_no_count_is_above_the_best_packages() -> None:
    counted = 0
    for seed in range(60):
        problem = drawn(seed, 3)
        outcome, best = solve_composition(problem), best_by_enumeration(problem)
        assert [stage.bounds.objective for stage in outcome.stages] == list(best)
        assert fewest_agreements(problem, outcome) <= best[1]
        assert fewest_households(problem, outcome) <= best[2]
        counted += bool(outcome.prices) and best[1] > 0
    assert counted >= 10
