"""What people read in the margin of swaps: closing lines, names, what is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.calling import Row, call, change_table, copy_instance, read_table, set_in_toml


def with_wishes(folder: Path) -> Path:
    instance = copy_instance("tiny-ruil", folder)
    wishes = {"SY0001": "-3", "SY0002": "\N{MINUS SIGN}5", "SY0003": "4"}

    def wishing(rows: list[Row]) -> list[Row]:
        return [{**row, "wens": wishes.get(row["gemeente_code"], "")} for row in rows]

    change_table(instance / "ruilruimte.csv", wishing)
    return instance


@pytest.mark.parametrize("command", ["wishes", "potential"])
def test_a_study_does_not_call_itself_a_proposal(command: str, tmp_path: Path) -> None:
    instance = with_wishes(tmp_path)
    last = call(command, instance).out.splitlines()[-1]
    assert last == "Dit is een studie, geen voorstel en geen besluit."
    last = call(command, instance, "--lang", "en").out.splitlines()[-1]
    assert last == "This is a study, neither a proposal nor a decision."


def test_wishes_name_municipalities_beside_their_codes(tmp_path: Path) -> None:
    out = call("wishes", with_wishes(tmp_path)).out
    assert "Alfa (SY0001), PV01: wens -3, krijgt" in out
    (order,) = (line for line in out.splitlines() if line.startswith("Volgorde bij gelijkspel"))
    assert "Beta (SY0002)" in order


def test_the_minus_of_a_word_processor_is_a_minus(tmp_path: Path) -> None:
    instance = with_wishes(tmp_path)
    assert "Beta (SY0002), PV01: wens -5" in call("wishes", instance).out
    ran = call("wishes", instance, "--out", tmp_path / "r")
    assert ran.code == 0
    rows = read_table(ran.folder / "vertrouwelijk" / "invoer" / "ruilruimte.csv")
    assert [row["wens"] for row in rows] == ["-3", "-5", "4", ""]
    change_table(
        instance / "standen.csv",
        lambda rows: [
            {"gemeente_code": row["gemeente_code"], "stand": "\N{MINUS SIGN}2"} for row in rows
        ],
    )
    set_in_toml(instance, "stand_teken", '"achterstand_negatief"')
    ran = call("swap", instance, "--out", tmp_path / "s")
    assert ran.code == 0, ran.err
    rows = read_table(ran.folder / "invoer" / "standen.csv")
    assert {(row["achterstand"], row["voorsprong"]) for row in rows} == {("2", "0")}
    change_table(
        instance / "ruilruimte.csv",
        lambda rows: [{**row, "extra_max": "\N{MINUS SIGN}1"} for row in rows],
    )
    assert set(call("swap", instance, "--out", tmp_path / "t", "--json").codes) == {"negative"}


def test_nothing_is_offered_where_nothing_is_alike(tmp_path: Path) -> None:
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    set_in_toml(instance, "xqzw", "1")
    set_in_toml(instance, "half_yaer", '"2021-1"')
    found = call("swap", instance, "--out", tmp_path / "r", "--json").json["findings"]
    said = {item["column"]: item["message"] for item in found}
    assert said["xqzw"] == "deze instelling is niet bekend. Hernoem haar of haal haar weg."
    assert "Lijkt op: half_year." in said["half_yaer"]
    set_in_toml(instance, "xqzw", "1")
    change_table(
        instance / "buren.csv", lambda rows: [{**row, "gemeente_code_a": "GM9999"} for row in rows]
    )
    out = call("swap", instance, "--out", tmp_path / "r", "--lang", "en").err
    assert "'GM9999' is not in gemeenten.csv. Correct the code or add the municipality." in out


def test_papers_of_a_plan_without_transfers_are_not_counted_as_written(tmp_path: Path) -> None:
    instance, out = copy_instance("tiny-ruil", tmp_path / "in"), tmp_path / "r"
    (instance / "ruilruimte.csv").unlink()
    assert call("swap", instance, "--out", out).code == 0
    ran = call("papers", out)
    assert ran.code == 0
    assert ran.out.strip() == "In dit resultaat gaat niets over: er is geen stuk om op te stellen."
    assert call("papers", out, "--json").json["papers"] == []


def test_who_has_no_deal_reads_nothing_about_taking_over(tmp_path: Path) -> None:
    out = tmp_path / "r"
    assert call("swap", "tiny-ruil", "--out", out).code == 0
    alone = call("explain", out, "SY0004").out
    assert "wie overneemt" not in alone
    assert "De gemeente heeft geen overdracht: voor haar verandert er niets." in alone
    assert "wie overneemt, houdt minder ruimte over" in call("explain", out, "SY0002").out


def test_wishes_do_not_pass_over_a_rule_of_neighbours(tmp_path: Path) -> None:
    instance = with_wishes(tmp_path)
    path = instance / "instance.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('pairs = "provincie"', 'pairs = "buren"'), encoding="utf-8")
    ran = call("wishes", instance, "--json")
    assert (ran.code, ran.codes) == (3, ["wishes_need_full_pairs"])
    assert "buren" in ran.json["findings"][0]["message"]
