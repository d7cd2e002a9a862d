"""The sheet ``instance``: which row and column a refusal names, and what each setting may be."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.allocator.reading.books import as_xlsx
from tests.allocator.reading.test_workbook_findings import (
    BOTH,
    full_sheets,
    only,
    read_bytes,
    read_changed,
    set_setting,
)


@pytest.mark.parametrize(("column", "name"), [(0, "instelling"), (1, "waarde")])
def test_merged_settings_are_refused_with_their_row_and_column(
    column: int, name: str, tmp_path: Path
) -> None:
    def change(_book: Any, sheets: dict[str, Any]) -> None:
        sheets["instance"].merge_range(4, column, 5, column, "x")
        sheets["instance"].merge_range(7, column, 8, column, "x")

    result = read_bytes(as_xlsx(full_sheets(), change), tmp_path)
    (found,) = [item for item in result.findings if item.code == "merged_cells"]
    assert (found.file, found.sheet, found.row, found.column) == ("boek.xlsx", "instance", 5, name)
    assert dict(found.values)["count"] == "2"


@BOTH
@pytest.mark.parametrize(
    ("head", "code", "column"),
    [
        (["instelling", "bedrag"], "missing_column", "waarde"),
        (["wat", "Value"], "missing_column", "instelling"),
        (["Setting", "waarde", "value"], "double_column", "waarde"),
        (["instelling", "setting", "waarde"], "double_column", "instelling"),
    ],
)
def test_the_headers_of_the_settings_are_refused_on_the_first_row(
    head: list[str], code: str, column: str, suffix: str, tmp_path: Path
) -> None:
    def change(sheets: Any) -> None:
        sheets["instance"][0] = head

    place = only(read_changed(change, tmp_path, suffix), code)
    assert place == (f"boek{suffix}", "instance", 1, column)


@BOTH
def test_settings_below_a_first_row_that_is_empty_have_no_header(
    suffix: str, tmp_path: Path
) -> None:
    result = read_changed(lambda sheets: sheets["instance"].insert(0, []), tmp_path, suffix)
    assert {item.code for item in result.findings} == {"missing_column"}


@BOTH
def test_columns_beside_the_settings_are_notes(suffix: str, tmp_path: Path) -> None:
    def change(sheets: Any) -> None:
        for number, row in enumerate(sheets["instance"]):
            row[:] = ["let op" if number else "noot", row[1], None, *row[:1]]

    assert read_changed(change, tmp_path, suffix).whole.settings.national_total == 30


SETTINGS: list[tuple[str, Any, Any]] = [
    ("national_total", 45, 45),
    ("national_total", "0045", 45),
    ("synthetic", "Waar", True),
    ("synthetic", True, True),
    ("population_date", dt.date(2019, 1, 1), dt.date(2019, 1, 1)),
    ("population_date", "2019-01-01", dt.date(2019, 1, 1)),
    ("key", "corporatiewoningen", "corporatiewoningen"),
    ("name", 2021, "2021"),
]


@BOTH
@pytest.mark.parametrize(("name", "value", "read"), SETTINGS)
def test_a_setting_is_read_as_what_it_must_be(
    name: str, value: Any, read: Any, suffix: str, tmp_path: Path
) -> None:
    settings = read_changed(set_setting(name, value), tmp_path, suffix).whole.settings
    found = getattr(settings, name)
    assert (found, type(found)) == (read, type(read))


@BOTH
@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("national_total", "9" * 21, "setting_not_whole"),
        ("national_total", "--3", "setting_not_whole"),
        ("national_total", "\u0663", "setting_not_whole"),
        ("national_total", "-3", "setting_low"),
        ("synthetic", "misschien", "setting_unknown_table"),
        ("population_date", "20200101", "setting_not_date"),
        ("population_date", "2020-02-30", "setting_not_date"),
        ("half_year", 20211, "setting_not_half_year"),
    ],
)
def test_a_setting_that_is_something_else_is_refused_as_such(
    name: str, value: Any, code: str, suffix: str, tmp_path: Path
) -> None:
    result = read_changed(set_setting(name, value), tmp_path, suffix)
    assert result.instance is None
    assert [(item.code, item.sheet, item.column) for item in result.findings] == [
        (code, "instance", name)
    ]


@BOTH
def test_settings_of_a_part_are_read_as_what_they_must_be(suffix: str, tmp_path: Path) -> None:
    def change(sheets: Any) -> None:
        sheets["instance"] += [["swap.lot", "2"], ["swap.leximin", "ja"], ["", ""]]

    settings = read_changed(change, tmp_path, suffix).whole.settings
    assert (settings.swap.lot, settings.swap.leximin) == (2, True)


@BOTH
def test_lists_are_separated_by_a_bar(suffix: str, tmp_path: Path) -> None:
    change = set_setting("synthetic", "gemeenten | aanbod|")
    settings = read_changed(change, tmp_path, suffix).whole.settings
    assert settings.synthetic == ("gemeenten", "aanbod")


@BOTH
def test_a_value_without_a_name_is_refused(suffix: str, tmp_path: Path) -> None:
    def change(sheets: Any) -> None:
        sheets["instance"].append([None, "los"])

    assert read_changed(change, tmp_path, suffix).instance is None
