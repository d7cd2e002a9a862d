"""From bytes to rows of text, or a finding that says why not."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from dataclasses import dataclass

from allocator.findings import Findings

MAX_BYTES = 200_000_000
"""Larger files are refused before they are parsed."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """Cells as text; each row with the number that a spreadsheet shows.

    ``refused`` holds row number and position of cells that already stand beside a finding.
    """

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    refused: frozenset[tuple[int, int]] = frozenset()


def read_csv(content: bytes, file: str, findings: Findings) -> RawTable | None:
    """Split a CSV file into cells.

    Comma or semicolon, UTF-8 with or without BOM, or cp1252; an Excel line ``sep=;`` is skipped.
    Names are brought to Unicode NFC; white space around cells is dropped.
    """
    if len(content) > MAX_BYTES:
        findings.error("file_too_large", file, megabytes=MAX_BYTES // 1_000_000)
        return None
    decoded = _decode(content, file, findings)
    if decoded is None:
        return None
    lines = _split(decoded, file, findings)
    if lines is None:
        return None
    return as_table(lines, file, findings)


def _decode(content: bytes, file: str, findings: Findings) -> str | None:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content:
        findings.error("not_text", file)
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        findings.error("not_text", file)
        return None


def _split(decoded: str, file: str, findings: Findings) -> list[tuple[int, list[str]]] | None:
    first = decoded.split("\n", 1)[0].strip().lower()
    # A spreadsheet does not show this line, so it does not count in row numbers.
    skip = 1 if first in {"sep=;", "sep=,"} else 0
    lines = decoded.splitlines(keepends=True)[skip:]
    if not any(line.strip() for line in lines):
        findings.error("empty_file", file)
        return None
    header = lines[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    start = reader.line_num
    try:
        for cells in reader:
            # A cell with a line break makes a row span lines; the first one is what people see.
            rows.append((start + 1, cells))
            start = reader.line_num
    except csv.Error:
        findings.error("broken_quotes", file, row=start + 1)
        return None
    return rows


def clean(cell: str) -> str:
    """A cell in Unicode NFC without the white space around it."""
    return unicodedata.normalize("NFC", cell.strip(" \t\r\n\u00a0\ufeff"))


def as_table(lines: list[tuple[int, list[str]]], file: str, findings: Findings) -> RawTable:
    """The first line as header, the others as rows; empty lines are left out."""
    header = tuple(clean(cell).lower() for cell in lines[0][1])
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, cells in lines[1:]:
        cleaned = tuple(clean(cell) for cell in cells)
        if not any(cleaned):
            continue
        if len(cleaned) != len(header):
            findings.error("ragged_row", file, row=number, found=len(cleaned), expected=len(header))
            continue
        if any(ord(sign) < 32 for cell in cleaned for sign in cell):
            findings.error("control_character", file, row=number)
            continue
        rows.append((number, cleaned))
    if not rows and not findings.errors:
        findings.error("no_rows", file)
    return RawTable(file, header, tuple(rows))
