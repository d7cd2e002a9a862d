"""The least weight of parties that make up for a sum, told from a few bits of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.exchange.composition_sums import Sums, fewest
from models.exchange.problem import BoolArray, IntArray

BITS = 16
"""Effort: last bits of sums that are looked at, which hold the households of two sizes or so."""
_FAR = 1 << 60


class Residues:
    """Least weights of changes of some parties, none or one of each, by the last bits of their sum.

    Whole sums are too many to write down. The last bits of a sum are those of the sum of its
    parts' last bits, so what no parties reach by these they do not reach at all.
    """

    def __init__(self, least: IntArray) -> None:
        self.least = least

    def make_up(self, code: IntArray, most: IntArray) -> BoolArray:
        """Whether the parties may come to nothing together with sums, within a weight of each."""
        return np.asarray(self.least[-code & len(self.least) - 1] <= most)


def residues_after(tables: Sequence[Sums]) -> list[Residues]:
    """Residues of the tables from each place on, with those of no table at the end."""
    least = np.full(1 << BITS, _FAR, dtype=np.int64)
    least[0] = 0
    found = [Residues(least)]
    for table in reversed(tables):
        before, least = least, least.copy()
        own = fewest(table.code & (1 << BITS) - 1, table.cost)
        for code, cost in zip(own.code.tolist(), own.cost.tolist(), strict=True):
            np.minimum(least, np.roll(before, code) + cost, out=least)
        found.append(Residues(least))
    return found[::-1]
