from __future__ import annotations

from collections import Counter

import numpy as np

from allocator.generating import base_from_instance
from allocator.generating.criteria import draw_criteria
from allocator.generating.draft import Places
from allocator.generating.drawing import stream
from allocator.places import instances_dir
from tests.allocator.generating.cases import Made, make


def _open(row: dict[str, str], codes: set[str]) -> set[str]:
    if row["vaste_gemeente"]:
        return {row["vaste_gemeente"]}
    allowed = set(row["gemeenten_toegestaan"].split("|")) if row["gemeenten_toegestaan"] else codes
    return allowed - set(row["gemeenten_uitgesloten"].split("|"))


def test_everyone_can_go_somewhere_in_the_own_province(made: Made) -> None:
    codes = set(made.province_of)
    for row in made.tables["huishoudens"]:
        own = made.province_of[row["opvang_gemeente"]]
        assert any(made.province_of[code] == own for code in _open(row, codes))


def test_whoever_joins_a_sponsor_is_a_small_family_bound_to_that_place(made: Made) -> None:
    joining = [row for row in made.tables["huishoudens"] if row["referent_gemeente"]]
    assert joining
    for row in joining:
        assert row["vaste_gemeente"] == row["referent_gemeente"]
        assert 2 <= int(row["personen"]) <= 5


def test_at_most_half_of_what_a_municipality_links_is_bound_to_it(made: Made) -> None:
    bound = Counter[str]()
    for row in made.tables["huishoudens"]:
        if row["vaste_gemeente"]:
            bound[row["vaste_gemeente"]] += int(row["personen"])
    for position in made.positions:
        target = position.to_house - position.realised - position.linked_open
        assert 2 * bound[position.code] <= max(0, target)


def test_an_earlier_link_has_a_place_a_date_and_no_criteria(made: Made) -> None:
    for row in made.tables["huishoudens"]:
        is_linked = row["status"] != "te_koppelen"
        assert bool(row["gekoppelde_gemeente"]) == bool(row["datum_koppeling"]) == is_linked
        if is_linked:
            assert row["datum_vergunning"] < row["datum_koppeling"] < "2021-01-01"
            province = made.province_of[row["gekoppelde_gemeente"]]
            assert made.province_of[row["opvang_gemeente"]] == province
            assert not row["vaste_gemeente"] + row["gemeenten_toegestaan"]


def test_people_wait_in_a_few_municipalities_of_each_province(made: Made) -> None:
    hosts = Counter(
        made.province_of[code]
        for code in {r["opvang_gemeente"] for r in made.tables["huishoudens"]}
    )
    places = Counter(made.province_of.values())
    for province, count in hosts.items():
        assert 1 <= count <= min(5, 1 + places[province] // 4)


def test_large_provinces_receive_in_five_municipalities() -> None:
    made = make(base_from_instance(instances_dir() / "nl-2021-1"), None, 12)
    receiving = {row["opvang_gemeente"] for row in made.tables["huishoudens"]}
    hosts = Counter(made.province_of[code] for code in receiving)
    assert len(hosts) == 12
    assert hosts["PV24"] == 2
    assert max(hosts.values()) == 5


def test_adults_weeks_and_family_abroad_make_sense(made: Made) -> None:
    for row in made.tables["huishoudens"]:
        size, adults = int(row["personen"]), int(row["volwassenen"])
        assert 1 <= adults <= min(size, 3)
        assert 1 <= int(row["weken_wachtend"]) <= 60
        followers = int(row["verwachte_nareizigers"])
        assert followers == 0 or (size == 1 and followers <= 5)


def test_adults_are_those_of_their_household(made: Made) -> None:
    households = {row["huishouden_id"]: row for row in made.tables["huishoudens"]}
    count = Counter(row["huishouden_id"] for row in made.tables["volwassenen"])
    for name, adults in count.items():
        assert 1 <= adults <= int(households[name]["volwassenen"])
    for row in made.tables["volwassenen"]:
        if row["volgnummer"] == "1":
            assert row["beroepsgroep"] == households[row["huishouden_id"]]["beroepsgroep"]
    assert max(count.values()) >= 2


def test_exclusions_leave_two_municipalities_with_something_to_link() -> None:
    """Province 0 has three such municipalities and an idle one, province 1 has only two."""
    codes = ("SY0001", "SY0002", "SY0003", "SY0004", "SY0005", "SY0006")
    along = np.arange(6, dtype=np.int64)
    places = Places(codes, ("PV90", "PV91"), np.array([0, 0, 0, 0, 1, 1]), ("",) * 6, along, along)
    to_link = np.array([50, 60, 70, 0, 80, 90])
    province = np.repeat(np.array([0, 1]), 2_000)
    sizes = np.ones(4_000, dtype=np.int64)
    rows = draw_criteria(places, to_link, sizes, province, stream(8, "x"))
    excluded = [row.get("gemeenten_uitgesloten", "") for row in rows]
    assert set(excluded[:2_000]) == {"", "SY0001", "SY0002", "SY0003"}
    assert set(excluded[2_000:]) == {""}
