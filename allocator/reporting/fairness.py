"""Fairness by household size on the page: the public table, small counts an x."""

from __future__ import annotations

from dataclasses import replace

from allocator.reporting.charts import Chart, bar_chart
from allocator.reporting.grid import Cell, Grid, Kind, columns
from allocator.reporting.result import Result
from allocator.reporting.rows import Row
from allocator.reporting.voice import Voice

HIDDEN, TOTAL = "x", "totaal"


def size_fairness_grid(result: Result, voice: Voice) -> Grid | None:
    """Every size with what its households got; None where nobody was linked."""
    rows = result.size_groups or ()
    groups = [row for row in rows if row["groep"] != TOTAL]
    if not groups:
        return None
    heads = columns(
        voice.lang,
        ("fair_size_head", Kind.TEXT),
        ("report_households_head", Kind.NUMBER),
        ("fair_dwelling_head", Kind.NUMBER),
        ("fair_fit_head", Kind.NUMBER),
    )
    cells = tuple((_size(row["groep"], voice), *_figures(row)) for row in groups)
    total = next(((voice.say("report_total_row"), *_figures(row)) for row in rows[-1:]), ())
    return Grid("tabel-eerlijkheid", voice.say("fair_caption"), heads, cells, total)


def size_fairness_chart(grid: Grid | None, voice: Voice) -> Chart | None:
    """Bars of the fit of every size that is not hidden."""
    if grid is None:
        return None
    shown = tuple(row for row in grid.rows if isinstance(row[3], int))
    return bar_chart(replace(grid, rows=shown), [3], voice.say("fair_chart"), voice)


def _size(group: str, voice: Voice) -> str:
    if group.endswith("+"):
        return voice.say("fair_size_and_more", size=group.removesuffix("+"))
    return voice.persons(int(group))


def _figures(row: Row) -> tuple[Cell, ...]:
    return tuple(_cell(row[name]) for name in ("huishoudens", "met_woning", "procent_passing"))


def _cell(said: str) -> Cell:
    return said if said in {HIDDEN, ""} else int(said)
