"""A pinned pair, a forbidden one or another supply figure, and what it costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.calling import call, read_table

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
    assert (deal["soort"], deal["personen"]) == ("getekend", "2")


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--pin", "SY0001,SY0002", "what_if_form"),
        ("--pin", "SY0001,SY0002,0", "what_if_form"),
        ("--pin", "SY0001,SY0001,3", "what_if_form"),
        ("--forbid", "SY0001", "what_if_form"),
        ("--forbid", "SY0001,SY0099", "what_if_unknown"),
        ("--aanbod", "SY0001,1p,veel", "what_if_form"),
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


def test_a_comparison_with_no_result_writes_nothing(tmp_path: Path) -> None:
    options = ("--against", tmp_path / "nergens", "--json")
    ran = call("swap", "tiny-ruil", *options, "--out", tmp_path / "r")
    assert (ran.code, ran.codes) == (3, ["result_without_swaps"])
    assert not (tmp_path / "r").exists()
