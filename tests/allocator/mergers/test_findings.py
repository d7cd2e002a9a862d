"""Everything that may be wrong with a concordance, each by its own code."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.merging import merged
from tests.allocator.mergers.cases import concordance, merge_case
from tests.allocator.planning.cases import Case, codes_of, put_text, refused

THREE = [100, 50, 31]
CAUSES = [
    (("SY0001 SY0009 een",), "not_exact", "aandeel"),
    (("SY0001 SY0009 1.234",), "not_exact", "aandeel"),
    (("SY0001 SY0009 0",), "merger_share_range", "aandeel"),
    (("SY0001 SY0009 3/2",), "merger_share_range", "aandeel"),
    (("SY0001 SY0009 9/10",), "merger_shares", "aandeel"),
    (("SY0001 SY0009 0.7", "SY0001 SY0002 0.4"), "merger_shares", "aandeel"),
    (("SY0008 SY0009 1",), "merger_old_unknown", "oud_code"),
    (("SY0001 SY0009 1", "SY0001 SY0009 1|datum=2022-07-01"), "merger_old_unknown", "oud_code"),
    (("SY0001 SY0009 1|nieuwe_naam=A", "SY0002 SY0009 1|nieuwe_naam=B"), "merger_rows_differ",
     "nieuwe_naam"),
    (("SY0001 SY0009 1|vastgestelde_inwoners=1", "SY0002 SY0009 1|vastgestelde_inwoners=2"),
     "merger_rows_differ", "vastgestelde_inwoners"),
    (("SY0001 SY0009 1|provincie_code=PV01", "SY0002 SY0009 1|provincie_code=PV02"),
     "merger_rows_differ", "provincie_code"),
    (("SY0001 SY0009 1", "SY0001 SY0009 1"), "duplicate_key", "datum"),
    (("SY0001 SY0009 1|datum=1-1-2022",), "bad_date", "datum"),
    (("SY0001 Negen 1",), "bad_code", "nieuw_code"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "code", "where"), CAUSES)
def test_a_wrong_row_is_named(tmp_path: Path, rows: tuple[str, ...], code: str, where: str) -> None:
    found = refused(lambda: merge_case(tmp_path, Case(THREE), *rows, year=2023))
    own = [finding for finding in found if finding.code == code]
    assert own, codes_of(found)
    assert (own[0].file, own[0].column) == ("herindelingen.csv", where)
    assert own[0].row >= 2
    assert codes_of(found)


def test_shares_that_miss_a_part_say_what_is_missing(tmp_path: Path) -> None:
    rows = ("SY0001 SY0009 1/3", "SY0001 SY0002 1/2")
    (found,) = refused(lambda: merge_case(tmp_path, Case(THREE), *rows))
    assert dict(found.values) == {
        "found": "SY0001", "day": "2022-01-01", "sum": "5/6", "missing": "1/6",
    }  # fmt: skip


def test_every_finding_of_a_day_is_shown_at_once(tmp_path: Path) -> None:
    rows = ("SY0008 SY0009 1", "SY0007 SY0009 1|nieuwe_naam=SY0009", "SY0001 SY0009 1/2")
    codes = codes_of(refused(lambda: merge_case(tmp_path, Case(THREE), *rows)))
    assert sorted(codes) == ["merger_rows_differ", "merger_shares"]


def test_a_new_code_must_be_in_force(tmp_path: Path) -> None:
    # Real codes: GM1979 Eemsdelta is in the list from 2021 on, GM9999 never was.
    folder = tmp_path / "oud"
    Case([10]).put(folder)
    text = (folder / "instance.toml").read_text(encoding="utf-8")
    text = text.replace("synthetic = true", "synthetic = false")
    put_text(
        folder / "instance.toml", text.replace("structure_year = 2021", "structure_year = 2020")
    )
    rows = "GM0003,Appingedam,PV20,11642\nGM0010,Delfzijl,PV20,24678\n"
    put_text(folder / "gemeenten.csv", f"gemeente_code,gemeente,provincie_code,inwoners\n{rows}")
    wrong = concordance(
        tmp_path,
        "GM0003 GM9999 1|datum=2021-01-01",
        "GM0010 GM1979 1|datum=2021-01-01",
    )
    found = refused(lambda: merged(folder, wrong, 2021))
    assert codes_of(found) == ["merger_new_not_in_force"]
    assert dict(found[0].values) == {"found": "GM9999", "year": "2021"}
    early = concordance(
        tmp_path,
        "GM0003 GM1979 1|datum=2020-01-01",
        "GM0010 GM1979 1|datum=2021-01-01",
    )
    # On 1 January 2020 the row is outside the years asked: Appingedam is left without one.
    assert codes_of(refused(lambda: merged(folder, early, 2021))) == ["merger_row_missing"]


def test_the_year_must_be_a_later_one(tmp_path: Path) -> None:
    for year in (2021, 2020):
        call = lambda year=year: merge_case(tmp_path, Case(THREE), "SY0001 SY0009 1", year=year)  # noqa: E731
        assert codes_of(refused(call)) == ["merger_backwards"]


def test_a_concordance_must_be_there(tmp_path: Path) -> None:
    folder = Case(THREE).put(tmp_path / "oud")
    found = refused(lambda: merged(folder, tmp_path / "nergens.csv", 2022))
    assert codes_of(found) == ["missing_table"]


def test_only_counts_are_carried_over(tmp_path: Path) -> None:
    case = Case(THREE, columns={"woningen": [4, 5, 6], "ses": ["0.4", "0.1", "0.2"]})
    row = "SY0001 SY0009 1"
    for wrong in ("huizen", "inwoners", "gemeente"):
        call = lambda wrong=wrong: merge_case(tmp_path, case, row, counts=(wrong,))  # noqa: E731
        assert codes_of(refused(call)) == ["merger_no_count"]
    found = refused(lambda: merge_case(tmp_path, case, row, counts=("ses",)))
    assert codes_of(found) == ["merger_not_a_count"]
    assert dict(found[0].values) == {"found": "0.4", "municipality": "SY0001"}


def test_a_province_is_not_guessed(tmp_path: Path) -> None:
    case = Case(THREE, provinces=("PV01", "PV02", "PV02"))
    rows = ("SY0001 SY0009 1", "SY0002 SY0009 1")
    (found,) = refused(lambda: merge_case(tmp_path, case, *rows))
    assert found.code == "merger_province"
    assert dict(found.values)["values"] == "PV01, PV02"


def test_a_table_that_names_who_is_gone_is_refused_by_row(tmp_path: Path) -> None:
    tables = {
        "standen.csv": "gemeente_code,achterstand,voorsprong\nSY0003,1,0\nSY0001,2,0\n",
        "buren.csv": "gemeente_code_a,gemeente_code_b\nSY0001,SY0002\n",
    }
    case = Case(THREE, tables=tables)
    found = refused(lambda: merge_case(tmp_path, case, "SY0001 SY0009 1"))
    assert codes_of(found) == ["merger_table_left"] * 2
    assert [(own.file, own.row, own.column) for own in found] == [
        ("standen.csv", 3, "gemeente_code"),
        ("buren.csv", 2, "gemeente_code_a"),
    ]


def test_rows_outside_the_years_are_counted(tmp_path: Path) -> None:
    rows = (
        "SY0001 SY0009 1",
        "SY0002 SY0009 1|datum=2021-01-01",
        "SY0003 SY0009 1|datum=2023-01-01",
    )
    made = merge_case(tmp_path, Case(THREE), *rows)
    (found,) = [own for own in made.summary.notices if own.code == "merger_outside"]
    assert dict(found.values) == {"count": "2", "first": "2021", "last": "2022"}
