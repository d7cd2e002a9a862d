"""A workbook drawn from what it says: a first sheet of figures, then a sheet for every table."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from allocator.reporting.grid import Cell, Column, Grid, Kind
from allocator.reporting.voice import Voice

# The library ships no types.
Workbook = Any
Sheet = Any
Format = Any

CREATED = dt.datetime(2000, 1, 1)
"""A fixed moment, so that equal results give equal files; the clock is none of our business."""

FORMATS = {
    Kind.TEXT: "@",
    Kind.NUMBER: "#,##0",
    Kind.SIGNED: "+#,##0;-#,##0;0",
    Kind.DECIMALS3: "#,##0.000",
    Kind.DECIMALS6: "#,##0.000000",
}
"""In the neutral form that every spreadsheet keeps, whatever separators it shows."""

LOCALES = {"nl": "[$-413]", "en": "[$-809]"}
"""Asks for the separators of the reader's language, also in a spreadsheet of another one."""

HEAD_HEIGHT = 32
"""Two lines of a heading [points]."""

WIDTHS = {**dict.fromkeys(Kind, 14), Kind.TEXT: 26}


@dataclass(frozen=True, slots=True)
class Book:
    """What a workbook says: title, sentences and figures of the first sheet, then tables by name.

    A figure that is an ``int`` becomes a number.
    """

    title: str
    sentences: tuple[str, ...]
    figures: tuple[tuple[str, int | str], ...]
    sheets: tuple[tuple[str, Grid], ...]


def book_bytes(content: Book, voice: Voice) -> bytes:
    """The workbook as ``xlsx``; equal content gives equal bytes."""
    from xlsxwriter import Workbook as Made  # type: ignore[import-untyped, unused-ignore]

    stream = io.BytesIO()
    options = {
        "in_memory": True,
        # Text from an input file stays text: no formula, no link, no number made of it.
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Made(stream, options) as book:
        book.set_properties(
            {
                "title": content.title,
                "comments": voice.say("report_proposal"),
                "created": CREATED,
            }
        )
        _summary(book, content, voice)
        for name, grid in content.sheets:
            _sheet(book, name, grid, voice)
    return stream.getvalue()


def _summary(book: Workbook, content: Book, voice: Voice) -> None:
    sheet = book.add_worksheet(voice.say("report_sheet_summary"))
    bold = book.add_format({"bold": True, "font_size": 14})
    strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    whole = book.add_format({"num_format": _pattern(Kind.NUMBER, voice), "align": "left"})
    sheet.set_column(0, 0, 64)
    sheet.set_column(1, 1, 60)
    sheet.write_string(0, 0, content.title, bold)
    row = 1
    for sentence in content.sentences:
        sheet.merge_range(row, 0, row, 1, "", wrap)
        sheet.write_string(row, 0, sentence, wrap)
        sheet.set_row(row, 32)
        row += 1
    for label, value in content.figures:
        row += 1
        sheet.write_string(row, 0, label, strong)
        _write(sheet, row, 1, value, whole if isinstance(value, int) else wrap)
    _page(sheet, voice, content.title)


def _sheet(book: Workbook, name: str, grid: Grid, voice: Voice) -> None:
    sheet = book.add_worksheet(name)
    plain = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E3EAF1", "bottom": 1}
    heads = {
        True: book.add_format(plain | {"align": "right"}),
        False: book.add_format(plain),
    }
    formats = {kind: book.add_format({"num_format": _pattern(kind, voice)}) for kind in Kind}
    bold = {
        kind: book.add_format({"num_format": _pattern(kind, voice), "bold": True, "top": 1})
        for kind in Kind
    }
    sheet.set_row(0, HEAD_HEIGHT)
    for index, column in enumerate(grid.columns):
        sheet.set_column(index, index, WIDTHS[column.kind])
        sheet.write_string(0, index, column.label, heads[column.kind.is_number])
    for number, row in enumerate(grid.rows, start=1):
        _row(sheet, number, row, grid.columns, formats)
    if grid.totals:
        # A free row above keeps the totals out of the filter.
        _row(sheet, len(grid.rows) + 2, grid.totals, grid.columns, bold)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(grid.rows)), len(grid.columns) - 1)
    _page(sheet, voice, grid.caption)


def _pattern(kind: Kind, voice: Voice) -> str:
    plain = FORMATS[kind]
    return plain if kind is Kind.TEXT else LOCALES[voice.lang] + plain


def _row(
    sheet: Sheet,
    number: int,
    cells: tuple[Cell, ...],
    columns: tuple[Column, ...],
    formats: dict[Kind, Format],
) -> None:
    for index, (cell, column) in enumerate(zip(cells, columns, strict=True)):
        _write(sheet, number, index, cell, formats[column.kind])


def _write(sheet: Sheet, row: int, column: int, cell: Any, style: Format) -> None:
    if cell is None or cell == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell, style)
    else:
        # A cell holds a binary number; what is shown has six decimals at most.
        sheet.write_number(row, column, cell if isinstance(cell, int) else _binary(cell), style)


def _binary(value: Fraction) -> float:
    return value.numerator / value.denominator


def _page(sheet: Sheet, voice: Voice, title: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    escaped = title.replace("&", "&&")
    sheet.set_header(f"&L{escaped}&R{voice.say('report_proposal')}")
