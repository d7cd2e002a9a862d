"""Other municipalities open to one household, with the points each would have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isqrt

from allocator.reporting.household_tables import HouseholdTables
from allocator.reporting.rows import Municipality, Row

SHOWN = 3
"""How many other municipalities are named."""


@dataclass(frozen=True, slots=True)
class Place:
    """An open municipality with the points of one household [points]; distance in kilometres."""

    code: str
    name: str
    fit: int
    kilometres: int

    @property
    def points(self) -> int:
        """Fit minus distance."""
        return self.fit - self.kilometres


def open_places(tables: HouseholdTables, household: Row) -> tuple[Place, ...]:
    """Every municipality open to a household, most points first, then by code."""
    result = tables.result
    column, _, value = str(result.parameters.get("link", {}).get("region", "")).partition("=")
    pinned, barred = _wished(tables, household.get("huishouden_id", ""))
    is_open = _open_to(household)
    inside = [
        row
        for row in result.municipalities
        if is_open(row.code)
        and (not column or row.columns.get(column) == value)
        and row.code not in barred
        and (not pinned or row.code in pinned)
    ]
    home = household.get("opvang_gemeente", "")
    origin = next((row for row in result.municipalities if row.code == home), None)
    places = [
        Place(row.code, row.name, fit, _kilometres(origin, row))
        for row, fit in zip(inside, tables.fits(household, inside), strict=True)
    ]
    return tuple(sorted(places, key=lambda place: (-place.points, place.code)))


def _wished(tables: HouseholdTables, household: str) -> tuple[set[str], set[str]]:
    """Where a planner's wishes put a household, and where they keep it from."""
    rows = tables.wishes.get(household, ())
    kinds = [(row["soort"], row["gemeente_code"]) for row in rows]
    return (
        {code for kind, code in kinds if kind == "vast"},
        {code for kind, code in kinds if kind == "verboden"},
    )


def _open_to(household: Row) -> Callable[[str], bool]:
    # As docs/reference/result-folder.md states it: a fixed municipality, otherwise the allowed
    # ones (all when none is named) without the excluded ones.
    fixed = household.get("vaste_gemeente", "")
    allowed = set(filter(None, household.get("gemeenten_toegestaan", "").split("|")))
    excluded = set(household.get("gemeenten_uitgesloten", "").split("|"))
    if fixed:
        return lambda code: code == fixed
    return lambda code: (not allowed or code in allowed) and code not in excluded


def _kilometres(one: Municipality | None, other: Municipality) -> int:
    if one is None or None in (one.x_rd, one.y_rd, other.x_rd, other.y_rd):
        return 0
    east = (one.x_rd or 0) - (other.x_rd or 0)
    north = (one.y_rd or 0) - (other.y_rd or 0)
    return isqrt(east**2 + north**2) // 1000
