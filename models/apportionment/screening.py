"""The only floating-point arithmetic of the package: it narrows, it never decides.

Every method returns a superset of what can be decisive, wide enough for the rounding
errors of IEEE double precision. A weight, a signpost and their quotient each carry a
relative error of a few times 2^-53 (about 1.1e-16); ``BAND`` is some hundred times that.
What lies within the band is compared in whole numbers elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from models.apportionment.limits import Limits
from models.apportionment.method import Signposts

Integers = npt.NDArray[Any]
"""Whole numbers: int64, or Python integers in an object array."""
Floats = npt.NDArray[np.float64]

BAND = 4e-14
_ROUNDS = 200
_LEAP = 16


class Screen:
    """Approximate claims of one set of weights under one method.

    Parameters
    ----------
    posts
        Signposts of the method.
    weights
        Claims, shape (n,).
    limits
        Effective bounds.
    """

    def __init__(self, posts: Signposts, weights: Integers, limits: Limits) -> None:
        self.limits = limits
        self._posts = posts
        self._weights = weights.astype(np.float64)
        self._tops = np.asarray(posts.numerator(self._weights))
        self._weight_sum = float(self._weights.sum())
        self._shift = posts.c / posts.m
        self._sides: tuple[Floats, Floats] | None = None
        if not limits.are_idle:
            self._sides = limits.lower.astype(np.float64), limits.upper.astype(np.float64)

    def window(self, total: int) -> tuple[Integers, Integers]:
        """Enclose every solution of the divisor method between two vectors.

        Parameters
        ----------
        total
            Units to divide [persons].

        Returns
        -------
        tuple
            int64 vectors ``below <= x <= above`` for every x that solves the division.

        Notes
        -----
        Search for the multiplier y = 1/d by Newton steps, safeguarded by bisection, until
        the two ends of the bracket differ by a small part of n persons in sum. The ends are
        then moved apart by ``BAND``, so that the enclosure holds for exact arithmetic too.
        The cost does not depend on ``total``.
        """
        low, high = self._bracket(total)
        below, above = self.limits.lower, self.limits.upper
        if low is not None:
            below = self._counts(low * (1 - BAND)).astype(np.int64)
        if high is not None:
            above = self._counts(high * (1 + BAND)).astype(np.int64)
        return below, above

    def best(self, units: Integers, seats: Integers, wanted: int) -> tuple[Integers, Integers]:
        """Split claims into those surely among the best ``wanted`` and those that may be.

        Parameters
        ----------
        units, seats
            Shape (k,): the claim of a unit to its x-th person; s(x) > 0.
        wanted
            How many are to be taken, 1 <= wanted <= k.

        Returns
        -------
        tuple
            Positions that are taken for sure, and positions to compare exactly.
        """
        claims = self._tops[units] / self._posts.denominator(seats.astype(np.float64))
        cut = np.partition(claims, claims.size - wanted)[claims.size - wanted]
        sure = claims > cut * (1 + BAND)
        near = claims >= cut * (1 - BAND)
        return np.flatnonzero(sure), np.flatnonzero(near & ~sure)

    def next_to_take(self, seats: Integers) -> Integers:
        """Return the units below their cap that can hold the largest claim to ``seats``.

        At least one unit is below its cap; ``seats`` are the parts plus one.
        """
        posted = self._posts.denominator(seats.astype(np.float64))
        if self._sides is not None:
            posted = np.where(seats <= self._sides[1], posted, np.inf)
        claims = self._tops / posted
        return np.flatnonzero(claims >= claims.max() * (1 - BAND))

    def next_to_give(self, seats: Integers) -> Integers:
        """Return the units above their floor that can hold the smallest claim to ``seats``.

        At least one unit is above its floor; ``seats`` are the parts. The largest inverse is
        sought, because it is at most zero for a unit that has only its first one for free.
        """
        posted, tops = self._posts.denominator(seats.astype(np.float64)), self._tops
        if self._sides is not None:
            posted = np.where(seats > self._sides[0], posted, 0.0)
            tops = np.where(tops > 0, tops, 1.0)
        inverses = posted / tops
        return np.flatnonzero(inverses >= inverses.max() * (1 - BAND))

    def _counts(self, y: float) -> Floats:
        """Return how many signposts each unit has passed at the multiplier ``y``."""
        claims = self._weights * y
        if self._posts.squared:
            claims *= claims
            claims += 0.25
            np.sqrt(claims, out=claims)
            claims += 0.5
        else:
            claims += self._shift
        counts = np.floor(claims, out=claims)
        if self._sides is not None:
            np.maximum(counts, self._sides[0], out=counts)
            np.minimum(counts, self._sides[1], out=counts)
        return counts

    def _bracket(self, total: int) -> tuple[float | None, float | None]:
        """Find multipliers that give at most and at least ``total``; ``None`` is the bound."""
        slack = max(8, self._weights.size // 16)
        low = high = None
        low_sum, high_sum = float(self.limits.lower_sum), float(self.limits.upper_sum)
        y = self._first_guess(total)
        for step in range(_ROUNDS):
            counts = self._counts(y)
            reached = float(counts.sum())
            if reached <= total:
                low, low_sum = y, reached
            if reached >= total:
                high, high_sum = y, reached
            if high_sum - low_sum <= 2 * slack or (low and high and high <= low * (1 + BAND)):
                break
            missing = total - reached
            aim = missing + (slack if missing >= 0 else -slack) / 2
            y = self._next_guess(y, (low, high), step, aim, self._slope(counts))
        return low, high

    def _slope(self, counts: Floats) -> float:
        """Return the sum of the weights that still move when y does."""
        if self._sides is None:
            return self._weight_sum
        # Not a dot product: that would wake the threads of a linear-algebra library.
        moving = (counts > self._sides[0]) & (counts < self._sides[1])
        return float(self._weights.sum(where=moving))

    def _first_guess(self, total: int) -> float:
        """Pukelsheim's jump: the multiplier whose expected sum is the total."""
        mean_rise = 0.0 if self._posts.squared else self._shift - 0.5
        wanted = max(total - self._weights.size * mean_rise, total / 2, 0.5)
        return wanted / self._weight_sum

    def _next_guess(
        self,
        y: float,
        bracket: tuple[float | None, float | None],
        step: int,
        aim: float,
        slope: float,
    ) -> float:
        """Aim a little past the total, so that the bracket closes from both sides."""
        low, high = bracket
        if slope > 0.0 and step % 3 < 2:
            guess = y + aim / slope
            if (low or 0.0) < guess < (high or np.inf):
                return guess
        if high is None:
            return y * _LEAP
        if low is None:
            return y / _LEAP
        return float(np.sqrt(low) * np.sqrt(high))


LOG_UNIT = 2**38
"""Logarithms to base 2 are whole multiples of 1 / LOG_UNIT."""
_BALANCING_ROUNDS = 200
_FACTOR_RANGE = 2**30


def scaled_logs(values: Integers) -> Integers:
    """Return log2 of positive whole numbers in units of 1 / LOG_UNIT, zero for zero."""
    exact = values.astype(np.float64)
    logs = np.log2(exact, out=np.zeros(values.shape), where=exact > 0)
    return np.asarray(np.rint(logs * LOG_UNIT), dtype=np.int64)


def powers_of_two(logs: Integers, bits: int) -> list[Fraction]:
    """Return 2^(log / LOG_UNIT) to ``bits`` binary places of its leading digit."""
    whole, rest = np.divmod(logs, LOG_UNIT)
    leading = np.rint(np.exp2(rest / LOG_UNIT) * 2.0**bits)
    return [
        Fraction(int(digits)) * Fraction(2) ** int(power - bits)
        for digits, power in zip(leading, whole, strict=True)
    ]


def column_factors(
    weights: Integers, row_totals: Sequence[int], column_totals: Sequence[int]
) -> list[int]:
    """Return factors under which each row's division nearly meets the column totals.

    Parameters
    ----------
    weights
        Table of claims, shape (m, k).
    row_totals, column_totals
        Margins, shapes (m,) and (k,) [persons].

    Returns
    -------
    list of int
        Positive factors, shape (k,). A poor start costs time, never exactness.

    Notes
    -----
    Iterative proportional fitting: rows and columns are scaled in turn to their totals.
    """
    table = weights.astype(np.float64)
    rows = np.array(row_totals, dtype=np.float64)
    columns = np.array(column_totals, dtype=np.float64)
    factors = np.ones(columns.size)
    for _ in range(_BALANCING_ROUNDS):
        scaled = (table * factors).sum(axis=1)
        by_row = np.divide(rows, scaled, out=np.zeros(rows.size), where=scaled > 0)
        reached = (table * by_row[:, None]).sum(axis=0)
        update = np.divide(columns, reached, out=np.full(columns.size, 1e-9), where=reached > 0)
        update = np.clip(update / update.max(), 1 / _FACTOR_RANGE, 1.0)
        settled = np.abs(update - factors).max() < 1e-9
        factors = update
        if settled:
            break
    return [int(factor) for factor in np.rint(factors * _FACTOR_RANGE)]
