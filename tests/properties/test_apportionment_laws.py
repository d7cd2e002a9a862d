"""What holds for every division, unit by unit, and where a method is known to break it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.apportionment import (
    Division,
    DivisorInterval,
    InfeasibleBoundsError,
    adams,
    ceiling,
    check,
    divide,
    divide_online,
    divide_two_way,
    exact_shares,
    jefferson,
    largest_remainder,
    share_band,
)
from tests.models.apportionment.reference import DIVISOR_METHODS, METHODS, permuted


class Asked(NamedTuple):
    total: int
    weights: list[int]
    lower: list[int]
    upper: list[int]
    order: list[int]

    def by(self, method: str) -> Division:
        """Divide; a question whose bounds cannot hold is none."""
        lower = self.lower if any(self.lower) else None
        upper = self.upper if min(self.upper) <= self.total else None
        try:
            return divide(method, self.total, self.weights, lower, upper, self.order)
        except InfeasibleBoundsError:
            assume(False)
            raise


small = st.integers(0, 6)
"""Weights among which equal claims are common."""
weights_of_any_size = st.one_of(
    st.lists(small, min_size=1, max_size=7),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=7),
    st.lists(st.integers(2**60 - 1, 2**60 + 1), min_size=1, max_size=7),
    st.lists(st.integers(0, 10**40), min_size=1, max_size=7),
    st.lists(small.map(lambda few: few * 7**300), min_size=1, max_size=7),
    st.lists(st.integers(0, 2**400), min_size=1, max_size=7),
)


@st.composite
def questions(draw: st.DrawFn, *, bounded: bool = True) -> Asked:
    weights = draw(weights_of_any_size.filter(any))
    n, total = len(weights), draw(st.integers(0, 40))
    order = draw(st.permutations(range(n)))
    lower, upper = [0] * n, [total + 50] * n
    if bounded and draw(st.booleans()):
        lower = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
        spare = draw(st.lists(st.integers(0, 15), min_size=n, max_size=n))
        upper = [a + b for a, b in zip(lower, spare, strict=True)]
    return Asked(total, weights, lower, upper, list(order))


def losers(before: Sequence[int], after: Sequence[int]) -> list[int]:
    """Return who has less, unit by unit: comparing the tuples would only see the first."""
    return [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if b < a]


def test_losers_are_seen_in_every_place() -> None:
    assert losers((2, 5), (3, 0)) == [1]
    assert (3, 0) >= (2, 5)


@pytest.mark.parametrize("method", METHODS)
@given(asked=questions())
def test_the_sum_is_exact_and_the_proof_holds(method: str, asked: Asked) -> None:
    division = asked.by(method)
    assert sum(division.parts) == asked.total
    assert min(division.parts) >= 0
    check(division, method, *asked)


@pytest.mark.parametrize("method", METHODS)
@given(asked=questions(), data=st.data())
def test_names_do_not_matter(method: str, asked: Asked, data: st.DataObject) -> None:
    n = len(asked.weights)
    places = data.draw(st.permutations(range(n)))
    moved_to = {unit: place for place, unit in enumerate(places)}
    shuffled = Asked(
        asked.total,
        permuted(asked.weights, places),
        permuted(asked.lower, places),
        permuted(asked.upper, places),
        [moved_to[unit] for unit in asked.order],
    )
    division, other = asked.by(method), shuffled.by(method)
    assert list(other.parts) == permuted(division.parts, places)
    assert other.certificate == division.certificate
    assert set(other.tied) == {moved_to[unit] for unit in division.tied}


@pytest.mark.parametrize("method", METHODS)
@given(asked=questions(), factor=st.sampled_from([2, 3, 10, 10**9, 10**18, 2**62, 10**40, 7**700]))
def test_only_proportions_matter(method: str, asked: Asked, factor: int) -> None:
    division = asked.by(method)
    scaled = asked._replace(weights=[w * factor for w in asked.weights]).by(method)
    assert (scaled.parts, scaled.tied) == (division.parts, division.tied)
    assert scaled.quota_violations == division.quota_violations
    if isinstance(division.certificate, DivisorInterval):
        assert isinstance(scaled.certificate, DivisorInterval)
        power = 2 if division.certificate.squared else 1
        for end, other in (
            (division.certificate.low, scaled.certificate.low),
            (division.certificate.high, scaled.certificate.high),
        ):
            assert (end is None) == (other is None)
            assert end is None or other == end * factor**power


@pytest.mark.parametrize("method", DIVISOR_METHODS)
@given(asked=questions())
def test_one_more_person_lowers_nobody(method: str, asked: Asked) -> None:
    before = asked.by(method)
    after = asked._replace(total=asked.total + 1).by(method)
    assert losers(before.parts, after.parts) == []
    assert sum(after.parts) - sum(before.parts) == 1


@given(asked=questions(bounded=False))
def test_one_more_person_lowers_nobody_under_the_ceiling(asked: Asked) -> None:
    before, after = ceiling(asked.total, asked.weights), ceiling(asked.total + 1, asked.weights)
    assert losers(before.parts, after.parts) == []


@given(asked=questions(bounded=False), factor=st.sampled_from([2, 10**9, 2**62, 7**700]))
def test_names_and_scale_do_not_matter_under_the_ceiling(asked: Asked, factor: int) -> None:
    plain = ceiling(asked.total, asked.weights)
    scaled = ceiling(asked.total, [w * factor for w in permuted(asked.weights, asked.order)])
    assert list(scaled.parts) == permuted(plain.parts, asked.order)
    assert scaled.surplus == plain.surplus


@given(asked=questions(bounded=False), data=st.data())
def test_a_larger_weight_helps_its_unit_and_no_other_under_the_ceiling(
    asked: Asked, data: st.DataObject
) -> None:
    unit = data.draw(st.integers(0, len(asked.weights) - 1))
    more = list(asked.weights)
    more[unit] += data.draw(st.integers(1, 10))
    before, after = ceiling(asked.total, asked.weights), ceiling(asked.total, more)
    assert after.parts[unit] >= before.parts[unit]
    assert [i for i in losers(after.parts, before.parts) if i != unit] == []


@pytest.mark.parametrize("method", DIVISOR_METHODS)
@given(asked=questions(), data=st.data())
def test_a_larger_weight_helps_its_unit_and_no_other(
    method: str, asked: Asked, data: st.DataObject
) -> None:
    unit = data.draw(st.integers(0, len(asked.weights) - 1))
    # From zero to positive is another question for who gets at least one.
    assume(asked.weights[unit] > 0)
    more = list(asked.weights)
    more[unit] += data.draw(st.integers(1, 10))
    before, after = asked.by(method), asked._replace(weights=more).by(method)
    others = [i for i in losers(after.parts, before.parts) if i != unit]
    assert after.parts[unit] >= before.parts[unit]
    assert others == []


@pytest.mark.parametrize("method", DIVISOR_METHODS)
@given(data=st.data())
def test_who_grows_more_does_not_lose_to_who_grows_less(method: str, data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 6))
    sizes = st.lists(st.integers(1, 50), min_size=n, max_size=n)
    old, new = data.draw(sizes), data.draw(sizes)
    total = data.draw(st.integers(n, 40))
    before, after = divide(method, total, old).parts, divide(method, total, new).parts
    for i in range(n):
        for j in range(n):
            if new[i] * old[j] > new[j] * old[i]:
                assert not (after[i] < before[i] and after[j] > before[j]), (i, j)


@pytest.mark.parametrize("method", DIVISOR_METHODS)
@given(asked=questions(bounded=False), data=st.data())
def test_some_units_share_among_themselves_as_they_do_with_all(
    method: str, asked: Asked, data: st.DataObject
) -> None:
    whole = asked.by(method)
    some = data.draw(st.sets(st.sampled_from(range(len(asked.weights))), min_size=1))
    units = sorted(some)
    assume(any(asked.weights[i] for i in units))
    ranks = sorted(units, key=asked.order.index)
    alone = divide(
        method,
        sum(whole.parts[i] for i in units),
        permuted(asked.weights, units),
        tie_order=[units.index(i) for i in ranks],
    )
    assert list(alone.parts) == permuted(whole.parts, units)


@given(asked=questions(bounded=False))
def test_who_stays_within_its_quota(asked: Asked) -> None:
    shares = exact_shares(asked.total, asked.weights)
    floors, ceilings = [math.floor(q) for q in shares], [math.ceil(q) for q in shares]
    remainder = asked.by("largest_remainder").parts
    assert losers(floors, remainder) == losers(remainder, ceilings) == []
    assert losers(floors, asked.by("jefferson").parts) == []
    assert ceiling(asked.total, asked.weights).parts == tuple(ceilings)
    assert losers(asked.by("adams").parts, ceilings) == []


@given(asked=questions(bounded=False))
def test_larger_weights_get_at_least_as_much(asked: Asked) -> None:
    for method in METHODS:
        parts = asked.by(method).parts if method not in {"adams", "hill"} else None
        if parts is None and sum(map(bool, asked.weights)) <= asked.total:
            parts = asked.by(method).parts
        if parts is None:
            continue
        for i, w in enumerate(asked.weights):
            for j, v in enumerate(asked.weights):
                assert w <= v or parts[i] >= parts[j]


@given(asked=questions())
def test_a_tie_is_a_tie_whatever_the_order(asked: Asked) -> None:
    for method in METHODS:
        try:
            division = divide(method, *asked)
        except InfeasibleBoundsError:
            continue
        turned = asked._replace(order=asked.order[::-1]).by(method)
        assert turned.tied == division.tied
        assert turned.certificate == division.certificate
        changed = {
            i for i, (a, b) in enumerate(zip(division.parts, turned.parts, strict=True)) if a != b
        }
        assert changed <= set(division.tied)
        assert bool(changed) <= bool(division.tied)


# Known exceptions, shown as exceptions.
def test_largest_remainder_has_the_alabama_paradox() -> None:
    # Shares 4.29, 4.29, 1.43 of ten and 4.71, 4.71, 1.57 of eleven.
    before, after = largest_remainder(10, [6, 6, 2]), largest_remainder(11, [6, 6, 2])
    assert (before.parts, after.parts) == ((4, 4, 2), (5, 5, 1))
    assert before.tied == after.tied == ()
    assert losers(before.parts, after.parts) == [2]


def test_largest_remainder_has_the_population_paradox() -> None:
    # The first grows by a tenth and loses one; the second shrinks and gains it.
    old, new = [657, 237, 106], [660, 245, 105]
    before, after = largest_remainder(100, old).parts, largest_remainder(100, new).parts
    assert (before, after) == ((66, 24, 10), (65, 24, 11))
    assert Fraction(660, 657) > 1 > Fraction(105, 106)


def test_largest_remainder_changes_when_others_join() -> None:
    # Shares .38, 2.31, 2.31; of their three together the two have .43 and 2.57.
    assert largest_remainder(5, [1, 6, 6]).parts == (1, 2, 2)
    assert largest_remainder(3, [1, 6]).parts == (0, 3)


def test_adams_and_jefferson_leave_their_quota() -> None:
    # Shares 8.5 and three times 0.5.
    assert adams(10, [85, 5, 5, 5]).parts == (7, 1, 1, 1)
    assert jefferson(10, [85, 5, 5, 5]).parts == (10, 0, 0, 0)


def test_a_band_on_the_last_period_can_take_a_person_back() -> None:
    # One third each of last period, within a fifth of it: 6 to 8 of 22, but 7 to 9 of 23. The
    # first must rise to its new floor, and the third has room to rise as well.
    before, after = (
        divide("webster", total, [1, 2, 3], *share_band("0.2", [1, 1, 1], total))
        for total in (22, 23)
    )
    assert (before.parts, after.parts) == ((6, 8, 8), (7, 7, 9))
    assert before.tied == after.tied == ()
    assert losers(before.parts, after.parts) == [1]


def test_one_more_person_can_empty_a_cell_of_a_table() -> None:
    # The new person of the first row fits in the second column only; who stood there moves over.
    claims = [[0, 1], [1, 1]]
    before = divide_two_way("webster", claims, [0, 1], [0, 1])
    after = divide_two_way("webster", claims, [1, 1], [1, 1])
    assert (before.parts, after.parts) == (((0, 0), (0, 1)), ((0, 1), (1, 0)))


def test_one_more_person_can_lower_a_part_where_remainders_are_carried() -> None:
    before, after = divide_online(10, [6, 6, 2]), divide_online(11, [6, 6, 2])
    assert losers(before.parts, after.parts) == [2]


def test_a_tie_broken_anew_at_each_total_looks_like_a_paradox() -> None:
    # 1 : 5 : 13, all three level for two persons.
    weights, rising, falling = [6_995, 34_975, 90_935], [0, 1, 2], [2, 1, 0]
    total = next(h for h in range(60) if len(divide("webster", h, weights).tied) == 3)
    first = divide("webster", total, weights, tie_order=rising).parts
    assert losers(first, divide("webster", total + 1, weights, tie_order=falling).parts) == [0]
    assert losers(first, divide("webster", total + 1, weights, tie_order=rising).parts) == []
