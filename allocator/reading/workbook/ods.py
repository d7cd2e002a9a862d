"""OpenDocument: a pass over ``content.xml``, with its repeats counted before they are unfolded."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.reading.workbook.archive import Parts
from allocator.reading.workbook.scan import (
    CONSTANTS,
    BrokenError,
    Budget,
    Held,
    Scan,
    check_area,
    count_of,
    number_of,
)
from allocator.reading.workbook.xml import stream

CONTENT, MIMETYPE, MANIFEST = "content.xml", "mimetype", "META-INF/manifest.xml"
KIND = b"application/vnd.oasis.opendocument.spreadsheet"
_CELLS = {"table-cell", "covered-table-cell"}
_HIDDEN = {"collapse", "filter"}
_HELD = {
    "float": (Held.NUMBER, "value"),
    "currency": (Held.NUMBER, "value"),
    "percentage": (Held.PERCENT, "value"),
    "date": (Held.DATE, "date-value"),
    "time": (Held.DATE, "time-value"),
    "boolean": (Held.BOOLEAN, "boolean-value"),
}


@dataclass(slots=True)
class _Cell:
    """A cell before its repeats are unfolded."""

    held: Held
    number: float
    signs: int
    formula: bool
    column: int
    repeat: int


def is_locked(parts: Parts) -> bool:
    """Whether the document asks for a password."""
    return b"encryption-data" in parts.get(MANIFEST, b"")


def scan_ods(parts: Parts) -> list[Scan]:
    """Look through every sheet, in the order of the document.

    Raises
    ------
    UnsafeXmlError, BrokenError, TooLargeError
        If the document cannot be trusted to say one thing only.
    """
    found = _ContentPass()
    stream(parts[CONTENT], found.start, found.end, found.text)
    return found.scans


def needed(parts: Parts) -> Parts:
    """The parts that hold values."""
    return {name: parts[name] for name in (MIMETYPE, CONTENT, MANIFEST) if name in parts}


class _ContentPass:
    """One pass over the whole document."""

    def __init__(self) -> None:
        self.scans: list[Scan] = []
        self._budget = Budget()
        self._path: list[str] = []
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._scan: Scan | None = None
        self._row = self._column = self._rows = 0
        self._filled: list[_Cell] = []
        self._cell: dict[str, str] = {}
        self._pieces: list[str] = []
        self._cell_depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if name == "style":
            self._style = attributes.get("name", "")
        elif name == "table-properties" and attributes.get("display") == "false":
            self._hidden_styles.add(self._style)
        elif name == "table":
            self._begin_table(attributes)
        elif self._scan is None:
            return
        elif name == "table-column":
            self._column_of_table(attributes)
        elif name == "table-row":
            self._begin_row(attributes)
        elif name in _CELLS:
            if self._cell_depth:
                raise BrokenError
            self._cell, self._pieces, self._cell_depth = attributes, [], len(self._path)

    def text(self, piece: str) -> None:
        # Notes and drawings in a cell have paragraphs of their own.
        inside = self._path[self._cell_depth :]
        if self._cell_depth and inside and inside[0] == "p" and "annotation" not in inside:
            self._pieces.append(piece)

    def end(self, name: str) -> None:
        if name in _CELLS and self._cell_depth == len(self._path):
            self._finish_cell(name)
            self._cell_depth = 0
        elif name == "table-row" and self._scan is not None:
            self._finish_row(self._scan)
        elif name == "table":
            self._scan = None
        self._path.pop()

    def _begin_table(self, attributes: dict[str, str]) -> None:
        if self._scan is not None:
            raise BrokenError
        hidden = attributes.get("style-name", "") in self._hidden_styles
        self._scan = Scan(attributes.get("name", ""), hidden)
        self.scans.append(self._scan)
        self._row = self._column = 0

    def _column_of_table(self, attributes: dict[str, str]) -> None:
        repeat = count_of(attributes.get("number-columns-repeated"))
        if attributes.get("visibility") in _HIDDEN and self._scan is not None and repeat <= 2_000:
            self._scan.hidden_columns.update(range(self._column, self._column + repeat))
        self._column += repeat

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._rows = count_of(attributes.get("number-rows-repeated"))
        self._column, self._filled = 0, []
        if attributes.get("visibility") in _HIDDEN and self._rows <= 10_000:
            assert self._scan is not None
            self._scan.hidden_rows.update(range(self._row, self._row + self._rows))

    def _finish_cell(self, name: str) -> None:
        repeat = count_of(self._cell.get("number-columns-repeated"))
        held, number, signs = self._held("".join(self._pieces).strip())
        formula = "formula" in self._cell
        formula &= self._cell.get("formula", "").removeprefix("of:=") not in CONSTANTS
        spans = {self._cell.get(f"number-{way}-spanned", "1") for way in ("columns", "rows")}
        if (spans != {"1"} or (name != "table-cell" and signs)) and self._scan is not None:
            self._scan.merged.append((self._row, self._column))
        if signs or formula:
            self._filled.append(_Cell(held, number, signs, formula, self._column, repeat))
        self._column += repeat

    def _held(self, shown: str) -> tuple[Held, float, int]:
        """What the cell holds, its number, and how many signs that is."""
        kind = self._cell.get("value-type", "")
        if kind == "":
            if shown:
                raise BrokenError  # a text that its own file does not call one
            return Held.TEXT, 0.0, 0
        if kind == "string":
            signs = len(shown or self._cell.get("string-value", "").strip())
            return Held.TEXT, 0.0, signs
        if kind not in _HELD:
            raise BrokenError
        held, attribute = _HELD[kind]
        value = self._cell.get(attribute, "")
        if value == "":
            raise BrokenError
        is_number = held in {Held.NUMBER, Held.PERCENT}
        return held, number_of(value) if is_number else 0.0, len(value)

    def _finish_row(self, scan: Scan) -> None:
        filled = self._filled
        if filled:
            last = filled[-1]
            check_area(self._row + self._rows, last.column + last.repeat)
            self._budget.take(
                self._rows * sum(cell.repeat for cell in filled),
                self._rows * sum(cell.repeat * cell.signs for cell in filled),
            )
            for row in range(self._row, self._row + self._rows):
                for cell in filled:
                    self._unfold(scan, row, cell)
        self._row += self._rows
        self._filled = []

    @staticmethod
    def _unfold(scan: Scan, row: int, cell: _Cell) -> None:
        for column in range(cell.column, cell.column + cell.repeat):
            if cell.formula:
                scan.formula(row, column)
            if cell.signs:
                scan.add(row, column, cell.held, cell.number)
