"""A plan without one of its agreements, on the tiny instance that is solved on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.errors import InputRefusedError
from allocator.explaining import Explainer, explain_agreement
from allocator.swapping.deals import DealAlternative, deal_alternative
from tests.cli.calling import call, copy_instance, write_table


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("deals") / "r"
    assert call("swap", "tiny-ruil", "--out", out).code == 0
    return out


def moves(deals: DealAlternative) -> list[tuple[str, str, int]]:
    return [(deal.giver, deal.taker, deal.persons) for deal in deals.added]


def test_without_an_agreement_the_other_stands_and_nothing_takes_its_place(folder: Path) -> None:
    """Alfa has nobody else in its province: its 12 stay short, with the 0 of Gamma."""
    other = deal_alternative(folder, "SY0001", "SY0002")
    assert (other.standing, other.left) == (1, 12)
    assert other.objectives["uitruil_tekort"] == (4, 12)
    assert other.shortfall == {"SY0001": (4, 12), "SY0002": (0, 0)}
    assert (other.added, other.dropped) == ((), ())


def test_another_partner_takes_the_place_where_there_is_one(tmp_path: Path) -> None:
    """With every pair open Delta has room for all that Alfa may hand over."""
    instance = copy_instance("tiny-ruil", tmp_path)
    settings = instance / "instance.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('"provincie"', '"alle"'), encoding="utf-8")
    out = tmp_path / "r"
    assert call("swap", instance, "--out", out, "--json").code == 0
    rows = (out / "overdrachten.csv").read_text(encoding="utf-8").splitlines()[1:]
    giver, taker = rows[0].split(",")[:2]
    other = deal_alternative(out, giver, taker)
    assert other.objectives["uitruil_tekort"] == (4, 4)
    assert other.left > 4
    assert (giver, taker) not in {move[:2] for move in moves(other)}
    assert giver in {move[0] for move in moves(other)}


def test_a_signed_agreement_can_be_thought_away_too(tmp_path: Path) -> None:
    instance = copy_instance("tiny-ruil", tmp_path)
    signed = {"van_code": "SY0001", "naar_code": "SY0004", "soort": "getekend", "personen": "3"}
    write_table(instance / "uitruilafspraken.csv", [signed])
    out = tmp_path / "r"
    assert call("swap", instance, "--out", out).code == 0
    other = deal_alternative(out, "SY0001", "SY0004")
    # The 3 go to Beta then, beside the 5 that went there already.
    assert moves(other) == [("SY0001", "SY0002", 8)]
    assert [(d.giver, d.taker, d.persons) for d in other.dropped] == [("SY0001", "SY0002", 5)]
    assert other.shortfall["SY0001"] == (4, 4)


@pytest.mark.parametrize(("lang", "said"), [("nl", "vervalt zij alleen"), ("en", "falls alone")])
def test_the_command_says_what_the_plan_is_without_it(lang: str, said: str, folder: Path) -> None:
    ran = call("explain", folder, "SY0001", "SY0002", "--lang", lang)
    assert ran.code == 0, ran.err
    assert said in ran.out
    found = explain_agreement(folder, "SY0001", "SY0002", lang).as_json()
    assert '"without"' in str(found).replace("'", '"')


def test_an_agreement_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(InputRefusedError):
        explain_agreement(folder, "SY0002", "SY0001", "nl")
    ran = call("explain", folder, "SY0002", "SY0001", "--json")
    assert (ran.code, ran.codes) == (3, ["explain_no_deal"])
    assert "SY0001 SY0002" in call("explain", folder, "SY0002", "SY0001").err


def test_a_name_that_nobody_has_is_refused_with_those_there_are(folder: Path) -> None:
    ran = call("explain", folder, "Nergenshuizen", "--json")
    assert (ran.code, ran.codes) == (3, ["explain_no_links_no_name"])
    name = Explainer(folder, "nl").result.quotas[0].name
    assert name in call("explain", folder, "Nergenshuizen").err
