"""Lay municipalities out as equal tiles on a grid, so that each stays near its own place."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt

Point = tuple[int, int]
Cell = tuple[int, int]

SPARE = 0.4
"""Part of the cells left free, so that the coast and the borders keep their shape."""

SPREAD = 0.25
"""How far crowded places are drawn apart: 0 keeps the map, 1 spaces every row evenly."""


def lay_out(points: Sequence[Point]) -> tuple[Cell, ...]:
    """A cell (column, row) for every point, all different, row 0 in the north.

    Parameters
    ----------
    points
        East and north, in any unit, shape (n, 2).

    Returns
    -------
    tuple of (column, row)
        The cells in the order of the points; the first column and row used are 0.

    Notes
    -----
    The cells are those of a grid over the places, somewhat spread out where they crowd; the
    assignment has the least sum of squared distances. The squares are whole numbers below 2**53,
    so the outcome is the same on every machine; it is the solver's own first among equals.
    """
    if not points:
        return ()
    places = _spread(points)
    wide, high = _grid_size(places)
    cells = [(column, row) for row in range(high) for column in range(wide)]
    chosen = _assign(_scaled(places, wide, high), cells)
    left, top = min(column for column, _ in chosen), min(row for _, row in chosen)
    return tuple((column - left, row - top) for column, row in chosen)


def _spread(points: Sequence[Point]) -> list[tuple[float, float]]:
    east = _blended([point[0] for point in points])
    north = _blended([point[1] for point in points])
    return list(zip(east, north, strict=True))


def _blended(values: list[int]) -> list[float]:
    # Between the true coordinate and its rank: crowded parts get more room, empty parts less.
    low, high = min(values), max(values)
    span = max(1, high - low)
    ordered = sorted(values)
    last = max(1, len(values) - 1)
    ranks = {value: index for index, value in enumerate(ordered)}
    return [
        span * ((1 - SPREAD) * (value - low) / span + SPREAD * ranks[value] / last)
        for value in values
    ]


def _grid_size(places: list[tuple[float, float]]) -> tuple[int, int]:
    width = max(place[0] for place in places) or 1.0
    height = max(place[1] for place in places) or 1.0
    cells = len(places) / (1 - SPARE)
    wide = max(1, ceil(sqrt(cells * width / height)))
    return wide, max(1, ceil(cells / wide))


def _scaled(places: list[tuple[float, float]], wide: int, high: int) -> list[Point]:
    # Whole hundredths of a cell; north becomes the first row.
    width = max(place[0] for place in places) or 1.0
    height = max(place[1] for place in places) or 1.0
    return [
        (round(100 * (wide - 1) * x / width), round(100 * (high - 1) * (1 - y / height)))
        for x, y in places
    ]


def _assign(places: list[Point], cells: list[Cell]) -> list[Cell]:
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    here = np.array(places, dtype=np.int64)
    there = 100 * np.array(cells, dtype=np.int64)
    costs = ((here[:, None, :] - there[None, :, :]) ** 2).sum(axis=2)
    _, chosen = linear_sum_assignment(costs)
    return [cells[int(index)] for index in chosen]
