"""Random draws in whole numbers, one stream per table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

_TILT_STEPS = 60
_TILT_SCALE = 10**6


def stream(seed: int, table: str) -> Generator:
    """The stream of one table: a table added later leaves the others as they were."""
    return Generator(PCG64(SeedSequence([seed, *table.encode("ascii")])))


def pick(rng: Generator, weights: Sequence[int], count: int) -> IntArray:
    """Draw ``count`` indices with chances proportional to whole ``weights``, shape (count,).

    Raises
    ------
    ValueError
        If no weight is positive and something is to be drawn.
    """
    edges = np.cumsum(np.asarray(weights, dtype=np.int64))
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    draws = rng.integers(0, int(edges[-1]), count)
    return np.asarray(np.searchsorted(edges, draws, side="right"), dtype=np.int64)


def between(rng: Generator, low: int, high: int, count: int) -> IntArray:
    """Draw ``count`` whole numbers from ``low`` to ``high``, both included."""
    return np.asarray(rng.integers(low, high + 1, count), dtype=np.int64)


def largest_remainder(total: int, weights: IntArray) -> IntArray:
    """Divide ``total`` in proportion to ``weights``; nothing when no weight is positive.

    Notes
    -----
    Ties go to the lower index.
    """
    whole = int(weights.sum())
    if whole <= 0:
        return np.zeros(len(weights), dtype=np.int64)
    parts, rests = np.divmod(total * weights.astype(np.int64), whole)
    first = np.argsort(-rests, kind="stable")[: total - int(parts.sum())]
    parts[first] += 1
    return np.asarray(parts, dtype=np.int64)


def share_within(total: int, weights: IntArray, low: IntArray, high: IntArray) -> IntArray:
    """Divide ``total`` in proportion to ``weights`` with each part from ``low`` to ``high``.

    Raises
    ------
    ValueError
        If the bounds do not leave room for ``total``.
    """
    if not int(low.sum()) <= total <= int(high.sum()):
        raise ValueError(f"{total} does not lie between {int(low.sum())} and {int(high.sum())}")
    whole = max(1, int(weights.sum()))
    parts = np.clip(largest_remainder(total, weights), low, high)
    while (missing := total - int(parts.sum())) != 0:
        # The part furthest below (above) its exact share gives way first.
        lag = total * weights - whole * parts
        if missing > 0:
            unit = int(np.argmax(np.where(parts < high, lag, np.iinfo(np.int64).min)))
            parts[unit] += 1
        else:
            unit = int(np.argmin(np.where(parts > low, lag, np.iinfo(np.int64).max)))
            parts[unit] -= 1
    return np.asarray(parts, dtype=np.int64)


def sizes_with_sum(rng: Generator, weights: Sequence[int], count: int, total: int) -> IntArray:
    """Draw ``count`` sizes from 1 to ``len(weights)`` that add up to exactly ``total``.

    Drawn from ``weights`` tilted to the wanted mean; then single sizes are drawn again as long
    as the sum is off, and kept when that brings the sum nearer.

    Raises
    ------
    ValueError
        If no such sizes exist.
    """
    largest = len(weights)
    if not count <= total <= largest * count:
        raise ValueError(f"{count} households of 1 to {largest} persons cannot be {total} persons")
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    chances = _tilted(weights, count, total)
    sizes = pick(rng, chances, count) + 1
    missing = total - int(sizes.sum())
    for _ in range(50 * count + 1000):
        if missing == 0:
            return sizes
        at, size = int(rng.integers(count)), int(pick(rng, chances, 1)[0]) + 1
        step = size - int(sizes[at])
        if abs(missing - step) < abs(missing):
            sizes[at] += step
            missing -= step
    return _forced(sizes, missing, largest)


def _forced(sizes: IntArray, missing: int, largest: int) -> IntArray:
    """What the draws could not mend, one person at a time, front to back."""
    step = 1 if missing > 0 else -1
    while missing != 0:
        for at in np.flatnonzero((sizes + step >= 1) & (sizes + step <= largest)):
            if missing == 0:
                break
            sizes[at] += step
            missing -= step
    return sizes


def _tilted(weights: Sequence[int], count: int, total: int) -> list[int]:
    """Weights times t^size, with t such that the mean size is ``total / count``."""
    sizes = np.arange(1, len(weights) + 1, dtype=np.float64)
    logs = np.log(np.maximum(np.asarray(weights, dtype=np.float64), 1e-9))
    low, high = -30.0, 30.0
    for _ in range(_TILT_STEPS):
        tilt = (low + high) / 2
        powers = logs + tilt * sizes
        chances = np.exp(powers - powers.max())
        mean = float((chances * sizes).sum() / chances.sum())
        low, high = (tilt, high) if mean < total / count else (low, tilt)
    return [max(0, int(value)) for value in np.rint(chances / chances.max() * _TILT_SCALE)]
