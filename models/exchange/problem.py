"""The exchange problem in whole persons: who may give to whom, and how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
Transfer = tuple[int, int, int]
"""Giver, taker and persons."""


@dataclass(frozen=True, slots=True, eq=False)
class ExchangeProblem:
    """Parties 0..n-1 that may move parts of their quotas among each other.

    Raises
    ------
    ValueError
        If shapes differ, a number is negative, a pair is double, joins a party to itself or
        names an unknown party, or a party with a shortfall has room to take: each person it
        takes would raise its shortfall.
    """

    give_limit: IntArray
    """Most persons a party may hand over, shape (n,)."""
    take_limit: IntArray
    """Most persons a party may take in, shape (n,); within its own slack before any deal."""
    shortfall: IntArray
    """Expected shortfall before any deal, shape (n,) [persons]."""
    quota: IntArray
    """Quota before any deal, shape (n,) [persons]."""
    pairs: IntArray
    """Allowed pairs as giver and taker, shape (k, 2), in any order."""
    distance: IntArray
    """Kilometres between the two of a pair, or zeros, shape (k,)."""

    def __post_init__(self) -> None:
        """Refuse arrays that are no exchange problem."""
        sizes = {len(self.give_limit), len(self.take_limit), len(self.shortfall), len(self.quota)}
        if len(sizes) != 1:
            raise ValueError("limits, shortfall and quota must have one entry per party")
        if self.pairs.shape != (len(self.distance), 2):
            raise ValueError("pairs must have shape (k, 2) and distance shape (k,)")
        columns = (self.give_limit, self.take_limit, self.shortfall, self.quota, self.distance)
        if any(len(column) and int(column.min()) < 0 for column in columns):
            raise ValueError("persons and kilometres cannot be negative")
        if ((self.shortfall > 0) & (self.take_limit > 0)).any():
            raise ValueError("a party with a shortfall cannot take without a larger one")
        self._check_pairs()

    def _check_pairs(self) -> None:
        if not len(self.pairs):
            return
        if int(self.pairs.min()) < 0 or int(self.pairs.max()) >= self.parties:
            raise ValueError("a pair names a party that does not exist")
        if (self.pairs[:, 0] == self.pairs[:, 1]).any():
            raise ValueError("a pair joins a party to itself")
        if len(np.unique(self.pairs, axis=0)) != len(self.pairs):
            raise ValueError("a pair stands twice")

    @property
    def parties(self) -> int:
        """Number of parties n."""
        return len(self.shortfall)

    @property
    def total_shortfall(self) -> int:
        """Expected shortfall of all parties together before any deal [persons]."""
        return int(self.shortfall.sum())

    def useful_give(self) -> IntArray:
        """Most persons whose transfer lowers the giver's own shortfall, shape (n,)."""
        return np.minimum(self.give_limit, self.shortfall)
