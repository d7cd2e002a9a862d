"""V12: a key over a grid of weights, every point divided anew."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any

from allocator.verify.core.folder import INSTANCE, MANIFEST, Result
from allocator.verify.core.quotas import national
from allocator.verify.core.reader import compare
from allocator.verify.studies.comparing import (
    LAW,
    described,
    read_keys,
    whole_weights,
    with_weights,
)
from allocator.verify.studies.measures import gini, half_moved, text_of

_GRID = "invoer/raster.toml"


def _points(grid: dict[str, Any], key: dict[str, Any]) -> Iterator[list[Fraction] | None]:
    """Yield the weights at every point, the first axis slowest; none where a point cannot be."""
    own = [Fraction(part.get("weight", "1")) for part in key["parts"]]
    moving = [axis["part"] - 1 for axis in grid["axis"]]
    rest = sum(w for i, w in enumerate(own) if i not in moving)
    for asked in itertools.product(*(axis["weights"] for axis in grid["axis"])):
        given = dict(zip(moving, map(Fraction, asked), strict=True))
        left = 1 - sum(given.values())
        factor = Fraction(left) / rest if rest > 0 else Fraction(0)
        possible = left >= 0 and (left == 0 or rest > 0)
        if grid["others"] == "vast":
            factor, possible = Fraction(1), True
        weights = [given.get(i, w * factor) for i, w in enumerate(own)]
        yield weights if possible and sum(weights) > 0 else None


def check_sweep(result: Result) -> None:
    """V12: recompute every point of the grid, the range of everybody and what it is made of."""
    log, rows, instance = result.log, result.table("gemeenten"), result.documents[INSTANCE]
    grid, keys = tomllib.loads(result.files[_GRID].decode()), read_keys(result)
    key, rounding = keys[grid["key"]], result.parameters["rounding"]
    total, people = instance["national_total"], [int(text) for text in rows["inwoners"]]
    log.same("V12A", _GRID, "", "key", sorted({LAW, grid["key"]}), sorted(keys))
    points = [*_points(grid, key)]
    wanted = {"key": grid["key"], "points": len(points) - points.count(None)}
    wanted["left_out"] = points.count(None)
    same = partial(log.same, "V12A", MANIFEST, "sweep")
    for name in wanted.keys() | result.parameters["sweep"].keys():
        same(name, result.parameters["sweep"].get(name), wanted.get(name))
    same("key", result.parameters["key"], LAW)
    law, parts, lines = national(rounding, people, total)[0], list[list[int]](), []
    for number, weights in enumerate(filter(None, points), 1):
        own, _ = national(rounding, whole_weights(with_weights(key, weights), rows, total), total)
        parts.append(own)
        ways = [(a > b) - (a < b) for a, b in zip(own, law, strict=True)]
        line = [number, *weights, *(ways.count(way) for way in (1, -1, 0))]
        lines.append((*map(str, line), text_of(half_moved(own, law)), text_of(gini(own, people))))
    table = result.table("raster_punten")
    columns = [f"gewicht_{n}" for n in range(1, len(key["parts"]) + 1)]
    log.same("V12A", table.file, "", "", [x for x in table.columns if x[:8] == "gewicht_"], columns)
    compare(table, 1, lines, log, "V12")
    towns = rows.pick("gemeente_code", "gemeente", "provincie_code", "inwoners")
    expected, each = [], []
    for town, now, each_point in zip(towns, law, zip(*parts, strict=True), strict=True):
        own = [*each_point]
        low, high = min(own), max(own)
        values = [now, low, high, high - low, own.index(low) + 1, own.index(high) + 1]
        expected.append((*town, *map(str, values)))
        each += [(town[0], str(number), str(persons)) for number, persons in enumerate(own, 1)]
    compare(result.table("raster"), 1, expected, log, "V12")
    compare(result.table("raster_personen"), 2, each, log, "V12")
    compare(result.table("sleutels"), 2, [*described(keys, instance)], log, "V12")
