"""A workbook to fill in: headings, explanation, checks while typing, and rows that are known."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
from pathlib import Path
from typing import Any

from allocator.errors import OutputTroubleError, output_trouble
from allocator.forms.groups import GROUPS
from allocator.forms.settings_rows import ASKED, settings_rows
from allocator.reading import Instance, read_instance
from allocator.reading.instance import find_instance
from allocator.schema import TABLE_BY_NAME, Column, Kind, Table
from allocator.words import text

CREATED = dt.datetime(2000, 1, 1)
"""A fixed moment, so that equal forms are equal files."""
SPARE = 500
"""Rows below the known ones that are checked while somebody types."""
EXPLANATION = {"nl": "toelichting", "en": "explanation"}
WHOLE = {Kind.COUNT: 0, Kind.INHABITANTS: 0, Kind.POSITIVE: 1, Kind.SIGNED: -9_999_999}
"""Kinds of whole numbers with the least that each may be."""
_MOST = {Kind.INHABITANTS: 9_999_999_999_999}
_PLAIN_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_MOST_LISTED = 255
"""Signs of a list of choices that a spreadsheet takes."""

# The library ships no types.
Book = Any
Sheet = Any


def write_template(group: str, out: Path, instance: Path | None, lang: str) -> list[str]:
    """Write a form for its owner only; names of its sheets.

    Raises
    ------
    InputRefusedError
        If the instance whose rows it is to hold is refused.
    OutputTroubleError
        If ``out`` is there already, as a form that somebody filled in may be, or cannot be written.
    """
    given = None
    if instance is not None:
        given = read_instance(find_instance(instance), {"gemeenten", *GROUPS[group]})
    content = template_bytes(group, lang, given)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise OutputTroubleError("out_exists", path=out) from None
    except OSError as error:
        raise output_trouble(out, error) from error
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
    except OSError as error:
        out.unlink(missing_ok=True)  # ours, and not whole
        raise output_trouble(out, error) from error
    return [EXPLANATION[lang], "instance", *GROUPS[group]]


def template_bytes(group: str, lang: str, instance: Instance | None = None) -> bytes:
    """The form as bytes; equal calls give equal bytes."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped, unused-ignore]

    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(stream, options) as book:
        book.set_properties({"created": CREATED, "title": f"allocator {group}"})
        form = _Form(book, lang, instance)
        form.explanation(group)
        form.settings()
        for name in GROUPS[group]:
            form.table(TABLE_BY_NAME[name])
    return stream.getvalue()


class _Form:
    """One workbook in the making."""

    def __init__(self, book: Book, lang: str, instance: Instance | None) -> None:
        self._book, self._lang, self._instance = book, lang, instance
        head = {"bold": True, "bottom": 1, "valign": "top"}
        self._must = book.add_format({**head, "bg_color": "#E3EAF1"})
        self._may = book.add_format({**head, "bg_color": "#F4F4F4", "italic": True})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._title = book.add_format({"bold": True, "font_size": 14})
        patterns = {"text": "@", "whole": "0", "decimal": "0.0#####", "date": "yyyy-mm-dd"}
        self._formats = {
            name: book.add_format({"num_format": pattern}) for name, pattern in patterns.items()
        }

    def _say(self, key: str, **values: object) -> str:
        return text(key, self._lang, **values)

    def explanation(self, group: str) -> None:
        """The first sheet: what to do, then every column."""
        sheet = self._book.add_worksheet(EXPLANATION[self._lang])
        sheet.set_column(0, 1, 26)
        sheet.set_column(2, 2, 12)
        sheet.set_column(3, 3, 90)
        sheet.write_string(0, 0, self._say("form_title", group=group), self._title)
        for row, key in enumerate(("form_how", "form_numbers", "form_privacy"), start=1):
            sheet.write_string(row, 0, self._say(key))
        heads = ("form_head_table", "form_head_column", "form_head_required", "form_head_content")
        row = 5
        for at, key in enumerate(heads):
            sheet.write_string(row, at, self._say(key), self._must)
        for name in GROUPS[group]:
            table = TABLE_BY_NAME[name]
            row += 1
            sheet.write_string(row, 0, name, self._title)
            sheet.write_string(row, 3, self._say(f"form_table_{name}"), self._wrap)
            for column in table.columns:
                row += 1
                required = self._say("form_required") if column.required else ""
                cells = (name, column.name, required, self._meaning(column))
                for at, cell in enumerate(cells):
                    sheet.write_string(row, at, cell, self._wrap)
        sheet.freeze_panes(6, 0)
        _page(sheet)

    def _meaning(self, column: Column) -> str:
        said = self._say(f"form_kind_{column.kind}")
        return f"{said}: {', '.join(column.choices)}" if column.choices else said

    def settings(self) -> None:
        """The sheet ``instance``."""
        sheet = self._book.add_worksheet("instance")
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 40)
        sheet.set_column(2, 2, 90)
        for at, head in enumerate(("instelling", "waarde", "toelichting")):
            sheet.write_string(0, at, head, self._must)
        given = self._instance.settings if self._instance is not None else None
        for row, (name, value) in enumerate(settings_rows(given), start=1):
            sheet.write_string(row, 0, name)
            if name in ASKED:
                sheet.write_string(row, 2, self._say(f"form_setting_{name}"), self._wrap)
            if isinstance(value, dt.date):
                moment = dt.datetime(value.year, value.month, value.day)
                sheet.write_datetime(row, 1, moment, self._formats["date"])
            elif isinstance(value, int) and _PLAIN_WHOLE.fullmatch(str(value)):
                sheet.write_number(row, 1, value, self._formats["whole"])
            else:
                # As text a half-year such as 2021-1 is not taken for a month.
                style = self._formats["text"]
                if str(value) == "":
                    sheet.write_blank(row, 1, None, style)
                else:
                    sheet.write_string(row, 1, str(value), style)
        sheet.freeze_panes(1, 1)

    def table(self, table: Table) -> None:
        """A sheet with the headings of a table and the rows that are known."""
        sheet = self._book.add_worksheet(table.name)
        data = self._instance.tables.get(table.name) if self._instance is not None else None
        rows = data.rows if data is not None else ()
        present = data.columns if data is not None else ()
        columns = [*table.columns, *self._indicators(table, present)]
        for at, column in enumerate(columns):
            style = self._formats[_format(column)]
            sheet.set_column(at, at, max(14, len(column.name) + 3), style)
            sheet.write_string(0, at, column.name, self._must if column.required else self._may)
            self._check_typing(sheet, at, column, len(rows))
            for number, row in enumerate(rows, start=1):
                _write(sheet, number, at, column, row.get(column.name, ""), style)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
        sheet.repeat_rows(0)
        _page(sheet)

    @staticmethod
    def _indicators(table: Table, present: tuple[str, ...]) -> list[Column]:
        """Columns that only this instance has."""
        known = set(table.column_names)
        return [Column(name, Kind.NAME) for name in present if name not in known]

    def _check_typing(self, sheet: Sheet, at: int, column: Column, rows: int) -> None:
        rule = _rule(column)
        shown = {
            "input_title": column.name[:32],
            "input_message": self._meaning(column)[:255],
            "error_title": column.name[:32],
            "error_message": self._meaning(column)[:255],
        }
        sheet.data_validation(1, at, rows + SPARE, at, {**(rule or {"validate": "any"}), **shown})


def _page(sheet: Sheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _format(column: Column) -> str:
    if column.kind in WHOLE:
        return "whole"
    return {Kind.DECIMAL: "decimal", Kind.DATE: "date"}.get(column.kind, "text")


def _rule(column: Column) -> dict[str, object]:
    """What a spreadsheet lets somebody type in a column; empty where anything goes."""
    if column.choices and len(",".join(column.choices)) <= _MOST_LISTED:
        return {"validate": "list", "source": list(column.choices)}
    if column.kind in WHOLE:
        most = _MOST.get(column.kind, 9_999_999)
        least = WHOLE[column.kind]
        return {"validate": "integer", "criteria": "between", "minimum": least, "maximum": most}
    if column.kind is Kind.DECIMAL:
        return {"validate": "decimal", "criteria": ">=", "value": 0}
    if column.kind is Kind.DATE:
        return {"validate": "date", "criteria": ">=", "value": dt.date(1990, 1, 1)}
    return {}


def _write(sheet: Sheet, row: int, at: int, column: Column, cell: str, style: Any) -> None:
    """A known cell; as a number or a date only where that is read back as the same text."""
    if cell == "":
        return
    if column.kind in WHOLE and _PLAIN_WHOLE.fullmatch(cell):
        sheet.write_number(row, at, int(cell), style)
    elif column.kind is Kind.DECIMAL:
        sheet.write_number(row, at, float(cell), style)
    elif column.kind is Kind.DATE:
        day = dt.date.fromisoformat(cell)
        sheet.write_datetime(row, at, dt.datetime(day.year, day.month, day.day), style)
    else:
        sheet.write_string(row, at, cell, style)
