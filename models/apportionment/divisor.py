"""Divisor methods with floors and caps: window, choice at the edge, interval."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from models.apportionment.division import DivisorInterval
from models.apportionment.intake import SCREENED_BITS, Claims, Integers
from models.apportionment.limits import Limits
from models.apportionment.long_weights import LongScreen
from models.apportionment.method import Signposts
from models.apportionment.screening import Screen


def divide_by_divisor(
    posts: Signposts,
    total: int,
    claims: Claims,
    limits: Limits,
    ranks: Integers,
) -> tuple[Integers, DivisorInterval, tuple[int, ...]]:
    """Divide ``total`` by a divisor method within effective bounds.

    Parameters
    ----------
    posts
        Signposts s(x).
    total
        Units to divide [persons].
    claims
        Checked weights.
    limits
        Effective bounds.
    ranks
        Rank of each unit among equal claims, lowest first.

    Returns
    -------
    tuple
        Parts x, the closed interval of divisors, and the tied units.
    """
    is_long = claims.weight_sum.bit_length() > SCREENED_BITS
    screen = (LongScreen if is_long else Screen)(posts, claims.weights, limits)
    below, above = screen.window(total)
    x = below + _best_between(posts, screen, total, claims.weights, (below, above), ranks)
    interval, tied = _interval(posts, screen, total, claims.weights, x)
    return x, interval, tied


def _best_between(
    posts: Signposts,
    screen: Screen | LongScreen,
    total: int,
    weights: Integers,
    window: tuple[Integers, Integers],
    ranks: Integers,
) -> Integers:
    """Count, for each unit, how many of the undecided claims it wins."""
    below, above = window
    wanted = total - int(below.sum())
    if wanted == 0:
        return np.zeros_like(below)
    undecided = np.flatnonzero(above > below)
    widths = (above - below)[undecided]
    units = np.repeat(undecided, widths)
    # The seats of a unit follow each other: count on from the first of its run.
    firsts = below[undecided] + 1 - (np.cumsum(widths) - widths)
    seats = np.repeat(firsts, widths) + np.arange(units.size)
    sure, near = screen.best(units, seats, wanted)
    missing = wanted - sure.size
    if missing < near.size:
        last = _first_exactly(posts, weights, units[near], seats[near], ranks)[:missing]
    else:
        last = units[near]
    return np.bincount(np.concatenate([units[sure], last]), minlength=below.size)


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


def _interval(
    posts: Signposts, screen: Screen | LongScreen, total: int, weights: Integers, x: Integers
) -> tuple[DivisorInterval, tuple[int, ...]]:
    """Return the closed divisor interval of the parts ``x`` and the units tied at it."""
    limits = screen.limits
    low = high = None
    takers: list[int] = []
    givers: list[int] = []
    if total < limits.upper_sum:
        following = x + 1
        low, takers = _end(posts, weights, following, screen.next_to_take(following), max)
    if total > limits.lower_sum:
        high, givers = _end(posts, weights, x, screen.next_to_give(x), min)
    tied: tuple[int, ...] = ()
    if low is not None and low == high:
        tied = tuple(sorted({*takers, *givers}))
    return DivisorInterval(low, high, posts.squared), tied


def _end(
    posts: Signposts,
    weights: Integers,
    seats: Integers,
    units: Integers,
    pick: Callable[[list[int]], int],
) -> tuple[Fraction, list[int]]:
    """Return the exact extreme of w / s(seat) over ``units`` and who attains it."""
    keys = claim_keys(posts, weights[units], seats[units])
    best = pick(keys)
    attained = [unit for unit, key in zip(units.tolist(), keys, strict=True) if key == best]
    w, seat = int(weights[attained[0]]), int(seats[attained[0]])
    return Fraction(posts.m * posts.numerator(w), posts.denominator(seat)), attained
