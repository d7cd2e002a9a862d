"""What the terminal says of every command, in both languages and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from allocator.errors import SolverGaveNothingError
from allocator.planning import commands_in_time
from allocator.planning.outcome import Sentence
from models.solution import SolverFailedError
from tests.allocator.planning.cases import Case, put_text
from tests.allocator.planning.results import make

COMMANDS = ["band", "tiers", "table", "plan", "next", "drift"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_summary_speaks_both_languages(tmp_path: Path, command: str) -> None:
    summary = make(command, tmp_path).summary
    dutch, english = summary.lines("nl"), summary.lines("en")
    assert len(dutch) == len(english) >= 2
    assert not set(dutch) & set(english)
    assert dutch[-1] == "Dit is een voorstel, geen besluit."
    assert not any("{" in line for line in (*dutch, *english))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_summary_is_one_json_object(tmp_path: Path, command: str) -> None:
    summary = make(command, tmp_path).summary
    content = json.loads(json.dumps(summary.as_json("en")))
    assert (content["command"], content["exit_code"]) == (command, 0)
    assert isinstance(content["notices"], list)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_manifest_says_what_was_asked(tmp_path: Path, command: str) -> None:
    made = make(command, tmp_path)
    manifest = json.loads(made.files["manifest.json"])
    parameters = manifest["parameters"]
    assert (parameters["command"], parameters["lang"]) == (command, "nl")
    assert parameters["key"] == "inwoners"
    assert command in parameters
    listed = {*manifest["inputs"], *manifest["outputs"]}
    assert listed == made.files.keys() - {"manifest.json"}


def test_whole_numbers_are_written_as_people_write_them() -> None:
    said = Sentence("plan_done", {"half_years": 2, "total": 13_500})
    assert "13.500 personen" in said.in_language("nl")
    assert "13,500 persons" in said.in_language("en")


def test_an_engine_that_fails_is_not_called_impossible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise SolverFailedError("gone")

    monkeypatch.setattr(commands_in_time, "run_in_child", fails)
    instance = Case([50, 50], 10).put(tmp_path / "nu")
    totals = put_text(tmp_path / "h.csv", "halfjaar,landelijk_totaal\n2021-1,10\n")
    with pytest.raises(SolverGaveNothingError):
        commands_in_time.planned(instance, totals)
