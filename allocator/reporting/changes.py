"""The page of two results beside each other: what changed, for whom, why, and against the law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from allocator.reporting.document import Card, Document, Part, Section
from allocator.reporting.grid import Cell, Grid, Kind, columns
from allocator.reporting.result import read_rows
from allocator.reporting.rows import Row
from allocator.reporting.study_grids import LONGEST_ON_PAGE, heading, table_grid
from allocator.reporting.synthetic import banners
from allocator.reporting.voice import Voice

QUANTITIES = ("taakstelling", "gewijzigde_taakstelling", "gekoppelde_personen")
TABLES = ("gemeenten", "wet", "overdrachten", "parameters", "bestanden", "invoer")
MOST = 10
"""Municipalities that the first page names."""
TEXT, NUMBER, SIGNED = Kind.TEXT, Kind.NUMBER, Kind.SIGNED


def changes_document(folder: Path, manifest: Mapping[str, Any], voice: Voice) -> Document:
    """What the page and the workbook of two compared results say.

    Raises
    ------
    InputRefusedError
        If a table of the folder cannot be read.
    """
    tables = {name: read_rows(folder / f"verschillen_{name}.csv") for name in TABLES}
    results = manifest["parameters"]["results"]
    before, after = (_named(result) for result in results)
    said = voice.say("page_changes_lead", before=before, after=after)
    made = banners(results, voice)
    return Document(
        title=voice.say("page_changes_title"),
        page_title=f"{voice.say('page_changes_title')}: {before}, {after}",
        lead=said,
        banners=made,
        sections=(
            _short(tables, voice),
            _whom(tables, voice),
            _law(tables["wet"], voice),
            _why(tables, voice),
            _origin(results, voice),
        ),
        version=manifest["versions"]["allocator"],
        is_synthetic=any(result.get("synthetic") for result in results),
        sheets=tuple(_sheets(tables, voice)),
    )


def _named(result: Mapping[str, Any]) -> str:
    """A result by what tells it apart: two of them often have one name."""
    parts = [result.get(part, "") for part in ("half_year", "command", "key", "rounding")]
    return f"{result['name']} ({', '.join(part for part in parts if part)})"


def _short(tables: Mapping[str, list[Row]], voice: Voice) -> Section:
    changes = tables["gemeenten"]
    cards = tuple(card for name in QUANTITIES if (card := _card(changes, name, voice)))
    deals = len(tables["overdrachten"])
    if deals:
        note = voice.say("page_changes_deals_note")
        cards += (Card(voice.say("page_changes_deals"), deals, note),)
    largest = _largest(changes, voice)
    parts = [Part(cards=cards)] if cards else [Part(text=(voice.say("page_changes_none"),))]
    if largest is not None:
        parts.append(Part(voice.say("page_changes_largest"), grids=(largest,)))
    text = (voice.say("page_changes_reasons"), voice.say("report_who_decides"))
    return Section("kort", voice.say("report_short_heading"), (*parts, Part(text=text)))


def _of(changes: Sequence[Row], quantity: str) -> list[Row]:
    return [row for row in changes if row["grootheid"] == quantity]


def _card(changes: Sequence[Row], quantity: str, voice: Voice) -> Card | None:
    own = _of(changes, quantity)
    if not own:
        return None
    up = sum(int(row["verschil"]) > 0 for row in own)
    total = sum(int(row["verschil"]) for row in own)
    note = voice.say("page_changes_note", up=up, down=len(own) - up, difference=voice.signed(total))
    return Card(voice.say(f"page_changes_{quantity}"), voice.municipalities(len(own)), note)


def _largest(changes: Sequence[Row], voice: Voice) -> Grid | None:
    """Who moves most; of the quota after swaps where both results have one."""
    for quantity in ("gewijzigde_taakstelling", "taakstelling"):
        own = _of(changes, quantity)
        if own:
            own.sort(key=lambda row: (-abs(int(row["verschil"])), row["gemeente_code"]))
            return _change_grid("grootste", quantity, own[:MOST], voice, is_whole=False)
    return None


def _change_grid(
    name: str, quantity: str, own: Sequence[Row], voice: Voice, is_whole: bool = True
) -> Grid:
    heads = columns(
        voice.lang,
        ("report_municipality_head", TEXT),
        ("report_code_head", TEXT),
        ("page_before_head", NUMBER),
        ("page_after_head", NUMBER),
        ("page_difference_head", SIGNED),
        ("page_reasons_head", TEXT),
    )
    cells = tuple(
        (
            row["gemeente"],
            row["gemeente_code"],
            _count(row["oud"]),
            _count(row["nieuw"]),
            int(row["verschil"]),
            _reasons(row["redenen"], voice),
        )
        for row in own
    )
    sums = tuple(_sum(row[i] for row in cells) for i in (2, 3, 4))
    total = (voice.say("report_total_row"), None, *sums, None) if is_whole else ()
    caption = voice.say(f"page_changes_caption_{quantity}")
    # Two tables of one page never have one name: who hears it must tell them apart.
    caption = caption if is_whole else f"{voice.say('page_changes_largest')}: {caption}"
    return Grid(f"tabel-{name}", caption, heads, cells, total, is_whole and len(cells) > MOST)


def _reasons(codes: str, voice: Voice) -> str:
    from allocator.comparing.result_saying import reason_text

    return ", ".join(reason_text(code, voice.lang) for code in codes.split("|") if code)


def _count(said: str) -> int | None:
    return int(said) if said else None


def _sum(cells: Iterator[Cell]) -> int:
    return sum(cell for cell in cells if isinstance(cell, int))


def _whom(tables: Mapping[str, list[Row]], voice: Voice) -> Section:
    parts = []
    for quantity in QUANTITIES:
        own = _of(tables["gemeenten"], quantity)
        if own:
            grid = _change_grid(quantity.replace("_", "-"), quantity, own, voice)
            parts.append(Part(voice.say(f"page_changes_{quantity}"), grids=(grid,)))
    moved = tables["overdrachten"]
    if moved:
        names = {row["gemeente_code"]: row["gemeente"] for row in tables["wet"]}
        parts.append(
            Part(voice.say("page_changes_deals"), grids=(_transfer_grid(moved, names, voice),))
        )
    if not parts:
        parts = [Part(text=(voice.say("page_changes_none"),))]
    return Section("gemeenten", voice.say("page_changes_whom"), tuple(parts))


def _transfer_grid(moved: Sequence[Row], names: Mapping[str, str], voice: Voice) -> Grid:
    heads = columns(
        voice.lang,
        ("report_giver_head", TEXT),
        ("report_taker_head", TEXT),
        ("page_kind_head", TEXT),
        ("page_before_head", NUMBER),
        ("page_after_head", NUMBER),
        ("page_difference_head", SIGNED),
    )
    cells = tuple(
        (
            names.get(row["van_code"], row["van_code"]),
            names.get(row["naar_code"], row["naar_code"]),
            row["soort"],
            int(row["oud"]),
            int(row["nieuw"]),
            int(row["nieuw"]) - int(row["oud"]),
        )
        for row in moved
    )
    caption = voice.say("page_changes_deals_note")
    return Grid("tabel-overdrachten", caption, heads, cells, (), len(cells) > MOST)


def _law(legal: Sequence[Row], voice: Voice) -> Section:
    """Both results beside the letter of the law, every municipality."""
    heading_ = voice.say("page_law_heading")
    if not any(row["wet_oud"] or row["wet_nieuw"] for row in legal):
        return Section("wet", heading_, (Part(text=(voice.say("page_law_none"),)),))
    heads = columns(
        voice.lang,
        ("report_municipality_head", TEXT),
        ("report_code_head", TEXT),
        *(
            (f"page_{name}_{side}_head", SIGNED if name == "off_law" else NUMBER)
            for side in ("before", "after")
            for name in ("law", "quota", "off_law")
        ),
    )
    cells = tuple(
        (row["gemeente"], row["gemeente_code"], *_off(row, "oud"), *_off(row, "nieuw"))
        for row in legal
    )
    sums = tuple(_sum(row[i] for row in cells) for i in range(2, len(heads)))
    total = (voice.say("report_total_row"), None, *sums)
    grid = Grid("tabel-wet", voice.say("page_law_caption"), heads, cells, total, True)
    return Section("wet", heading_, (Part(text=(voice.say("page_law_text"),), grids=(grid,)),))


def _off(row: Row, side: str) -> tuple[int | None, int | None, int | None]:
    """Letter of the law, the quota (after swaps where there are), and the difference."""
    letter, quota = _count(row[f"wet_{side}"]), _count(row[f"taakstelling_{side}"])
    changed = _count(row[f"na_uitruil_{side}"])
    own = quota if changed is None else changed
    return letter, own, None if letter is None or own is None else own - letter


def _why(tables: Mapping[str, list[Row]], voice: Voice) -> Section:
    parts = []
    for name in ("parameters", "bestanden", "invoer"):
        own = tables[name]
        if not own:
            continue
        if len(own) > LONGEST_ON_PAGE:
            parts.append(Part(voice.say(f"page_changes_{name}"), (voice.say("page_too_long"),)))
            continue
        grid = table_grid(name, voice.say(f"page_changes_{name}"), own, voice.lang)
        parts.append(Part(voice.say(f"page_changes_{name}"), grids=(grid,)))
    if not parts:
        parts = [Part(text=(voice.say("page_changes_same_input"),))]
    return Section("waarom", voice.say("page_changes_why"), tuple(parts))


def _origin(results: Sequence[Mapping[str, Any]], voice: Voice) -> Section:
    terms = tuple(
        (voice.say(f"page_result_{side}"), f"{_named(result)}, {result['manifest']}")
        for side, result in zip(("before", "after"), results, strict=True)
    )
    part = Part(text=(voice.say("page_changes_origin"),), terms=terms)
    return Section("herkomst", voice.say("page_origin_heading"), (part,))


def _sheets(tables: Mapping[str, list[Row]], voice: Voice) -> Iterator[tuple[str, Grid]]:
    for name in TABLES:
        if tables[name]:
            said = voice.say(f"page_sheet_{name}")
            yield said, table_grid(name, said, _in_words(tables[name], voice), voice.lang)


def _in_words(rows: list[Row], voice: Voice) -> list[Row]:
    """The rows with their reasons and quantities in words."""
    if not rows or "redenen" not in rows[0]:
        return rows
    return [
        {
            **row,
            "grootheid": heading(row["grootheid"], voice.lang),
            "redenen": _reasons(row["redenen"], voice),
        }
        for row in rows
    ]
