"""What each household is worth to each labour market, recomputed adult by adult."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import prod
from typing import Any

import numpy as np

from allocator.verify.core.folder import Result

_Numbers = np.ndarray[Any, Any]


def fits_of(result: Result) -> list[_Numbers]:
    """Return per household its fit in every municipality, in whole points."""
    return _scores(result) if "passing" in result.tables else _chances(result)


def _scores(result: Result) -> list[_Numbers]:
    codes, ids = result.table("gemeenten")["gemeente_code"], result.table("huishoudens")
    town = {code: m for m, code in enumerate(codes)}
    scores = {name: np.zeros(len(codes), np.int64) for name in ids["huishouden_id"]}
    points = cache(lambda text: _mean([Fraction(text) * 1000]))
    for name, code, text in result.rows("passing", "huishouden_id", "gemeente_code", "score"):
        scores[name][town[code]] = points(text)
    return [*scores.values()]


def _chances(result: Result) -> list[_Numbers]:
    names = ("waarde", "schaal", "arbeidsmarktregio", "beroepsgroep", "opleiding")
    people, how = result.table("huishoudens"), result.parameters["link"]["volwassenen"]
    rows, adults = result.rows("arbeidsmarkt", *names), dict[str, list[tuple[str, ...]]]()
    top = max([Fraction(), *(Fraction(x) for x, scale, *_ in rows if scale == "index")]) or 1
    exact = {
        tuple(key): _mean([Fraction(value) * 1000 / (top if scale == "index" else 1)])
        for value, scale, *key in rows
    }
    for table in (people, result.table("volwassenen")):
        # A household's own columns stand only until it has rows of its adults.
        adults |= {name: [] for name in table["huishouden_id"]}
        for name, *adult in table.pick("huishouden_id", "beroepsgroep", "opleiding"):
            adults[name].append(tuple(adult))
    places = result.table("gemeenten")["arbeidsmarktregio"]

    means = {
        place: _mean([x for key, x in exact.items() if key[0] == place] or [*exact.values()])
        for place in {*places}
    }

    def one(place: str, adult: tuple[str, ...]) -> int:
        return exact.get((place, *adult), exact.get((place, adult[0], ""), means[place]))

    @cache
    def row(kind: tuple[tuple[str, ...], ...]) -> _Numbers:
        fit = {place: _joined([one(place, adult) for adult in kind], how) for place in means}
        return np.array([fit[place] for place in places], np.int64)

    return [row(tuple(sorted(adults[name]))) for name in people["huishouden_id"]]


def _joined(points: list[int], how: str) -> int:
    if how in ("som", "zwakste"):
        return sum(points) if how == "som" else min(points)
    # A chance that nobody has a part in is what is missing of 1000, over and over.
    nobody = prod([Fraction(1000 - each, 1000) for each in points])
    return _mean([1000 * (1 - nobody)] if how == "minstens_een" else points)


def _mean(values: list[Any]) -> int:  # rounded half up; 0 of nothing
    return int((2 * sum(values) + len(values)) // (2 * len(values))) if values else 0
