"""Exact numbers as people write them, and as files hold them."""

from __future__ import annotations

import re
from fractions import Fraction

from allocator.canonical import six_decimals

_FRACTION = re.compile(r"([0-9]{1,4000})\s*/\s*([0-9]{1,4000})")
_DECIMAL = re.compile(r"([0-9]{1,15})(?:[.,]([0-9]{1,15}))?")
# 1.234 and 1,234: a thousand and more to one reader, one and a bit to another.
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")


def read_exact(cell: str) -> Fraction | None:
    """Read ``2149/14318``, ``0.15``, ``0,15`` or ``3``; none for anything else.

    Examples
    --------
    >>> read_exact("0,15")
    Fraction(3, 20)
    >>> read_exact("1.234") is None
    True
    """
    match = _FRACTION.fullmatch(cell)
    if match is not None:
        return Fraction(int(match[1]), int(match[2])) if int(match[2]) else None
    if _AMBIGUOUS.fullmatch(cell) or not _DECIMAL.fullmatch(cell):
        return None
    return Fraction(cell.replace(",", "."))


def exact_text(value: Fraction) -> str:
    """Text of an exact number: ``3`` or ``17/3``."""
    return str(value)


def decimals(value: Fraction) -> str:
    """Six decimals, half away from zero; a minus only where a digit is left.

    Examples
    --------
    >>> decimals(Fraction(-2, 3))
    '-0.666667'
    """
    text = six_decimals(abs(value))
    return f"-{text}" if value < 0 and text.strip("0.") else text
