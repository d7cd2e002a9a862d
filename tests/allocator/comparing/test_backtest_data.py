"""The data of the past half-years against what was published, by arithmetic of its own."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from allocator.reading import read_instance
from tests.allocator.comparing.cases import ROOT, TABLES, adams

FOLDER = ROOT / "instances" / "backtest-2019-2021"
HALF_YEARS = ("2019-1", "2019-2", "2020-1", "2020-2", "2021-1", "2021-2")
COLUMNS = {
    "published_total": "taakstelling",
    "housed_total": "realisatie",
    "opening_total": "stand_begin",
    "closing_total": "stand_eind",
}


def rows(path: str) -> list[dict[str, str]]:
    with (FOLDER / path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


@cache
def expected() -> list[dict[str, Any]]:
    with (FOLDER / "expected.toml").open("rb") as stream:
        found: list[dict[str, Any]] = tomllib.load(stream)["expected"]
    return found


def wanted(what: str, half_year: str) -> Iterator[dict[str, Any]]:
    return (i for i in expected() if (i["what"], i["half_year"]) == (what, half_year))


def printed(half_year: str) -> dict[str, dict[str, str]]:
    own = [row for row in rows("provincies.csv") if row["halfjaar"] == half_year]
    return {row["provincie_code"]: row for row in own}


@cache
def deviations(half_year: str) -> dict[str, int]:
    """Formula minus published per province, where it is not 0."""
    towns = rows(f"{half_year}/gemeenten.csv")
    with (FOLDER / half_year / "instance.toml").open("rb") as stream:
        total = tomllib.load(stream)["national_total"]
    parts = adams([int(row["inwoners"]) for row in towns], total)
    sums: Counter[str] = Counter()
    for town, part in zip(towns, parts, strict=True):
        sums[town["provincie_code"]] += part
    quotas = {code: int(row["taakstelling"]) for code, row in printed(half_year).items()}
    assert sums.keys() == quotas.keys()
    return {code: sums[code] - own for code, own in quotas.items() if sums[code] != own}


@pytest.mark.parametrize("half_year", HALF_YEARS)
def test_every_half_year_is_an_instance_of_its_own(half_year: str) -> None:
    instance = read_instance(FOLDER / half_year, TABLES)
    settings = instance.settings
    assert settings.half_year == half_year
    assert settings.population_date == settings.period.population_date
    assert settings.structure_year == settings.period.year
    assert [notice.code for notice in instance.notices] == []
    (towns,) = wanted("municipalities", half_year)
    (inhabitants,) = wanted("inhabitants", half_year)
    assert len(instance.municipalities) == towns["value"]
    assert sum(place.inhabitants for place in instance.municipalities) == inhabitants["value"]


@pytest.mark.parametrize("half_year", HALF_YEARS)
def test_the_published_columns_add_up_as_expected(half_year: str) -> None:
    own = printed(half_year).values()
    assert len(own) == 12
    for what, column in COLUMNS.items():
        (item,) = wanted(what, half_year)
        assert sum(int(row[column]) for row in own) == item["value"], what


@pytest.mark.parametrize("half_year", HALF_YEARS)
def test_every_deviation_is_the_expected_one_and_written_down(half_year: str) -> None:
    found = deviations(half_year)
    assert found == {item["code"]: item["value"] for item in wanted("deviation", half_year)}
    (total,) = wanted("deviation_total", half_year)
    assert sum(map(abs, found.values())) == total["value"]
    documented = {
        row["provincie_code"]: -int(row["correctie"])
        for row in rows("correcties_provincies.csv")
        if row["halfjaar"] == half_year
    }
    assert documented == found


def test_a_standing_that_does_not_follow_from_its_row_has_a_remark() -> None:
    for row in rows("provincies.csv"):
        follows = int(row["stand_begin"]) + int(row["taakstelling"]) - int(row["realisatie"])
        is_off = follows != int(row["stand_eind"])
        assert is_off == ("wijkt" in row["opmerking"] or "volgt niet" in row["opmerking"]), row


def test_every_correction_says_what_the_source_says() -> None:
    for row in rows("correcties_provincies.csv"):
        assert row["correctie"] != "0"
        assert row["toelichting_nl"] and row["toelichting_en"]


def test_the_estimate_is_marked_everywhere() -> None:
    for half_year in HALF_YEARS:
        is_estimate = half_year.startswith("2020")
        marks = {row["inwoners_bron"] for row in rows(f"{half_year}/gemeenten.csv")}
        assert (marks == {"afgeleid"}) == is_estimate
        with (FOLDER / half_year / "instance.toml").open("rb") as stream:
            sources = tomllib.load(stream)["sources"]
        assert ("SCHATTING" in sources["gemeenten"]) == is_estimate
    origins = {row["halfjaar"]: row["inwoners_herkomst"] for row in rows("halfjaren.csv")}
    assert origins == {
        half: "schatting" if half.startswith("2020") else "cbs" for half in HALF_YEARS
    }


def test_2021_is_the_population_of_the_bundled_instance() -> None:
    with (ROOT / "instances" / "nl-2021-1" / "gemeenten.csv").open(encoding="utf-8") as stream:
        national = {row["gemeente_code"]: row["inwoners"] for row in csv.DictReader(stream)}
    for half_year in ("2021-1", "2021-2"):
        own = {row["gemeente_code"]: row["inwoners"] for row in rows(f"{half_year}/gemeenten.csv")}
        assert own == national


def test_the_source_page_speaks_of_every_file() -> None:
    page = (FOLDER / "SOURCE.md").read_text(encoding="utf-8")
    for path in FOLDER.rglob("*.csv"):
        assert path.name in page, path
