"""What stands where on a sheet: found by our own pass, held against what the library reads."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from enum import IntEnum

MAX_CELLS = 2_500_000
"""Of a rectangle that holds a sheet, and of all filled cells of a workbook."""
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
MAX_TEXT = 150_000_000
"""Signs of all texts of a workbook together, repeated ones counted each time."""
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


CONSTANTS = {"TRUE()", "FALSE()"}
"""Formulas that LibreOffice writes for what somebody typed as a truth value."""


class Held(IntEnum):
    """What a cell holds."""

    NUMBER = 0
    TEXT = 1
    BOOLEAN = 2
    DATE = 3
    ERROR = 4
    PERCENT = 5


class TooLargeError(ValueError):
    """The sheet holds, or claims, more than is read."""


class BrokenError(ValueError):
    """The sheet contradicts itself."""


@dataclass(slots=True)
class Budget:
    """What a workbook may still hold."""

    cells: int = MAX_CELLS
    text: int = MAX_TEXT

    def take(self, cells: int, text: int) -> None:
        """Count cells and the signs of their text.

        Raises
        ------
        TooLargeError
            If it was too much.
        """
        self.cells -= cells
        self.text -= text
        if self.cells < 0 or self.text < 0:
            raise TooLargeError


@dataclass(slots=True, eq=False)
class Scan:
    """One sheet: filled cells in reading order, and what may mislead. Rows and columns from 0."""

    name: str
    hidden: bool = False
    places: array[int] = field(default_factory=lambda: array("q"))
    held: bytearray = field(default_factory=bytearray)
    numbers: array[float] = field(default_factory=lambda: array("d"))
    formulas: list[int] = field(default_factory=list)
    merged: list[tuple[int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    last_column: int = -1

    def add(self, row: int, column: int, held: Held, number: float = 0.0) -> None:
        """Note a filled cell; they come in reading order.

        Raises
        ------
        TooLargeError, BrokenError
            If the sheet grows too large, or a cell comes twice or out of order.
        """
        place = row * MAX_COLUMNS + column
        if self.places and place <= self.places[-1]:
            raise BrokenError
        self.last_column = max(self.last_column, column)
        check_area(row + 1, self.last_column + 1)
        self.places.append(place)
        self.held.append(held)
        self.numbers.append(number)

    def formula(self, row: int, column: int) -> None:
        """Note a cell with a formula, filled or not."""
        check_area(row + 1, column + 1)
        self.formulas.append(row * MAX_COLUMNS + column)

    @property
    def filled_rows(self) -> set[int]:
        """Rows with at least one filled cell."""
        return {place // MAX_COLUMNS for place in self.places}


def check_area(rows: int, columns: int) -> None:
    """Refuse a rectangle that no table of ours fills.

    Raises
    ------
    TooLargeError
        If it is larger than a sheet can be, or than is read.
    """
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise TooLargeError


def number_of(raw: str) -> float:
    """A number as a workbook stores it.

    Raises
    ------
    BrokenError
        If it is none, or not finite.
    """
    value = float(raw) if NUMBER.fullmatch(raw) else float("inf")
    if abs(value) == float("inf"):
        raise BrokenError
    return value


def count_of(raw: str | None, default: int = 1) -> int:
    """A repeat or an index as a workbook stores it.

    Raises
    ------
    BrokenError
        If it is no plain whole number.
    """
    if raw is None:
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 9):
        raise BrokenError
    return int(raw)
