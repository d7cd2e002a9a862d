"""Read a Word file, without trust: its tables by their heads, and the paragraphs beside them."""

from __future__ import annotations

import io
import re
import zlib
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, fromstring
from zipfile import BadZipFile, ZipFile

from allocator.verify.core.reader import CONTRACT

# What reading a damaged, encrypted or hostile file ends in.
DAMAGE = (ValueError, KeyError, EOFError, RuntimeError, BadZipFile, zlib.error, ParseError)
_RULES = CONTRACT["papers"]
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Row = tuple[str, ...]
_HEADS: dict[Row, str] = {tuple(cells): name for name, cells in _RULES["tables"].items()}


class Paper(NamedTuple):
    """One Word file: its text, and its tables by the kind that their heads say.

    ``lines`` are the paragraphs outside those tables; ``odd`` names what a reader of the paper
    would not see, or would see otherwise than it is read here.
    """

    text: str
    margins: str
    lines: tuple[str, ...]
    tables: list[tuple[str, list[Row]]]
    odd: set[str]


def read_paper(data: bytes) -> Paper:
    """Read a Word file; sizes are looked at before anything is unpacked.

    Raises
    ------
    Exception
        One of ``DAMAGE``, if it is too large or no Word file.
    """
    if len(data) > _RULES["largest_file"]:
        raise ValueError("too large")
    with ZipFile(io.BytesIO(data)) as archive:
        entries = ((entry.filename, entry.file_size) for entry in archive.infolist())
        names, sizes = zip(*entries, strict=True)
        # No part may be there twice: another reader might take the other one.
        if sum(sizes) > _RULES["largest_content"] or len(names) > min(
            _RULES["most_parts"], len({*names})
        ):
            raise ValueError("too large, or a part is there twice")
        parts = [name for name in names if re.fullmatch(_RULES["parts"], name)]
        trees = {name: _parse(archive, name) for name in parts}
    body = trees["word/document.xml"]
    margins = [tree for name, tree in trees.items() if name.startswith(("word/hea", "word/foo"))]
    read = [(table, rows) for table in body.iter(f"{_W}tbl") if (rows := _rows(table))]
    known = [(table, name, rows[1:]) for table, rows in read if (name := _HEADS.get(rows[0]))]
    inside = {id(line) for table, _, _ in known for line in table.iter(f"{_W}p")}
    return Paper(
        " ".join(map(_text, trees.values())).lower(),
        " ".join(map(_text, margins)).lower(),
        tuple(_runs(line) for line in body.iter(f"{_W}p") if id(line) not in inside),
        [(name, rows) for _, name, rows in known],
        _found([*trees.values()], "hidden") | _found([table for table, _, _ in known], "unread"),
    )


def _found(trees: list[Element], kind: str) -> set[str]:
    """Which of these elements are there, and not switched off."""
    elements = [x for tree in trees for name in _RULES[kind] for x in tree.iter(f"{_W}{name}")]
    return {x.tag.removeprefix(_W) for x in elements if x.get(f"{_W}val") not in _RULES["off"]}


def _parse(archive: ZipFile, name: str) -> Element:
    with archive.open(name) as stream:
        data = stream.read(_RULES["largest_part"] + 1)
    # No document type: entities are how a small file becomes a large one.
    if len(data) > _RULES["largest_part"] or "<!" in data.decode("utf-8"):
        raise ValueError("too large, or not plain")
    return fromstring(data)


def _rows(table: Element) -> list[Row]:
    return [tuple(_text(x).strip() for x in r.iter(f"{_W}tc")) for r in table.iter(f"{_W}tr")]


def _text(element: Element) -> str:
    return " ".join(map(_runs, element.iter(f"{_W}p")))


def _runs(paragraph: Element) -> str:
    return "".join(run.text or "" for run in paragraph.iter(f"{_W}t"))
