"""The map with real boundaries, where the user gives them: quota per 1,000 inhabitants."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from allocator.reporting.boundaries import WIDTH, draw, read_boundaries
from allocator.reporting.result import Result
from allocator.reporting.tilemap import Shade, shade_by_rate
from allocator.reporting.voice import Voice


@dataclass(frozen=True, slots=True)
class Area:
    """One municipality on the map; ``shade`` is its class, 0 the lowest."""

    path: str
    shade: int
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class BoundaryMap:
    """Everything the drawing needs."""

    width: int
    height: int
    areas: tuple[Area, ...]
    legend: tuple[Shade, ...]
    missing: int
    lowest: str
    highest: str
    file: str


def boundary_map(result: Result, path: Path, voice: Voice) -> BoundaryMap:
    """Draw the municipalities of a result by the boundaries in a file.

    Raises
    ------
    InputRefusedError
        As :func:`allocator.reporting.boundaries.read_boundaries` does.
    """
    counted = {row.code: row for row in result.quotas if row.inhabitants}
    shapes = read_boundaries(path, set(counted))
    shown = [row for code, row in counted.items() if code in shapes]
    paths, height = draw({row.code: shapes[row.code] for row in shown})
    shading = shade_by_rate(shown, voice)
    areas = tuple(
        Area(paths[row.code], shade, row.name, value)
        for row, shade, value in zip(shown, shading.shades, shading.values, strict=True)
    )
    missing = len(result.quotas) - len(shown)
    return BoundaryMap(
        WIDTH, height, areas, shading.legend, missing, shading.lowest, shading.highest, path.name
    )
