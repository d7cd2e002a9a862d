from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.generating.drawing import (
    between,
    largest_remainder,
    pick,
    share_within,
    sizes_with_sum,
    stream,
)


def test_each_table_has_its_own_stream_and_each_seed_too() -> None:
    first = stream(1, "aanbod").integers(0, 10**9, 4).tolist()
    assert first == stream(1, "aanbod").integers(0, 10**9, 4).tolist()
    assert first != stream(1, "nareis").integers(0, 10**9, 4).tolist()
    assert first != stream(2, "aanbod").integers(0, 10**9, 4).tolist()


def test_what_has_no_weight_is_never_picked_and_the_rest_in_proportion() -> None:
    counts = np.bincount(pick(stream(3, "x"), (0, 300, 0, 700), 20_000), minlength=4)
    assert counts[0] == counts[2] == 0
    # 6,000 expected; a standard deviation is 65, so 400 is beyond six of them.
    assert abs(int(counts[1]) - 6_000) < 400


def test_both_ends_of_a_range_are_drawn() -> None:
    assert set(between(stream(4, "x"), 2, 4, 500).tolist()) == {2, 3, 4}


def test_the_largest_remainder_gets_the_last_unit() -> None:
    # 10 over 5, 3, 3: exact 4.54, 2.73, 2.73; floors 4, 2, 2; the two rests of .73 win.
    assert largest_remainder(10, np.array([5, 3, 3])).tolist() == [4, 3, 3]
    assert largest_remainder(10, np.array([0, 0])).tolist() == [0, 0]


def test_parts_stay_within_their_bounds() -> None:
    weights, low, high = np.array([90, 5, 5]), np.array([0, 3, 0]), np.array([5, 9, 9])
    # 0.9 of 10 is cut off at 5; 3 and 2 are what is left to divide over the other two.
    assert share_within(10, weights, low, high).tolist() == [5, 3, 2]
    with pytest.raises(ValueError, match="does not lie between"):
        share_within(24, weights, low, high)


@settings(deadline=None)
@given(
    st.integers(0, 60).flatmap(
        lambda count: st.tuples(st.just(count), st.integers(count, 12 * count))
    ),
    st.integers(0, 5),
)
def test_sizes_add_up_exactly_whatever_the_mean(wanted: tuple[int, int], seed: int) -> None:
    count, total = wanted
    sizes = sizes_with_sum(
        stream(seed, "x"), (6200, 900, 900, 800, 600, 350, 130, 60, 30, 18, 8, 4), count, total
    )
    assert len(sizes) == count
    assert int(sizes.sum()) == total
    assert count == 0 or 1 <= int(sizes.min()) <= int(sizes.max()) <= 12


def test_at_the_usual_mean_the_sizes_follow_their_weights() -> None:
    weights = (60, 20, 20)  # mean (60 + 40 + 60) / 100 = 1.6
    counts = np.bincount(sizes_with_sum(stream(6, "x"), weights, 10_000, 16_000), minlength=4)
    # One standard deviation is below 50.
    assert np.all(np.abs(counts[1:] - np.array([6_000, 2_000, 2_000])) < 300)


@pytest.mark.parametrize(("count", "total"), [(3, 2), (3, 37), (0, 1)])
def test_sizes_that_cannot_be_are_refused(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        sizes_with_sum(stream(7, "x"), (1,) * 12, count, total)
