"""Bar charts of the page, drawn from a table that stands beside them; no library, no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocator.reporting.grid import Cell, Grid, Kind, written
from allocator.reporting.voice import Voice

LABELS, BARS, VALUES = 190, 380, 70
"""Widths of the three parts of a row, in units of the drawing."""
THICK, GAP = 16, 10
"""Height of a bar, and room between two rows."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; ``shade`` tells the columns of the table apart."""

    y: int
    width: int
    shade: int
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: its name and its bars."""

    y: int
    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the drawing needs; ``series`` names the bars of a row, in their order."""

    name: str
    table: str
    title: str
    alternative: str
    width: int
    height: int
    left: int
    series: tuple[str, ...]
    lines: tuple[Line, ...]


def bar_chart(grid: Grid, places: Sequence[int], title: str, voice: Voice) -> Chart | None:
    """Bars from 0 for some columns of a table; none where there is nothing above 0 to draw.

    Parameters
    ----------
    grid
        The table that stands beside the chart; its totals are not drawn.
    places
        Which columns become bars, at most two.
    title
        What the chart shows.
    """
    rows = [(str(row[0]), [_amount(row[i]) for i in places]) for row in grid.rows]
    most = max((value for _, values in rows for value in values), default=Fraction(0))
    if most <= 0:
        return None
    kinds = [grid.columns[i].kind for i in places]
    lines, y = [], 0
    for label, values in rows:
        bars = tuple(
            Bar(y + n * THICK, _width(value, most), shade, _said(value, kind, voice))
            for n, (value, kind, shade) in enumerate(zip(values, kinds, (3, 1), strict=False))
        )
        lines.append(Line(y + len(bars) * THICK // 2, label, bars))
        y += len(bars) * THICK + GAP
    low, high = min(rows, key=lambda row: row[1][-1]), max(rows, key=lambda row: row[1][-1])
    return Chart(
        name=grid.name.replace("tabel-", "grafiek-"),
        table=grid.name,
        title=title,
        alternative=voice.say(
            "report_chart_alternative",
            count=len(rows),
            lowest=low[0],
            low=_said(low[1][-1], kinds[-1], voice),
            highest=high[0],
            high=_said(high[1][-1], kinds[-1], voice),
        ),
        width=LABELS + BARS + VALUES,
        height=y - GAP,
        left=LABELS,
        series=tuple(grid.columns[i].label for i in places),
        lines=tuple(lines),
    )


def _amount(cell: Cell) -> Fraction:
    return Fraction(0) if cell is None or isinstance(cell, str) else Fraction(cell)


def _width(value: Fraction, most: Fraction) -> int:
    return max(0, int(BARS * value / most))


def _said(value: Fraction, kind: Kind, voice: Voice) -> str:
    return written(value, kind, voice.lang)
