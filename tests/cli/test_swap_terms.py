"""Forms, lots, partner limits and agreements beforehand, through the command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import (
    Ran,
    Row,
    call,
    change_table,
    copy_instance,
    manifest,
    read_table,
    write_table,
)

# Of tiny-ruil (worked out in its expected.toml): SY0001 lacks 12 and gives 8 at most, SY0003 lacks
# 4 and gives 5 at most, SY0002 takes 14; SY0004 takes 20 but lies in another province.
A, B, C, D = "SY0001", "SY0002", "SY0003", "SY0004"
DEALS = "uitruilafspraken.csv"


def row(giver: str, taker: str, kind: str, persons: object = "", date: str = "") -> Row:
    return {
        "van_code": giver,
        "naar_code": taker,
        "soort": kind,
        "personen": str(persons),
        "datum": date,
    }


def swap(tmp_path: Path, *rows: Row, options: tuple[object, ...] = ()) -> Ran:
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    if rows:
        write_table(instance / DEALS, rows)
    return call("swap", instance, "--out", tmp_path / "r", "--json", *options)


def deals(ran: Ran) -> dict[tuple[str, str], tuple[int, str]]:
    return {
        (found["van_code"], found["naar_code"]): (int(found["personen"]), found["reden"])
        for found in read_table(ran.folder / "overdrachten.csv")
    }


def objectives(ran: Ran) -> dict[str, Any]:
    return {stage["name"]: stage.get("objective") for stage in manifest(ran.folder)["stages"]}


def test_every_stage_of_a_plain_swap_is_that_worked_out_by_hand(tmp_path: Path) -> None:
    """What remains is 4 of 20 at SY0001; three parties change; no coordinates, no kilometres."""
    ran = swap(tmp_path)
    assert ran.code == 0
    assert objectives(ran) == {
        "taakstelling": None,
        "uitruil_tekort": 4,
        "uitruil_zwaarst": "1/5",
        "uitruil_afspraken": 3,
        "uitruil_personen": 12,
        "uitruil_afstand": 0,
    }


def test_the_bilateral_form_counts_pairs(tmp_path: Path) -> None:
    ran = swap(tmp_path, options=("--form", "bilateraal"))
    assert ran.code == 0
    assert objectives(ran)["uitruil_afspraken"] == 2
    assert manifest(ran.folder)["parameters"]["swap"]["form"] == "bilateraal"


def test_a_lot_leaves_no_smaller_agreement(tmp_path: Path) -> None:
    """SY0003 may give 5 and lacks 4: with lots of 5 it gives one person more than it lacks."""
    ran = swap(tmp_path, options=("--lot", "5"))
    assert ran.code == 0
    assert deals(ran) == {(A, B): (8, "minder_tekort"), (C, B): (5, "minder_tekort")}
    assert objectives(ran)["uitruil_personen"] == 13


def test_a_partner_limit_leaves_one_of_two(tmp_path: Path) -> None:
    ran = swap(tmp_path, options=("--partners", "1"))
    assert ran.code == 0
    assert deals(ran) == {(A, B): (8, "minder_tekort")}


def test_the_command_line_beats_the_file(tmp_path: Path) -> None:
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    path = instance / "instance.toml"
    more = 'pairs = "provincie"\nform = "bilateraal"\nlot = 5\npartners_max = 1\n'
    text = path.read_text(encoding="utf-8").replace('pairs = "provincie"\n', more)
    path.write_text(text, encoding="utf-8")
    assert call("swap", instance, "--out", tmp_path / "a").code == 0
    assert call("swap", instance, "--out", tmp_path / "b", "--lot", 1, "--partners", 2).code == 0
    first, second = (manifest(tmp_path / name)["parameters"]["swap"] for name in "ab")
    assert (first["form"], first["lot"], first["partners_max"]) == ("bilateraal", 5, 1)
    assert (second["form"], second["lot"], second["partners_max"]) == ("bilateraal", 1, 2)


def test_leximin_goes_with_a_plain_swap(tmp_path: Path) -> None:
    ran = swap(tmp_path, options=("--leximin",))
    assert ran.code == 0
    assert manifest(ran.folder)["parameters"]["swap"]["leximin"] is True


def test_leximin_says_what_it_costs_in_agreements(tmp_path: Path) -> None:
    """The only plan of tiny-ruil changes three municipalities either way."""
    ran = call("swap", "tiny-ruil", "--leximin", "--out", tmp_path / "r")
    assert "vraagt 3 afspraken; zonder leximin zijn het er 3 (verschil 0)" in ran.out
    assert "zonder leximin" not in call("swap", "tiny-ruil", "--out", tmp_path / "r").out


def test_a_forbidden_pair_does_not_swap(tmp_path: Path) -> None:
    ran = swap(tmp_path, row(A, B, "verboden"))
    assert ran.code == 0
    assert deals(ran) == {(C, B): (4, "minder_tekort")}


def test_a_signed_deal_stands_across_a_province_border(tmp_path: Path) -> None:
    """SY0001 gives 3 to the other province as signed, and 5 more in its own."""
    ran = swap(tmp_path, row(A, D, "getekend", 3, "2021-02-01"))
    assert ran.code == 0
    assert deals(ran) == {
        (A, D): (3, "getekend"),
        (A, B): (5, "minder_tekort"),
        (C, B): (4, "minder_tekort"),
    }


def test_a_deal_fixed_for_the_computation_stands_as_a_signed_one_does(tmp_path: Path) -> None:
    ran = swap(tmp_path, row(A, D, "vastgezet", 3))
    assert (ran.code, deals(ran)[A, D]) == (0, (3, "vastgezet"))
    assert call("verify", ran.folder).code == 0
    table = ran.folder / "overdrachten.csv"
    table.write_text(table.read_text().replace("vastgezet", "getekend"))
    assert "V3J" in call("verify", ran.folder, "--json").out


def test_a_wished_pair_trades_at_least_a_lot(tmp_path: Path) -> None:
    ran = swap(tmp_path, row(A, D, "gewenst"), options=("--lot", "2"))
    assert ran.code == 0
    found = deals(ran)
    assert found[A, D][1] == "gewenst"
    assert found[A, D][0] >= 2
    assert objectives(ran)["uitruil_tekort"] == 4


REFUSED = [
    ("agreement_with_itself", [row(A, A, "gewenst")], "naar_code"),
    ("agreement_of_nobody", [row(A, B, "getekend")], "personen"),
    ("agreement_of_nobody", [row(A, B, "getekend", 0)], "personen"),
    ("agreement_of_nobody", [row(A, B, "vastgezet")], "personen"),
    ("agreement_not_signed", [row(A, B, "gewenst", 3)], "personen"),
    ("agreement_after_half_year", [row(A, B, "getekend", 3, "2021-07-01")], "datum"),
    ("agreement_below_zero", [row(A, B, "getekend", 21)], "personen"),
    ("agreement_above_left", [row(A, B, "getekend", 9)], "personen"),
    ("agreement_above_left", [row(A, B, "vastgezet", 9)], "personen"),
    ("agreement_above_declared", [row(C, B, "getekend", 6)], "personen"),
    ("agreement_above_declared", [row(A, C, "getekend", 1)], "personen"),
    ("duplicate_key", [row(A, B, "gewenst"), row(A, B, "verboden")], "van_code"),
    ("bad_choice", [row(A, B, "misschien")], "soort"),
    ("unknown_code", [row("SY0009", B, "gewenst")], "van_code"),
]


@pytest.mark.parametrize(("code", "rows", "column"), REFUSED, ids=lambda value: str(value)[:30])
def test_an_agreement_that_cannot_stand_is_refused_in_its_row(
    code: str, rows: list[Row], column: str, tmp_path: Path
) -> None:
    ran = swap(tmp_path, *rows)
    assert ran.code == 3, ran.err
    (found,) = (item for item in ran.json["findings"] if item["code"] == code)
    assert (found["file"], found["row"], found["column"]) == (DEALS, len(rows) + 1, column)
    assert not ran.folder.exists()


IN_LAW: list[tuple[str, dict[str, str], str]] = [
    ("swap_of_reception", {"opvangplaatsen": "40"}, "art. 29 lid 1"),
    ("swap_of_reception", {"azc": "ja"}, "art. 29 lid 1"),
    ("swap_of_balances", {"achterstand": "5"}, "art. 29 lid 2"),
    ("swap_of_balances", {"stand": "5"}, "art. 29 lid 2"),
    ("swap_of_settlement", {"verevening": "4"}, "art. 29 lid 2"),
    ("swap_changes_sum", {"personen_naar": "4"}, "art. 29 lid 2"),
    ("swap_of_reception", {"bedden": "40"}, "art. 29 lid 1"),
    ("swap_of_reception", {"soort": "opvang"}, "art. 29 lid 1"),
    ("swap_of_balances", {"schuld": "5"}, "art. 29 lid 2"),
    ("swap_of_balances", {"soort": "Achterstand"}, "art. 29 lid 2"),
    ("swap_of_settlement", {"soort": "verevening"}, "art. 29 lid 2"),
    ("swap_changes_sum", {"terug_personen": "4"}, "art. 29 lid 2"),
    ("swap_changes_sum", {"exchange_rate": "1"}, "art. 29 lid 2"),
    ("agreement_below_zero", {"personen": "21"}, "art. 29 lid 2"),
    ("agreement_after_half_year", {"datum": "2021-07-01"}, "art. 29 lid 2"),
    ("agreement_above_left", {"personen": "9"}, "art. 1 lid 1, onder e"),
    ("agreement_above_declared", {"personen": "15"}, "art. 29 lid 2"),
]


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(("code", "cells", "article"), IN_LAW, ids=lambda x: str(x)[:40])
def test_what_the_law_does_not_allow_is_refused_with_the_article(
    code: str, cells: dict[str, str], article: str, lang: str, tmp_path: Path
) -> None:
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    write_table(instance / DEALS, [{**row(A, B, "getekend", 3, "2021-02-01"), **cells}])
    out = tmp_path / "r"
    ran = call("swap", instance, "--out", out, "--json", "--lang", lang)
    assert ran.code == 3
    (found,) = (item for item in ran.json["findings"] if item["code"] == code)
    assert f"Huisvestingswet 2014 {article}" in found["message"]
    assert not out.exists()


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("opvang_factor = 2", "swap_of_reception"),
        ('wisselkoers = "1:2"', "swap_changes_sum"),
        ("balances = true", "swap_of_balances"),
        ("pears = 1", "setting_unknown"),
    ],
)
def test_a_setting_that_asks_for_it_is_refused_with_the_article_too(
    setting: str, code: str, tmp_path: Path
) -> None:
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    settings = instance / "instance.toml"
    text = settings.read_text(encoding="utf-8").replace("[swap]", f"[swap]\n{setting}")
    settings.write_text(text, encoding="utf-8")
    ran = call("swap", instance, "--out", tmp_path / "r", "--json")
    assert (ran.code, ran.codes) == (3, [code])
    (found,) = ran.json["findings"]
    assert (found["file"], found["column"]) == (
        "instance.toml",
        f"swap.{setting.partition(' ')[0]}",
    )


@pytest.mark.parametrize(
    ("cells", "code"),
    [({"personenn": "4"}, "unknown_column"), ({"soort": "getekent"}, "bad_choice")],
)
def test_a_slip_of_the_pen_is_no_matter_of_law(
    cells: dict[str, str], code: str, tmp_path: Path
) -> None:
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    write_table(instance / DEALS, [{**row(A, B, "getekend", 3, "2021-02-01"), **cells}])
    ran = call("swap", instance, "--out", tmp_path / "r", "--json")
    assert (ran.code, ran.codes) == (3, [code])


def test_a_correction_that_is_called_verevening_is_named(tmp_path: Path) -> None:
    """It never touched a quota, so a correction by that name is looked at again."""
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    for reason, is_noted in (("Verevening 2021", True), ("gepubliceerd", False)):
        correction = {"gemeente_code": A, "correctie": "1", "reden": reason}
        write_table(instance / "correcties.csv", [correction])
        ran = call("quota", instance, "--out", tmp_path / "r", "--json")
        assert ran.code == 0
        noted = "correction_is_settlement" in [item["code"] for item in ran.json["notices"]]
        assert noted is is_noted


def test_limits_in_reception_places_are_refused_too(tmp_path: Path) -> None:
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    change_table(
        instance / "ruilruimte.csv", lambda rows: [{**r, "opvangplaatsen": "9"} for r in rows]
    )
    ran = call("swap", instance, "--out", tmp_path / "r", "--json")
    assert (ran.code, ran.codes) == (3, ["swap_of_reception"])


def test_a_transfer_with_the_sum_unchanged_is_accepted_whatever_its_motive(tmp_path: Path) -> None:
    motive = {"reden": "in ruil voor de uitbreiding van het azc"}
    ran = swap(tmp_path, {**row(A, B, "getekend", 3), **motive})
    assert ran.code == 0, ran.err
    assert deals(ran)[A, B] == (3, "getekend")


def test_an_agreement_outside_the_region_is_refused(tmp_path: Path) -> None:
    ran = swap(tmp_path, row(A, D, "gewenst"), options=("--region", "provincie_code=PV01"))
    assert (ran.code, ran.codes) == (3, ["agreement_outside_region"])


def test_a_forbidden_pair_outside_the_region_changes_nothing(tmp_path: Path) -> None:
    ran = swap(tmp_path, row(A, D, "verboden"), options=("--region", "provincie_code=PV01"))
    assert ran.code == 0


@pytest.mark.parametrize("options", [("--lot", "2"), ("--partners", "3")])
def test_leximin_is_refused_where_it_would_not_be_exact(
    options: tuple[str, str], tmp_path: Path
) -> None:
    ran = swap(tmp_path, options=("--leximin", *options))
    assert (ran.code, ran.codes) == (3, ["leximin_needs_plain_swaps"])


CLASHES: list[tuple[str, list[Row], tuple[str, ...], dict[str, str]]] = [
    # SY0001 has room for nobody, and gives beside.
    ("conflict_swap_role", [row(A, B, "getekend", 2), row(C, A, "gewenst")], (), {"party": A}),
    # 5 + a wish of a lot of 4 is more than the 8 that it can give.
    (
        "conflict_swap_gives_standing",
        [row(A, B, "getekend", 5), row(A, D, "gewenst")],
        ("--lot", "4"),
        {"party": A, "wanted": "9", "most": "8", "excess": "1", "ceiling": "8"},
    ),
    (
        "conflict_swap_lot",
        [row(A, B, "getekend", 5), row(A, D, "gewenst")],
        ("--lot", "4"),
        {"party": A, "lot": "4"},
    ),
    # SY0003 lacks room for its own.
    (
        "conflict_swap_takes_both",
        [row(A, C, "gewenst")],
        (),
        {"party": C, "wanted": "1", "most": "0", "excess": "1", "ceiling": "0"},
    ),
    (
        "conflict_swap_partners",
        [row(A, B, "gewenst"), row(A, D, "gewenst")],
        ("--partners", "1"),
        {"party": A, "deals": "2", "partners": "1"},
    ),
]


@pytest.mark.parametrize(
    ("code", "rows", "options", "values"), CLASHES, ids=[case[0] for case in CLASHES]
)
def test_agreements_that_clash_name_party_rule_and_remedy(
    code: str, rows: list[Row], options: tuple[str, ...], values: dict[str, str], tmp_path: Path
) -> None:
    ran = swap(tmp_path, *rows, options=options)
    assert ran.code == 4, ran.err
    found = next(item for item in ran.json["findings"] if item["code"] == code)
    assert {name: found[name] for name in values} == values
    assert not ran.folder.exists()


@pytest.mark.parametrize(
    ("half_year", "synthetic", "is_noted"),
    [
        ("2021-1", "false", True),
        ("2031-1", "false", False),
        ("2021-1", "true", False),
        ("2021-1", '["aanbod"]', True),
        ("2021-1", '["aanbod", "gemeenten"]', False),
    ],
)
def test_a_real_half_year_that_is_over_is_only_a_notice(
    half_year: str, synthetic: str, is_noted: bool, tmp_path: Path
) -> None:
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    path = instance / "instance.toml"
    text = path.read_text(encoding="utf-8").replace("2021-1", half_year)
    path.write_text(text.replace("synthetic = true", f"synthetic = {synthetic}"), encoding="utf-8")
    ran = call("swap", instance, "--out", tmp_path / "r", "--json")
    assert ran.code == 0
    assert ("half_year_over" in [notice["code"] for notice in ran.json["notices"]]) is is_noted
