"""Past half-years: quotas under each key beside what was published and what was housed.

Descriptive only. The number housed belongs to the half-year as it was; nothing here sets it
against a quota that was not in force.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from allocator.comparing.comparison import KeyDivision, compare_keys
from allocator.comparing.published import (
    Correction,
    Published,
    PublishedHalfYear,
    PublishedProvince,
    read_published,
    refuse,
)
from allocator.keys import Key
from allocator.reading import Instance, read_instance

PUBLISHED_ROUNDING = "sluitend"
"""The rounding by which the published figures are told apart into formula and correction."""


@dataclass(frozen=True, slots=True)
class BacktestRow:
    """One province in one half-year [persons].

    ``formula`` is the law's key by ``sluitend``; formula plus correction is the published quota.
    ``quotas`` has one number for each key of the table.
    """

    published: PublishedProvince
    formula: int
    correction: Correction | None
    quotas: tuple[int, ...]

    @property
    def deviation(self) -> int:
        """Formula minus published."""
        return self.formula - self.published.quota


@dataclass(frozen=True, slots=True)
class BacktestHalfYear:
    """One half-year: how its inputs are known, and its provinces in order of their codes."""

    about: PublishedHalfYear
    instance: Instance
    rows: tuple[BacktestRow, ...]

    @property
    def used_total(self) -> int:
        """National number that was divided [persons]."""
        total = self.instance.settings.national_total
        assert total is not None, "reading refuses a national instance without a total"
        return total

    @property
    def deviations(self) -> dict[str, int]:
        """Formula minus published where it is not 0, by name of the province."""
        found = {row.published.name: row.deviation for row in self.rows if row.deviation}
        return dict(sorted(found.items()))

    @property
    def total_deviation(self) -> int:
        """Sum of the absolute deviations."""
        return sum(abs(row.deviation) for row in self.rows)


@dataclass(frozen=True, slots=True)
class BacktestTable:
    """All half-years; ``keys`` in the order of ``BacktestRow.quotas``, the law's first."""

    keys: tuple[Key, ...]
    rounding: str
    half_years: tuple[BacktestHalfYear, ...]


def backtest(
    keys: Sequence[str], rounding: str = PUBLISHED_ROUNDING, folder: Path | None = None
) -> BacktestTable:
    """Divide the national number of every past half-year by several keys.

    Parameters
    ----------
    keys
        Names of keys or paths of key files; the statutory key always takes part.
    rounding
        One rounding for all keys. Formula and correction of the published quotas are always by
        ``sluitend``.
    folder
        A folder as ``instances/backtest-2019-2021``; by default that one.

    Returns
    -------
    BacktestTable
        Half-years in order, provinces by code.

    Raises
    ------
    InputRefusedError
        If an indicator of a key is missing, or a published quota differs from the formula by
        something else than its documented correction: nothing is made to fit.
    """
    published = read_published(folder)
    half_years, chosen = [], None
    for about in published.half_years:
        instance = read_instance(published.folder.joinpath(about.half_year), ("gemeenten",))
        divisions = compare_keys(instance, keys, rounding).divisions
        chosen = tuple(division.key for division in divisions)
        plain = compare_keys(instance, (), PUBLISHED_ROUNDING).divisions[0]
        rows = _rows(published, about.half_year, instance, plain, divisions)
        half_years.append(BacktestHalfYear(about, instance, rows))
    if chosen is None:
        raise refuse("backtest_empty", "halfjaren.csv")
    return BacktestTable(chosen, rounding, tuple(half_years))


def _rows(
    published: Published,
    half_year: str,
    instance: Instance,
    plain: KeyDivision,
    divisions: Sequence[KeyDivision],
) -> tuple[BacktestRow, ...]:
    formula = _by_province(instance, plain.persons)
    quotas = [_by_province(instance, division.persons) for division in divisions]
    rows = []
    for code in sorted(formula):
        printed = published.provinces.get((half_year, code))
        if printed is None:
            raise refuse("backtest_province", "provincies.csv", found=code, half_year=half_year)
        correction = published.corrections.get((half_year, code))
        row = BacktestRow(printed, formula[code], correction, tuple(own[code] for own in quotas))
        if (correction.persons if correction else 0) != -row.deviation:
            raise refuse(
                "backtest_undocumented",
                "correcties_provincies.csv",
                found=code,
                half_year=half_year,
                value=-row.deviation,
            )
        rows.append(row)
    return tuple(rows)


def _by_province(instance: Instance, persons: Sequence[int]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for place, own in zip(instance.municipalities, persons, strict=True):
        sums[place.province] += own
    return sums
