"""``werkboek.xlsx``: the public tables of a result for people who live in a spreadsheet."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from allocator.reporting import account, composition, grids
from allocator.reporting.figures import Totals, totals
from allocator.reporting.grid import Cell, Column, Grid, Kind
from allocator.reporting.input_grids import input_grids
from allocator.reporting.law import half_year, is_checked
from allocator.reporting.result import Result, load_result
from allocator.reporting.study_grids import study_grids
from allocator.reporting.voice import Voice

# The library ships no types.
Book = Any
Sheet = Any
Format = Any

WORKBOOK_FILE = "werkboek.xlsx"
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


def write_workbook(folder: Path, lang: str) -> Path:
    """Write ``werkboek.xlsx`` into a result folder, whole or not at all.

    Parameters
    ----------
    folder
        A result folder; only its public tables are read.
    lang
        ``nl`` or ``en``.

    Returns
    -------
    Path
        The workbook.

    Raises
    ------
    InputRefusedError
        If the folder cannot be read.
    """
    content = workbook_bytes(load_result(folder), lang)
    beside = folder / f".{WORKBOOK_FILE}.part"
    beside.write_bytes(content)
    return beside.replace(folder / WORKBOOK_FILE)


def workbook_bytes(result: Result, lang: str) -> bytes:
    """The workbook as bytes; equal results give equal bytes."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped, unused-ignore]

    voice, stream = Voice(lang), io.BytesIO()
    options = {
        "in_memory": True,
        # Text from an input file stays text: no formula, no link, no number made of it.
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(stream, options) as book:
        book.set_properties(
            {
                "title": _title(result, voice),
                "comments": voice.say("report_proposal"),
                "created": CREATED,
            }
        )
        _summary(book, result, voice)
        for name, grid in sheets(result, voice):
            _sheet(book, name, grid, voice)
    return stream.getvalue()


def sheets(result: Result, voice: Voice) -> Iterator[tuple[str, Grid]]:
    """Every sheet after the first: its name and its table."""
    yield voice.say("report_sheet_quotas"), grids.quota_grid(result, voice)
    yield voice.say("report_sheet_provinces"), grids.province_grid(result, voice)
    if result.after_swap is not None:
        yield voice.say("report_sheet_transfers"), grids.transfer_grid(result, voice)
        yield voice.say("report_sheet_after"), grids.after_swap_grid(result, voice)
    if result.left_over is not None:
        yield voice.say("report_sheet_sizes"), composition.move_grid(result, voice)
        yield voice.say("report_sheet_left"), composition.left_over_grid(result, voice)
    if result.links is not None:
        yield voice.say("report_sheet_links"), grids.link_grid(result, voice)
    yield from study_grids(result, voice)
    yield from input_grids(result, voice)


def summary_lines(result: Result, voice: Voice) -> Iterator[tuple[str, int | str]]:
    """What the first sheet says, for the forms that have no layout."""
    yield _title(result, voice), ""
    yield from ((sentence, "") for sentence in _warnings(result, voice))
    yield from _figures(result, totals(result), voice)


def _summary(book: Book, result: Result, voice: Voice) -> None:
    sheet = book.add_worksheet(voice.say("report_sheet_summary"))
    bold = book.add_format({"bold": True, "font_size": 14})
    strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    whole = book.add_format({"num_format": _pattern(Kind.NUMBER, voice), "align": "left"})
    sheet.set_column(0, 0, 64)
    sheet.set_column(1, 1, 60)
    title = _title(result, voice)
    sheet.write_string(0, 0, title, bold)
    row = 1
    for sentence in _warnings(result, voice):
        sheet.merge_range(row, 0, row, 1, "", wrap)
        sheet.write_string(row, 0, sentence, wrap)
        sheet.set_row(row, 32)
        row += 1
    for label, value in _figures(result, totals(result), voice):
        row += 1
        sheet.write_string(row, 0, label, strong)
        _write(sheet, row, 1, value, whole if isinstance(value, int) else wrap)
    _page(sheet, voice, title)


def _title(result: Result, voice: Voice) -> str:
    half = half_year(result)
    return voice.say(f"report_title_half_{half.half}", year=str(half.year))


def _warnings(result: Result, voice: Voice) -> Iterator[str]:
    yield voice.say("report_proposal") + " " + voice.say("report_proposal_long")
    if account.is_exercise(result):
        yield voice.say("report_exercise") + " " + voice.say("report_exercise_long")
    made_up = account.synthetic_tables(result, voice)
    if made_up:
        said = voice.say("report_synthetic_long", tables=", ".join(made_up))
        yield voice.say("report_synthetic") + " " + said
    if not is_checked(result):
        yield voice.say("report_law_not_checked", half_year=half_year(result))
    if result.certificate["quota"]["method"] == "sluitend":
        yield voice.say("report_closing_label")


def _figures(result: Result, sums: Totals, voice: Voice) -> Iterator[tuple[str, int | str]]:
    entries = (
        ("report_card_total", sums.national_total),
        ("report_card_sum", sums.quota_sum),
        ("report_card_sum_difference", sums.difference),
        ("report_statutory_sum", sums.statutory_sum),
        ("report_card_shifted_persons", sums.shifted),
        ("report_swap_count", sums.deals),
        ("report_shortfall_before", sums.shortfall_before),
        ("report_shortfall_after", sums.shortfall_after),
        ("report_linked_households", sums.linked_households),
        ("report_linked_persons", sums.linked_persons),
        ("report_households_not_linked", sums.not_linked),
    )
    for label, value in entries:
        if value is not None:
            yield voice.say(label), value
    for stage in account.stage_grid(result, voice).rows:
        yield str(stage[0]), "; ".join(str(said) for said in (stage[1], stage[4]) if said)
    for term in account.dates(result, voice):
        yield term.word, term.meaning


def _sheet(book: Book, name: str, grid: Grid, voice: Voice) -> None:
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
