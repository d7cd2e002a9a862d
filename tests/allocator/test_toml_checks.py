"""What is said of a faulty TOML file: every kind of fault, its place, and no word of pydantic."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, Field, ValidationError

from allocator.errors import InputRefusedError
from allocator.findings import Findings
from allocator.keys import read_key
from allocator.settings import read_settings
from allocator.toml_checks import note_faults, read_toml
from allocator.words import LANGUAGES

SETTINGS = """\
name = "proef"
half_year = "2021-1"
scope = "regio"
population_date = 2020-01-01
structure_year = 2021
regime = "huisvestingswet-2014"
"""
KEY = """\
name = "proef"
title = {nl = "x", en = "x"}
status = "voorstel"
source = {nl = "x", en = "x"}

[[parts]]
indicator = "inwoners"
"""
FAULTS = [
    ('name = "proef"', 'name = ""', "setting_empty", "name"),
    ('name = "proef"', "name = 5", "setting_not_text", "name"),
    ('name = "proef"', f'name = "{"n" * 101}"', "setting_long", "name"),
    ("2020-01-01", "2020-01-01T10:00:00", "setting_not_date", "population_date"),
    ("2021\n", "1899\n", "setting_low", "structure_year"),
    ("2021\n", "2201\n", "setting_high", "structure_year"),
    ("2021\n", "true\n", "setting_not_whole", "structure_year"),
    ('"huisvestingswet-2014"', '"huisvestingswet"', "setting_choice", "regime"),
    ('"regio"', '"land"', "setting_choice", "scope"),
    ("2021\n", '2021\ndivisor = "-3/17"\n', "setting_not_positive", "divisor"),
    ("2021\n", '2021\ndivisor = "3/0"\n', "setting_not_exact", "divisor"),
    ("2021\n", "2021\nswap = 3\n", "setting_not_table", "swap"),
    ("2021\n", "2021\nlink = {zonder_woning = 1}\n", "setting_not_switch", "link.zonder_woning"),
    ("2021\n", '2021\nswap = {pears = "regio"}\n', "setting_unknown", "swap.pears"),
]
WEIGHTS = ['"1/0"', '"0/0"', '"1e99999999"', '"abc"', '"0,4"', '""', "0.4", "true", '"1/-2"']


@pytest.mark.parametrize(("old", "new", "code", "column"), FAULTS)
def test_each_fault_has_a_sentence_of_its_own(old: str, new: str, code: str, column: str) -> None:
    findings = Findings()
    assert read_settings(SETTINGS.encode(), "instance.toml", findings) is not None
    assert read_settings(SETTINGS.replace(old, new).encode(), "instance.toml", findings) is None
    assert [(found.code, found.column) for found in findings.errors] == [(code, column)]
    for lang in LANGUAGES:
        assert "nput should" not in findings.errors[0].sentence(lang)


def test_a_date_between_quotes_is_shown_as_it_was_written() -> None:
    findings = Findings()
    read_settings(SETTINGS.replace("2020-01-01", '"1 januari"').encode(), "f", findings)
    assert "1 januari" in findings.errors[0].sentence("nl")


def test_a_fault_of_a_kind_without_a_sentence_still_has_its_place() -> None:
    class Dozens(BaseModel):
        eggs: Annotated[int, Field(multiple_of=12)]

    findings = Findings()
    with pytest.raises(ValidationError) as wrong:
        Dozens.model_validate({"eggs": 13})
    note_faults(wrong.value, "f", findings)
    assert [(f.code, f.column, f.values) for f in findings.errors] == [
        ("setting_bad", "eggs", (("found", "13"),))
    ]


@pytest.mark.parametrize("weight", WEIGHTS)
def test_a_weight_that_is_no_exact_number_is_refused_at_once(weight: str, tmp_path: Path) -> None:
    path = tmp_path / "sleutel.toml"
    path.write_text(f"{KEY}weight = {weight}\n", encoding="utf-8")
    began = time.process_time()
    with pytest.raises(InputRefusedError) as refused:
        read_key(str(path))
    assert time.process_time() - began < 1
    assert [(f.code, f.column) for f in refused.value.findings] == [
        ("setting_not_exact", "parts.1.weight")
    ]


@pytest.mark.parametrize(
    ("weight", "exact"),
    [('"2/4"', "1/2"), ('"0.40"', "2/5"), ("3", "3"), ('"-1"', "-1"), ('"-1.5"', "-3/2")],
)
def test_exact_numbers_are_kept_in_lowest_terms(weight: str, exact: str, tmp_path: Path) -> None:
    path = tmp_path / "sleutel.toml"
    path.write_text(f"{KEY}weight = {weight}\n", encoding="utf-8")
    assert read_key(str(path)).parts[0].weight == exact


def test_a_key_without_parts_has_nothing_there_and_a_faulty_part_is_counted_once(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sleutel.toml"
    path.write_text(KEY.replace("[[parts]]\nindicator", "parts = []\nindicator"), encoding="utf-8")
    with pytest.raises(InputRefusedError) as refused:
        read_key(str(path))
    assert {f.code for f in refused.value.findings} == {"setting_empty", "setting_unknown"}
    path.write_text(KEY.replace("[[parts]]", "parts = 3\n[other]"), encoding="utf-8")
    with pytest.raises(InputRefusedError) as refused:
        read_key(str(path))
    assert [f.code for f in refused.value.findings] == ["setting_not_list", "setting_unknown"]
    path.write_text(KEY.replace('"inwoners"', '"Inwoners"'), encoding="utf-8")
    with pytest.raises(InputRefusedError) as refused:
        read_key(str(path))
    assert [f.code for f in refused.value.findings] == ["setting_pattern"]


def test_a_fault_of_grammar_is_shown_with_its_line() -> None:
    findings = Findings()
    assert read_toml(b'name = "x"\nhalf_year = 2021-1\n', "instance.toml", findings) is None
    assert read_toml(b'name = "x', "instance.toml", findings) is None
    assert [found.row for found in findings.errors] == [2, 1]
    assert "17" in findings.errors[0].sentence("nl")
