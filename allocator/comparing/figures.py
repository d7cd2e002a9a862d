"""Exact numbers until the last moment, then text."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from allocator.findings import Findings
from allocator.reading import Instance
from allocator.reading.cells import read_indicator

Amount = int | Fraction

DWELLINGS = "corporatiewoningen"
"""Column of ``gemeenten`` with the dwellings of housing associations."""
GEMEENTEN = "gemeenten.csv"


def decimals(value: Amount, places: int = 6) -> str:
    """Decimal text, rounded half away from zero in whole numbers; a minus only where needed."""
    scaled = Fraction(value) * 10**places
    units = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    whole, part = divmod(units, 10**places)
    sign = "-" if scaled < 0 and units else ""
    return f"{sign}{whole}.{part:0{places}d}"


def per_thousand(persons: int, base: Amount | None) -> Fraction | None:
    """Persons per 1,000 of ``base``; none where there is no base to measure by."""
    return Fraction(1000 * persons, base) if base else None


def optional_decimals(value: Fraction | None) -> str | None:
    """Text of a number that may be missing."""
    return None if value is None else decimals(value)


def total_of(values: Sequence[Amount | None]) -> Amount | None:
    """Sum, or none when one of the values is unknown."""
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) if len(known) == len(values) else None


def dwellings_of(instance: Instance, findings: Findings) -> tuple[Fraction | None, ...] | None:
    """Association dwellings per municipality: none without the column, unknown where empty."""
    table = instance.tables["gemeenten"]
    if not table.has(DWELLINGS):
        return None
    values: list[Fraction | None] = []
    for line, row in zip(table.lines, table.rows, strict=True):
        cell = row[DWELLINGS]
        number = read_indicator(cell)
        if cell and number is None:
            findings.error("indicator_not_a_number", GEMEENTEN, line, DWELLINGS, found=cell)
        elif number is not None and Fraction(number) < 0:
            findings.error("indicator_too_low", GEMEENTEN, line, DWELLINGS, found=cell, least=0)
        values.append(Fraction(number) if number is not None else None)
    return tuple(values)
