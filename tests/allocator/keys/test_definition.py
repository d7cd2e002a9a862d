"""A key file: what is refused, and where; which key counts as the law's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.errors import InputRefusedError
from allocator.keys import Key, bundled_keys, read_key
from allocator.keys.definition import Part

LAW = bundled_keys()["inwoners"]
HEAD = """\
name = "{name}"
title = {{nl = "x", en = "x"}}
status = "voorstel"
source = {{nl = "x", en = "x"}}
"""


def write(folder: Path, parts: str, name: str = "proef") -> str:
    path = folder / "sleutel.toml"
    path.write_text(HEAD.format(name=name) + parts, encoding="utf-8")
    return str(path)


def test_a_name_has_sixty_letters_at_most(tmp_path: Path) -> None:
    part = f'[[parts]]\nindicator = "{"i" * 60}"\n'
    key = read_key(write(tmp_path, part, name="n" * 60))
    assert (len(key.name), len(key.parts[0].indicator)) == (60, 60)
    with pytest.raises(InputRefusedError) as refused:
        read_key(write(tmp_path, part.replace("i" * 60, "i" * 61), name="n" * 61))
    assert [found.column for found in refused.value.findings] == ["name", "parts.1.indicator"]


def test_every_fault_of_a_key_file_is_named_with_its_place(tmp_path: Path) -> None:
    wrong = '[[parts]]\nindicator = "A"\nweight = 0.4\n[[parts]]\nindicator = "b"\nexponent = 10\n'
    with pytest.raises(InputRefusedError) as refused:
        read_key(write(tmp_path, wrong))
    found = [(own.code, own.file, own.column) for own in refused.value.findings]
    assert found == [
        ("setting_pattern", "sleutel.toml", "parts.1.indicator"),
        ("setting_not_exact", "sleutel.toml", "parts.1.weight"),
        ("setting_high", "sleutel.toml", "parts.2.exponent"),
    ]


@pytest.mark.parametrize(
    "more", [{"credit": "gezinshereniging"}, {"floor": "1/1000"}, {"ceiling": "1/2"}]
)
def test_the_laws_key_with_a_bound_or_a_credit_is_no_longer_the_laws(more: dict[str, str]) -> None:
    assert LAW.is_statutory
    assert not LAW.model_copy(update=more).is_statutory


def test_inhabitants_of_any_year_and_weight_are_the_laws_but_not_their_square() -> None:
    def of(**part: object) -> Key:
        own = Part.model_validate({"indicator": "inwoners", **part})
        return LAW.model_copy(update={"parts": (own,)})

    assert of(year=2019, weight="3").is_statutory
    assert not of(exponent=2).is_statutory
    assert not LAW.model_copy(update={"parts": LAW.parts * 2}).is_statutory
    assert not LAW.model_copy(update={"name": "eigen"}).is_statutory
