"""Groups of parties whose changes cancel out at the least weight, of whatever size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.exchange.composition_sums import Sums, TooManySumsError, either, fewest, find
from models.exchange.problem import IntArray

Members = tuple[int, ...]
MOST_STEPS, AT_ONCE, MOST_KEPT = 200_000_000, 10_000_000, 10_000_000
"""Effort: sums that one more party may bring, before equal ones are joined: in all, at once, and
light."""
_NOTHING = Sums(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))


def lightest_groups(tables: Sequence[Sums], below: int) -> dict[Members, int]:
    """Find groups of which each member makes one change, all cancel out, and weights are small.

    Parameters
    ----------
    tables
        Changes of each party with their weights, which may be negative.
    below
        Weight that a group must stay under.

    Returns
    -------
    dict
        Members, ascending, and weight. None only if no group at all is lighter than ``below``;
        otherwise the lightest of all is among them, and the lightest by the member that stands
        last in either half of the parties.

    Raises
    ------
    TooManySumsError
        Above ``MOST_STEPS``.

    Notes
    -----
    All subsets of either half of the parties are gone through by their sums, each sum at its
    least weight; a sum that the negative weights still to come cannot bring below ``below`` is
    dropped. Then the halves meet.
    """
    least = [int(table.cost.min()) for table in tables]
    # Those that can make up for others come first, then those that leave little room.
    order = sorted(
        range(len(tables)), key=lambda i: (least[i] >= 0, -abs(least[i]), -len(tables[i].code), i)
    )
    halves = [_Half(tables, least, order[side::2]) for side in (0, 1)]
    for own, other in (halves, halves[::-1]):
        own.fill(below - other.relief(0))
    found: dict[Members, int] = {}
    for own, other in (halves, halves[::-1]):
        found.update(_meetings(own, other, below))
    return found


class _Half:
    """Subsets of some parties, one party more at a time."""

    def __init__(self, tables: Sequence[Sums], least: list[int], order: list[int]) -> None:
        self.tables = [tables[i] for i in order]
        self.order = order
        self.least = [least[i] for i in order]
        self.sums = [_NOTHING]
        """Sums over subsets of the first parties, the empty one among them."""

    def relief(self, start: int) -> int:
        """What parties from a place on can take off a weight, as a negative number."""
        return sum(min(least, 0) for least in self.least[start:])

    def fill(self, below: int) -> None:
        """Go through all subsets, as far as they can still stay under a weight."""
        for place, table in enumerate(self.tables):
            before = self.sums[-1]
            more = extended(before, table, below - self.relief(place + 1))
            self.sums.append(
                fewest(
                    np.concatenate([before.code, more.code]),
                    np.concatenate([before.cost, more.cost]),
                )
            )

    def members(self, place: int, code: int, cost: int) -> list[int]:
        """Parties before a place whose changes come to a sum at a weight."""
        found = []
        while place:
            place -= 1
            before, table = self.sums[place], self.tables[place]
            if _has(before, code, cost):
                continue
            code, cost = _without_last(before, table, code, cost)
            found.append(self.order[place])
        return found


def _has(table: Sums, code: int, cost: int) -> bool:
    there, at = find(table, np.array([code], dtype=np.int64))
    return bool(there[0]) and int(table.cost[at[0]]) == cost


def extended(before: Sums, table: Sums, below: int) -> Sums:
    """Sums of one of each under a weight, each with its least.

    Raises
    ------
    TooManySumsError
        Above ``MOST_STEPS``.
    """
    kept = before.cost + int(table.cost.min()) < below
    code, cost = before.code[kept], before.cost[kept]
    if len(code) * len(table.code) > MOST_STEPS:
        raise TooManySumsError
    found = [fewest(code[:0], cost[:0])]
    step = max(1, AT_ONCE // len(table.code))
    for start in range(0, len(code), step):
        some = slice(start, start + step)
        sums = (code[some, None] + table.code).ravel(), (cost[some, None] + table.cost).ravel()
        light = sums[1] < below
        found.append(fewest(sums[0][light], sums[1][light]))
        if sum(len(part.code) for part in found) > MOST_KEPT:
            raise TooManySumsError
    return either(found)


def _meetings(own: _Half, other: _Half, below: int) -> dict[Members, int]:
    """Lightest group by the last member in one half, with any of the other half."""
    found: dict[Members, int] = {}
    whole = other.sums[-1]
    for place, table in enumerate(own.tables):
        mine = extended(own.sums[place], table, below - other.relief(0))
        there, at = find(whole, -mine.code)
        weight = mine.cost + whole.cost[at]
        if not there.any() or int(weight[there].min()) >= below:
            continue
        best = int(np.flatnonzero(there)[int(weight[there].argmin())])
        code, cost = int(mine.code[best]), int(mine.cost[best])
        members = [own.order[place]]
        members += own.members(place, *_without_last(own.sums[place], table, code, cost))
        members += other.members(len(other.order), -code, int(whole.cost[at[best]]))
        found[tuple(sorted(members))] = int(weight[best])
    return found


def _without_last(before: Sums, table: Sums, code: int, cost: int) -> tuple[int, int]:
    """Sum and weight before the last change of a sum."""
    there, at = find(before, code - table.code)
    there &= before.cost[at] == cost - table.cost
    change = int(np.flatnonzero(there)[0])
    return code - int(table.code[change]), cost - int(table.cost[change])


def smallest_groups(tables: Sequence[Sums], size: int) -> list[Members]:
    """All groups of at most so many members, at most three, whose changes can cancel out."""
    codes: list[IntArray] = [table.code for table in tables]
    count = range(len(tables))
    found: list[Members] = [(i,) for i in count if (codes[i] == 0).any()]
    sums = {}
    for i in count:
        for j in range(i + 1, len(tables)):
            sums[i, j] = np.unique((codes[i][:, None] + codes[j]).ravel())
            if size > 1 and (sums[i, j] == 0).any():
                found.append((i, j))
    if size > 2:
        for i, j in sums:
            for k in range(j + 1, len(tables)):
                one = min((i, j, k), key=lambda party: len(codes[party]))
                first, second = (party for party in (i, j, k) if party != one)
                table = Sums(sums[first, second], sums[first, second])
                if find(table, -codes[one])[0].any():
                    found.append((i, j, k))
    return found
