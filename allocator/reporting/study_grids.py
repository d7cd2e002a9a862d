"""The tables of comparisons, sweeps and plans: as sheets, and on the page.

Sheets are column for column as the files, with headings in the language of the reader; what swaps
could relieve has the whole below its regions. The page shows keys side by side, a row a
municipality.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from allocator.position import SCENARIOS
from allocator.reporting.grid import Cell, Column, Grid, Kind, columns
from allocator.reporting.provinces import province_name
from allocator.reporting.result import Result, read_rows
from allocator.reporting.voice import Voice
from allocator.words import UnknownWordError, text

# ``raster_personen`` has a row for every municipality at every point: more than a sheet holds.
TABLES = (
    "bijlage",
    "sleutels",
    "vergelijking",
    "vergelijking_groepen",
    "vergelijking_maten",
    "vergelijking_gevoeligheid",
    "raster",
    "raster_punten",
    "potentieel",
    "wensen_regio",
    "herziening",
    "herziening_afspraken",
    "band",
    "trappen",
    "trappen_groepen",
    "tabel",
    "tabel_marges",
    "plan",
    "historie",
    "verloop",
    "verloop_gemeenten",
    "vuistregel",
    "kenmerken",
)
SIDE_BY_SIDE = ("vergelijking", "sleutels")
"""Tables that the page shows in a form of its own."""
LONGEST_ON_PAGE = 1500
"""Rows of a table beyond which the page leaves it to the workbook."""
LAW = "inwoners"
"""The law's own key."""
PLAIN_TEXT = {"jaar", "gewicht", "gewicht_aandeel", "plafond", "exact", "halfjaar", "regio"}
"""Columns of years and exact fractions: shown as they stand."""
_WHOLE, _DECIMAL = re.compile(r"-?[0-9]+"), re.compile(r"-?[0-9]+(\.[0-9]+)?")


def study_grids(result: Result, voice: Voice) -> Iterator[tuple[str, Grid]]:
    """Sheet name and table for every such table that the result has."""
    for table in TABLES:
        path = result.folder.joinpath(f"{table}.csv")
        rows = read_rows(path) if path.is_file() else []
        if rows:
            name = voice.say(f"report_sheet_{table}")
            if table == "potentieel":
                rows = _whole_last(rows, voice)
            yield name, table_grid(table, name, _named(rows), voice.lang)


def _named(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Provinces by their name where a table is about regions; other regions as they are."""
    return [row | {"regio": province_name(row["regio"])} if "regio" in row else row for row in rows]


def _whole_last(rows: list[dict[str, str]], voice: Voice) -> list[dict[str, str]]:
    """Regions first and the whole by its name; scenarios from low to high."""

    def place(row: dict[str, str]) -> tuple[bool, str, int, bool]:
        region, scenario = row["regio"], SCENARIOS.index(row["scenario"])
        return not region, region, scenario, row["ruil"] == "alle"

    ordered = sorted(rows, key=place)
    whole = voice.say("report_whole")
    return [row | {"regio": row["regio"] or whole} for row in ordered]


def page_grids(result: Result, voice: Voice) -> tuple[Grid, ...]:
    """Tables for the page: keys side by side first, then the others that are not too long."""
    made = [grid for _, grid in study_grids(result, voice)]
    own = [f"tabel-{table}" for table in SIDE_BY_SIDE]
    others = [grid for grid in made if grid.name not in own and len(grid.rows) <= LONGEST_ON_PAGE]
    if any(grid.name == "tabel-vergelijking" for grid in made):
        return (_keys(result, voice), _side_by_side(result, voice), *others)
    return tuple(others)


def _keys(result: Result, voice: Voice) -> Grid:
    rows = read_rows(result.folder / "sleutels.csv")
    heads = columns(
        voice.lang,
        ("report_key_head", Kind.TEXT),
        ("report_key_status_head", Kind.TEXT),
        ("report_key_part_head", Kind.TEXT),
        ("report_key_weight_head", Kind.TEXT),
        ("report_key_year_head", Kind.TEXT),
        ("report_key_source_head", Kind.TEXT),
    )
    cells = tuple(
        (
            row[f"titel_{voice.lang}"],
            row["status"],
            row["indicator"],
            row["gewicht"],
            row["jaar"],
            row[f"bron_{voice.lang}"],
        )
        for row in rows
    )
    return Grid("tabel-sleutels", voice.say("report_keys_caption"), heads, cells)


def _side_by_side(result: Result, voice: Voice) -> Grid:
    """For every key the persons and what that is more or less than under the law's."""
    rows = read_rows(result.folder / "vergelijking.csv")
    keys = sorted({row["sleutel"] for row in rows}, key=lambda key: (key != LAW, key))
    at = {(row["gemeente_code"], row["sleutel"]): row for row in rows}
    heads = [Column(voice.say("report_municipality_head"), Kind.TEXT)]
    heads.append(Column(voice.say("report_code_head"), Kind.TEXT))
    heads.append(Column(voice.say("report_inhabitants_head"), Kind.NUMBER))
    for key in keys:
        heads.append(Column(key, Kind.NUMBER))
        if key != LAW:
            heads.append(Column(voice.say("report_key_difference_head", other=key), Kind.SIGNED))
    cells = []
    for code in dict.fromkeys(row["gemeente_code"] for row in rows):
        first = at[code, keys[0]]
        line: list[Cell] = [first["gemeente"], code, int(first["inwoners"])]
        for key in keys:
            own = at[code, key]
            line.append(int(own["personen"]))
            if key != LAW:
                line.append(int(own["verschil"]))
        cells.append(tuple(line))
    sums = [sum(int(str(row[i])) for row in cells) for i in range(2, len(heads))]
    caption = voice.say("report_side_by_side_caption")
    totals = (voice.say("report_total_row"), None, *sums)
    return Grid("tabel-vergelijking", caption, tuple(heads), tuple(cells), totals, True)


def heading(name: str, lang: str) -> str:
    """What people call a column; one that a key or a grid names after itself keeps that name."""
    try:
        said = text(f"column_{name}", lang)
    except UnknownWordError:
        stem, _, own = name.partition("_")
        said = f"{heading(stem, lang)} {own}" if own else name
    return said[:1].upper() + said[1:]


def headed(lang: str, *entries: tuple[str, Kind]) -> tuple[Column, ...]:
    """Columns by the machine names of their columns."""
    return tuple(Column(heading(name, lang), kind) for name, kind in entries)


def table_grid(table: str, caption: str, rows: list[dict[str, str]], lang: str) -> Grid:
    """A table as it stands in its file, with headings in words and numbers as numbers."""
    columns = tuple(
        Column(heading(name, lang), _kind(name, [row[name] for row in rows])) for name in rows[0]
    )
    cells = tuple(
        tuple(_cell(text, column.kind) for text, column in zip(row.values(), columns, strict=True))
        for row in rows
    )
    return Grid(f"tabel-{table}", caption, columns, cells)


def _kind(name: str, fields: list[str]) -> Kind:
    said = [text for text in fields if text]
    if name in PLAIN_TEXT or not said or not all(map(_DECIMAL.fullmatch, said)):
        return Kind.TEXT
    if not all(map(_WHOLE.fullmatch, said)):
        return Kind.DECIMALS6
    return Kind.SIGNED if name.startswith("verschil") or name == "correctie" else Kind.NUMBER


def _cell(text: str, kind: Kind) -> Cell:
    if not text or kind is Kind.TEXT:
        return text
    return Fraction(text) if kind is Kind.DECIMALS6 else int(text)
