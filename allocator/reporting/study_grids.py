"""The tables of a comparison, a sweep and an annex as sheets, column for column as in the files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from allocator.reporting.grid import Cell, Column, Grid, Kind
from allocator.reporting.result import Result, read_rows
from allocator.reporting.voice import Voice

# ``raster_personen`` has a row for every municipality at every point: more than a sheet holds.
TABLES = (
    "bijlage",
    "sleutels",
    "vergelijking",
    "vergelijking_groepen",
    "vergelijking_maten",
    "vergelijking_gevoeligheid",
    "raster",
    "raster_punten",
)
PLAIN_TEXT = {"jaar", "gewicht", "gewicht_aandeel", "plafond", "exact"}
"""Columns of years and exact fractions: shown as they stand."""
_WHOLE, _DECIMAL = re.compile(r"-?[0-9]+"), re.compile(r"-?[0-9]+(\.[0-9]+)?")


def study_grids(result: Result, voice: Voice) -> Iterator[tuple[str, Grid]]:
    """Sheet name and table for every such table that the result has."""
    for table in TABLES:
        path = result.folder.joinpath(f"{table}.csv")
        rows = read_rows(path) if path.is_file() else []
        if rows:
            name = voice.say(f"report_sheet_{table}")
            yield name, _grid(table, name, rows)


def _grid(table: str, caption: str, rows: list[dict[str, str]]) -> Grid:
    columns = tuple(
        Column(name.replace("_", " "), _kind(name, [row[name] for row in rows])) for name in rows[0]
    )
    cells = tuple(
        tuple(_cell(text, column.kind) for text, column in zip(row.values(), columns, strict=True))
        for row in rows
    )
    return Grid(f"tabel-{table}", caption, columns, cells)


def _kind(name: str, fields: list[str]) -> Kind:
    said = [text for text in fields if text]
    if name in PLAIN_TEXT or not said or not all(map(_DECIMAL.fullmatch, said)):
        return Kind.TEXT
    if not all(map(_WHOLE.fullmatch, said)):
        return Kind.DECIMALS6
    return Kind.SIGNED if name.startswith("verschil") or name == "correctie" else Kind.NUMBER


def _cell(text: str, kind: Kind) -> Cell:
    if not text or kind is Kind.TEXT:
        return text
    return Fraction(text) if kind is Kind.DECIMALS6 else int(text)
