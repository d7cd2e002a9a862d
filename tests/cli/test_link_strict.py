"""``[link] order = "strikt"``: dwellings in view, then quotas, then points, each with its bound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import allocator.linking
from tests.allocator.verify.handmade.case import rehash
from tests.allocator.verify.handmade.edit import document
from tests.cli.calling import call, manifest, read_table

STAGES = ("koppeling_woning", "koppeling_taakstelling", "koppeling")
PROOF, PLAN = "certificaat.json", "vertrouwelijk/koppelvoorstel.csv"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("strict") / "i"
    made: tuple[object, ...] = ("--municipalities", 5, "--households", 24, "--seed", 1)
    assert call("generate", *made, "--out", folder).code == 0
    return folder


def ordered(instance: Path, folder: Path) -> Path:
    """The same instance with a strict order."""
    folder.mkdir()
    for path in instance.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    with (folder / "instance.toml").open("a", encoding="utf-8") as stream:
        stream.write('\n[link]\norder = "strikt"\n')
    return folder


@pytest.fixture(scope="module")
def strict(instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("strict")
    assert call("link", ordered(instance, folder / "i"), "--out", folder / "r").code == 0
    return folder / "r"


def stages(result: Path) -> dict[str, dict[str, Any]]:
    return {stage["name"]: stage for stage in manifest(result)["stages"]}


def losses(result: Path) -> tuple[int, int]:
    """Points lost without dwellings and on quotas, from the tables alone."""
    rule = manifest(result)["parameters"]["link"]
    weeks = {
        row["huishouden_id"]: int(row["weken_wachtend"] or 0)
        for row in read_table(result / "vertrouwelijk/invoer/huishoudens.csv")
    }
    lacking = sum(
        (rule["zonder_woning_basis"] + 10 * min(60, weeks[row["huishouden_id"]]))
        * (int(row["personen"]) + 3)
        for row in read_table(result / PLAN)
        if row["woning_in_zicht"] == "nee"
    )
    missed = 0
    for row in read_table(result / "fasering.csv"):
        if row["soort"] == "gemeente":
            target = max(0, int(row["doel"]) - int(row["gekoppeld"]))
            off, margin = int(row["voorgesteld"]) - target, max(1, -(-target // 20))
            first, beyond = (40, 150) if off > 0 else (60, 200)
            missed += first * min(abs(off), margin) + beyond * max(0, abs(off) - margin)
    return lacking, missed


def test_each_goal_has_its_own_stage_and_bound(instance: Path, strict: Path) -> None:
    found = stages(strict)
    assert tuple(found)[-3:] == STAGES
    assert (-found[STAGES[0]]["objective"], -found[STAGES[1]]["objective"]) == losses(strict)
    assert all(found[name]["gap"] == 0 for name in STAGES)
    assert call("verify", strict).code == 0


def test_no_earlier_goal_does_worse_than_where_all_are_weighed(
    instance: Path, strict: Path, tmp_path: Path
) -> None:
    assert call("link", instance, "--out", tmp_path / "r").code == 0
    assert losses(strict) <= losses(tmp_path / "r")
    assert read_table(strict / PLAN) != read_table(tmp_path / "r" / PLAN)


def test_the_screen_names_each_goal_and_a_household_is_explained(strict: Path) -> None:
    ran = call("link", strict.parent / "i", "--out", strict)
    assert ran.out.index("eerst woning in zicht") < ran.out.index("Dan taakstelling")
    name = next(r for r in read_table(strict / PLAN) if r["reden"] == "verdeling")
    assert "schaarste" in call("explain", strict, name["huishouden_id"]).out
    assert call("report", strict).code == 0
    assert "Strikte volgorde 1" in (strict / "rapport.html").read_text(encoding="utf-8")


def test_the_price_road_proves_every_level_too(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allocator.linking, "EXACT_PAIRS", 0)
    ran = call("link", ordered(instance, tmp_path / "i"), "--out", tmp_path / "r")
    assert ran.code in (0, 5)
    proof = json.loads((tmp_path / "r" / PROOF).read_bytes())["link"]
    assert {own["proof"] for own in (proof, *proof["levels"].values())} == {"prices"}
    assert all(
        stage["bound"] >= stage["objective"] for stage in list(stages(tmp_path / "r").values())[-3:]
    )
    assert call("verify", tmp_path / "r").code == 0


def better(level: str, by: int) -> Any:
    def change(content: dict[str, Any]) -> None:
        own = content["link"]["levels"][level] if level else content["link"]
        own["bound"] += by
        own["price_bound"] += by

    return change


def weight(level: str, name: str, value: object) -> Any:
    def change(content: dict[str, Any]) -> None:
        own = content["link"]["levels"][level] if level else content["link"]
        own["weights"][name] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        better(STAGES[0], -1),
        better(STAGES[1], -1),
        better("", -1),
        weight("", "woning", 10**6),
        weight("", "taakstelling", 0),
        weight(STAGES[1], "woning", 1.5),
        weight(STAGES[0], "taakstelling", 1),
        lambda content: content["link"]["levels"].pop(STAGES[1]),
        lambda content: content["link"].pop("levels"),
    ],
)
def test_a_changed_level_is_refused(strict: Path, tmp_path: Path, change: Any) -> None:
    copy = tmp_path / "r"
    for path in strict.rglob("*"):
        if path.is_file():
            (copy / path.relative_to(strict)).parent.mkdir(parents=True, exist_ok=True)
            (copy / path.relative_to(strict)).write_bytes(path.read_bytes())
    document(copy, PROOF, change)
    rehash(copy)
    assert call("verify", copy).code == 6


def test_prices_of_an_earlier_result_and_a_strict_order_do_not_meet(
    strict: Path, tmp_path: Path
) -> None:
    for option in ("--prices", "--from"):
        words = ("link", strict.parent / "i", "--out", tmp_path / "r", option, strict, "--json")
        ran = call(*words)
        assert (ran.code, ran.codes) == (3, ["strict_alone"])


def test_wishes_are_costed_at_the_weights_of_the_last_level(strict: Path, tmp_path: Path) -> None:
    row = next(r for r in read_table(strict / PLAN) if r["reden"] == "hoogste_punten")
    ban = f"{row['huishouden_id']}={row['gemeente_code']}"
    out = tmp_path / "r"
    assert call("link", strict.parent / "i", "--out", out, "--forbid", ban).code in (0, 5)
    costs = read_table(out / "vertrouwelijk/wensen_kosten.csv")
    assert [cost["wijze"] for cost in costs] == ["prijzen"]
    assert call("verify", out).code == 0
