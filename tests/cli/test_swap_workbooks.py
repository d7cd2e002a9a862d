"""Deals, promises and wishes that are refused are pointed at in their sheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.allocator.reading.books import WRITERS, sheets_of
from tests.cli.calling import call, change_table, copy_instance, write_table

DEAL = {"van_code": "SY0001", "naar_code": "SY0004", "soort": "getekend", "personen": "99"}
RETURN = {"van_code": "SY0001", "naar_code": "SY0002", "halfjaar": "2020-1", "personen": "2"}
WRONG = {
    "uitruilafspraken": ("swap", DEAL, {"agreement_above_declared", "agreement_below_zero"}),
    "toezeggingen": ("swap", RETURN, {"promise_not_later"}),
}


def as_workbook(instance: Path, book: Path) -> Path:
    files = {path.name: path.read_bytes() for path in instance.iterdir()}
    book.write_bytes(WRITERS[book.suffix](sheets_of(files)))
    return book


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("table", WRONG)
def test_a_refused_row_is_in_its_sheet(table: str, suffix: str, tmp_path: Path) -> None:
    command, row, codes = WRONG[table]
    instance = copy_instance("tiny-ruil", tmp_path)
    write_table(instance / f"{table}.csv", [row])
    book = as_workbook(instance, tmp_path / f"boek{suffix}")
    ran = call(command, book, "--out", tmp_path / "r", "--json")
    assert ran.code == 3
    assert codes <= set(ran.codes)
    places = {(own["file"], own["sheet"], own["row"]) for own in ran.json["findings"]}
    assert places == {(book.name, table, 2)}


@pytest.mark.parametrize("wish", ["0", "-99"])
def test_a_refused_wish_is_in_its_sheet(wish: str, tmp_path: Path) -> None:
    instance = copy_instance("tiny-ruil", tmp_path)
    change_table(instance / "ruilruimte.csv", lambda rows: [{**row, "wens": wish} for row in rows])
    book = as_workbook(instance, tmp_path / "boek.xlsx")
    ran = call("wishes", book, "--json")
    assert ran.code == 3
    places = {(own["file"], own["sheet"]) for own in ran.json["findings"]}
    assert places == {(book.name, "ruilruimte")}
