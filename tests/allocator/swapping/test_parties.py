"""What one municipality sees of a plan, on the tiny instance that is solved on paper."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from allocator.errors import InputRefusedError
from allocator.explaining import explain_party
from allocator.swapping.parties import PartyView, party_view
from tests.cli.calling import call, change_table, copy_instance


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("parties") / "r"
    assert call("swap", "tiny-ruil", "--out", out).code == 0
    return out


@pytest.fixture(scope="module")
def giver(folder: Path) -> PartyView:
    return party_view(folder, "SY0001")


def test_a_giver_sees_before_after_and_what_holds_it_back(giver: PartyView) -> None:
    assert (giver.position.quota, giver.change, giver.label) == (20, -8, "voordeel")
    assert giver.shortfall == {"midden": (12, 4)}
    assert giver.gives_at_most == {"declared": 20, "quota": 20, "left": 8}
    assert giver.takes_at_most == {"declared": 0, "slack": 0}
    assert giver.dwellings == {"1p": 4, "2p": 3}


def test_without_a_giver_its_own_agreement_falls_and_the_others_stand(giver: PartyView) -> None:
    """SY0003 still gives its 4 to SY0002: 12 stay short instead of 4, all of them at SY0001."""
    other = giver.alternative
    assert other is not None
    assert [(deal.giver, deal.taker, deal.persons) for deal in other.fallen] == [
        ("SY0001", "SY0002", 8)
    ]
    assert other.standing == 1
    assert other.own == (4, 12)
    assert other.objectives["uitruil_tekort"] == (4, 12)
    assert other.objectives["uitruil_zwaarst"] == (Fraction(1, 5), Fraction(12, 20))
    assert other.objectives["uitruil_afspraken"] == (3, 2)
    assert other.objectives["uitruil_personen"] == (12, 4)


def test_without_the_only_taker_every_agreement_falls(folder: Path) -> None:
    other = party_view(folder, "SY0002").alternative
    assert other is not None
    assert (len(other.fallen), other.standing) == (2, 0)
    assert other.objectives["uitruil_tekort"] == (4, 16)


def test_the_plan_without_a_municipality_says_who_deals_instead(tmp_path: Path) -> None:
    """Where provinces are no limit SY0004 alone takes all 12; without it SY0002 does."""
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    settings = instance / "instance.toml"
    settings.write_text(settings.read_text().replace('"provincie"', '"alle"'))
    assert call("swap", instance, "--out", tmp_path / "r").code == 0
    taker, spare = sorted(
        ("SY0002", "SY0004"), key=lambda code: party_view(tmp_path / "r", code).alternative is None
    )
    other = party_view(tmp_path / "r", taker).alternative
    assert other is not None
    assert {deal.taker for deal in other.fallen} == {taker}
    assert {deal.taker for deal in other.added} == {spare}
    assert sum(deal.persons for deal in other.added) == sum(d.persons for d in other.fallen) == 12
    assert other.dropped == ()
    shown = "\n".join(explain_party(tmp_path / "r", taker, "nl").lines())
    assert "Nieuw of anders is daarin: " in shown


def test_who_has_no_agreement_sees_that_nothing_changes_without_it(folder: Path) -> None:
    assert party_view(folder, "SY0004").alternative is None
    shown = "\n".join(explain_party(folder, "SY0004", "nl").lines())
    assert "zonder haar blijft het plan gelijk" in shown


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_explanation_names_own_limits_and_nobody_elses(folder: Path, lang: str) -> None:
    """SY0002 declared 14 extra: no figure of SY0001's explanation says so."""
    found = explain_party(folder, "SY0001", lang)
    figures = {figure.name: figure.value for step in found.steps for figure in step.figures}
    assert (figures["gives_declared"], figures["gives_left"]) == (20, 8)
    assert (figures["takes_declared"], figures["takes_slack"]) == (0, 0)
    assert figures["without_uitruil_tekort"] == "12"
    assert 14 not in figures.values()


def test_what_a_party_wants_in_return_is_read_by_that_party_alone(tmp_path: Path) -> None:
    instance, words = copy_instance("tiny-ruil", tmp_path / "in"), "een eigen inburgeringsklas"

    def asked(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        wants = {"SY0002": words}
        return [{**row, "tegenprestatie": wants.get(row["gemeente_code"], "")} for row in rows]

    change_table(instance / "ruilruimte.csv", asked)
    assert call("swap", instance, "--out", tmp_path / "r").code == 0
    assert words in call("explain", tmp_path / "r", "SY0002").out
    for others in (("SY0001",), ("SY0004",), ("SY0001", "SY0002")):
        assert words not in call("explain", tmp_path / "r", *others).out


def test_explain_shows_it_on_the_screen(folder: Path) -> None:
    ran = call("explain", folder, "SY0001")
    assert ran.code == 0
    assert "Als deze gemeente niet meedoet" in ran.out


def test_a_result_without_swaps_has_no_parties(tmp_path: Path) -> None:
    assert call("quota", "tiny-quota", "--out", tmp_path / "r").code == 0
    with pytest.raises(InputRefusedError) as refused:
        party_view(tmp_path / "r", "SY0001")
    assert [finding.code for finding in refused.value.findings] == ["result_without_swaps"]
    assert call("explain", tmp_path / "r", "SY0001").code == 0


def test_a_municipality_that_is_not_there_is_refused_with_the_nearest(folder: Path) -> None:
    with pytest.raises(InputRefusedError) as refused:
        party_view(folder, "SY0009")
    (finding,) = refused.value.findings
    assert finding.code == "result_without_municipality"
    assert dict(finding.values)["suggestion"].startswith("SY000")
