"""Rows that contradict each other: where a finding points, and what just does not contradict."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.findings import Severity
from tests.allocator.reading.books import WRITERS, sheets_of
from tests.allocator.reading.cases import ACROSS, Case
from tests.allocator.reading.full import Change, both, cell, full_files, read, read_changed
from tests.allocator.reading.test_findings import REFERENCES, name_of


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("case", [own for own in ACROSS if own.code != "stand_twice"], ids=name_of)
def test_a_contradiction_in_a_workbook_is_told_with_its_sheet(
    case: Case, suffix: str, tmp_path: Path
) -> None:
    files = full_files()
    case.change(files)
    (tmp_path / f"boek{suffix}").write_bytes(WRITERS[suffix](sheets_of(files)))
    errors = [
        (item.code, item.file, item.sheet, item.row, item.column)
        for item in read(tmp_path / f"boek{suffix}").findings
        if item.severity is Severity.ERROR and item.code not in REFERENCES - {case.code}
    ]
    sheet = case.file.removesuffix(".csv")
    assert errors == [(case.code, f"boek{suffix}", sheet, case.row, case.column)]


JUST_RIGHT: dict[str, Change] = {
    "a class for one size": cell("woningklassen.csv", 2, "personen_max", "1"),
    "as many persons planned as fit": cell("woningklassen.csv", 3, "personen_gepland", "6"),
    "a household as large as the largest class": cell("huishoudens.csv", 3, "personen", "6"),
    "adults only": cell("huishoudens.csv", 3, "volwassenen", "4"),
    "a sponsor where the household is bound to": both(
        cell("huishoudens.csv", 4, "vaste_gemeente", "SY0001"),
        cell("huishoudens.csv", 4, "referent_gemeente", "SY0001"),
    ),
    "a sponsor and no other binding": cell("huishoudens.csv", 4, "vaste_gemeente", ""),
    "a household that moves in": cell("huishoudens.csv", 3, "status", "verhuisfase"),
    "a certain score": cell("passing.csv", 2, "score", "1"),
    "a score of three decimals": cell("passing.csv", 2, "score", "0.123"),
    "an index above one with many decimals": cell("arbeidsmarkt.csv", 4, "waarde", "120.1234"),
    "a certain chance": cell("arbeidsmarkt.csv", 2, "waarde", "1"),
    "no chance known": cell("passing.csv", 2, "score", "0"),
    "a promise of the whole": cell("toezeggingen.csv", 3, "laagste_deel", "1"),
    "a promise without a lowest": cell("toezeggingen.csv", 3, "laagste_deel", ""),
    "neither ahead nor behind": cell("standen.csv", 2, "achterstand", "0"),
    "a wish without a number": cell("uitruilafspraken.csv", 3, "soort", "gewenst"),
}


@pytest.mark.parametrize("name", JUST_RIGHT)
def test_what_is_just_right_contradicts_nothing(name: str, tmp_path: Path) -> None:
    result = read_changed(tmp_path / "map", JUST_RIGHT[name])
    assert result.findings == ()
    assert result.instance is not None
