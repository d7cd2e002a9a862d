"""What a comparison or a plan adds to the page and the workbook."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.allocator.reporting.page import Element, Page
from tests.cli.calling import call, change_table, copy_instance, read_table


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("c")
    instance = copy_instance("tiny-quota", folder)
    change_table(
        instance / "gemeenten.csv",
        lambda rows: [{**row, "corporatiewoningen": str(100 * i)} for i, row in enumerate(rows, 1)],
    )
    out = folder / "c"
    ran = call("compare", instance, "--key", "corporatiewoningen", "--out", out)
    assert ran.code == 0, ran.err
    assert call("report", out).code == 0
    return out


def page_of(folder: Path) -> Page:
    return Page((folder / "rapport.html").read_text(encoding="utf-8"))


def section(page: Page, name: str) -> Element | None:
    found = [own for own in page.all("section") if own.attributes.get("aria-labelledby") == name]
    return found[0] if found else None


def table_of(page: Page, name: str) -> list[list[str]]:
    found = [own for own in page.all("table") if own.attributes.get("id") == name]
    assert len(found) == 1
    cells = [
        [own for own in row.everything() if own.tag in {"th", "td"}] for row in found[0].all("tr")
    ]
    return [[cell.text.strip() for cell in row] for row in cells]


def test_keys_stand_side_by_side_with_their_difference_from_the_law(compared: Path) -> None:
    rows = table_of(page_of(compared), "tabel-vergelijking")
    persons = {
        (row["gemeente"], row["sleutel"]): row for row in read_table(compared / "vergelijking.csv")
    }
    assert rows[0][3:] == ["inwoners", "corporatiewoningen", "verschil corporatiewoningen"]
    for name, _, _, law, other, difference in rows[1:-1]:
        assert law == persons[name, "inwoners"]["personen"]
        assert other == persons[name, "corporatiewoningen"]["personen"]
        assert int(difference) == int(other) - int(law)
    assert rows[-1][3:] == ["10", "10", "0"]


def test_every_key_says_what_it_is_and_where_it_comes_from(compared: Path) -> None:
    rows = table_of(page_of(compared), "tabel-sleutels")
    assert {row[1] for row in rows[1:]} == {"wet", "voorstel"}
    assert all(row[5] for row in rows[1:])


def test_the_page_says_that_a_key_says_nothing_of_housing(compared: Path) -> None:
    said = (compared / "rapport.html").read_text(encoding="utf-8")
    assert "niet wat er zou zijn gehuisvest" in said


def test_a_plain_result_has_no_such_section(tmp_path: Path) -> None:
    out = tmp_path / "q"
    assert call("quota", "tiny-quota", "--out", out).code == 0
    assert call("report", out).code == 0
    assert section(page_of(out), "onderzoek") is None


@pytest.mark.parametrize(
    ("words", "sheets"),
    [
        (("tiers", "tiny-quota"), {"Trappen", "Trappen groepen"}),
        (("next", "tiny-quota"), {"Historie"}),
        (("drift", "tiny-quota", "--half-years", "3"), {"Verloop", "Verloop gemeenten"}),
    ],
)
def test_every_table_of_a_plan_is_on_the_page_and_in_the_workbook(
    words: tuple[str, ...], sheets: set[str], tmp_path: Path
) -> None:
    out = tmp_path / "p"
    assert call(*words, "--out", out).code == 0
    assert call("report", out).code == 0
    book = openpyxl.load_workbook(out / "werkboek.xlsx", read_only=True)
    assert sheets <= set(book.sheetnames)
    found = section(page_of(out), "onderzoek")
    assert found is not None
    assert len(found.all("table")) == len(sheets)
    assert call("verify", out).code == 0
