"""Bytes changed at random: refused, or read as what now stands there, and nothing in between."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocator.schema import TABLES, Column, Kind, Table
from tests.allocator.reading.full import Files, full_files, put, read

WHOLE = {Kind.COUNT, Kind.INHABITANTS, Kind.POSITIVE, Kind.SIGNED}
FILES = full_files()
LIKELY = b"0123456789,;.\"'\n\r-|_ \t\x00\xef\xbb\xbf\xc3\xa8=aSY"
Rows = list[dict[str, str]]


@st.composite
def damaged(draw: st.DrawFn) -> Files:
    files = dict(FILES)
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(files)))
        files[name] = damage(draw, files[name])
    return files


def damage(draw: st.DrawFn, before: bytes) -> bytes:
    place = draw(st.integers(0, len(before)))
    length = draw(st.sampled_from([0, 1, 1, 2, 12]))
    byte = st.one_of(st.sampled_from(sorted(set(LIKELY))), st.integers(0, 255))
    put_there = bytes(draw(st.lists(byte, max_size=3)))
    return before[:place] + put_there + before[place + length :]


def plain_rows(content: bytes, table: Table) -> Rows:
    """The table as the csv module has it, in the encoding and with the delimiter that fit."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    for delimiter in ",;":
        header, *rows = split(text, delimiter)
        names = [dutch(name, table) for name in header]
        if set(table.key) & set(names):
            return [dict(zip(names, row, strict=True)) for row in rows]
    raise AssertionError(f"{table.file} was read, yet it has no header")


def split(text: str, delimiter: str) -> list[list[str]]:
    cells = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines = [[cell.strip() for cell in line] for line in cells]
    return [line for line in lines if any(line)]


def dutch(header: str, table: Table) -> str:
    found = header.casefold()
    return next((c.name for c in table.columns if c.alias and c.alias == found), found)


def total(rows: Rows, column: Column) -> int:
    return sum(int(row[column.name] or 0) for row in rows)


def check(files: Files) -> None:
    with TemporaryDirectory() as parent:
        instance = read(put(files, Path(parent) / "map")).instance
    if instance is None:
        return
    declared = tomllib.loads(files["instance.toml"].decode("utf-8-sig"))
    assert instance.settings.national_total == declared["national_total"]
    for table in TABLES:
        was = plain_rows(files[table.file], table)
        now = list(instance.rows(table.name))
        assert len(now) == len(was), table.file
        for column in table.columns:
            if column.kind in WHOLE and column.name in was[0]:
                assert total(now, column) == total(was, column), (table.file, column.name)
                assert all((row[column.name] or "0").lstrip("-").isascii() for row in was)


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=300, suppress_health_check=QUIET)
@given(damaged())
def test_changed_bytes_are_refused_or_read_as_they_stand(files: Files) -> None:
    check(files)


@pytest.mark.nightly
@settings(max_examples=20_000, suppress_health_check=QUIET)
@given(damaged())
def test_changed_bytes_are_refused_or_read_as_they_stand_twenty_thousand_times(
    files: Files,
) -> None:
    check(files)


@settings(max_examples=100, suppress_health_check=QUIET)
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=200))
def test_any_bytes_at_all_are_no_reason_to_crash(name: str, content: bytes) -> None:
    with TemporaryDirectory() as parent:
        read(put({**FILES, name: content}, Path(parent) / "map"))


def test_the_check_itself_notices_a_total_that_changed() -> None:
    """A table that was read as something else than it says must be seen by ``check``."""
    table = next(table for table in TABLES if table.name == "correcties")
    rows = plain_rows("gemeente_code;correctie;reden\nSY0001;-4;é\n".encode("cp1252"), table)
    assert total(rows, table.column("correctie")) == -4
    with pytest.raises(ValueError, match="invalid literal"):
        total([{"correctie": "1.234"}], table.column("correctie"))
