"""Every text of the report and the explanations is there, in both languages, and is used."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from allocator.reporting.account import GLOSSARY
from allocator.schema import TABLE_BY_NAME
from allocator.settings import ROUNDINGS, Pairs
from allocator.swapping.stages import STAGES
from allocator.words import LANGUAGES

ALLOCATOR = Path(__file__).parents[3] / "allocator"
ENTRIES = {
    key: texts
    for name in ("report.toml", "explain.toml")
    for key, texts in tomllib.loads(
        (ALLOCATOR / "catalogue" / name).read_text(encoding="utf-8")
    ).items()
}
SOURCES = [
    *sorted((ALLOCATOR / "reporting").rglob("*.py")),
    *sorted((ALLOCATOR / "reporting").rglob("*.j2")),
    ALLOCATOR / "explaining.py",
]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
WORDS = set(re.findall(r"""["']([a-z][a-z0-9_]*)["']""", CODE))
LITERAL = {word for word in WORDS if re.match(r"(report|explain)_", word) and word[-1] != "_"}
PLAIN = {word for word in LITERAL if word in ENTRIES}


def families() -> list[re.Pattern[str]]:
    """Keys made at run time: f"report_table_{name}", or "report_verdict_" ~ name ~ "_long"."""
    made = re.findall(r'f"((?:report|explain)_[^"]*)"', CODE)
    patterns = [re.sub(r"\\\{.*?\\\}", "[a-z0-9_]+", re.escape(found)) for found in made]
    joined = re.findall(r'"((?:report|explain)_[a-z_]*_)" ~ [\w.]+(?: ~ "(_[a-z_]+)")?', CODE)
    patterns += [f"{start}[a-z0-9]+{end}" for start, end in joined]
    return [re.compile(pattern) for pattern in patterns]


def test_every_entry_has_every_language_and_nothing_else() -> None:
    for key, texts in ENTRIES.items():
        assert set(texts) == set(LANGUAGES), key
        assert all(text.strip() == text and text for text in texts.values()), key


def test_both_languages_fill_in_the_same_values() -> None:
    for key, texts in ENTRIES.items():
        dutch, english = (placeholders(texts[lang]) for lang in ("nl", "en"))
        assert dutch == english, key


def placeholders(sentence: str) -> set[str]:
    """Names that a sentence fills in."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_key_that_is_asked_for_exists() -> None:
    functions = set(re.findall(r"def (\w+)", CODE))
    assert {word for word in LITERAL if word not in ENTRIES} - functions == set()


def test_no_entry_is_unused() -> None:
    made = families()
    unused = [
        key
        for key in ENTRIES
        if key not in PLAIN and not any(pattern.fullmatch(key) for pattern in made)
    ]
    assert unused == []


def test_every_figure_that_has_a_label_is_made_somewhere() -> None:
    labels = {key.removeprefix("explain_figure_") for key in ENTRIES if "_figure_" in key}
    assert labels - WORDS == set()


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("report_table_{}", [*TABLE_BY_NAME, "national_total"]),
        ("report_term_{}", GLOSSARY),
        ("report_term_{}_meaning", GLOSSARY),
        ("report_formula_{}_head", [name.replace("-", "_") for name in ROUNDINGS]),
        ("explain_formula_{}", sorted({*ROUNDINGS} - {"wettelijk", "grootste-rest"})),
        ("report_differs_pairs_{}", sorted({*get_args(Pairs)} - {"alle"})),
        (
            "report_stage_{}",
            ["taakstelling", *(stage.name for stage in STAGES), "koppeling"],
        ),
        ("report_status_{}", ["optimal", "feasible"]),
        ("report_proof_{}", ["recomputed", "counted", "searched", "engines"]),
        ("report_verdict_{}", ["voordeel", "neutraal", "tegenprestatie"]),
        ("report_verdict_{}_long", ["voordeel", "neutraal", "tegenprestatie"]),
        ("report_swap_reason_{}", ["minder_tekort", "gewenst", "getekend", "vastgezet"]),
        (
            "explain_reason_{}",
            ["bestaande_koppeling", "nareis", "harde_eis", "hoogste_punten", "verdeling"],
        ),
        ("explain_not_linked_{}", ["buiten_regio"]),
    ],
)
def test_every_code_of_a_result_has_its_words(pattern: str, names: list[str]) -> None:
    assert [name for name in names if pattern.format(name) not in ENTRIES] == []
