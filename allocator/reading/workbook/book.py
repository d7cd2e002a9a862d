"""A workbook that was looked through and then read: two readers that must agree."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allocator.findings import Findings
from allocator.reading.workbook import ods, xlsx
from allocator.reading.workbook.archive import Parts, repack, unpack
from allocator.reading.workbook.scan import (
    MAX_COLUMNS,
    BrokenError,
    Held,
    Scan,
    TooLargeError,
)
from allocator.reading.workbook.xml import UnsafeXmlError

Value = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta
SUFFIXES = (".xlsx", ".ods")
REFUSED_SUFFIXES = (".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ots", ".fods", ".numbers")


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of a workbook: what our pass saw, and a way to their values."""

    file: str
    scans: tuple[Scan, ...]
    library: Any

    def rows(self, scan: Scan) -> Iterator[tuple[int, list[Value]]]:
        """Row number as the spreadsheet shows it, and its values from column A on.

        Raises
        ------
        BrokenError
            If the library reads something else than our pass saw.
        """
        if not scan.places:
            return
        with _trouble():
            sheet = self.library.get_sheet_by_index(self.scans.index(scan))
            values = sheet.to_python(skip_empty_area=True)
        if sheet.start is None:
            raise BrokenError
        top, left = sheet.start
        ahead: list[Value] = [""] * left
        position = 0
        for row, cells in enumerate(values, start=top):
            position = _agrees(scan, row, left, cells, position)
            yield row + 1, [*ahead, *cells]
        if position != len(scan.places):
            raise BrokenError


def open_book(content: bytes, file: str, findings: Findings) -> Book | None:
    """Look through a workbook and hand it to the library; nothing beside a finding."""
    suffix = file[file.rfind(".") :].lower()
    if suffix not in SUFFIXES:
        findings.error("workbook_kind", file)
        return None
    parts = unpack(content, file, findings)
    if parts is None:
        return None
    code = _not_what_it_says(parts, suffix)
    if code:
        findings.error(code, file)
        return None
    try:
        book = _read(parts, file, suffix)
    except TooLargeError:
        findings.error("sheet_too_large", file)
    except (UnsafeXmlError, BrokenError):
        findings.error("workbook_broken", file)
    else:
        return book
    return None


def _not_what_it_says(parts: Parts, suffix: str) -> str:
    """Code of the finding when the parts are not those of this kind of workbook."""
    if suffix == ".ods":
        if parts.get(ods.MIMETYPE, b"").strip() != ods.KIND or ods.CONTENT not in parts:
            return "not_a_workbook"
        return "workbook_locked" if ods.is_locked(parts) else ""
    if xlsx.BOOK not in parts:
        return "not_a_workbook"
    return "workbook_kind" if xlsx.has_macros(parts) else ""


def _read(parts: Parts, file: str, suffix: str) -> Book:
    kind = ods if suffix == ".ods" else xlsx
    scans = ods.scan_ods(parts) if suffix == ".ods" else xlsx.scan_xlsx(parts)
    library = _library(repack(kind.needed(parts)))
    if [scan.name for scan in scans] != list(library.sheet_names):
        raise BrokenError
    return Book(file, tuple(scans), library)


def _library(content: bytes) -> Any:
    """Open with the library."""
    from python_calamine import load_workbook

    with _trouble():
        return load_workbook(io.BytesIO(content))


@contextlib.contextmanager
def _trouble() -> Iterator[None]:
    """Whatever the library finds wrong is a broken workbook, its own failures too."""
    from python_calamine import CalamineError

    try:
        yield
    except (CalamineError, ValueError, OverflowError) as error:
        raise BrokenError from error
    except BaseException as error:
        # The library is written in Rust; its panics are no ordinary exceptions.
        if type(error).__name__ != "PanicException":
            raise
        raise BrokenError from error


def _agrees(scan: Scan, row: int, left: int, cells: list[Value], position: int) -> int:
    """Hold one row of values against our pass; the position after it."""
    for column, value in enumerate(cells, start=left):
        place = row * MAX_COLUMNS + column
        seen = position < len(scan.places) and scan.places[position] == place
        if not seen:
            if not (isinstance(value, str) and value.strip() == ""):
                raise BrokenError
            continue
        held = scan.held[position]
        if held in {Held.NUMBER, Held.PERCENT} and isinstance(value, str | bool):
            raise BrokenError
        if isinstance(value, float | int) and not isinstance(value, bool):
            if held not in {Held.NUMBER, Held.PERCENT} or value != scan.numbers[position]:
                raise BrokenError
        elif isinstance(value, str) and held == Held.TEXT and value.strip() == "":
            raise BrokenError
        position += 1
    return position
