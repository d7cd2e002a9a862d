"""Sums of changes of several parties, each with the fewest households it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.exchange.composition_changes import Changes
from models.exchange.problem import IntArray

MOST_SUMS = 1_000_000
"""Sums of two tables that are gone through."""


class TooManySumsError(Exception):
    """Two tables have more sums than are gone through."""


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Net changes as one number each, ascending, with the fewest households."""

    code: IntArray
    cost: IntArray

    def plus(self, other: Sums) -> Sums:
        """All sums of one of each.

        Raises
        ------
        TooManySumsError
            Above ``MOST_SUMS``.
        """
        if len(self.code) * len(other.code) > MOST_SUMS:
            raise TooManySumsError
        code = (self.code[:, None] + other.code).ravel()
        return fewest(code, (self.cost[:, None] + other.cost).ravel())

    def to_nothing(self, other: Sums) -> int | None:
        """Fewest households of one of each that cancel out; None if no two do."""
        few, many = sorted((self, other), key=lambda sums: len(sums.code))
        at = np.minimum(np.searchsorted(many.code, -few.code), len(many.code) - 1)
        cancels = many.code[at] == -few.code
        if not cancels.any():
            return None
        return int((few.cost[cancels] + many.cost[at[cancels]]).min())


def fewest(code: IntArray, cost: IntArray) -> Sums:
    """Table with each code once, at its least cost."""
    order = np.lexsort((cost, code))
    code, cost = code[order], cost[order]
    first = np.concatenate([[True], code[1:] != code[:-1]])
    return Sums(code[first], cost[first])


def either(tables: Sequence[Sums]) -> Sums:
    """Table of what stands in any of some tables."""
    if len(tables) == 1:
        return tables[0]
    return fewest(
        np.concatenate([own.code for own in tables]), np.concatenate([own.cost for own in tables])
    )


class Coding:
    """Net changes of balanced persons as single numbers, which add up as the changes do.

    The first size is left out: it follows from the others, as persons balance.
    """

    def __init__(self, changes: Sequence[Changes], sizes: IntArray) -> None:
        self.sizes = sizes
        # No sum over parties is larger, so no two sums share a number.
        self.most = sum(np.abs(own.net).max(axis=0) for own in changes)[1:]
        weights, unit = [], 1
        for most in self.most.tolist():
            weights.append(unit)
            unit *= 2 * most + 1
        self.fits = unit < 1 << 62
        self.weights = np.array(weights if self.fits else [0] * len(weights), dtype=np.int64)

    def codes(self, net: IntArray) -> IntArray:
        """Return the number of each change, shape (m,)."""
        return np.asarray(net[:, 1:] @ self.weights)

    def households(self, code: IntArray) -> IntArray:
        """Households in each change, taken over and handed over, shape (m,)."""
        rest, total = code.copy(), np.zeros(len(code), dtype=np.int64)
        persons = np.zeros(len(code), dtype=np.int64)
        for most, size in zip(self.most.tolist(), self.sizes[1:].tolist(), strict=True):
            net = (rest + most) % (2 * most + 1) - most
            rest = (rest - net) // (2 * most + 1)
            total += np.abs(net)
            persons += size * net
        return np.asarray(total + np.abs(persons) // self.sizes[0])

    def lifted(self, sums: Sums) -> Sums:
        """Table in which a change costs its own households on top: they are handed up."""
        return Sums(sums.code, sums.cost + self.households(sums.code))
