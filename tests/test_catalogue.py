"""The one catalogue of what users read: complete in both languages, all of it used."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from allocator.words import LANGUAGES, catalogue

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "allocator"
# Functions whose first argument, or `help=`, is a key.
TAKES_A_KEY = {"text", "error", "notice", "step", "OutputTroubleError", "Finding"}
SHARED = {"place_row", "place_sheet", "place_column", "severity_error", "severity_notice"}


@cache
def trees() -> dict[str, ast.Module]:
    paths = [ROOT / "cli.py", *sorted(PACKAGE.rglob("*.py"))]
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in paths
    }


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def written_keys() -> Iterator[tuple[str, str]]:
    """Keys that stand in the code in full, with the file."""
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name == "step" and ast.unparse(node.func) not in {"session.step", "request.step"}:
                continue  # a step of an explanation, not of a run
            if name in TAKES_A_KEY and node.args and isinstance(node.args[0], ast.Constant):
                yield file, str(node.args[0].value)
            for keyword in node.keywords:
                if keyword.arg == "help" and isinstance(keyword.value, ast.Constant):
                    yield file, str(keyword.value.value)


def mentioned() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every text constant, and a pattern for every text that is put together."""
    constants: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    for node in (node for tree in trees().values() for node in ast.walk(tree)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            constants.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            patterns.extend(as_pattern(node))
    for path in PACKAGE.rglob("*"):
        if path.suffix in {".html", ".j2", ".jinja", ".svg", ".txt"}:
            constants |= set(re.findall(r"[\"'](\w+)[\"']", path.read_text(encoding="utf-8")))
    return constants, patterns


def as_pattern(node: ast.JoinedStr) -> Iterator[re.Pattern[str]]:
    parts = [
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+"
        for part in node.values
    ]
    if sum(len(part) for part in parts if part != r"\w+") >= 4:
        yield re.compile("".join(parts))


def test_every_entry_speaks_both_languages() -> None:
    wrong = {key: sorted(texts) for key, texts in catalogue().items() if set(texts) != {*LANGUAGES}}
    assert wrong == {}
    assert [key for key, texts in catalogue().items() if not all(texts.values())] == []


def test_both_languages_fill_in_the_same() -> None:
    differ = {
        key: [sorted(placeholders(texts[lang])) for lang in LANGUAGES]
        for key, texts in catalogue().items()
        if placeholders(texts["nl"]) != placeholders(texts["en"])
    }
    assert differ == {}


def test_the_two_languages_are_two_languages() -> None:
    """A sentence of some length that is the same twice was never translated."""
    same = [
        key
        for key, texts in catalogue().items()
        if texts["nl"] == texts["en"] and len(texts["nl"].split()) > 3
    ]
    assert same == []


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    unknown = {(file, key) for file, key in written_keys() if key not in catalogue()}
    assert unknown == set()


def test_the_search_for_keys_finds_the_keys() -> None:
    found = {key for _, key in written_keys()}
    assert len(found) > 60
    assert {"help_main", "out_not_ours", "proposal_not_decision"} <= found


def test_no_entry_is_unused() -> None:
    constants, patterns = mentioned()
    unused = [
        key
        for key in catalogue()
        if key not in constants
        and not any(pattern.fullmatch(key) for pattern in patterns)
        # What click says by itself; tests/cli/test_wording.py holds it against click.
        and not key.startswith("click_")
    ]
    assert unused == []


def test_every_finding_has_a_test() -> None:
    content = (PACKAGE / "catalogue" / "findings.toml").read_text(encoding="utf-8")
    codes = set(tomllib.loads(content)) - SHARED
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    assert [code for code in sorted(codes) if f'"{code}"' not in tests] == []
