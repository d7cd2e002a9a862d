"""``koppelgrenzen.csv``: persons that a municipality gets at most, kept, proven and explained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import allocator.linking
from tests.allocator.verify.handmade.case import rehash
from tests.cli.calling import call, change_table, copy_instance, manifest, read_table, write_table

PLAN, COUNTS = "vertrouwelijk/koppelvoorstel.csv", "koppelingen_per_gemeente.csv"
ROADS = ("milp", "prices")

# tiny-koppel: sizes 1, 2, 4, 3, 1; hh-4 (3) can only go to SY0002, hh-2 (2) to SY0001 or SY0002.
# Without caps SY0001 gets 5 persons and SY0002 gets 6.


@pytest.fixture(params=ROADS)
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "prices":
        monkeypatch.setattr(allocator.linking, "EXACT_PAIRS", 0)
    return str(request.param)


def capped(folder: Path, caps: dict[str, int]) -> Path:
    place = copy_instance("tiny-koppel", folder)
    rows = [
        {"gemeente_code": code, "personen_max": str(most), "reden": "school vol"}
        for code, most in caps.items()
    ]
    write_table(place / "koppelgrenzen.csv", rows)
    return place


def persons(out: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in read_table(out / COUNTS):
        code = row["gemeente_code"]
        found[code] = found.get(code, 0) + int(row["personen"])
    return found


def test_a_cap_is_kept_verified_and_said(road: str, tmp_path: Path) -> None:
    place, out = capped(tmp_path, {"SY0002": 4}), tmp_path / "r"
    ran = call("link", place, "--out", out)
    assert ran.code in (0, 5), ran.err
    assert (
        "Grenzen op personen (koppelgrenzen.csv): bij 1 gemeenten, bereikt bij" in ran.out + ran.err
    )
    assert persons(out)["SY0002"] <= 4
    assert sum(persons(out).values()) == 11
    assert (out / "invoer" / "koppelgrenzen.csv").is_file()
    assert call("verify", out, "--instance", place).code == 0
    assert any(row["name"] == "koppeling" for row in manifest(out)["stages"])


def test_links_that_stand_already_count_below_a_cap(road: str, tmp_path: Path) -> None:
    place = capped(tmp_path, {"SY0001": 4, "SY0002": 5})

    def linked(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        first = {"status": "gekoppeld", "gekoppelde_gemeente": "SY0001"}
        return [
            row | {"gekoppelde_gemeente": ""} | (first if row["huishouden_id"] == "hh-1" else {})
            for row in rows
        ]

    change_table(place / "huishoudens.csv", linked)
    assert call("link", place, "--out", tmp_path / "r").code in (0, 5)
    # hh-1 leaves room for three in SY0001; the four persons of hh-3 have to go elsewhere.
    where = {
        row["huishouden_id"]: row["gemeente_code"] for row in read_table(tmp_path / "r" / PLAN)
    }
    assert (where["hh-1"], where["hh-3"]) == ("SY0001", "SY0003")
    assert call("verify", tmp_path / "r").code == 0


def test_persons_too_many_end_with_the_smallest_raise(road: str, tmp_path: Path) -> None:
    place = capped(tmp_path, {"SY0002": 2})
    ran = call("link", place, "--out", tmp_path / "r")
    assert ran.code == 4
    (clash,) = json.loads((tmp_path / "r.conflict.json").read_bytes())["findings"]
    assert (clash["code"], clash["file"]) == ("conflict_caps", "koppelgrenzen.csv")
    assert "hh-4 (3 personen)" in ran.err
    assert "SY0002 2 > 3" in ran.err
    assert call("link", capped(tmp_path / "b", {"SY0002": 3}), "--out", tmp_path / "r").code in (
        0,
        5,
    )


def test_whole_households_that_do_not_fit_are_a_conflict_too(road: str, tmp_path: Path) -> None:
    # Eleven persons and room for eleven, but the four of hh-3 fit nowhere together: beside hh-4
    # two are left in SY0002, and the others take three.
    place = capped(tmp_path, {"SY0001": 3, "SY0002": 5, "SY0003": 3})
    ran = call("link", place, "--out", tmp_path / "r", "--lang", "en")
    assert ran.code == 4
    assert "conflict_caps_whole" in ran.err
    assert "Smallest relaxation of the caps: SY000" in ran.err
    assert "> 4;" in ran.err


def test_a_cap_and_its_reason_are_explained(tmp_path: Path) -> None:
    place, out = capped(tmp_path, {"SY0002": 4}), tmp_path / "r"
    assert call("link", place, "--out", out).code == 0
    said = call("explain", out, "SY0002").out
    assert "Er geldt een harde grens van 4 personen (koppelgrenzen.csv; reden: school vol)." in said
    assert "hard cap of 4 persons" in call("explain", out, "SY0002", "--lang", "en").out
    said = call("explain", out, "hh-4").out
    assert "hooguit 4 personen gekoppeld" in said
    assert "school vol" not in said


def test_a_place_that_a_cap_bars_is_named_with_the_cap(tmp_path: Path) -> None:
    # hh-5 would net more where others fill the cap to the last person.
    place, out = capped(tmp_path, {"SY0001": 3, "SY0002": 4, "SY0003": 9}), tmp_path / "r"
    assert call("link", place, "--out", out).code == 0
    assert "De kleinste verandering is een hogere grens." in call("explain", out, "hh-5").out


def test_the_verifier_sees_a_cap_that_is_broken(tmp_path: Path) -> None:
    place, out = capped(tmp_path, {"SY0002": 6}), tmp_path / "r"
    assert call("link", place, "--out", out).code == 0
    assert persons(out)["SY0002"] == 6
    change_table(
        out / "invoer" / "koppelgrenzen.csv",
        lambda rows: [row | {"personen_max": "5"} for row in rows],
    )
    rehash(out)
    ran = call("verify", out)
    assert ran.code == 6
    assert "V5H " in ran.out + ran.err


def test_the_bound_counts_no_more_persons_than_a_cap(tmp_path: Path) -> None:
    out = tmp_path / "r"
    assert call("link", capped(tmp_path, {"SY0002": 4}), "--out", out).code == 0
    change_table(
        out / "invoer" / "koppelgrenzen.csv",
        lambda rows: [row | {"personen_max": "400"} for row in rows],
    )
    rehash(out)
    assert "V8D" in (ran := call("verify", out)).out + ran.err


@pytest.mark.parametrize(
    ("caps", "code"),
    [
        ("SY0009,3,x", "unknown_code"),
        ("SY0001,-1,x", "negative"),
        ("SY0001,1,", "empty_cell"),
    ],
)
def test_a_row_that_is_no_cap_is_refused(caps: str, code: str, tmp_path: Path) -> None:
    place = copy_instance("tiny-koppel", tmp_path)
    (place / "koppelgrenzen.csv").write_text(f"gemeente_code,personen_max,reden\n{caps}\n", "utf-8")
    ran = call("link", place, "--out", tmp_path / "r")
    assert ran.code == 3
    assert f"{code}:" in ran.err


def test_a_replay_keeps_caps_or_says_by_how_much_it_does_not(tmp_path: Path) -> None:
    place = capped(tmp_path, {"SY0001": 4, "SY0002": 4})
    ran = call("replay", place, "--out", tmp_path / "r", "--weeks", 3, "--lang", "en")
    assert ran.code == 0, ran.err
    rows = read_table(tmp_path / "r" / "herhaling_gemeenten.csv")
    known = {r["gemeente_code"]: int(r["personen"]) for r in rows if r["beleid"] == "vooraf_bekend"}
    assert max(known["SY0001"], known["SY0002"]) <= 4
    above = {
        name: sum(
            max(0, int(r["personen"]) - 4)
            for r in rows
            if r["beleid"] == name and r["gemeente_code"] in ("SY0001", "SY0002")
        )
        for name in ("achterhouden", "weekoptimum", "eerst_komt")
    }
    said = "Above the caps"
    assert (said in ran.out + ran.err) == any(above.values())
    place = capped(tmp_path / "b", {"SY0002": 2})
    assert call("replay", place, "--out", tmp_path / "r2", "--weeks", 3).code == 4
