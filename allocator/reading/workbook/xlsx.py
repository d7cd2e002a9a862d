"""Office Open XML: which sheets there are, and a pass over each."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from allocator.reading.workbook.archive import Parts
from allocator.reading.workbook.scan import (
    CONSTANTS,
    MAX_COLUMNS,
    BrokenError,
    Budget,
    Held,
    Scan,
    check_area,
    count_of,
    number_of,
)
from allocator.reading.workbook.xml import stream

BOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
STYLES, TEXTS = "xl/styles.xml", "xl/sharedStrings.xml"
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_YES = {"1", "true"}


@dataclass(slots=True)
class _Index:
    """``workbook.xml``, its relations, styles and shared texts."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    targets: dict[str, tuple[str, str]] = field(default_factory=dict)
    from_1904: bool = False
    percent: set[int] = field(default_factory=set)
    texts: list[int] = field(default_factory=list)


def has_macros(parts: Parts) -> bool:
    """Whether the workbook carries a program."""
    return any(name.lower().endswith("vbaproject.bin") for name in parts) or (
        b"macroEnabled" in parts.get("[Content_Types].xml", b"")
    )


def scan_xlsx(parts: Parts) -> list[Scan]:
    """Look through every sheet, in the order of the workbook.

    Raises
    ------
    UnsafeXmlError, BrokenError, TooLargeError
        If the workbook cannot be trusted to say one thing only.
    """
    index = _index(parts)
    if index.from_1904:
        raise BrokenError("1904")
    budget = Budget()
    scans = []
    for name, relation, hidden in index.sheets:
        target, kind = index.targets.get(relation, ("", ""))
        scan = Scan(name, hidden)
        if kind.endswith("/worksheet"):
            if target not in parts:
                raise BrokenError
            _SheetPass(scan, index, budget).run(parts[target])
        scans.append(scan)
    return scans


def needed(parts: Parts) -> Parts:
    """The parts that hold values: no pictures, no links to elsewhere."""
    names = {"[Content_Types].xml", "_rels/.rels", BOOK, RELATIONS, STYLES, TEXTS}
    sheets = {
        target for target, kind in _index(parts).targets.values() if kind.endswith("/worksheet")
    }
    return {name: content for name, content in parts.items() if name in names | sheets}


def _index(parts: Parts) -> _Index:
    index = _Index()

    def book(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            index.sheets.append((attributes.get("name", ""), attributes.get("id", ""), hidden))
        elif name == "workbookPr":
            index.from_1904 = attributes.get("date1904", "0") in _YES

    _elements(parts[BOOK], book)
    index.targets = _relations(parts)
    _styles(parts.get(STYLES, b"<s/>"), index)
    index.texts = _shared_lengths(parts.get(TEXTS, b"<s/>"))
    return index


def _relations(parts: Parts) -> dict[str, tuple[str, str]]:
    """Part and kind of everything the workbook refers to."""
    targets: dict[str, tuple[str, str]] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            place = (target.removeprefix("/"), attributes.get("Type", ""))
            targets[attributes.get("Id", "")] = place

    _elements(parts.get(RELATIONS, b"<r/>"), relation)
    return targets


def _elements(content: bytes, start: object) -> None:
    stream(content, start, _nothing, _nothing)  # type: ignore[arg-type]


def _nothing(_: str) -> None:
    pass


def _styles(content: bytes, index: _Index) -> None:
    """Which cell styles show a number as a percentage."""
    shown = {"9", "10"}
    inside, count = False, 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside, count
        if name == "numFmt" and "%" in _QUOTED.sub("", attributes.get("formatCode", "")):
            shown.add(attributes.get("numFmtId", ""))
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            if attributes.get("numFmtId", "") in shown:
                index.percent.add(count)
            count += 1

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and name != "cellXfs"

    stream(content, start, end, _nothing)


def _shared_lengths(content: bytes) -> list[int]:
    """Signs of every shared text, white space around it left out."""
    lengths: list[int] = []
    pieces: list[str] = []
    inside, phonetic = False, 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal inside, phonetic
        phonetic += name == "rPh"
        inside = name == "t" and not phonetic

    def end(name: str) -> None:
        nonlocal inside, phonetic
        phonetic -= name == "rPh"
        inside = False
        if name == "si":
            lengths.append(len("".join(pieces).strip()))
            pieces.clear()

    def text(piece: str) -> None:
        if inside:
            pieces.append(piece)

    stream(content, start, end, text)
    return lengths


def cell_place(reference: str) -> tuple[int, int]:
    """Row and column of a reference such as ``B12``, from 0.

    Raises
    ------
    BrokenError
        If it is none.
    """
    match = _CELL.fullmatch(reference)
    if match is None:
        raise BrokenError
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


class _SheetPass:
    """One pass over the XML of a sheet."""

    def __init__(self, scan: Scan, index: _Index, budget: Budget) -> None:
        self._scan, self._index, self._budget = scan, index, budget
        self._row = self._column = -1
        self._cell: dict[str, str] | None = None
        self._reading = ""
        self._value: list[str] = []
        self._inline: list[str] = []
        self._values = 0
        self._phonetic = False
        self._formula: list[str] = []
        self._has_formula = False

    def run(self, content: bytes) -> None:
        stream(content, self._start, self._end, self._text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._begin_row(attributes)
        elif name == "c":
            self._begin_cell(attributes)
        elif name in {"v", "t", "f", "rPh"} and self._cell is not None:
            self._reading = name
            self._values += name == "v"
            self._phonetic = self._phonetic or name == "rPh"
            self._has_formula = self._has_formula or name == "f"
        elif name in {"dimension", "mergeCell"}:
            self._range(name, attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in _YES:
            first, last = count_of(attributes.get("min")), count_of(attributes.get("max"))
            self._scan.hidden_columns.update(range(first - 1, min(last, MAX_COLUMNS)))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        row = count_of(attributes.get("r"), self._row + 2) - 1
        if row <= self._row:
            raise BrokenError
        self._row, self._column = row, -1
        if attributes.get("hidden") in _YES:
            self._scan.hidden_rows.add(row)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        row, column = self._row, self._column + 1
        if "r" in attributes:
            row, column = cell_place(attributes["r"])
        if row != self._row or column <= self._column or self._cell is not None:
            raise BrokenError
        self._column, self._cell = column, attributes
        self._value, self._inline, self._values, self._phonetic = [], [], 0, False
        self._formula, self._has_formula = [], False

    def _range(self, name: str, reference: str) -> None:
        """A claim about cells: a rectangle that must be one."""
        first, _, last = reference.partition(":")
        top, left = cell_place(first)
        bottom, right = cell_place(last or first)
        check_area(bottom + 1, right + 1)
        if name == "mergeCell" and (top, left) != (bottom, right):
            self._scan.merged.append((top, left))

    def _text(self, piece: str) -> None:
        if self._reading == "v":
            self._value.append(piece)
        elif self._reading == "f":
            self._formula.append(piece)
        elif self._reading == "t" and not self._phonetic:
            self._inline.append(piece)

    def _end(self, name: str) -> None:
        self._reading = ""
        if name == "rPh":
            self._phonetic = False
        elif name == "c" and self._cell is not None:
            self._finish_cell(self._cell, "".join(self._value).strip())
            self._cell = None

    def _finish_cell(self, cell: dict[str, str], value: str) -> None:
        if self._values > 1:
            raise BrokenError
        if self._has_formula and "".join(self._formula) not in CONSTANTS:
            self._scan.formula(self._row, self._column)
        kind = cell.get("t", "n")
        inline = "".join(self._inline).strip()
        if kind == "inlineStr":
            value = inline
        elif inline:
            raise BrokenError
        if value == "":
            return
        held, number, signs = self._held(kind, value, cell)
        if signs != 0:
            self._budget.take(1, signs)
            self._scan.add(self._row, self._column, held, number)

    def _held(self, kind: str, value: str, cell: dict[str, str]) -> tuple[Held, float, int]:
        """What the cell holds, its number, and how many signs that is; none for an empty text."""
        if kind == "n":
            style = count_of(cell.get("s"), 0)
            held = Held.PERCENT if style in self._index.percent else Held.NUMBER
            return held, number_of(value), 1
        if kind == "s":
            index = count_of(value)
            if index >= len(self._index.texts):
                raise BrokenError
            return Held.TEXT, 0.0, self._index.texts[index]
        kinds = {
            "str": Held.TEXT,
            "inlineStr": Held.TEXT,
            "b": Held.BOOLEAN,
            "e": Held.ERROR,
            "d": Held.DATE,
        }
        if kind not in kinds:
            raise BrokenError
        return kinds[kind], 0.0, len(value)
