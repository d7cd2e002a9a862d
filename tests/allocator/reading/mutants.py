"""Damage done to an instance, and what its files say to somebody who reads them plainly."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import cache

from allocator.reading.tables import dutch_headers
from allocator.schema import TABLE_BY_NAME
from tests.allocator.reading.books import WRITERS, sheets_of, unzipped, zipped
from tests.allocator.reading.full import Files, full_files

LIKELY = b"0123456789,;.\"'\n\r-|_ \t\x00\xef\xbb\xbf\xc3\xa8=aSY<>/&%rstvn"
Cells = list[list[object]]
Plain = dict[str, Cells]
VALUES = re.compile(r"xl/(worksheets/sheet\d+|sharedStrings|workbook)\.xml|content\.xml")
"""Parts that hold values; the others hold looks."""


@cache
def whole_book(suffix: str) -> bytes:
    return WRITERS[suffix](sheets_of(full_files()))


def bytes_changed(rng: random.Random, before: bytes) -> bytes:
    for _ in range(rng.randint(1, 3)):
        place = rng.randint(0, len(before))
        length = rng.choice([0, 1, 1, 2, 12])
        there = bytes(
            rng.choice(LIKELY) if rng.random() < 0.7 else rng.randrange(256)
            for _ in range(rng.randint(0, 3))
        )
        before = before[:place] + there + before[place + length :]
    return before


def part_changed(rng: random.Random, book: bytes, change: Callable[..., bytes]) -> bytes:
    """Change what stands in the zip and pack it well again."""
    parts = unzipped(book)
    name = rng.choice([name for name in sorted(parts) if VALUES.search(name)])
    return zipped({**parts, name: change(rng, parts[name])})


_PIECES = re.compile(
    rb"<(row|c|v|t|si|f|sheet|table:table-row|table:table-cell|table:table|text:p)\b[^>]*>"
    rb"(?:[^<]*</\1>)?"
)
_ATTRIBUTES = re.compile(rb'[\w:-]+="[^"]*"')
_NEW = (
    b"0", b"1", b"2", b"7", b"-1", b"s", b"n", b"str", b"b", b"e", b"d", b"inlineStr", b"A1",
    b"B2", b"C3", b"XFD1048576", b"float", b"string", b"percentage", b"date", b"true", b"1.234",
    b"15.000", b"1e3", b"",
)  # fmt: skip


def structure_changed(rng: random.Random, before: bytes) -> bytes:
    """Leave a piece out, say it twice, swap two, or change an attribute or a value."""
    pieces = list(_PIECES.finditer(before))
    one = rng.choice(pieces)
    way = rng.randrange(5)
    if way == 0:
        return before[: one.start()] + before[one.end() :]
    if way == 1:
        return before[: one.end()] + one[0] + before[one.end() :]
    if way == 2:
        other = rng.choice(pieces)
        first, last = sorted((one, other), key=lambda piece: piece.start())
        if first.end() > last.start():
            return before
        middle = before[first.end() : last.start()]
        return before[: first.start()] + last[0] + middle + first[0] + before[last.end() :]
    if way == 3:
        found = list(_ATTRIBUTES.finditer(before, one.start(), one.end()))
        if not found:
            return before
        chosen = rng.choice(found)
        name = chosen[0].partition(b"=")[0]
        there = rng.choice([b"", name + b'="' + rng.choice(_NEW) + b'"'])
        return before[: chosen.start()] + there + before[chosen.end() :]
    end = one.end() - len(one[0].rpartition(b"</")[2]) - 2
    return before[:end] + rng.choice(_NEW) + before[end:]


def damaged_folder(rng: random.Random) -> Files:
    """One of the CSV tables, or ``instance.toml``, with other bytes."""
    files = full_files()
    name = rng.choice(sorted(files))
    files[name] = bytes_changed(rng, files[name])
    return files


def damaged_book(rng: random.Random, suffix: str) -> bytes:
    """A workbook with other bytes, outside or inside the zip, or with another structure."""
    book = whole_book(suffix)
    way = rng.randrange(4)
    if way == 0:
        return bytes_changed(rng, book)
    return part_changed(rng, book, bytes_changed if way == 1 else structure_changed)


def plainly(content: bytes, suffix: str) -> Plain:
    """What a workbook says, by a reader that shares nothing with ours."""
    return _by_parts(content) if suffix == ".xlsx" else _by_element_tree(content)


def _by_parts(content: bytes) -> Plain:
    parts = unzipped(content)
    targets = {
        _attribute(node, "Id"): f"xl/{_attribute(node, 'Target')}"
        for node in ET.fromstring(parts["xl/_rels/workbook.xml.rels"])
    }
    texts = [
        "".join(node.text or "" for node in item.iter() if _name(node) == "t")
        for item in ET.fromstring(parts["xl/sharedStrings.xml"])
        if _name(item) == "si"
    ]
    book = ET.fromstring(parts["xl/workbook.xml"])
    return {
        _attribute(node, "name").strip().lower(): [
            _row(row, texts)
            for row in ET.fromstring(parts[targets[_attribute(node, "id")]]).iter()
            if _name(row) == "row"
        ]
        for node in book.iter()
        if _name(node) == "sheet"
    }


def _row(row: ET.Element, texts: list[str]) -> list[object]:
    cells: list[object] = []
    for node in (node for node in row if _name(node) == "c"):
        letters = re.sub("[^A-Z]", "", _attribute(node, "r"))
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        cells += [None] * (column - 1 - len(cells) if letters else 0)
        value = "".join(v.text or "" for v in node.iter() if _name(v) in {"v", "t"})
        kind = _attribute(node, "t") or "n"
        said: object = texts[int(value)] if kind == "s" and value else value or None
        cells.append(float(value) if kind == "n" and value else said)
    return cells


def _by_element_tree(content: bytes) -> Plain:
    root = ET.fromstring(unzipped(content)["content.xml"])
    found: Plain = {}
    for table in (node for node in root.iter() if _name(node) == "table"):
        rows: Cells = []
        for row in (node for node in table if _name(node) == "table-row"):
            cells = [value for node in row for value in _values(node)]
            rows += [cells] * min(50, int(_attribute(row, "number-rows-repeated") or 1))
        found[_attribute(table, "name").strip().lower()] = rows
    return found


def _values(node: ET.Element) -> list[object]:
    kind = _attribute(node, "value-type")
    text = "".join("".join(p.itertext()) for p in node if _name(p) == "p")
    value: object = text or None
    if kind in {"float", "currency", "percentage"}:
        value = float(_attribute(node, "value"))
    return [value] * min(50, int(_attribute(node, "number-columns-repeated") or 1))


def _name(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]


def _attribute(node: ET.Element, name: str) -> str:
    return next((v for k, v in node.attrib.items() if k.rpartition("}")[2] == name), "")


def plain_total(cells: Cells, table: str, column: str) -> int:
    """Sum of a column of whole numbers as the cells say it."""
    header = tuple(str(cell or "").strip().lower() for cell in cells[0])
    at = dutch_headers(header, TABLE_BY_NAME[table]).index(column)
    listed = (row[at] if at < len(row) else None for row in cells[1:])
    return sum(_whole(cell) for cell in listed)


def _whole(cell: object) -> int:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return 0
    assert not isinstance(cell, bool), cell
    if isinstance(cell, float):
        assert cell == int(cell), cell
        return int(cell)
    return int(str(cell))
