"""Fewest pairs by counting, where it takes a piece more than partners say."""

from __future__ import annotations

from models.exchange.block import build_blocks
from models.exchange.counting import fewest_pairs
from tests.models.exchange.cases import make
from tests.models.exchange.searches import demand_of


def test_amounts_of_one_take_the_room_in_which_a_larger_one_would_stay_undivided() -> None:
    # 0 and 1 give one each, to 3 alone, which has room for two. So 2 must divide what it gives
    # over 4 and 5, although 3 would have taken it whole: four pairs.
    problem = make(
        [1, 1, 2, 0, 0, 0],
        [1, 1, 2, 0, 0, 0],
        [0, 0, 0, 2, 1, 1],
        [(0, 3), (1, 3), (2, 3), (2, 4), (2, 5)],
    )
    (block,) = build_blocks(problem)
    assert fewest_pairs(block, demand_of(block)) == 4


def test_of_amounts_as_large_as_the_room_each_takes_a_place_of_its_own() -> None:
    # Three give two each, where one has room for four and two for one each: two stay whole in the
    # first place, and the third divides over the other two: four pairs.
    problem = make(
        [2, 2, 2, 0, 0, 0],
        [2, 2, 2, 0, 0, 0],
        [0, 0, 0, 4, 1, 1],
    )
    (block,) = build_blocks(problem)
    assert fewest_pairs(block, demand_of(block)) == 4
