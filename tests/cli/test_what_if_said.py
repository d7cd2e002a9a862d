"""A result of another input than the file's says so wherever people read it."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from allocator.reporting.result import load_result
from allocator.reporting.voice import Voice
from allocator.reporting.workbook import result_book
from tests.allocator.papers.handmade import text_of
from tests.cli.calling import call

PIN = ("--pin", "SY0001,SY0002,3")
DEAL = {"nl": "vastgezet bij het rekenen", "en": "fixed for the computation"}


def shown(page: Path) -> str:
    """What a reader sees of a page, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.read_text())).split())


@pytest.fixture(scope="module")
def pinned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pinned") / "r"
    assert call("swap", "tiny-ruil", *PIN, "--out", out).code == 0
    assert call("papers", out).code == 0
    return out


def test_no_paper_says_that_a_pinned_deal_was_signed(pinned: Path) -> None:
    papers = {path.name: text_of(path.read_bytes()) for path in pinned.glob("stukken/*.docx")}
    assert not [name for name, said in papers.items() if "al een besluit getekend" in said]
    assert "zijn vastgezet bij het rekenen" in papers["besluit-SY0001.docx"]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_pinned_deal_is_called_that_on_page_workbook_and_screen(pinned: Path, lang: str) -> None:
    assert call("report", pinned, "--lang", lang).code == 0
    assert DEAL[lang] in shown(pinned / "rapport.html")
    book = result_book(load_result(pinned), Voice(lang))
    assert DEAL[lang] in [cell for _, grid in book.sheets for row in grid.rows for cell in row]
    assert DEAL[lang] in call("explain", pinned, "SY0001", "SY0002", "--lang", lang).out
