"""Where an instance comes from: a folder of files, or one workbook."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from allocator.findings import Findings, in_sheet, nearest
from allocator.reading.rawtext import RawTable, clean, read_csv
from allocator.reading.tables import is_identity, is_trait
from allocator.reading.workbook import Book, open_book, sheet_as_raw
from allocator.reading.workbook.book import REFUSED_SUFFIXES, SUFFIXES
from allocator.reading.workbook.rows import has_rows, said
from allocator.reading.workbook.scan import BrokenError, Scan
from allocator.schema import TABLES, Table
from allocator.settings import SETTINGS_FILE, Settings, read_settings, settings_from

SETTINGS_SHEET = "instance"
EXPLANATION_SHEETS = ("toelichting", "explanation")
"""Sheets for people; nothing on them is read."""
_OF_PLACES_TOO = {"naam", "name", "adres", "address"}
"""Headers of a household table's kind that are harmless on a sheet which no table claims."""
_LOOKED_AT = 20
"""Rows of an unclaimed sheet that may hold a header."""


class Source(Protocol):
    """A folder or a workbook."""

    settings_place: str
    """Where findings say that the settings stand, once these are read."""

    def settings(self, findings: Findings) -> Settings | None:
        """What the instance says of itself."""

    def has(self, table: Table, findings: Findings) -> bool:
        """Whether the table is there and filled in."""

    def read(self, table: Table, findings: Findings) -> RawTable | None:
        """The cells of a table that is there; nothing beside a finding."""

    def mention_strangers(self, findings: Findings) -> None:
        """Name what nobody reads: a misspelt name must not pass in silence."""


def open_source(path: Path, findings: Findings) -> Source:
    """The source that a path names.

    Raises
    ------
    InputRefusedError
        If it cannot be opened at all.
    """
    if not path.is_file():
        return Folder(path)
    if path.suffix.lower() == ".toml":
        findings.error("not_an_instance", path.name, file_name=SETTINGS_FILE)
    book = open_book(path.read_bytes(), path.name, findings)
    findings.refuse_errors()
    assert book is not None, "the workbook is missing without a finding"
    return OneBook(book)


@dataclass(slots=True)
class Folder:
    """``instance.toml`` and a file for every table: CSV, or a workbook with one sheet."""

    folder: Path
    settings_place: str = SETTINGS_FILE

    def settings(self, findings: Findings) -> Settings | None:
        """Read ``instance.toml``; without it this is no instance."""
        path = self.folder / SETTINGS_FILE
        if not path.is_file():
            place = str(self.folder.name or self.folder)
            findings.error("not_an_instance", place, file_name=SETTINGS_FILE)
            findings.refuse_errors()
        return read_settings(path.read_bytes(), SETTINGS_FILE, findings)

    def has(self, table: Table, findings: Findings) -> bool:
        """Whether there is a file of that name."""
        found = self._files(table)
        if len(found) > 1:
            findings.error("double_table", found[1].name, found=found[0].name)
        return bool(found)

    def read(self, table: Table, findings: Findings) -> RawTable | None:
        """Read the file in the way its name says."""
        return read_table_file(self._files(table)[0], table, findings)

    def mention_strangers(self, findings: Findings) -> None:
        """Name tables and workbooks that belong to no table."""
        readable = (".csv", *SUFFIXES)
        known = {f"{table.name}{suffix}" for table in TABLES for suffix in readable}
        for path in sorted(self.folder.iterdir()):
            if path.suffix.lower() not in (*readable, *REFUSED_SUFFIXES) or path.name in known:
                continue
            if path.suffix.lower() in REFUSED_SUFFIXES and path.stem.lower() in _TABLE_NAMES:
                findings.error("workbook_kind", path.name)
                continue
            suggestion = nearest(path.name, {table.file for table in TABLES}) or "-"
            findings.notice("unknown_file", path.name, suggestion=suggestion)

    def _files(self, table: Table) -> list[Path]:
        places = (self.folder / f"{table.name}{suffix}" for suffix in (".csv", *SUFFIXES))
        return [path for path in places if path.is_file()]


_TABLE_NAMES = {table.name for table in TABLES}


def read_table_file(path: Path, table: Table, findings: Findings) -> RawTable | None:
    """One table from a file of its own: CSV, or a workbook."""
    if path.suffix.lower() not in SUFFIXES:
        return read_csv(path.read_bytes(), path.name, findings)
    book = open_book(path.read_bytes(), path.name, findings)
    if book is None:
        return None
    filled = [scan for scan in book.scans if scan.places]
    named = [scan for scan in filled if sheet_key(scan) == table.name]
    meant = named or [scan for scan in filled if not _is_explanation(scan)]
    if len(meant) != 1:
        code = "sheet_missing" if filled else "empty_file"
        names = ", ".join(scan.name for scan in filled) or "-"
        findings.error(code, path.name, found=names, expected=table.name)
        return None
    for scan in filled:
        if scan is not meant[0]:
            _mention_sheet(book, scan, findings)
    return sheet_as_raw(book, meant[0], table, findings)


def sheet_key(scan: Scan) -> str:
    """Name of a sheet as tables are named."""
    return clean(scan.name).lower()


def _is_explanation(scan: Scan) -> bool:
    return sheet_key(scan) in EXPLANATION_SHEETS


@dataclass(slots=True)
class OneBook:
    """One workbook: a sheet ``instance`` and a sheet for every table."""

    book: Book
    told: set[str] = field(default_factory=set)
    settings_place: str = SETTINGS_FILE

    def settings(self, findings: Findings) -> Settings | None:
        """Read the sheet ``instance``; without it this is no instance."""
        from allocator.reading.workbook.settings_sheet import read_settings_sheet

        sheets = self._sheets(SETTINGS_SHEET, findings)
        if not sheets:
            findings.error("no_instance_sheet", self.book.file, sheet=SETTINGS_SHEET)
            return None
        data = read_settings_sheet(self.book, sheets[0], findings)
        self.settings_place = in_sheet(self.book.file, sheets[0].name)
        return settings_from(data, self.settings_place, findings) if data is not None else None

    def has(self, table: Table, findings: Findings) -> bool:
        """Whether there is a sheet of that name with rows; headers alone are a form left open."""
        sheets = self._sheets(table.name, findings)
        if not sheets or not sheets[0].places:
            return False
        if not has_rows(sheets[0]):
            findings.notice("sheet_not_filled", in_sheet(self.book.file, sheets[0].name))
            return False
        return True

    def read(self, table: Table, findings: Findings) -> RawTable | None:
        """Read the sheet of that name."""
        return sheet_as_raw(self.book, self._sheets(table.name, findings)[0], table, findings)

    def mention_strangers(self, findings: Findings) -> None:
        """Name sheets that belong to no table, and refuse those about persons."""
        for scan in self.book.scans:
            claimed = sheet_key(scan) in {*_TABLE_NAMES, SETTINGS_SHEET}
            if scan.places and not claimed and not _is_explanation(scan):
                _mention_sheet(self.book, scan, findings)

    def _sheets(self, name: str, findings: Findings) -> list[Scan]:
        found = [scan for scan in self.book.scans if sheet_key(scan) == name]
        if len(found) > 1 and name not in self.told:
            self.told.add(name)
            place = in_sheet(self.book.file, found[1].name)
            findings.error("double_table", place, found=found[0].name)
        return found


def _mention_sheet(book: Book, scan: Scan, findings: Findings) -> None:
    """A sheet that is not read; refused when a header on it names persons."""
    place = in_sheet(book.file, scan.name)
    error = partial(findings.error, "personal_column", place)
    try:
        lines = [(number, cells) for number, cells in book.rows(scan) if number <= _LOOKED_AT]
    except BrokenError:
        findings.error("workbook_broken", place)
        return
    for number, cells in lines:
        for value in cells:
            header = clean(said(value)).lower()
            if is_identity(header) or (is_trait(header) and header not in _OF_PLACES_TOO):
                error(number, header)
    known = {*_TABLE_NAMES, SETTINGS_SHEET}
    findings.notice("unknown_sheet", place, suggestion=nearest(sheet_key(scan), known) or "-")
