"""A pinned pair, a forbidden one or another supply figure, and what it costs."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.cli.calling import call, copy_instance, manifest, read_table, write_table

# tiny-ruil: SY0001 gives 8 and SY0003 4 to SY0002; 16 are short before, 4 after.


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("plain") / "r"
    assert call("swap", "tiny-ruil", "--out", out).code == 0
    return out


@pytest.mark.parametrize(
    ("options", "shortfall", "persons"),
    [
        (("--forbid", "SY0001,SY0002"), 12, 4),
        # A pin to the other province: 5 of its 8 still go to SY0002.
        (("--pin", "SY0001,SY0004,3"), 4, 12),
        # Two dwellings of four more at SY0003: it lacks nobody, and SY0001 gives its 8.
        (("--aanbod", "SY0003,4p,2"), 4, 8),
    ],
)
def test_what_a_change_costs_is_said_stage_by_stage(
    options: tuple[str, str], shortfall: int, persons: int, plain: Path, tmp_path: Path
) -> None:
    ran = call("swap", "tiny-ruil", *options, "--against", plain, "--out", tmp_path / "r", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["against"]["uitruil_tekort"] == {"old": "4", "new": str(shortfall)}
    assert ran.json["against"]["uitruil_personen"] == {"old": "12", "new": str(persons)}
    assert "what_if" in [notice["code"] for notice in ran.json["notices"]]
    assert call("verify", tmp_path / "r").code == 0


def test_a_person_reads_the_difference(plain: Path, tmp_path: Path) -> None:
    options = ("--forbid", "SY0001,SY0002", "--against", plain)
    ran = call("swap", "tiny-ruil", *options, "--out", tmp_path / "r")
    assert "was 4, is nu 12 (verschil +8)" in ran.out
    assert "was 12, is nu 4 (verschil -8)" in ran.out


def test_the_result_holds_the_changed_input(tmp_path: Path) -> None:
    options = ("--aanbod", "SY0001,1p,9", "--pin", "SY0001,SY0002,2")
    assert call("swap", "tiny-ruil", *options, "--out", tmp_path / "r").code == 0
    supply = read_table(tmp_path / "r" / "invoer" / "aanbod.csv")
    own = [row for row in supply if row["gemeente_code"] == "SY0001"]
    assert [(row["woningklasse"], row["aantal"]) for row in own] == [("1p", "9"), ("2p", "3")]
    (deal,) = read_table(tmp_path / "r" / "invoer" / "uitruilafspraken.csv")
    assert (deal["soort"], deal["personen"]) == ("vastgezet", "2")


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--pin", "SY0001,SY0002", "what_if_form"),
        ("--pin", "SY0001,SY0002,0", "what_if_form"),
        ("--pin", "SY0001,SY0001,3", "what_if_form"),
        ("--forbid", "SY0001", "what_if_form"),
        ("--forbid", "SY0001,SY0099", "what_if_unknown"),
        ("--aanbod", "SY0001,1p,veel", "what_if_supply_form"),
        ("--aanbod", "SY0001,9p,3", "what_if_unknown"),
    ],
)
def test_a_change_that_cannot_be_read_is_refused(
    option: str, value: str, code: str, tmp_path: Path
) -> None:
    ran = call("swap", "tiny-ruil", option, value, "--out", tmp_path / "r", "--json")
    assert ran.code == 3
    assert code in ran.codes
    assert not (tmp_path / "r").exists()


def test_an_unknown_class_or_region_is_refused_with_those_there_are(tmp_path: Path) -> None:
    out = ("--out", tmp_path / "r")
    ran = call("swap", "tiny-ruil", "--aanbod", "SY0001,9p,3", *out)
    assert "Kies uit: 1p, 2p, 4p." in ran.err
    ran = call("swap", "tiny-ruil", "--region", "provincie_code=XX", *out, "--lang", "en")
    assert "Choose from: PV01, PV02." in ran.err


@pytest.mark.parametrize(
    "second", [("--forbid", "SY0001,SY0002"), ("--pin", "SY0001,SY0002,4")], ids=str
)
def test_two_wishes_about_one_pair_are_refused(second: tuple[str, str], tmp_path: Path) -> None:
    options = ("--pin", "SY0001,SY0002,3", *second, "--out", tmp_path / "r")
    ran = call("swap", "tiny-ruil", *options, "--json")
    assert (ran.code, ran.codes) == (3, ["what_if_twice"])
    said = call("swap", "tiny-ruil", *options).err
    assert "--pin SY0001,SY0002,3; " + " ".join(second) in said


def test_one_transfer_is_said_in_the_singular_with_what_is_made_up(tmp_path: Path) -> None:
    pins = ("--forbid", "SY0001,SY0002", "--pin", "SY0003,SY0002,1")
    supply = ("--aanbod", "SY0003,4p,0", "--aanbod", "SY0003,1p,30")
    ran = call("swap", "tiny-ruil", *pins, *supply, "--out", tmp_path / "r")
    assert "Uitruil: 1 overdracht, 1 persoon verschoven taakstelling" in ran.out, ran.err
    assert "Verzonnen, geheel of deels, zijn: alle tabellen" in ran.out


def test_a_region_reads_its_own_shortfall(tmp_path: Path) -> None:
    """The three of PV01 lack all 16; 4 stay."""
    plain = call("swap", "tiny-ruil", "--out", tmp_path / "plain")
    assert "Ruilen kan alleen" not in plain.out
    region = ("--region", "provincie_code=PV01", "--out", tmp_path / "r")
    said = call("swap", "tiny-ruil", *region).out
    assert "PV01 (3 gemeenten): hun verwacht tekort 16 wordt 4." in said
    region = ("--region", "provincie_code=PV02", "--out", tmp_path / "s", "--lang", "en")
    said = call("swap", "tiny-ruil", *region).out
    assert "PV02 only (1 municipality): their expected shortfall 0 becomes 0." in said


def test_who_is_worst_off_is_asked_of_the_region_alone(tmp_path: Path) -> None:
    """Delta lacks more per quota than anybody, and cannot swap: it hides nobody in PV01."""
    instance = copy_instance("tiny-ruil", tmp_path)
    rows = read_table(instance / "standen.csv")
    rows[3]["achterstand"] = "500"
    write_table(instance / "standen.csv", rows)
    for form in ("regiobesluit", "bilateraal"):
        options = ("--region", "provincie_code=PV01", "--form", form)
        ran = call("swap", instance, *options, "--out", tmp_path / form)
        assert ran.code == 0
        after = read_table(ran.folder / "na_uitruil.csv")
        shares = [Fraction(int(row["tekort_na"]), int(row["taakstelling"])) for row in after]
        (stage,) = (s for s in manifest(ran.folder)["stages"] if s["name"] == "uitruil_zwaarst")
        assert stage["objective"] == stage["bound"] == str(max(shares[:3]))
        assert max(shares[:3]) < shares[3]
        assert call("verify", ran.folder).code == 0
    whole = call("swap", instance, "--out", tmp_path / "alle")
    (stage,) = (s for s in manifest(whole.folder)["stages"] if s["name"] == "uitruil_zwaarst")
    assert stage["objective"] == str(shares[3])


def test_a_pair_may_swap_one_way_and_not_the_other(tmp_path: Path) -> None:
    options = ("--pin", "SY0001,SY0002,3", "--forbid", "SY0002,SY0001")
    assert call("swap", "tiny-ruil", *options, "--out", tmp_path / "r").code == 0


def test_a_comparison_with_no_result_writes_nothing(tmp_path: Path) -> None:
    options = ("--against", tmp_path / "nergens", "--json")
    ran = call("swap", "tiny-ruil", *options, "--out", tmp_path / "r")
    assert (ran.code, ran.codes) == (3, ["result_not_there"])
    assert not (tmp_path / "r").exists()


def place(finding: dict[str, object]) -> tuple[object, ...]:
    return finding["file"], finding["row"], finding["column"]


def test_who_wrote_a_deal_that_cannot_stand_is_pointed_at(tmp_path: Path) -> None:
    """An option where an option said it, and else the row of the table, also beside options."""
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    deals = [
        {"van_code": "SY0003", "naar_code": "SY0002", "soort": "verboden", "personen": ""},
        {"van_code": "SY0001", "naar_code": "SY0004", "soort": "getekend", "personen": "99"},
    ]
    write_table(instance / "uitruilafspraken.csv", deals)
    for options, places in (
        ((), {("uitruilafspraken.csv", 3, "personen")}),
        (("--forbid", "SY0001,SY0002"), {("uitruilafspraken.csv", 3, "personen")}),
        (("--pin", "SY0001,SY0004,99"), {("--pin", 0, "")}),
    ):
        ran = call("swap", instance, *options, "--out", tmp_path / "r", "--json")
        assert ran.code == 3
        assert {place(finding) for finding in ran.json["findings"]} == places, options


def test_deals_that_clash_are_pointed_at_in_their_table_if_one_stands_there(tmp_path: Path) -> None:
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    pins = ("--pin", "SY0001,SY0002,8", "--pin", "SY0001,SY0004,3")
    ran = call("swap", instance, *pins, "--out", tmp_path / "r", "--json")
    assert (ran.code, {place(finding) for finding in ran.json["findings"]}) == (
        4,
        {("--pin", 0, "")},
    )
    deal = {"van_code": "SY0001", "naar_code": "SY0002", "soort": "getekend", "personen": "8"}
    write_table(instance / "uitruilafspraken.csv", [deal])
    ran = call("swap", instance, *pins[2:], "--out", tmp_path / "r", "--json")
    assert {finding["file"] for finding in ran.json["findings"]} == {"uitruilafspraken.csv"}


def test_a_comparison_of_two_forms_says_that_they_count_different_things(
    plain: Path, tmp_path: Path
) -> None:
    options = ("--against", plain, "--out", tmp_path / "r")
    said = call("swap", "tiny-ruil", *options, "--form", "bilateraal").out
    assert "heeft de vorm regiobesluit, dit de vorm bilateraal" in said
    assert "heeft de vorm" not in call("swap", "tiny-ruil", *options, "--form", "regiobesluit").out


def test_what_a_lot_costs_in_relief_is_said(plain: Path, tmp_path: Path) -> None:
    """SY0003 lacks 4 and gives 5 at most, no lot of 6: 8 of the 12 that could be relieved."""
    said = call("swap", "tiny-ruil", "--lot", "6", "--out", tmp_path / "r").out
    assert "daalt met 8 personen" in said
    assert "had het met 12 kunnen dalen: die voorwaarden kosten 4." in said
    assert "kunnen dalen" not in call("swap", "tiny-ruil", "--out", tmp_path / "s").out


@pytest.mark.parametrize("wish", [("--pin", "SY0001,SY0002,5"), ("--forbid", "SY0001,SY0002")])
def test_no_wish_changes_what_was_signed(wish: tuple[str, str], tmp_path: Path) -> None:
    """A pin of as many too: the papers must go on saying that it was signed, and when."""
    instance = copy_instance("tiny-ruil", tmp_path)
    deal = {"van_code": "SY0001", "naar_code": "SY0002", "soort": "getekend", "personen": "5"}
    write_table(instance / "uitruilafspraken.csv", [deal])
    ran = call("swap", instance, *wish, "--out", tmp_path / "r", "--json")
    assert (ran.code, ran.codes) == (3, ["what_if_signed"])
    assert place(ran.json["findings"][0]) == (wish[0], 0, "")
    back = ("--pin", "SY0002,SY0001,1") if wish[0] == "--pin" else ("--forbid", "SY0002,SY0001")
    ran = call("swap", instance, *back, "--out", tmp_path / "r", "--json")
    assert "what_if_signed" not in ran.err, "the other way is another pair"


def test_a_what_if_is_no_agreement_to_revise(tmp_path: Path) -> None:
    pinned = tmp_path / "wif"
    assert call("swap", "tiny-ruil", "--pin", "SY0001,SY0002,5", "--out", pinned).code == 0
    ran = call("revise", pinned, "--total", "46", "--out", tmp_path / "r", "--json")
    assert (ran.code, ran.codes) == (3, ["revise_what_if"])
    assert call("swap", "tiny-ruil", "--out", tmp_path / "plain").code == 0
    assert call("revise", tmp_path / "plain", "--total", "46", "--out", tmp_path / "r").code == 0
