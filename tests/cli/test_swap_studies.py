"""What swaps could relieve, and stated wishes that nobody gains by misstating."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import Row, call, change_table, copy_instance, set_in_toml, write_table

PLACES = ("SY0001", "SY0002", "SY0003", "SY0004")


def test_the_potential_is_that_worked_out_by_hand() -> None:
    """PV01 gives 8 + 4 into a room of 14; with PV02's room of 20 no more can be given."""
    ran = call("potential", "tiny-ruil", "--json")
    assert ran.code == 0
    first, second = ran.json["regions"]
    assert (first["region"], first["shortfall"], first["relief"], first["left"]) == (
        "PV01",
        16,
        12,
        4,
    )
    assert (second["region"], second["shortfall"], second["relief"]) == ("PV02", 0, 0)
    assert ran.json["within_regions"]["relief"] == ran.json["all_pairs"]["relief"] == 12


def test_room_elsewhere_counts_only_across_regions(tmp_path: Path) -> None:
    """With room for 5 in PV01, 5 of the 12 within the region and 12 across."""
    instance = copy_instance("tiny-ruil", tmp_path)

    def tight(rows: list[Row]) -> list[Row]:
        return [{**r, "extra_max": "5"} if r["gemeente_code"] == "SY0002" else r for r in rows]

    change_table(instance / "ruilruimte.csv", tight)
    found = call("potential", instance, "--json").json
    assert (found["within_regions"]["relief"], found["all_pairs"]["relief"]) == (5, 12)


def test_the_potential_of_the_country_is_what_a_plain_swap_reaches() -> None:
    """Pairs within provinces, no lots: the 832 that ``swap nl-2021-1`` relieves."""
    found = call("potential", "nl-2021-1", "--json").json
    assert found["within_regions"]["relief"] == 832
    assert found["all_pairs"]["relief"] >= 832
    assert sum(region["municipalities"] for region in found["regions"]) == 352


def test_a_person_reads_the_potential_in_both_languages() -> None:
    assert "12 weg te nemen, 4 blijft" in call("potential", "tiny-ruil").out
    assert "12 can be taken away, 4 stays" in call("potential", "tiny-ruil", "--lang", "en").out


@pytest.mark.parametrize("command", ["potential", "wishes"])
def test_made_up_tables_are_named_beside_the_figures(command: str) -> None:
    said = call(command, "flevoland-2021-1").out
    assert "Verzonnen, geheel of deels, zijn: " in said
    assert "huishoudens" not in said.partition("Verzonnen")[2]


def test_a_province_is_called_by_its_name() -> None:
    said = call("potential", "flevoland-2021-1").out.splitlines()
    assert said[0] == "Per regio, in scenario midden:"
    assert said[1].startswith("Flevoland (PV24): 6 gemeenten")


@pytest.mark.parametrize("command", ["potential", "wishes"])
def test_an_unknown_column_to_group_by_is_refused(command: str) -> None:
    ran = call(command, "tiny-ruil", "--by", "provincie", "--json")
    assert (ran.code, ran.codes) == (3, ["unknown_grouping"])


def test_a_region_of_one_is_counted_as_one_and_needs_no_limit_without_a_shortfall() -> None:
    lines = call("potential", "flevoland-2021-1", "--by", "gemeente").out.splitlines()
    assert all(": 1 gemeente, verwacht tekort" in line for line in lines[1:7])
    without = [line for line in lines if "verwacht tekort 0;" in line]
    assert without
    assert all("(er is geen verwacht tekort)" in line for line in without)


def wishing(folder: Path, *wishes: int) -> Path:
    instance = copy_instance("tiny-ruil", folder)
    by_code = dict(zip(PLACES, wishes, strict=True))

    def wish(rows: list[Row]) -> list[Row]:
        return [{**row, "wens": str(by_code[row["gemeente_code"]])} for row in rows]

    change_table(instance / "ruilruimte.csv", wish)
    return instance


def changes(found: dict[str, Any]) -> list[int]:
    return [row["change"] for row in found["rows"]]


def test_the_short_side_gets_its_wish_and_the_long_side_is_filled_person_by_person(
    tmp_path: Path,
) -> None:
    """In PV01 3 are asked for and 8 + 2 offered: 2 each would be 4, so 2 and 1 by the order."""
    found = call("wishes", wishing(tmp_path, -8, 3, -2, 5), "--json").json
    assert sorted(changes(found)[:3]) == [-2, -1, 3]
    assert changes(found)[3] == 0
    assert [row["is_short_side"] for row in found["rows"]][1] is True
    first = min((found["order"].index(code), code) for code in ("SY0001", "SY0003"))[1]
    assert {row["code"]: row["change"] for row in found["rows"]}[first] == -2
    assert [row["is_tied"] for row in found["rows"]][:3] == [True, False, True]


def test_the_order_does_not_depend_on_what_is_declared(tmp_path: Path) -> None:
    orders = {
        json.dumps(call("wishes", wishing(tmp_path / str(i), *wishes), "--json").json["order"])
        for i, wishes in enumerate([(-8, 3, -2, 5), (1, 1, -1, 0)])
    }
    assert len(orders) == 1
    assert sorted(json.loads(orders.pop())) == list(PLACES)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_output_says_what_the_claim_covers(lang: str, tmp_path: Path) -> None:
    ran = call("wishes", wishing(tmp_path, -8, 3, -2, 5), "--lang", lang)
    says = {"nl": "niet voor opgegeven aanbod", "en": "not for stated supply"}
    assert says[lang] in ran.out
    assert "SY0001" in ran.out


def test_wishes_are_refused_with_lots_partners_or_agreements(tmp_path: Path) -> None:
    instance = wishing(tmp_path, -8, 3, -2, 5)
    row = {"van_code": "SY0001", "naar_code": "SY0002", "soort": "verboden"}
    write_table(instance / "uitruilafspraken.csv", [row])
    ran = call("wishes", instance, "--json")
    assert (ran.code, ran.codes) == (3, ["wishes_need_full_pairs"])


def test_a_wish_below_a_quota_of_nobody_is_refused(tmp_path: Path) -> None:
    ran = call("wishes", wishing(tmp_path, -21, 3, -2, 5), "--json")
    assert (ran.code, ran.codes) == (3, ["wish_below_zero"])


def test_nobody_wishing_is_refused(tmp_path: Path) -> None:
    assert call("wishes", "tiny-ruil", "--json").codes == ["no_wishes"]
    instance = wishing(tmp_path, 0, 0, 0, 0)
    set_in_toml(instance, "seed", "3")
    assert call("wishes", instance, "--json").codes == ["no_wishes"]
