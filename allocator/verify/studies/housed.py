"""How many persons the best assignment of households to dwellings leaves over."""

from __future__ import annotations

from collections import Counter

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
