"""Swaps of quotas by another key than the law's: refused if it counts reception, else a study."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.verify import verify_result
from tests.allocator.papers.handmade import with_papers
from tests.allocator.verify.handmade.case import rehash
from tests.cli.calling import (
    Ran,
    call,
    change_table,
    copy_instance,
    manifest,
    read_table,
    set_in_toml,
    write_table,
)

OWN_KEY = """name = "{name}"
title = {{nl = "eigen", en = "own"}}
status = "voorstel"
source = {{nl = "zelf", en = "own"}}
[[parts]]
indicator = "inwoners"
[[parts]]
indicator = "{column}"
weight = "{weight}"
"""
SWAPS: list[tuple[str, ...]] = [("swap",), ("swap", "--samenstelling"), ("run",)]


def with_key(tmp_path: Path, column: str, name: str = "") -> Path:
    """An instance with a key on a column that it has too; a bundled key where it has a name."""
    instance = copy_instance("tiny-koppel", tmp_path / "in")
    change_table(instance / "gemeenten.csv", lambda rows: [{**row, column: "3"} for row in rows])
    own = tmp_path / "eigen.toml"
    own.write_text(OWN_KEY.format(name="eigen", column=column, weight="1"), encoding="utf-8")
    set_in_toml(instance, "key", f'"{name or own}"')
    set_in_toml(instance, "national_total", "40")
    return instance


def codes_of(ran: Ran) -> set[str]:
    return {item["code"] for item in ran.json["notices"]}


@pytest.mark.parametrize("words", SWAPS, ids=" ".join)
@pytest.mark.parametrize(
    ("column", "name"),
    [("opvangkrediet", "opvangkrediet"), ("opvangplaatsen", ""), ("plaatsen_azc", "")],
)
def test_a_quota_computed_from_reception_places_is_not_swapped(
    words: tuple[str, ...], column: str, name: str, tmp_path: Path
) -> None:
    instance = with_key(tmp_path, column, name)
    ran = call(words[0], instance, *words[1:], "--out", tmp_path / "r", "--json", "--lang", "en")
    assert (ran.code, ran.codes) == (3, ["swap_of_reception_key"])
    (found,) = ran.json["findings"]
    assert (found["file"], found["column"]) == ("instance.toml", "key")
    said = found["message"]
    assert "Huisvestingswet 2014 art. 29 lid 1" in said
    assert column in said
    assert "follows from the number of inhabitants" in said
    assert "compare or quota" in said
    assert not ran.folder.exists()
    assert call("quota", instance, "--out", tmp_path / "q").code == 0


def test_a_key_by_option_is_named_at_the_option(tmp_path: Path) -> None:
    instance = with_key(tmp_path, "opvangkrediet", "inwoners")
    ran = call("run", instance, "--key", "opvangkrediet", "--out", tmp_path / "r", "--json")
    assert (ran.code, ran.codes) == (3, ["swap_of_reception_key"])
    assert ran.json["findings"][0]["file"] == "--key"


@pytest.mark.parametrize("words", SWAPS, ids=" ".join)
@pytest.mark.parametrize("column", ["corporatiewoningen", "arbeidsplaatsen", "asielverzoeken"])
def test_swaps_by_another_key_are_a_study_without_papers(
    words: tuple[str, ...], column: str, tmp_path: Path
) -> None:
    instance, out = with_key(tmp_path, column), tmp_path / "r"
    ran = call(words[0], instance, *words[1:], "--out", out, "--json")
    assert ran.code == 0, ran.err
    assert "swap_key_not_statutory" in codes_of(ran)
    assert not (out / "stukken").exists()
    assert call("report", out).code == 0
    assert not (out / "stukken").exists()
    assert "geen besluit op en er worden geen stukken" in (out / "rapport.html").read_text("utf-8")
    refused = call("papers", out, "--json")
    assert (refused.code, refused.codes) == (3, ["papers_key_not_statutory"])
    assert verify_result(out) == ()


def test_published_quotas_rest_on_no_key(tmp_path: Path) -> None:
    """They are what they are, whatever key stands beside them."""
    instance = with_key(tmp_path, "opvangplaatsen")
    codes = [line.split(",")[0] for line in (instance / "gemeenten.csv").read_text().split()[1:]]
    figure = {"taakstelling": "10", "bron": "verzonnen", "datum": "2020-10-01"}
    rows = [{"gemeente_code": code, **figure} for code in codes]
    write_table(instance / "vastgesteld.csv", rows)
    ran = call("swap", instance, "--out", tmp_path / "r", "--json")
    assert ran.code == 0, ran.out
    assert "swap_key_not_statutory" not in codes_of(ran)
    assert call("papers", ran.folder).code == 0
    write_table(instance / "vastgesteld.csv", rows[1:])
    assert call("swap", instance, "--out", tmp_path / "s").code == 3


def test_papers_beside_quotas_by_another_key_are_caught(tmp_path: Path) -> None:
    by_law = copy_instance("tiny-ruil", tmp_path / "law")
    assert call("swap", by_law, "--out", tmp_path / "papers").code == 0
    with_papers(tmp_path / "papers")
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    change_table(instance / "gemeenten.csv", lambda rows: [{**r, "banen": "1"} for r in rows])
    own = tmp_path / "eigen.toml"
    own.write_text(OWN_KEY.format(name="eigen", column="banen", weight="1/99"), encoding="utf-8")
    set_in_toml(instance, "key", f'"{own}"')
    out = tmp_path / "r"
    assert call("swap", instance, "--out", out).code == 0
    assert "eigen" in manifest(out)["parameters"]["key"]
    (tmp_path / "papers" / "stukken").rename(out / "stukken")
    rehash(out)
    assert "V14J" in {failure.code for failure in verify_result(out)}


def test_a_correction_for_reception_places_is_named(tmp_path: Path) -> None:
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    for reason, is_noted in (("opvangplaatsen azc", True), ("te plaatsen in 2020", False)):
        correction = {"gemeente_code": "SY0001", "correctie": "1", "reden": reason}
        write_table(instance / "correcties.csv", [correction])
        ran = call("quota", instance, "--out", tmp_path / "r", "--json")
        assert ran.code == 0
        assert ("correction_is_reception" in codes_of(ran)) is is_noted


def agreed(tmp_path: Path, giver: str, taker: str) -> Path:
    path = tmp_path / "afspraken.csv"
    row = {"van_code": giver, "naar_code": taker, "personen": "1", "clausule": "vast"}
    write_table(path, [row])
    return path


def test_a_revision_changes_no_quota_of_reception_places_by_agreement(tmp_path: Path) -> None:
    """Published quotas are set aside by it, so the key counts then."""
    instance = with_key(tmp_path, "opvangplaatsen")
    first, second = (row["gemeente_code"] for row in read_table(instance / "gemeenten.csv")[:2])
    assert call("quota", instance, "--out", tmp_path / "q").code == 0
    words = ("revise", tmp_path / "q", "--total", "30", "--json", "--out")
    deals = ("--agreements", agreed(tmp_path, first, second))
    assert call(*words, tmp_path / "without").code == 0
    ran = call(*words, tmp_path / "with", *deals)
    assert (ran.code, ran.codes) == (3, ["swap_of_reception_key"])
    (tmp_path / "b").mkdir()
    other = with_key(tmp_path / "b", "corporatiewoningen")
    assert call("quota", other, "--out", tmp_path / "b" / "q").code == 0
    ran = call("revise", tmp_path / "b" / "q", *words[2:], tmp_path / "b" / "r", *deals)
    assert ran.code == 0, ran.out
    assert any(
        "swap_key_not_statutory" in said["nl"]
        for said in manifest(tmp_path / "b" / "r")["parameters"]["notices"]
    )


def test_nobody_decides_on_a_transfer_of_quotas_by_another_key(tmp_path: Path) -> None:
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    change_table(instance / "gemeenten.csv", lambda rows: [{**r, "banen": "1"} for r in rows])
    own = tmp_path / "eigen.toml"
    own.write_text(OWN_KEY.format(name="eigen", column="banen", weight="1/99"), encoding="utf-8")
    by = ("--name", "A", "--role", "wethouder", "--reason", "past", "--date", "2021-01-05")
    said = []
    for key in ("inwoners", str(own)):
        set_in_toml(instance, "key", f'"{key}"')
        assert call("swap", instance, "--out", tmp_path / "r").code == 0
        deal = "SY0001>SY0002"
        words = ("decide", tmp_path / "r", "--what", deal, "--outcome", "overgenomen", *by)
        said.append(call(*words, "--json"))
    assert said[0].code == 0, said[0].out
    assert (said[1].code, said[1].codes) == (3, ["decision_on_other_key"])
