"""Word files from plain text, and every Word file to the same bytes each time.

The base templates stand in ``templates/*.txt``, where a change can be read line by line. A line is
a paragraph; ``= `` begins a title, ``# `` a heading, ``- `` a bullet, ``> `` a boxed note and
``@ `` a line of an address; ``---`` is a page break. ``[table 20 60 >20: Words for who cannot
see it]`` opens a table of columns of these widths [percent], ``>`` with its figures to the right;
its rows begin with ``|``, the first is the head. ``**bold**`` is bold, ``[[words]]`` is to be
filled in by hand. Everything in braces is left to the template engine.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from xml.sax.saxutils import escape

from allocator.papers.parts import (
    CONTENT_TYPES,
    CORE,
    DOCUMENT,
    FOOTER,
    HEADER,
    NUMBERING,
    PACKAGE_RELATIONS,
    RELATIONS,
    SETTINGS,
    STYLES,
)

CORE_NAME = "docProps/core.xml"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can hold
_STYLES = {"= ": "Title", "# ": "Heading1", "- ": "ListBullet", "> ": "Note", "@ ": "Address"}
_TABLE = re.compile(r"\[table ((?:>?\d+ ?)+): (.+)\]")
_TEXT_WIDTH = 9354  # A4 between margins of 2.25 cm [twentieths of a point]
_RUNS = re.compile(r"(\*\*.+?\*\*|\[\[.+?\]\])")


@dataclass(frozen=True, slots=True)
class _Column:
    width: int
    right: bool


@cache
def base_template(kind: str) -> bytes:
    """The Word template of one kind of paper, made from its text.

    Raises
    ------
    FileNotFoundError
        If there is no such kind.
    """
    source = files("allocator.papers") / "templates" / f"{kind}.txt"
    return template_from(source.read_text(encoding="utf-8"))


def template_from(source: str) -> bytes:
    """A Word file from a text as this module's first lines describe it."""
    body = "".join(_blocks(source.splitlines()))
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": PACKAGE_RELATIONS,
        CORE_NAME: CORE.format(title=""),
        "word/_rels/document.xml.rels": RELATIONS,
        "word/document.xml": DOCUMENT.format(body=body),
        "word/footer1.xml": FOOTER,
        "word/header1.xml": HEADER,
        "word/numbering.xml": NUMBERING,
        "word/settings.xml": SETTINGS,
        "word/styles.xml": STYLES,
    }
    return packed({name: text.encode() for name, text in parts.items()})


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A zip of these parts: fixed order, fixed dates, fixed rights."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        # Office wants the list of types first.
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, parts[name])
    return stream.getvalue()


def settled(content: bytes, title: str) -> bytes:
    """The same Word file without a clock or an author: equal input gives equal bytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return packed({**parts, CORE_NAME: CORE.format(title=escape(title)).encode()})


def _blocks(lines: list[str]) -> Iterator[str]:
    columns: tuple[_Column, ...] = ()
    rows: list[str] = []
    opening = ""
    for line in [*lines, ""]:
        if columns and line.startswith(("|", "{%tr")):
            rows.append(_row(line, columns, head=not rows))
            continue
        if columns:
            yield f"{opening}{''.join(rows)}</w:tbl>{_paragraph('', 'AfterTable')}"
            columns, rows = (), []
        found = _TABLE.fullmatch(line)
        if found:
            columns = tuple(_column(word) for word in found[1].split())
            opening = _opening(columns, found[2])
        elif line == "---":
            yield '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        elif line:
            style = _STYLES.get(line[:2], "")
            yield _paragraph(line[2:] if style else line, style)


def _column(word: str) -> _Column:
    return _Column(int(word.lstrip(">")) * _TEXT_WIDTH // 100, word.startswith(">"))


def _opening(columns: tuple[_Column, ...], words: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{column.width}"/>' for column in columns)
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="Figures"/><w:tblW w:w="5000" w:type="pct"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1"/>'
        f'<w:tblCaption w:val="{escape(words)}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    )


def _row(line: str, columns: tuple[_Column, ...], head: bool) -> str:
    if line.startswith("{%tr"):
        return f"<w:tr><w:tc><w:tcPr/>{_cell(line)}</w:tc></w:tr>"
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    if len(cells) != len(columns):
        raise ValueError(f"{len(cells)} cells in a table of {len(columns)} columns: {line}")
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{column.width}" w:type="dxa"/></w:tcPr>'
        f"{_cell(cell, column.right, head)}</w:tc>"
        for cell, column in zip(cells, columns, strict=True)
    )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{made}</w:tr>"


def _cell(text: str, right: bool = False, head: bool = False) -> str:
    return _paragraph(text, f"Cell{'Head' * head}{'Right' * right}")


def _paragraph(text: str, style: str) -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}{''.join(_run(part) for part in _RUNS.split(text) if part)}</w:p>"


def _run(text: str) -> str:
    look = ""
    if text.startswith("**"):
        look, text = "<w:rPr><w:b/></w:rPr>", text[2:-2]
    elif text.startswith("[["):
        look, text = '<w:rPr><w:highlight w:val="yellow"/></w:rPr>', f"[{text[2:-2]}]"
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
