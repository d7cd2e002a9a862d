from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from allocator.reporting.workbook import write_workbook
from tests.allocator.reporting.handmade import CANARIES, Handmade, table


def opened(parts: Handmade, folder: Path, lang: str = "nl") -> Workbook:
    """The workbook of a result as a spreadsheet reads it."""
    return openpyxl.load_workbook(write_workbook(parts.write(folder), lang))


def test_every_public_table_has_a_sheet(tmp_path: Path) -> None:
    assert opened(Handmade(), tmp_path).sheetnames == [
        "In het kort",
        "Taakstellingen",
        "Provincies",
        "Herverdelingen",
        "Na herverdeling",
        "Koppelingen",
        "Standen",
        "Aanbod",
        "Woningklassen",
        "Nareis",
    ]


def test_published_figures_and_corrections_have_a_sheet_where_given(tmp_path: Path) -> None:
    parts = Handmade().only_quota()
    parts.tables["invoer/vastgesteld.csv"] = table(
        "gemeente_code,taakstelling,bron,datum", "GM0001,10,brief,2020-10-01"
    )
    parts.tables["invoer/correcties.csv"] = table(
        "gemeente_code,correctie,reden", "GM0002,-1,fusie"
    )
    book = opened(parts, tmp_path, "en")
    assert book.sheetnames == ["In brief", "Quotas", "Provinces", "Published", "Corrections"]
    rows = list(book["Corrections"].iter_rows(values_only=True))
    assert rows[1] == ("Bergen (NH.)", "GM0002", -1, "fusie")


def test_the_first_sheet_says_what_it_is(tmp_path: Path) -> None:
    rows = list(opened(Handmade(), tmp_path).worksheets[0].iter_rows(values_only=True))
    said = {str(row[0]): row[1] for row in rows if row[0]}
    assert str(rows[1][0]).startswith("Voorstel, geen besluit.")
    assert "synthetische gegevens" in str(rows[2][0])
    assert said["Landelijk totaal"] == said["Som van de taakstellingen"] == 20
    assert said["Verschil met het landelijke totaal"] == 0
    assert said["Verwacht tekort na herverdeling (personen)"] == 2
    assert said["Huishoudens zonder koppelvoorstel"] == 1


def test_numbers_are_numbers_and_show_as_dutch_ones(tmp_path: Path) -> None:
    sheet = opened(Handmade(), tmp_path)["Taakstellingen"]
    heads = [cell.value for cell in sheet[1]]
    inhabitants = sheet.cell(2, heads.index("Inwoners") + 1)
    share = sheet.cell(2, heads.index("Exact aandeel") + 1)
    assert (inhabitants.value, inhabitants.number_format) == (5300, "[$-413]#,##0")
    assert (share.value, share.number_format) == (10.6, "[$-413]#,##0.000")
    assert [sheet.cell(row, 1).value for row in (2, 3, 4)] == [
        "'s-Gravenhage",
        "Bergen (NH.)",
        "Súdwest-Fryslân",
    ]


def test_every_sheet_after_the_first_is_frozen_and_can_be_filtered(tmp_path: Path) -> None:
    book = opened(Handmade(), tmp_path)
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
    assert book["Taakstellingen"].auto_filter.ref.endswith("5")


def test_follow_on_members_are_added_up_per_municipality(tmp_path: Path) -> None:
    parts = Handmade()
    first = parts.tables["vertrouwelijk/invoer/nareis.csv"][0]
    parts.tables["vertrouwelijk/invoer/nareis.csv"].append(dict(first) | {"personen": 4})
    rows = list(opened(parts, tmp_path)["Nareis"].iter_rows(values_only=True))
    assert rows[1:] == [("'s-Gravenhage", "GM0001", 5)]


def test_totals_stand_outside_the_filter(tmp_path: Path) -> None:
    sheet = opened(Handmade(), tmp_path)["Provincies"]
    assert sheet.cell(5, 1).value is None
    assert (sheet.cell(6, 1).value, sheet.cell(6, 2).value) == ("Totaal", 4)


@pytest.mark.parametrize("name", ["=1+1", "+1", "@SUM(A1)", "https://example.org", "1234", "<b>&"])
def test_text_of_an_input_file_stays_text(tmp_path: Path, name: str) -> None:
    parts = Handmade()
    parts.row("taakstellingen.csv", "GM0001")["gemeente"] = name
    sheet = opened(parts, tmp_path)["Taakstellingen"]
    cell = sheet.cell(2, 1)
    assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)


def test_no_household_and_no_limit_reaches_the_workbook(tmp_path: Path) -> None:
    path = write_workbook(Handmade().write(tmp_path), "nl")
    with zipfile.ZipFile(path) as parts:
        content = "".join(parts.read(name).decode() for name in parts.namelist())
    assert not [canary for canary in (*CANARIES, "8642", "7531") if canary in content]
    assert "s-Gravenhage" in content


def test_equal_results_give_equal_workbooks(tmp_path: Path) -> None:
    paths = [write_workbook(Handmade().write(tmp_path / name), "nl") for name in ("a", "b")]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with zipfile.ZipFile(paths[0]) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert openpyxl.load_workbook(paths[0]).properties.created == dt.datetime(2000, 1, 1)
