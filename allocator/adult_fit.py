"""What adults are worth to a labour market, in whole points: rows in, points out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from math import prod

POINTS = 1000
Profile = tuple[str, str]
"""Occupation and education of one adult; an empty education is unknown."""


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
