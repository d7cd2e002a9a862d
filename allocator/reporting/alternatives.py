"""Other municipalities open to one household, with the points each would have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from pathlib import Path

from allocator.reporting.result import Result, read_rows
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


def open_places(result: Result, household: Row) -> tuple[Place, ...]:
    """Every municipality open to a household, most points first, then by code."""
    column, _, value = str(result.parameters.get("link", {}).get("region", "")).partition("=")
    pinned, barred = _wished(result.folder, household.get("huishouden_id", ""))
    inside = [
        row
        for row in result.municipalities
        if _is_open(household, row.code)
        and (not column or row.columns.get(column) == value)
        and row.code not in barred
        and (not pinned or row.code in pinned)
    ]
    how = str(result.parameters.get("link", {}).get("volwassenen", "gemiddelde"))
    fits = _fits(result.folder, household, inside, how)
    origin = {row.code: row for row in result.municipalities}.get(
        household.get("opvang_gemeente", "")
    )
    places = [
        Place(row.code, row.name, fit, _kilometres(origin, row))
        for row, fit in zip(inside, fits, strict=True)
    ]
    return tuple(sorted(places, key=lambda place: (-place.points, place.code)))


def _wished(folder: Path, household: str) -> tuple[set[str], set[str]]:
    """Where a planner's wishes put a household, and where they keep it from."""
    path = folder / "vertrouwelijk" / "invoer" / "wensen.csv"
    if not path.is_file():
        return set(), set()
    rows = [row for row in read_rows(path) if row["huishouden_id"] == household]
    kinds = [(row["soort"], row["gemeente_code"]) for row in rows]
    return (
        {code for kind, code in kinds if kind == "vast"},
        {code for kind, code in kinds if kind == "verboden"},
    )


def _is_open(household: Row, code: str) -> bool:
    # As docs/reference/result-folder.md states it: a fixed municipality, otherwise the allowed
    # ones (all when none is named) without the excluded ones.
    fixed = household.get("vaste_gemeente", "")
    if fixed:
        return code == fixed
    allowed = household.get("gemeenten_toegestaan", "")
    excluded = household.get("gemeenten_uitgesloten", "")
    return (not allowed or code in allowed.split("|")) and code not in excluded.split("|")


def _fits(folder: Path, household: Row, places: Sequence[Municipality], how: str) -> list[int]:
    from allocator.fit import POINTS, LabourMarket, half_up, of_adults

    scores = _rows(folder / "vertrouwelijk" / "invoer" / "passing.csv")
    if scores:
        name = household["huishouden_id"]
        own = {row["gemeente_code"]: row["score"] for row in scores if row["huishouden_id"] == name}
        return [half_up(Fraction(own.get(place.code, "0")) * POINTS) for place in places]
    chances = _rows(folder / "invoer" / "arbeidsmarkt.csv")
    if not chances:
        return [0] * len(places)
    table, adults = LabourMarket(chances), _adults(folder, household)
    regions = [place.columns.get("arbeidsmarktregio", "") for place in places]
    return [of_adults([table.points(region, adult) for adult in adults], how) for region in regions]


def _adults(folder: Path, household: Row) -> list[tuple[str, str]]:
    name = household["huishouden_id"]
    rows = _rows(folder / "vertrouwelijk" / "invoer" / "volwassenen.csv")
    found = [row for row in rows if row["huishouden_id"] == name] or [household]
    return [(row.get("beroepsgroep", ""), row.get("opleiding", "")) for row in found]


def _rows(path: Path) -> list[Row]:
    return read_rows(path) if path.is_file() else []


def _kilometres(one: Municipality | None, other: Municipality) -> int:
    if one is None or None in (one.x_rd, one.y_rd, other.x_rd, other.y_rd):
        return 0
    east = (one.x_rd or 0) - (other.x_rd or 0)
    north = (one.y_rd or 0) - (other.y_rd or 0)
    return isqrt(east**2 + north**2) // 1000
