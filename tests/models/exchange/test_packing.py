"""Whole amounts in bins and amounts poured over them, against every move and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.exchange.chain import pour
from models.exchange.packing import Packing, _divide, _first_fit, _moves, _swaps, pack
from models.exchange.sides import Side
from tests.models.exchange.flow_cases import blocks


def side_of(amount: list[int], limit: list[int], floor: list[int] | None = None) -> Side:
    """Items and bins that are all open to each other."""
    item, bin_ = np.divmod(np.arange(len(amount) * len(limit)), len(limit))
    sizes, room = np.array(amount), np.array(limit)
    least = 0 * room if floor is None else np.array(floor)
    return Side(sizes, sizes, room, least, item, bin_)


def everything(side: Side) -> np.ndarray:
    return np.ones(len(side.item), dtype=bool)


def drawn(rng: np.random.Generator) -> Packing:
    """Some items in bins, a few in none."""
    items, bins = int(rng.integers(2, 6)), int(rng.integers(2, 5))
    size = rng.integers(1, 8, items)
    place = np.where(rng.random(items) < 0.2, -1, rng.integers(0, bins, items))
    load = np.bincount(place[place >= 0], size[place >= 0], bins).astype(np.int64)
    limit = rng.integers(1, 15, bins)
    floor = np.minimum(rng.integers(0, 6, bins), limit)
    return Packing(size, rng.random((items, bins)) < 0.7, limit, floor, place, load)


def price(packing: Packing, place: list[int]) -> int:
    """Persons too many or too few in each bin, and ten for each bin that misfits."""
    total = 0
    for bin_, (limit, floor) in enumerate(zip(packing.limit, packing.floor, strict=True)):
        load = sum(int(s) for s, p in zip(packing.size, place, strict=True) if p == bin_)
        missed = max(load - int(limit), int(floor) - load, 0)
        total += missed + 10 * (missed > 0)
    return total


def test_every_move_and_exchange_of_a_bin_is_weighed_as_counted_anew() -> None:
    rng = np.random.default_rng(1)
    for _ in range(80):
        packing = drawn(rng)
        place = packing.place.tolist()
        before = price(packing, place)
        assert packing.price(packing.load).sum() == before
        open_ = packing.allowed & (rng.random(packing.allowed.shape) < 0.9)
        bin_ = int(rng.integers(len(packing.limit)))
        moves, swaps = {}, {}
        for i, home in enumerate(place):
            for end in range(len(packing.limit)):
                if home >= 0 and home != end and bin_ in (home, end) and open_[i, end]:
                    after = [*place[:i], end, *place[i + 1 :]]
                    moves[i, end] = price(packing, after) - before
            for j, other in enumerate(place):
                is_open = home == bin_ != other and other >= 0 and open_[i, other]
                if is_open and open_[j, bin_] and packing.size[i] != packing.size[j]:
                    after = place.copy()
                    after[i], after[j] = other, bin_
                    swaps[(i, j), (other, bin_)] = price(packing, after) - before
        gain, items, places = _moves(packing, bin_, open_)
        found = zip(items[:, 0].tolist(), places[:, 0].tolist(), strict=True)
        assert dict(zip(found, gain.tolist(), strict=True)) == moves
        gain, items, places = _swaps(packing, bin_, open_)
        pairs = zip(map(tuple, items.tolist()), map(tuple, places.tolist()), strict=True)
        assert dict(zip(pairs, gain.tolist(), strict=True)) == swaps


def test_the_largest_goes_first_and_where_it_leaves_the_least() -> None:
    # 7 leaves least in 8; 5 leaves least in 5; 4 fits nowhere and overfills where it is least.
    side = side_of([4, 7, 5], [5, 8, 6])
    packing = Packing(
        side.amount, np.ones((3, 3), bool), side.limit, side.floor, np.full(3, -1), np.zeros(3, int)
    )
    _first_fit(packing, np.random.default_rng(0))
    assert packing.place.tolist() == [2, 1, 0]
    assert packing.load.tolist() == [5, 7, 4]


def test_a_bin_that_must_hold_something_goes_before_a_tighter_one() -> None:
    side = side_of([4], [4, 9], [0, 3])
    packing = Packing(
        side.amount, np.ones((1, 2), bool), side.limit, side.floor, np.full(1, -1), np.zeros(2, int)
    )
    _first_fit(packing, np.random.default_rng(0))
    assert packing.place.tolist() == [1]


@pytest.mark.parametrize(
    ("size", "place", "limit", "floor", "lot", "pairs"),
    [
        # Bin 0 holds 9 of 6: three of the first go to the other.
        ([5, 4], [0, 0], [6, 9], [0, 0], 1, [(0, 0), (0, 1), (1, 0)]),
        # In lots of three as well, but not in lots of four: neither can leave a lot behind.
        ([6, 3], [0, 0], [6, 9], [0, 0], 3, [(0, 0), (0, 1), (1, 0)]),
        ([5, 4], [0, 0], [6, 9], [0, 0], 4, [(0, 0), (1, 0)]),
        # Bin 1 must hold two and takes them of the larger.
        ([5, 4], [0, 0], [9, 9], [0, 2], 1, [(0, 0), (0, 1), (1, 0)]),
        # Nothing misfits, and who has no place has no pair.
        ([5, 4], [0, -1], [6, 9], [0, 0], 1, [(0, 0)]),
    ],
)
def test_what_misfits_is_divided_in_lots(
    size: list[int],
    place: list[int],
    limit: list[int],
    floor: list[int],
    lot: int,
    pairs: list[tuple[int, int]],
) -> None:
    side = side_of(size, limit, floor)
    where = np.array(place)
    load = np.bincount(where[where >= 0], side.amount[where >= 0], len(limit)).astype(np.int64)
    packing = Packing(
        side.amount, np.ones((len(size), len(limit)), bool), side.limit, side.floor, where, load
    )
    assert _divide(packing, lot) == pairs


def test_nobody_is_divided_where_amounts_were_cut_from_the_bins() -> None:
    rng = np.random.default_rng(3)
    whole = 0
    for seed in range(40):
        limit = rng.integers(6, 20, 4)
        parts = [_cut(rng, int(room)) for room in limit]
        side = side_of([size for part in parts for size in part], limit.tolist(), [1] * 4)
        used = pack(side, everything(side), 1, seed)
        loads = np.bincount(side.bin[used], side.amount[side.item[used]], 4)
        whole += int(used.sum()) == len(side.amount) and bool((loads == limit).all())
        assert (np.bincount(side.item[used], minlength=len(side.amount)) >= 1).all()
    assert whole >= 39


def _cut(rng: np.random.Generator, room: int) -> list[int]:
    first = int(rng.integers(1, room))
    return [first, room - first]


def test_items_stay_where_they_begin_if_nothing_misfits() -> None:
    side = side_of([4, 3, 2], [9, 9])
    used = pack(side, everything(side), 1, 0, start=np.array([1, 1, 0]))
    assert np.flatnonzero(used).tolist() == [1, 3, 4]


def test_an_item_goes_nowhere_that_is_closed_to_it() -> None:
    side = side_of([4, 3], [4, 4, 7])
    open_ = np.array([True, True, False, True, False, False])
    used = pack(side, open_, 1, 0)
    assert np.flatnonzero(used).tolist() == [1, 3]


@pytest.mark.parametrize("lot", [1, 3])
def test_what_is_poured_keeps_limits_and_lots_and_leaves_no_rest_below_a_lot(lot: int) -> None:
    rng = np.random.default_rng(5)
    poured = 0
    for seed in range(120):
        side = side_of(
            rng.integers(lot, 16, int(rng.integers(1, 5))).tolist(),
            rng.integers(lot, 16, int(rng.integers(1, 5))).tolist(),
        )
        open_ = rng.random(len(side.item)) < 0.8
        flow = pour(side, open_, lot, seed % 3)
        assert not flow[~open_].any()
        assert (flow[flow > 0] >= lot).all()
        left = side.amount - np.bincount(side.item, flow, len(side.amount))
        room = side.limit - np.bincount(side.bin, flow, len(side.limit))
        assert (left >= 0).all() and (room >= 0).all()
        assert ((left == 0) | (left >= lot)).all()
        if open_.all() and lot == 1:
            assert left.sum() == max(0, side.amount.sum() - side.limit.sum())
            assert (flow > 0).sum() <= len(left) + len(room) - 1
        poured += int(flow.sum())
    assert poured >= (1476 if lot == 1 else 1683)


def test_a_piece_shrinks_so_that_the_rest_is_a_lot() -> None:
    # 10 into 9 and 9 in lots of three: 9 would leave 1, so 7 and then 3.
    side = side_of([10], [9, 9])
    assert pour(side, everything(side), 3, 0).tolist() == [7, 3]


def test_a_bin_that_takes_all_goes_before_one_that_does_not() -> None:
    side = side_of([5], [4, 9, 7])
    assert pour(side, everything(side), 1, 0).tolist() == [0, 0, 5]


def test_a_bin_left_with_less_than_a_lot_is_the_last_choice() -> None:
    # Five into seven spoils two of room in lots of three; into eight it spoils nothing.
    side = side_of([5], [7, 8])
    assert pour(side, everything(side), 3, 0).tolist() == [0, 5]


def test_both_sides_of_a_block_are_items_and_bins() -> None:
    from models.exchange.flows import Demand
    from models.exchange.sides import full_side, place_of, sides

    for block in blocks(20, 51, pinned=False):
        useful, room = int(block.useful.sum()), int(block.room.sum())
        for relief in {min(useful, room), min(useful, room) - 1}:
            demand = Demand(relief, 0 * block.useful)
            givers, takers = sides(block, demand)
            assert givers.most.tolist() == takers.limit.tolist() == block.give.tolist()
            assert takers.most.tolist() == givers.limit.tolist() == block.room.tolist()
            full = full_side(block, demand)
            expected = block.useful if relief == useful else block.room if relief == room else None
            assert (full is None) == (expected is None)
            if full is not None and expected is not None:
                assert full.amount.tolist() == expected.tolist()
        used = np.zeros(len(block.arcs), dtype=bool)
        used[-1] = True
        places = place_of(givers, used).tolist()
        assert places == [-1] * (len(block.givers) - 1) + [int(block.arcs[-1, 1])]


def test_a_rest_of_a_whole_lot_spoils_nothing() -> None:
    """An amount of 4 in lots of 2: of rooms of 5, 6 and 7 only the first would leave a scrap."""
    cases = {(7, 6, 5): 1, (5, 7): 1, (6, 7): 0, (5, 4): 1, (9, 3, 5): 0}
    for rooms, chosen in cases.items():
        side = side_of([4], list(rooms))
        flow = pour(side, everything(side), 2, 0)
        assert flow.tolist() == [4 * (place == chosen) for place in range(len(rooms))]
