"""Public input tables as people read them; the room to swap is one party's own and not here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from allocator.reporting.grid import Cell, Grid, Kind, columns
from allocator.reporting.result import Result
from allocator.reporting.voice import Voice

TEXT, NUMBER, SIGNED = Kind.TEXT, Kind.NUMBER, Kind.SIGNED

Heads = tuple[tuple[str, Kind], ...]
Rows = Iterable[tuple[Cell, ...]]
Place = Callable[[str], tuple[str, str]]

MUNICIPALITY: Heads = (("report_municipality_head", TEXT), ("report_code_head", TEXT))


def input_grids(result: Result, voice: Voice) -> Iterator[tuple[str, Grid]]:
    """Sheet name and table of every public input table that the result has.

    Expected follow-on members are added up per municipality, since a row of that table is about
    one family.
    """
    names = {row.code: row.name for row in result.quotas}

    def place(code: str) -> tuple[str, str]:
        return names.get(code, code), code

    for table, heads, rows in (
        _balances(result, place),
        _supply(result, place),
        _classes(result),
        _follow_on(result, place),
        _published(result, place),
        _corrections(result, place),
    ):
        if rows is not None:
            caption = voice.say(f"report_table_{table}")
            grid = Grid(f"tabel-{table}", caption, columns(voice.lang, *heads), tuple(rows))
            yield voice.say(f"report_sheet_{table}"), grid


def _balances(result: Result, place: Place) -> tuple[str, Heads, Rows | None]:
    heads = (
        *MUNICIPALITY,
        ("report_backlog_head", NUMBER),
        ("report_lead_head", NUMBER),
        ("report_realised_head", NUMBER),
        ("report_linked_open_head", NUMBER),
    )
    rows = result.balances
    if rows is None:
        return "standen", heads, None
    return (
        "standen",
        heads,
        [(*place(row.code), row.backlog, row.lead, row.realised, row.linked_open) for row in rows],
    )


def _supply(result: Result, place: Place) -> tuple[str, Heads, Rows | None]:
    heads = (*MUNICIPALITY, ("report_dwelling_class_head", TEXT), ("report_dwellings_head", NUMBER))
    rows = result.supply
    if rows is None:
        return "aanbod", heads, None
    return "aanbod", heads, [(*place(row.code), row.dwelling_class, row.count) for row in rows]


def _classes(result: Result) -> tuple[str, Heads, Rows | None]:
    heads = (
        ("report_dwelling_class_head", TEXT),
        ("report_persons_min_head", NUMBER),
        ("report_persons_max_head", NUMBER),
        ("report_persons_planned_head", NUMBER),
    )
    rows = result.classes
    if rows is None:
        return "woningklassen", heads, None
    return (
        "woningklassen",
        heads,
        [(row.name, row.persons_min, row.persons_max, row.persons_planned) for row in rows],
    )


def _follow_on(result: Result, place: Place) -> tuple[str, Heads, Rows | None]:
    heads = (*MUNICIPALITY, ("report_persons_head", NUMBER))
    if result.follow_on is None:
        return "nareis", heads, None
    sums: dict[str, int] = {}
    for row in result.follow_on:
        sums[row.code] = sums.get(row.code, 0) + row.persons
    return "nareis", heads, [(*place(code), persons) for code, persons in sorted(sums.items())]


def _published(result: Result, place: Place) -> tuple[str, Heads, Rows | None]:
    heads = (
        *MUNICIPALITY,
        ("report_quota_head", NUMBER),
        ("report_source_head", TEXT),
        ("report_date_head", TEXT),
    )
    rows = result.published
    if rows is None:
        return "vastgesteld", heads, None
    return (
        "vastgesteld",
        heads,
        [(*place(row.code), row.quota, row.source, row.date) for row in rows],
    )


def _corrections(result: Result, place: Place) -> tuple[str, Heads, Rows | None]:
    heads = (*MUNICIPALITY, ("report_correction_head", SIGNED), ("report_reason_head", TEXT))
    rows = result.corrections
    if rows is None:
        return "correcties", heads, None
    return "correcties", heads, [(*place(row.code), row.persons, row.reason) for row in rows]
