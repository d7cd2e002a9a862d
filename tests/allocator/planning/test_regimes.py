"""Rule sets with dates: which governs a half-year, which has ended, which was checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import allocator.planning.regime_choice as choice
import allocator.regimes as source
import allocator.settings as settings
from allocator.errors import InputRefusedError
from allocator.findings import Findings
from allocator.period import HalfYear
from allocator.planning import drifted
from allocator.planning.regime_choice import check_regimes, regime_for
from allocator.quota import compute_quotas
from allocator.reading import Instance, read_instance
from allocator.regimes import Regime, regimes
from tests.allocator.planning.cases import Case, codes_of, notice_codes, refused

LAW = "huisvestingswet-2014"
FIRST_HALF_OF_2021 = HalfYear(2021, 1)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Regime]]:
    """The law as if it had ended with 2022-2, and an invented one from 2023-1 on."""
    law = regimes()[LAW]
    ended = replace(law, last=HalfYear(2022, 2))
    later = replace(law, name="later", first=HalfYear(2023, 1), checked_on=date(2023, 6, 30))
    known = {LAW: ended, "later": later}
    for module in (source, settings, choice):
        monkeypatch.setattr(module, "regimes", lambda: known)
    yield known


def read(folder: Path, half_year: str, regime: str = LAW) -> Instance:
    path = Case([6, 4], 10, half_year=half_year).put(folder)
    text = (path / "instance.toml").read_text(encoding="utf-8")
    (path / "instance.toml").write_text(text.replace(LAW, regime), encoding="utf-8")
    return read_instance(path, ("gemeenten",))


def test_the_law_governs_from_2015_on_without_an_end() -> None:
    law = regimes()[LAW]
    assert not law.covers(HalfYear(2014, 2))
    assert law.covers(HalfYear(2015, 1))
    assert law.covers(HalfYear(2035, 2))
    assert law.text_of == date(2015, 7, 1)
    assert set(law.source) == {"nl", "en"}


def test_the_rule_set_is_chosen_by_date(two: dict[str, Regime]) -> None:
    chosen = [regime_for(HalfYear(*own)) for own in ((2014, 2), (2022, 2), (2023, 1), (2023, 2))]
    assert [own.name if own else None for own in chosen] == [None, LAW, "later", "later"]


def test_of_two_that_govern_the_newer_text_is_chosen(two: dict[str, Regime]) -> None:
    two[LAW] = replace(two[LAW], last=None)
    chosen = regime_for(HalfYear(2023, 1))
    assert chosen is not None
    assert chosen.name == "later"


def test_the_last_half_year_of_a_rule_set_is_still_its_own(
    two: dict[str, Regime], tmp_path: Path
) -> None:
    instance = read(tmp_path / "nu", "2022-2")
    assert [row.quota for row in compute_quotas(instance).rows] == [6, 4]


def test_an_ended_rule_set_is_refused(two: dict[str, Regime], tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as refusal:
        read(tmp_path / "nu", "2023-1")
    (found,) = refusal.value.findings
    assert (found.code, found.file, found.column) == (
        "regime_not_in_force",
        "instance.toml",
        "regime",
    )
    assert dict(found.values) == {"regime": LAW, "half_year": "2023-1"}
    assert read(tmp_path / "later", "2023-1", "later")


def test_a_rule_set_that_has_not_begun_is_refused(two: dict[str, Regime], tmp_path: Path) -> None:
    found = refused(lambda: read(tmp_path / "nu", "2022-2", "later"))
    assert codes_of(found) == ["regime_not_in_force"]


def test_an_unknown_rule_set_is_refused_by_name(tmp_path: Path) -> None:
    found = refused(lambda: read(tmp_path / "nu", "2021-1", "huisvestingswet-1992"))
    assert codes_of(found) == ["setting_choice"]
    assert LAW in found[0].line("nl")


def test_a_half_year_after_the_last_check_is_named(two: dict[str, Regime], tmp_path: Path) -> None:
    checked = read(tmp_path / "a", "2023-1", "later").notices
    unchecked = read(tmp_path / "b", "2023-2", "later").notices
    assert "law_not_checked" not in codes_of(checked)
    assert "law_not_checked" in codes_of(unchecked)
    assert not two["later"].as_parameters(HalfYear(2023, 2))["is_checked"]
    assert two["later"].as_parameters(HalfYear(2023, 1))["is_checked"]


def test_a_plan_beyond_the_end_names_what_governs_then(two: dict[str, Regime]) -> None:
    findings = Findings()
    years = [HalfYear(2022, 2), HalfYear(2023, 1)]
    check_regimes(years, LAW, "halfjaren.csv", findings)
    (found,) = findings.errors
    assert (found.code, found.file) == ("regime_ended", "halfjaren.csv")
    assert dict(found.values) == {"regime": LAW, "half_year": "2023-1", "follower": "later"}
    assert "later" in found.line("nl")


def test_a_plan_is_refused_where_nothing_governs(two: dict[str, Regime]) -> None:
    two.pop("later")
    findings = Findings()
    check_regimes([HalfYear(2023, 1)], LAW, "halfjaren.csv", findings)
    assert dict(findings.errors[0].values)["follower"] == "-"


def test_a_long_course_stops_at_the_end_of_the_rule_set(
    two: dict[str, Regime], tmp_path: Path
) -> None:
    instance = Case([6, 4], 10).put(tmp_path / "nu")
    assert drifted(instance, count=4)
    found = refused(lambda: drifted(instance, count=5))
    assert codes_of(found) == ["regime_ended"]
    assert dict(found[0].values)["half_year"] == "2023-1"


def test_a_plan_says_when_the_law_was_not_checked(tmp_path: Path) -> None:
    instance = Case([6, 4], 10, half_year="2024-1").put(tmp_path / "nu")
    # The text was last compared on 16 September 2024, so 2024-2 is checked and 2025-1 is not.
    assert "law_not_checked" not in notice_codes(drifted(instance, count=2))
    assert "law_not_checked" in notice_codes(drifted(instance, count=3))
    assert regimes()[LAW].is_checked_for(FIRST_HALF_OF_2021)
