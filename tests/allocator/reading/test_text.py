"""Files as office programs write them: encodings, delimiters, quotes, aliases, order."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from allocator.canonical import table_bytes
from allocator.findings import Findings
from allocator.reading.rawtext import read_csv
from allocator.schema import TABLES
from tests.allocator.reading.full import (
    Change,
    Files,
    Read,
    cell,
    content,
    full_files,
    put,
    read,
    read_changed,
    swapped,
)

BOM = b"\xef\xbb\xbf"
Rewrite = Callable[[str], bytes]


def canonical(result: Read) -> dict[str, bytes]:
    """What a result would hold of every table."""
    return {name: table_bytes(table) for name, table in result.whole.tables.items()}


def tables_rewritten(rewrite: Rewrite) -> Change:
    def change(files: Files) -> None:
        for name in files:
            if name.endswith(".csv"):
                files[name] = rewrite(files[name].decode())

    return change


def cells_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def written(text: str, delimiter: str = ",", end: str = "\n", quoted: bool = False) -> str:
    stream = io.StringIO(newline="")
    quoting: Literal[0, 1] = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows(cells_of(text))
    return stream.getvalue()


def columns_turned(text: str) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(row[::-1] for row in cells_of(text))
    return stream.getvalue()


def rows_turned(text: str) -> str:
    header, *rows = text.splitlines(keepends=True)
    return header + "".join(reversed(rows))


FORMS: dict[str, Rewrite] = {
    "utf-8 with BOM": lambda text: BOM + text.encode(),
    "cp1252": lambda text: text.encode("cp1252"),
    "semicolon": lambda text: written(text, ";").encode(),
    "semicolon, cp1252, CRLF": lambda text: written(text, ";", "\r\n").encode("cp1252"),
    "semicolon, BOM, CRLF": lambda text: BOM + written(text, ";", "\r\n").encode(),
    "every cell quoted": lambda text: written(text, quoted=True).encode(),
    "Excel's own first line": lambda text: b"sep=;\r\n" + written(text, ";", "\r\n").encode(),
    "Excel's own first line after a BOM": lambda text: (
        BOM + b"sep=;\n" + written(text, ";").encode()
    ),
    "blank lines at the end": lambda text: text.encode() + b"\n\r\n\n",
    "lines of empty cells at the end": lambda text: (
        text.encode() + b"," * text.splitlines()[0].count(",") + b"\n"
    ),
    "no line end at the end": lambda text: text.rstrip("\n").encode(),
    "spaces around cells": lambda text: text.replace(",", " , ").encode(),
    "names in NFD": lambda text: unicodedata.normalize("NFD", text).encode(),
    "columns in another order": lambda text: columns_turned(text).encode(),
    "rows in another order": lambda text: rows_turned(text).encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_table_in_another_form_is_the_same_to_the_byte(form: str, tmp_path: Path) -> None:
    plain = read(put(full_files(), tmp_path / "plain"))
    other = read_changed(tmp_path / "other", tables_rewritten(FORMS[form]))
    assert canonical(other) == canonical(plain)
    assert other.whole.municipalities == plain.whole.municipalities


def test_english_headers_are_the_same_to_the_byte(tmp_path: Path) -> None:
    def translate(files: Files) -> None:
        for table in TABLES:
            header, rest = files[table.file].decode().split("\n", 1)
            names = {column.name: column.alias or column.name for column in table.columns}
            changed = ",".join(names.get(name, name) for name in header.split(","))
            files[table.file] = f"{changed}\n{rest}".encode()

    plain = read(put(full_files(), tmp_path / "plain"))
    assert canonical(read_changed(tmp_path / "other", translate)) == canonical(plain)


def test_every_alias_is_one_word_for_one_column() -> None:
    for table in TABLES:
        words = [column.alias for column in table.columns if column.alias]
        words += [column.name for column in table.columns]
        assert len(words) == len(set(words)), table.name


def test_a_dutch_header_and_its_alias_together_are_one_column_twice(tmp_path: Path) -> None:
    change = swapped(
        "correcties.csv", "correctie,reden\nSY0003,-1,", "correctie,correction,reden\nSY0003,-1,-1,"
    )
    assert [place[0] for place in read_changed(tmp_path / "map", change).places] == [
        "double_column"
    ]


def test_names_are_brought_to_one_form(tmp_path: Path) -> None:
    loose = unicodedata.normalize("NFD", "Bèta aan Zee")
    change = swapped("gemeenten.csv", "Bèta aan Zee", loose)
    second = read_changed(tmp_path / "map", change).whole.municipalities[1]
    assert second.name == "Bèta aan Zee" != loose


@pytest.mark.parametrize(
    "name", ["NA", "null", "nan", "None", "1E5", "0363", "TRUE", "'s-Gravenhage", "=1+1", "#N/A"]
)
def test_a_name_is_a_name_whatever_it_looks_like(name: str, tmp_path: Path) -> None:
    change = cell("gemeenten.csv", 3, "gemeente", name)
    assert read_changed(tmp_path / "map", change).whole.municipalities[1].name == name


@pytest.mark.parametrize("name", ["Alfa, Beta; Gamma", 'De "Hoek"', "a;b", "a,b"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_quoted_cell_may_hold_the_delimiter(name: str, delimiter: str, tmp_path: Path) -> None:
    rows = cells_of(full_files()["gemeenten.csv"].decode())
    rows[1][1] = name
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    change = content("gemeenten.csv", stream.getvalue().encode())
    assert read_changed(tmp_path / "map", change).whole.municipalities[0].name == name


def test_utf_8_is_not_mistaken_for_cp1252_nor_the_reverse(tmp_path: Path) -> None:
    for encoding in ("utf-8", "cp1252"):
        change = tables_rewritten(lambda text, to=encoding: text.encode(to))  # type: ignore[misc]
        read_it = read_changed(tmp_path / encoding, change).whole
        assert read_it.municipalities[1].name == "Bèta aan Zee"


AFTER = {
    "Excel's own first line": (b"sep=,\n", b"", 0),
    "a blank line above": (b"", b"\n", 1),
    "a row of empty cells above": (b"", b",,\n", 1),
    "a quoted cell above": (b"", b'SY0002,"0","a, b; c"\n', 1),
    "CRLF": (b"", b"SY0002,0,x\r\n", 1),
}


@pytest.mark.parametrize("way", AFTER)
def test_the_row_number_is_that_of_the_spreadsheet(way: str, tmp_path: Path) -> None:
    first, above, more = AFTER[way]
    table = first + b"gemeente_code,correctie,reden\nSY0001,0,x\n" + above + b"SY0003,1.234,x\n"
    found = read_changed(tmp_path / "map", content("correcties.csv", table)).places
    assert ("ambiguous_number", "correcties.csv", 3 + more, "correctie") in found


def test_a_file_of_another_delimiter_is_never_one_column(tmp_path: Path) -> None:
    change = tables_rewritten(lambda text: text.replace(",", "\t").encode())
    codes = {place[0] for place in read_changed(tmp_path / "map", change).places}
    assert "missing_column" in codes


def test_a_signed_stand_is_split_by_its_declared_sign(tmp_path: Path) -> None:
    table = content("standen.csv", b"gemeente_code,stand\nSY0001,6\nSY0002,-3\nSY0003,0\n")
    expected = {"achterstand_positief": ("6", "3"), "achterstand_negatief": ("3", "6")}
    for sign, (backlog, lead) in expected.items():
        change = swapped("instance.toml", "seed = 1", f'seed = 1\nstand_teken = "{sign}"')
        rows = read_changed(tmp_path / sign, table, change).whole.rows("standen")
        behind = 0 if sign == "achterstand_positief" else 1
        assert rows[behind]["achterstand"] == backlog, sign
        assert rows[1 - behind]["voorsprong"] == lead, sign
        assert rows[behind]["voorsprong"] == rows[1 - behind]["achterstand"] == "0"
        assert (rows[2]["achterstand"], rows[2]["voorsprong"]) == ("0", "0")


def test_tables_that_are_not_asked_for_are_not_opened(tmp_path: Path) -> None:
    files = full_files()
    files["huishoudens.csv"] = b"\xff\xfe\x00 not a table"
    folder = put(files, tmp_path / "map")
    assert read(folder, ("gemeenten", "standen")).instance is not None
    assert read(folder, ("gemeenten", "huishoudens")).instance is None


def test_columns_come_in_the_order_of_the_schema_and_indicators_by_name(tmp_path: Path) -> None:
    table = (
        b"zon,corop,inwoners,gemeente,bos,province_code,gemeente_code\n"
        b"5,CR01,15000,Alfa,7,PV01,SY0003\n,CR02,10000,Beta,1.5,PV01,SY0001\n"
    )
    files = {"instance.toml": full_files()["instance.toml"], "gemeenten.csv": table}
    result = read(put(files, tmp_path / "map"), ("gemeenten",))
    assert canonical(result)["gemeenten"] == (
        b"gemeente_code,gemeente,provincie_code,inwoners,corop_code,bos,zon\n"
        b"SY0001,Beta,PV01,10000,CR02,1.5,\nSY0003,Alfa,PV01,15000,CR01,7,5\n"
    )


def test_rows_come_in_the_order_of_the_key_as_text(tmp_path: Path) -> None:
    table = content("woningklassen.csv", WITH_TEN)
    result = read_changed(tmp_path / "map", table)
    assert [row["woningklasse"] for row in result.whole.rows("woningklassen")] == [
        "10p",
        "1p",
        "4p",
    ]


WITH_TEN = (
    b"woningklasse,personen_min,personen_max,personen_gepland\n4p,3,6,4\n10p,7,10,9\n1p,1,2,1\n"
)


def test_a_row_that_is_refused_is_refused_once_and_left_out() -> None:
    findings = Findings()
    table = read_csv(b"a,b\n1,2\n1,2\x07\n1\n3,4\n", "x.csv", findings)
    assert table is not None and table.rows == ((2, ("1", "2")), (5, ("3", "4")))
    assert [(f.code, f.row) for f in findings.errors] == [
        ("control_character", 3),
        ("ragged_row", 4),
    ]
