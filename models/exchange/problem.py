"""The exchange problem in whole persons: who may give to whom, how much and in what pieces."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Pair = tuple[int, int]
"""Giver and taker."""
Transfer = tuple[int, int, int]
"""Giver, taker and persons."""


class Form(StrEnum):
    """What counts as one agreement."""

    JOINT = "joint"
    """One decision of all: count the parties whose quota changes."""
    BILATERAL = "bilateral"
    """A deal per pair: count the pairs that trade."""


class Fairness(StrEnum):
    """How the relief is spread over the givers, after the least total shortfall."""

    WORST = "worst"
    """The party that is worst off keeps the least shortfall per quota."""
    LEXIMIN = "leximin"
    """And so does the next one, and the next; without lots, partner limits and wishes only.

    Of spreads with equal lists one is taken by a fixed rule (``leximin_relief``) and kept as it
    is in the later stages.
    """


@dataclass(frozen=True, slots=True)
class Budget:
    """Effort: how long to search where no bound closes by counting; nothing here is a clock.

    ``Budget(nodes=0, rounds=0)`` gives a plan with bounds at once, and no proof by search.
    """

    nodes: int = 20_000
    """Branch-and-bound nodes per search; with 0 there is none of any kind but ``rounds``."""
    group_nodes: int = 200
    """The same each time that groups are picked, which comes before it."""
    distance_nodes: int = 200
    """The same for the last stage, which picks among equals."""
    rounds: int = 150
    """Parts of a large component that are solved again."""
    arcs: int = 700
    """Pairs in a component up to which it is searched as a whole."""


@dataclass(frozen=True, slots=True, eq=False)
class ExchangeProblem:
    """Parties 0..n-1 that may move parts of their quotas among each other.

    Raises
    ------
    ValueError
        If shapes differ, a number is negative, a pair is double, joins a party to itself or
        names an unknown party, a wished pair is not allowed, a signed deal is forbidden or
        moves nobody, or a party with a shortfall has room to take: each person it takes would
        raise its shortfall.
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
    lot: int = 1
    """Least size of a new agreement [persons]."""
    max_partners: int | None = None
    """Most agreements of one party, signed ones counted; None for no limit."""
    forbidden: tuple[Pair, ...] = ()
    """Pairs that may not trade, allowed or not."""
    wished: tuple[Pair, ...] = ()
    """Pairs that must trade at least a lot."""
    signed: tuple[Transfer, ...] = ()
    """Deals that stand as they are, of any size, between any two; they use up limits."""

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
        if self.lot < 1 or (self.max_partners is not None and self.max_partners < 0):
            raise ValueError("a lot is at least one person, a partner limit not negative")
        self._check_pairs()
        self._check_pins()

    def _check_pairs(self) -> None:
        if not len(self.pairs):
            return
        if int(self.pairs.min()) < 0 or int(self.pairs.max()) >= self.parties:
            raise ValueError("a pair names a party that does not exist")
        if (self.pairs[:, 0] == self.pairs[:, 1]).any():
            raise ValueError("a pair joins a party to itself")
        if len(np.unique(self.pairs, axis=0)) != len(self.pairs):
            raise ValueError("a pair stands twice")

    def _check_pins(self) -> None:
        allowed = {(int(giver), int(taker)) for giver, taker in self.pairs}
        if not set(self.wished) <= allowed - set(self.forbidden):
            raise ValueError("a wished pair is not allowed")
        signed = [(giver, taker) for giver, taker, _ in self.signed]
        if len(set(signed)) != len(signed) or set(signed) & set(self.forbidden):
            raise ValueError("a signed pair stands twice or is forbidden")
        for giver, taker, persons in self.signed:
            if giver == taker or not (0 <= giver < self.parties and 0 <= taker < self.parties):
                raise ValueError("a signed deal is not between two parties")
            if persons < 1:
                raise ValueError("a signed deal moves nobody")

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

    def open_pairs(self) -> tuple[IntArray, IntArray]:
        """Pairs that may carry persons, signed ones with them, and their distances, sorted."""
        table = {
            (int(giver), int(taker)): int(kilometres)
            for (giver, taker), kilometres in zip(self.pairs, self.distance, strict=True)
        }
        for pair in self.forbidden:
            table.pop(pair, None)
        for giver, taker, _ in self.signed:
            table.setdefault((giver, taker), 0)
        pairs = sorted(table)
        array = np.array(pairs, dtype=np.int64).reshape(len(pairs), 2)
        return array, np.array([table[pair] for pair in pairs], dtype=np.int64)
