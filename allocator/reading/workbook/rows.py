"""A sheet as a table of text, in the form in which a CSV file would say the same."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal

from allocator.findings import Findings, in_sheet
from allocator.reading.rawtext import RawTable, as_table, clean
from allocator.reading.tables import dutch_headers
from allocator.reading.workbook.book import Book, Value
from allocator.reading.workbook.scan import MAX_COLUMNS, BrokenError, Held, Scan
from allocator.schema import Column, Kind, Table

# A point and three digits: a thousand or a fraction to whoever reads it as text.
_THOUSAND = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
# How a workbook writes a sign that XML cannot hold; no library of ours turns it back.
_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
_EXACT = 2**53


def column_letter(column: int) -> str:
    """Letter of a column as the spreadsheet shows it; 0 is A."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def has_rows(scan: Scan) -> bool:
    """Whether anything stands below the header."""
    return any(row > 0 for row in scan.filled_rows) or any(
        place >= MAX_COLUMNS for place in scan.formulas
    )


def sheet_as_raw(book: Book, scan: Scan, table: Table, findings: Findings) -> RawTable | None:
    """The cells of a sheet as text, every cell that may mislead beside a finding.

    A number is written without thousands separators and with a decimal point, a date as
    ``2021-01-31``; formulas, merged cells, percentages, truth values, errors, and dates in a
    column without dates are refused.
    """
    file = in_sheet(book.file, scan.name)
    try:
        lines = list(book.rows(scan))
    except BrokenError:
        findings.error("workbook_broken", file)
        return None
    if not lines or lines[0][0] != 1:
        findings.error("header_not_first", file, 1)
        return None
    return _Sheet(scan, table, file, lines, findings).as_raw()


class _Sheet:
    """One sheet on its way to text."""

    def __init__(
        self,
        scan: Scan,
        table: Table,
        file: str,
        lines: list[tuple[int, list[Value]]],
        findings: Findings,
    ) -> None:
        self._scan, self._file, self._lines, self._findings = scan, file, lines, findings
        self._refused: set[tuple[int, int]] = set()
        self._held = dict(zip(scan.places, scan.held, strict=True))
        self._kept = _kept_columns(scan, lines)
        self._position = {column: at for at, column in enumerate(self._kept)}
        head = lines[0][1]
        self._headers = tuple(
            clean(self._text(head[column], 0, column, None) if column < len(head) else "").lower()
            for column in self._kept
        )
        by_name = {column.name: column for column in table.columns}
        self._columns = [by_name.get(name) for name in dutch_headers(self._headers, table)]

    def as_raw(self) -> RawTable:
        self._refuse_merged()
        self._refuse_formulas()
        self._mention_hidden()
        lines = [(1, list(self._headers)), *self._body()]
        raw = as_table(lines, self._file, self._findings)
        return RawTable(raw.file, raw.header, raw.rows, frozenset(self._refused))

    def _body(self) -> Iterator[tuple[int, list[str]]]:
        for number, cells in self._lines[1:]:
            yield (
                number,
                [
                    self._text(cells[column], number - 1, column, self._columns[at])
                    if column < len(cells)
                    else ""
                    for at, column in enumerate(self._kept)
                ],
            )

    def _name(self, column: int) -> str:
        at = self._position.get(column)
        return (self._headers[at] if at is not None else "") or column_letter(column)

    def _refuse_merged(self) -> None:
        if self._scan.merged:
            row, column = self._scan.merged[0]
            count = len(self._scan.merged)
            name = self._name(column)
            self._findings.error("merged_cells", self._file, row + 1, name, count=count)

    def _refuse_formulas(self) -> None:
        """One finding for each column: a formula is seldom alone."""
        by_column: dict[int, list[int]] = {}
        for place in self._scan.formulas:
            row, column = divmod(place, MAX_COLUMNS)
            by_column.setdefault(column, []).append(row)
            self._refused.add((row + 1, self._position.get(column, -1)))
        for column, rows in sorted(by_column.items()):
            name = self._name(column)
            self._findings.error(
                "formula_cells", self._file, min(rows) + 1, name, count=len(set(rows))
            )

    def _mention_hidden(self) -> None:
        hidden = sorted(self._scan.hidden_rows & self._scan.filled_rows)
        if hidden:
            self._findings.notice("hidden_rows", self._file, hidden[0] + 1, count=len(hidden))
        for column in sorted(self._scan.hidden_columns & set(self._kept)):
            self._findings.notice("hidden_column", self._file, 1, self._name(column))
        if self._scan.hidden:
            self._findings.notice("hidden_sheet", self._file)

    def _text(self, value: Value, row: int, column: int, wanted: Column | None) -> str:
        held = self._held.get(row * MAX_COLUMNS + column)
        if held is None:
            return ""
        code = _refusal(value, Held(held), wanted)
        if code:
            name = self._name(column) if row else column_letter(column)
            self._findings.error(code, self._file, row + 1, name, found=said(value))
            self._refused.add((row + 1, self._position[column]))
            return ""
        if isinstance(value, str):
            return value
        text = said(value)
        may_be_read_twice = wanted is None or wanted.kind is Kind.DECIMAL
        # One more zero says the same number, and can no longer be taken for a thousand.
        return text + "0" if may_be_read_twice and _THOUSAND.fullmatch(text) else text


def _kept_columns(scan: Scan, lines: list[tuple[int, list[Value]]]) -> list[int]:
    """Columns in which anything stands."""
    places = [*scan.places, *scan.formulas]
    widest = max(len(cells) for _, cells in lines)
    return sorted({place % MAX_COLUMNS for place in places} & set(range(widest)))


def _refusal(value: Value, held: Held, wanted: Column | None) -> str:
    """Code of the finding for a cell that is not what its column can hold."""
    if held is Held.ERROR:
        return "cell_is_error"
    if held is Held.PERCENT:
        return "cell_is_percent"
    if held is Held.BOOLEAN or isinstance(value, bool):
        return "cell_is_boolean"
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return "" if wanted is not None and wanted.kind is Kind.DATE else "cell_is_date"
    if isinstance(value, str) and _ESCAPED.search(value):
        return "cell_is_escaped"
    return ""


def said(value: Value) -> str:
    """A value as plain text: no exponent, no separators, dates as ``2021-01-31``."""
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, float | int):
        if value == int(value) and abs(value) <= _EXACT:
            return str(int(value))
        return format(Decimal(repr(value)), "f")
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
