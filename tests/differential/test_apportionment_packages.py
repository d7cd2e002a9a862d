"""Two published packages give the same where they are exact and there is no tie."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction

import numpy as np
import votelib.evaluate.proportional as votelib
from apportionment import methods as lackner

from models.apportionment import divide
from tests.models.apportionment.reference import populations

LACKNER = {
    "webster": "saintelague",
    "jefferson": "dhondt",
    "adams": "adams",
    "largest_remainder": "largest_remainder",
}
VOTELIB = {
    "webster": votelib.HighestAverages("sainte_lague"),
    "jefferson": votelib.HighestAverages("d_hondt"),
    "largest_remainder": votelib.LargestRemainder("hare"),
}


def by_lackner(method: str, total: int, weights: list[int]) -> tuple[int, ...]:
    parties = [str(unit) for unit in range(len(weights))]
    found = lackner.compute(LACKNER[method], weights, total, fractions=True, parties=parties)
    return tuple(int(x) for x in found)


def by_votelib(method: str, total: int, weights: list[int]) -> tuple[int, ...]:
    votes = {str(unit): Fraction(w) for unit, w in enumerate(weights)}
    found = VOTELIB[method].evaluate(votes, total)
    return tuple(found.get(name, 0) for name in votes)


def test_packages_agree_where_they_are_exact() -> None:
    dice, mix = random.Random(11), Counter[str]()
    for _ in range(120):
        n = dice.randint(2, 12)
        weights, total = populations(dice, n), dice.randint(n, 90)
        for method in LACKNER:
            division = divide(method, total, weights)
            if division.tied:
                continue
            mix[method] += 1
            assert by_lackner(method, total, weights) == division.parts, (method, total, weights)
            if method in VOTELIB:
                assert by_votelib(method, total, weights) == division.parts
    assert min(mix[method] for method in LACKNER) > 100, mix


# What these packages do with harder input, and what the right answer is.
def test_near_equal_weights_are_told_apart() -> None:
    assert divide("webster", 3, [2**60, 2**60 + 1]).parts == (1, 2)
    assert tuple(lackner.compute("saintelague", [2**60, 2**60 + 1], 3)) == (2, 1)


def test_an_exact_tie_is_seen_where_floats_see_none() -> None:
    division = divide("largest_remainder", 20, [55, 17, 4])
    assert (division.parts, division.tied) == ((15, 4, 1), (0, 1))
    weights = np.array([55, 17, 4])
    assert len(lackner.compute("largest_remainder", weights, 20, tiesallowed=False)) == 3
