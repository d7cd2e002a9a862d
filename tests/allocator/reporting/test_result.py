from __future__ import annotations

import shutil
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from allocator.errors import InputRefusedError
from allocator.reporting.result import load_result
from tests.allocator.reporting.handmade import CANARIES, Handmade


def test_a_result_says_what_its_tables_say(tmp_path: Path) -> None:
    result = load_result(Handmade().write(tmp_path))
    first = result.quotas[0]
    assert (first.code, first.name, first.exact_share, first.published) == (
        "GM0001",
        "'s-Gravenhage",
        Fraction(53, 5),
        None,
    )
    assert result.after_swap is not None
    assert [row.transfer for row in result.after_swap] == [-2, 2, 0, 0]
    assert [(stage.name, stage.objective) for stage in result.stages] == [
        ("taakstelling", None),
        ("uitruil_tekort", "2"),
        ("uitruil_personen", "2"),
        ("koppeling", "12345"),
    ]
    assert result.households_not_linked == 1


def test_tables_that_are_not_there_are_none(tmp_path: Path) -> None:
    result = load_result(Handmade().only_quota().write(tmp_path))
    absent = (result.after_swap, result.transfers, result.links, result.balances, result.supply)
    assert absent == (None,) * 5
    assert result.published is None
    assert result.households_not_linked is None


def test_nothing_of_a_household_is_in_a_result(tmp_path: Path) -> None:
    said = repr(load_result(Handmade().write(tmp_path)))
    assert not [canary for canary in CANARIES if canary in said]


def test_a_result_without_its_confidential_part_can_still_be_read(tmp_path: Path) -> None:
    folder = Handmade().write(tmp_path)
    shutil.rmtree(folder / "vertrouwelijk")
    assert load_result(folder).households_not_linked is None


def test_a_gap_keeps_its_decimals(tmp_path: Path) -> None:
    parts = Handmade()
    parts.stages[3] |= {"gap": 0.000428, "bound": 12350, "status": "feasible"}
    assert load_result(parts.write(tmp_path)).stages[3].gap == Decimal("0.000428")


@pytest.mark.parametrize(
    "file", ["manifest.json", "certificaat.json", "taakstellingen.csv", "invoer/instance.toml"]
)
def test_a_file_that_every_result_has_is_missed_by_name(tmp_path: Path, file: str) -> None:
    folder = Handmade().write(tmp_path)
    (folder / file).unlink()
    with pytest.raises(InputRefusedError) as refused:
        load_result(folder)
    (finding,) = refused.value.findings
    assert (finding.code, finding.file) == ("report_file_missing", file.split("/")[-1])
    assert finding.sentence("nl") != finding.sentence("en")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("manifest.json", "[]"),
        ("manifest.json", "{"),
        ("manifest.json", "{}"),
        ("invoer/instance.toml", "= ="),
        ("taakstellingen.csv", ""),
        ("taakstellingen.csv", "gemeente_code,gemeente\nGM0001\n"),
        ("taakstellingen.csv", "gemeente_code,gemeente\nGM0001,Aalst\n"),
        ("na_uitruil.csv", 'gemeente_code\n"GM0001\n'),
    ],
)
def test_a_file_that_is_not_as_agreed_is_refused_by_name(
    tmp_path: Path, file: str, content: str
) -> None:
    folder = Handmade().write(tmp_path)
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(InputRefusedError) as refused:
        load_result(folder)
    assert refused.value.findings[0].code == "report_file_damaged"


def test_a_number_with_a_letter_in_it_is_refused(tmp_path: Path) -> None:
    parts = Handmade()
    parts.row("taakstellingen.csv", "GM0002")["taakstelling"] = "1O"
    with pytest.raises(InputRefusedError):
        load_result(parts.write(tmp_path))
