from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from allocator.generating import base_from_instance
from allocator.places import instances_dir
from tests.allocator.generating.cases import Made, landscape, make, small_base
from tests.allocator.generating.rowcheck import problems

WRITTEN = {
    "gemeenten",
    "correcties",
    "standen",
    "aanbod",
    "woningklassen",
    "ruilruimte",
    "nareis",
    "buren",
    "huishoudens",
    "volwassenen",
    "arbeidsmarkt",
}
ADDED = {"huishoudens", "aanbod", "ruilruimte", "nareis", "arbeidsmarkt"}


def _problems(made: Made) -> list[str]:
    return [line for name, rows in made.tables.items() for line in problems(name, rows)]


def test_every_table_of_a_landscape_is_written_to_the_schema(made: Made) -> None:
    assert set(made.tables) == WRITTEN
    assert _problems(made) == []


@pytest.mark.parametrize("name", ["nl-2021-1", "flevoland-2021-1", "tiny-ruil", "tiny-koppel"])
def test_tables_on_a_bundled_base_are_written_to_the_schema(name: str) -> None:
    made = make(base_from_instance(instances_dir() / name), None, 5)
    assert set(made.tables) >= ADDED - {"nareis", "arbeidsmarkt"}
    assert _problems(made) == []


@pytest.mark.parametrize(("municipalities", "households"), [(1, 1), (1, 40), (2, 8), (3, 60)])
def test_the_smallest_landscapes_are_whole(municipalities: int, households: int) -> None:
    made = landscape(municipalities, households, 1)
    assert len(made.tables["huishoudens"]) == households
    assert _problems(made) == []


def test_a_base_without_places_or_regions_will_do(tmp_path: Path) -> None:
    made = make(small_base(tmp_path), None, 3)
    assert _problems(made) == []
    assert {row["arbeidsmarktregio"] for row in made.tables["arbeidsmarkt"]} == {"Noord", "Zuid"}


def test_the_row_check_sees_what_is_wrong() -> None:
    good = {"gemeente_code": "SY0001", "achterstand": "1", "voorsprong": "0"}
    assert problems("standen", [good]) == []
    assert problems("standen", [good | {"achterstand": "01"}])
    assert problems("standen", [good | {"voorsprong": ""}])
    assert problems("standen", [good | {"stand": "1"}])
    assert problems("standen", [good, good])
    assert problems("standen", [good, good | {"gemeente_code": "SY0000"}])


def test_every_source_column_says_synthetic(made: Made) -> None:
    for name in ("aanbod", "arbeidsmarkt"):
        assert {row["bron"] for row in made.tables[name]} == {"synthetisch"}
    assert set(made.tables) <= set(made.settings["synthetic"])  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("table", "column", "place"),
    [
        ("huishoudens", "huishouden_id", "opvang_gemeente"),
        ("aanbod", "aanbod_id", "gemeente_code"),
        ("nareis", "referent_id", "gemeente_code"),
    ],
)
def test_pseudonyms_are_unique_and_do_not_follow_the_place(
    made: Made, table: str, column: str, place: str
) -> None:
    # Those linked before are drawn by municipality, not by province: they would blur the runs.
    rows = [row for row in made.tables[table] if not row.get("gekoppelde_gemeente")]
    pairs = sorted((row[column], made.province_of[row[place]]) for row in rows)
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names)
    assert all(name.startswith("SYN-") for name in names)
    provinces = [province for _, province in pairs]
    runs = 1 + sum(a != b for a, b in pairwise(provinces))
    # In the order of the provinces there would be one run for each.
    assert runs > 2 * len(set(provinces))
