"""``[link] vooruit_plaatsen``: a dwelling for who is still to come, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

import allocator.linking
from tests.allocator.verify.handmade.case import rehash
from tests.allocator.verify.handmade.edit import document
from tests.cli.calling import call, change_table, copy_instance, manifest, read_table

PLAN = "vertrouwelijk/koppelvoorstel.csv"
REASON = "gezinshereniging binnen drie maanden"
ON = f'vooruit_plaatsen = true\nvooruit_plaatsen_reden = "{REASON}"\n'


def prepared(folder: Path, settings: str = ON) -> Path:
    """tiny-koppel with dwellings enough, and a single who expects three: then they are four."""
    instance = copy_instance("tiny-koppel", folder)

    def change(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        for row in rows:
            row["verwachte_nareizigers"] = "3" if row["huishouden_id"] == "hh-1" else ""
        return rows

    change_table(instance / "huishoudens.csv", change)
    change_table(instance / "aanbod.csv", lambda rows: [{**r, "aantal": "3"} for r in rows])
    path = instance / "instance.toml"
    stated = path.read_text(encoding="utf-8")
    assert "[link]\n" in stated
    path.write_text(stated.replace("[link]\n", f"[link]\n{settings}"), encoding="utf-8")
    return instance


def size_of(instance: Path, result: Path, household: str) -> tuple[int, int]:
    """Least and most persons of the class that a household has in view."""
    name = next(r for r in read_table(result / PLAN) if r["huishouden_id"] == household)
    kinds = {row["woningklasse"]: row for row in read_table(instance / "woningklassen.csv")}
    kind = kinds[name["verwachte_woningklasse"]]
    return int(kind["personen_min"]), int(kind["personen_max"])


@pytest.mark.parametrize("road", ["exact", "prices"])
def test_a_sponsor_has_a_dwelling_for_the_family_in_view(
    tmp_path: Path, road: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if road == "prices":
        monkeypatch.setattr(allocator.linking, "EXACT_PAIRS", 0)
    plain = prepared(tmp_path / "plain", "")
    there = prepared(tmp_path / "ahead")
    assert call("link", plain, "--out", tmp_path / "a").code in (0, 5)
    ran = call("link", there, "--out", tmp_path / "b")
    assert ran.code in (0, 5), ran.err
    largest = max(int(row["personen_max"]) for row in read_table(there / "woningklassen.csv"))
    low, high = size_of(there, tmp_path / "b", "hh-1")
    assert low <= min(4, largest) <= high
    assert size_of(plain, tmp_path / "a", "hh-1")[0] <= 1
    row = next(r for r in read_table(tmp_path / "b" / PLAN) if r["huishouden_id"] == "hh-1")
    assert row["personen"] == "1"
    assert call("verify", tmp_path / "b", "--instance", there).code == 0


def test_the_reason_is_in_the_manifest_the_notices_and_the_explanation(tmp_path: Path) -> None:
    there = prepared(tmp_path / "ahead")
    ran = call("link", there, "--out", tmp_path / "r")
    assert REASON in ran.err
    asked = manifest(tmp_path / "r")["parameters"]["link"]
    assert (asked["vooruit_plaatsen"], asked["vooruit_plaatsen_reden"]) == (True, REASON)
    again = call("link", there, "--out", tmp_path / "r", "--json").json
    assert "forward_placing" in {notice["code"] for notice in again["notices"]}
    said = call("explain", tmp_path / "r", "hh-1").out
    assert REASON in said
    assert REASON not in call("explain", tmp_path / "r", "hh-3").out


@pytest.mark.parametrize(
    "settings",
    [
        "vooruit_plaatsen = true\n",
        'vooruit_plaatsen = true\nvooruit_plaatsen_reden = "  "\n',
        'vooruit_plaatsen_reden = "zomaar"\n',
    ],
)
def test_without_a_reason_nobody_is_placed_ahead(tmp_path: Path, settings: str) -> None:
    ran = call("link", prepared(tmp_path / "i", settings), "--out", tmp_path / "r", "--json")
    assert (ran.code, ran.codes) == (3, ["forward_without_reason"])


def test_the_verifier_holds_the_dwelling_against_the_later_size(tmp_path: Path) -> None:
    there = prepared(tmp_path / "ahead")
    assert call("link", there, "--out", tmp_path / "r").code == 0

    def off(content: dict[str, dict[str, dict[str, object]]]) -> None:
        content["parameters"]["link"]["vooruit_plaatsen"] = False

    document(tmp_path / "r", "manifest.json", off)
    rehash(tmp_path / "r")
    assert call("verify", tmp_path / "r").code == 6
