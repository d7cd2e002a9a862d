"""The workbook in other forms: CSV that opens in a Dutch spreadsheet, and OpenDocument."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from fractions import Fraction
from xml.sax.saxutils import escape, quoteattr

from allocator.reporting.book import Book
from allocator.reporting.grid import DECIMALS, Cell, Grid, Kind
from allocator.reporting.inert import for_spreadsheet_csv, one_line
from allocator.reporting.result import Result
from allocator.reporting.voice import Voice
from allocator.reporting.workbook import result_book

ODS_FILE = "werkboek.ods"
CSV_FILE = "werkboek-csv.zip"
FORMS = ("ods", "csv")
Line = list[tuple[Cell, Kind]]

_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = " ".join(
    f'xmlns:{short}="{_OASIS}:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
        ("config", "config"),
    )
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" '
    f'manifest:media-type="{_KIND}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="settings.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_FROZEN = (
    ("HorizontalSplitMode", "short", "2"),
    ("VerticalSplitMode", "short", "2"),
    ("HorizontalSplitPosition", "int", "1"),
    ("VerticalSplitPosition", "int", "1"),
    ("ActiveSplitRange", "short", "3"),
    ("PositionRight", "int", "1"),
    ("PositionBottom", "int", "1"),
)
"""What a spreadsheet reads as one row above and one column beside that stay in view."""
_STYLES = (
    '<style:style style:name="kolom" style:family="table-column">'
    '<style:table-column-properties style:column-width="4.2cm"/></style:style>'
    '<style:style style:name="kop" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    '<number:number-style style:name="n0">'
    '<number:number number:decimal-places="0" number:min-integer-digits="1" '
    'number:grouping="true"/></number:number-style>'
    '<number:number-style style:name="n3">'
    '<number:number number:decimal-places="3" number:min-decimal-places="3" '
    'number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
    '<style:style style:name="geheel" style:family="table-cell" style:data-style-name="n0"/>'
    '<style:style style:name="decimaal" style:family="table-cell" style:data-style-name="n3"/>'
)


def twin_files(result: Result, form: str, lang: str) -> dict[str, bytes]:
    """The workbook in another form, by path in the result folder.

    Parameters
    ----------
    result
        A result; only its public tables are shown.
    form
        ``ods``, or ``csv`` (a zip with one file a sheet: the folder itself holds machine tables).
    lang
        ``nl`` or ``en``.
    """
    return book_twins(result_book(result, Voice(lang)), form, lang)


def book_twins(book: Book, form: str, lang: str) -> dict[str, bytes]:
    """Any workbook in another form, see :func:`twin_files`."""
    pages = list(_pages(book, Voice(lang)))
    if form == "ods":
        return {ODS_FILE: _ods(pages)}
    tables = {
        f"{number:02d}-{_file_name(name)}.csv": _csv(lines, lang)
        for number, (name, lines) in enumerate(pages, start=1)
    }
    return {CSV_FILE: _zip(tables)}


def _pages(book: Book, voice: Voice) -> Iterator[tuple[str, list[Line]]]:
    """Every sheet of the workbook as lines of cells; the first line is the heading."""
    first: list[Line] = [
        [(label, Kind.TEXT), (value, Kind.TEXT if isinstance(value, str) else Kind.NUMBER)]
        for label, value in (
            (book.title, ""),
            *((said, "") for said in book.sentences),
            *book.figures,
        )
    ]
    yield voice.say("report_sheet_summary"), first
    for name, grid in book.sheets:
        yield name, list(_lines(grid))


def _lines(grid: Grid) -> Iterator[Line]:
    kinds = [column.kind for column in grid.columns]
    yield [(column.label, Kind.TEXT) for column in grid.columns]
    for row in grid.rows:
        yield list(zip(row, kinds, strict=True))
    if grid.totals:
        yield []
        yield list(zip(grid.totals, kinds, strict=True))


def _file_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _csv(lines: Iterable[Line], lang: str) -> bytes:
    """Semicolons, CRLF and a byte order mark: opens well on a double click in a Dutch office."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for line in lines:
        writer.writerow([_csv_cell(cell, kind, lang) for cell, kind in line])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _csv_cell(cell: Cell, kind: Kind, lang: str) -> str:
    """A number without thousands separators, so that every program reads it as one number."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return for_spreadsheet_csv(cell)
    plain = _decimal(cell, DECIMALS.get(kind, 0))
    return plain.replace(".", ",") if lang == "nl" else plain


def _decimal(value: int | Fraction, decimals: int) -> str:
    """A number with a point, rounded half up in whole numbers."""
    scaled = abs(Fraction(value)) * 10**decimals
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    whole, part = divmod(units, 10**decimals)
    sign = "-" if value < 0 and units else ""
    return f"{sign}{whole}" + (f".{part:0{decimals}d}" if decimals else "")


def _ods(pages: list[tuple[str, list[Line]]]) -> bytes:
    """OpenDocument without a clock: equal results give equal bytes. No cell has a formula."""
    body = "".join(_ods_table(name, lines) for name, lines in pages)
    ranges = "".join(_ods_filter(at, name, lines) for at, (name, lines) in enumerate(pages) if at)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {_SPACES} '
        f'office:version="1.3"><office:automatic-styles>{_STYLES}</office:automatic-styles>'
        f"<office:body><office:spreadsheet>{body}"
        f"{f'<table:database-ranges>{ranges}</table:database-ranges>' if ranges else ''}"
        "</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    kind = {"mimetype": _KIND.encode("ascii")}
    # Every sheet but the first has a heading and a column of names that stay in view.
    settings = _ods_settings([name for name, _ in pages[1:]])
    parts = {
        "content.xml": content,
        "settings.xml": settings,
        "META-INF/manifest.xml": _MANIFEST,
    }
    return _zip(kind | {name: part.encode("utf-8") for name, part in parts.items()})


def _ods_filter(at: int, name: str, lines: list[Line]) -> str:
    """Buttons on the heading by which a reader filters; totals stand below a free row."""
    rows = next((n for n, line in enumerate(lines) if not line), len(lines))
    sheet = "'" + one_line(name).replace("'", "''") + "'"
    last = f"{_letters(len(lines[0]))}{max(2, rows)}"
    address = quoteattr(f"{sheet}.A1:{sheet}.{last}")
    return (
        f'<table:database-range table:name="filter{at}" table:target-range-address={address} '
        'table:display-filter-buttons="true"/>'
    )


def _letters(number: int) -> str:
    """Name of a column from its number: 1 is A, 27 is AA."""
    said = ""
    while number:
        number, place = divmod(number - 1, 26)
        said = chr(ord("A") + place) + said
    return said


def _ods_settings(names: Iterable[str]) -> str:
    """Heading and first column of these sheets stay in view."""
    items = "".join(
        f'<config:config-item config:name="{name}" config:type="{kind}">{value}'
        "</config:config-item>"
        for name, kind, value in _FROZEN
    )
    sheets = "".join(
        f"<config:config-item-map-entry config:name={quoteattr(one_line(name))}>{items}"
        "</config:config-item-map-entry>"
        for name in names
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-settings {_SPACES} '
        'office:version="1.3"><office:settings>'
        '<config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        '<config:config-item config:name="ViewId" config:type="string">view1</config:config-item>'
        f'<config:config-item-map-named config:name="Tables">{sheets}'
        "</config:config-item-map-named></config:config-item-map-entry>"
        "</config:config-item-map-indexed></config:config-item-set>"
        "</office:settings></office:document-settings>"
    )


def _zip(parts: dict[str, bytes]) -> bytes:
    """A zip without a clock; the kind of a document stays unpacked, so that programs see it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            packing = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), content, packing)
    return stream.getvalue()


def _ods_table(name: str, lines: list[Line]) -> str:
    width = max((len(line) for line in lines), default=1)
    rows = "".join(
        f"<table:table-row>{''.join(_ods_cell(cell, kind, at == 0) for cell, kind in line)}"
        f"{'' if line else '<table:table-cell/>'}</table:table-row>"
        for at, line in enumerate(lines)
    )
    column = f'<table:table-column table:style-name="kolom" table:number-columns-repeated="{width}"'
    return f"<table:table table:name={quoteattr(one_line(name))}>{column}/>{rows}</table:table>"


def _ods_cell(cell: Cell, kind: Kind, is_head: bool) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, str):
        style = ' table:style-name="kop"' if is_head else ""
        said = escape(one_line(cell))
        return (
            f'<table:table-cell{style} office:value-type="string"><text:p>{said}</text:p>'
            "</table:table-cell>"
        )
    decimals = DECIMALS.get(kind, 0)
    value = _decimal(cell, decimals or (0 if isinstance(cell, int) else 6))
    style = "decimaal" if decimals else "geheel"
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="float" '
        f'office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    )
