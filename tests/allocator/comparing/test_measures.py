"""Measures of evenness against values worked out by hand and against their definitions."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.comparing.measures import (
    extremes,
    first_difference,
    gini,
    half_distance,
    leximin_ranks,
    leximin_vector,
    theil,
)

UNITS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 5), st.sampled_from("abc")),
    min_size=1,
    max_size=9,
).filter(lambda units: sum(unit[0] for unit in units) and sum(unit[1] for unit in units))


def apart(units: list[tuple[int, int, str]]) -> tuple[list[int], list[int], list[str]]:
    """Persons, base and group."""
    return [unit[0] for unit in units], [unit[1] for unit in units], [unit[2] for unit in units]


def test_gini_of_one_and_three_is_a_quarter() -> None:
    # |1−3| + |3−1| = 4 over 2·n²·mean = 2·4·2 = 16.
    assert gini([1, 3], [1, 1]) == Fraction(1, 4)


def test_gini_weighs_by_the_base() -> None:
    # Burdens 1 (three inhabitants) and 5 (one): 2·3·1·|1−5| = 24 over 2·4²·mean 2 = 64.
    assert gini([3, 5], [3, 1]) == Fraction(3, 8)


def test_equal_burdens_have_neither_gini_nor_theil() -> None:
    assert gini([2, 4, 6], [10, 20, 30]) == 0
    split = theil([2, 4, 6], [10, 20, 30], ["a", "a", "b"])
    assert split is not None
    assert abs(split.total) < Fraction(1, 10**40)


def test_one_who_bears_all_has_the_gini_of_everybody_else() -> None:
    # 1 − 1/n for equal bases.
    assert gini([0, 0, 0, 7], [1, 1, 1, 1]) == Fraction(3, 4)


def test_gini_with_decimals_in_the_base_is_exact() -> None:
    assert gini([1, 3], [Fraction(1, 3), Fraction(1, 3)]) == Fraction(1, 4)


def test_theil_of_one_and_three() -> None:
    # 1/4·ln(1/2) + 3/4·ln(3/2) = 3/4·ln 3 − ln 2.
    split = theil([1, 3], [1, 1], ["a", "b"])
    assert split is not None
    assert float(split.total) == pytest.approx(0.75 * math.log(3) - math.log(2), abs=1e-15)
    assert split.total == split.between
    assert split.within == 0


def test_theil_splits_between_and_within() -> None:
    # Group a: 1 and 3 persons on 1 and 1, mean 2; group b: 4 and 4 on 1 and 1, mean 4; all: 3.
    split = theil([1, 3, 4, 4], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert split is not None
    between = 1 / 3 * math.log(2 / 3) + 2 / 3 * math.log(4 / 3)
    within = 1 / 3 * (0.75 * math.log(3) - math.log(2))
    assert float(split.between) == pytest.approx(between, abs=1e-15)
    assert float(split.within) == pytest.approx(within, abs=1e-15)


@given(UNITS)
def test_theil_agrees_with_its_definition_in_every_group(units: list[tuple[int, int, str]]) -> None:
    persons, base, groups = apart(units)
    split = theil(persons, base, groups)
    if any(own and not size for own, size in zip(persons, base, strict=True)):
        assert split is None
        return
    assert split is not None

    def plain(members: list[int]) -> float:
        everyone = sum(persons[i] for i in members)
        everything = sum(base[i] for i in members)
        terms = (
            persons[i] / everyone * math.log(persons[i] / everyone * everything / base[i])
            for i in members
            if persons[i]
        )
        return sum(terms) if everyone else 0.0

    everybody = list(range(len(persons)))
    within = sum(
        sum(persons[i] for i in members) / sum(persons) * plain(members)
        for group in set(groups)
        if (members := [i for i in everybody if groups[i] == group])
    )
    assert float(split.total) == pytest.approx(plain(everybody), abs=1e-12)
    assert float(split.within) == pytest.approx(within, abs=1e-12)
    assert split.between + split.within == split.total


@given(UNITS)
def test_gini_agrees_with_all_pairs(units: list[tuple[int, int, str]]) -> None:
    persons, base, _ = apart(units)
    pairs = sum(
        abs(persons[g] * base[h] - persons[h] * base[g])
        for g in range(len(base))
        for h in range(len(base))
    )
    assert gini(persons, base) == Fraction(pairs, 2 * sum(persons) * sum(base))


@given(UNITS, st.randoms())
def test_order_of_the_rows_changes_no_measure(units: list[tuple[int, int, str]], chance) -> None:  # type: ignore[no-untyped-def]
    mixed = list(units)
    chance.shuffle(mixed)
    (one, base, groups), (other, more, names) = apart(units), apart(mixed)
    assert gini(one, base) == gini(other, more)
    assert leximin_vector(one, base) == leximin_vector(other, more)
    found, again = theil(one, base, groups), theil(other, more, names)
    assert (found is None) == (again is None)
    if found and again:
        assert abs(found.total - again.total) < Fraction(1, 10**40)


def test_no_persons_or_no_base_has_no_measure() -> None:
    assert gini([0, 0], [1, 1]) is None
    assert gini([1, 0], [0, 0]) is None
    assert theil([0, 0], [1, 1], ["a", "a"]) is None
    assert extremes([0, 0], [0, 0]) is None


def test_extremes_name_the_lowest_index_of_equals() -> None:
    found = extremes([2, 2, 1, 1], [1, 1, 1, 1])
    assert found is not None
    assert (found.highest, found.lowest, found.ratio) == (0, 2, 2)


def test_the_largest_ratio_needs_a_lowest_above_zero_and_a_limit() -> None:
    zero, endless = extremes([2, 0], [1, 1]), extremes([2, 1], [0, 1])
    assert zero is not None and endless is not None
    assert zero.ratio is None
    assert (endless.highest, endless.ratio) == (0, None)


def test_leximin_prefers_the_lower_highest_burden_then_the_next() -> None:
    base = [1, 1, 1]
    vectors = [leximin_vector(persons, base) for persons in ([3, 3, 0], [3, 2, 1], [4, 1, 1])]
    assert leximin_ranks(vectors) == (2, 1, 3)


def test_equal_vectors_share_a_rank() -> None:
    vectors = [leximin_vector(persons, [1, 1]) for persons in ([1, 2], [2, 1], [3, 0])]
    assert leximin_ranks(vectors) == (1, 1, 3)


def test_the_first_difference_counts_from_one() -> None:
    one, other = (leximin_vector(own, [1, 1, 1]) for own in ([3, 2, 1], [3, 3, 0]))
    assert first_difference(one, other) == 2
    assert first_difference(one, one) is None


@given(UNITS)
def test_leximin_vectors_fall(units: list[tuple[int, int, str]]) -> None:
    persons, base, _ = apart(units)
    vector = leximin_vector(persons, base)
    assert all(a >= b for a, b in pairwise(vector))
    assert len(vector) == sum(bool(own or size) for own, size in zip(persons, base, strict=True))


def test_half_the_distance_is_what_stands_elsewhere() -> None:
    assert half_distance([5, 3, 2], [4, 4, 2]) == 1
    assert half_distance([5, 3], [5, 2]) == Fraction(1, 2)
