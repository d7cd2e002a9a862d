"""All adults of a household count, in the way that the instance says."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.adult_fit import of_adults
from allocator.explaining import explain_household
from allocator.verify import verify_result
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.folder import write_result
from tests.cli.calling import call, copy_instance, manifest, read_table, write_table

HOWS = ("gemiddelde", "som", "minstens_een", "zwakste")


def say(instance: Path, how: str) -> None:
    path = instance / "instance.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[link]\n", f'[link]\nvolwassenen = "{how}"\n'), "utf-8")


@pytest.mark.parametrize(
    ("how", "fit"),
    # 1 - 0.4 * 0.75 * 0.999 = 0.7003; the mean 851 / 3 = 283.67.
    [("gemiddelde", 284), ("som", 851), ("minstens_een", 700), ("zwakste", 1)],
)
def test_three_adults_together(how: str, fit: int) -> None:
    assert of_adults([600, 250, 1], how) == fit
    assert of_adults([1, 250, 600], how) == fit


@pytest.mark.parametrize("how", HOWS)
def test_one_adult_is_the_household(how: str) -> None:
    assert [of_adults([points], how) for points in (0, 1, 777, 1000)] == [0, 1, 777, 1000]


@pytest.mark.parametrize("how", HOWS)
def test_the_verifier_agrees_with_numbers_worked_out_by_hand(how: str, tmp_path: Path) -> None:
    case = cases.link_case()
    case.instance["link"] = {"volwassenen": how}
    assert verify_result(write_result(tmp_path / "result", case)) == ()


@pytest.mark.parametrize("how", HOWS)
def test_the_proposal_counts_all_adults(how: str, tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    adults = [
        {"huishouden_id": "hh-2", "volgnummer": str(i + 1), "beroepsgroep": name}
        for i, name in enumerate(("bouw", "zorg"))
    ]
    write_table(instance / "volwassenen.csv", adults)
    say(instance, how)
    out = tmp_path / "out"
    assert call("link", instance, "--out", out).code == 0
    assert manifest(out)["parameters"]["link"]["volwassenen"] == how
    row = next(
        row
        for row in read_table(out / "vertrouwelijk" / "koppelvoorstel.csv")
        if row["huishouden_id"] == "hh-2"
    )
    regions = {r["gemeente_code"]: r for r in read_table(instance / "gemeenten.csv")}
    region = regions[row["gemeente_code"]]["arbeidsmarktregio"]
    chances = [
        int(1000 * float(r["waarde"]) + 0.5)
        for r in read_table(instance / "arbeidsmarkt.csv")
        if r["arbeidsmarktregio"] == region and r["beroepsgroep"] in ("bouw", "zorg")
    ]
    assert len(chances) == 2
    assert int(row["passing"]) == of_adults(chances, how)
    # What is explained is what was counted.
    explained = explain_household(out, "hh-2", "nl")
    assert "alternatives" in {step.name for step in explained.steps}


def test_another_way_is_refused(tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    say(instance, "sterkste")
    ran = call("link", instance, "--out", tmp_path / "out", "--json")
    assert (ran.code, ran.codes) == (3, ["setting_choice"])


@pytest.mark.parametrize(
    "column", ["nationaliteit", "geslacht", "moedertaal", "nationality", "sex", "mother_tongue"]
)
def test_nationality_sex_and_mother_tongue_are_no_columns(column: str, tmp_path: Path) -> None:
    instance = copy_instance("tiny-koppel", tmp_path)
    rows = read_table(instance / "huishoudens.csv")
    write_table(instance / "huishoudens.csv", [row | {column: "x"} for row in rows])
    ran = call("link", instance, "--out", tmp_path / "out", "--json")
    assert (ran.code, ran.codes) == (3, ["personal_column"])
