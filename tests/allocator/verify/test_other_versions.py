"""A result of another version is called that, with what it lacks and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import allocator
from allocator.verify import verify_result
from allocator.verify.core.reader import CONTRACT
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import rehash
from tests.allocator.verify.handmade.edit import document
from tests.allocator.verify.handmade.folder import write_result

Change = Callable[[dict[str, Any]], Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_result(tmp_path / "result", cases.run_case())


def made_by(version: str) -> Change:
    return lambda manifest: manifest["versions"].update(allocator=version)


def without(part: str, name: str) -> Change:
    return lambda manifest: manifest["parameters"][part].pop(name)


def codes(folder: Path) -> list[str]:
    return [failure.code for failure in verify_result(folder)]


def test_the_contract_is_of_the_version_of_the_program() -> None:
    assert CONTRACT["version"] == allocator.__version__


@pytest.mark.parametrize("part", ["swap", "link"])
def test_a_parameter_that_is_lacking_is_named_and_nothing_else_is_tried(
    part: str, folder: Path
) -> None:
    for name in CONTRACT["needs"][part]:
        fresh = write_result(folder.parent / name, cases.run_case())
        document(fresh, "manifest.json", without(part, name))
        found = [(failure.code, failure.column) for failure in verify_result(fresh)]
        assert found == [("V1J", "versions"), ("V1L", f"parameters.{part}.{name}")]


def test_both_versions_and_what_to_do_are_said_in_both_languages(folder: Path) -> None:
    document(folder, "manifest.json", made_by("0.0.9"))
    document(folder, "manifest.json", without("link", "eerlijk"))
    dutch, english = ([x.text(lang) for x in verify_result(folder)] for lang in ("nl", "en"))
    assert dutch[0].endswith(
        "deze uitkomst is door een andere versie gemaakt dan deze, of beschadigd: maak haar "
        "opnieuw, of controleer haar met de versie die haar maakte "
        f"(gevonden allocator 0.0.9, verwacht allocator {allocator.__version__})."
    )
    assert "make it again, or check it with the version that made it" in english[0]
    assert "parameters.link.eerlijk: dit gegeven ontbreekt in de uitkomst" in dutch[1]


def test_another_version_with_the_same_form_is_checked_like_any_other(folder: Path) -> None:
    document(folder, "manifest.json", made_by("9.9.9"))
    assert codes(folder) == []


def test_another_form_is_laid_to_the_version_where_that_is_another(folder: Path) -> None:
    (folder / "kenmerken.csv").unlink()
    rehash(folder)
    assert codes(folder) == ["V1A"]
    document(folder, "manifest.json", made_by("0.0.9"))
    assert codes(folder) == ["V1J", "V1A"]


def test_columns_of_another_version_are_laid_to_it(folder: Path) -> None:
    path = folder / "kenmerken.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("groepen", "aantallen", 1), "utf-8")
    rehash(folder)
    document(folder, "manifest.json", made_by("0.0.9"))
    assert codes(folder) == ["V1J", "V9B"]


def test_a_command_that_this_version_does_not_know_is_called_that(folder: Path) -> None:
    document(folder, "manifest.json", lambda x: x["parameters"].update(command="voorspel"))
    assert [(x.code, x.column, x.found) for x in verify_result(folder)] == [
        ("V1J", "command", "voorspel")
    ]


def test_a_manifest_without_versions_is_of_a_version_unknown(folder: Path) -> None:
    document(folder, "manifest.json", lambda x: x.pop("versions"))
    first = verify_result(folder)[0]
    assert (first.code, first.found) == ("V1J", "allocator ?")
