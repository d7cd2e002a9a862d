"""The sheet ``instance``: what ``instance.toml`` says, one setting a row."""

from __future__ import annotations

import datetime as dt
import typing
from typing import Any

from pydantic import BaseModel

from allocator.findings import Findings, in_sheet
from allocator.reading.rawtext import RawTable, clean
from allocator.reading.workbook.book import Book, Value
from allocator.reading.workbook.rows import said
from allocator.reading.workbook.scan import MAX_COLUMNS, BrokenError, Held, Scan
from allocator.settings import Settings

SHEET = "instance"
HEADS = (("instelling", "setting"), ("waarde", "value"))
_TRUE, _FALSE = {"ja", "true", "waar"}, {"nee", "false", "onwaar"}
Data = dict[str, Any]
__all__ = ["HEADS", "SHEET", "RawTable", "read_settings_sheet"]


def read_settings_sheet(book: Book, scan: Scan, findings: Findings) -> Data | None:
    """The settings as TOML would give them; nothing beside a finding.

    A dotted name is a setting of a part: ``swap.pairs``. Lists are separated by a vertical bar.
    An empty value is a setting that is not given.
    """
    file, before = in_sheet(book.file, scan.name), len(findings.errors)
    try:
        lines = list(book.rows(scan))
    except BrokenError:
        findings.error("workbook_broken", file)
        return None
    columns = _columns(lines[0][1] if lines and lines[0][0] == 1 else [], file, findings)
    if columns is None:
        return None
    for row, column in scan.merged[:1]:
        count = len(scan.merged)
        findings.error("merged_cells", file, row + 1, HEADS[column == columns[1]][0], count=count)
    data: Data = {}
    held = dict(zip(scan.places, scan.held, strict=True))
    formulas = set(scan.formulas)
    for number, cells in lines[1:]:
        name, value = (cells[at] if at < len(cells) else "" for at in columns)
        place = (number - 1) * MAX_COLUMNS + columns[1]
        key = clean(said(name))
        kind = Held(held.get(place, Held.TEXT))
        code = "formula_cells" if place in formulas else _refusal(key, value, kind)
        if code:
            findings.error(code, file, number, key, found=said(value), count=1)
        elif key or said(value).strip():
            _put(data, key, value, file, number, findings)
    return data if len(findings.errors) == before else None


def _columns(head: list[Value], file: str, findings: Findings) -> tuple[int, int] | None:
    names = [clean(said(value)).lower() for value in head]
    found = []
    for own, alias in HEADS:
        here = [at for at, name in enumerate(names) if name in {own, alias}]
        if len(here) == 1:
            found.append(here[0])
        elif here:
            findings.error("double_column", file, 1, own)
        else:
            present = ", ".join(filter(None, names)) or "-"
            findings.error("missing_column", file, 1, own, present=present, suggestion="-")
    return (found[0], found[1]) if len(found) == 2 else None


def _refusal(key: str, value: Value, held: Held) -> str:
    if held is Held.ERROR:
        return "cell_is_error"
    if held is Held.PERCENT:
        return "cell_is_percent"
    if isinstance(value, dt.date | dt.time | dt.timedelta) and dt.date not in _wanted(key):
        return "cell_is_date"
    return ""


def _put(data: Data, key: str, value: Value, file: str, row: int, findings: Findings) -> None:
    part, _, name = key.rpartition(".")
    inside = data.setdefault(part, {}) if part else data
    # A part and a setting of one name would hide each other.
    if not isinstance(inside, dict) or name in inside:
        findings.error("setting_twice", file, row, key)
    elif said(value).strip():
        inside[name] = _converted(value, _wanted(key))


def _wanted(key: str) -> set[object]:
    """Types that a setting may have; text where the setting is not known."""
    part, _, name = key.rpartition(".")
    model: type[BaseModel] = Settings
    if part and part in Settings.model_fields:
        inner = Settings.model_fields[part].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return {str}
        model = inner
    field = model.model_fields.get(name)
    return set(_types(field.annotation)) if field is not None else {str}


def _types(annotation: object) -> typing.Iterator[object]:
    inner = typing.get_args(annotation)
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        yield str
    elif origin is tuple:
        yield tuple
    elif inner:
        for part in inner:
            yield from _types(part)
    else:
        yield annotation


def _converted(value: Value, wanted: set[object]) -> Any:
    """The value as TOML would have it; text that fits nothing stays text, to be refused as such."""
    if isinstance(value, bool):
        return value
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = clean(said(value))
    if bool in wanted and text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    if dt.date in wanted:
        return _day(text)
    if int in wanted and text.removeprefix("-").isdigit() and text.isascii():
        return int(text) if len(text) <= 20 else text
    if tuple in wanted:
        return tuple(part.strip() for part in text.split("|") if part.strip())
    return text


def _day(text: str) -> dt.date | str:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else text
    except ValueError:
        return text
