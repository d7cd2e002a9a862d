"""Exact numbers as text of any length, as ``certificaat.json`` has them.

Weights of a key with inverted indicators have thousands of digits, and Python refuses to turn
whole numbers of more than 4,300 digits into text or back; its decimals do so at any length.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def whole_text(value: int) -> str:
    """Write a whole number out."""
    return str(Decimal(value))


def fraction_text(value: Fraction | None) -> str | None:
    """Write a fraction as ``a/b`` in lowest terms; nothing stays nothing."""
    if value is None:
        return None
    return f"{whole_text(value.numerator)}/{whole_text(value.denominator)}"


def read_fraction(text: str) -> Fraction:
    """Read a whole number, a decimal number or a fraction ``a/b``.

    Raises
    ------
    ValueError
        If the text is none of these.
    """
    top, _, bottom = text.partition("/")
    try:
        return Fraction(Fraction(Decimal(top)), Fraction(Decimal(bottom or 1)))
    except (ArithmeticError, ValueError) as error:
        raise ValueError(f"not an exact number: {text[:40]!r}") from error
