"""What a division says: the parts, the ties and a proof that anyone can check."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class DivisorInterval:
    """The divisors d that give these parts: low <= d <= high, both ends included.

    Attributes
    ----------
    low
        max w_i / s(x_i + 1) over the units that may receive one more; ``None`` where a
        cap (or a zero weight) stops every unit.
    high
        min w_i / s(x_i) over the units that may give one up; ``None`` (unbounded) where a
        floor stops every unit.
    squared
        Whether both ends are d squared, as for ``hill``.
    """

    low: Fraction | None
    high: Fraction | None
    squared: bool = False


@dataclass(frozen=True, slots=True)
class RemainderCut:
    """Where the largest remainders were cut, in whole numbers.

    A unit inside its bounds has the exact share w_i * shared_total / shared_weights and
    the remainder (w_i * shared_total) mod shared_weights; a unit whose share would pass a
    bound stands at that bound.

    Attributes
    ----------
    shared_total, shared_weights
        Total and weights left after the units at a bound are taken out.
    rounded_up
        How many shares are rounded up.
    lowest_up, highest_down
        Smallest remainder rounded up and largest remainder rounded down, in
        ``shared_weights``-ths; ``None`` where there is none.
    """

    shared_total: int
    shared_weights: int
    rounded_up: int
    lowest_up: int | None
    highest_down: int | None


@dataclass(frozen=True, slots=True)
class CeilingSurplus:
    """Every share rounded up by itself: w_i * total / weight_sum.

    Attributes
    ----------
    total, weight_sum
        Together the exact share of each unit.
    """

    total: int
    weight_sum: int


Certificate = DivisorInterval | RemainderCut | CeilingSurplus


@dataclass(frozen=True, slots=True)
class Division:
    """A total divided over units, with its proof.

    Attributes
    ----------
    parts
        Shape (n,) [persons].
    tied
        Indices with an equal claim to the last person; empty if the outcome is unique.
    certificate
        What proves the parts: divisor interval, remainders at the cut, or the share.
    quota_violations
        Indices whose part is neither the floor nor the ceiling of the exact share
        w_i * total / sum(w).
    surplus
        Sum of the parts minus the total; only ``ceiling`` has one.
    """

    parts: tuple[int, ...]
    tied: tuple[int, ...] = ()
    certificate: Certificate = field(kw_only=True, repr=False)
    quota_violations: tuple[int, ...] = field(default=(), kw_only=True, repr=False)
    surplus: int = field(default=0, kw_only=True, repr=False)
