"""Bands against the last period: how far a part may move, and the least width that works."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy.typing as npt

from models.apportionment.divide import adams, jefferson
from models.apportionment.division import DivisorInterval
from models.apportionment.errors import TotalBelowClaimsError
from models.apportionment.intake import exact_number, read_claims, read_total

Parts = Sequence[int] | npt.NDArray[Any]
Width = int | Fraction | Decimal | str


def share_band(
    width: Width, previous: Parts, total: int, *, on_persons: bool = False
) -> tuple[list[int], list[int]]:
    """Return floors and caps that let each share move by at most ``width`` of itself.

    Parameters
    ----------
    width
        x >= 0, exact: ``"0.05"`` for five percent.
    previous
        Parts of the last period, shape (n,) [persons], not all zero.
    total
        Units to divide now [persons].
    on_persons
        Let the persons move by at most ``width``, whatever the totals do.

    Returns
    -------
    tuple
        Floors ceil((1 - x) p_i H / P) and caps floor((1 + x) p_i H / P), with p_i the
        previous parts, P their sum and H the total; H / P is one for a band on persons.

    Raises
    ------
    WeightError, TotalError
        If the width or a previous part is negative or not exact, or the total is no whole
        number.

    Examples
    --------
    >>> share_band("0.1", [40, 60], 200)
    ([72, 108], [88, 132])
    """
    x = exact_number(width)
    total = read_total(total)
    claims = read_claims(previous, total)
    scale = Fraction(1) if on_persons else Fraction(total, claims.weight_sum)
    scaled = [p * scale for p in claims.weights.tolist()]
    least = max(1 - x, Fraction(0))
    return [math.ceil(least * q) for q in scaled], [math.floor((1 + x) * q) for q in scaled]


def smallest_band(previous: Parts, total: int, *, on_persons: bool = False) -> Fraction:
    """Return the least width at which whole parts within all bands sum to the total.

    Parameters
    ----------
    previous
        Parts of the last period, shape (n,) [persons], not all zero.
    total
        Units to divide now [persons].
    on_persons
        As for :func:`share_band`.

    Returns
    -------
    Fraction
        The least x for which no floor of :func:`share_band` is above its own cap, the floors
        sum to at most, and the caps to at least, ``total``.

    Raises
    ------
    WeightError, TotalError
        As for :func:`share_band`.

    Notes
    -----
    The caps are shares over a divisor rounded down, the floors shares over another rounded
    up; so the intervals of a Jefferson and an Adams division give the least width for the
    sums at once. For a unit by itself it is the way to the nearest whole number.

    Examples
    --------
    >>> smallest_band([1, 1, 1], 4)
    Fraction(1, 2)
    """
    total = read_total(total)
    claims = read_claims(previous, total)
    if total == 0:
        return Fraction(int(on_persons))
    unit = Fraction(1) if on_persons else Fraction(claims.weight_sum, total)
    alone = max(_way_to_whole(p, unit) for p in set(claims.weights.tolist()))
    caps = jefferson(total, previous).certificate
    assert isinstance(caps, DivisorInterval) and caps.high is not None
    rise = max(Fraction(unit, caps.high) - 1, alone)
    try:
        floors = adams(total, previous).certificate
    except TotalBelowClaimsError:
        return max(rise, Fraction(1))
    assert isinstance(floors, DivisorInterval) and floors.low is not None
    return max(rise, 1 - Fraction(unit, floors.low))


def _way_to_whole(previous: int, unit: Fraction) -> Fraction:
    """Return how far, as part of itself, ``previous`` / ``unit`` is from a whole number."""
    if not previous:
        return Fraction(0)
    q = Fraction(previous, unit)
    return Fraction(min(q - math.floor(q), math.ceil(q) - q), q)
