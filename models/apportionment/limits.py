"""Floors and caps: checked, completed by what the method itself demands, and feasible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models.apportionment.errors import (
    BoundsError,
    InfeasibleBoundsError,
    TotalBelowClaimsError,
)
from models.apportionment.intake import INT64_LIMIT, Claims, Integers

Bounds = Sequence[int | None] | npt.NDArray[Any] | None
"""A floor or a cap for each unit [persons]; ``None`` stands for no bound."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Floors and caps as a method sees them.

    Attributes
    ----------
    lower, upper
        int64, shape (n,).
    lower_sum, upper_sum
        Their exact sums, which enclose the total.
    are_idle
        Whether no bound was asked and no weight is zero, so that no limit binds but the
        first one for everyone, which the method sees to by itself.
    """

    lower: Integers
    upper: Integers
    lower_sum: int
    upper_sum: int
    are_idle: bool = False


def effective_limits(
    total: int, claims: Claims, lower: Bounds, upper: Bounds, *, everyone: bool
) -> Limits:
    """Return the bounds as the method sees them, after checking that they can hold.

    Parameters
    ----------
    total
        Units to divide [persons].
    claims
        Checked weights.
    lower, upper
        Floors and caps as asked [persons].
    everyone
        Whether the method gives every positive claim at least one.

    Returns
    -------
    Limits
        Floors and caps with sum(floors) <= total <= sum(caps).

    Raises
    ------
    BoundsError
        If a bound is malformed or a floor is above its cap.
    InfeasibleBoundsError
        If the sums do not enclose the total.

    Notes
    -----
    A zero weight stands at its floor. Where the method gives everyone at least one, that
    is a floor too, except under a cap of zero. A missing cap is total + 1, which no part
    reaches, so that it closes no side of the certificate.
    """
    size, first = claims.weights.size, int(everyone)
    if lower is None and upper is None and claims.smallest > 0 and size * first <= total:
        floors, caps = np.full(size, first), np.full(size, total + 1)
        return Limits(floors, caps, size * first, size * (total + 1), are_idle=True)
    positive = claims.weights > 0
    floors, caps = _plain_limits(total, size, lower, upper)
    caps = np.where(positive, caps, floors)
    owed = np.where(positive, np.maximum(floors, np.minimum(caps, first)), floors)
    lower_sum, upper_sum = _exact_sum(owed, total), _exact_sum(caps, total)
    if lower_sum <= total <= upper_sum:
        return Limits(owed, caps, lower_sum, upper_sum)
    first_ones = int((owed - floors).sum())
    raise _conflict(total, positive.tolist(), lower, upper, first_ones)


def _plain_limits(total: int, size: int, lower: Bounds, upper: Bounds) -> tuple[Integers, Integers]:
    """Check the bounds; beyond total + 1 a bound says no more, so it is kept there."""
    if lower is None and upper is None:
        return np.zeros(size, dtype=np.int64), np.full(size, total + 1)
    floors = [floor or 0 for floor in read_side(lower, size, "lower")]
    caps = [total + 1 if cap is None else cap for cap in read_side(upper, size, "upper")]
    for at, (floor, cap) in enumerate(zip(floors, caps, strict=True)):
        if floor > cap and upper is not None and upper[at] is not None:
            raise BoundsError(f"unit {at}: floor {floor} is above cap {cap}")
    return (
        np.array([min(floor, total + 1) for floor in floors], dtype=np.int64),
        np.array([min(cap, total + 1) for cap in caps], dtype=np.int64),
    )


def read_side(bounds: Bounds, size: int, name: str) -> list[int | None]:
    """Check one side: a bound a unit, whole, not negative; ``None`` is no bound there."""
    if bounds is None:
        return [None] * size
    if len(bounds) != size:
        raise BoundsError(f"{len(bounds)} {name} bounds for {size} weights")
    plain: list[int | None] = bounds.tolist() if isinstance(bounds, np.ndarray) else list(bounds)
    for at, value in enumerate(plain):
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise BoundsError(f"{name} bound {at} is not a whole number: {value!r}")
        if value < 0:
            raise BoundsError(f"{name} bound {at} is negative: {value}")
        plain[at] = int(value)
    return plain


def _conflict(
    total: int, positive: list[bool], lower: Bounds, upper: Bounds, first_ones: int
) -> InfeasibleBoundsError:
    """Name both sums as asked; say so where only the first one for everybody is too much."""
    floors = [floor or 0 for floor in read_side(lower, len(positive), "lower")]
    caps = read_side(upper, len(positive), "upper")
    reach = [
        cap if weighs else floor for weighs, floor, cap in zip(positive, floors, caps, strict=True)
    ]
    upper_sum = None if None in reach else sum(cap for cap in reach if cap is not None)
    lower_sum = sum(floors)
    if lower_sum <= total and first_ones:
        return TotalBelowClaimsError(total, lower_sum + first_ones, upper_sum)
    return InfeasibleBoundsError(total, lower_sum + first_ones, upper_sum)


def _exact_sum(values: Integers, largest: int) -> int:
    """Sum without overflow; no value is above ``largest`` + 1."""
    if values.size * (largest + 1) >= INT64_LIMIT:
        values = values.astype(object)
    return int(values.sum())
