"""From rows of text to a checked table in canonical order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from allocator.findings import Findings, nearest
from allocator.reading.cells import read_cell
from allocator.reading.rawtext import RawTable
from allocator.reading.swap_columns import refusal_of
from allocator.schema import Column, Kind, Table

IDENTITY_COLUMNS = frozenset({
    "voornaam", "achternaam", "first_name", "last_name", "surname", "geboortedatum",
    "date_of_birth", "birth_date", "v_nummer", "vnummer", "v_number", "bsn",
})  # fmt: skip
"""Columns that no table may have: they name a person."""

TRAIT_COLUMNS = frozenset({
    "naam", "name", "geboortejaar", "leeftijd", "age", "nationaliteit", "nationality",
    "land_van_herkomst", "country_of_origin", "geslacht", "sex", "gender", "moedertaal",
    "mother_tongue", "religie", "religion", "geloof", "gezondheid", "health", "medisch",
    "medical", "diagnose", "adres", "address", "telefoon", "phone", "email", "etniciteit",
    "ethnicity",
})  # fmt: skip
"""Columns that no household table may have: personal data, or traits that may not decide a link."""


@dataclass(frozen=True, slots=True)
class TableData:
    """A table as canonical text: columns in the order of the schema, rows sorted by key."""

    table: Table
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    lines: tuple[int, ...]
    """Row number in the file for each row, to point at; not part of the canonical form."""
    source: str = ""
    """The file it was read from, with its sheet; empty for a table that was made."""

    def __iter__(self) -> Iterator[dict[str, str]]:
        """The rows, in canonical order."""
        return iter(self.rows)

    @property
    def place(self) -> str:
        """Where findings about the table point."""
        return self.source or self.table.file

    def has(self, column: str) -> bool:
        """Whether the file has this column."""
        return column in self.columns


def whole(row: dict[str, str], column: str, default: int = 0) -> int:
    """Whole number in a row; ``default`` where the column or the cell is empty."""
    cell = row.get(column, "")
    return int(cell) if cell else default


def read_table(raw: RawTable, table: Table, findings: Findings) -> TableData:
    """Check every cell of ``raw`` against the schema.

    All problems go to ``findings``; what comes back is usable only when there are no errors.
    """
    names = _headers(raw, table, findings)
    by_name = {column.name: column for column in table.columns}
    rows: list[tuple[dict[str, str], int]] = []
    for number, cells in raw.rows:
        row = {
            # What was refused as a cell is not refused again as a text.
            name: ""
            if (number, at) in raw.refused
            else _cell(by_name.get(name), name, cell, raw.file, number, findings)
            for at, (name, cell) in enumerate(zip(names, cells, strict=True))
            if name
        }
        for column in table.columns:
            if column.required:  # a missing column is a finding; later checks still run
                row.setdefault(column.name, "")
        rows.append((row, number))
    _check_unique(rows, table, raw.file, findings)
    columns = _canonical_columns(names, table)
    rows.sort(key=lambda item: _sort_key(item[0], table, columns))
    return TableData(
        table,
        columns,
        tuple(row for row, _ in rows),
        tuple(number for _, number in rows),
        raw.file,
    )


def _sort_key(row: dict[str, str], table: Table, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Key columns first, then the whole row, all by code point."""
    return (*(row.get(name, "") for name in table.key), *(row.get(name, "") for name in columns))


def _canonical_columns(names: tuple[str, ...], table: Table) -> tuple[str, ...]:
    present = set(names) - {""}
    known = [name for name in table.column_names if name in present]
    return (*known, *sorted(present - set(known)))


def dutch_headers(header: tuple[str, ...], table: Table) -> tuple[str, ...]:
    """The headers with English aliases replaced."""
    aliases = {column.alias: column.name for column in table.columns if column.alias}
    return tuple(aliases.get(name, name) for name in header)


def is_identity(header: str) -> bool:
    """Whether a column of this name says who somebody is; no table anywhere may have it."""
    return plain_header(header) in _IDENTITY


def is_trait(header: str) -> bool:
    """Whether a column of this name may not stand beside a household."""
    return plain_header(header) in _TRAIT


def plain_header(header: str) -> str:
    """A header in small letters and digits, however it was written."""
    return re.sub(r"[^a-z0-9]+", "", header.lower())


_IDENTITY = frozenset(map(plain_header, IDENTITY_COLUMNS))
_TRAIT = frozenset(map(plain_header, TRAIT_COLUMNS))


def _headers(raw: RawTable, table: Table, findings: Findings) -> tuple[str, ...]:
    """Dutch names of the columns of ``raw``; an empty name marks a column that is left out."""
    names = dutch_headers(raw.header, table)
    seen: set[str] = set()
    kept: list[str] = []
    for name in names:
        kept.append(_header(name, seen, table, raw.file, findings))
        seen.add(name)
    for column in table.columns:
        if column.required and column.name not in seen:
            unknown = [name for name in names if name not in table.column_names]
            findings.error(
                "missing_column",
                raw.file,
                1,
                column.name,
                present=", ".join(name for name in names if name) or "-",
                suggestion=nearest(column.name, unknown) or "-",
            )
    return tuple(kept)


def _header(name: str, seen: set[str], table: Table, file: str, findings: Findings) -> str:
    if name == "":
        findings.error("empty_header", file, 1)
        return ""
    if name in seen:
        findings.error("double_column", file, 1, name)
        return ""
    if is_identity(name) or (table.personal and is_trait(name)):
        findings.error("personal_column", file, 1, name)
        return ""
    if name in table.column_names:
        return name
    if table.open_columns:
        if name.isidentifier() and name.isascii():
            return name
        findings.error("bad_indicator_name", file, 1, name)
        return ""
    if refused := refusal_of(table.name, name):
        findings.error(refused, file, 1, name)
        return ""
    findings.error(
        "unknown_column",
        file,
        1,
        name,
        suggestion=nearest(name, table.column_names) or ", ".join(table.column_names),
    )
    return ""


def _cell(
    column: Column | None, name: str, cell: str, file: str, row: int, findings: Findings
) -> str:
    # Indicators are judged when a key uses them: their meaning is the key's.
    return cell if column is None else read_cell(column, cell, file, row, findings)


def _shown(table: Table, name: str, row: dict[str, str]) -> str:
    """A part of a key as a message may show it: never the pseudonym of a household or sponsor."""
    return "***" if table.column(name).kind == Kind.IDENTIFIER else row[name]


def _check_unique(
    rows: list[tuple[dict[str, str], int]], table: Table, file: str, findings: Findings
) -> None:
    if not table.unique:
        return
    first: dict[tuple[str, ...], int] = {}
    for row, number in rows:
        key = tuple(row.get(name, "") for name in table.key)
        if not key[0]:
            continue
        if key in first:
            findings.error(
                "duplicate_key",
                file,
                number,
                table.key[0],
                found=" / ".join(_shown(table, name, row) for name in table.key if row.get(name)),
                first=first[key],
            )
        else:
            first[key] = number
