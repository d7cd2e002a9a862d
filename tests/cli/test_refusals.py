"""Input that is refused: exit 3, the place and the remedy, nothing written, no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.calling import Ran, call, copy_instance, spawn, tree
from tests.cli.refusal_cases import LATER, LISTED, NOTICES, Case


def name_of(case: Case) -> str:
    return f"{case.code}-{case.command}-{case.instance}"


def ask(case: Case, folder: Path, *options: object) -> Ran:
    instance = copy_instance(case.instance, folder / "in")
    case.change(instance)
    (folder / "uit").mkdir()
    return call(case.command, instance, "--out", folder / "uit" / "r", *options)


@pytest.mark.parametrize("case", [*LISTED, *LATER], ids=name_of)
def test_a_refusal_names_the_place_and_writes_nothing(case: Case, tmp_path: Path) -> None:
    ran = ask(case, tmp_path, "--json")
    assert ran.code == case.exit_code, ran.err
    assert "Traceback" not in ran.out + ran.err
    found = [item for item in ran.json["findings"] if item["code"] == case.code]
    assert {item["severity"] for item in found} == {"error"}
    assert case.file in {Path(item["file"]).name for item in found}
    if case.row or case.column:
        assert (case.row, case.column) in {(item["row"], item["column"]) for item in found}
    assert not (tmp_path / "uit" / "r").exists()
    if case.exit_code == 3:
        assert tree(tmp_path / "uit") == {}


@pytest.mark.parametrize("case", LISTED, ids=name_of)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_person_reads_where_and_what_on_stderr(case: Case, lang: str, tmp_path: Path) -> None:
    ran = ask(case, tmp_path, "--lang", lang)
    assert ran.out == ""
    line = next(line for line in ran.err.splitlines() if case.code in line)
    assert case.file in line
    assert not case.row or f" {case.row}" in line
    assert case.column in line
    end = {"nl": "er is niets geschreven", "en": "nothing was written"}
    assert end[lang] in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("case", [LISTED[0], LISTED[10]], ids=name_of)
def test_a_process_of_its_own_refuses_alike(case: Case, tmp_path: Path) -> None:
    instance = copy_instance(case.instance, tmp_path / "in")
    case.change(instance)
    ran = spawn(case.command, instance, "--out", tmp_path / "uit", "--json", cwd=tmp_path)
    assert ran.code == 3
    assert case.code in ran.codes
    assert "Traceback" not in ran.out + ran.err
    assert not (tmp_path / "uit").exists()


def test_a_refusal_leaves_the_old_result_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    assert call("quota", "tiny-quota", "--out", out).code == 0
    before = tree(tmp_path)
    instance = copy_instance("tiny-quota", tmp_path.parent / f"{tmp_path.name}-in")
    LISTED[5].change(instance)
    assert call("quota", instance, "--out", out).code == 3
    assert tree(tmp_path) == before


@pytest.mark.parametrize("case", NOTICES, ids=name_of)
def test_what_a_reader_should_know_stops_nothing(case: Case, tmp_path: Path) -> None:
    ran = ask(case, tmp_path, "--json")
    assert ran.code == 0, ran.err
    assert case.code in [notice["code"] for notice in ran.json["notices"]]


@pytest.mark.parametrize(
    ("region", "code"),
    [
        ("provincie_code=PV99", "unknown_region"),
        ("provincie=PV01", "unknown_region_column"),
        ("PV01", "unknown_region_column"),
    ],
)
def test_an_unknown_region_is_refused_with_the_nearest(
    region: str, code: str, tmp_path: Path
) -> None:
    ran = call("swap", "tiny-ruil", "--region", region, "--out", tmp_path / "r", "--json")
    assert ran.code == 3
    assert ran.codes == [code]
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("place", ["nergens", "instances"])
def test_a_folder_that_is_no_instance_is_refused(place: str, tmp_path: Path) -> None:
    (tmp_path / "instances").mkdir()
    ran = call("quota", tmp_path / place, "--out", tmp_path / "r", "--json")
    assert ran.code == 3
    assert ran.codes == ["not_an_instance"]
    assert not (tmp_path / "r").exists()


def test_more_findings_than_a_screen_holds_are_all_in_the_json(tmp_path: Path) -> None:
    instance = copy_instance("nl-2021-1", tmp_path)
    table = instance / "gemeenten.csv"
    table.write_bytes(table.read_bytes().replace(b",cbs,", b".000,cbs,"))
    loud = call("quota", instance, "--out", tmp_path / "r")
    assert loud.code == 3
    assert len(loud.err.splitlines()) < 30
    assert len(call("quota", instance, "--out", tmp_path / "r", "--json").codes) > 300


def test_an_impossible_link_names_who_and_where_and_writes_only_that(tmp_path: Path) -> None:
    ran = call("link", "tiny-onmogelijk", "--out", tmp_path / "r")
    assert ran.code == 4
    assert "Traceback" not in ran.err
    (line,) = (line for line in ran.err.splitlines() if "conflict_dwellings" in line)
    assert "hh-1" in line
    assert "hh-2" in line
    assert "hh-3" not in line
    assert "SY0001" in line
    assert "SY0002" not in line
    (report,) = tree(tmp_path).values()
    assert b"hh-1" in report
    assert b"hh-2" in report
    assert b"SY0001" in report


def test_an_impossible_run_leaves_the_old_result_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "r"
    assert call("quota", "tiny-onmogelijk", "--out", out).code == 0
    before = tree(out)
    assert call("run", "tiny-onmogelijk", "--out", out).code == 4
    assert tree(out) == before


def test_real_people_and_synthetic_supply_meet_only_in_an_exercise(tmp_path: Path) -> None:
    (case,) = (case for case in LATER if case.code == "mixed_tables")
    instance = copy_instance(case.instance, tmp_path)
    case.change(instance)
    (instance / "arbeidsmarkt.csv").unlink()
    assert call("link", instance, "--out", tmp_path / "r").code == 3
    assert call("link", instance, "--out", tmp_path / "r", "--oefening").code == 0


def test_a_synthetic_labour_market_never_weighs_real_people(tmp_path: Path) -> None:
    (case,) = (case for case in LATER if case.code == "synthetic_fit")
    instance = copy_instance(case.instance, tmp_path)
    case.change(instance)
    assert call("link", instance, "--out", tmp_path / "r", "--oefening").code == 3
