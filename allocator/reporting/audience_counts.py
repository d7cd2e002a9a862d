"""Linked households as one audience may see them: counts, with the small ones hidden or not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from allocator.reporting.document import Card, Part
from allocator.reporting.grid import Cell, Column, Grid, Kind, columns
from allocator.reporting.result import Result
from allocator.reporting.rows import Row
from allocator.reporting.voice import Voice

Files = Mapping[str, bytes]
COUNTS, SUMS = "koppelingen_per_gemeente.csv", "koppelingen_per_klasse.csv"
HIDDEN, PUBLIC = "x", "openbaar"
MEASURES = ("huishoudens", "personen")


def table_rows(files: Files, name: str) -> list[Row]:
    """Rows of a table of the part; none where the part does not have it."""
    said = files.get(name, b"").decode("utf-8")
    return list(csv.DictReader(io.StringIO(said, newline=""), strict=True))


def link_cards(files: Files, result: Result, audience: str, voice: Voice) -> Iterator[Card]:
    """How many are linked or proposed; a sum that hides a small count is not given."""
    if COUNTS not in files:
        return
    counted = table_rows(files, SUMS if audience == PUBLIC else COUNTS)
    said = [[row[name] for row in counted] for name in MEASURES]
    if any(HIDDEN in column for column in said):
        note = voice.say("page_hidden_card")
        yield Card(voice.say("report_card_linked"), HIDDEN, note)
    else:
        households, persons = (sum(map(int, column)) for column in said)
        label = voice.say("report_card_linked")
        yield Card(label, voice.households(households), voice.persons(persons))
    if result.households_not_linked is not None:
        note = voice.say("report_card_not_linked_note")
        count = voice.households(result.households_not_linked)
        yield Card(voice.say("report_card_not_linked"), count, note)


def hidden_note(files: Files, voice: Voice) -> Iterator[str]:
    """What the letter x stands for, where the part may have one."""
    if SUMS in files:
        hidden = sum(row[MEASURES[0]] == HIDDEN for row in table_rows(files, COUNTS))
        yield voice.say("page_hidden", hidden=hidden)


def count_parts(files: Files, result: Result, audience: str, voice: Voice) -> Iterator[Part]:
    """A table of households and one of persons, by municipality and dwelling class."""
    counted = table_rows(files, COUNTS)
    if not counted:
        return
    for measure in MEASURES:
        sums = {row["woningklasse"]: row[measure] for row in table_rows(files, SUMS)}
        grid = _grid(counted, measure, sums if audience == PUBLIC else None, result, voice)
        yield Part(voice.say(f"report_{_english(measure)}_head"), grids=(grid,))


def _english(measure: str) -> str:
    return "households" if measure == MEASURES[0] else "persons"


def _grid(
    counted: list[Row], measure: str, sums: Mapping[str, str] | None, result: Result, voice: Voice
) -> Grid:
    """Municipalities down, classes across; sums across only where nothing is hidden."""
    # A link without a dwelling in view has an empty class and comes last.
    kinds = sorted({row["woningklasse"] for row in counted}, key=lambda kind: (kind == "", kind))
    cells = {(row["gemeente_code"], row["woningklasse"]): _cell(row[measure]) for row in counted}
    names = {row.code: row.name for row in result.quotas}
    lines: list[tuple[Cell, ...]] = []
    for code in dict.fromkeys(row["gemeente_code"] for row in counted):
        own = [cells.get((code, kind), 0) for kind in kinds]
        lines.append((names.get(code, code), code, *own, *_across(own, sums is None)))
    heads = columns(
        voice.lang, ("report_municipality_head", Kind.TEXT), ("report_code_head", Kind.TEXT)
    )
    heads += tuple(
        Column(
            voice.say("report_class_head", name=kind)
            if kind
            else voice.say("report_no_dwelling_head")
        )
        for kind in kinds
    )
    down: list[Cell] = []
    if sums is None:
        heads += columns(voice.lang, (f"report_{_english(measure)}_head", Kind.NUMBER))
        down = [_total(line[i] for line in lines) for i in range(2, len(heads))]
    else:
        down = [_cell(sums[kind]) for kind in kinds]
    name = "tabel-koppelingen" if measure == MEASURES[0] else "tabel-koppelingen-personen"
    caption = voice.say(f"page_counts_{_english(measure)}")
    total = (voice.say("report_total_row"), None, *down)
    return Grid(name, caption, heads, tuple(lines), total, len(lines) > 20)


def _across(own: list[Cell], is_open: bool) -> tuple[Cell, ...]:
    return (_total(own),) if is_open else ()


def _total(cells: Iterable[Cell]) -> int:
    return sum(cell for cell in cells if isinstance(cell, int))


def _cell(said: str) -> Cell:
    return said if said == HIDDEN else int(said)
