"""How the command talks: suggestions, languages, one JSON object, silence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import cli
from tests.cli.calling import call, spawn

NEEDED = {"demo", "run", "quota", "swap", "link", "verify", "report", "doctor"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("qouta", "quota"), ("swop", "swap"), ("verifi", "verify"), ("dem", "demo")],
)
def test_a_wrong_command_is_answered_with_the_right_one(typed: str, meant: str) -> None:
    ran = call(typed)
    assert ran.code == 2
    assert re.search(rf"\b{meant}\b", ran.err)
    assert ran.out == ""


def test_a_wrong_command_in_a_process_of_its_own() -> None:
    ran = spawn("qouta", "instances/nl-2021-1")
    assert ran.code == 2
    assert "quota" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("quota",),
        ("quota", "tiny-quota"),
        ("quota", "tiny-quota", "--out"),
        ("quota", "tiny-quota", "--out", "x", "--rounding", "omhoog"),
        ("quota", "tiny-quota", "--out", "x", "--roundng", "webster"),
        ("quota", "tiny-quota", "--out", "x", "--lang", "de"),
        ("quota", "tiny-quota", "--out", "x", "--workers", "0"),
        ("verify",),
    ],
)
def test_a_wrong_option_is_exit_two(words: tuple[str, ...], tmp_path: Path) -> None:
    arguments = [str(tmp_path / word) if word == "x" else word for word in words]
    ran = call(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_option_is_answered_with_the_right_one(tmp_path: Path) -> None:
    ran = call("quota", "tiny-quota", "--out", tmp_path / "x", "--roundng", "webster")
    assert "--rounding" in ran.err


def test_the_commands_that_are_promised_are_there() -> None:
    assert set(cli.commands.commands) >= NEEDED


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_help_is_a_sentence_in_the_language_asked_for(lang: str) -> None:
    said = spawn("quota", "--lang", lang, "--help").out
    assert not re.search(r"\b(help|opt)_\w+", said)
    assert {"nl": "Afronding", "en": "Rounding"}[lang] in said


def test_every_command_explains_itself_without_a_bare_key() -> None:
    said = spawn("--help").out
    assert not re.search(r"\b(help|opt)_\w+", said)
    assert all(name in said for name in NEEDED)


@pytest.mark.parametrize(("lang", "words"), [("nl", "geen besluit"), ("en", "not a decision")])
def test_the_language_is_the_one_asked_for(lang: str, words: str, tmp_path: Path) -> None:
    ran = call("quota", "tiny-quota", "--out", tmp_path / "q", "--lang", lang)
    assert ran.code == 0, ran.err
    assert words in ran.out


def test_the_language_changes_no_figure(tmp_path: Path) -> None:
    for lang in ("nl", "en"):
        assert call("quota", "tiny-quota", "--out", tmp_path / lang, "--lang", lang).code == 0
    tables = [(tmp_path / lang / "taakstellingen.csv").read_bytes() for lang in ("nl", "en")]
    assert tables[0] == tables[1]


def test_json_is_one_object_and_nothing_else_in_success(tmp_path: Path) -> None:
    ran = call("quota", "tiny-quota", "--out", tmp_path / "q", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["exit_code"] == 0
    assert ran.json["quota"]["sum"] == 10
    assert ran.json["quota"]["statutory_sum"] == 12


def test_json_is_one_object_and_nothing_else_in_a_process_of_its_own(tmp_path: Path) -> None:
    good = spawn("quota", "tiny-quota", "--out", tmp_path / "q", "--json")
    assert json.loads(good.out)["exit_code"] == good.code == 0
    assert len(good.out.strip().splitlines()) == 1
    bad = spawn("quota", tmp_path, "--out", tmp_path / "r", "--json")
    assert json.loads(bad.out)["exit_code"] == bad.code == 3


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("quota", "tiny-quota", "--out", "uit"), 0),
        (("swap", "tiny-ruil", "--out", "uit"), 0),
        (("link", "tiny-koppel", "--out", "uit"), 0),
        (("run", "tiny-koppel", "--out", "uit"), 0),
        (("link", "tiny-onmogelijk", "--out", "uit"), 4),
        (("swap", "tiny-quota", "--out", "uit"), 3),
        (("verify", "leeg"), 6),
        (("quota", "tiny-quota", "--out", "leeg"), 8),
    ],
)
def test_every_ending_is_one_json_object(words: tuple[str, ...], code: int, tmp_path: Path) -> None:
    (tmp_path / "leeg").mkdir()
    (tmp_path / "leeg" / "iets").write_text("x", encoding="utf-8")
    paths = {"uit": tmp_path / "uit", "leeg": tmp_path / "leeg"}
    ran = call(*(paths.get(word, word) for word in words), "--json")
    assert (ran.code, ran.json["exit_code"]) == (code, code)
    assert "Traceback" not in ran.err


def test_quiet_is_silent_when_all_is_well(tmp_path: Path) -> None:
    ran = call("quota", "tiny-quota", "--out", tmp_path / "q", "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_quiet_still_says_why_nothing_was_written(tmp_path: Path) -> None:
    ran = call("quota", tmp_path, "--out", tmp_path / "q", "--quiet")
    assert ran.code == 3
    assert "not_an_instance" in ran.err


def test_stderr_is_silent_when_it_is_no_terminal(tmp_path: Path) -> None:
    assert spawn("swap", "tiny-ruil", "--out", tmp_path / "q").err == ""


def test_an_instance_may_be_named_without_its_folder(tmp_path: Path) -> None:
    ran = spawn("quota", "tiny-quota", "--out", tmp_path / "q", cwd=tmp_path)
    assert ran.code == 0, ran.err


def test_doctor_asks_every_engine() -> None:
    ran = call("doctor", "--json")
    assert ran.code == 0
    assert all(works for _, _, works in ran.json["engines"])
    assert ran.json["engines"]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_command_is_listed_once_with_its_whole_first_sentence(lang: str) -> None:
    said = spawn("--lang", lang, "--help")
    listed = re.findall(r"(?m)^  ([a-z]+)  ", said.out)
    assert sorted(listed) == sorted(cli.commands.commands)
    assert "..." not in said.out


def test_a_language_before_the_command_holds_for_the_command(tmp_path: Path) -> None:
    before = spawn("--lang", "en", "quota", "tiny-quota", "--out", tmp_path / "q")
    after = spawn("quota", "tiny-quota", "--out", tmp_path / "q", "--lang", "en")
    assert (before.code, before.out) == (0, after.out)
    assert "not a decision" in before.out
