"""How many persons the best assignment of households to dwellings leaves over."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

Homes = list[tuple[int, int, int]]  # least and most persons, and how many dwellings


def left_over(sizes: list[int], households: list[int], homes: Homes) -> int:
    """Return the persons left over in the best assignment of households to dwellings that fit.

    The sets of households that can be housed together are the independent sets of a matroid, so
    taking the largest households first is best; as many of a size as can be, found by halving.
    """
    taken = [0] * len(sizes)
    for at in sorted(range(len(sizes)), key=sizes.__getitem__, reverse=True):
        low, high = 0, households[at]
        while low < high:
            taken[at] = (low + high + 1) // 2
            low, high = (taken[at], high) if _housed(sizes, taken, homes) else (low, taken[at] - 1)
        taken[at] = low
    return sum(k * (n - m) for k, n, m in zip(sizes, households, taken, strict=True))


def _housed(sizes: list[int], households: list[int], homes: Homes) -> bool:
    """Whether all have a dwelling: the smallest choose first, always what takes least else."""
    free = Counter[tuple[int, int]]()
    for least, most, count in homes:
        free[most, least] += count
    for size, count in sorted(zip(sizes, households, strict=True)):
        for most, least in sorted(free):
            if least <= size <= most and count:
                used = min(count, free[most, least])
                free[most, least] -= used
                count -= used
        if count:
            return False
    return True


_FAR = 1 << 60


def fewest(most: list[int], wanted: int) -> int:
    """Return the fewest of some numbers that together reach what is wanted."""
    count = 0
    for own in sorted(most, reverse=True):
        count += wanted > 0
        wanted -= own
    return count


def least_priced(
    sizes: list[int],
    households: list[int],
    homes: Homes,
    prices: list[int],
    scale: int,
) -> int:
    """Return the least of persons left over and price, over all households with as many persons.

    Parameters
    ----------
    prices
        What a household of each size more than ``households`` costs, ``scale`` to a person; below
        10^9 either way, so that 64-bit numbers hold every sum.

    Notes
    -----
    No more may be left over than of ``households`` themselves. Placed in dwellings or left over,
    one household more at a time, by the persons so far.
    """
    persons = sum(k * n for k, n in zip(sizes, households, strict=True))
    most = left_over(sizes, households, homes)
    kinds = list(zip(sizes, prices, strict=True))
    placed = _nobody(persons)
    for least, top, count in homes:
        placed = _with_more(placed, [(k, p) for k, p in kinds if least <= k <= top], count)
    behind = _with_more(_nobody(most), kinds, most)
    cheapest = min(
        int(placed[persons - left]) + int(behind[left]) + scale * left for left in range(most + 1)
    )
    return cheapest - sum(p * n for p, n in zip(prices, households, strict=True))


def _nobody(persons: int) -> NDArray[np.int64]:
    cost = np.full(persons + 1, _FAR, dtype=np.int64)
    cost[0] = 0
    return cost


def _with_more(
    cost: NDArray[np.int64], kinds: list[tuple[int, int]], count: int
) -> NDArray[np.int64]:
    """Return the least cost by persons with up to ``count`` households more."""
    last = cost
    for _ in range(count):
        more = np.full_like(cost, _FAR)
        for size, price in kinds:
            np.minimum(more[size:], last[: len(last[size:])] + price, out=more[size:])
        more[more > _FAR // 2] = _FAR
        if (more == _FAR).all():
            break
        cost, last = np.minimum(cost, more), more
    return cost
