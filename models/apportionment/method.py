"""The methods and their signposts, as whole numbers.

A divisor method rounds w/d at the signposts s(1) < s(2) < ...: a unit has x when
s(x) <= w/d <= s(x+1). All signposts here are ratios of whole numbers, for ``hill``
after squaring, so that the claim of a unit to its x-th person is one exact fraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Method(StrEnum):
    """Ways to divide whole numbers in proportion."""

    ADAMS = "adams"
    """Share over a common divisor, rounded up."""
    WEBSTER = "webster"
    """Share over a common divisor, rounded to the nearest (Sainte-Laguë)."""
    JEFFERSON = "jefferson"
    """Share over a common divisor, rounded down (D'Hondt)."""
    HILL = "hill"
    """Share over a common divisor, rounded at the geometric mean (Huntington-Hill)."""
    LARGEST_REMAINDER = "largest_remainder"
    """Exact share rounded down, the rest to the largest fractions (Hamilton)."""
    CEILING = "ceiling"
    """Exact share rounded up for each by itself; the sum overshoots."""


@dataclass(frozen=True, slots=True)
class Signposts:
    """The signposts s(x) = (m x - c) / m, or s(x)^2 = x (x - 1) where ``squared``.

    Attributes
    ----------
    m, c
        Scale and shift of the linear methods.
    squared
        Whether claims and divisors are compared after squaring.
    """

    m: int
    c: int
    squared: bool = False

    @property
    def first_is_free(self) -> bool:
        """Whether s(1) = 0, so that every positive claim gets one before all else."""
        return self.squared or self.c == self.m

    def denominator(self, x: Any) -> Any:
        """Return m s(x), or s(x)^2 where ``squared``; ``x`` may be an integer array."""
        return x * (x - 1) if self.squared else self.m * x - self.c

    def numerator(self, w: Any) -> Any:
        """Return w, or w^2 where ``squared``: what stands over ``denominator`` in a claim."""
        return w * w if self.squared else w


SIGNPOSTS = {
    Method.ADAMS: Signposts(1, 1),
    Method.WEBSTER: Signposts(2, 1),
    Method.JEFFERSON: Signposts(1, 0),
    Method.HILL: Signposts(1, 0, squared=True),
}
"""The divisor methods; the other two have no divisor."""
