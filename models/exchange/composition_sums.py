"""Sums of changes of several parties, each with the fewest households it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.exchange.composition_changes import Changes
from models.exchange.problem import BoolArray, IntArray

MOST_BITS = 62
"""Bits of a number."""


class TooManySumsError(Exception):
    """There are more sums than are gone through."""


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Net changes as one number each, ascending, with the fewest households."""

    code: IntArray
    cost: IntArray

    def to_nothing(self, other: Sums) -> int | None:
        """Fewest households of one of each that cancel out; None if no two do."""
        few, many = sorted((self, other), key=lambda sums: len(sums.code))
        cancels, at = find(many, -few.code)
        if not cancels.any():
            return None
        return int((few.cost[cancels] + many.cost[at[cancels]]).min())


def fewest(code: IntArray, cost: IntArray) -> Sums:
    """Table with each code once, at its least cost."""
    if not len(code):
        return Sums(code, cost)
    low, least = int(code.min()), int(cost.min())
    bits = (int(cost.max()) - least).bit_length()
    if (int(code.max()) - low + 1) << bits < 1 << 62:
        # One number for both sorts several times faster than two.
        both = np.sort((code - low << bits) + (cost - least))
        code, cost = (both >> bits) + low, (both & (1 << bits) - 1) + least
    else:
        order = np.lexsort((cost, code))
        code, cost = code[order], cost[order]
    first = np.concatenate([[True], code[1:] != code[:-1]])
    return Sums(code[first], cost[first])


def find(table: Sums, code: IntArray) -> tuple[BoolArray, IntArray]:
    """Whether a table has each code, and at which place."""
    if not len(table.code):
        return np.zeros(len(code), dtype=bool), np.zeros(len(code), dtype=np.int64)
    at = np.minimum(np.searchsorted(table.code, code), len(table.code) - 1)
    return np.asarray(table.code[at] == code), np.asarray(at)


def either(tables: Sequence[Sums]) -> Sums:
    """Table of what stands in any of some tables."""
    if len(tables) == 1:
        return tables[0]
    return fewest(
        np.concatenate([own.code for own in tables]), np.concatenate([own.cost for own in tables])
    )


class Coding:
    """Net changes of balanced persons as single numbers, which add up as the changes do.

    The first size is left out: it follows from the others, as persons balance. The others have
    some bits each, enough for a sum over distinct parties.
    """

    def __init__(self, changes: Sequence[Changes], sizes: IntArray) -> None:
        self.sizes: list[int] = sizes.tolist()
        # No sum over parties is larger, so no two sums share a number.
        most = sum(np.abs(own.net).max(axis=0) for own in changes)[1:].tolist()
        widths = [(2 * size).bit_length() for size in most]
        self.starts = [sum(widths[:k]) for k in range(len(widths))]
        self.masks = [(1 << width) - 1 for width in widths]
        self.fits = sum(widths) < MOST_BITS
        weights = [1 << start if self.fits else 0 for start in self.starts]
        self.weights = np.array(weights, dtype=np.int64)
        self.most: list[int] = most
        self.middle = int(self.weights @ np.array(most, dtype=np.int64)) if most else 0
        """Largest number of a sum; the least is as far below nothing."""

    def codes(self, net: IntArray) -> IntArray:
        """Return the number of each change, shape (m,)."""
        return np.asarray(net[:, 1:] @ self.weights)

    def nets(self, code: IntArray) -> list[IntArray]:
        """Households of each size in some sums, K times the shape of ``code``."""
        rest = code + self.middle
        persons = np.zeros(len(code), dtype=np.int64)
        found = []
        fields = zip(self.starts, self.masks, self.most, self.sizes[1:], strict=True)
        for start, mask, most, size in fields:
            net = (rest >> start & mask) - most
            persons += size * net
            found.append(net)
        return [-persons // self.sizes[0], *found]
