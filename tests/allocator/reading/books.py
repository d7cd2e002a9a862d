"""Instances as workbooks: written with xlsxwriter, and as OpenDocument by hand."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

from allocator.schema import TABLE_BY_NAME, Kind

Cell = str | int | float | bool | dt.date | None
Sheets = dict[str, list[list[Cell]]]
WHOLE = {Kind.COUNT, Kind.INHABITANTS, Kind.POSITIVE, Kind.SIGNED}
CREATED = dt.datetime(2000, 1, 1)

_NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
    )
)
_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_KIND}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def sheets_of(files: Mapping[str, bytes]) -> Sheets:
    """A folder of CSV tables and ``instance.toml`` as sheets with typed cells."""
    sheets: Sheets = {"instance": settings_rows(files["instance.toml"])}
    for name in sorted(files):
        if name.endswith(".csv"):
            sheets[name.removesuffix(".csv")] = table_rows(name.removesuffix(".csv"), files[name])
    return sheets


def table_rows(name: str, content: bytes) -> list[list[Cell]]:
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    kinds = {column.name: column.kind for column in TABLE_BY_NAME[name].columns}
    return [
        list(header),
        *([typed(kinds.get(h), cell) for h, cell in zip(header, row, strict=True)] for row in rows),
    ]


def typed(kind: Kind | None, cell: str) -> Cell:
    """A cell as a spreadsheet would hold it: numbers and dates as such."""
    if cell == "":
        return None
    if kind in WHOLE or (kind is None and cell.isdigit()):
        return int(cell)
    if kind is Kind.DECIMAL:
        return float(cell.replace(",", "."))
    return dt.date.fromisoformat(cell) if kind is Kind.DATE else cell


def settings_rows(content: bytes) -> list[list[Cell]]:
    rows: list[list[Cell]] = [["instelling", "waarde"]]
    return rows + list(_settings(tomllib.loads(content.decode("utf-8-sig")), ""))


def _settings(data: dict[str, Any], ahead: str) -> Iterable[list[Cell]]:
    for name, value in data.items():
        if isinstance(value, dict):
            yield from _settings(value, f"{ahead}{name}.")
        else:
            yield [f"{ahead}{name}", "|".join(value) if isinstance(value, list) else value]


def as_xlsx(sheets: Sheets, change: Callable[[Any, dict[str, Any]], None] | None = None) -> bytes:
    """The sheets as Office Open XML; ``change`` may do more with the book and its sheets."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": CREATED})
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        made = {}
        for name, rows in sheets.items():
            made[name] = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for at, cell in enumerate(row):
                    write(made[name], number, at, cell, day)
        if change is not None:
            change(book, made)
    return stream.getvalue()


def write(sheet: Any, row: int, column: int, cell: Cell, day: Any) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif isinstance(cell, dt.date):
        sheet.write_datetime(row, column, cell, day)
    elif cell is not None:
        sheet.write_string(row, column, cell)


def as_ods(sheets: Sheets) -> bytes:
    """The sheets as OpenDocument."""
    return ods_of("".join(ods_table(name, rows) for name, rows in sheets.items()))


def ods_of(tables: str, styles: str = "") -> bytes:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} '
        f'office:version="1.3"><office:automatic-styles>{styles}</office:automatic-styles>'
        f"<office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": _KIND, "content.xml": content, "META-INF/manifest.xml": _MANIFEST})


def ods_table(name: str, rows: list[list[Cell]], more: str = "") -> str:
    body = "".join(
        f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows
    )
    return f"<table:table table:name={quoteattr(name)}{more}>{body}</table:table>"


def ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, bool):
        return _value("boolean", "boolean-value", str(cell).lower(), str(cell))
    if isinstance(cell, int | float):
        return _value("float", "value", str(cell), str(cell))
    if isinstance(cell, dt.date):
        return _value("date", "date-value", cell.isoformat(), f"{cell:%d-%m-%Y}")
    return (
        f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p>'
        "</table:table-cell>"
    )


def _value(kind: str, attribute: str, value: str, shown: str) -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" office:{attribute}="{value}">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


WRITERS: dict[str, Callable[[Sheets], bytes]] = {".xlsx": as_xlsx, ".ods": as_ods}
