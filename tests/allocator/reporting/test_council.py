"""The sheet for a council: figures as the tables have them, no script, nobody counted out."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from allocator.drafting import add_council_sheet
from allocator.errors import InputRefusedError
from allocator.reporting.council import council_page
from allocator.reporting.result import Result, load_result
from allocator.verify import verify_result
from tests.allocator.papers.handmade import result as made
from tests.allocator.verify.handmade import cases
from tests.allocator.verify.handmade.case import rehash


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("council") / "result", cases.demo_case())


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return load_result(folder)


def cards(page: str) -> dict[str, str]:
    found = re.findall(r'<div class="card"><dt>(.*?)</dt><dd>(.*?)</dd></div>', page)
    return dict(found)


def test_the_cards_are_the_tables_figures(result: Result) -> None:
    for row in result.after_swap or ():
        shown = cards(council_page(result, row.code, "nl"))
        assert shown["Taakstelling"] == str(row.quota)
        assert shown["Verwacht tekort vóór herverdeling"] == str(row.shortfall_before)
        assert shown["Verwacht tekort na herverdeling"] == str(row.shortfall_after)


@pytest.mark.parametrize(("count", "shown"), [(0, "0"), (1, "5"), (4, "5"), (5, "5"), (6, "6")])
def test_few_households_are_not_counted_out(result: Result, count: int, shown: str) -> None:
    code = result.quotas[0].code
    links = [row for row in result.links or () if row.code == code]
    one = replace(links[0], households=count, persons=977 if count else 0)
    page = council_page(replace(result, links=(one,)), code, "nl")
    printed = cards(page)["Huishoudens gekoppeld of voorgesteld"]
    assert printed == (f"minder dan {shown}" if 0 < count < 5 else shown)
    assert ("977" in page) == (count >= 5)


def test_it_runs_nothing_and_asks_for_nothing(result: Result) -> None:
    for lang in ("nl", "en"):
        page = council_page(result, result.quotas[0].code, lang)
        assert f'<html lang="{lang}">' in page
        assert not re.search(r"<script|\bsrc=|href=|url\(|@import|http://|https://", page)
        (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
        digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"default-src 'none'; style-src 'sha256-{digest}'" in page
        assert "@page{size:A4" in page


def test_it_says_what_it_is(result: Result) -> None:
    page = council_page(result, result.quotas[0].code, "nl")
    assert "Voorstel, geen besluit" in page
    assert "synthetisch" in page


def test_a_result_with_a_sheet_verifies(folder: Path, tmp_path: Path) -> None:
    own = made(tmp_path / "result", cases.demo_case())
    rehash(own)
    assert verify_result(own) == ()
    assert add_council_sheet(own, "SY0001", "nl") == "raadsblad-SY0001.html"
    assert (own / "raadsblad-SY0001.html").is_file()
    assert verify_result(own) == ()


def test_an_unknown_municipality_is_refused(result: Result) -> None:
    with pytest.raises(InputRefusedError) as caught:
        council_page(result, "SY9999", "nl")
    assert [finding.code for finding in caught.value.findings] == ["explain_no_municipality"]
