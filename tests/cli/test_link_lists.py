"""What coordinators and municipalities see of the links: lists by region, counts by size."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.cli.calling import call, read_table, tree

PLAN = "vertrouwelijk/koppelvoorstel.csv"
MIX, LISTS = "vertrouwelijk/verwachte_samenstelling.csv", "vertrouwelijk/regievoerders.csv"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    made: tuple[object, ...] = ("--municipalities", 8, "--households", 60, "--seed", 3)
    assert call("generate", *made, "--out", folder / "i").code == 0
    assert call("link", folder / "i", "--out", folder / "r").code == 0
    assert call("report", folder / "r").code == 0
    return folder / "r"


def test_every_proposal_stands_with_one_coordinator(result: Path) -> None:
    plan = {row["huishouden_id"]: row for row in read_table(result / PLAN)}
    rows = read_table(result / LISTS)
    towns = {row["gemeente_code"]: row for row in read_table(result / "invoer/gemeenten.csv")}
    new = {name for name, row in plan.items() if row["reden"] != "bestaande_koppeling"}
    assert sorted(row["huishouden_id"] for row in rows) == sorted(new)
    shared = ("gemeente_code", "personen", "verwachte_woningklasse", "woning_in_zicht", "reden")
    for row in rows:
        assert [row[c] for c in shared] == [plan[row["huishouden_id"]][c] for c in shared]
        assert row["regio"] == towns[row["gemeente_code"]]["coa_regio"]
        assert row["opvang_regio"] == towns[row["opvang_gemeente"]]["coa_regio"]


def test_the_mix_counts_every_household_of_the_plan(result: Path) -> None:
    plan = read_table(result / PLAN)
    counted = Counter((row["gemeente_code"], row["personen"]) for row in plan)
    rows = read_table(result / MIX)
    assert {(r["gemeente_code"], r["personen"]): int(r["huishoudens"]) for r in rows} == counted
    for row in rows:
        parts = (row["met_woning"], row["zonder_woning"], row["nareis"])
        assert sum(map(int, parts)) == int(row["huishoudens"])


def test_explain_shows_both_and_the_page_no_sizes(result: Path) -> None:
    code = read_table(result / MIX)[0]["gemeente_code"]
    ran = call("explain", result, code, "--json")
    steps = {step["name"]: step for step in ran.json["steps"]}
    names = {row["huishouden_id"] for row in read_table(result / PLAN)}
    assert sum(row["huishoudens"] for row in steps["sizes"]["table"]) == sum(
        row["huishoudens"] for row in steps["mix"]["table"]
    )
    assert not [name for name in names if name in ran.out]
    page = (result / "rapport.html").read_text(encoding="utf-8")
    assert 'data-step="mix"' in page
    assert 'data-step="sizes"' not in page


def test_no_pseudonym_leaves_the_confidential_folder(result: Path) -> None:
    names = {row["huishouden_id"].encode() for row in read_table(result / PLAN)}
    public = [data for name, data in tree(result).items() if not name.startswith("vertrouwelijk")]
    assert not [name for name in names for data in public if name in data]
