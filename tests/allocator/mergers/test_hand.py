"""Mergers by hand: whole, in parts, in steps, and what comes along."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import allocator.merging as package
from allocator.errors import OutputTroubleError, VerificationFailedError
from allocator.findings import Findings
from allocator.merging import merge_instance
from allocator.planning import Outcome, publish_outcome
from allocator.planning.recheck import failures_of
from allocator.reading import read_instance
from tests.allocator.mergers.cases import column, concordance, inhabitants, merge_case, totals
from tests.allocator.planning.cases import (
    Case,
    codes_of,
    is_sound,
    notice_codes,
    put_changed,
    rows_of,
)

THREE = [100, 50, 31]


def test_two_become_one(tmp_path: Path) -> None:
    made = merge_case(tmp_path, Case(THREE), "SY0001 SY0009 1", "SY0002 SY0009 1")
    assert inhabitants(made) == {"SY0003": 31, "SY0009": 150}
    assert column(made, "gemeente") == {"SY0003": "Plaats 3", "SY0009": "Plaats SY0009"}
    assert column(made, "inwoners_bron") == {"SY0003": "", "SY0009": "afgeleid"}
    assert totals(made)["inwoners"]["voor"] == totals(made)["inwoners"]["na"] == "181"
    publish_outcome(made, tmp_path / "uit")
    read = read_instance(tmp_path / "uit", ("gemeenten",))
    assert (read.settings.structure_year, len(read.municipalities)) == (2022, 2)
    assert "verzonnen" in read.settings.sources["herindelingen"]


def test_one_is_split_over_its_neighbours(tmp_path: Path) -> None:
    # 31 in thirds and the rest: 10 1/3, 10 1/3, 10 1/3; the one left goes to the lowest code.
    rows = ("SY0003 SY0001 1/3", "SY0003 SY0002 1/3", "SY0003 SY0008 1/3")
    made = merge_case(tmp_path, Case(THREE), *rows)
    assert inhabitants(made) == {"SY0001": 111, "SY0002": 60, "SY0008": 10}
    (tied,) = [own for own in made.summary.notices if own.code == "merger_tied"]
    assert dict(tied.values)["codes"] == "SY0001, SY0002, SY0008"
    assert is_sound_after(made, tmp_path)


def is_sound_after(made: Outcome, folder: Path) -> bool:
    publish_outcome(made, folder / "uit")
    return is_sound(folder / "uit")


def test_a_boundary_moves_and_both_stay(tmp_path: Path) -> None:
    # 2 of 100 go from the first to the second.
    rows = ("SY0001 SY0001 98/100", "SY0001 SY0002 0.02")
    made = merge_case(tmp_path, Case(THREE), *rows)
    assert inhabitants(made) == {"SY0001": 98, "SY0002": 52, "SY0003": 31}
    assert set(column(made, "inwoners_bron").values()) == {"afgeleid", ""}
    assert is_sound_after(made, tmp_path)


def test_another_code_alone_leaves_the_figure_its_source(tmp_path: Path) -> None:
    case = Case(THREE, columns={"inwoners_bron": ["cbs"] * 3, "stedelijkheid": [1, 2, 3]})
    made = merge_case(tmp_path, case, "SY0003 SY0007 1|nieuwe_naam=Anders")
    assert column(made, "inwoners_bron")["SY0007"] == "cbs"
    assert column(made, "stedelijkheid")["SY0007"] == "3"
    assert column(made, "gemeente")["SY0007"] == "Anders"
    assert is_sound_after(made, tmp_path)


def test_days_follow_each_other(tmp_path: Path) -> None:
    # 2022: 1 and 2 make 8 (150). 2023: 8 gives a third to 3 (50 of 150): 100 and 81.
    rows = (
        "SY0008 SY0008 2/3|datum=2023-01-01",
        "SY0008 SY0003 1/3|datum=2023-01-01",
        "SY0001 SY0008 1",
        "SY0002 SY0008 1",
    )
    made = merge_case(tmp_path, Case(THREE), *rows, year=2023)
    assert inhabitants(made) == {"SY0003": 81, "SY0008": 100}
    flows = rows_of(made.files["herleiding/delen.csv"])
    assert [row["datum"] for row in flows] == ["2022-01-01"] * 2 + ["2023-01-01"] * 2
    assert is_sound_after(made, tmp_path)


def test_a_change_in_mid_year_counts_from_the_next_structure(tmp_path: Path) -> None:
    rows = ("SY0001 SY0008 1|datum=2022-03-24", "SY0003 SY0009 1|datum=2022-01-01")
    early = merge_case(tmp_path / "a", Case(THREE), *rows)
    assert inhabitants(early) == {"SY0001": 100, "SY0002": 50, "SY0009": 31}
    assert "merger_outside" in notice_codes(early)
    later = merge_case(tmp_path / "b", Case(THREE), *rows, year=2023)
    assert inhabitants(later) == {"SY0002": 50, "SY0008": 100, "SY0009": 31}
    assert is_sound_after(early, tmp_path)


def test_two_may_exchange_on_one_day(tmp_path: Path) -> None:
    # Everyone sees the morning: half of 100 goes over, and half of 50 comes back.
    rows = ("SY0001 SY0001 1/2", "SY0001 SY0002 1/2", "SY0002 SY0002 1/2", "SY0002 SY0001 1/2")
    made = merge_case(tmp_path, Case(THREE), *rows)
    assert inhabitants(made) == {"SY0001": 75, "SY0002": 75, "SY0003": 31}
    assert is_sound_after(made, tmp_path)


def test_a_code_may_be_given_on_to_another_place(tmp_path: Path) -> None:
    made = merge_case(tmp_path, Case(THREE), "SY0001 SY0002 1", "SY0002 SY0009 1")
    assert inhabitants(made) == {"SY0002": 100, "SY0003": 31, "SY0009": 50}
    assert is_sound_after(made, tmp_path)


def test_the_figure_of_the_executive_leads_and_goes_on(tmp_path: Path) -> None:
    # GS fix 160 for 1 + 2 (150); the next year half of 160 goes to 3: 80 and 31 + 80 = 111.
    rows = (
        "SY0001 SY0008 1|vastgestelde_inwoners=160",
        "SY0002 SY0008 1|vastgestelde_inwoners=160",
        "SY0008 SY0008 1/2|datum=2023-01-01",
        "SY0008 SY0003 1/2|datum=2023-01-01",
    )
    made = merge_case(tmp_path, Case(THREE), *rows, year=2023)
    assert inhabitants(made) == {"SY0003": 111, "SY0008": 80}
    row = totals(made)["inwoners"]
    assert [row[own] for own in ("voor", "delen", "vastgesteld_verschil", "na")] == [
        "181", "181", "10", "191",
    ]  # fmt: skip
    assert rows_of(made.files["herleiding/vastgesteld.csv"]) == [
        {"datum": "2022-01-01", "nieuw_code": "SY0008", "delen": "150", "vastgesteld": "160",
         "verschil": "10"}
    ]  # fmt: skip
    assert is_sound_after(made, tmp_path)


def test_a_fixed_figure_that_agrees_needs_no_notice(tmp_path: Path) -> None:
    row = "SY0001 SY0008 1|vastgestelde_inwoners=150"
    made = merge_case(tmp_path, Case(THREE), row, "SY0002 SY0008 1")
    assert column(made, "inwoners_bron")["SY0008"] == "gs"
    assert "merger_fixed_differs" not in notice_codes(made)


def test_what_describes_a_municipality_stays_or_agrees(tmp_path: Path) -> None:
    columns = {
        "regietafel": ["Oost", "Oost", "West"],
        "x_rd": [100, 200, 300],
        "stedelijkheid": [1, 1, 3],
    }
    case = Case([*THREE, 7], columns={name: [*own, own[-1]] for name, own in columns.items()})
    rows = ("SY0001 SY0009 1", "SY0002 SY0009 1", "SY0004 SY0003 1")
    made = merge_case(tmp_path, case, *rows)
    # Both predecessors sat at one table; coordinates differ; an indicator is never added up.
    assert column(made, "regietafel") == {"SY0003": "West", "SY0009": "Oost"}
    assert column(made, "x_rd") == {"SY0003": "300", "SY0009": ""}
    assert column(made, "stedelijkheid") == {"SY0003": "", "SY0009": ""}
    (notice,) = [own for own in made.summary.notices if own.code == "merger_emptied"]
    assert notice.column == "stedelijkheid, x_rd"
    assert is_sound_after(made, tmp_path)


def test_a_count_with_a_hole_is_left_open_and_named(tmp_path: Path) -> None:
    case = Case(THREE, columns={"woningen": [40, "", 12]})
    rows = ("SY0001 SY0009 1", "SY0002 SY0009 1")
    made = merge_case(tmp_path, case, *rows, counts=("woningen",))
    assert column(made, "woningen") == {"SY0003": "12", "SY0009": ""}
    assert "merger_emptied" in notice_codes(made)
    assert is_sound_after(made, tmp_path)


def test_a_new_municipality_across_a_border_gets_the_province_given(tmp_path: Path) -> None:
    case = Case(THREE, provinces=("PV01", "PV02", "PV02"))
    rows = ("SY0001 SY0009 1|provincie_code=PV02", "SY0002 SY0009 1")
    assert column(merge_case(tmp_path, case, *rows), "provincie_code")["SY0009"] == "PV02"


def test_other_tables_come_along_where_they_name_nobody_who_is_gone(tmp_path: Path) -> None:
    corrections = "gemeente_code,correctie,reden\nSY0003,1,verzonnen\n"
    case = Case(THREE, tables={"correcties.csv": corrections})
    made = merge_case(tmp_path, case, "SY0001 SY0009 1", "SY0002 SY0009 1")
    assert made.files["correcties.csv"] == corrections.encode()


def test_shuffled_rows_give_the_same_bytes(tmp_path: Path) -> None:
    rows = ["SY0003 SY0001 1/3", "SY0003 SY0002 1/3", "SY0003 SY0008 1/3", "SY0001 SY0001 1"]
    one = merge_case(tmp_path / "a", Case(THREE), *rows)
    other = merge_case(tmp_path / "b", Case(THREE), *reversed(rows))
    assert one.files == other.files


def test_a_merged_instance_replaces_an_earlier_one_but_nothing_else(tmp_path: Path) -> None:
    folder = Case(THREE).put(tmp_path / "oud")
    path = concordance(tmp_path, "SY0001 SY0009 1")
    out = tmp_path / "uit"
    merge_instance(folder, path, 2022, out)
    merge_instance(folder, path, 2022, out)
    manifest = json.loads((out / "manifest.json").read_bytes())
    assert manifest["parameters"]["merge"] == {
        "from_year": 2021, "to_year": 2022, "counts": ["inwoners"],
    }  # fmt: skip
    with pytest.raises(OutputTroubleError):
        merge_instance(folder, path, 2022, folder)


def test_a_changed_figure_is_seen_by_the_recheck(tmp_path: Path) -> None:
    made = merge_case(tmp_path, Case(THREE), "SY0001 SY0009 1", "SY0002 SY0009 1")
    assert is_sound_after(made, tmp_path)
    out = tmp_path / "uit"
    for file, old, new in (
        ("gemeenten.csv", b",150,", b",151,"),
        ("herleiding/delen.csv", b",100\n", b",101\n"),
        ("herleiding/controle.csv", b"181,181", b"182,181"),
        ("herleiding/gemeenten_voor.csv", b",31", b",32"),
    ):
        content = (out / file).read_bytes()
        assert old in content
        put_changed(out, file, content.replace(old, new))
        assert failures_of(out)["nl"], file
        put_changed(out, file, content)
    assert is_sound(out)


@given(
    st.lists(st.integers(0, 10_000), min_size=3, max_size=5),
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 9), st.integers(1, 9)), max_size=3),
)
def test_nobody_is_lost_and_every_part_is_nearly_its_share(
    tmp_path_factory: pytest.TempPathFactory,
    people: list[int],
    splits: list[tuple[int, int, int]],
) -> None:
    folder = tmp_path_factory.mktemp("samen")
    olds = {own % len(people) for own, _, _ in splits}
    rows = []
    for old, (_, a, b) in zip(sorted(olds), splits, strict=False):
        share = Fraction(a, a + b)
        rows.append(f"SY{old + 1:04d} SY0050 {share}|nieuwe_naam=Nieuw")
        if share < 1:
            rows.append(f"SY{old + 1:04d} SY{old + 60:04d} {1 - share}")
    if not rows:
        return
    made = merge_case(folder, Case(people), *rows)
    assert sum(inhabitants(made).values()) == sum(people)
    for row in rows_of(made.files["herleiding/delen.csv"]):
        exact = Fraction(row["aandeel"]) * int(row["geheel"])
        assert abs(int(row["aantal"]) - exact) < 1
        assert Fraction(row["exact"]) == exact
    assert set(codes_of(made.summary.notices)) <= {"merger_tied"}


def test_what_the_strict_reader_refuses_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path, tables: object) -> None:
        findings = Findings()
        findings.error("no_rows", "gemeenten.csv")
        findings.refuse_errors()

    folder, path = Case(THREE).put(tmp_path / "oud"), concordance(tmp_path, "SY0001 SY0009 1")
    made = package.merged(folder, path, 2022)
    monkeypatch.setattr(package, "merged", lambda *_: made)
    monkeypatch.setattr(package, "read_instance", refuse)
    with pytest.raises(VerificationFailedError) as failed:
        merge_instance(folder, path, 2022, tmp_path / "uit")
    assert "no_rows" in failed.value.messages["nl"][0]
    assert not (tmp_path / "uit").exists()
