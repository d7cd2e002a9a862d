"""The public table of household sizes: struck out one group at a time until nothing is betrayed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

from tests.allocator.verify.handmade.case import csv_text, half_up

SIZES = "eerlijkheid_grootte.csv"


class Housed(Protocol):
    """What this table needs of a household."""

    size: int
    fit: dict[str, int]
    place: str

    @property
    def seen(self) -> bool: ...


def size_file(homes: Sequence[Housed]) -> dict[str, str]:
    return {SIZES: csv_text("groep huishoudens met_woning procent_passing", size_rows(homes))}


def size_rows(homes: Sequence[Housed]) -> list[list[Any]]:
    groups: dict[str, list[Housed]] = {}
    for home in sorted(homes, key=lambda home: home.size):
        groups.setdefault(str(home.size) if home.size < 7 else "7+", []).append(home)
    counts = {name: len(own) for name, own in groups.items()}
    without = {name: sum(not home.seen for home in own) for name, own in groups.items()}
    small = [name for name in groups if counts[name] < 5]
    gone = struck(small, counts, [name for name in groups if name not in small])
    hidden = set(groups) if gone is None else gone
    few = [n for n in groups if 1 <= without[n] <= 4 or 1 <= counts[n] - without[n] <= 4]
    start = [name for name in groups if name in hidden or name in few]
    dark = struck(start, without, [name for name in groups if name not in start])
    if sum(without[name] for name in start) == 0:
        dark = set(start)
    dark = set(groups) if dark is None else dark
    rows = [line(name, own, name in hidden, name in dark) for name, own in groups.items()]
    return [*rows, line("totaal", list(homes), gone is None, dark == set(groups))]


def struck(start: list[str], counts: dict[str, int], others: list[str]) -> set[str] | None:
    """The start, and the smallest others until each of them may be five things; None if never."""
    if not start:
        return set()
    waiting = sorted(others, key=lambda name: (counts[name], name))
    for more in range(len(waiting) + 1):
        chosen = [*start, *waiting[:more]]
        # One person at least to each of the others leaves this much to any one of them.
        most = sum(counts[name] for name in chosen) - (len(chosen) - 1)
        if len(chosen) >= 2 and most >= 5:
            return set(chosen)
    return None


def line(name: str, homes: Sequence[Housed], is_hidden: bool, is_dark: bool) -> list[Any]:
    if is_hidden:
        return [name, "x", "x", "x"]
    fit = sum(home.fit[home.place] for home in homes)
    best = sum(max(home.fit.values()) for home in homes)
    percent = half_up(100 * Fraction(fit, best)) if best > 0 else ""
    seen = sum(home.seen for home in homes)
    return [name, len(homes), "x" if is_dark else seen, percent]
