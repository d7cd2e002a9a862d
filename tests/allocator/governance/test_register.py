"""Drafts for the Algorithm Register: complete, short enough, and open where only the user knows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from allocator.governance import LONGEST, TEXTS, USES, entry, register_files
from tests.cli.calling import call, tree

FOR_THE_USER = {
    "organization", "status", "contact_email", "publication_category", "impacttoetsen",
    "begin_date", "end_date",
}  # fmt: skip


@pytest.mark.parametrize("use", USES)
def test_a_draft_keeps_the_lengths_of_the_standard(use: str) -> None:
    fields = entry(use).fields
    assert {name: len(fields[name]) for name in LONGEST if len(fields[name]) > LONGEST[name]} == {}
    assert [name for name in TEXTS if not fields[name].strip()] == []


@pytest.mark.parametrize("use", USES)
def test_what_only_the_organisation_knows_is_left_open(use: str) -> None:
    draft = entry(use)
    assert {name for name, value in draft.fields.items() if not value} == FOR_THE_USER
    assert len(draft.open_questions) >= 4


@pytest.mark.parametrize("use", USES)
def test_the_law_stands_with_the_date_of_its_text(use: str) -> None:
    law = entry(use).fields["legal_basis"]
    assert "Huisvestingswet 2014" in law
    assert "2024-09-16" in law


def test_only_links_speak_of_households_as_data() -> None:
    assert "Geen persoonsgegevens" in entry("taakstelling").fields["data"]
    assert "Geen gegevens van huishoudens" in entry("uitruil").fields["data"]
    assert "pseudoniem" in entry("koppeling").fields["data"]


def test_an_unknown_use_has_no_draft() -> None:
    with pytest.raises(KeyError):
        entry("loterij")


def test_organisation_and_contact_are_filled_in() -> None:
    made = register_files("Gemeente Alfa", "vragen@example.invalid")
    drafts = [json.loads(text) for name, text in made.items() if name.endswith(".json")]
    assert {draft["organization"] for draft in drafts} == {"Gemeente Alfa"}
    assert {draft["contact_email"] for draft in drafts} == {"vragen@example.invalid"}
    assert all(b"Open vragen" in text for name, text in made.items() if name.endswith(".md"))


def test_the_command_writes_them_twice_alike_and_nothing_over_others(tmp_path: Path) -> None:
    out = tmp_path / "register"
    ran = call("register", "--out", out)
    first = tree(out)
    assert (ran.code, len(first)) == (0, 2 * len(USES))
    assert call("register", "--out", out).code == 0
    assert tree(out) == first
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    assert call("register", "--out", out).code == 8
    assert (out / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_a_place_that_cannot_be_written_is_output_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert call("register", "--out", tmp_path / "file" / "register").code == 8
