"""Every command on a tutorial or how-to page does what the page says, in the page's own order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.calling import call

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("tutorials/*.md"), *DOCS.glob("how-to/*.md")])
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_of_a_page_end_as_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = 0
    for kind, block in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "toml" and block.startswith("# "):
            name = block.splitlines()[0].removeprefix("# ")
            (tmp_path / name).write_text(block, encoding="utf-8")
        for line in block.splitlines() if kind == "sh" else ():
            assert line.startswith("allocator "), line
            command, _, said = line.partition("#")
            words = re.findall(r'"[^"]*"|\S+', command)[1:]
            ran = call(*[word.strip('"') for word in words])
            expected = int(said.replace("exit", "")) if said else 0
            assert ran.code == expected, (line, ran.err)
            lines += 1
    assert lines


def test_there_is_a_tutorial_for_every_user_group() -> None:
    assert {page.stem for page in DOCS.glob("tutorials/*.md")} == {
        "beleid",
        "regiotafel",
        "koppelen",
    }


@pytest.mark.parametrize(
    "page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.relative_to(DOCS).as_posix()
)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_reference_page_is_in_the_index() -> None:
    index = (DOCS / "reference" / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in DOCS.glob("reference/*.md")} - {"README.md"}
    assert pages == set(LINK.findall(index))
