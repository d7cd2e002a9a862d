"""Tables that a command is given beside an instance: their columns, and one reader for all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from allocator.findings import Findings, nearest
from allocator.reading.sources import read_table_file
from allocator.reading.tables import TableData, read_table
from allocator.schema import Column, Kind, Table


def _must(name: str, kind: Kind, alias: str = "", *choices: str) -> Column:
    return Column(name, kind, True, alias, choices)


def _may(name: str, kind: Kind, alias: str = "") -> Column:
    return Column(name, kind, False, alias)


_CODE = _must("gemeente_code", Kind.MUNICIPALITY, "municipality_code")
_HALF_YEAR = _must("halfjaar", Kind.IDENTIFIER, "half_year")

MERGERS = Table(
    "herindelingen",
    (
        _must("oud_code", Kind.MUNICIPALITY, "old_code"),
        _must("nieuw_code", Kind.MUNICIPALITY, "new_code"),
        _must("nieuwe_naam", Kind.NAME, "new_name"),
        _must("datum", Kind.DATE, "date"),
        _must("aandeel", Kind.NAME, "share"),
        _may("vastgestelde_inwoners", Kind.INHABITANTS, "fixed_inhabitants"),
        _must("bron", Kind.NAME, "source"),
        _may("provincie_code", Kind.PROVINCE, "province_code"),
    ),
    ("datum", "oud_code", "nieuw_code"),
)
AGREEMENTS = Table(
    "afspraken",
    (
        _must("van_code", Kind.MUNICIPALITY, "from_code"),
        _must("naar_code", Kind.MUNICIPALITY, "to_code"),
        _must("personen", Kind.POSITIVE, "persons"),
        _must("clausule", Kind.CHOICE, "clause", "vast", "naar rato", "vervalt"),
    ),
    ("van_code", "naar_code"),
)
PREVIOUS = Table(
    "vorige",
    (_CODE, _must("taakstelling", Kind.COUNT, "quota")),
    ("gemeente_code",),
    open_columns=True,
)
LIMITS = Table(
    "grenzen",
    (_CODE, _may("minimaal", Kind.COUNT, "least"), _may("maximaal", Kind.COUNT, "most")),
    ("gemeente_code",),
)
GROUP_TOTALS = Table(
    "groepen",
    (_must("groep", Kind.NAME, "group"), _must("taakstelling", Kind.COUNT, "quota")),
    ("groep",),
)
MARGINS = Table(
    "marges",
    (
        _must("soort", Kind.CHOICE, "kind", "rij", "kolom"),
        _must("naam", Kind.NAME, "name"),
        _must("totaal", Kind.COUNT, "total"),
    ),
    ("soort", "naam"),
)
CELLS = Table(
    "cellen",
    (
        _CODE,
        _must("kolom", Kind.NAME, "column"),
        _must("gewicht", Kind.NAME, "weight"),
        _may("minimaal", Kind.COUNT, "least"),
        _may("maximaal", Kind.COUNT, "most"),
    ),
    ("gemeente_code", "kolom"),
)
TOTALS = Table(
    "halfjaren",
    (_HALF_YEAR, _must("landelijk_totaal", Kind.COUNT, "national_total")),
    ("halfjaar",),
)
LARGEST_TOTAL = 999_999_999
"""Largest total of persons, as for ``national_total``."""
EXACT_SHARE = "exact_aandeel"
"""Column of ``historie``: an exact fraction of any length, so no kind of the schema."""
HISTORY = Table(
    "historie",
    (_HALF_YEAR, _CODE, _must("personen", Kind.COUNT, "persons")),
    ("halfjaar", "gemeente_code"),
    open_columns=True,
)


@dataclass(frozen=True, slots=True)
class SideTable:
    """A checked table with the name of the file that people look for."""

    file: str
    data: TableData

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Row number in the file, and the row, in canonical order."""
        return zip(self.data.lines, self.data.rows, strict=True)


def read_side_table(path: Path, table: Table, findings: Findings) -> SideTable | None:
    """Read a table by its path; none beside the findings when it cannot be used."""
    if not path.is_file():
        columns = ", ".join(column.name for column in table.columns if column.required)
        findings.error("missing_table", path.name, columns=columns)
        return None
    before = len(findings.errors)
    raw = read_table_file(path, table, findings)
    data = read_table(raw, table, findings) if raw is not None else None
    return SideTable(path.name, data) if data and len(findings.errors) == before else None


def refuse_unknown_codes(
    table: SideTable, columns: tuple[str, ...], known: set[str], findings: Findings
) -> None:
    """Every municipality that the table names must be in the instance."""
    for line, row in table:
        for name in columns:
            if row[name] not in known:
                suggestion = nearest(row[name], known) or "-"
                findings.error(
                    "unknown_code", table.file, line, name, found=row[name], suggestion=suggestion
                )
