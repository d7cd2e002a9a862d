"""Rows against the schema, by regular expressions of its own."""

from __future__ import annotations

import re
from datetime import date

from allocator.schema import TABLE_BY_NAME, Column, Kind

_PATTERNS = {
    Kind.MUNICIPALITY: r"[A-Z]{2}[0-9]{4}",
    Kind.PROVINCE: r"PV[0-9]{2}",
    Kind.IDENTIFIER: r"[A-Za-z0-9._-]+",
    Kind.NAME: r"\S(.*\S)?",
    Kind.COUNT: r"0|[1-9][0-9]*",
    Kind.INHABITANTS: r"0|[1-9][0-9]*",
    Kind.POSITIVE: r"[1-9][0-9]*",
    Kind.SIGNED: r"0|-?[1-9][0-9]*",
    Kind.DECIMAL: r"(0|[1-9][0-9]*)(\.[0-9]{0,2}[1-9])?",
    Kind.DATE: r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    Kind.CODES: r"[A-Z]{2}[0-9]{4}(\|[A-Z]{2}[0-9]{4})*",
}
_OPEN = r"-?[0-9]+"


def problems(name: str, rows: list[dict[str, str]]) -> list[str]:
    """What is wrong with the rows of a table; nothing when all is well."""
    table = TABLE_BY_NAME[name]
    known = {column.name: column for column in table.columns}
    found = [
        f"{name}: {column.name} is missing in row {i}"
        for i, row in enumerate(rows)
        for column in table.columns
        if column.required and not row.get(column.name)
    ]
    for i, row in enumerate(rows):
        for header, cell in row.items():
            column = known.get(header)
            if column is None and not table.open_columns:
                found.append(f"{name}: no column {header} in the schema")
            elif cell and not _is_well_formed(column, cell):
                found.append(f"{name}: {header} = {cell!r} in row {i}")
    keys = [tuple(row.get(part, "") for part in table.key) for row in rows]
    if keys != sorted(keys):
        found.append(f"{name}: not sorted by key")
    if len(set(keys)) != len(keys):
        found.append(f"{name}: a key stands twice")
    return found


def _is_well_formed(column: Column | None, cell: str) -> bool:
    if column is None:
        return re.fullmatch(_OPEN, cell) is not None
    if column.kind is Kind.CHOICE:
        return cell in column.choices
    if re.fullmatch(_PATTERNS[column.kind], cell) is None:
        return False
    if column.kind is Kind.CODES:
        codes = cell.split("|")
        return codes == sorted(set(codes))
    return column.kind is not Kind.DATE or bool(date.fromisoformat(cell))
