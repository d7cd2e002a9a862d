"""A grid of weights over the parts of a key, from a TOML file."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from allocator.comparing.mixing import ZERO, weights_of
from allocator.errors import InputRefusedError
from allocator.findings import Findings
from allocator.keys import Key
from allocator.keys.definition import Exact
from allocator.toml_checks import note_faults, read_toml

MOST_POINTS = 100_000
"""Largest number of points that one grid may have."""


class Axis(BaseModel):
    """One part of the key with the weights that it is given in turn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: Annotated[StrictInt, Field(ge=1)]
    weights: Annotated[tuple[Exact, ...], Field(min_length=1)]


class KeyGrid(BaseModel):
    """A key whose parts get other weights; see ``docs/reference/comparison.md``.

    ``others`` says what the parts without an axis do: ``naar_rato`` shares what the axes leave of
    1 in proportion to their own weights, ``vast`` keeps their own weights.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: StrictStr
    others: Literal["naar_rato", "vast"] = "naar_rato"
    axis: Annotated[tuple[Axis, ...], Field(min_length=1)]

    @property
    def size(self) -> int:
        """Points before those that cannot be are left out."""
        return math.prod(len(axis.weights) for axis in self.axis)


def read_grid(path: Path) -> KeyGrid:
    """Read a grid file.

    Raises
    ------
    InputRefusedError
        If it is no grid.
    """
    findings = Findings()
    try:
        data = read_toml(path.read_bytes(), path.name, findings)
        if data is not None:
            return KeyGrid.model_validate(_tuples(data))
    except OSError:
        findings.error("grid_missing", path.name)
    except ValidationError as error:
        note_faults(error, path.name, findings, [*KeyGrid.model_fields, *Axis.model_fields])
    raise InputRefusedError(findings.errors)


def _tuples(data: Any) -> Any:
    """Lists as tuples, all the way down: a grid may not change."""
    if isinstance(data, dict):
        return {name: _tuples(value) for name, value in data.items()}
    return tuple(map(_tuples, data)) if isinstance(data, list) else data


def points_of(grid: KeyGrid, key: Key) -> list[tuple[Fraction, ...]]:
    """Weights of all parts at every point that can be, in the order of the axes.

    The first axis changes slowest. With ``naar_rato`` a point is left out when its axes ask more
    than 1, or less than 1 while no other part has weight to take the rest.

    Raises
    ------
    InputRefusedError
        If an axis names a part that the key does not have or that another axis has, a weight is
        negative, the grid is too large, or no point is left.
    """
    findings = Findings()
    _check(grid, key, findings)
    findings.refuse_errors()
    taken = {axis.part - 1 for axis in grid.axis}
    own = weights_of(key)
    rest = {i: own[i] for i in range(len(own)) if i not in taken}
    points = []
    for combination in itertools.product(*(axis.weights for axis in grid.axis)):
        asked = {
            axis.part - 1: Fraction(weight)
            for axis, weight in zip(grid.axis, combination, strict=True)
        }
        others = rest if grid.others == "vast" else _rescaled(rest, 1 - sum(asked.values(), ZERO))
        if others is not None and sum({**asked, **others}.values(), ZERO) > 0:
            points.append(tuple({**asked, **others}[i] for i in range(len(own))))
    if not points:
        findings.error("grid_empty", "raster.toml", column="axis")
        findings.refuse_errors()
    return points


def _rescaled(own: dict[int, Fraction], left: Fraction) -> dict[int, Fraction] | None:
    """Weights in the same proportions that add up to ``left``; none where that cannot be."""
    everything = sum(own.values(), ZERO)
    if left < 0 or (left > 0 and everything <= 0):
        return None
    if everything <= 0:
        return dict.fromkeys(own, ZERO)
    return {i: Fraction(weight * left, everything) for i, weight in own.items()}


def _check(grid: KeyGrid, key: Key, findings: Findings) -> None:
    seen: set[int] = set()
    for axis in grid.axis:
        if axis.part > len(key.parts) or axis.part in seen:
            findings.error(
                "grid_part", "raster.toml", column="part", found=axis.part, parts=len(key.parts)
            )
        if any(Fraction(weight) < 0 for weight in axis.weights):
            findings.error("grid_negative", "raster.toml", column="weights", found=axis.part)
        seen.add(axis.part)
    if grid.size > MOST_POINTS:
        findings.error("grid_too_large", "raster.toml", found=grid.size, limit=MOST_POINTS)
