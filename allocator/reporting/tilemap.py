"""The tile map of quota per 1,000 inhabitants, ready to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocator.reporting.result import Result
from allocator.reporting.rows import Quota
from allocator.reporting.tiles import Cell, lay_out
from allocator.reporting.voice import Voice

SIDE = 40
"""Side of a tile in units of the drawing."""

CLASSES = 5
"""Most classes on the map."""

MOST_TILES = 1000
"""Beyond this a tile cannot be read, and the assignment takes too much memory."""

DECIMALS = 3
"""Decimals of a figure on the map."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One municipality on the map; ``shade`` is its class, 0 the lowest."""

    x: int
    y: int
    shade: int
    short: str
    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Shade:
    """One class of the legend."""

    shade: int
    label: str
    count: str


@dataclass(frozen=True, slots=True)
class Shading:
    """Class and printed rate of each municipality shown, and the legend that goes with them."""

    shades: tuple[int, ...]
    values: tuple[str, ...]
    legend: tuple[Shade, ...]
    lowest: str
    highest: str


@dataclass(frozen=True, slots=True)
class TileMap:
    """Everything the drawing needs; ``borders`` are lines between provinces."""

    width: int
    height: int
    side: int
    tiles: tuple[Tile, ...]
    borders: str
    legend: tuple[Shade, ...]
    missing: int
    lowest: str
    highest: str


def tile_map(result: Result, voice: Voice) -> TileMap | None:
    """The map, None where it would show fewer than two municipalities or too many to read."""
    points = {
        row.code: (row.x_rd, row.y_rd)
        for row in result.municipalities
        if row.x_rd is not None and row.y_rd is not None
    }
    shown = [row for row in result.quotas if row.code in points and row.inhabitants]
    if not 2 <= len(shown) <= MOST_TILES:
        return None
    cells = lay_out([points[row.code] for row in shown])
    shading = shade_by_rate(shown, voice)
    tiles = tuple(
        Tile(SIDE * x, SIDE * y, shade, _short(row.name), value, row.name)
        for row, (x, y), shade, value in zip(
            shown, cells, shading.shades, shading.values, strict=True
        )
    )
    return TileMap(
        width=SIDE * (1 + max(column for column, _ in cells)),
        height=SIDE * (1 + max(row for _, row in cells)),
        side=SIDE,
        tiles=tiles,
        borders=_borders(shown, cells),
        legend=shading.legend,
        missing=len(result.quotas) - len(shown),
        lowest=shading.lowest,
        highest=shading.highest,
    )


def shade_by_rate(shown: Sequence[Quota], voice: Voice) -> Shading:
    """Classes by quota per 1,000 inhabitants, which everyone shown must have."""
    # Classes follow what the map prints, so that no place contradicts the legend.
    rates = [_printed_rate(row) for row in shown]
    breaks = class_breaks(rates)
    shades = [sum(rate >= border for border in breaks) for rate in rates]
    return Shading(
        shades=tuple(shades),
        values=tuple(voice.number(rate, DECIMALS) for rate in rates),
        legend=_legend(breaks, shades, voice),
        lowest=voice.number(min(rates), DECIMALS),
        highest=voice.number(max(rates), DECIMALS),
    )


def class_breaks(rates: Sequence[Fraction]) -> list[Fraction]:
    """Borders of at most five classes of about equal size."""
    ordered = sorted(rates)
    places = {ordered[index * len(ordered) // CLASSES] for index in range(1, CLASSES)}
    return sorted(place for place in places if ordered[0] < place)


def _printed_rate(row: Quota) -> Fraction:
    thousandths = (2_000_000 * row.quota + row.inhabitants) // (2 * row.inhabitants)
    return Fraction(thousandths, 1000)


def _short(name: str) -> str:
    # "'s-Gravenhage" is known by its G.
    plain = name[3:] if name.startswith("'s-") else name
    return plain[:4].rstrip(" -.(")


def _legend(breaks: list[Fraction], shades: list[int], voice: Voice) -> tuple[Shade, ...]:
    return tuple(
        Shade(shade, _label(breaks, shade, voice), voice.municipalities(shades.count(shade)))
        for shade in range(len(breaks) + 1)
    )


def _label(breaks: list[Fraction], shade: int, voice: Voice) -> str:
    if not breaks:
        return voice.say("report_map_all")
    if shade == 0:
        return voice.say("report_map_below", high=voice.number(breaks[0], DECIMALS))
    low = voice.number(breaks[shade - 1], DECIMALS)
    if shade == len(breaks):
        return voice.say("report_map_above", low=low)
    return voice.say("report_map_between", low=low, high=voice.number(breaks[shade], DECIMALS))


def _borders(shown: Sequence[Quota], cells: Sequence[Cell]) -> str:
    # One path: a line wherever two touching tiles are of different provinces.
    province = {cell: row.province for row, cell in zip(shown, cells, strict=True)}
    lines = []
    for (column, row), here in sorted(province.items()):
        right, below = province.get((column + 1, row)), province.get((column, row + 1))
        if right is not None and right != here:
            lines.append(f"M{SIDE * (column + 1)} {SIDE * row}v{SIDE}")
        if below is not None and below != here:
            lines.append(f"M{SIDE * column} {SIDE * (row + 1)}h{SIDE}")
    return "".join(lines)
