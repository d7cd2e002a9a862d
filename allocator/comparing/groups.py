"""Sets of municipalities that a comparison adds up: country, province, size, urbanisation."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from allocator.reading import Instance

# Ours: limits in inhabitants, each class from its limit up to the next; printed with every class.
SIZE_LIMITS = (0, 5_000, 10_000, 20_000, 50_000, 100_000, 150_000, 250_000)
URBANITY = "stedelijkheid"
"""Column of ``gemeenten`` with the degree of urbanisation."""
UNKNOWN = "onbekend"
COUNTRY, PROVINCE, SIZE = "land", "provincie", "grootteklasse"


@dataclass(frozen=True, slots=True)
class Group:
    """Municipalities that belong together.

    ``least`` and ``below`` bound the inhabitants of a size class; both are none for other kinds,
    ``below`` also for the largest class.
    """

    kind: str
    name: str
    members: tuple[int, ...]
    least: int | None = None
    below: int | None = None


def size_class(inhabitants: int) -> int:
    """Number of the size class, from 1."""
    return bisect_right(SIZE_LIMITS, inhabitants)


def groups_of(instance: Instance) -> tuple[Group, ...]:
    """Every group of the instance, sorted by kind and name."""
    members: dict[tuple[str, str], list[int]] = defaultdict(list)
    has_urbanity = instance.tables["gemeenten"].has(URBANITY)
    for i, place in enumerate(instance.municipalities):
        members[COUNTRY, "NL"].append(i)
        members[PROVINCE, place.province].append(i)
        members[SIZE, str(size_class(place.inhabitants))].append(i)
        if has_urbanity:
            members[URBANITY, place.row[URBANITY] or UNKNOWN].append(i)
    return tuple(_group(kind, name, tuple(own)) for (kind, name), own in sorted(members.items()))


def _group(kind: str, name: str, members: tuple[int, ...]) -> Group:
    if kind != SIZE:
        return Group(kind, name, members)
    limits = (*SIZE_LIMITS, None)
    return Group(kind, name, members, limits[int(name) - 1], limits[int(name)])
