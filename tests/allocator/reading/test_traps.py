"""Traps that other readers of tables were seen to fall into, in CSV and in workbooks."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from tests.allocator.reading.books import WRITERS, sheets_of
from tests.allocator.reading.full import Change, Read, cell, extra, full_files, put, read, swapped

FORMS = ("csv", *WRITERS)
EVERY_FORM = pytest.mark.parametrize("form", FORMS)


def read_as(form: str, folder: Path, *changes: Change) -> Read:
    """The full instance after the changes, as a folder of CSV or as one workbook of it."""
    files = full_files()
    for change in changes:
        change(files)
    if form == "csv":
        return read(put(files, folder / "map"))
    (folder / f"boek{form}").write_bytes(WRITERS[form](sheets_of(files)))
    return read(folder / f"boek{form}")


def codes(result: Read) -> list[str]:
    return [item.code for item in result.findings]


@EVERY_FORM
@pytest.mark.parametrize("name", ["NA", "null", "nan", "None", "N/A", "True", "1E5", "-"])
def test_a_name_like_nothing_stays_a_name(form: str, name: str, tmp_path: Path) -> None:
    result = read_as(form, tmp_path, cell("gemeenten.csv", 2, "gemeente", name))
    assert result.whole.municipalities[0].name == name


@EVERY_FORM
def test_an_identifier_with_an_exponent_or_zeros_keeps_its_letters(
    form: str, tmp_path: Path
) -> None:
    changes = [extra("nareis.csv", f"SY0001,1,{made},,,,,") for made in ("1E5", "007")]
    result = read_as(form, tmp_path, *changes)
    assert {"007", "1E5"} <= {row["referent_id"] for row in result.whole.rows("nareis")}


@EVERY_FORM
def test_one_spelling_of_an_accent_is_the_other(form: str, tmp_path: Path) -> None:
    split = unicodedata.normalize("NFD", "Bèta aan Zee")
    assert split != "Bèta aan Zee"
    result = read_as(form, tmp_path, swapped("gemeenten.csv", "Bèta aan Zee", split))
    assert result.whole.municipalities[1].name == "Bèta aan Zee"


@EVERY_FORM
@pytest.mark.parametrize("digits", ["١٢", "1_000", "²", "infinity", "1e3", "0x10", "12,0", "１２"])
def test_what_python_takes_for_a_number_is_refused(form: str, digits: str, tmp_path: Path) -> None:
    sheets = sheets_of(full_files())
    sheets["gemeenten"][1][3] = digits
    if form == "csv":
        result = read_as(form, tmp_path, swapped("gemeenten.csv", ",15000,", f',"{digits}",'))
    else:
        (tmp_path / f"boek{form}").write_bytes(WRITERS[form](sheets))
        result = read(tmp_path / f"boek{form}")
    assert codes(result) == ["not_whole"]


@EVERY_FORM
def test_a_key_that_comes_twice_inflates_no_total(form: str, tmp_path: Path) -> None:
    result = read_as(form, tmp_path, extra("standen.csv", "SY0001,0,0,0,0,0"))
    assert codes(result) == ["duplicate_key"]


@EVERY_FORM
def test_one_blank_makes_no_column_of_fractions(form: str, tmp_path: Path) -> None:
    result = read_as(form, tmp_path, cell("standen.csv", 3, "realisatie_tot_peildatum", ""))
    column = [row["realisatie_tot_peildatum"] for row in result.whole.rows("standen")]
    assert column == ["2", "", "0"]


@EVERY_FORM
def test_a_row_without_its_key_is_refused_and_not_dropped(form: str, tmp_path: Path) -> None:
    result = read_as(form, tmp_path, cell("standen.csv", 3, "gemeente_code", ""))
    assert codes(result) == ["empty_cell"]


def test_a_row_with_one_field_too_many_shifts_no_column(tmp_path: Path) -> None:
    result = read_as("csv", tmp_path, swapped("standen.csv", "SY0001,6,0", "SY0001,6,9,0"))
    assert codes(result) == ["ragged_row"]
