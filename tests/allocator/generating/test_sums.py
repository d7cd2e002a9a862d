from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from allocator.generating import GenerateRequestError, base_from_instance, synthetic_base
from allocator.places import instances_dir
from tests.allocator.generating.cases import Made, landscape, make, small_base


def _persons(rows: list[dict[str, str]]) -> int:
    return sum(int(row["personen"]) for row in rows)


def _target(made: Made, province: str) -> int:
    """Persons still to be linked in a province, from the tables alone."""
    quotas = {position.code: position.quota for position in made.positions}
    total = 0
    for row in made.tables["standen"]:
        code = row["gemeente_code"]
        if made.province_of[code] == province:
            need = quotas[code] + int(row["achterstand"]) - int(row["voorsprong"])
            earlier = int(row.get("realisatie_tot_peildatum", "0"))
            total += max(0, need - earlier - int(row.get("gekoppeld_open", "0")))
    return total


def _waiting(made: Made, province: str) -> int:
    return _persons(
        [
            row
            for row in made.tables["huishoudens"]
            if row["status"] == "te_koppelen"
            and made.province_of[row["opvang_gemeente"]] == province
        ]
    )


def test_quota_and_balance_add_up_to_the_persons(made: Made) -> None:
    balance = sum(
        int(row["achterstand"]) - int(row["voorsprong"]) for row in made.tables["standen"]
    )
    total = made.settings["national_total"]
    assert isinstance(total, int)
    assert total + balance == _persons(made.tables["huishoudens"])


def test_each_province_receives_what_its_municipalities_must_link(made: Made) -> None:
    for province in sorted(set(made.province_of.values())):
        assert _waiting(made, province) == _target(made, province)


@pytest.mark.parametrize("name", ["nl-2021-1", "flevoland-2021-1"])
def test_the_bundled_bases_close_per_province_too(name: str) -> None:
    made = make(base_from_instance(instances_dir() / name), None, 11)
    for province in sorted(set(made.province_of.values())):
        assert _waiting(made, province) == _target(made, province)


def test_the_national_base_holds_quota_and_standings_of_2021() -> None:
    made = make(base_from_instance(instances_dir() / "nl-2021-1"), None, 11)
    assert _persons(made.tables["huishoudens"]) == 13_500 + 1_644


def test_exactly_so_many_households_are_made(made: Made) -> None:
    assert len(made.tables["huishoudens"]) in {500, 1500}
    assert len(landscape(10, None, 1).tables["huishoudens"]) == 200


def test_another_number_of_households_changes_their_size_and_no_sum(tmp_path: Path) -> None:
    base = small_base(tmp_path, standen="gemeente_code,achterstand,voorsprong\nGM0034,0,0\n")
    for households in (6, 25, 60):
        rows = make(base, households, 2).tables["huishoudens"]
        assert len(rows) == households
        assert _persons(rows) == 60


def test_earlier_links_add_up_to_what_the_standings_say(made: Made) -> None:
    linked, moving = Counter[str](), Counter[str]()
    for row in made.tables["huishoudens"]:
        if row["status"] != "te_koppelen":
            linked[row["gekoppelde_gemeente"]] += int(row["personen"])
        if row["status"] == "verhuisfase":
            moving[row["gekoppelde_gemeente"]] += int(row["personen"])
    assert linked.total() > moving.total() > 0
    for row in made.tables["standen"]:
        assert linked[row["gemeente_code"]] == int(row["gekoppeld_open"])
        assert moving[row["gemeente_code"]] == int(row["waarvan_verhuisfase"])


def test_nobody_is_larger_than_the_largest_class(tmp_path: Path) -> None:
    classes = "woningklasse,personen_min,personen_max,personen_gepland\nklein,1,2,2\nmidden,2,5,4\n"
    made = make(small_base(tmp_path, woningklassen=classes), None, 1)
    sizes = {int(row["personen"]) for row in made.tables["huishoudens"]}
    assert max(sizes) <= 5
    assert {row["woningklasse"] for row in made.tables["aanbod"]} == {"klein", "midden"}


@pytest.mark.parametrize("households", [4, 61])
def test_households_that_cannot_hold_the_persons_are_refused(
    tmp_path: Path, households: int
) -> None:
    # 60 persons or more: at most 12 to a household, at least one.
    standings = "gemeente_code,achterstand,voorsprong\nGM0034,0,0\n"
    base = small_base(tmp_path, standen=standings)
    with pytest.raises(GenerateRequestError) as refused:
        make(base, households, 1)
    assert refused.value.key == "generate_households"
    assert refused.value.values == {"persons": 60, "fewest": 6, "most": 60, "found": households}


def test_a_country_with_fewer_persons_than_municipalities_is_refused() -> None:
    with pytest.raises(GenerateRequestError) as refused:
        landscape(100, 40, 1)
    assert refused.value.key == "generate_too_few"
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("municipalities", [0, 10_000])
def test_there_are_codes_for_1_to_9999_municipalities(municipalities: int) -> None:
    with pytest.raises(GenerateRequestError) as refused:
        synthetic_base(municipalities, 1)
    assert refused.value.key == "generate_municipalities"
