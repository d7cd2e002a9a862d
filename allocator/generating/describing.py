"""What kind of instance this is: shares, scarcity, what a swap could relieve."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from allocator.generating.base import Row, Tables
from allocator.generating.draft import Draft
from allocator.generating.supply import best_class, sizes_by_province
from allocator.generating.willingness import least_slack
from allocator.position import MIDDEN, Position

_LARGE = 6  # persons; the national scheme for large families of 2024 to 2026
_HARD = ("gemeenten_toegestaan", "gemeenten_uitgesloten", "vaste_gemeente", "referent_gemeente")


def describe(tables: Tables, settings: dict[str, object]) -> dict[str, object]:
    """Figures of an instance: whole numbers, shares per mille, nested by province and class.

    Notes
    -----
    ``relief`` is the most that swaps can take away from the expected shortfall of the middle
    scenario when all pairs within a province may deal: the smaller of what may be given and
    what may be taken. Exact there, since nobody both gives and takes.
    """
    draft = Draft(settings, tables)
    positions = draft.positions()
    households = tables.get("huishoudens", [])
    return {
        "municipalities": len(tables["gemeenten"]),
        **_household_figures(households),
        "to_house": sum(max(0, position.to_house) for position in positions),
        "to_link": int(draft.to_link().sum()),
        "placeable": sum(position.room[MIDDEN] for position in positions),
        "shortfall": sum(position.shortfall(MIDDEN) for position in positions),
        "short_municipalities": sum(position.shortfall(MIDDEN) > 0 for position in positions),
        "province_municipalities": _municipalities_by_province(draft),
        "province_to_link": _to_link_by_province(draft),
        "province_waiting": _waiting_by_province(draft),
        "relief": _relief(draft, positions),
        "supply_from_class_up_per_1000": _scarcity(draft),
    }


def _household_figures(rows: list[Row]) -> dict[str, object]:
    waiting = [row for row in rows if row.get("status", "te_koppelen") in {"", "te_koppelen"}]
    sizes = [int(row["personen"]) for row in rows]
    hard = Counter(name for row in waiting for name in _HARD if row.get(name))
    followers = sum(row.get("verwachte_nareizigers", "0") not in {"", "0"} for row in rows)
    return {
        "households": len(rows),
        "persons": sum(sizes),
        "largest": max(sizes, default=0),
        "singles_per_1000": _per_1000(sum(size == 1 for size in sizes), len(sizes)),
        "large_per_1000": _per_1000(sum(size >= _LARGE for size in sizes), len(sizes)),
        "linked_earlier": len(rows) - len(waiting),
        "awaiting_family": followers,
        "hard_per_1000": _per_1000(
            sum(any(row.get(name) for name in _HARD) for row in waiting), len(waiting)
        ),
        **{f"with_{name}": hard[name] for name in _HARD},
    }


def _per_1000(part: int, whole: int) -> int:
    return part * 1000 // whole if whole else 0


def _municipalities_by_province(draft: Draft) -> dict[str, int]:
    counts = np.bincount(draft.places.province, minlength=len(draft.places.provinces))
    return dict(zip(draft.places.provinces, counts.tolist(), strict=True))


def _to_link_by_province(draft: Draft) -> dict[str, int]:
    persons = np.zeros(len(draft.places.provinces), dtype=np.int64)
    np.add.at(persons, draft.places.province, draft.to_link())
    return dict(zip(draft.places.provinces, persons.tolist(), strict=True))


def _waiting_by_province(draft: Draft) -> dict[str, int]:
    province = dict(zip(draft.places.codes, draft.places.province.tolist(), strict=True))
    persons: dict[str, int] = dict.fromkeys(draft.places.provinces, 0)
    for row in draft.tables.get("huishoudens", []):
        code = row.get("opvang_gemeente", "")
        if code and not row.get("gekoppelde_gemeente"):
            persons[draft.places.provinces[province[code]]] += int(row["personen"])
    return persons


def _relief(draft: Draft, positions: tuple[Position, ...]) -> dict[str, int]:
    limits = {row["gemeente_code"]: row for row in draft.tables.get("ruilruimte", [])}
    gives: dict[str, int] = defaultdict(int)
    takes: dict[str, int] = defaultdict(int)
    for i, position in enumerate(positions):
        province = draft.places.provinces[int(draft.places.province[i])]
        limit = limits.get(position.code, {"minder_max": "0", "extra_max": "0"})
        own = max(0, position.need(MIDDEN) - position.linked_open)
        shortfall = position.shortfall(MIDDEN)
        gives[province] += min(int(limit["minder_max"]), position.quota, own, shortfall)
        takes[province] += min(int(limit["extra_max"]), least_slack(position))
    return {name: min(gives[name], takes[name]) for name in draft.places.provinces}


def _scarcity(draft: Draft) -> dict[str, int]:
    """Dwellings of a class or larger per 1,000 households planned for that class or larger.

    Larger is by planned persons. Below 1,000 some must do with a smaller class that still fits
    them, or go without.
    """
    names = [kind.name for kind in draft.classes]
    supply, need = Counter[str](), Counter[str]()
    for row in draft.tables.get("aanbod", []):
        supply[row["woningklasse"]] += int(row["aantal"])
    for sizes in sizes_by_province(draft):
        for size, count in sizes.items():
            need[names[best_class(size, draft.classes)[0]]] += count
    return {
        name: _per_1000(sum(supply[up] for up in names[i:]), sum(need[up] for up in names[i:]))
        for i, name in enumerate(names)
    }
