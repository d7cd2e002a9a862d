"""Expected households by municipality and size, in whole households."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from allocator.swapping.household_mix import Mix
from models.apportionment import (
    Method,
    TwoWayDivision,
    divide,
    divide_two_way,
    integer_weights,
)
from models.apportionment.table_check import check_two_way


@dataclass(frozen=True, slots=True)
class ExpectedHouseholds:
    """Whole households per municipality and size, with the multipliers that prove the table."""

    sizes: tuple[int, ...]
    """Persons per household, ascending."""
    counts: tuple[tuple[int, ...], ...]
    """Households, a row per municipality and a column per size."""
    remainders: tuple[int, ...]
    """Persons to house that no whole household makes up; below zero where they exceed them."""
    row_multipliers: tuple[Fraction, ...]
    column_multipliers: tuple[Fraction, ...]
    """One per size above the least."""


def expected_households(persons: Sequence[int], mix: Mix) -> ExpectedHouseholds:
    """Whole households of which the persons are those to house, as near as can be.

    Parameters
    ----------
    persons
        Persons to house per municipality, not below zero.
    mix
        Weights of the sizes.

    Notes
    -----
    Margins in one unit, households: the total is the nearest whole number to persons / mean size
    (a half goes down), divided over sizes by Webster; what is larger than the least size is
    divided over municipalities by Webster on persons, and over the cells by a two-way Webster
    table. Households of the least size then fill every municipality up to its persons. A table
    of all sizes would meet the mix exactly, and miss the persons of small municipalities by
    several; here the persons are met wherever the larger households leave room.
    """
    total = sum(persons) * Fraction(mix.households, mix.persons)
    households = ceil(total - Fraction(1, 2))
    weights = integer_weights(list(mix.shares.values()))
    columns = divide(Method.WEBSTER, households, weights).parts[1:]
    table = _larger_households(persons, columns)
    least, *others = mix.sizes
    counts, remainders = [], []
    for own, parts in zip(persons, table.parts, strict=True):
        left = own - sum(size * count for size, count in zip(others, parts, strict=True))
        fill = max(0, left) // least
        counts.append((fill, *parts))
        remainders.append(left - fill * least)
    return ExpectedHouseholds(
        mix.sizes,
        tuple(counts),
        tuple(remainders),
        table.row_multipliers,
        table.column_multipliers,
    )


def _larger_households(persons: Sequence[int], columns: tuple[int, ...]) -> TwoWayDivision:
    """Divide the households above the least size, in proportion to persons and to the mix."""
    if not sum(columns):
        # Nothing to divide: half of it proves a table of noughts.
        half = Fraction(1, 2)
        return TwoWayDivision(
            ((0,) * len(columns),) * len(persons),
            row_multipliers=(half,) * len(persons),
            column_multipliers=(Fraction(1),) * len(columns),
        )
    rows = divide(Method.WEBSTER, sum(columns), list(persons)).parts
    # A product of one number for the row and one for the column: any such weights are as good.
    weights = [[1] * len(columns) for _ in rows]
    table = divide_two_way(Method.WEBSTER, weights, rows, columns)
    check_two_way(table, Method.WEBSTER, weights, rows, columns)
    return table
