"""Quotas over provinces first, then within each."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from allocator.places import instances_dir
from allocator.planning import Options, tiered
from tests.allocator.planning.cases import (
    Case,
    clashing,
    codes_of,
    column,
    is_sound,
    persons,
    published,
    put_table,
    put_text,
    refused,
    rows_of,
)

COUNTRY = instances_dir() / "nl-2021-1"
TWO = ("PV01", "PV02", "PV01", "PV02")


def test_provinces_first_then_their_municipalities(tmp_path: Path) -> None:
    # 50, 20, 30, 10 of 10. Provinces 80 and 30: Adams 7 and 3 (80/6 = 13.3, 30/2 = 15; one more
    # would be 80/7 = 11.4 or 30/3 = 10). Within 7: 50/4 = 12.5 and 30/3 = 10 make 4 and 3 (a fifth
    # for the first would be 50/4 = 12.5 against the third of the other, 30/2 = 15). Within 3: 2, 1.
    made = tiered(Case([50, 20, 30, 10], 10, TWO).put(tmp_path / "nu"))
    assert persons(made, "trappen.csv") == [4, 2, 3, 1]
    assert column(made, "trappen_groepen.csv", "personen") == ["7", "3"]
    assert column(made, "trappen_groepen.csv", "gewicht") == ["80", "30"]
    assert is_sound(published(made, tmp_path / "uit"))


def test_both_tiers_may_differ_from_one_division(tmp_path: Path) -> None:
    # 26, 26, 26 together and 22 alone, of 5, Webster. At once: divisor 20 gives 1, 1, 1, 1; the
    # fifth goes by w / 1.5 to the first: 2, 1, 1, 1. In tiers: 78 and 22 of 5 is 3.9 and 1.1: 4
    # and 1, the same here; of 6 at once 2, 2, 1, 1, in tiers 4.68 and 1.32: 5 and 1.
    # Of 2: at once 26, 26 win: 1, 1, 0, 0. In tiers 1.56 and 0.44: 2 and 0.
    # Of 3: at once 1, 1, 1, 0; in tiers 2.34 and 0.66: 2 and 1, so the lone one gains.
    provinces = ("PV01", "PV01", "PV01", "PV02")
    case = Case([26, 26, 26, 22], 3, provinces)
    made = tiered(case.put(tmp_path / "nu"), options=Options(rounding="webster"))
    assert column(made, "trappen.csv", "zonder_trap") == ["1", "1", "1", "0"]
    assert persons(made, "trappen.csv") == [1, 1, 0, 1]
    assert column(made, "trappen.csv", "verschil") == ["0", "0", "-1", "1"]
    assert made.summary.figures["changed"] == 2
    assert made.summary.figures["tied"] == ["SY0001", "SY0002", "SY0003"]
    assert is_sound(published(made, tmp_path / "uit"))


def test_a_group_may_be_any_column(tmp_path: Path) -> None:
    case = Case([50, 20, 30, 10], 10, columns={"regietafel": ["Oost", "West", "West", "Oost"]})
    made = tiered(case.put(tmp_path / "nu"), "regietafel")
    assert column(made, "trappen_groepen.csv", "groep") == ["Oost", "West"]
    assert sum(persons(made, "trappen.csv")) == 10
    assert is_sound(published(made, tmp_path / "uit"))


def test_groups_with_equal_claims_are_named(tmp_path: Path) -> None:
    made = tiered(Case([40, 40], 3, ("PV02", "PV01")).put(tmp_path / "nu"))
    assert made.summary.figures["tied_groups"] == ["PV01", "PV02"]
    # The group that holds the lowest municipality code goes first, as among municipalities.
    assert persons(made, "trappen.csv") == [2, 1]


@pytest.mark.parametrize(
    "rounding",
    [
        "sluitend",
        "grootste-rest",
        *(pytest.param(own, marks=pytest.mark.nightly) for own in ("webster", "jefferson", "hill")),
    ],
)
def test_the_whole_country_closes_in_every_rounding(tmp_path: Path, rounding: str) -> None:
    made = tiered(COUNTRY, options=Options(rounding=rounding))
    sums: dict[str, int] = {}
    for row in rows_of(made.files["trappen.csv"]):
        sums[row["groep"]] = sums.get(row["groep"], 0) + int(row["personen"])
    stated = {r["groep"]: int(r["personen"]) for r in rows_of(made.files["trappen_groepen.csv"])}
    assert sums == stated
    assert sum(sums.values()) == 13_500
    assert is_sound(published(made, tmp_path / "uit"))


def test_published_provinces_give_the_published_municipalities(tmp_path: Path) -> None:
    # The twelve province totals of 2021-1 as published, divided within each province by Adams,
    # give the six quotas of Flevoland as published: tiers and one division agree here, because
    # the published totals are those of the one division.
    text = (COUNTRY / "expected.toml").read_text(encoding="utf-8")
    expected = tomllib.loads(text)["expected"]
    provinces = {e["code"]: e["value"] for e in expected if e["what"] == "province_quota"}
    towns = {e["code"]: e["value"] for e in expected if e["what"] == "municipality_quota"
             and e["proof"] == "published"}  # fmt: skip
    assert len(provinces) == 12
    assert sum(provinces.values()) == 13_500
    table = put_table(tmp_path / "groepen.csv", ("groep", "taakstelling"), [*provinces.items()])
    made = tiered(COUNTRY, totals=table)
    found = {r["gemeente_code"]: int(r["personen"]) for r in rows_of(made.files["trappen.csv"])}
    assert sorted(towns.values()) == [17, 18, 32, 37, 61, 163]
    assert {town: found[town] for town in towns} == towns
    assert set(column(made, "trappen.csv", "verschil")) == {"0"}
    assert "opgegeven" in "".join(made.summary.lines("nl"))
    assert is_sound(published(made, tmp_path / "uit"))


def given(folder: Path, text: str) -> Path:
    return put_text(folder / "groepen.csv", "groep,taakstelling\n" + text)


def test_a_total_that_is_too_small_for_the_rounding_is_a_conflict(tmp_path: Path) -> None:
    instance = Case([50, 20, 30, 10], 10, TWO).put(tmp_path / "nu")
    found = clashing(lambda: tiered(instance, totals=given(tmp_path, "PV01,1\nPV02,9\n")))
    assert codes_of(found) == ["group_too_small"]
    assert dict(found[0].values) == {"found": "PV01", "total": "1", "units": "2"}


def test_a_total_for_nobody_is_a_conflict(tmp_path: Path) -> None:
    instance = Case([50, 0], 10, ("PV01", "PV02")).put(tmp_path / "nu")
    found = clashing(lambda: tiered(instance, totals=given(tmp_path, "PV01,9\nPV02,1\n")))
    assert codes_of(found) == ["group_without_claims"]
    made = tiered(instance, totals=given(tmp_path, "PV01,10\nPV02,0\n"))
    assert persons(made, "trappen.csv") == [10, 0]
    assert is_sound(published(made, tmp_path / "uit"))


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        ("PV01,5\nPV03,5\n", ["group_unknown", "group_without_total"]),
        ("PV01,5\n", ["group_without_total", "groups_sum"]),
        ("PV01,5\nPV02,6\n", ["groups_sum"]),
        ("PV01,vijf\nPV02,5\n", ["not_whole"]),
    ],
)
def test_given_totals_must_be_whole_and_close(tmp_path: Path, text: str, causes: list[str]) -> None:
    instance = Case([50, 20, 30, 10], 10, TWO).put(tmp_path / "nu")
    assert codes_of(refused(lambda: tiered(instance, totals=given(tmp_path, text)))) == causes


def test_a_column_that_is_not_there_or_not_filled_is_refused(tmp_path: Path) -> None:
    case = Case([50, 20], 10, columns={"regietafel": ["Oost", ""]})
    instance = case.put(tmp_path / "nu")
    assert codes_of(refused(lambda: tiered(instance, "tafel"))) == ["unknown_grouping"]
    found = refused(lambda: tiered(instance, "regietafel"))
    assert codes_of(found) == ["group_missing"]
    assert (found[0].row, found[0].column) == (3, "regietafel")
