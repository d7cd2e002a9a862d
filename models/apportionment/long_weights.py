"""The window of a division whose weights are longer than double precision can hold.

Weights of a key with inverted indicators have thousands of bits: the least common
denominator of hundreds of fractions. Every count here is a whole number, so the window
holds without a band, and whatever lies inside it is compared exactly elsewhere.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from models.apportionment.limits import Limits
from models.apportionment.method import Signposts

Integers = npt.NDArray[Any]
"""Whole numbers: int64, or Python integers in an object array."""

_DIGITS = 64
"""Binary places of a multiplier after its leading one."""
_FIRST_STEP = 1 << (_DIGITS - 4)


class LongScreen:
    """Narrow a division in whole numbers; to be used as :class:`Screen` is.

    Parameters
    ----------
    posts
        Signposts of the method.
    weights
        Claims, shape (n,), of any length.
    limits
        Effective bounds.

    Notes
    -----
    A multiplier y = 1/d is (2^64 + f) 2^e with 0 <= f < 2^64, counted through by the whole
    number 2^64 e + f: the order of these numbers is that of the multipliers, at every size.
    """

    def __init__(self, posts: Signposts, weights: Integers, limits: Limits) -> None:
        self.limits = limits
        self._posts = posts
        self._weights: list[int] = weights.tolist()
        self._sides = list(zip(limits.lower.tolist(), limits.upper.tolist(), strict=True))

    def window(self, total: int) -> tuple[Integers, Integers]:
        """Enclose every solution of the divisor method between two vectors.

        Parameters
        ----------
        total
            Units to divide [persons], within the sums of the bounds.

        Returns
        -------
        tuple
            int64 vectors ``below <= x <= above`` for every x that solves the division.

        Notes
        -----
        Steps that double, then bisection, until the two ends differ by a small part of n
        persons in sum or no multiplier lies between them. Some tens of counts of all units.
        """
        slack = max(8, len(self._weights) // 8)
        place = self._first_place(total)
        counts = self._counts(place)
        low, high, step = (place, counts), (place, counts), _FIRST_STEP
        while sum(low[1]) > total:
            low = self._at(low[0] - step)
            step *= 2
        while sum(high[1]) < total:
            high = self._at(high[0] + step)
            step *= 2
        while sum(high[1]) - sum(low[1]) > slack and high[0] - low[0] > 1:
            middle = self._at((low[0] + high[0]) // 2)
            if sum(middle[1]) <= total:
                low = middle
            else:
                high = middle
        return np.array(low[1], dtype=np.int64), np.array(high[1], dtype=np.int64)

    def best(self, units: Integers, seats: Integers, wanted: int) -> tuple[Integers, Integers]:
        """Leave every claim to exact comparison: the window has left few."""
        return np.arange(0), np.arange(units.size)

    def next_to_take(self, seats: Integers) -> Integers:
        """Return the units below their cap; ``seats`` are the parts plus one."""
        return np.flatnonzero(seats <= self.limits.upper)

    def next_to_give(self, seats: Integers) -> Integers:
        """Return the units above their floor; ``seats`` are the parts."""
        return np.flatnonzero(seats > self.limits.lower)

    def _first_place(self, total: int) -> int:
        """Return the place of total / weight sum, right to a factor of four."""
        return (total.bit_length() - sum(self._weights).bit_length()) << _DIGITS

    def _at(self, place: int) -> tuple[int, list[int]]:
        return place, self._counts(place)

    def _counts(self, place: int) -> list[int]:
        """Return how many signposts each unit has passed at a multiplier, exactly."""
        exponent, digits = place >> _DIGITS, place & ((1 << _DIGITS) - 1)
        y, shift = (1 << _DIGITS) + digits, _DIGITS - exponent
        if shift < 0:
            y, shift = y << -shift, 0
        passed = self._passed_squared if self._posts.squared else self._passed
        return [
            min(max(passed(w * y, shift), floor), cap)
            for w, (floor, cap) in zip(self._weights, self._sides, strict=True)
        ]

    def _passed(self, scaled: int, shift: int) -> int:
        """Return the largest x with m x - c <= m z, z = scaled / 2^shift."""
        m, c = self._posts.m, self._posts.c
        return ((m * scaled >> shift) + c) // m

    def _passed_squared(self, scaled: int, shift: int) -> int:
        """Return the largest x with x (x - 1) <= z^2, z = scaled / 2^shift."""
        whole = scaled * scaled >> 2 * shift
        return (1 + math.isqrt(1 + 4 * whole)) // 2
