from __future__ import annotations

from pathlib import Path

import pytest

from allocator.generating import base_from_instance, generate_tables, write_table
from allocator.places import instances_dir
from allocator.reading import read_instance
from allocator.schema import TABLES

ADDED = ("huishoudens", "aanbod", "ruilruimte", "nareis", "arbeidsmarkt")


@pytest.mark.parametrize("name", ["nl-2021-1", "flevoland-2021-1"])
def test_the_bundled_synthetic_tables_are_what_their_seed_gives(name: str, tmp_path: Path) -> None:
    folder = instances_dir() / name
    base = base_from_instance(folder)
    seed = base.settings["seed"]
    assert isinstance(seed, int)
    tables = generate_tables(base, None, seed)
    for table in ADDED:
        write_table(table, tables[table], tmp_path)
        assert (tmp_path / f"{table}.csv").read_bytes() == (folder / f"{table}.csv").read_bytes()


@pytest.mark.parametrize("name", ["nl-2021-1", "flevoland-2021-1"])
def test_the_bundled_instances_declare_them_and_read_without_a_finding(name: str) -> None:
    instance = read_instance(instances_dir() / name, [table.name for table in TABLES])
    assert instance.notices == ()
    assert all(instance.settings.is_synthetic(table) for table in ADDED)


def test_flevoland_has_large_households_and_too_few_large_dwellings() -> None:
    """What the demonstration links: 430 persons in 205 households, six municipalities."""
    instance = read_instance(instances_dir() / "nl-2021-1", [table.name for table in TABLES])
    own = {place.code for place in instance.municipalities if place.province == "PV24"}
    sizes = [
        int(row["personen"])
        for row in instance.rows("huishoudens")
        if row["opvang_gemeente"] in own
    ]
    assert (sum(sizes), len(sizes)) == (430, 205)
    largest = sum(
        int(row["aantal"])
        for row in instance.rows("aanbod")
        if row["gemeente_code"] in own and row["woningklasse"] == "7p+"
    )
    assert sum(size >= 7 for size in sizes) == 6
    assert largest == 3
