"""Our own pass over a workbook, by itself: what it notes of a sheet, and where it stops.

Through the whole reader much of this would be refused once more, by the library or by what the two
read differently; here nothing else can refuse it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from allocator.reading.workbook.archive import Parts
from allocator.reading.workbook.rows import column_letter, has_rows
from allocator.reading.workbook.scan import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    BrokenError,
    Budget,
    Held,
    Scan,
    TooLargeError,
    check_area,
    count_of,
    number_of,
)
from allocator.reading.workbook.xlsx import BOOK, RELATIONS, STYLES, TEXTS, cell_place, scan_xlsx
from allocator.reading.workbook.xml import MAX_DEPTH, UnsafeXmlError, stream

KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
SHEET = "xl/worksheets/sheet1.xml"


def xlsx(sheet: str, **more: str) -> Parts:
    """The least that is a workbook of one sheet; ``more`` gives the other parts."""
    parts = {
        BOOK: '<workbook><sheets><sheet name="a" id="r1"/></sheets></workbook>',
        RELATIONS: f'<r><Relationship Id="r1" Type="{KIND}" Target="worksheets/sheet1.xml"/></r>',
        SHEET: f"<worksheet>{sheet}</worksheet>",
        **{
            {"book": BOOK, "styles": STYLES, "texts": TEXTS}[name]: text
            for name, text in more.items()
        },
    }
    return {name: text.encode() for name, text in parts.items()}


def scanned(sheet: str, **more: str) -> Scan:
    (scan,) = scan_xlsx(xlsx(sheet, **more))
    return scan


def filled(scan: Scan) -> dict[tuple[int, int], tuple[Held, float]]:
    """What stands where, by row and column from 0."""
    return {
        divmod(place, MAX_COLUMNS): (Held(held), number)
        for place, held, number in zip(scan.places, scan.held, scan.numbers, strict=True)
    }


def test_the_least_workbook_is_read() -> None:
    scan = scanned('<row r="1"><c r="A1"><v>5</v></c><c r="C1" t="b"><v>1</v></c></row>')
    assert filled(scan) == {(0, 0): (Held.NUMBER, 5.0), (0, 2): (Held.BOOLEAN, 0.0)}
    assert (scan.hidden, scan.formulas, scan.merged) == (False, [], [])
    assert (scan.hidden_rows, scan.hidden_columns) == (set(), set())


def test_rows_and_cells_without_a_place_come_after_the_one_before() -> None:
    scan = scanned(
        "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c/><c><v>3</v></c></row>"
        '<row r="9"><c r="D9"><v>4</v></c><c><v>5</v></c></row>'
    )
    assert list(filled(scan)) == [(0, 0), (0, 1), (2, 1), (8, 3), (8, 4)]


KINDS = {
    '<c><v>5</v></c>': (Held.NUMBER, 5.0),
    '<c t="n"><v>-1.5e2</v></c>': (Held.NUMBER, -150.0),
    '<c t="s"><v>1</v></c>': (Held.TEXT, 0.0),
    '<c t="str"><v>x</v></c>': (Held.TEXT, 0.0),
    '<c t="inlineStr"><is><t>x</t></is></c>': (Held.TEXT, 0.0),
    '<c t="b"><v>0</v></c>': (Held.BOOLEAN, 0.0),
    '<c t="e"><v>#N/A</v></c>': (Held.ERROR, 0.0),
    '<c t="d"><v>2021-01-31</v></c>': (Held.DATE, 0.0),
}  # fmt: skip
SHARED = "<sst><si><t> </t></si><si><t>ja</t></si></sst>"


@pytest.mark.parametrize("cell", KINDS)
def test_every_kind_of_cell_is_what_it_says(cell: str) -> None:
    assert filled(scanned(f"<row>{cell}</row>", texts=SHARED)) == {(0, 0): KINDS[cell]}


@pytest.mark.parametrize(
    "cell",
    [
        "<c/>",
        "<c><v> </v></c>",
        '<c t="s"><v>0</v></c>',
        '<c t="inlineStr"><is><t> </t></is></c>',
        '<c t="inlineStr"><is><rPh><t>x</t></rPh></is></c>',
    ],
)
def test_a_cell_in_which_nothing_can_be_read_is_empty(cell: str) -> None:
    assert filled(scanned(f"<row>{cell}</row>", texts=SHARED)) == {}


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="B2"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="B1"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><c r="B1"><v>1</v></c></c></row>',
        '<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>',
        '<row r="1"><c r="1A"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="x"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>2</v></c></row>',
        '<row r="1"><c r="A1" t="n"><v>1</v><is><t>2</t></is></c></row>',
        '<row r="1"><c r="A1" s="-1"><v>1</v></c></row>',
    ],
)
def test_rows_and_cells_that_contradict_each_other_are_refused(rows: str) -> None:
    with pytest.raises(BrokenError):
        scanned(rows, texts=SHARED)


def test_a_workbook_that_counts_from_1904_or_misses_a_sheet_is_refused() -> None:
    book = '<w><workbookPr date1904="{}"/><sheet name="a" id="r1" state="{}"/></w>'
    assert scanned("", book=book.format("0", "visible")).hidden is False
    assert scanned("", book=book.format("false", "hidden")).hidden is True
    for yes in ("1", "true"):
        with pytest.raises(BrokenError):
            scanned("", book=book.format(yes, "visible"))
    parts = xlsx("")
    del parts[SHEET]
    with pytest.raises(BrokenError):
        scan_xlsx(parts)


def test_a_sheet_of_another_kind_is_named_and_not_looked_into() -> None:
    parts = xlsx("<row><c><v>1</v></c></row>")
    parts[RELATIONS] = parts[RELATIONS].replace(b"/worksheet", b"/chartsheet")
    (scan,) = scan_xlsx(parts)
    assert (scan.name, filled(scan)) == ("a", {})


@pytest.mark.parametrize(
    ("shown", "is_percent"),
    [
        ('<numFmt numFmtId="170" formatCode="0%"/>', True),
        ('<numFmt numFmtId="170" formatCode="0&quot;%&quot;"/>', False),
        ('<numFmt numFmtId="170" formatCode="0\\%"/>', False),
        ('<numFmt numFmtId="170" formatCode="[$%]0"/>', False),
    ],
)
def test_a_percentage_is_seen_by_the_style_of_its_cell(shown: str, is_percent: bool) -> None:
    styles = (
        f'<s>{shown}<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
        '<xf numFmtId="170"/><xf numFmtId="9"/><xf numFmtId="10"/><xf/></cellXfs>'
        '<dxfs><xf numFmtId="9"/></dxfs></s>'
    )
    cells = "".join(f'<c s="{style}"><v>1</v></c>' for style in range(6))
    found = [
        held
        for held, _ in filled(scanned(f"<row><c><v>1</v></c>{cells}</row>", styles=styles)).values()
    ]
    of_170 = Held.PERCENT if is_percent else Held.NUMBER
    plain, percent = Held.NUMBER, Held.PERCENT
    assert found == [plain, plain, of_170, percent, percent, plain, plain]


def test_a_formula_is_noted_where_it_stands_unless_it_is_a_truth_value() -> None:
    scan = scanned(
        '<row r="2"><c r="B2"><f>1+1</f><v>2</v></c><c r="C2"><f>SUM(A1)</f></c>'
        '<c r="D2" t="b"><f>TRUE()</f><v>1</v></c><c r="E2"><f/></c><c r="F2"><v>1</v></c></row>'
    )
    assert scan.formulas == [MAX_COLUMNS + 1, MAX_COLUMNS + 2, MAX_COLUMNS + 4]
    assert list(filled(scan)) == [(1, 1), (1, 3), (1, 5)]


def test_what_is_hidden_or_merged_is_noted_where_it_stands() -> None:
    scan = scanned(
        '<cols><col min="2" max="3" hidden="1"/><col min="5" max="5"/></cols>'
        '<row r="3" hidden="true"/><row r="4"/><mergeCell ref="B2:C2"/><mergeCell ref="D5"/>'
        '<mergeCell ref="F6:F7"/>'
    )
    assert (scan.hidden_columns, scan.hidden_rows) == ({1, 2}, {2})
    assert scan.merged == [(1, 1), (5, 5)]


@pytest.mark.parametrize("name", ["dimension", "mergeCell"])
@pytest.mark.parametrize(
    ("reference", "fits"),
    [
        (f"A1:CV{MAX_CELLS // 100}", True),
        (f"A1:CV{MAX_CELLS // 100 + 1}", False),
        (f"A1:CW{MAX_CELLS // 100}", False),
        ("A1:A1048577", False),
        ("A1:XFE1", False),
        ("A1:XFD1", True),
    ],
)
def test_a_claim_about_cells_may_be_as_large_as_what_is_read(
    name: str, reference: str, fits: bool
) -> None:
    claim = f'<{name} ref="{reference}"/>'
    if fits:
        scanned(claim)
    else:
        with pytest.raises(TooLargeError):
            scanned(claim)


def test_the_area_of_a_sheet_ends_at_its_widest_row_and_last_column() -> None:
    check_area(MAX_ROWS, 1)
    check_area(1, MAX_COLUMNS)
    check_area(MAX_CELLS // 1_000, 1_000)
    for rows, columns in (
        (MAX_ROWS + 1, 1),
        (1, MAX_COLUMNS + 1),
        (MAX_CELLS // 1_000 + 1, 1_000),
        (MAX_CELLS // 1_000, 1_001),
    ):
        with pytest.raises(TooLargeError):
            check_area(rows, columns)


@pytest.mark.parametrize("note", ["add", "formula"])
def test_a_cell_outside_the_area_is_refused_as_it_comes(note: str) -> None:
    def put(scan: Scan, row: int, column: int) -> None:
        if note == "formula":
            scan.formula(row, column)
        else:
            scan.add(row, column, Held.TEXT)

    rows = MAX_CELLS // 1_000
    scan = Scan("a")
    put(scan, 0, 999)
    put(scan, rows - 1, 999)
    with pytest.raises(TooLargeError):
        put(scan, rows, 999)
    with pytest.raises(TooLargeError):
        put(Scan("a"), 0, MAX_COLUMNS)


def test_a_row_counts_as_wide_as_the_widest_before_it() -> None:
    scan = Scan("a")
    scan.add(0, 999, Held.TEXT)
    scan.add(MAX_CELLS // 1_000 - 1, 0, Held.TEXT)
    with pytest.raises(TooLargeError):
        scan.add(MAX_CELLS // 1_000, 0, Held.TEXT)


def test_cells_come_in_reading_order_and_once() -> None:
    scan = Scan("a")
    for place in ((0, 0), (0, 1), (0, MAX_COLUMNS - 1), (1, 0), (4, 7)):
        scan.add(*place, Held.NUMBER, 2.5)
    assert list(filled(scan).items())[-1] == ((4, 7), (Held.NUMBER, 2.5))
    assert scan.filled_rows == {0, 1, 4}
    for place in ((4, 7), (4, 6), (3, 9)):
        with pytest.raises(BrokenError):
            scan.add(*place, Held.TEXT)


def test_only_what_stands_below_the_header_is_a_row() -> None:
    scan = Scan("a")
    scan.add(0, 3, Held.TEXT)
    scan.formula(0, 5)
    assert not has_rows(scan)
    scan.formula(1, 0)
    assert has_rows(scan)
    other = Scan("a")
    other.add(1, 0, Held.TEXT)
    assert has_rows(other)


def test_a_budget_is_spent_to_the_last_cell_and_sign() -> None:
    Budget(cells=5, text=7).take(5, 7)
    for cells, text in ((6, 0), (0, 8)):
        with pytest.raises(TooLargeError):
            Budget(cells=5, text=7).take(cells, text)
    spent = Budget(cells=5, text=7)
    spent.take(3, 3)
    with pytest.raises(TooLargeError):
        spent.take(3, 0)


@pytest.mark.parametrize(
    ("raw", "number"),
    [("5", 5.0), ("-0.5", -0.5), ("+1.", 1.0), (".25", 0.25), ("1E+3", 1000.0), ("2e-2", 0.02)],
)
def test_a_number_is_written_as_programs_write_it(raw: str, number: float) -> None:
    assert number_of(raw) == number


@pytest.mark.parametrize(
    "raw", ["", "1_0", "nan", "inf", "1e999", "-1e999", "0x1", "1,5", "1 ", ".", "1e", "1e1000"]
)
def test_another_number_is_refused(raw: str) -> None:
    with pytest.raises(BrokenError):
        number_of(raw)


def test_a_repeat_is_a_plain_whole_number_of_nine_digits_at_most() -> None:
    assert [count_of(raw) for raw in (None, "0", "12", "999999999")] == [1, 0, 12, 999_999_999]
    assert count_of(None, 0) == 0
    for raw in ("", "-1", "+1", "1.0", "\u00b2", "\u0661", "1000000000"):
        with pytest.raises(BrokenError):
            count_of(raw)


LETTERS = {0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA", 16_383: "XFD"}


def test_columns_are_named_as_the_spreadsheet_names_them() -> None:
    assert {column: column_letter(column) for column in LETTERS} == LETTERS
    for column, letters in LETTERS.items():
        assert cell_place(f"{letters}12") == cell_place(f"${letters}$12") == (11, column)


@pytest.mark.parametrize(
    "reference", ["", "A", "1", "A0", "A01", "a1", "ABCD1", "A1:B2", "A12345678"]
)
def test_what_is_no_reference_to_a_cell_is_refused(reference: str) -> None:
    with pytest.raises(BrokenError):
        cell_place(reference)


def _nothing(*_: object) -> None:
    pass


@pytest.mark.parametrize("coding", ["UTF-8", "utf8", "us-ascii", None])
def test_xml_in_our_coding_is_read(coding: str | None) -> None:
    said = f' encoding="{coding}"' if coding else ""
    seen: list[str] = []
    stream(
        f'<?xml version="1.0"{said}?><a><b/></a>'.encode(),
        lambda name, _: seen.append(name),
        _nothing,
        _nothing,
    )
    assert seen == ["a", "b"]


REFUSED: dict[str, Callable[[], bytes]] = {
    "another coding": lambda: b'<?xml version="1.0" encoding="iso-8859-1"?><a/>',
    "a document type": lambda: b"<!DOCTYPE a><a/>",
    "no end": lambda: b"<a>",
    "two roots": lambda: b"<a/><a/>",
    "nothing": lambda: b"",
    "too deep": lambda: b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1),
}


@pytest.mark.parametrize("why", REFUSED)
def test_other_xml_is_refused(why: str) -> None:
    with pytest.raises(UnsafeXmlError):
        stream(REFUSED[why](), _nothing, _nothing, _nothing)


def test_xml_may_be_as_deep_as_the_limit_again_and_again() -> None:
    deep = b"<a>" * (MAX_DEPTH - 1) + b"</a>" * (MAX_DEPTH - 1)
    stream(b"<a>" + deep + deep + b"</a>", _nothing, _nothing, _nothing)
