"""How well a household fits a municipality's labour market, in whole points (0 to 1000)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from allocator.reading import Instance

IntArray = NDArray[np.int64]
POINTS = 1000
Profile = tuple[str, str]
"""Occupation and education of one adult; an empty education is unknown."""


def fit_points(
    instance: Instance, households: Sequence[dict[str, str]], inside: Sequence[int]
) -> IntArray:
    """Fit of each household row in each municipality of ``inside``, shape (H, M) [points].

    An outside score leads (``passing.csv``), then the labour-market table; without either every
    fit is 0. An unknown profile gets the mean of its region, so that neither is ever low.
    """
    if instance.rows("passing"):
        return _outside_scores(instance, households, inside)
    if instance.rows("arbeidsmarkt"):
        return _labour_market(instance, households, inside)
    return np.zeros((len(households), len(inside)), dtype=np.int64)


def _outside_scores(
    instance: Instance, households: Sequence[dict[str, str]], inside: Sequence[int]
) -> IntArray:
    row_of = {row["huishouden_id"]: h for h, row in enumerate(households)}
    column_of = {instance.municipalities[i].code: m for m, i in enumerate(inside)}
    fits = np.zeros((len(households), len(inside)), dtype=np.int64)
    for row in instance.rows("passing"):
        h, m = row_of.get(row["huishouden_id"]), column_of.get(row["gemeente_code"])
        if h is not None and m is not None:
            fits[h, m] = half_up(Fraction(row["score"]) * POINTS)
    return fits


def _labour_market(
    instance: Instance, households: Sequence[dict[str, str]], inside: Sequence[int]
) -> IntArray:
    table, how = LabourMarket(instance.rows("arbeidsmarkt")), instance.settings.link.volwassenen
    adults: dict[str, list[Profile]] = {}
    for row in instance.rows("volwassenen"):
        profile = (row["beroepsgroep"], row.get("opleiding", ""))
        adults.setdefault(row["huishouden_id"], []).append(profile)
    regions = [instance.municipalities[i].row.get("arbeidsmarktregio", "") for i in inside]

    @cache
    def across(profiles: tuple[Profile, ...]) -> IntArray:
        # Every adult counts alike: a household is not its most employable member.
        points = {
            region: of_adults([table.points(region, profile) for profile in profiles], how)
            for region in set(regions)
        }
        return np.array([points[region] for region in regions], dtype=np.int64)

    fits = np.zeros((len(households), len(inside)), dtype=np.int64)
    for h, row in enumerate(households):
        own = (row.get("beroepsgroep", ""), row.get("opleiding", ""))
        fits[h] = across(tuple(sorted(adults.get(row["huishouden_id"], [own]))))
    return fits


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


def of_adults(points: Sequence[int], how: str) -> int:
    """Fit of a household from that of each adult [points].

    Parameters
    ----------
    points
        Fit of each adult, at least one, 0 to 1000.
    how
        ``gemiddelde`` (mean), ``som`` (sum), ``minstens_een`` (chance that at least one of
        independent adults finds work) or ``zwakste`` (the least); fractions rounded half up.

    Examples
    --------
    >>> [of_adults([500, 200], how) for how in ("gemiddelde", "som", "minstens_een", "zwakste")]
    [350, 700, 600, 200]
    """
    if how == "som":
        return sum(points)
    if how == "zwakste":
        return min(points)
    if how == "minstens_een":
        nobody = prod((Fraction(POINTS - each, POINTS) for each in points), start=Fraction(1))
        return half_up(POINTS * (1 - nobody))
    return _mean(points)


def _mean(points: Iterable[int]) -> int:
    points = tuple(points)
    return half_up(Fraction(sum(points), len(points)))


def half_up(value: Fraction) -> int:
    """Nearest whole number of a non-negative value; a half goes up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
