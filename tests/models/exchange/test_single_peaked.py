"""The rule for stated wishes, and that no wish but the true one pays."""

from __future__ import annotations

import itertools
import random

import pytest

from models.exchange import adjust_single_peaked


def one_at_a_time(wishes: tuple[int, ...], order: tuple[int, ...]) -> tuple[int, ...]:
    """Apply the rule as it is told to people: the next person goes to who has least so far."""
    down = sum(-w for w in wishes if w < 0)
    up = sum(w for w in wishes if w > 0)
    change = [0] * len(wishes)
    for sign in (-1, 1):
        for _ in range(min(down, up)):
            eager = [i for i in order if sign * (wishes[i] - change[i]) > 0]
            change[min(eager, key=lambda i: (abs(change[i]), order.index(i)))] += sign
    return tuple(change)


def is_no_better(peak: int, truth: int, lie: int) -> bool:
    """Whether no preference that falls on both sides of the peak likes the lie better."""
    return peak <= truth <= lie or lie <= truth <= peak


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_rule_is_one_person_at_a_time(n: int) -> None:
    for order in itertools.permutations(range(n)):
        for wishes in itertools.product(range(-3, 4), repeat=n):
            assert adjust_single_peaked(wishes, order).change == one_at_a_time(wishes, order)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_no_lie_pays_however_small_the_case(n: int) -> None:
    tried = 0
    for wishes in itertools.product(range(-3, 4), repeat=n):
        truth = adjust_single_peaked(wishes).change
        for i, lie in itertools.product(range(n), range(-3, 4)):
            told = adjust_single_peaked((*wishes[:i], lie, *wishes[i + 1 :])).change
            assert is_no_better(wishes[i], truth[i], told[i]), (wishes, i, lie)
            tried += 1
    assert tried == 7**n * n * 7


def test_no_lie_pays_in_ten_thousand_random_trials() -> None:
    rng = random.Random(5)
    for _ in range(10_000):
        n = rng.randint(2, 15)
        wishes = [rng.randint(-40, 40) for _ in range(n)]
        order = rng.sample(range(n), n)
        i, lie = rng.randrange(n), rng.randint(-60, 60)
        truth = adjust_single_peaked(wishes, order).change
        peak, wishes[i] = wishes[i], lie
        assert is_no_better(peak, truth[i], adjust_single_peaked(wishes, order).change[i])


def test_everyone_moves_towards_its_wish_and_the_short_side_gets_it() -> None:
    rng = random.Random(6)
    for _ in range(2000):
        wishes = [rng.randint(-30, 30) for _ in range(rng.randint(1, 12))]
        outcome = adjust_single_peaked(wishes)
        assert sum(outcome.change) == 0
        for wish, part, is_short in zip(wishes, outcome.change, outcome.is_short_side, strict=True):
            assert 0 <= part <= wish or wish <= part <= 0
            assert part == wish or not is_short
        # Nobody on the long side is two persons behind one that has more.
        long = [
            (abs(part), abs(wish))
            for wish, part, short in zip(wishes, outcome.change, outcome.is_short_side, strict=True)
            if not short
        ]
        assert all(a + 1 >= b for a, wish in long for b, _ in long if a < wish)


def test_the_published_order_breaks_the_tie_and_says_so() -> None:
    # Three wish to lose 2 and one takes 4: one each, and one more for the first in the order.
    outcome = adjust_single_peaked([-2, -2, -2, 4], order=[2, 0, 1, 3])
    assert outcome.change == (-1, -1, -2, 4)
    assert outcome.tied == (0, 1, 2)


def test_an_order_that_leaves_somebody_out_is_refused() -> None:
    with pytest.raises(ValueError, match="every party"):
        adjust_single_peaked([1, -1], order=[0, 0])
