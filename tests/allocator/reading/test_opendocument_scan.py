"""Our own pass over an OpenDocument sheet, by itself: repeats, what is hidden, what is merged."""

from __future__ import annotations

import pytest

from allocator.reading.workbook import ods as opendocument
from allocator.reading.workbook.ods import CONTENT, scan_ods
from allocator.reading.workbook.scan import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    BrokenError,
    Budget,
    Held,
    Scan,
    TooLargeError,
)
from tests.allocator.reading.test_workbook_scan import filled


def ods(rows: str, styles: str = "", of: str = "") -> Scan:
    text = f'<d><styles>{styles}</styles><table name="a"{of}>{rows}</table></d>'
    (scan,) = scan_ods({CONTENT: text.encode()})
    return scan


NUMBER = '<table-cell value-type="float" value="5"/>'


def test_columns_and_rows_of_opendocument_are_counted_with_their_repeats() -> None:
    scan = ods(
        '<table-column number-columns-repeated="2"/><table-column visibility="collapse"/>'
        '<table-column visibility="filter" number-columns-repeated="2"/><table-column/>'
        '<table-row number-rows-repeated="3"/>'
        '<table-row visibility="collapse"><table-cell number-columns-repeated="4"/>'
        f"{NUMBER}</table-row>"
        '<table-row visibility="visible"/>'
        f'<table-row visibility="filter" number-rows-repeated="2">{NUMBER}</table-row>'
        f"<table-row>{NUMBER}</table-row>"
    )
    assert list(filled(scan)) == [(3, 4), (5, 0), (6, 0), (7, 0)]
    assert scan.hidden_columns == {2, 3, 4}
    assert scan.hidden_rows == {3, 5, 6}
    assert scan.hidden is False


def test_the_hidden_rest_of_a_sheet_is_not_noted_row_by_row() -> None:
    hidden = 'visibility="collapse" number'
    scan = ods(
        f'<table-column {hidden}-columns-repeated="2000"/>'
        f'<table-column {hidden}-columns-repeated="2001"/>'
        f'<table-row {hidden}-rows-repeated="10000"/><table-row {hidden}-rows-repeated="10001"/>'
    )
    assert scan.hidden_columns == set(range(2_000))
    assert scan.hidden_rows == set(range(10_000))


def test_a_cell_of_opendocument_says_what_it_holds() -> None:
    scan = ods(
        "<table-row>"
        '<table-cell value-type="currency" value="1.5"/>'
        '<table-cell value-type="percentage" value="2"/>'
        '<table-cell value-type="date" date-value="2021-01-31"/>'
        '<table-cell value-type="time" time-value="PT1H"/>'
        '<table-cell value-type="boolean" boolean-value="true"/>'
        '<table-cell value-type="string"><p>a</p></table-cell>'
        '<table-cell value-type="string" string-value="a"/>'
        '<table-cell value-type="string"><p> </p></table-cell>'
        "<table-cell/></table-row>"
    )
    held = [held for held, _ in filled(scan).values()]
    assert held == [
        *(Held.NUMBER, Held.PERCENT, Held.DATE, Held.DATE, Held.BOOLEAN, Held.TEXT, Held.TEXT),
    ]
    assert list(scan.numbers)[:2] == [1.5, 2.0]


def test_a_formula_of_opendocument_is_noted_for_every_repeat() -> None:
    scan = ods(
        '<table-row number-rows-repeated="2"><table-cell/>'
        '<table-cell formula="of:=1+1" number-columns-repeated="2"/>'
        '<table-cell formula="of:=FALSE()" value-type="boolean" boolean-value="false"/></table-row>'
    )
    assert [divmod(place, MAX_COLUMNS) for place in scan.formulas] == [
        (0, 1),
        (0, 2),
        (1, 1),
        (1, 2),
    ]
    assert list(filled(scan)) == [(0, 3), (1, 3)]


def test_merged_cells_of_opendocument_are_noted_where_they_stand() -> None:
    scan = ods(
        '<table-row><table-cell/><table-cell number-rows-spanned="2"/></table-row>'
        '<table-row><table-cell number-columns-spanned="1"/><covered-table-cell/>'
        '<covered-table-cell value-type="float" value="5"/></table-row>'
    )
    assert scan.merged == [(0, 1), (1, 2)]


@pytest.mark.parametrize(
    "rows",
    [
        f"<table-row><table-cell>{NUMBER}</table-cell></table-row>",
        f'<table name="b"><table-row>{NUMBER}</table-row></table>',
        "<table-row><table-cell><p>x</p></table-cell></table-row>",
        '<table-row><table-cell value-type="float"/></table-row>',
        '<table-row><table-cell value-type="getal" value="5"/></table-row>',
        '<table-row number-rows-repeated="-1"/>',
        '<table-row><table-cell number-columns-repeated="x"/></table-row>',
    ],
)
def test_cells_of_opendocument_that_contradict_themselves_are_refused(rows: str) -> None:
    with pytest.raises(BrokenError):
        ods(rows)


def test_repeats_are_counted_before_they_are_unfolded() -> None:
    fits = f'<table-row number-rows-repeated="{MAX_CELLS // 1_000}">'
    wide = NUMBER.replace("/>", ' number-columns-repeated="{}"/>')
    with pytest.raises(TooLargeError):
        ods(f"{fits}{wide.format(1_001)}</table-row>")
    with pytest.raises(TooLargeError):
        ods(f'<table-row number-rows-repeated="{MAX_ROWS}"/><table-row>{NUMBER}</table-row>')
    with pytest.raises(TooLargeError):
        ods(f"<table-row>{wide.format(MAX_COLUMNS + 1)}</table-row>")
    assert len(ods(f"<table-row>{wide.format(MAX_COLUMNS)}</table-row>").places) == MAX_COLUMNS


def test_cells_and_signs_are_counted_with_the_repeats_of_both_ways(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[tuple[int, int]] = []

    class Noting(Budget):
        def take(self, cells: int, text: int) -> None:
            taken.append((cells, text))

    monkeypatch.setattr(opendocument, "Budget", Noting)
    ods(
        '<table-row number-rows-repeated="3">'
        '<table-cell value-type="string" number-columns-repeated="2"><p>abcd</p></table-cell>'
        f"{NUMBER}</table-row><table-row>{NUMBER}</table-row>"
    )
    # Two texts of four signs and a number of one, three times; then a number.
    assert taken == [(3 * (2 + 1), 3 * (2 * 4 + 1)), (1, 1)]
