"""Most groups, against every way to part a small set."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.exchange.zero_sum import most_groups


def partitions(items: list[int]) -> Iterator[list[list[int]]]:
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for parts in partitions(rest):
        yield [[first], *parts]
        for k in range(len(parts)):
            yield [*parts[:k], [first, *parts[k]], *parts[k + 1 :]]


def test_three_pairs_that_cancel_are_three_groups() -> None:
    # 5-5, 3-3 and 2+1-3: no way to make four.
    assert most_groups(np.array([5, -5, 3, -3, 2, 1, -3])) == 3


def test_room_to_spare_is_used_once() -> None:
    # One person of slack: {-4, 5} uses it, so {-3, 1, 2} must cancel exactly.
    assert most_groups(np.array([-4, 5, -3, 1, 2])) == 2
    assert most_groups(np.array([-4, 5, -3, 1, 1])) == 1


def test_a_sum_below_zero_makes_no_group() -> None:
    assert most_groups(np.array([-2, 1])) == 0


def test_every_partition_agrees() -> None:
    rng = np.random.default_rng(4)
    seen = set()
    for _ in range(150):
        balance = rng.integers(-5, 6, int(rng.integers(1, 8)))
        expected = max(
            (
                len(parts)
                for parts in partitions(list(range(len(balance))))
                if all(balance[part].sum() >= 0 for part in parts)
            ),
            default=0,
        )
        assert most_groups(balance) == expected
        seen.add(expected)
    assert {0, 1, 2, 3} <= seen
