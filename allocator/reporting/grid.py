"""A table as people read it: caption, columns, raw cells. The page and the workbook draw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from allocator.words import number, text

Cell = str | int | Fraction | None


class Kind(StrEnum):
    """What a column holds, so how it is written and aligned."""

    TEXT = "text"
    NUMBER = "number"
    SIGNED = "signed"
    DECIMALS3 = "decimals3"
    DECIMALS6 = "decimals6"

    @property
    def is_number(self) -> bool:
        """Whether cells line up right and sort by size."""
        return self is not Kind.TEXT


DECIMALS = {Kind.DECIMALS3: 3, Kind.DECIMALS6: 6}


@dataclass(frozen=True, slots=True)
class Column:
    """One column with its heading."""

    label: str
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True, slots=True)
class Grid:
    """One table; ``name`` is its anchor, the first cell of a row names the row.

    ``totals`` is a last row, or empty. ``tools`` says whether searching and sorting helps.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...] = ()
    tools: bool = False


def columns(lang: str, *entries: tuple[str, Kind]) -> tuple[Column, ...]:
    """Columns from catalogue keys."""
    return tuple(Column(text(key, lang), kind) for key, kind in entries)


def written(cell: Cell, kind: Kind, lang: str) -> str:
    """A cell as people write it; a dash where nothing applies."""
    if cell is None or cell == "":
        return "–"
    if isinstance(cell, str):
        return cell
    printed = number(cell, lang, DECIMALS.get(kind, 0))
    return f"+{printed}" if kind is Kind.SIGNED and cell > 0 else printed


def without_empty_columns(grid: Grid, keep: Sequence[int] = (0,)) -> Grid:
    """The grid without the columns in which no row says anything."""
    said = [
        index
        for index in range(len(grid.columns))
        if index in keep or any(row[index] not in (None, "") for row in grid.rows)
    ]

    def chosen(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(row[index] for index in said)

    return Grid(
        grid.name,
        grid.caption,
        tuple(grid.columns[index] for index in said),
        tuple(chosen(row) for row in grid.rows),
        chosen(grid.totals) if grid.totals else (),
        grid.tools,
    )
