from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from models.linking.claims import hold_claims
from models.linking.problem import NO_DWELLING
from models.linking.seating import seat_households
from tests.models.linking.exact_cases import draw


def whole(*values):
    return np.array(values, dtype=np.int64)


def hold(sizes, weights, stock, low=(1, 1, 3), high=(1, 2, 5)):
    here = np.zeros(len(sizes), dtype=np.int64)
    classes = hold_claims(
        whole(*sizes), here, whole(*weights), whole(*low), whole(*high), whole(*stock)[None]
    )
    return classes.tolist()


def test_the_weightiest_holds_the_last_dwelling():
    assert hold([1, 1, 1], [5, 9, 7], [1, 1, 0]) == [NO_DWELLING, 0, 1]


def test_of_equal_weights_the_lower_row_holds_it():
    assert hold([1, 1], [5, 5], [1, 0, 0]) == [0, NO_DWELLING]


def test_a_dwelling_is_exchanged_so_that_one_more_is_housed():
    # The single could hold the class for two persons; then the pair would hold nothing.
    assert hold([1, 2], [9, 5], [1, 1, 0]) == [0, 1]


def test_two_small_penalties_do_not_outweigh_a_large_one():
    assert hold([1, 1, 2], [4, 4, 5], [0, 1, 0]) == [NO_DWELLING, NO_DWELLING, 1]


def test_the_tightest_dwellings_are_used_whatever_the_order_of_classes():
    assert hold([1], [5], [1, 1, 0]) == [0]
    assert hold([1], [5], [1, 1, 0], low=(1, 1, 3), high=(2, 1, 5)) == [1]
    assert hold([1], [5], [1, 1, 0], low=(1, 2, 3), high=(4, 2, 5)) == [0]


def test_the_lower_row_holds_the_tighter_of_two_dwellings():
    assert hold([2, 1, 2, 1], [1, 2, 3, 4], [2, 4, 0], low=(1, 1, 3), high=(2, 3, 5)) == [
        0,
        0,
        1,
        1,
    ]


def test_a_household_that_nothing_fits_and_one_without_penalty():
    assert hold([9, 1], [5, 0], [1, 1, 1]) == [NO_DWELLING, 0]


def test_nobody_claims_nothing():
    assert hold([], [], [1, 1, 1]) == []


def test_a_negative_weight_is_refused():
    with pytest.raises(ValueError, match="negative"):
        hold([1, 1], [3, -1], [1, 0, 0])
    assert hold([1], [0], [1, 0, 0]) == [0]


def test_municipalities_do_not_borrow_from_each_other():
    classes = hold_claims(
        whole(1, 1, 1),
        whole(1, 0, 1),
        whole(1, 1, 1),
        whole(1),
        whole(2),
        whole(0, 2).reshape(2, 1),
    )
    assert classes.tolist() == [0, NO_DWELLING, 0]


def best_by_counting(sizes, weights, stock, low, high):
    """Least (lost, households out, rows out in order, sum of ranks, ranks in row order)."""
    order = sorted(range(len(low)), key=lambda s: (high[s], low[s], s))
    rank = {s: r for r, s in enumerate(order)}
    best = None
    for classes in product([NO_DWELLING, *range(len(stock))], repeat=len(sizes)):
        housed = [(h, s) for h, s in enumerate(classes) if s != NO_DWELLING]
        if any(not low[s] <= sizes[h] <= high[s] for h, s in housed):
            continue
        if any(classes.count(s) > stock[s] for s in range(len(stock))):
            continue
        out = [h for h, s in enumerate(classes) if s == NO_DWELLING]
        ranks = [rank[s] for _, s in housed]
        # Of equal weights the lower rows are housed: the rows left out are as high as can be,
        # the weightiest compared first.
        left = sorted((-weights[h], -h) for h in out)
        score = (sum(weights[h] for h in out), len(out), left, sum(ranks), ranks)
        if best is None or score < best[0]:
            best = (score, list(classes))
    return best[1]


def test_claims_are_what_counting_all_of_them_gives():
    rng = np.random.default_rng(4)
    seen = {"out": 0, "equal weights": 0, "overlap": 0}
    for _ in range(400):
        households, classes = int(rng.integers(1, 6)), int(rng.integers(1, 4))
        sizes = rng.integers(1, 5, households).tolist()
        weights = rng.integers(0, 4, households).tolist()
        low = rng.integers(1, 4, classes)
        high = (low + rng.integers(0, 3, classes)).tolist()
        stock = rng.integers(0, 3, classes).tolist()
        expected = best_by_counting(sizes, weights, stock, low.tolist(), high)
        assert hold(sizes, weights, stock, low.tolist(), high) == expected
        seen["out"] += NO_DWELLING in expected
        seen["equal weights"] += len(set(weights)) < households
        seen["overlap"] += classes > 1
    assert min(seen.values()) >= 100, seen


def test_links_lose_least_and_of_equal_penalties_the_smaller_hash_is_housed():
    rng = np.random.default_rng(8)
    by_hash = 0
    for _ in range(60):
        problem = draw(rng, "alike")
        where = np.zeros(problem.shape[0], dtype=np.int64)
        seats = seat_households(problem, where)
        housed = seats != NO_DWELLING
        if housed.any() and not housed.all():
            hashes = problem.canonical[:, 0]
            assert hashes[housed].max() <= hashes[~housed].min()
            by_hash += 1
    assert by_hash >= 10


def test_the_hash_decides_between_equals_and_not_the_row():
    rng = np.random.default_rng(0)
    problem = None
    while problem is None or problem.shape[0] < 3:
        problem = draw(rng, "alike")
    H, M, _ = problem.shape
    problem = replace(
        problem,
        sizes=np.ones(H, np.int64),
        dwellings=np.tile(whole(1, 0, 0), (M, 1)),
        canonical=np.arange(H)[::-1, None].repeat(M, axis=1),
    )
    seats = seat_households(problem, np.zeros(H, dtype=np.int64))
    assert seats.tolist() == [NO_DWELLING] * (H - 1) + [0]


def test_a_household_that_joins_another_takes_no_dwelling():
    rng = np.random.default_rng(1)
    seen = 0
    for _ in range(20):
        problem = draw(rng, "joining")
        seats = seat_households(problem, np.zeros(problem.shape[0], dtype=np.int64))
        joining = ~problem.needs_dwelling
        assert (seats[joining] == NO_DWELLING).all()
        seen += bool(joining.any())
    assert seen >= 5
