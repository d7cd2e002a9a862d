"""The only floating-point arithmetic of the package: it narrows, it never decides.

Every function returns a superset of what can be decisive, wide enough for the rounding
errors of IEEE double precision. A weight, a signpost and their quotient each carry a
relative error of a few times 2^-53 (about 1.1e-16); ``BAND`` is some hundred times that.
What lies within the band is compared in whole numbers elsewhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from models.apportionment.method import Signposts

Integers = npt.NDArray[Any]
"""Whole numbers: int64, or Python integers in an object array."""
Floats = npt.NDArray[np.float64]

BAND = 4e-14
_ROUNDS = 200


class _Counter:
    """How many signposts each unit has passed at the multiplier y = 1/d."""

    def __init__(
        self, posts: Signposts, weights: Integers, lower: Integers, upper: Integers
    ) -> None:
        self.posts = posts
        self.weights = weights.astype(np.float64)
        self.lower = lower.astype(np.float64)
        self.upper = upper.astype(np.float64)
        self.shift = posts.c / posts.m

    def at(self, y: float) -> Floats:
        claims = self.weights * y
        if self.posts.squared:
            claims = np.sqrt(claims * claims + 0.25)
            claims += 0.5
        else:
            claims += self.shift
        counts = np.floor(claims, out=claims)
        np.maximum(counts, self.lower, out=counts)
        return np.minimum(counts, self.upper, out=counts)

    def slope(self, counts: Floats) -> float:
        """Sum of the weights that still move when y does."""
        moving = (counts > self.lower) & (counts < self.upper)
        return float(self.weights @ moving)


def window(
    posts: Signposts, weights: Integers, total: int, lower: Integers, upper: Integers
) -> tuple[Integers, Integers]:
    """Enclose every solution of a divisor method between two vectors.

    Parameters
    ----------
    posts
        Signposts of the method.
    weights, lower, upper
        Claims and effective bounds, shape (n,); sum(lower) <= total <= sum(upper).
    total
        Units to divide [persons].

    Returns
    -------
    tuple
        int64 vectors ``below <= x <= above`` for every x that solves the division.

    Notes
    -----
    Search for the multiplier y = 1/d by Newton steps, safeguarded by bisection, until
    the two ends of the bracket differ by a small part of n persons in sum. The ends are then
    moved apart by ``BAND``, which makes the enclosure hold for exact arithmetic too.
    The cost does not depend on ``total``.
    """
    counter = _Counter(posts, weights, lower, upper)
    low, high = _bracket(counter, total)
    below = lower if low is None else counter.at(low * (1 - BAND)).astype(np.int64)
    above = upper if high is None else counter.at(high * (1 + BAND)).astype(np.int64)
    return below, above


def _bracket(counter: _Counter, total: int) -> tuple[float | None, float | None]:
    """Find multipliers that give at most and at least ``total``; ``None`` is the bound."""
    slack = max(8, counter.weights.size // 16)
    low = high = None
    low_sum, high_sum = float(counter.lower.sum()), float(counter.upper.sum())
    y = _first_guess(counter, total)
    for step in range(_ROUNDS):
        counts = counter.at(y)
        reached = float(counts.sum())
        if reached <= total:
            low, low_sum = y, reached
        if reached >= total:
            high, high_sum = y, reached
        if high_sum - low_sum <= 2 * slack or (low and high and high <= low * (1 + BAND)):
            break
        y = _next_guess(counter, counts, y, (low, high), total - reached, slack, step)
    return low, high


def _first_guess(counter: _Counter, total: int) -> float:
    """Pukelsheim's jump: the multiplier whose expected sum is the total."""
    mean_rise = 0.0 if counter.posts.squared else counter.shift - 0.5
    wanted = max(total - counter.weights.size * mean_rise, total / 2, 0.5)
    return float(wanted / counter.weights.sum())


def _next_guess(
    counter: _Counter,
    counts: Floats,
    y: float,
    bracket: tuple[float | None, float | None],
    missing: float,
    slack: int,
    step: int,
) -> float:
    """Aim a little past the total, so that the bracket closes from both sides."""
    low, high = bracket
    slope = counter.slope(counts)
    if slope > 0.0 and step % 3 < 2:
        aim = y + (missing + (slack if missing >= 0 else -slack) / 2) / slope
        if (low or 0.0) < aim < (high or np.inf):
            return aim
    if high is None:
        return y * 16
    if low is None:
        return y / 16
    return float(np.sqrt(low) * np.sqrt(high))


def split_best(
    posts: Signposts, weights: Integers, seats: Integers, wanted: int
) -> tuple[Integers, Integers]:
    """Split claims into those surely among the best ``wanted`` and those that may be.

    Parameters
    ----------
    posts
        Signposts of the method.
    weights, seats
        Shape (k,): the claim of weight w to its x-th person; s(x) > 0.
    wanted
        How many are to be taken, 1 <= wanted <= k.

    Returns
    -------
    tuple
        Positions that are taken for sure, and positions to compare exactly.
    """
    claims = _claims(posts, weights, seats)
    cut = np.partition(claims, claims.size - wanted)[claims.size - wanted]
    sure = np.flatnonzero(claims > cut * (1 + BAND))
    near = np.flatnonzero((claims >= cut * (1 - BAND)) & (claims <= cut * (1 + BAND)))
    return sure, near


def near_largest(posts: Signposts, weights: Integers, seats: Integers) -> Integers:
    """Return the positions that can hold the largest claim."""
    claims = _claims(posts, weights, seats)
    return np.flatnonzero(claims >= claims.max() * (1 - BAND))


def near_smallest(posts: Signposts, weights: Integers, seats: Integers) -> Integers:
    """Return the positions that can hold the smallest claim."""
    claims = _claims(posts, weights, seats)
    return np.flatnonzero(claims <= claims.min() * (1 + BAND))


def _claims(posts: Signposts, weights: Integers, seats: Integers) -> Floats:
    """Return w / s(x), up to the factor m."""
    posted = seats.astype(np.float64)
    posted = np.sqrt(posted) * np.sqrt(posted - 1) if posts.squared else posts.denominator(posted)
    return np.asarray(weights.astype(np.float64) / posted, dtype=np.float64)
