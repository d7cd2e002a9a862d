"""Tables of sums of what hangs under a party of a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.exchange.problem import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Hung:
    """Sums of what hangs under one party."""

    code: IntArray
    cost: IntArray
    sent: IntArray
    """What the party hands over for it, as a number of :class:`Stock`."""
    beyond: IntArray
    """What it weighs above the least of its parties. Parts of a tree weigh no more above theirs
    than the tree does."""
    nearest: int
    """No more than any of these."""

    def only(self, chosen: IntArray | BoolArray) -> Hung:
        """Return some of the sums."""
        code, cost, sent = self.code[chosen], self.cost[chosen], self.sent[chosen]
        return Hung(code, cost, sent, self.beyond[chosen], self.nearest)


def meetings(one: Hung, other: Hung, total: int) -> tuple[IntArray, IntArray]:
    """Places in two tables of which the codes come to a total together."""
    if len(one.code) > len(other.code):
        return meetings(other, one, total)[::-1]
    wanted = total - one.code
    first = np.searchsorted(other.code, wanted, "left")
    met = np.flatnonzero(other.code[np.minimum(first, len(other.code) - 1)] == wanted)
    first = first[met]
    count = np.searchsorted(other.code, wanted[met], "right") - first
    row = np.repeat(met, count)
    return row, np.arange(len(row)) + np.repeat(first - np.cumsum(count) + count, count)


def set_apart(tables: Sequence[Hung], apart: int) -> Hung:
    """One table of some, the codes of each so far beyond those of the one before."""
    beyond = np.repeat(apart * np.arange(len(tables)), [len(own.code) for own in tables])
    whole = joined(tables)
    return replace(whole, code=whole.code + beyond)


def joined(tables: Sequence[Hung]) -> Hung:
    """One table of some."""
    if len(tables) == 1:
        return tables[0]
    return Hung(
        np.concatenate([own.code for own in tables]),
        np.concatenate([own.cost for own in tables]),
        np.concatenate([own.sent for own in tables]),
        np.concatenate([own.beyond for own in tables]),
        min(own.nearest for own in tables),
    )
