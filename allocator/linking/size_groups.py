"""``eerlijkheid_grootte.csv``: fairness by household size as everybody may see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from allocator.custody.suppression import THRESHOLD, Cell, suppress

SIZE_GROUPS = ("groep", "huishoudens", "met_woning", "procent_passing")
LARGEST, TOTAL, HIDDEN = 7, "totaal", "x"
"""Households of size 7 and above are one group: fewer are alone in theirs."""


@dataclass(frozen=True, slots=True)
class SizeGroup:
    """What the households of a group got: counts, and points of fit beside the best alone."""

    name: str
    households: int
    persons: int
    housed: int
    fit: int
    best_fit: int

    @property
    def lacking(self) -> int:
        """Households without a dwelling in view."""
        return self.households - self.housed


def size_group_rows(rows: Iterable[Sequence[object]]) -> Iterator[tuple[object, ...]]:
    """Rows of the public table, from the full rows of ``eerlijkheid.csv``.

    Parameters
    ----------
    rows
        As :func:`allocator.linking.side_tables.fairness_rows` gives them.

    Notes
    -----
    A group of 1 to 4 households is hidden, and with it the smallest others by which it could be
    found by subtraction from the total. Of the groups that are shown, those with a dwelling in
    view are hidden where 1 to 4 have one or have none, and again others with them; the number
    without one in all stands in other tables, so where nothing keeps it apart the whole column is
    hidden. Fit is rounded to whole percents, half up.
    """
    groups, total = _grouped(rows)
    shown, sums = suppress([Cell(own.name, "", own.households, own.persons) for own in groups])
    hidden = {cell.code for cell in shown if cell.households is None}
    unsaid = _unsaid(groups, hidden)
    for own in groups:
        yield _row(own, own.name in hidden, own.name in unsaid)
    if total is not None:
        yield _row(total, sums.get("", (0, 0)) is None, len(unsaid) == len(groups))


def _row(own: SizeGroup, is_hidden: bool, is_unsaid: bool) -> tuple[object, ...]:
    if is_hidden:
        return own.name, HIDDEN, HIDDEN, HIDDEN
    best = own.best_fit
    percent = (200 * own.fit + best) // (2 * best) if best > 0 else ""
    return own.name, own.households, HIDDEN if is_unsaid else own.housed, percent


def _grouped(rows: Iterable[Sequence[object]]) -> tuple[list[SizeGroup], SizeGroup | None]:
    sums: dict[str, list[int]] = {}
    total = None
    for kind, group, homes, persons, housed, _, _, fit, best, *_ in rows:
        own = [int(str(value)) for value in (homes, persons, housed, fit, best)]
        if kind == TOTAL:
            total = SizeGroup(TOTAL, *own)
        elif kind == "personen":
            size = int(str(group))
            name = str(size) if size < LARGEST else f"{LARGEST}+"
            sums[name] = [a + b for a, b in zip(sums.get(name, [0] * 5), own, strict=True)]
    return [SizeGroup(name, *own) for name, own in sorted(sums.items())], total


def _unsaid(groups: Sequence[SizeGroup], hidden: set[str]) -> set[str]:
    """Groups whose dwellings in view are not told; all of them where that is the only way."""
    unsaid = hidden | {own.name for own in groups if _is_small(own)}
    others = sorted(
        (own for own in groups if own.name not in unsaid), key=lambda own: (own.lacking, own.name)
    )
    while unsaid and not _are_apart(groups, unsaid):
        if not others:
            return {own.name for own in groups}
        unsaid.add(others.pop(0).name)
    return unsaid


def _is_small(own: SizeGroup) -> bool:
    return 0 < own.lacking < THRESHOLD or 0 < own.housed < THRESHOLD


def _are_apart(groups: Sequence[SizeGroup], unsaid: set[str]) -> bool:
    """Whether the total leaves each of the hidden counts enough values; nobody is no secret."""
    lacking = sum(own.lacking for own in groups if own.name in unsaid)
    return lacking == 0 or (len(unsaid) > 1 and lacking - len(unsaid) + 1 >= THRESHOLD)
