"""The page of a look back: published half-years beside the formula and other keys, no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from allocator.reporting.charts import bar_chart
from allocator.reporting.document import Card, Document, Part, Section
from allocator.reporting.grid import Cell, Grid, Kind, columns
from allocator.reporting.result import read_rows
from allocator.reporting.rows import Row
from allocator.reporting.study_grids import headed, table_grid
from allocator.reporting.voice import Voice

TABLES = ("terugblik", "terugblik_halfjaren", "terugblik_correcties", "terugblik_sleutels")
TEXT, NUMBER, SIGNED = Kind.TEXT, Kind.NUMBER, Kind.SIGNED
_QUOTA = "taakstelling_"


def lookback_document(folder: Path, manifest: Mapping[str, Any], voice: Voice) -> Document:
    """What the page and the workbook of a look back say.

    Raises
    ------
    InputRefusedError
        If a table of the folder cannot be read.
    """
    tables = {name: read_rows(folder / f"{name}.csv") for name in TABLES}
    halves = tables["terugblik_halfjaren"]
    first, last = halves[0]["halfjaar"], halves[-1]["halfjaar"]
    rounding = manifest["parameters"]["backtest"]["rounding"]
    title = voice.say("page_lookback_title", first=first, last=last)
    proposal = (voice.say("page_descriptive"), voice.say("page_descriptive_long"))
    return Document(
        title=title,
        page_title=title,
        lead=voice.say("page_lookback_lead", rounding=rounding),
        banners=(proposal, (voice.say("report_proposal"), voice.say("report_proposal_long"))),
        sections=(
            _short(tables, voice),
            _provinces(tables["terugblik"], voice),
            _corrections(tables["terugblik_correcties"], voice),
            _keys(tables["terugblik_sleutels"], voice),
        ),
        version=manifest["versions"]["allocator"],
        sheets=tuple(_sheets(tables, voice)),
    )


def _short(tables: Mapping[str, list[Row]], voice: Voice) -> Section:
    halves = tables["terugblik_halfjaren"]
    exact = sum(row["afwijking_totaal"] == "0" for row in halves)
    cards = (
        Card(voice.say("page_lookback_halves"), len(halves)),
        Card(
            voice.say("page_lookback_exact"),
            exact,
            voice.say("page_lookback_exact_note"),
        ),
        Card(
            voice.say("page_lookback_deviation"),
            voice.persons(sum(int(row["afwijking_totaal"]) for row in halves)),
            voice.say("page_lookback_deviation_note"),
        ),
    )
    grid = _half_grid(halves, voice)
    chart = bar_chart(grid, [2, 3], voice.say("page_lookback_chart"), voice)
    notes = tuple((row["halfjaar"], row[f"toelichting_{voice.lang}"]) for row in halves)
    parts = (
        Part(cards=cards),
        Part(
            voice.say("page_lookback_by_half"),
            (voice.say("page_lookback_text"),),
            chart=chart,
            grids=(grid,),
        ),
        Part(voice.say("page_lookback_notes"), terms=notes),
    )
    return Section("kort", voice.say("report_short_heading"), parts)


def _half_grid(halves: Sequence[Row], voice: Voice) -> Grid:
    heads = headed(
        voice.lang,
        ("halfjaar", TEXT),
        ("landelijk_gebruikt", NUMBER),
        ("gepubliceerd", NUMBER),
        ("gehuisvest", NUMBER),
        ("gehuisvest_tot", TEXT),
        ("gemeenten", NUMBER),
        ("inwoners", NUMBER),
        ("afwijking_formule", NUMBER),
    )
    cells = tuple(
        (
            row["halfjaar"],
            int(row["landelijk_gebruikt"]),
            int(row["gepubliceerd"]),
            int(row["gehuisvest"]),
            voice.written(dt.date.fromisoformat(row["gehuisvest_tot"])),
            int(row["gemeenten"]),
            int(row["inwoners"]),
            int(row["afwijking_totaal"]),
        )
        for row in halves
    )
    return Grid("tabel-halfjaren", voice.say("page_lookback_half_caption"), heads, cells)


def _provinces(rows: Sequence[Row], voice: Voice) -> Section:
    """For every half-year the provinces: published, housed, and the quota under every key."""
    keys = [name for name in rows[0] if name.startswith(_QUOTA)]
    parts = [Part(text=(voice.say("page_lookback_provinces_text"),))]
    for half in dict.fromkeys(row["halfjaar"] for row in rows):
        own = [row for row in rows if row["halfjaar"] == half]
        parts.append(Part(half, grids=(_province_grid(half, own, keys, voice),)))
    return Section("provincies", voice.say("report_by_province"), tuple(parts))


def _province_grid(half: str, own: Sequence[Row], keys: Sequence[str], voice: Voice) -> Grid:
    names = ("formule", "correctie", "gepubliceerd", "gehuisvest", "stand_begin", "stand_eind")
    entries = [("provincie", TEXT)]
    kinds = [
        SIGNED if name in {"correctie", "stand_begin", "stand_eind"} else NUMBER for name in names
    ]
    entries += zip(names, kinds, strict=True)
    entries += [(name, NUMBER) for name in keys]
    heads = headed(voice.lang, *entries, ("opmerking", TEXT))
    cells = tuple(
        (row["provincie"], *(_count(row[name]) for name in (*names, *keys)), row["opmerking"])
        for row in own
    )
    sums = [_sum(row[i] for row in cells) for i in range(1, len(heads) - 1)]
    total = (voice.say("report_total_row"), *sums, None)
    caption = voice.say("page_lookback_province_caption", half_year=half)
    return Grid(f"tabel-{half}", caption, heads, cells, total)


def _count(said: str) -> int | None:
    return int(said) if said else None


def _sum(cells: Iterator[Cell]) -> int:
    return sum(cell for cell in cells if isinstance(cell, int))


def _corrections(rows: Sequence[Row], voice: Voice) -> Section:
    heads = headed(
        voice.lang,
        ("provincie", TEXT),
        ("halfjaar", TEXT),
        ("formule", NUMBER),
        ("correctie", SIGNED),
        ("gepubliceerd", NUMBER),
        ("toelichting", TEXT),
    )
    cells = tuple(
        (
            row["provincie"],
            row["halfjaar"],
            int(row["formule"]),
            int(row["correctie"]),
            int(row["gepubliceerd"]),
            row[f"toelichting_{voice.lang}"],
        )
        for row in rows
    )
    caption = voice.say("page_lookback_correction_caption")
    grid = Grid("tabel-correcties", caption, heads, cells, (), len(cells) > 20)
    text = (voice.say("page_lookback_corrections_text"),)
    title = voice.say("page_lookback_corrections")
    return Section("correcties", title, (Part(text=text, grids=(grid,)),))


def _keys(rows: Sequence[Row], voice: Voice) -> Section:
    """Every part of every key once, with its source; the years are in the workbook."""
    heads = columns(
        voice.lang,
        ("report_key_head", TEXT),
        ("report_key_status_head", TEXT),
        ("report_key_part_head", TEXT),
        ("report_key_weight_head", TEXT),
        ("report_key_source_head", TEXT),
    )
    cells = tuple(
        dict.fromkeys(
            (
                row[f"titel_{voice.lang}"],
                row["status"],
                row["indicator"],
                row["gewicht"],
                row[f"bron_{voice.lang}"],
            )
            for row in rows
        )
    )
    grid = Grid("tabel-sleutels", voice.say("report_keys_caption"), heads, cells)
    text = (voice.say("page_lookback_origin"),)
    return Section("sleutels", voice.say("page_lookback_keys"), (Part(text=text, grids=(grid,)),))


def _sheets(tables: Mapping[str, list[Row]], voice: Voice) -> Iterator[tuple[str, Grid]]:
    for name in TABLES:
        if tables[name]:
            said = voice.say(f"page_sheet_{name}")
            yield said, table_grid(name, said, tables[name], voice.lang)
