"""What a workbook may not hold, and what it may: each trap by its name."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from allocator.findings import Severity
from allocator.words import LANGUAGES
from tests.allocator.reading.books import (
    WRITERS,
    Sheets,
    as_ods,
    as_xlsx,
    ods_cell,
    ods_of,
    ods_table,
    sheets_of,
    unzipped,
    zipped,
)
from tests.allocator.reading.full import Read, full_files, put, read

Change = Callable[[Sheets], None]
BOTH = pytest.mark.parametrize("suffix", WRITERS)


def full_sheets() -> Sheets:
    return sheets_of(full_files())


def read_bytes(content: bytes, folder: Path, name: str = "boek.xlsx") -> Read:
    (folder / name).write_bytes(content)
    return read(folder / name)


def read_changed(change: Change, folder: Path, suffix: str = ".xlsx") -> Read:
    sheets = full_sheets()
    change(sheets)
    return read_bytes(WRITERS[suffix](sheets), folder, f"boek{suffix}")


def put_cell(sheet: str, row: int, column: str, value: Any) -> Change:
    def change(sheets: Sheets) -> None:
        sheets[sheet][row - 1][sheets[sheet][0].index(column)] = value

    return change


def codes(result: Read) -> set[str]:
    return {item.code for item in result.findings if item.severity is Severity.ERROR}


def notices(result: Read) -> list[tuple[str, str, int]]:
    chosen = (item for item in result.findings if item.severity is Severity.NOTICE)
    return [(item.code, item.sheet, item.row) for item in chosen]


def only(result: Read, code: str) -> tuple[str, str, int, str]:
    """The one error, with its place: file, sheet, row, column."""
    assert result.instance is None
    (found,) = [item for item in result.findings if item.severity is Severity.ERROR]
    assert found.code == code, found
    for lang in LANGUAGES:
        assert code in found.line(lang)
    return found.file, found.sheet, found.row, found.column


CELLS = [
    ("ambiguous_number", "gemeenten", 2, "inwoners", "15.000"),
    ("ambiguous_number", "gemeenten", 2, "inwoners", "15,000"),
    ("ambiguous_number", "gemeenten", 2, "inwoners", 1.234),
    ("not_whole", "gemeenten", 2, "inwoners", 1500.5),
    ("not_whole", "aanbod", 2, "aantal", "١٢"),
    ("too_large", "gemeenten", 2, "inwoners", 1e22),
    ("lost_zero", "aanbod", 2, "gemeente_code", 363),
    ("bad_date", "vastgesteld", 2, "datum", "01-10-2020"),
    ("bad_date", "vastgesteld", 2, "datum", dt.datetime(2020, 10, 1, 8, 30)),
    ("bad_date", "vastgesteld", 2, "datum", 44105),
    ("cell_is_date", "gemeenten", 2, "gemeente", dt.date(2021, 1, 2)),
    ("cell_is_date", "gemeenten", 2, "corporatiewoningen", dt.date(2021, 1, 2)),
    ("cell_is_date", "gemeenten", 2, "inwoners", dt.date(2021, 1, 2)),
    ("cell_is_boolean", "nareis", 2, "past_in_woning", True),
    ("cell_is_boolean", "aanbod", 2, "aantal", False),
    ("cell_is_escaped", "gemeenten", 2, "gemeente", "Al_x0007_fa"),
    ("empty_cell", "gemeenten", 3, "inwoners", None),
    ("cell_is_date", "instance", 3, "half_year", dt.date(2021, 1, 1)),
    ("setting_not_whole", "instance", 0, "national_total", "13.500"),
    ("setting_not_whole", "instance", 0, "national_total", 30.5),
    ("setting_not_whole", "instance", 0, "national_total", True),
    ("setting_not_date", "instance", 0, "population_date", "01-01-2020"),
]


@BOTH
@pytest.mark.parametrize(("code", "sheet", "row", "column", "value"), CELLS)
def test_a_cell_that_may_mislead_is_told_with_sheet_row_and_column(
    code: str, sheet: str, row: int, column: str, value: Any, suffix: str, tmp_path: Path
) -> None:
    if sheet == "instance":
        change = set_setting(column, value)
    else:
        change = put_cell(sheet, row, column or "gemeente", value)
    if suffix == ".ods" and isinstance(value, dt.datetime):
        return  # the writer of the tests has no such cell; the reader's road is the same
    place = only(read_changed(change, tmp_path, suffix), code)
    assert place == (f"boek{suffix}", sheet, row, column)


def set_setting(name: str, value: Any) -> Change:
    def change(sheets: Sheets) -> None:
        for row in sheets["instance"]:
            if row[0] == name:
                row[1] = value

    return change


@BOTH
def test_numbers_are_read_as_what_they_are(suffix: str, tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        put_cell("gemeenten", 2, "inwoners", 15000.0)(sheets)
        put_cell("gemeenten", 3, "inwoners", "10000")(sheets)
        put_cell("gemeenten", 2, "corporatiewoningen", 1.234)(sheets)
        put_cell("arbeidsmarkt", 2, "waarde", 0.125)(sheets)

    result = read_changed(change, tmp_path, suffix).whole
    first, second = result.rows("gemeenten")[:2]
    assert (first["inwoners"], second["inwoners"]) == ("15000", "10000")
    assert first["corporatiewoningen"] == "1.2340"
    assert "0.125" in {row["waarde"] for row in result.rows("arbeidsmarkt")}


def book_with(change: Callable[[Any, dict[str, Any]], None]) -> bytes:
    return as_xlsx(full_sheets(), change)


def place_of(sheet: str, row: int, column: str) -> tuple[int, int]:
    return row - 1, full_sheets()[sheet][0].index(column)


def test_a_formula_is_refused_even_where_its_outcome_is_stored(tmp_path: Path) -> None:
    def change(_book: Any, sheets: dict[str, Any]) -> None:
        for row in (2, 3):
            place = place_of("gemeenten", row, "inwoners")
            sheets["gemeenten"].write_formula(*place, "=15000", None, 15000)

    place = only(read_bytes(book_with(change), tmp_path), "formula_cells")
    assert place == ("boek.xlsx", "gemeenten", 2, "inwoners")


def test_a_formula_that_was_never_computed_is_refused(tmp_path: Path) -> None:
    """openpyxl gives None for it, and the row would lose its number."""

    def change(_book: Any, sheets: dict[str, Any]) -> None:
        sheets["standen"].write_formula(*place_of("standen", 2, "achterstand"), "=3+3", None, "")

    place = only(read_bytes(book_with(change), tmp_path), "formula_cells")
    assert place == ("boek.xlsx", "standen", 2, "achterstand")


def test_a_formula_among_the_settings_is_refused(tmp_path: Path) -> None:
    def change(_book: Any, sheets: dict[str, Any]) -> None:
        sheets["instance"].write_formula(4, 1, "=15+15", None, 30)

    assert only(read_bytes(book_with(change), tmp_path), "formula_cells")[1:3] == ("instance", 5)


def test_a_truth_value_that_was_typed_in_libreoffice_is_no_formula(tmp_path: Path) -> None:
    at = [row[0] for row in full_sheets()["instance"]].index("synthetic")

    def change(_book: Any, sheets: dict[str, Any]) -> None:
        sheets["instance"].write_formula(at, 1, "=TRUE()", None, True)

    assert read_bytes(book_with(change), tmp_path).whole.settings.synthetic is True
    cell = ods_cell(True)
    tables = "".join(ods_table(name, rows) for name, rows in full_sheets().items())
    typed = cell.replace("office:value-type", 'table:formula="of:=TRUE()" office:value-type')
    content = ods_of(tables.replace(cell, typed))
    assert read_bytes(content, tmp_path, "boek.ods").whole.settings.synthetic is True


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!"])
def test_an_error_cell_is_refused(error: str, tmp_path: Path) -> None:
    row, column = place_of("gemeenten", 2, "inwoners")
    content = edited(
        book_with(lambda *_: None),
        "gemeenten",
        f'<c r="{chr(65 + column)}{row + 1}"><v>15000</v></c>',
        f'<c r="{chr(65 + column)}{row + 1}" t="e"><v>{error}</v></c>',
    )
    place = only(read_bytes(content, tmp_path), "cell_is_error")
    assert place == ("boek.xlsx", "gemeenten", 2, "inwoners")


def edited(content: bytes, sheet: str, old: str, new: str) -> bytes:
    """The workbook with one place in the XML of a sheet changed."""
    number = list(full_sheets()).index(sheet) + 1
    parts = unzipped(content)
    name = f"xl/worksheets/sheet{number}.xml"
    assert parts[name].count(old.encode()) == 1, parts[name][:1500]
    return zipped({**parts, name: parts[name].replace(old.encode(), new.encode())})


@pytest.mark.parametrize("shown", ["0%", "0.00%", '0.0" procent" %'])
def test_a_percentage_is_refused(shown: str, tmp_path: Path) -> None:
    def change(book: Any, sheets: dict[str, Any]) -> None:
        style = book.add_format({"num_format": shown})
        sheets["arbeidsmarkt"].write_number(*place_of("arbeidsmarkt", 2, "waarde"), 0.51, style)

    place = only(read_bytes(book_with(change), tmp_path), "cell_is_percent")
    assert place == ("boek.xlsx", "arbeidsmarkt", 2, "waarde")


def test_a_merged_header_is_refused(tmp_path: Path) -> None:
    def change(_book: Any, sheets: dict[str, Any]) -> None:
        sheets["standen"].merge_range("B1:C1", "achterstand")

    result = read_bytes(book_with(change), tmp_path)
    assert ("merged_cells", "standen", 1) in {(i.code, i.sheet, i.row) for i in result.findings}
    assert result.instance is None


def test_merged_cells_below_are_refused(tmp_path: Path) -> None:
    """Only the first of merged cells holds the value; the others would be empty."""

    def change(_book: Any, sheets: dict[str, Any]) -> None:
        row, column = place_of("gemeenten", 2, "provincie_code")
        sheets["gemeenten"].merge_range(row, column, row + 1, column, "PV01")

    assert "merged_cells" in codes(read_bytes(book_with(change), tmp_path))


def test_hidden_rows_columns_and_sheets_are_read_and_said(tmp_path: Path) -> None:
    def change(_book: Any, sheets: dict[str, Any]) -> None:
        sheets["gemeenten"].set_row(2, None, None, {"hidden": True})
        sheets["aanbod"].set_column(2, 2, None, None, {"hidden": True})
        sheets["buren"].hide()

    result = read_bytes(book_with(change), tmp_path)
    assert len(result.whole.rows("gemeenten")) == 3
    assert set(notices(result)) == {
        ("hidden_rows", "gemeenten", 3),
        ("hidden_column", "aanbod", 1),
        ("hidden_sheet", "buren", 0),
    }


def test_a_hidden_sheet_and_row_of_opendocument_are_said(tmp_path: Path) -> None:
    styles = (
        '<style:style style:name="ta1" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    sheets = full_sheets()
    tables = "".join(
        ods_table(n, r, ' table:style-name="ta1"' if n == "buren" else "")
        for n, r in sheets.items()
    )
    row = f"<table:table-row>{ods_cell(str(sheets['gemeenten'][1][0]))}"
    content = ods_of(
        tables.replace(row, row.replace(">", ' table:visibility="filter">', 1), 1), styles
    )
    found = notices(read_bytes(content, tmp_path, "boek.ods"))
    assert ("hidden_sheet", "buren", 0) in found
    assert [code for code, _, _ in found].count("hidden_rows") == 1


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("office:value-type", "table:formula='of:=1+1' office:value-type", "formula_cells"),
        ("office:value-type", "table:number-columns-spanned='2' office:value-type", "merged_cells"),
        ('office:value-type="float"', 'office:value-type="percentage"', "cell_is_percent"),
        ('office:value-type="float"', 'office:value-type="geheel"', "workbook_broken"),
        ('office:value-type="float" office:value="15000"', "", "workbook_broken"),
        ('office:value="15000"', 'office:value="veel"', "workbook_broken"),
        ('office:value="15000"', "", "workbook_broken"),
    ],
)
def test_traps_of_opendocument_are_refused(old: str, new: str, code: str, tmp_path: Path) -> None:
    cell = ods_cell(15000)
    tables = "".join(ods_table(name, rows) for name, rows in full_sheets().items())
    assert tables.count(cell) == 1
    content = ods_of(tables.replace(cell, cell.replace(old, new, 1)))
    assert code in codes(read_bytes(content, tmp_path, "boek.ods"))


def test_rows_said_once_and_repeated_are_as_many_rows(tmp_path: Path) -> None:
    """Opendocument writes equal neighbours once; two equal supply rows stay two."""
    sheets = full_sheets()
    rows = sheets["nareis"]
    once = ods_table("nareis", [*rows, rows[-1]])
    tables = "".join(ods_table(n, r) for n, r in sheets.items() if n != "nareis")
    again = ods_table("nareis", rows).replace("<table:table-row>", "<R>")
    again = "<table:table-row table:number-rows-repeated='2'>".join(again.rsplit("<R>", 1))
    again = again.replace("<R>", "<table:table-row>")
    one = read_bytes(ods_of(tables + once), tmp_path, "a.ods").whole
    other = read_bytes(ods_of(tables + again), tmp_path, "b.ods").whole
    assert one.rows("nareis") == other.rows("nareis")
    assert len(one.rows("nareis")) == len(rows)


def test_notes_of_people_in_cells_are_not_data(tmp_path: Path) -> None:
    cell = ods_cell("Alfa")
    note = "<office:annotation><text:p>nakijken</text:p></office:annotation>"
    tables = "".join(ods_table(name, rows) for name, rows in full_sheets().items())
    content = ods_of(tables.replace(cell, cell.replace("<text:p>", note + "<text:p>")))
    place = read_bytes(content, tmp_path, "boek.ods").whole.municipalities[0]
    assert place.name == "Alfa"


@BOTH
def test_headers_are_forgiven_blanks_capitals_and_english(suffix: str, tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        sheets["gemeenten"][0][:4] = [
            " Municipality_Code ",
            "GEMEENTE",
            "province_code\u00a0",
            "Inwoners  ",
        ]
        sheets["\u00a0Aanbod "] = sheets.pop("aanbod")

    result = read_changed(change, tmp_path, suffix)
    assert result.findings == ()
    assert len(result.whole.rows("aanbod")) == 4 - 1


@BOTH
@pytest.mark.parametrize(
    ("code", "at", "header"),
    [
        ("double_column", 4, "Inhabitants "),
        ("unknown_column", 1, "voorsprng"),
        ("personal_column", 1, "V-nummer"),
        ("personal_column", 1, " Geboorte datum "),
    ],
)
def test_wrong_headers_are_named(
    code: str, at: int, header: str, suffix: str, tmp_path: Path
) -> None:
    sheet = "gemeenten" if code == "double_column" else "correcties"

    def change(sheets: Sheets) -> None:
        for number, row in enumerate(sheets[sheet]):
            row.insert(at, header if number == 0 else "1")

    file, where, row, _ = only(read_changed(change, tmp_path, suffix), code)
    assert (file, where, row) == (f"boek{suffix}", sheet, 1)


@BOTH
def test_a_title_above_the_header_is_refused(suffix: str, tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        sheets["standen"].insert(0, [])

    assert only(read_changed(change, tmp_path, suffix), "header_not_first")[1:3] == ("standen", 1)


@BOTH
def test_empty_columns_and_rows_between_are_left_out(suffix: str, tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        for row in sheets["standen"]:
            row.insert(1, None)
        sheets["standen"].insert(2, [])

    result = read_changed(change, tmp_path, suffix)
    assert result.findings == ()
    assert result.whole.tables["standen"].lines == (2, 4, 5)


@BOTH
def test_a_value_under_no_header_is_refused(suffix: str, tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        sheets["buren"][1].append("vergeten")

    assert only(read_changed(change, tmp_path, suffix), "empty_header")[1] == "buren"


@BOTH
def test_two_sheets_for_one_table_are_refused(suffix: str, tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        sheets["Standen\u00a0"] = sheets["standen"]

    assert only(read_changed(change, tmp_path, suffix), "double_table")[1] == "Standen\u00a0"


def test_a_table_as_csv_and_as_workbook_is_refused(tmp_path: Path) -> None:
    files = full_files()
    files["standen.xlsx"] = as_xlsx({"standen": full_sheets()["standen"]})
    result = read(put(files, tmp_path / "map"))
    assert result.places == [("double_table", "standen.xlsx", 0, "")]


@BOTH
def test_a_sheet_that_nobody_reads_is_named(suffix: str, tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        sheets["huishuodens"] = sheets.pop("huishoudens")
        sheets["leeg"] = []
        sheets["Toelichting"] = [["naam en adres van wie dit invult"]]
        for name in ("volwassenen", "passing"):
            del sheets[name]

    result = read_changed(change, tmp_path, suffix)
    assert result.instance is not None
    assert notices(result) == [("unknown_sheet", "huishuodens", 0)]
    assert "huishoudens" in result.findings[0].sentence("nl")


@BOTH
@pytest.mark.parametrize("header", ["BSN", "V-nummer", "achternaam", "Nationaliteit", "religie"])
def test_personal_columns_are_refused_on_sheets_that_nobody_reads(
    header: str, suffix: str, tmp_path: Path
) -> None:
    def change(sheets: Sheets) -> None:
        sheets["werkblad"] = [["lijst van het COA"], [], ["nr", header], [1, "geheim-7"]]

    result = read_changed(change, tmp_path, suffix)
    assert only(result, "personal_column")[1:] == ("werkblad", 3, header.lower())
    assert not any("geheim-7" in item.line("nl") for item in result.findings)


@BOTH
def test_a_form_left_open_is_no_table(suffix: str, tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        sheets["buren"] = sheets["buren"][:1]

    result = read_changed(change, tmp_path, suffix)
    assert notices(result) == [("sheet_not_filled", "buren", 0)]
    assert "buren" not in result.whole.tables


@BOTH
def test_settings_may_be_missing_doubled_or_unknown(suffix: str, tmp_path: Path) -> None:
    assert only(
        read_changed(lambda s: s.pop("instance") and None, tmp_path, suffix), "no_instance_sheet"
    ) == (f"boek{suffix}", "", 0, "")

    def twice(sheets: Sheets) -> None:
        sheets["instance"].append(["seed", 2])

    assert only(read_changed(twice, tmp_path, suffix), "setting_twice")[3] == "seed"

    def hides(sheets: Sheets) -> None:
        sheets["instance"].append(["swap", "alle"])

    assert only(read_changed(hides, tmp_path, suffix), "setting_twice")[3] == "swap"

    def strange(sheets: Sheets) -> None:
        sheets["instance"].append(["kleur.van", "rood"])

    assert only(read_changed(strange, tmp_path, suffix), "setting_unknown")[3] == "kleur"

    def headless(sheets: Sheets) -> None:
        sheets["instance"][0] = ["naam", "waarde"]

    assert only(read_changed(headless, tmp_path, suffix), "missing_column")[3] == "instelling"


@BOTH
def test_settings_as_text_are_read_as_settings(suffix: str, tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        for name, value in (
            ("national_total", "30"),
            ("population_date", "2020-01-01"),
            ("synthetic", "Ja"),
        ):
            set_setting(name, value)(sheets)
        sheets["instance"] += [["link.zonder_woning", "nee"], ["retention", ""]]

    settings = read_changed(change, tmp_path, suffix).whole.settings
    assert (settings.national_total, settings.synthetic) == (30, True)
    assert settings.population_date == dt.date(2020, 1, 1)
    assert settings.link.zonder_woning is False
    assert settings.retention is None


CSV = b"gemeente_code,gemeente\nSY0001,Alfa\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
MACROS = {"xl/workbook.xml": b"<workbook/>", "xl/vbaProject.bin": b"x"}
FILES = [
    ("not_a_workbook", "boek.xlsx", CSV),
    ("not_a_workbook", "boek.ods", CSV),
    ("not_a_workbook", "boek.xlsx", zipped({"a.txt": b"hallo"})),
    ("not_a_workbook", "boek.ods", as_xlsx({"a": [["x"]]})),
    ("not_a_workbook", "boek.xlsx", as_ods({"a": [["x"]]})),
    ("empty_file", "boek.xlsx", b""),
    ("workbook_kind", "boek.xls", OLE),
    ("workbook_kind", "boek.xlsx", OLE),
    ("workbook_kind", "boek.xlsm", as_xlsx({"a": [["x"]]})),
    ("workbook_kind", "boek.xlsx", zipped(MACROS)),
    ("workbook_kind", "boek.csv", CSV),
    ("workbook_locked", "boek.xlsx", OLE + "EncryptedPackage".encode("utf-16-le")),
    ("workbook_broken", "boek.xlsx", as_xlsx({"a": [["x"]]})[:-40]),
    ("no_instance_sheet", "boek.xlsx", as_xlsx({})),
]


@pytest.mark.parametrize(("code", "name", "content"), FILES)
def test_what_is_no_workbook_of_ours_is_refused_by_name(
    code: str, name: str, content: bytes, tmp_path: Path
) -> None:
    result = read_bytes(content, tmp_path, name)
    assert code in codes(result)
    assert result.findings[0].file == name


def test_a_document_with_a_password_is_refused(tmp_path: Path) -> None:
    parts = unzipped(as_ods(full_sheets()))
    parts["META-INF/manifest.xml"] += b"<manifest:encryption-data/>"
    assert only(read_bytes(zipped(parts), tmp_path, "boek.ods"), "workbook_locked")
    locked = bytearray(as_xlsx(full_sheets()))
    at = locked.rindex(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert only(read_bytes(bytes(locked), tmp_path), "workbook_locked")


def test_the_old_workbook_in_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    files = full_files()
    files["standen.xls"] = OLE
    result = read(put(files, tmp_path / "map"))
    assert ("workbook_kind", "standen.xls", 0, "") in result.places


def test_a_workbook_for_a_table_with_two_sheets_must_say_which(tmp_path: Path) -> None:
    files = full_files()
    del files["buren.csv"]
    rows = full_sheets()["buren"]
    files["buren.xlsx"] = as_xlsx({"Blad1": rows, "Blad2": rows})
    result = read(put(files, tmp_path / "map"))
    assert result.places == [("sheet_missing", "buren.xlsx", 0, "")]
    assert "Blad1, Blad2" in result.findings[0].sentence("nl")


def test_a_workbook_that_counts_from_1904_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"date_1904": True}) as book:
        book.add_worksheet("instance").write_string(0, 0, "x")
    assert "workbook_broken" in codes(read_bytes(stream.getvalue(), tmp_path))


def test_a_bomb_in_a_zip_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    parts = unzipped(as_xlsx(full_sheets()))
    parts["xl/sharedStrings.xml"] = b"<sst>" + b" " * 30_000_000 + b"</sst>"
    place = only(read_bytes(zipped(parts), tmp_path), "workbook_too_large")
    assert place == ("boek.xlsx", "", 0, "")


def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    content = zipped({"xl/workbook.xml": b"<workbook>" + b" " * 5_000_000 + b"</workbook>"})
    size = (5_000_021).to_bytes(4, "little")
    assert content.count(size) == 2
    lie = content.replace(size, (900).to_bytes(4, "little"))
    assert only(read_bytes(lie, tmp_path), "workbook_broken")


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    stream = io.BytesIO(as_xlsx(full_sheets()))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("XL/worksheets/sheet1.xml", b"<worksheet/>")
    assert only(read_bytes(stream.getvalue(), tmp_path), "workbook_broken")


SHEET_TRAPS = [
    ("workbook_broken", '<c r="A2" t="s">', '<c r="XFD1048576" t="s">'),
    ("sheet_too_large", '<dimension ref="A1:', '<dimension ref="A1:XFD1048576" x="'),
    ("workbook_broken", '<c r="B2"', '<c r="A2"'),
    ("workbook_broken", '<row r="3"', '<row r="2"'),
    ("workbook_broken", '<row r="3"', '<row r="-3"'),
    ("workbook_broken", "<v>15000</v>", "<v>15000</v><v>1</v>"),
    ("workbook_broken", "<v>15000</v>", "<v>NaN</v>"),
    ("workbook_broken", "<v>15000</v>", "<v>1_000</v>"),
    ("workbook_broken", "<v>15000</v>", "<v>1e400</v>"),
    ("workbook_broken", "<worksheet ", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet '),
    ("workbook_broken", "</sheetData>", ""),
]


@pytest.mark.parametrize(("code", "old", "new"), SHEET_TRAPS)
def test_a_sheet_that_contradicts_itself_is_refused(
    code: str, old: str, new: str, tmp_path: Path
) -> None:
    content = book_with(lambda *_: None)
    assert codes(read_bytes(edited(content, "gemeenten", old, new), tmp_path)) == {code}


def test_a_cell_at_the_end_of_the_sheet_is_refused(tmp_path: Path) -> None:
    """A library that makes room for every cell before it would need hundreds of gigabytes."""
    parts = unzipped(book_with(lambda *_: None))
    name = f"xl/worksheets/sheet{list(full_sheets()).index('gemeenten') + 1}.xml"
    far = re.sub(r'r="([A-Z]*)4"', r'r="\g<1>1048576"', parts[name].decode())
    assert far.count("1048576") > 10
    content = zipped({**parts, name: far.encode()})
    assert only(read_bytes(content, tmp_path), "sheet_too_large")


def test_a_line_break_in_a_cell_is_refused(tmp_path: Path) -> None:
    result = read_changed(put_cell("gemeenten", 2, "gemeente", "Al\nfa"), tmp_path)
    assert ("control_character", "boek.xlsx", 2, "") in result.places


@pytest.mark.parametrize("way", ["rows", "columns"])
def test_a_repeat_without_end_is_refused(way: str, tmp_path: Path) -> None:
    kind = "row" if way == "rows" else "cell"
    tables = "".join(ods_table(name, rows) for name, rows in full_sheets().items())
    cell = ods_cell(15000)
    repeat = f' table:number-{way}-repeated="999999999"'
    row = f"<table:table-row{repeat if kind == 'row' else ''}>"
    bomb = cell.replace(
        "<table:table-cell", f"<table:table-cell{repeat}" if kind == "cell" else "<table:table-cell"
    )
    content = ods_of(
        tables + f'<table:table table:name="x">{row}{bomb}</table:table-row></table:table>'
    )
    assert only(read_bytes(content, tmp_path, "boek.ods"), "sheet_too_large")


def test_the_empty_rest_of_a_sheet_is_no_bomb(tmp_path: Path) -> None:
    """LibreOffice writes the million empty rows below a table as one."""
    rest = (
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    tables = "".join(ods_table(name, rows) for name, rows in full_sheets().items())
    content = ods_of(tables.replace("</table:table>", rest))
    assert read_bytes(content, tmp_path, "boek.ods").instance is not None


def test_a_long_text_said_a_million_times_is_refused(tmp_path: Path) -> None:
    """A shared text costs a few bytes for each cell that shows it, and its length in memory."""
    sheets = full_sheets()
    sheets["extra"] = [["y" * 30_000] * 100] * 100
    assert only(read_bytes(as_xlsx(sheets), tmp_path), "sheet_too_large")
