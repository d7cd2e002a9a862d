"""The workbook as CSV and OpenDocument: the same figures, and nothing in them that runs."""

from __future__ import annotations

import csv
import io
import random
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from allocator.reporting.inert import for_spreadsheet_csv
from allocator.reporting.result import load_result
from allocator.reporting.twins import FORMS, twin_files
from allocator.reporting.voice import Voice
from allocator.reporting.workbook import sheets
from allocator.words import LANGUAGES
from tests.allocator.reading.books import unzipped
from tests.allocator.reading.full import full_files, put
from tests.cli.calling import call, copy_instance, tree

SEEDS = (
    "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\uff1d1+1", '=HYPERLINK("x")',
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '" onmouseover="alert(1)',
    "</script><script>alert(1)</script>", "<svg/onload=alert(1)>", "javascript:alert(1)",
    "{{7*7}}", "{% raw %}", "&lt;b&gt;", "]]><x>", "https://example.invalid/a", "'=1+1", "=1;=2",
    "\u00a0=1+1", "`id`", "%0a=1", "DDE(1)", "<a href='javascript:1'>x</a>",
)  # fmt: skip
LIVE = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


def payloads(count: int) -> list[str]:
    """Names that try to run, in a thousand forms."""
    rng = random.Random(7)
    found = list(SEEDS)
    while len(found) < count:
        made = rng.choice(["", " ", "a", "'"]) + rng.choice(SEEDS) + rng.choice(SEEDS)
        found.append(f"{made}{len(found)}"[:300])
    return found


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result whose thousand municipalities have such names, with every export."""
    folder = tmp_path_factory.mktemp("aanval")
    instance = copy_instance("tiny-quota", folder)
    quoted = (name.replace('"', '""') for name in payloads(1_000))
    rows = (f'SY{i:04d},"{name}",PV01,{1000 + i}' for i, name in enumerate(quoted, 1))
    head = "gemeente_code,gemeente,provincie_code,inwoners"
    (instance / "gemeenten.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    settings = (instance / "instance.toml").read_text(encoding="utf-8")
    total = re.sub(r"(?m)^national_total = .*$", "national_total = 5000", settings)
    (instance / "instance.toml").write_text(total, encoding="utf-8")
    out = folder / "uit"
    for words in (("quota", instance, "--out", out), ("report", out)):
        assert call(*words).code == 0
    for form in FORMS:
        assert call("export", out, "--form", form).code == 0
    assert call("verify", out).code == 0
    return out


def test_no_payload_is_a_live_cell_in_the_workbooks(attacked: Path) -> None:
    for name, part in unzipped((attacked / "werkboek.xlsx").read_bytes()).items():
        assert b"<f>" not in part, name
        assert b"<hyperlink " not in part, name
    content = unzipped((attacked / "werkboek.ods").read_bytes())["content.xml"]
    assert b"formula" not in content
    assert b"xlink" not in content
    book = openpyxl.load_workbook(attacked / "werkboek.xlsx", read_only=True)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_no_payload_is_a_live_cell_in_the_csv(attacked: Path) -> None:
    seen = 0
    for content in unzipped((attacked / "werkboek-csv.zip").read_bytes()).values():
        text = content.decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=";"):
            for cell in row:
                seen += 1
                is_number = re.fullmatch(r"-?[0-9]+(,[0-9]+)?", cell)
                assert is_number or not cell.lstrip().startswith(LIVE), cell
    assert seen > 8_000


class Page(HTMLParser):
    """What of a page could run."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.handlers: list[str] = []
        self.links: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag == "script"
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)


def page_of(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def test_no_payload_runs_in_the_page(attacked: Path, tmp_path: Path) -> None:
    plain = tmp_path / "uit"
    assert call("quota", "tiny-quota", "--out", plain).code == 0
    assert call("report", plain).code == 0
    page, usual = page_of(attacked / "rapport.html"), page_of(plain / "rapport.html")
    assert page.handlers == []
    assert len(page.scripts) == len(usual.scripts)
    assert not any("alert(1)" in script for script in page.scripts)
    assert not any(link.lower().startswith("javascript:") for link in page.links)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_twins_say_what_the_workbook_says(lang: str, tmp_path: Path) -> None:
    out = tmp_path / "uit"
    assert call("quota", put(full_files(), tmp_path / "map"), "--out", out).code == 0
    result = load_result(out)
    names = [name for name, _ in sheets(result, Voice(lang))]
    files = unzipped(twin_files(result, "csv", lang)["werkboek-csv.zip"])
    assert len(files) == len(names) + 1
    second = next(content for name, content in files.items() if name.startswith("02-"))
    assert second.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(second.decode("utf-8-sig"), newline=""), delimiter=";"))
    grid = next(grid for _, grid in sheets(result, Voice(lang)))
    assert rows[0] == [column.label for column in grid.columns]
    assert [row[0] for row in rows[1 : len(grid.rows) + 1]] == ["Alfa", "Bèta aan Zee", "'s-Gamma"]
    mark = "," if lang == "nl" else "."
    assert re.fullmatch(rf"[0-9]+\{mark}[0-9]{{3}}", rows[1][4]), rows[1]
    content = unzipped(twin_files(result, "ods", lang)["werkboek.ods"])["content.xml"].decode()
    assert re.findall(r'<table:table table:name="([^"]*)"', content)[1:] == names
    assert content.count("<table:table-row>") >= sum(
        len(g.rows) for _, g in sheets(result, Voice(lang))
    )


def test_equal_results_have_equal_twins(tmp_path: Path) -> None:
    for out in ("a", "b"):
        assert call("quota", "tiny-quota", "--out", tmp_path / out).code == 0
        for form in FORMS:
            assert call("export", tmp_path / out, "--form", form).code == 0
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_the_kind_of_the_document_comes_first_and_unpacked(tmp_path: Path) -> None:
    assert call("quota", "tiny-quota", "--out", tmp_path / "a").code == 0
    content = twin_files(load_result(tmp_path / "a"), "ods", "nl")["werkboek.ods"]
    assert content[30:].startswith(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1", "'=1"),
        (" =1", "' =1"),
        ("\t=1", "' =1"),
        ("\nx", "' x"),
        ("a=1", "a=1"),
        ("'s-Gravenhage", "'s-Gravenhage"),
        ("\uff0b1", "'\uff0b1"),
        ("a\x00b", "ab"),
        ("", ""),
    ],
)
def test_a_text_that_looks_live_gets_an_apostrophe(text: str, cell: str) -> None:
    assert for_spreadsheet_csv(text) == cell


def test_wrong_calls_of_export_are_refused(tmp_path: Path) -> None:
    assert call("export", tmp_path, "--form", "pdf").code == 2
    assert call("export", tmp_path, "--form", "ods").code == 6


def test_heading_and_names_stay_in_view_in_the_open_document(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    assert call("quota", "tiny-quota", "--out", out).code == 0
    result = load_result(out)
    wanted = [name for name, _ in sheets(result, Voice("nl"))]
    parts = unzipped(twin_files(result, "ods", "nl")["werkboek.ods"])
    space = "{urn:oasis:names:tc:opendocument:xmlns:config:1.0}"
    settings = ElementTree.fromstring(parts["settings.xml"])
    (tables,) = [
        e
        for e in settings.iter(f"{space}config-item-map-named")
        if e.get(f"{space}name") == "Tables"
    ]
    found = {
        str(sheet.get(f"{space}name")): {e.get(f"{space}name"): e.text for e in sheet}
        for sheet in tables
    }
    assert list(found) == wanted
    for items in found.values():
        # 2 is frozen, not merely split.
        assert (items["HorizontalSplitMode"], items["VerticalSplitMode"]) == ("2", "2")
        assert (items["HorizontalSplitPosition"], items["VerticalSplitPosition"]) == ("1", "1")
    assert b"settings.xml" in parts["META-INF/manifest.xml"]


def test_a_filter_covers_the_rows_and_not_the_totals(tmp_path: Path) -> None:
    out = tmp_path / "uit"
    assert call("quota", "tiny-quota", "--out", out).code == 0
    result = load_result(out)
    content = unzipped(twin_files(result, "ods", "nl")["werkboek.ods"])["content.xml"].decode()
    ranges = re.findall(r'target-range-address="([^"]*)" table:display-filter-buttons', content)
    grids = [grid for _, grid in sheets(result, Voice("nl"))]
    assert len(ranges) == len(grids)
    for address, grid in zip(ranges, grids, strict=True):
        assert address.endswith(f"{chr(ord('A') + len(grid.columns) - 1)}{len(grid.rows) + 1}")
