"""Tables with both margins exact: municipality by class, or by half-year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from allocator.errors import ConflictError, InputRefusedError
from allocator.findings import Finding, Findings
from allocator.planning.bands import Limit, limit_of, refuse_crossed
from allocator.planning.exact import read_exact
from allocator.planning.side_tables import (
    CELLS,
    LARGEST_TOTAL,
    MARGINS,
    SideTable,
    read_side_table,
    refuse_unknown_codes,
)
from allocator.quota import METHODS
from models.apportionment import (
    InfeasibleTableError,
    TwoWayDivision,
    WeightTooLargeError,
    divide_two_way,
    integer_weights,
)
from models.apportionment.table_check import check_two_way

ROUNDINGS = ("webster", "jefferson", "sluitend", "hill")
"""Roundings with a divisor; sluitend and hill put at least one in every cell with a weight."""

Cells = dict[tuple[str, str], tuple[Fraction, Limit]]
"""Weight and bounds of a cell by municipality and column."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Totals of the rows (municipalities) and of the columns, each in order [persons]."""

    rows: dict[str, int]
    columns: dict[str, int]


@dataclass(frozen=True, slots=True)
class WholeTable:
    """A table of whole persons with its proof; ``weights`` are whole and as the proof uses them."""

    margins: Margins
    rounding: str
    weights: tuple[tuple[int, ...], ...]
    limits: tuple[tuple[Limit, ...], ...]
    division: TwoWayDivision

    @property
    def tied(self) -> tuple[tuple[str, str], ...]:
        """Cells that differ in another table that is as good."""
        codes, columns = tuple(self.margins.rows), tuple(self.margins.columns)
        return tuple((codes[i], columns[j]) for i, j in self.division.tied)


def read_margins(
    path: Path, quotas: Mapping[str, int], findings: Findings
) -> tuple[SideTable, Margins] | None:
    """Read the margins; where the table has no rows, every municipality has its own quota."""
    table = read_side_table(path, MARGINS, findings)
    if table is None:
        return None
    sides: dict[str, dict[str, int]] = {"rij": {}, "kolom": {}}
    for line, row in table:
        sides[row["soort"]][row["naam"]] = int(row["totaal"])
        if row["soort"] == "rij" and row["naam"] not in quotas:
            findings.error(
                "unknown_code", table.file, line, "naam", found=row["naam"], suggestion="-"
            )
    rows = sides["rij"] or dict(quotas)
    if not sides["kolom"]:
        findings.error("margins_no_columns", table.file, column="soort")
    elif sum(rows.values()) != sum(sides["kolom"].values()):
        findings.error(
            "margins_differ",
            table.file,
            column="totaal",
            rows=sum(rows.values()),
            columns=sum(sides["kolom"].values()),
        )
    elif not 0 < sum(rows.values()) <= LARGEST_TOTAL:
        findings.error(
            "total_out_of_range",
            table.file,
            column="totaal",
            found=sum(rows.values()),
            most=LARGEST_TOTAL,
        )
    return table, Margins(rows, sides["kolom"])


def read_cells(path: Path, margins: Margins, findings: Findings) -> tuple[SideTable, Cells] | None:
    """Read weights and bounds of cells; a cell that is not listed weighs nothing."""
    table = read_side_table(path, CELLS, findings)
    if table is None:
        return None
    refuse_unknown_codes(table, ("gemeente_code",), set(margins.rows), findings)
    cells: Cells = {}
    for line, row in table:
        weight, limit = read_exact(row["gewicht"]), limit_of(row)
        if weight is None:
            findings.error("not_exact", table.file, line, "gewicht", found=row["gewicht"])
        if row["kolom"] not in margins.columns:
            findings.error("column_unknown", table.file, line, "kolom", found=row["kolom"])
        refuse_crossed(table.file, line, limit, findings)
        cells[row["gemeente_code"], row["kolom"]] = (weight or Fraction(0), limit)
    if not any(weight for weight, _ in cells.values()):
        findings.error("cells_zero", table.file, column="gewicht")
    return table, cells


def divide_table(margins: Margins, cells: Cells | None, rounding: str = "webster") -> WholeTable:
    """Fill a table so that every row and every column meets its total.

    Parameters
    ----------
    margins
        Totals of rows and columns, with equal sums.
    cells
        Weights and bounds; none gives every cell the same weight, which stands for any weights
        that are a product of one number for the row and one for the column.
    rounding
        One of ``ROUNDINGS``.

    Raises
    ------
    InputRefusedError
        If the rounding has no divisor.
    ConflictError
        If no whole table has these margins and zeros: the block of rows and columns that clash.
    """
    findings = Findings()
    if rounding not in ROUNDINGS:
        known = ", ".join(ROUNDINGS)
        findings.error("table_rounding", "marges.csv", found=rounding, known=known)
        findings.refuse_errors()
    _refuse_high_floors(margins, cells or {})
    weights, limits = _grid(margins, cells)
    lower = [[limit[0] for limit in row] for row in limits]
    upper = [[limit[1] for limit in row] for row in limits]
    rows, columns = list(margins.rows.values()), list(margins.columns.values())
    try:
        division = divide_two_way(METHODS[rounding], weights, rows, columns, lower, upper)
    except InfeasibleTableError as error:
        raise ConflictError(_conflict(margins, error)) from None
    except WeightTooLargeError:
        findings.error("cells_too_fine", "cellen.csv", column="gewicht")
        raise InputRefusedError(findings.errors) from None
    check_two_way(division, METHODS[rounding], weights, rows, columns, lower, upper)
    return WholeTable(margins, rounding, weights, limits, division)


def _grid(
    margins: Margins, cells: Cells | None
) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[Limit, ...], ...]]:
    """Whole weights in the proportions given, and the bounds, row by row."""
    nothing: tuple[Fraction, Limit] = (Fraction(cells is None), (None, None))
    rows = [
        [(cells or {}).get((code, column), nothing) for column in margins.columns]
        for code in margins.rows
    ]
    flat = integer_weights([weight for row in rows for weight, _ in row])
    width = len(margins.columns)
    weights = tuple(tuple(flat[at : at + width]) for at in range(0, len(flat), width))
    return weights, tuple(tuple(limit for _, limit in row) for row in rows)


def _refuse_high_floors(margins: Margins, cells: Cells) -> None:
    """A floor above the total of its own row or column can never be."""
    findings = Findings()
    for (code, column), (_, (floor, _)) in sorted(cells.items()):
        most = min(margins.rows[code], margins.columns[column])
        if floor is not None and floor > most:
            findings.error(
                "cell_floor", "cellen.csv", column="minimaal", found=code, kind=column,
                least=floor, most=most,
            )  # fmt: skip
    if findings.errors:
        raise ConflictError(findings.errors)


def _conflict(margins: Margins, error: InfeasibleTableError) -> tuple[Finding, ...]:
    """Name the block that proves that no table exists."""
    codes, columns = tuple(margins.rows), tuple(margins.columns)
    findings = Findings()
    findings.error(
        "table_impossible",
        "marges.csv",
        rows=", ".join(codes[i] for i in error.rows) or "-",
        columns=", ".join(columns[j] for j in error.columns) or "-",
        needed=error.needed,
        room=error.room,
    )
    return findings.errors
