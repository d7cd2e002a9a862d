"""A solver that dies in the middle of a run: a verified result that says so, or exit 7."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.calling import call, manifest, tree
from tests.models.solver import fakes

SAID = "manifest.json: let op solver_replaced: rekenkern {} stopte"


@pytest.mark.parametrize(
    ("words", "fault", "instead"),
    [
        (("link", "tiny-koppel"), "highs dies", {"glop", "cbc", "scip"}),
        (("swap", "tiny-ruil"), "ortools-flow dies", {"highs"}),
    ],
)
def test_the_result_is_verified_and_says_who_answered(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    words: tuple[str, str],
    fault: str,
    instead: set[str],
) -> None:
    plain = call(*words, "--out", tmp_path / "gewoon")
    fakes.boot(monkeypatch, fault)
    ran = call(*words, "--out", tmp_path / "uit")
    assert (plain.code, ran.code) == (0, 0)
    engine = fault.partition(" ")[0]
    assert SAID.format(engine) in ran.err + ran.out
    assert SAID.format(engine) not in plain.err + plain.out
    made = manifest(tmp_path / "uit")
    assert set(made["versions"]) - {"allocator", "numpy"} == instead
    assert any(SAID.format(engine) in notice["nl"] for notice in made["parameters"]["notices"])
    assert call("verify", tmp_path / "uit").code == 0
    differ = {
        name
        for name, content in tree(tmp_path / "gewoon").items()
        if tree(tmp_path / "uit")[name] != content
    }
    # One answer, whoever gives it: only the prices and who gave them may differ.
    assert differ <= {"manifest.json", "certificaat.json"}


def test_where_the_second_fails_too_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fakes.boot(monkeypatch, "highs lies", "cbc dies", "scip dies")
    ran = call("link", "tiny-koppel", "--out", tmp_path / "uit")
    assert ran.code == 7
    assert "NIET dat er geen plan bestaat" in ran.err + ran.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.nightly
@pytest.mark.parametrize("fault", ["highs lies", "highs dies", "ortools-flow dies"])
def test_the_main_job_is_as_good_whoever_stands_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: str
) -> None:
    """352 municipalities: of equally good swaps others may be taken, the links are the same."""
    assert call("demo", "--out", tmp_path / "gewoon").code == 0
    fakes.boot(monkeypatch, fault)
    assert call("demo", "--out", tmp_path / "uit").code == 0
    plain, other = manifest(tmp_path / "gewoon"), manifest(tmp_path / "uit")
    assert plain["stages"] == other["stages"]
    links = "vertrouwelijk/koppelvoorstel.csv"
    assert tree(tmp_path / "gewoon")[links] == tree(tmp_path / "uit")[links]
