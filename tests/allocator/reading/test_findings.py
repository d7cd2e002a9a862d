"""Every finding that a file can cause: its code, its file, its row, its column."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from allocator.findings import Severity
from allocator.words import LANGUAGES
from tests.allocator.reading.cases import CASES, NOTICES, Case, real
from tests.allocator.reading.full import (
    cell,
    content,
    extra,
    full_files,
    put,
    put_setting,
    read,
    read_changed,
    swapped,
    without_column,
)

# Where the row that others refer to is refused, those others are left without what they refer to.
REFERENCES = {"unknown_code", "unknown_household", "unknown_class"}


def name_of(case: Case) -> str:
    return "-".join(str(part) for part in case.place if part)[:80]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_finding_names_file_row_and_column(case: Case, tmp_path: Path) -> None:
    result = read_changed(tmp_path / "map", case.change)
    assert result.instance is None
    assert case.place in result.places


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_one_fault_is_told_once_and_as_what_it_is(case: Case, tmp_path: Path) -> None:
    errors = [
        item.code
        for item in read_changed(tmp_path / "map", case.change).findings
        if item.severity is Severity.ERROR and item.code not in REFERENCES - {case.code}
    ]
    assert errors == [case.code]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_line_shows_place_and_code_and_leaves_nothing_open(case: Case, tmp_path: Path) -> None:
    findings = read_changed(tmp_path / "map", case.change).findings
    for finding, lang in product(findings, LANGUAGES):
        line = finding.line(lang)
        assert finding.file in line
        assert finding.code in line
        assert finding.column in line
        assert not finding.row or re.search(rf"\b{finding.row}\b", line)
        assert not re.search(r"\{\w+\}|\n", line)


@pytest.mark.parametrize("case", NOTICES, ids=name_of)
def test_what_need_not_stop_a_run_is_a_notice(case: Case, tmp_path: Path) -> None:
    result = read_changed(tmp_path / "map", case.change)
    assert result.instance is not None, result.places
    assert case.place in result.places
    assert {item.severity for item in result.findings} == {Severity.NOTICE}


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    changes = [
        cell("gemeenten.csv", 2, "inwoners", "15.000"),
        cell("gemeenten.csv", 4, "inwoners", "-1"),
        cell("aanbod.csv", 2, "aantal", "vier"),
        cell("aanbod.csv", 2, "laag", "x"),
        cell("huishoudens.csv", 3, "status", "weg"),
        without_column("standen.csv", "voorsprong"),
        content("nareis.csv", b""),
    ]
    assert set(read_changed(tmp_path / "map", *changes).places) >= {
        ("ambiguous_number", "gemeenten.csv", 2, "inwoners"),
        ("negative", "gemeenten.csv", 4, "inwoners"),
        ("not_whole", "aanbod.csv", 2, "aantal"),
        ("not_whole", "aanbod.csv", 2, "laag"),
        ("bad_choice", "huishoudens.csv", 3, "status"),
        ("missing_column", "standen.csv", 1, "voorsprong"),
        ("empty_file", "nareis.csv", 0, ""),
    }


def test_a_faulty_setting_does_not_hide_a_faulty_table(tmp_path: Path) -> None:
    changes = [
        put_setting("rounding", '"afkappen"'),
        cell("gemeenten.csv", 2, "inwoners", "15.000"),
    ]
    assert set(read_changed(tmp_path / "map", *changes).places) == {
        ("setting_choice", "instance.toml", 0, "rounding"),
        ("ambiguous_number", "gemeenten.csv", 2, "inwoners"),
    }


def test_every_faulty_cell_is_told_even_with_hundreds(tmp_path: Path) -> None:
    rows = "".join(f"SY{i:04d},Plaats {i},PV01,1{i % 10}.{i:03d}\n" for i in range(1, 301))
    header = "gemeente_code,gemeente,provincie_code,inwoners\n"
    changes = [content("gemeenten.csv", (header + rows).encode())]
    found = read_changed(tmp_path / "map", *changes).places
    numbers = [row for code, _, row, _ in found if code == "ambiguous_number"]
    assert numbers == list(range(2, 302))


def test_a_wrong_header_is_named_with_the_right_one_beside_it(tmp_path: Path) -> None:
    change = swapped("gemeenten.csv", ",inwoners,", ",inwonres,")
    (finding,) = read_changed(tmp_path / "map", change).findings
    assert (finding.code, finding.column) == ("missing_column", "inwoners")
    assert "inwonres" in finding.sentence("nl")


def test_a_lost_zero_is_answered_with_the_code_that_was_meant(tmp_path: Path) -> None:
    change = cell("aanbod.csv", 2, "gemeente_code", "GM14")
    (finding,) = read_changed(tmp_path / "map", change).findings
    assert "GM0014" in finding.sentence("nl")


def test_a_merged_municipality_is_answered_with_its_successor(tmp_path: Path) -> None:
    (finding,) = read_changed(tmp_path / "map", real(2021)).findings
    assert "GM1979" in finding.sentence("nl")


def test_a_duplicate_names_both_rows(tmp_path: Path) -> None:
    change = extra("standen.csv", "SY0001,0,0,0,0,0")
    (finding,) = read_changed(tmp_path / "map", change).findings
    assert finding.row == 5
    assert "2" in finding.sentence("nl").replace("SY0001", "")


def test_rows_of_tables_without_unique_keys_may_repeat(tmp_path: Path) -> None:
    result = read_changed(tmp_path / "map", extra("nareis.csv", "SY0001,2,hh-2,2021-03-01,,,,"))
    assert len(result.whole.rows("nareis")) == 3


def test_a_file_of_absurd_size_is_refused(tmp_path: Path) -> None:
    folder = put(full_files(), tmp_path / "map")
    with (folder / "nareis.csv").open("r+b") as stream:
        stream.truncate(250_000_000)
    assert read(folder).places == [("file_too_large", "nareis.csv", 0, "")]
