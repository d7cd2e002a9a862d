"""The words that click says by itself, in the language of the reader."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from allocator.words import catalogue
from tests.cli.calling import spawn

OWN = {key: texts for key, texts in catalogue().items() if key.startswith("click_")}
ENGLISH = re.compile(
    r"\b(usage|options|commands?|error|missing|argument|show|exit|for help|default|required"
    r"|invalid|value|such|mean|unexpected|got|is not|range|version)\b",
    re.IGNORECASE,
)
WRONG = [
    ("qouta",),
    ("quota",),
    ("quota", "x"),
    ("quota", "x", "--out"),
    ("quota", "x", "--out", "y", "z"),
    ("quota", "x", "--out", "y", "z", "z"),
    ("quota", "x", "--rounding", "omhoog"),
    ("quota", "x", "--workers", "0"),
    ("quota", "x", "--roundng", "webster"),
    ("quota", "x", "--json=ja"),
]


def test_click_still_says_what_we_translate() -> None:
    spec = find_spec("click")
    assert spec is not None and spec.origin is not None
    source = "".join(
        path.read_text(encoding="utf-8") for path in Path(spec.origin).parent.glob("*.py")
    )
    gone = [
        key
        for key, texts in OWN.items()
        if texts["en"].replace("\n", "\\n").replace("\t", "\\t") not in source
    ]
    assert [key for key in gone if "before" not in key] == []


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_complaint_in_dutch_has_no_english_in_it(words: tuple[str, ...], tmp_path: Path) -> None:
    ran = spawn(*words, cwd=tmp_path)
    said = re.sub(r"--\w+|\[.*?\]|'.*?'", "", ran.err)
    assert ran.code == 2
    assert "Fout:" in said
    assert ENGLISH.findall(said) == []


def test_a_help_page_in_dutch_has_no_english_in_it() -> None:
    said = spawn("--help").out + spawn("drift", "--help").out
    kept = re.sub(r"--[\w-]+|\b[A-Z]{4,}\b|<=|\[.*?<=.*?\]|allocator \w+.*", "", said)
    assert "Gebruik:" in said and "De hoofdtaak:" in said and "[standaard: 20]" in said
    assert ENGLISH.findall(kept) == []


def test_english_stays_english() -> None:
    ran = spawn("quota", "--lang", "en")
    assert "Usage:" in ran.err and "Error: Missing argument" in ran.err
