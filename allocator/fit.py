"""How well a household fits a municipality's labour market, in whole points (0 to 1000)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache

from allocator.reading import Instance

POINTS = 1000
Profile = tuple[str, str]
"""Occupation and education of one adult; an empty education is unknown."""


def fit_function(instance: Instance) -> Callable[[dict[str, str], int], int]:
    """Fit points of a household row in the municipality with that index.

    An outside score leads (``passing.csv``), then the labour-market table; without either every
    fit is 0. An unknown profile gets the mean of its region, so that neither is ever low.
    """
    if instance.rows("passing"):
        return _outside_scores(instance)
    if instance.rows("arbeidsmarkt"):
        return _labour_market(instance)
    return lambda _household, _municipality: 0


def _outside_scores(instance: Instance) -> Callable[[dict[str, str], int], int]:
    scores = {
        (row["huishouden_id"], row["gemeente_code"]): half_up(Fraction(row["score"]) * POINTS)
        for row in instance.rows("passing")
    }
    codes = [place.code for place in instance.municipalities]
    return lambda household, m: scores.get((household["huishouden_id"], codes[m]), 0)


def _labour_market(instance: Instance) -> Callable[[dict[str, str], int], int]:
    table = LabourMarket(instance.rows("arbeidsmarkt"))
    adults: dict[str, list[Profile]] = {}
    for row in instance.rows("volwassenen"):
        profile = (row["beroepsgroep"], row.get("opleiding", ""))
        adults.setdefault(row["huishouden_id"], []).append(profile)
    regions = [place.row.get("arbeidsmarktregio", "") for place in instance.municipalities]

    def fit(household: dict[str, str], m: int) -> int:
        own = (household.get("beroepsgroep", ""), household.get("opleiding", ""))
        profiles = adults.get(household["huishouden_id"], [own])
        # Every adult counts alike: a household is not its most employable member.
        return _mean(table.points(regions[m], profile) for profile in profiles)

    return fit


class LabourMarket:
    """Points by region, occupation and education, with the means that stand in for gaps."""

    def __init__(self, rows: Iterable[dict[str, str]]) -> None:
        rows = tuple(rows)
        highest = max(
            (Fraction(row["waarde"]) for row in rows if row["schaal"] == "index"),
            default=Fraction(0),
        )
        self._cells: dict[tuple[str, str, str], int] = {}
        self._regions: dict[str, list[int]] = {}
        for row in rows:
            points = _row_points(row, highest)
            region = row["arbeidsmarktregio"]
            self._cells[region, row["beroepsgroep"], row.get("opleiding", "")] = points
            self._regions.setdefault(region, []).append(points)
        everyone = [points for own in self._regions.values() for points in own]
        self._mean_of_all = _mean(everyone)
        self._means = {region: _mean(own) for region, own in self._regions.items()}
        self.points = cache(self._points)

    def _points(self, region: str, profile: Profile) -> int:
        occupation, education = profile
        for key in ((region, occupation, education), (region, occupation, "")):
            if key in self._cells:
                return self._cells[key]
        return self._means.get(region, self._mean_of_all)


def _row_points(row: dict[str, str], highest: Fraction) -> int:
    value = Fraction(row["waarde"]) * POINTS
    if row["schaal"] == "index":
        return half_up(value / highest) if highest else 0
    return half_up(value)


def _mean(points: Iterable[int]) -> int:
    points = tuple(points)
    return half_up(Fraction(sum(points), len(points)))


def half_up(value: Fraction) -> int:
    """Nearest whole number of a non-negative value; a half goes up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
