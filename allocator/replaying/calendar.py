"""Who comes in which week, and which dwellings are in view then."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from allocator.linking.arrays import Arrays
from allocator.linking.households import Task, is_available
from allocator.reading import Instance
from allocator.reading.tables import whole
from models.linking.problem import NO_DWELLING, LinkProblem

IntArray = NDArray[np.int64]
WEEKS_IN_VIEW = 12
"""From link to move: ten weeks for the municipality and two for the move (COA, fases 2 en 3)."""
BY_DATE, SEEDED = "datum_vergunning", "gezaaid"


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Weeks of a half-year."""

    arrival: IntArray
    """Week of each waiting household, shape (H,)."""
    days: tuple[date, ...]
    """First day of each week."""
    weeks_in_view: int
    source: str
    """Where the weeks come from: permits, or a draw because none falls in the half-year."""
    drawn: int
    """Households whose week was drawn."""


def calendar_of(instance: Instance, task: Task, weeks: int, weeks_in_view: int) -> Calendar:
    """Give every waiting household a week.

    Notes
    -----
    A permit of before the half-year belongs to week 0. A household without a date, and everybody
    where no permit falls after the first day, gets a week by a hash of seed and pseudonym: equal
    on every machine and for any order of rows.
    """
    start, seed = instance.settings.period.start, instance.settings.seed
    permits = [row.get("datum_vergunning", "") for row in task.waiting]
    is_dated = any(day > start.isoformat() for day in permits)
    arrival = np.zeros(len(permits), dtype=np.int64)
    drawn = 0
    for h, (row, day) in enumerate(zip(task.waiting, permits, strict=True)):
        if is_dated and day:
            passed = (date.fromisoformat(day) - start).days // 7
            arrival[h] = min(max(passed, 0), weeks - 1)
        else:
            arrival[h] = _draw(seed, row["huishouden_id"], weeks)
            drawn += 1
    days = tuple(start + timedelta(weeks=week) for week in range(weeks))
    return Calendar(arrival, days, weeks_in_view, BY_DATE if is_dated else SEEDED, drawn)


def _draw(seed: int, household: str, weeks: int) -> int:
    digest = hashlib.sha256(f"{seed}|week|{household}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % weeks


def in_view(arrays: Arrays, problem: LinkProblem, calendar: Calendar) -> IntArray:
    """Dwellings in view per week, after the claims of earlier links, shape (W, M, S).

    Never more than the half-year has in all, so that what is held stays held.
    """
    claimed = np.zeros_like(problem.dwellings)
    for row, s in zip(arrays.claimants, arrays.claimed, strict=True):
        if s != NO_DWELLING:
            claimed[arrays.at[row["gekoppelde_gemeente"]], s] += 1
    view = np.zeros((len(calendar.days), *problem.dwellings.shape), dtype=np.int64)
    rows = arrays.instance.rows("aanbod")
    for week, day in enumerate(calendar.days):
        until = (day + timedelta(weeks=calendar.weeks_in_view)).isoformat()
        for row in rows:
            if row["gemeente_code"] in arrays.at and is_available(row, until):
                m = arrays.at[row["gemeente_code"]]
                view[week, m, arrays.classes.index(row["woningklasse"])] += whole(row, "aantal")
    return np.asarray(np.maximum(view - claimed, 0), dtype=np.int64)
