"""The least width at which a band can hold."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from allocator.planning.width import Room, least_width
from models.apportionment import smallest_band

Q = Fraction


def test_a_half_person_each_way_decides() -> None:
    # Shares at the new size: 5/4, 5/4, 5/2 of 5. At x = 1/5 the caps are 1, 1, 3: sum 5, and the
    # floors 1, 1, 2. Below it the last cap is 2, so that the caps sum to 4 at most.
    assert least_width([Q(5, 4), Q(5, 4), Q(5, 2)], [Room()] * 3, 5) == Q(1, 5)


def test_no_width_is_needed_when_nothing_changes() -> None:
    assert least_width([Q(4), Q(6)], [Room()] * 2, 10) == 0


def test_bounds_that_cross_widen_the_band() -> None:
    # 1/2 and 199/2 of 100: at x = 1/199 the sums enclose 100 (floors 1 + 99, caps 0 + 100), but
    # there is no whole number between 1 and 0 for the first. It needs x = 1.
    scaled = [Q(1, 2), Q(199, 2)]
    assert smallest_band([1, 199], 100) == least_width(scaled, [Room()] * 2, 100) == 1


def test_a_floor_of_its_own_widens_the_band() -> None:
    # 4 and 6 of 10, but the first must get 5: its cap reaches 5 at x = 1/4, the floor of the
    # other falls to 5 at x = 1/6.
    assert least_width([Q(4), Q(6)], [Room(floor=5), Room()], 10) == Q(1, 4)


def test_a_cap_of_its_own_widens_the_band() -> None:
    # 4 and 6 of 10, but the second gets 5 at most: the first must reach 5 = 4 (1 + 1/4).
    assert least_width([Q(4), Q(6)], [Room(), Room(cap=5)], 10) == Q(1, 4)


def test_no_width_helps_against_fixed_bounds() -> None:
    assert least_width([Q(4), Q(6)], [Room(cap=4), Room(cap=5)], 10) is None
    assert least_width([Q(4), Q(6)], [Room(floor=4), Room(floor=7)], 10) is None


def test_who_had_nobody_stays_at_nobody() -> None:
    assert least_width([Q(0), Q(10)], [Room(), Room(cap=9)], 10) is None
    assert least_width([Q(0), Q(10)], [Room(), Room()], 10) == 0


def test_who_weighs_nothing_keeps_its_floor_and_takes_no_more() -> None:
    # 5 and 5 of 10; the second has no claim and stands at its floor, so the first must take the
    # rest: 5 (1 + x) + 5 (1 - x) = 10 works at x = 0 already.
    assert least_width([Q(5), Q(5)], [Room(), Room(weighs=False)], 10) == 0
    # 4 and 6 of 10 with a floor of 1 beside it: the same, as the band keeps the 6 itself.
    assert least_width([Q(4), Q(6)], [Room(), Room(weighs=False, floor=7)], 10) == Q(1, 4)


def test_the_first_person_that_a_rounding_owes_counts() -> None:
    # Three with 1/3 of 1 each: floors 1 cross caps 0 up to x = 1, then 0 to 0; at x = 2 caps 1.
    thirds = [Q(1, 3)] * 3
    assert least_width(thirds, [Room()] * 3, 1) == 2
    assert least_width(thirds, [Room(owed=1)] * 3, 1) is None


def test_nobody_is_owed_a_person_that_the_band_does_not_allow() -> None:
    # Shares 1/3 and 2/3 of 1: at x = 1 the caps are 0 and 1, so only the second is owed one.
    owed = [Room(owed=1), Room(owed=1)]
    assert least_width([Q(1, 3), Q(2, 3)], owed, 1) == 1


rooms = st.builds(
    Room,
    floor=st.integers(0, 3),
    cap=st.none() | st.integers(3, 9),
    weighs=st.booleans(),
    owed=st.integers(0, 1),
)


@given(st.lists(st.tuples(st.integers(0, 12), rooms), min_size=1, max_size=4), st.integers(1, 14))
def test_it_is_the_first_of_all_widths_that_works(
    units: list[tuple[int, Room]], total: int
) -> None:
    previous = [own for own, _ in units]
    if not any(previous):
        return
    scaled = [Q(own * total, sum(previous)) for own in previous]
    chosen = [room for _, room in units]
    # The bounds change only where (1 - x) q or (1 + x) q is a whole number.
    turns = {Q(0)} | {
        x for q in scaled if q for k in range(total + 1) for x in (1 - k / q, k / q - 1) if x > 0
    }
    working = [x for x in sorted(turns) if _works(x, scaled, chosen, total)]
    assert least_width(scaled, chosen, total) == (working[0] if working else None)


def _works(x: Fraction, scaled: list[Fraction], chosen: list[Room], total: int) -> bool:
    floors = caps = 0
    for q, room in zip(scaled, chosen, strict=True):
        low = max(math.ceil(max(1 - x, Q(0)) * q), room.floor)
        high = math.floor((1 + x) * q)
        high = high if room.cap is None else min(high, room.cap)
        if low > high:
            return False
        first = 1 if room.owed and high > 0 else 0
        floors += max(low, first) if room.weighs else low
        caps += high if room.weighs else low
    return floors <= total <= caps


@given(st.lists(st.integers(2, 40), min_size=2, max_size=6), st.integers(1, 60))
def test_without_crossing_it_is_the_width_of_the_sums_alone(
    previous: list[int], total: int
) -> None:
    scaled = [Q(own * total, sum(previous)) for own in previous]
    found = least_width(scaled, [Room()] * len(previous), total)
    alone = smallest_band(previous, total)
    crossing = max(min(abs(q - math.floor(q)) / q, abs(math.ceil(q) - q) / q) for q in scaled)
    assert found is not None
    assert found >= max(alone, crossing)
    if alone >= crossing:
        assert found == alone
