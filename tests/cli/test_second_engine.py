"""``verify --second-engine``: swaps searched again by an engine that did not make them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from allocator.swapping import second
from models.exchange.outcome import ExchangeOutcome
from models.solution import Bounds, SolverFailedError, Status
from tests.cli.calling import INSTANCES, Ran, call, manifest, tree
from tests.cli.test_composition import write_instance

DISTANCE = "uitruil_afstand"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Swaps of which the distance was found by a search of HiGHS."""
    folder = tmp_path_factory.mktemp("uitruil") / "r"
    assert call("swap", INSTANCES / "flevoland-2021-1", "--out", folder).code == 0
    assert "highs" in manifest(folder)["versions"]
    return folder


def verdicts(ran: Ran) -> dict[str, str]:
    return {stage["name"]: stage["verdict"] for stage in ran.json["second_engine"]["stages"]}


def test_another_engine_proves_the_same_and_the_result_stays(made: Path) -> None:
    before = tree(made)
    ran = call("verify", made, "--second-engine", "--json")
    found = ran.json["second_engine"]
    assert ran.code == 0
    assert found["without"] == ["highs"]
    assert "cbc" in found["engines"]
    assert "highs" not in found["engines"]
    assert set(verdicts(ran).values()) == {"same"}
    assert {stage["name"]: stage["proof"] for stage in found["stages"]}[DISTANCE] == "searched"
    assert tree(made) == before


def test_each_stage_is_told_with_what_it_rests_on(made: Path) -> None:
    out = call("verify", made, "--second-engine").out
    assert "Nog eens gezocht zonder highs; nu antwoordden: cbc " in out
    assert "bilateraal: paren): 3, door beide bewezen (in het resultaat na te rekenen" in out
    assert "door beide bewezen (in het resultaat gezocht)" in out
    assert "zocht" not in call("verify", made).out


def test_a_result_that_no_engine_searched_keeps_none_out(tmp_path: Path) -> None:
    call("swap", INSTANCES / "tiny-ruil", "--out", tmp_path / "r")
    ran = call("verify", tmp_path / "r", "--second-engine", "--lang", "en")
    assert ran.code == 0
    assert "The result came about without highs, so nothing was kept out." in ran.out


def test_a_request_about_sizes_is_searched_again_too(tmp_path: Path) -> None:
    instance = write_instance(tmp_path / "in")
    call("swap", instance, "--samenstelling", "--driehoek", "--out", tmp_path / "r")
    ran = call("verify", tmp_path / "r", "--second-engine", "--json")
    assert verdicts(ran) == {
        "samenstelling_over": "same",
        "samenstelling_afspraken": "same",
        "samenstelling_huishoudens": "same",
    }


def answer_with(
    monkeypatch: pytest.MonkeyPatch, name: str, value: int, bound: int, scale: int = 1
) -> None:
    """Let the second search end one stage otherwise than it does."""
    honest = second.run_in_child

    def answer(*arguments: object, **options: object) -> ExchangeOutcome:
        outcome: ExchangeOutcome = honest(*arguments, **options)  # type: ignore[arg-type]
        status = Status.OPTIMAL if value == bound else Status.FEASIBLE
        stages = tuple(
            replace(stage, bounds=Bounds(value, bound), status=status, denominator=scale)
            if stage.name == name
            else stage
            for stage in outcome.stages
        )
        return replace(outcome, stages=stages)

    monkeypatch.setattr(second, "run_in_child", answer)


@pytest.mark.parametrize(("value", "bound"), [(213, 213), (213, 200), (220, 215)])
def test_what_one_reaches_and_the_other_calls_impossible_is_told(
    monkeypatch: pytest.MonkeyPatch, made: Path, value: int, bound: int
) -> None:
    answer_with(monkeypatch, "distance", value, bound)
    ran = call("verify", made, "--second-engine")
    assert ran.code == 6
    assert f"het resultaat zegt 214, minder dan 214 kan niet; cbc, ortools-flow zegt {value}, " in (
        ran.err
    )
    assert f"minder dan {bound} kan niet. Een van beide klopt niet" in ran.err


def test_a_search_that_ends_early_contradicts_nothing(
    monkeypatch: pytest.MonkeyPatch, made: Path
) -> None:
    answer_with(monkeypatch, "distance", 230, 190)
    ran = call("verify", made, "--second-engine")
    assert ran.code == 0
    assert "214; de andere rekenkern komt tot 230 en bewijst dat minder dan 190 niet kan" in ran.out


def test_after_a_stage_that_ends_elsewhere_nothing_is_compared(
    monkeypatch: pytest.MonkeyPatch, made: Path
) -> None:
    # One person moved more, so the distance may be whatever it is.
    answer_with(monkeypatch, "agreements", 4, 3)
    ran = call("verify", made, "--second-engine", "--json")
    assert ran.code == 0
    assert list(verdicts(ran).values()) == ["same", "same", "open", "elsewhere", "elsewhere"]


def test_a_fraction_is_compared_as_a_fraction(monkeypatch: pytest.MonkeyPatch, made: Path) -> None:
    answer_with(monkeypatch, "worst", 6, 6, scale=74)
    assert set(verdicts(call("verify", made, "--second-engine", "--json")).values()) == {"same"}
    answer_with(monkeypatch, "worst", 5, 5, scale=74)
    assert call("verify", made, "--second-engine").code == 6


def test_numbers_are_written_as_their_reader_writes_them(
    monkeypatch: pytest.MonkeyPatch, made: Path
) -> None:
    answer_with(monkeypatch, "distance", 12_634, 190)
    assert "komt tot 12.634 en" in call("verify", made, "--second-engine").out
    assert "reaches 12,634 and" in call("verify", made, "--second-engine", "--lang", "en").out


def test_an_engine_that_dies_says_nothing_of_the_result(
    monkeypatch: pytest.MonkeyPatch, made: Path
) -> None:
    def die(*_arguments: object, **_options: object) -> None:
        raise SolverFailedError("a solve died of signal 11")

    monkeypatch.setattr(second, "run_in_child", die)
    assert call("verify", made, "--second-engine").code == 7


def test_without_swaps_or_in_a_part_of_a_result_it_is_refused(made: Path, tmp_path: Path) -> None:
    call("quota", INSTANCES / "tiny-quota", "--out", tmp_path / "q")
    ran = call("verify", tmp_path / "q", "--second-engine", "--json")
    assert (ran.code, ran.codes) == (3, ["result_without_swaps"])
    call("extract", made, "--audience", "rijk", "--out", tmp_path / "deel")
    ran = call("verify", tmp_path / "deel", "--second-engine", "--json")
    assert (ran.code, ran.codes) == (3, ["report_is_part"])
