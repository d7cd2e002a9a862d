"""Boundaries of municipalities from a GeoJSON file that the user gives, as paths to be drawn.

No boundary is bundled and none is written anywhere but into the drawing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from math import cos, isfinite, radians
from pathlib import Path
from typing import Any

from allocator.findings import Findings

WIDTH = 620
"""Width of the drawing in its own units; the height follows."""

STEPS = (0.25, 0.5, 1.0, 2.0)
"""Grids to which points are moved: the finest whose paths fit in ``LONGEST``."""

LONGEST = 250_000
"""Most characters of all paths together: the page has to stay light."""

LARGEST_FILE = 200_000_000
CODE = re.compile(r"[A-Z]{2}[0-9]{4}")
NAMES = ("gemeente_code", "statcode", "gemeentecode", "gm_code", "code", "municipality_code")
"""Properties that may hold the code, in this order; capitals do not matter."""

Point = tuple[float, float]
Ring = list[Point]


def read_boundaries(path: Path, codes: set[str]) -> dict[str, list[Ring]]:
    """Rings of every municipality of ``codes`` that the file has.

    Parameters
    ----------
    path
        GeoJSON, degrees (WGS84) or metres (RD): polygons with the code as a property.
    codes
        Municipalities of the result.

    Raises
    ------
    InputRefusedError
        If the file cannot be read, is no such GeoJSON, or knows none of the municipalities.
    """
    findings, found = Findings(), dict[str, list[Ring]]()
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError(f"> {LARGEST_FILE} bytes")
        content = json.loads(path.read_bytes())
        for feature in content["features"]:
            code = _code(feature.get("properties") or {})
            if code in codes and feature.get("geometry"):
                found.setdefault(code, []).extend(_rings(feature["geometry"]))
    except OSError as trouble:
        findings.error("boundaries_unreadable", path.name, detail=trouble.strerror or "")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as trouble:
        findings.error("boundaries_bad", path.name, detail=type(trouble).__name__)
    findings.refuse_errors()
    if not found:
        findings.error("boundaries_of_others", path.name, names=", ".join(NAMES))
    findings.refuse_errors()
    return found


def _code(properties: Mapping[str, Any]) -> str:
    plain = {str(name).lower(): value for name, value in properties.items()}
    for name in NAMES:
        value = plain.get(name)
        if isinstance(value, str) and CODE.fullmatch(value):
            return value
    return ""


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    parts = geometry["coordinates"]
    if geometry["type"] not in {"Polygon", "MultiPolygon"}:
        raise ValueError(str(geometry["type"]))
    for polygon in [parts] if geometry["type"] == "Polygon" else parts:
        for ring in polygon:
            points = [(float(point[0]), float(point[1])) for point in ring]
            if not all(isfinite(value) for point in points for value in point):
                raise ValueError("a coordinate is not a number")
            yield points


def draw(shapes: Mapping[str, Sequence[Ring]]) -> tuple[dict[str, str], int]:
    """Path of every municipality in units of the drawing, and the drawing's height.

    Degrees are flattened around their middle; points are moved to a grid and those that fall
    together are drawn once. A ring that shrinks to less than a triangle becomes a small square,
    so that no island is lost that is a municipality by itself.
    """
    points = [point for rings in shapes.values() for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    degrees = max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90
    flat = cos(radians((south + north) / 2)) if degrees else 1.0
    scale = WIDTH / ((east - west) * flat or 1.0)
    paths: dict[str, str] = {}
    for step in STEPS:
        paths = {
            code: "".join(_path(_moved(ring, (west, north), (scale * flat, scale), step), step)
                          for ring in rings)
            for code, rings in shapes.items()
        }  # fmt: skip
        if sum(map(len, paths.values())) <= LONGEST:
            break
    return paths, int((north - south) * scale) + 1


def _moved(ring: Ring, corner: Point, scale: Point, step: float) -> list[tuple[int, int]]:
    (west, north), (wide, high) = corner, scale
    moved = [(int((x - west) * wide / step), int((north - y) * high / step)) for x, y in ring]
    kept = [here for i, here in enumerate(moved) if i == 0 or here != moved[i - 1]]
    if len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    if len(kept) < 3:
        x, y = moved[0]
        return [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
    return kept


def _path(points: Sequence[tuple[int, int]], step: float) -> str:
    shown = [(_short(x * step), _short(y * step)) for x, y in points]
    (x, y), *rest = shown
    return f"M{x} {y}L" + " ".join(f"{a} {b}" for a, b in rest) + "Z"


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
