"""Bar charts show what stands in the table beside them, and nothing else."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from allocator.reporting.charts import BARS, bar_chart
from allocator.reporting.grid import Column, Grid, Kind
from allocator.reporting.grids import shortfall_grid
from allocator.reporting.html import report_page
from allocator.reporting.result import load_result
from allocator.reporting.voice import Voice
from tests.allocator.reporting.handmade import Handmade
from tests.allocator.reporting.page import Page

HEADS = (Column("wat", Kind.TEXT), Column("voor"), Column("na"))


def grid(*rows: tuple[str, int | Fraction | None, int | Fraction | None]) -> Grid:
    return Grid("tabel-proef", "Proef", HEADS, rows)


def test_the_longest_bar_is_the_largest_figure_and_the_others_go_along() -> None:
    drawn = bar_chart(grid(("a", 10, 5), ("b", 40, 0)), [1, 2], "Proef", Voice("nl"))
    assert drawn is not None
    widths = {line.label: [bar.width for bar in line.bars] for line in drawn.lines}
    assert widths == {"a": [BARS // 4, BARS // 8], "b": [BARS, 0]}
    assert {line.label: [bar.value for bar in line.bars] for line in drawn.lines} == {
        "a": ["10", "5"],
        "b": ["40", "0"],
    }


def test_no_bar_lies_over_another() -> None:
    drawn = bar_chart(grid(*[(str(i), i, i) for i in range(5)]), [1, 2], "Proef", Voice("nl"))
    assert drawn is not None
    places = [bar.y for line in drawn.lines for bar in line.bars]
    assert places == sorted(places)
    assert min(b - a for a, b in pairwise(places)) >= 16
    assert max(places) < drawn.height


def test_nothing_above_zero_is_no_chart() -> None:
    assert bar_chart(grid(("a", 0, None)), [1, 2], "Proef", Voice("nl")) is None
    assert bar_chart(grid(), [1], "Proef", Voice("nl")) is None


def test_the_alternative_names_the_lowest_and_the_highest() -> None:
    drawn = bar_chart(grid(("laag", 1, 0), ("hoog", 2000, 0)), [1], "Proef", Voice("nl"))
    assert drawn is not None
    assert "laag (1)" in drawn.alternative
    assert "hoog (2.000)" in drawn.alternative


def test_shortfalls_of_provinces_sum_to_those_of_the_municipalities(tmp_path: Path) -> None:
    result = load_result(Handmade().write(tmp_path))
    made = shortfall_grid(result, Voice("nl"))
    assert result.after_swap is not None
    assert made.totals[1] == sum(row.shortfall_before for row in result.after_swap)
    assert made.totals[2] == sum(row.shortfall_after for row in result.after_swap)


def test_every_chart_on_the_page_leads_to_its_table(tmp_path: Path) -> None:
    page = Page(report_page(load_result(Handmade().write(tmp_path)), "nl"))
    # The steps of an explanation have no name of their own.
    tables = {table.attributes.get("id") for table in page.all("table")}
    charts = [own for own in page.all("svg") if "chart" in own.attributes.get("class", "")]
    assert len(charts) == 2
    leads = {a.attributes["href"] for figure in page.all("figure") for a in figure.all("a")}
    assert {lead.removeprefix("#") for lead in leads} <= tables
    assert len(leads) == 2
