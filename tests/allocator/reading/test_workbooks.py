"""An instance in one workbook, or with workbooks for tables, is the instance of the CSV files."""

from __future__ import annotations

import io
import subprocess
import sys
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from allocator.places import instances_dir
from allocator.reading import Instance, read_instance
from allocator.results import input_files
from allocator.schema import TABLES
from tests.allocator.reading.books import WRITERS, as_ods, as_xlsx, sheets_of, table_rows
from tests.allocator.reading.full import EVERY_TABLE, full_files, put, read
from tests.cli.calling import ROOT, call, tree

BUNDLED = sorted(path.parent.name for path in instances_dir().glob("*/instance.toml"))
SMALL = {
    "tiny-quota": "quota",
    "tiny-onmogelijk": "quota",
    "tiny-ruil": "swap",
    "tiny-koppel": "link",
}


def files_of(name: str) -> dict[str, bytes]:
    folder = instances_dir() / name
    known = {table.file for table in TABLES} | {"instance.toml"}
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name in known}


@cache
def book_bytes(name: str, suffix: str) -> bytes:
    return WRITERS[suffix](sheets_of(files_of(name)))


def book_of(name: str, suffix: str, folder: Path) -> Path:
    path = folder / f"boek{suffix}"
    path.write_bytes(book_bytes(name, suffix))
    return path


def canonical(instance: Instance) -> dict[str, bytes]:
    return input_files(instance)


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("name", BUNDLED)
def test_a_bundled_instance_is_the_same_from_a_workbook(
    name: str, suffix: str, tmp_path: Path
) -> None:
    given = read_instance(instances_dir() / name, EVERY_TABLE)
    found = read_instance(book_of(name, suffix, tmp_path), EVERY_TABLE)
    assert canonical(found) == canonical(given)
    assert found.notices == given.notices


@pytest.mark.parametrize("suffix", WRITERS)
def test_every_table_of_the_schema_is_the_same_from_a_workbook(suffix: str, tmp_path: Path) -> None:
    book = tmp_path / f"vol{suffix}"
    book.write_bytes(WRITERS[suffix](sheets_of(full_files())))
    given = read(put(full_files(), tmp_path / "map")).whole
    assert canonical(read(book).whole) == canonical(given)


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("name", SMALL)
def test_the_result_folder_is_the_same_from_a_workbook(
    name: str, suffix: str, tmp_path: Path
) -> None:
    book = book_of(name, suffix, tmp_path)
    codes = [
        call(SMALL[name], source, "--out", tmp_path / out).code
        for source, out in ((instances_dir() / name, "csv"), (book, "boek"))
    ]
    assert codes == [0, 0]
    assert tree(tmp_path / "boek") == tree(tmp_path / "csv")
    assert call("verify", tmp_path / "csv", "--instance", book).code == 0


def test_the_national_result_folder_is_the_same_from_a_workbook(tmp_path: Path) -> None:
    book = book_of("nl-2021-1", ".xlsx", tmp_path)
    assert call("quota", "nl-2021-1", "--out", tmp_path / "csv").code == 0
    assert call("quota", book, "--out", tmp_path / "boek").code == 0
    assert tree(tmp_path / "boek") == tree(tmp_path / "csv")


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_table_in_a_folder_may_be_a_workbook(suffix: str, tmp_path: Path) -> None:
    files = full_files()
    given = read(put(files, tmp_path / "csv")).whole
    for name in ("gemeenten", "huishoudens"):
        rows = table_rows(name, files.pop(f"{name}.csv"))
        sheet = name if name == "gemeenten" else "Blad1"
        files[f"{name}{suffix}"] = WRITERS[suffix]({sheet: rows, "leeg": []})
    result = read(put(files, tmp_path / "map"))
    assert canonical(result.whole) == canonical(given)
    assert result.findings == ()


def test_the_order_of_sheets_rows_and_columns_decides_nothing(tmp_path: Path) -> None:
    sheets = sheets_of(full_files())
    turned = {
        f" {name.upper()}": [rows[0][::-1], *(row[::-1] for row in rows[:0:-1])]
        for name, rows in reversed(sheets.items())
    }
    for name, made in (("a.xlsx", as_xlsx(sheets)), ("b.ods", as_ods(turned))):
        (tmp_path / name).write_bytes(made)
    one, other = (read(tmp_path / name).whole for name in ("a.xlsx", "b.ods"))
    assert canonical(one) == canonical(other)


def test_what_another_program_saves_is_read_as_well(tmp_path: Path) -> None:
    """The same workbook as openpyxl writes it: other parts, other order, inline texts."""
    given = as_xlsx(sheets_of(full_files()))
    stream = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(given)).save(stream)
    for name, content in (("a.xlsx", given), ("b.xlsx", stream.getvalue())):
        (tmp_path / name).write_bytes(content)
    one, other = (read(tmp_path / name).whole for name in ("a.xlsx", "b.xlsx"))
    assert canonical(one) == canonical(other)


def test_the_command_starts_without_the_library_for_spreadsheets() -> None:
    program = "import sys, cli, allocator.reading; print('python_calamine' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
