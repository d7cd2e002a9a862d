"""A result of another input than the file's says so wherever people read it."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path

import docx
import pytest

from allocator.reporting.result import load_result
from allocator.reporting.voice import Voice
from allocator.reporting.workbook import result_book
from tests.allocator.papers.handmade import in_part, text_of
from tests.allocator.verify.handmade.case import rehash
from tests.cli.calling import call, manifest

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


CHANGES = (*PIN, "--forbid", "SY0003,SY0002", "--aanbod", "SY0003,1p,7")
HEAD = {
    "nl": "Wat als: gerekend met wijzigingen die niet in de invoer staan",
    "en": "What if: computed with changes that are not in the input",
}
NAMED = {
    "nl": "aanbod van Gamma in klasse 1p: 7; geen ruil van Gamma naar Beta; "
    "3 personen van Alfa naar Beta vastgezet.",
    "en": "supply of Gamma in class 1p: 7; no swap from Gamma to Beta; "
    "3 persons from Alfa to Beta fixed.",
}
OTHERS = {
    "nl": "3 personen van Alfa naar Beta vastgezet; en wijzigingen die alleen anderen raken.",
    "en": "3 persons from Alfa to Beta fixed; and changes that touch others only.",
}
BEGUN = {
    "nl": "Let op: halfjaar 2021-1 is begonnen (eerste dag 2021-01-01)",
    "en": "Note: half-year 2021-1 has begun (first day 2021-01-01)",
}
OVER = {
    "nl": "Let op: halfjaar 2021-1 is voorbij (laatste dag 2021-06-30)",
    "en": "Note: half-year 2021-1 is over (last day 2021-06-30)",
}
LANGS = pytest.mark.parametrize("lang", ["nl", "en"])
AUDIENCES = {"rijk": (), "coa": (), "openbaar": (), "regio": ("--region", "provincie_code=PV01")}


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody is housed already in tiny-ruil, so its half-year has begun."""
    out = tmp_path_factory.mktemp("changed") / "r"
    assert call("swap", "tiny-ruil", *CHANGES, "--out", out).code == 0
    return out


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("past") / "r"
    assert call("swap", "flevoland-2021-1", "--out", out).code == 0
    return out


def sheet(folder: Path, lang: str) -> str:
    """Sentences of the first sheet of the workbook."""
    return " ".join(result_book(load_result(folder), Voice(lang)).sentences)


def council(folder: Path, code: str, lang: str) -> str:
    assert call("report", folder, "--raad", code, "--lang", lang).code == 0
    return shown(folder / f"raadsblad-{code}.html")


def pages_of_part(folder: Path, audience: str, out: Path, lang: str) -> str:
    options = ("--audience", audience, *AUDIENCES[audience], "--lang", lang)
    ran = call("extract", folder, *options, "--out", out)
    assert ran.code == 0, ran.err
    return " ".join(shown(page) for page in sorted(out.glob("*.html")))


def test_every_paper_names_the_changes_near_its_top(changed: Path) -> None:
    assert call("papers", changed).code == 0
    papers = list(changed.glob("stukken/*.docx"))
    assert {path.name.rpartition("-")[0] for path in papers} == {
        *("besluit", "melding-coa", "melding-gs", "raadsbrief", "agenda"),
    }
    for path in papers:
        said = text_of(path.read_bytes())
        assert f"{HEAD['nl']}: {NAMED['nl']}" in said
        assert said.index(HEAD["nl"]) < 400


@LANGS
def test_page_and_first_sheet_name_the_changes(changed: Path, lang: str) -> None:
    assert call("report", changed, "--lang", lang).code == 0
    for said in (shown(changed / "rapport.html"), sheet(changed, lang)):
        assert f"{HEAD[lang]}: {NAMED[lang]}" in said
        assert BEGUN[lang] in said
    assert shown(changed / "rapport.html").count(BEGUN[lang]) == 1
    assert call("verify", changed).code == 0


@LANGS
def test_explain_and_the_council_sheet_name_what_touches_their_reader(
    changed: Path, lang: str
) -> None:
    said = [
        call("explain", changed, "SY0001", "--lang", lang).out,
        council(changed, "SY0001", lang),
    ]
    for text in said:
        assert f"{HEAD[lang]}: {OTHERS[lang]}" in text
        assert BEGUN[lang] in text
        assert text.count(BEGUN[lang]) == 1
    assert f"{HEAD[lang]}." in council(changed, "SY0004", lang)
    pair = call("explain", changed, "SY0001", "SY0002", "--lang", lang).out
    assert HEAD[lang] in pair
    assert BEGUN[lang] in pair


@LANGS
@pytest.mark.parametrize("audience", AUDIENCES)
def test_an_extract_says_that_it_is_a_what_if_and_no_more(
    changed: Path, audience: str, lang: str, tmp_path: Path
) -> None:
    said = pages_of_part(changed, audience, tmp_path / "part", lang)
    assert f"{HEAD[lang]}." in said
    assert BEGUN[lang] in said
    assert {"nl": "aanbod van Gamma", "en": "supply of Gamma"}[lang] not in said


@LANGS
@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_half_year_past_is_said_in_every_extract(
    past: Path, audience: str, lang: str, tmp_path: Path
) -> None:
    if audience == "regio":
        part = tmp_path / "part"
        region = ("--audience", "regio", "--region", "provincie_code=PV24", "--lang", lang)
        assert call("extract", past, *region, "--out", part).code == 0
        said = " ".join(shown(page) for page in sorted(part.glob("*.html")))
    else:
        said = pages_of_part(past, audience, tmp_path / "part", lang)
    assert OVER[lang] in said


@LANGS
def test_a_half_year_past_is_said_in_sheets_and_explanations(past: Path, lang: str) -> None:
    code = load_result(past).quotas[0].code
    for said in (
        sheet(past, lang),
        council(past, code, lang),
        call("explain", past, code, "--lang", lang).out,
    ):
        assert OVER[lang] in said
        assert HEAD[lang] not in said


def test_a_result_of_the_file_alone_says_nothing_of_changes(tmp_path: Path) -> None:
    assert call("swap", "tiny-ruil", "--out", tmp_path / "r").code == 0
    assert "what_if" not in manifest(tmp_path / "r")["parameters"]
    assert HEAD["nl"] not in sheet(tmp_path / "r", "nl")
    assert HEAD["en"] not in sheet(tmp_path / "r", "en")


@pytest.mark.parametrize(
    "said",
    [[], "pin SY0001,SY0002,3", ["pin SY0001,SY0002,4"], ["aanbod SY0003,1p,7"], [{}], None],
    ids=str,
)
def test_what_the_manifest_says_of_changes_is_held_against_the_tables(
    said: object, changed: Path, tmp_path: Path
) -> None:
    """Only the right list is believed: here a part of it is sound, and the rest is not."""
    shutil.copytree(changed, tmp_path / "r", ignore=shutil.ignore_patterns("stukken", "*.html"))
    path = tmp_path / "r" / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["parameters"]["what_if"] = said
    content["outputs"] = {
        name: known
        for name, known in content["outputs"].items()
        if not name.startswith("stukken/") and not name.endswith((".html", ".xlsx"))
    }
    for left in (tmp_path / "r").glob("*.xlsx"):
        left.unlink()
    path.write_text(json.dumps(content, sort_keys=True, indent=2) + "\n", encoding="utf-8")
    ran = call("verify", tmp_path / "r")
    assert (ran.code == 0) == (said == ["aanbod SY0003,1p,7"]), ran.out


def test_a_template_of_ones_own_that_does_not_say_it_gets_the_sentence(
    changed: Path, tmp_path: Path
) -> None:
    own = tmp_path / "sjablonen"
    assert call("papers", changed, "--geef-sjablonen", own).code == 0
    for path in own.glob("*.docx"):
        in_part(path, "word/document.xml", lambda text: text.replace("{{ wat_als }}", "Let op!"))
    result = tmp_path / "r"
    assert call("swap", "tiny-ruil", *CHANGES, "--out", result).code == 0
    assert call("papers", result, "--sjablonen", own).code == 0
    for path in result.glob("stukken/*.docx"):
        first = docx.Document(str(path)).paragraphs[0].text
        assert first.startswith(HEAD["nl"]), path.name


def test_a_paper_without_the_sentence_is_refused(changed: Path, tmp_path: Path) -> None:
    result = tmp_path / "r"
    assert call("swap", "tiny-ruil", *CHANGES, "--out", result).code == 0
    assert call("papers", result).code == 0
    path = result / "stukken" / "agenda-SY0001.docx"
    in_part(path, "word/document.xml", lambda text: text.replace("Wat als", "Wat"))
    rehash(result)
    ran = call("verify", result)
    assert ran.code != 0
    assert "V14E" in ran.out + ran.err
