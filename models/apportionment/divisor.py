"""Divisor methods with floors and caps: window, choice at the edge, interval."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from models.apportionment import screening
from models.apportionment.division import DivisorInterval
from models.apportionment.intake import Claims, Integers
from models.apportionment.method import Signposts


def divide_by_divisor(
    posts: Signposts,
    total: int,
    claims: Claims,
    limits: tuple[Integers, Integers],
    ranks: Integers,
) -> tuple[Integers, DivisorInterval, tuple[int, ...]]:
    """Divide ``total`` by a divisor method within effective bounds.

    Parameters
    ----------
    posts
        Signposts s(x).
    total
        Units to divide [persons]; sum(lower) <= total <= sum(upper).
    claims
        Checked weights.
    limits
        Effective lower and upper bounds, shape (n,) each.
    ranks
        Rank of each unit among equal claims, lowest first.

    Returns
    -------
    tuple
        Parts x, the closed interval of divisors, and the tied units.
    """
    lower, upper = limits
    below, above = screening.window(posts, claims.weights, total, lower, upper)
    x = below + _best_between(posts, total, claims.weights, (below, above), ranks)
    interval, tied = divisor_interval(posts, claims.weights, x, lower, upper)
    return x, interval, tied


def _best_between(
    posts: Signposts,
    total: int,
    weights: Integers,
    window: tuple[Integers, Integers],
    ranks: Integers,
) -> Integers:
    """Count, for each unit, how many of the undecided claims it wins."""
    below, above = window
    wanted = total - int(below.sum())
    widths = above - below
    units = np.repeat(np.arange(below.size), widths)
    if wanted == 0:
        return np.zeros_like(below)
    starts = np.cumsum(widths) - widths
    seats = below[units] + (np.arange(units.size) - starts[units]) + 1
    sure, near = screening.split_best(posts, weights[units], seats, wanted)
    missing = wanted - sure.size
    if missing < near.size:
        near = _first_exactly(posts, weights, units[near], seats[near], ranks)[:missing]
        chosen = np.concatenate([units[sure], near])
    else:
        chosen = np.concatenate([units[sure], units[near]])
    return np.bincount(chosen, minlength=below.size)


def _first_exactly(
    posts: Signposts, weights: Integers, units: Integers, seats: Integers, ranks: Integers
) -> Integers:
    """Sort units by exact claim, largest first, equal claims by rank."""
    keys = claim_keys(posts, weights[units], seats)
    by_rank = ranks[units].tolist()
    order = sorted(range(len(keys)), key=lambda k: (-keys[k], by_rank[k]))
    return units[order]


def claim_keys(posts: Signposts, weights: Integers, seats: Integers) -> list[int]:
    """Return whole numbers in the same order as the claims w / s(x), equal where they are.

    Notes
    -----
    Two different fractions with denominators up to D differ by at least 1 / D^2, so the
    floors of their multiples by 2^k with 2^k >= D^2 differ as well, and in the same sense.
    """
    tops = [posts.numerator(w) for w in weights.tolist()]
    bottoms = [posts.denominator(x) for x in seats.tolist()]
    bits = 2 * max(bottoms).bit_length()
    return [(top << bits) // bottom for top, bottom in zip(tops, bottoms, strict=True)]


def divisor_interval(
    posts: Signposts, weights: Integers, x: Integers, lower: Integers, upper: Integers
) -> tuple[DivisorInterval, tuple[int, ...]]:
    """Return the closed divisor interval of the parts ``x`` and the units tied at it."""
    low, takers = _end(posts, weights, x + 1, np.flatnonzero(x < upper), largest=True)
    high, givers = _end(posts, weights, x, np.flatnonzero(x > lower), largest=False)
    tied: tuple[int, ...] = ()
    if low is not None and low == high:
        tied = tuple(sorted({*takers, *givers}))
    return DivisorInterval(low, high, posts.squared), tied


def _end(
    posts: Signposts, weights: Integers, seats: Integers, units: Integers, *, largest: bool
) -> tuple[Fraction | None, list[int]]:
    """Return the exact extreme of w / s(seat) over ``units`` and who attains it."""
    if units.size == 0:
        return None, []
    near = screening.near_largest if largest else screening.near_smallest
    units = units[near(posts, weights[units], seats[units])]
    keys = claim_keys(posts, weights[units], seats[units])
    best = max(keys) if largest else min(keys)
    attained = [unit for unit, key in zip(units.tolist(), keys, strict=True) if key == best]
    w, seat = int(weights[attained[0]]), int(seats[attained[0]])
    return Fraction(posts.m * posts.numerator(w), posts.denominator(seat)), attained
