"""From what a caller hands over to checked whole-number arrays."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from numbers import Rational, Real
from typing import Any

import numpy as np
import numpy.typing as npt

from models.apportionment.errors import (
    AllZeroWeightsError,
    FloatWeightError,
    InfiniteWeightError,
    NegativeWeightError,
    NotANumberWeightError,
    NoWeightsError,
    TieOrderError,
    TotalError,
    TotalTooLargeError,
    WeightTooLargeError,
    WeightTypeError,
)

Integers = npt.NDArray[Any]
"""Whole numbers: int64, or Python integers in an object array."""
IntegerSequence = Sequence[int] | npt.NDArray[Any]

MAX_TOTAL = 2**50
"""Largest total [persons]: what double precision counts exactly with room to spare."""
MAX_WEIGHT_BITS = 20_000
"""Longest weight [bits]: room for two indicators of 352 units, inverted, to six decimals."""
SCREENED_BITS = 320
"""Longest sum of weights [bits] with a square that double precision can still screen."""
INT64_LIMIT = 2**62
"""Products and sums stay below this bound, a factor two inside int64."""

_MAX_EXPONENT = 75
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Claims:
    """Checked weights with what the guards need to know of them.

    Attributes
    ----------
    weights
        Shape (n,); int64 where every product with the total fits, Python integers otherwise.
    weight_sum, smallest
        Exact sum and minimum.
    """

    weights: Integers
    weight_sum: int
    smallest: int


def read_total(total: int) -> int:
    """Check that the total is a whole number the engine can count."""
    if isinstance(total, bool) or not isinstance(total, int | np.integer):
        raise TotalError(f"the total must be a whole number, not {type(total).__name__}")
    if total < 0:
        raise TotalError(f"the total must not be negative: {total}")
    if total > MAX_TOTAL:
        raise TotalTooLargeError(f"the total {total} is above {MAX_TOTAL}")
    return int(total)


def read_claims(weights: IntegerSequence, total: int) -> Claims:
    """Check the weights and choose the road: int64, or Python integers where that is too small.

    Notes
    -----
    Every deciding product is at most weight_sum * total; one comparison guards them all.
    """
    array = as_integers(weights)
    if array.size == 0:
        raise NoWeightsError("there are no weights to divide over")
    smallest = int(array.min())
    if smallest < 0:
        at = int(array.argmin())
        raise NegativeWeightError(f"weight {at} is negative: {array[at]}", at)
    largest = int(array.max())
    if largest == 0:
        raise AllZeroWeightsError("every weight is zero, so no share exists")
    if largest.bit_length() > MAX_WEIGHT_BITS:
        at = int(array.argmax())
        raise WeightTooLargeError(f"weight {at} has more than {MAX_WEIGHT_BITS} bits", at)
    if largest * array.size >= INT64_LIMIT:
        array = array.astype(object)
    weight_sum = int(array.sum())
    if weight_sum * (total + 1) >= INT64_LIMIT:
        array = array.astype(object)
    return Claims(array, weight_sum, smallest)


def as_integers(values: IntegerSequence) -> Integers:
    """Return a one-dimensional array of whole numbers, int64 where they fit."""
    if isinstance(values, np.ndarray) and values.dtype == np.int64 and values.ndim == 1:
        return values
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            raise WeightTypeError(f"expected one dimension, found {values.ndim}")
        values = values.tolist()
    if not set(map(type, values)) <= {int}:
        values = [_whole(value, at) for at, value in enumerate(values)]
    try:
        return np.array(values, dtype=np.int64)
    except OverflowError:
        return np.array(values, dtype=object)


def _whole(value: object, at: int | None) -> int:
    """Accept a whole number of any integer type; name every other kind."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return int(value)
    _refuse_not_finite(value, at)
    if isinstance(value, Real) and not isinstance(value, Rational):
        raise FloatWeightError(
            f"{_name(at)} is a binary fraction ({value!r}): pass a whole number, or bring"
            " fractions and decimals to whole numbers with integer_weights",
            at,
        )
    raise WeightTypeError(
        f"{_name(at)} is not a whole number: {value!r} is of type {type(value).__name__}", at
    )


def _refuse_not_finite(value: object, at: int | None) -> None:
    if isinstance(value, Decimal):
        is_nan, is_infinite = value.is_nan(), value.is_infinite()
    elif isinstance(value, Real) and not isinstance(value, Rational):
        is_nan, is_infinite = math.isnan(value), math.isinf(value)
    else:
        return
    if is_nan:
        raise NotANumberWeightError(f"{_name(at)} is not a number (NaN)", at)
    if is_infinite:
        raise InfiniteWeightError(f"{_name(at)} is infinite", at)


def _name(at: int | None) -> str:
    return "the number" if at is None else f"weight {at}"


def integer_weights(fractions: Iterable[int | Fraction | Decimal | str]) -> list[int]:
    """Bring exact rational weights to whole numbers in the same proportion.

    Parameters
    ----------
    fractions
        Non-negative weights: ``int``, ``Fraction``, ``Decimal`` or a decimal string such
        as ``"12.5"`` (point as decimal mark, no thousands marks).

    Returns
    -------
    list of int
        The weights times the least common denominator, over their common divisor.

    Raises
    ------
    FloatWeightError
        For a ``float``: write the decimal that is meant, as ``Decimal`` or string.
    WeightError
        For NaN, infinity, a negative weight, or a text that is no decimal number.

    Examples
    --------
    >>> integer_weights(["1.5", "2.5", "0.5"])
    [3, 5, 1]
    """
    exact = [exact_number(value, at) for at, value in enumerate(fractions)]
    scale = math.lcm(*(value.denominator for value in exact))
    whole = [value.numerator * (scale // value.denominator) for value in exact]
    common = math.gcd(*whole) or 1
    return [value // common for value in whole]


def exact_number(value: object, at: int | None = None) -> Fraction:
    """Read one non-negative exact number; ``at`` is its place where it is one of a list."""
    if isinstance(value, str):
        text = value.strip()
        if text.lower().lstrip("+-") in {"nan", "inf", "infinity"}:
            _refuse_not_finite(Decimal(text), at)
        if not _DECIMAL.fullmatch(text):
            raise WeightTypeError(f"{_name(at)} is not a decimal number: {value!r}", at)
        value = Decimal(text)
    if isinstance(value, Decimal):
        _refuse_not_finite(value, at)
        if value and abs(value.adjusted()) > _MAX_EXPONENT:
            raise WeightTooLargeError(f"{_name(at)} has too large an exponent: {value}", at)
    elif not isinstance(value, Fraction):
        value = _whole(value, at)
    exact = Fraction(value)
    if exact < 0:
        raise NegativeWeightError(f"{_name(at)} is negative: {value}", at)
    return exact


def read_ranks(tie_order: IntegerSequence | None, size: int) -> Integers:
    """Turn a tie order (first served first) into a rank for each unit."""
    if tie_order is None:
        return np.arange(size, dtype=np.int64)
    order = as_integers(tie_order)
    if order.size != size or not np.array_equal(np.sort(order), np.arange(size)):
        raise TieOrderError(f"the tie order is not a permutation of 0..{size - 1}")
    ranks = np.empty(size, dtype=np.int64)
    ranks[order] = np.arange(size, dtype=np.int64)
    return ranks
