"""The report on paper: the words of the page, tagged, the same every time."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from allocator.reporting.blocks import Block, page_blocks
from allocator.reporting.html import report_page
from allocator.reporting.pdf import pdf_bytes
from allocator.reporting.result import load_result
from tests.allocator.reporting.handmade import Handmade
from tests.allocator.reporting.page import Page
from tests.cli.calling import call


@pytest.fixture(scope="module", params=["nl", "en"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = Handmade().write(tmp_path_factory.mktemp("r"))
    return report_page(load_result(folder), request.param)


def words(block: Block) -> str:
    parts = [block.get("caption", ""), block.get("text", "")]
    parts += [cell for row in block.get("rows", []) for cell in row]
    return " ".join(parts)


def test_every_heading_table_and_cell_of_the_page_is_in_the_blocks(page: str) -> None:
    blocks, seen = page_blocks(page), Page(page)
    for level in (1, 2, 3, 4):
        here = [b["text"] for b in blocks if b["kind"] == "heading" and b["level"] == level]
        assert len(here) == len(seen.all(f"h{level}"))
    tables = [block for block in blocks if block["kind"] == "table"]
    assert [len(table["rows"]) for table in tables] == [
        len(table.all("tr")) for table in seen.all("table")
    ]
    for table in tables:
        assert {len(row) for row in table["rows"]} == {len(table["right"])}
        assert table["caption"]


def test_nothing_of_navigation_or_code_is_in_the_blocks(page: str) -> None:
    said = " ".join(words(block) for block in page_blocks(page))
    assert "function" not in said
    assert "{" not in said
    assert page_blocks(page)[0]["kind"] == "heading"


def test_a_drawing_comes_with_its_alternative(page: str) -> None:
    drawings = [block for block in page_blocks(page) if block["kind"] == "drawing"]
    assert len(drawings) == 3
    assert all(drawing["text"].count(".") >= 2 for drawing in drawings)
    assert all(drawing["svg"].startswith("<svg ") for drawing in drawings)
    assert all(drawing["svg"].endswith("</svg>") for drawing in drawings)


def test_the_paper_is_tagged_archive_and_the_same_every_time(page: str) -> None:
    made = pdf_bytes(page, "nl")
    assert made == pdf_bytes(page, "nl")
    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    assert re.search(rb"pdfaid:part[=>\"]+2", made)
    assert re.search(rb"pdfuaid:part[=>\"]+1", made)


def test_markup_in_a_name_stays_text(tmp_path: Path) -> None:
    parts = Handmade()
    evil = '#read("x") $a$ *b* = c'
    for name in ("invoer/gemeenten.csv", "taakstellingen.csv"):
        parts.tables[name][0]["gemeente"] = evil
    page = report_page(load_result(parts.write(tmp_path)), "nl")
    assert any(evil in words(block) for block in page_blocks(page))
    assert pdf_bytes(page, "nl").startswith(b"%PDF-")


def test_the_command_adds_the_paper_to_a_verified_result(tmp_path: Path) -> None:
    out = tmp_path / "q"
    assert call("quota", "tiny-quota", "--out", out).code == 0
    assert call("report", out, "--pdf").code == 0
    assert (out / "rapport.pdf").read_bytes().startswith(b"%PDF-")
    assert call("verify", out).code == 0


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "q"
    assert call("quota", "tiny-quota", "--out", out).code == 0
    monkeypatch.setitem(sys.modules, "typst", None)
    ran = call("report", out, "--pdf")
    assert ran.code == 8
    assert "taakstelling-allocator[pdf]" in ran.err
    assert not (out / "rapport.html").exists()
