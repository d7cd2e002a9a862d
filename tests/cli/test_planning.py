"""Mergers, revisions, bands, tiers, tables and half-years through the command."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.calling import (
    Ran,
    call,
    change_table,
    copy_instance,
    manifest,
    read_table,
    set_in_toml,
    tree,
)

MERGER = (
    "oud_code,nieuw_code,nieuwe_naam,datum,aandeel,bron\n"
    "SY0001,SY0009,Samen,2022-01-01,1,verzonnen\n"
    "SY0002,SY0009,Samen,2022-01-01,1,verzonnen\n"
)
HALF_YEARS = "halfjaar,landelijk_totaal\n2021-1,100\n2021-2,60\n"
MARGINS = "soort,naam,totaal\nkolom,woning,60\nkolom,plaats,40\n"
COMMANDS = ("merge", "revise", "band", "tiers", "table", "plan", "next", "drift")


def run(command: str, folder: Path, instance: Path, *more: object) -> Ran:
    """A call of each command with what it needs, on a tiny instance."""
    files = {"h.csv": HALF_YEARS, "m.csv": MARGINS, "merger.csv": MERGER}
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    quotas = folder / "quotas"
    if command in {"revise", "band"} and not quotas.is_dir():
        assert call("quota", instance, "--out", quotas, "--quiet").code == 0
    words: dict[str, tuple[object, ...]] = {
        "merge": (instance, folder / "merger.csv", "--structure-year", 2022),
        "revise": (quotas, "--total", 60),
        "band": (instance, "--previous", quotas, "--width", "0,5"),
        "tiers": (instance,),
        "table": (instance, folder / "m.csv"),
        "plan": (instance, folder / "h.csv"),
        "next": (instance,),
        "drift": (instance, "--half-years", 4),
    }
    return call(command, *words[command], "--out", folder / command, *more)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    folder = copy_instance("tiny-quota", tmp_path)
    set_in_toml(folder, "national_total", "100")
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_a_result_is_verified_when_written_and_ever_after(
    command: str, tmp_path: Path, tiny: Path
) -> None:
    ran = run(command, tmp_path, tiny)
    assert ran.code == 0, ran.err
    assert "voorstel, geen besluit" in ran.out
    assert manifest(ran.folder)["parameters"]["command"] == command
    assert call("verify", ran.folder).code == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_json_is_one_object_and_nothing_else(command: str, tmp_path: Path, tiny: Path) -> None:
    ran = run(command, tmp_path, tiny, "--json", "--lang", "en")
    assert (ran.code, ran.json["command"], ran.json["exit_code"]) == (0, command, 0)


@pytest.mark.parametrize("command", COMMANDS)
def test_shuffled_rows_change_no_byte(command: str, tmp_path: Path, tiny: Path) -> None:
    first = tree(run(command, tmp_path, tiny).folder)
    change_table(tiny / "gemeenten.csv", lambda rows: rows[::-1])
    again = tmp_path / "again"
    again.mkdir()
    assert tree(run(command, again, tiny).folder) == first


@pytest.mark.parametrize("command", COMMANDS)
def test_a_changed_figure_is_found_also_with_the_hash_mended(
    command: str, tmp_path: Path, tiny: Path
) -> None:
    folder = run(command, tmp_path, tiny).folder
    name, column = {
        "merge": ("gemeenten.csv", "inwoners"),
        "revise": ("herziening.csv", "taakstelling_nieuw"),
        "band": ("band.csv", "personen"),
        "tiers": ("trappen.csv", "personen"),
        "table": ("tabel.csv", "personen"),
        "plan": ("plan.csv", "personen"),
        "next": ("historie.csv", "personen"),
        "drift": ("verloop_gemeenten.csv", "personen_tot_nu"),
    }[command]
    change_table(folder / name, _one_more(column))
    content = manifest(folder)
    part = "inputs" if name in content["inputs"] else "outputs"
    content[part][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    ran = call("verify", folder)
    assert ran.code == 6
    assert name in ran.err


def _one_more(column: str) -> Callable[[list[dict[str, str]]], list[dict[str, str]]]:
    def change(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        return [{**rows[0], column: str(int(rows[0][column]) + 1)}, *rows[1:]]

    return change


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_of_somebody_else_is_left_alone(command: str, tmp_path: Path, tiny: Path) -> None:
    (tmp_path / command).mkdir()
    (tmp_path / command / "mine.txt").write_text("mine", encoding="utf-8")
    ran = run(command, tmp_path, tiny)
    assert ran.code == 8
    assert tree(ran.folder) == {"mine.txt": b"mine"}


def test_a_merged_instance_can_be_divided(tmp_path: Path, tiny: Path) -> None:
    before = read_table(tiny / "gemeenten.csv")
    merged = run("merge", tmp_path, tiny).folder
    rows = read_table(merged / "gemeenten.csv")
    assert len(rows) == len(before) - 1
    assert sum(int(row["inwoners"]) for row in rows) == sum(int(row["inwoners"]) for row in before)
    assert call("quota", merged, "--out", tmp_path / "q").code == 0


def test_a_band_that_cannot_hold_says_which_one_can(tmp_path: Path, tiny: Path) -> None:
    last = tmp_path / "last.csv"
    codes = [row["gemeente_code"] for row in read_table(tiny / "gemeenten.csv")]
    lines = [f"{code},{'98' if code == codes[0] else '1'}" for code in codes]
    last.write_text("\n".join(["gemeente_code,taakstelling", *lines, ""]), encoding="utf-8")
    out = tmp_path / "b"
    ran = call("band", tiny, "--previous", last, "--width", "0", "--out", out, "--json")
    assert (ran.code, out.exists()) == (4, False)
    assert "width" in ran.out


@pytest.mark.parametrize(
    ("command", "words", "code"),
    [
        ("band", ("--width", "0,1"), "band_needs"),
        ("tiers", ("--by", "kleur"), "unknown_grouping"),
        ("drift", ("--half-years", "0"), "half_years_range"),
        ("next", ("--history", "missing.csv"), "missing_table"),
        ("plan", ("missing.csv",), "missing_table"),
    ],
)
def test_what_is_missing_or_wrong_is_named(
    command: str, words: tuple[str, ...], code: str, tmp_path: Path, tiny: Path
) -> None:
    ran = call(command, tiny, *words, "--out", tmp_path / "out", "--json")
    assert (ran.code, (tmp_path / "out").exists()) == (3, False)
    assert code in ran.codes


def test_numbers_are_written_as_the_reader_writes_them(tmp_path: Path, tiny: Path) -> None:
    dutch = run("drift", tmp_path, tiny).out
    english = run("drift", tmp_path, tiny, "--lang", "en").out
    assert "," in dutch.split("verst erboven")[1].split(";")[0].split(": ")[1]
    assert "." in english.split("furthest above")[1].split(";")[0].split(": ")[1]
    names = [row["gemeente"] for row in read_table(tiny / "gemeenten.csv")]
    assert any(name in dutch for name in names)
