"""The confidential tables of a result by pseudonym, read once for many answers.

Nothing else of this package reads a row about a household: what is made from these tables never
goes into a report or a workbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from allocator.adult_fit import POINTS, LabourMarket, half_up, of_adults
from allocator.reporting.result import Result, read_rows, refuse
from allocator.reporting.rows import Municipality, Quota, Row


class HouseholdTables:
    """A result with its household rows; every table is read when first asked for, and kept."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self._folder = result.folder / "vertrouwelijk"

    def load(self) -> None:
        """Read everything now.

        Raises
        ------
        InputRefusedError
            If a table is missing or damaged.
        """
        for name in ("proposals", "missed", "households", "wishes", "spare", "fits_by_region"):
            getattr(self, name)

    @cached_property
    def proposals(self) -> dict[str, Row]:
        """Rows of ``koppelvoorstel.csv``."""
        return _by_household(self._folder / "koppelvoorstel.csv")

    @cached_property
    def missed(self) -> dict[str, Row]:
        """Rows of ``niet_gekoppeld.csv``."""
        return _by_household(self._folder / "niet_gekoppeld.csv")

    @cached_property
    def households(self) -> dict[str, Row]:
        """Rows of the input."""
        return _by_household(self._folder / "invoer" / "huishoudens.csv")

    @cached_property
    def wishes(self) -> dict[str, list[Row]]:
        """Wishes of planners about a household."""
        return _grouped(self._folder / "invoer" / "wensen.csv")

    @cached_property
    def quotas(self) -> dict[str, Quota]:
        """Quota by municipality."""
        return {row.code: row for row in self.result.quotas}

    @cached_property
    def linked_persons(self) -> dict[str, int]:
        """Persons linked or proposed by municipality."""
        sums: dict[str, int] = {}
        for count in self.result.links or ():
            sums[count.code] = sums.get(count.code, 0) + count.persons
        return sums

    @cached_property
    def spare(self) -> dict[str, dict[str, int]]:
        """Dwellings that no link holds, by class and municipality."""
        left: dict[str, dict[str, int]] = {}
        for supply in self.result.supply or ():
            own = left.setdefault(supply.dwelling_class, {})
            own[supply.code] = own.get(supply.code, 0) + supply.count
        for count in self.result.links or ():
            own = left.setdefault(count.dwelling_class, {})
            own[count.code] = own.get(count.code, 0) - count.households
        return left

    @cached_property
    def fits_by_region(self) -> LabourMarket | None:
        """The labour-market table, with the adults and outside scores that go before it."""
        self._scores, self._adults  # noqa: B018 - read now, asked for later
        path = self.result.folder / "invoer" / "arbeidsmarkt.csv"
        rows = read_rows(path) if path.is_file() else []
        return LabourMarket(rows) if rows else None

    @cached_property
    def _scores(self) -> dict[str, dict[str, str]]:
        """Outside scores by household and municipality."""
        path = self._folder / "invoer" / "passing.csv"
        found: dict[str, dict[str, str]] = {}
        if path.is_file():
            for row in read_rows(path):
                found.setdefault(row["huishouden_id"], {})[row["gemeente_code"]] = row["score"]
        return found

    @cached_property
    def _adults(self) -> dict[str, list[Row]]:
        return _grouped(self._folder / "invoer" / "volwassenen.csv")

    def fits(self, household: Row, places: Sequence[Municipality]) -> list[int]:
        """Fit of a household in each of these municipalities [points]."""
        name = household["huishouden_id"]
        if self._scores:
            own = self._scores.get(name, {})
            return [half_up(Fraction(own.get(place.code, "0")) * POINTS) for place in places]
        market = self.fits_by_region
        if market is None:
            return [0] * len(places)
        how = str(self.result.parameters.get("link", {}).get("volwassenen", "gemiddelde"))
        people = self._adults.get(name, [household])
        profiles = [(row.get("beroepsgroep", ""), row.get("opleiding", "")) for row in people]
        regions = [place.columns.get("arbeidsmarktregio", "") for place in places]
        points = {
            region: of_adults([market.points(region, adult) for adult in profiles], how)
            for region in set(regions)
        }
        return [points[region] for region in regions]


def _by_household(path: Path) -> dict[str, Row]:
    rows = read_rows(path)
    if rows and "huishouden_id" not in rows[0]:
        raise refuse("report_file_damaged", path.name)
    return {row["huishouden_id"]: row for row in rows}


def _grouped(path: Path) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in read_rows(path) if path.is_file() else ():
        found.setdefault(row["huishouden_id"], []).append(row)
    return found
