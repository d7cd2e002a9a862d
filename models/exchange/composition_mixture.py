"""Prices of parties, from the mixture of groups with the fewest households."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.exchange.composition_lightest import Members
from models.exchange.composition_prices import PARTS
from models.exchange.composition_work import Work
from models.exchange.problem import BoolArray, IntArray
from models.solver.linear import solve_relaxation
from models.solver.program import UNBOUNDED, LinearProgram

NONE = 1 << 40
"""Households of what does not exist."""
FIRST = 400
"""Effort: groups that a mixture is first made of, and fewest that it is made of again."""
MORE = 300
"""Effort: groups that are added at once, those that weigh least."""
MOST_ROUNDS = 100
"""Effort: times groups are added."""
KEPT = 2
"""Effort: households above its prices up to which a group stays in mixtures."""
FAR = 1_000
"""How many times the households of the largest group a party counts that no group takes in."""


class Pool:
    """Groups and the households each moves at least."""

    def __init__(self, parties: int) -> None:
        self.parties = parties
        self.names: list[Members] = []
        self.place: dict[Members, int] = {}
        self.households: IntArray = np.zeros(0, dtype=np.int64)
        """By place; ``NONE`` for a group that is taken out."""
        self.inside: BoolArray = np.zeros((0, parties), dtype=bool)
        """Whether a party is in a group, shape (m, n)."""
        self.active: BoolArray = np.zeros(0, dtype=bool)
        """Which groups mixtures are made of."""

    def add(self, more: dict[Members, int]) -> bool:
        """Take in groups that were never there; whether there are any."""
        new = sorted(more.keys() - self.place.keys())
        inside = np.zeros((len(new), self.parties), dtype=bool)
        for row, members in enumerate(new):
            inside[row, list(members)] = True
            self.place[members] = len(self.names)
            self.names.append(members)
        count = np.array([more[members] for members in new], dtype=np.int64)
        self.households = np.concatenate([self.households, count])
        self.inside = np.concatenate([self.inside, inside])
        self.active = np.concatenate([self.active, np.zeros(len(new), dtype=bool)])
        return bool(new)

    def is_any(self) -> bool:
        """Whether a group is left."""
        return bool((self.households < NONE).any())

    def largest(self) -> int:
        """Households of the largest group."""
        return int(self.households[self.households < NONE].max(initial=1))


@dataclass(frozen=True, slots=True, eq=False)
class Mixed:
    """What prices say of the groups of a pool."""

    low: int
    """Households that no choice goes below, in parts."""
    added: IntArray
    """What each group adds to that at least, by place, in parts."""
    prices: IntArray
    """Of parties and of one more group, in parts, shape (n + 1,)."""


def mixed(pool: Pool, groups: int, work: Work) -> Mixed:
    """Mix so many groups in all that each party is in one in all, with the fewest households.

    Notes
    -----
    A mixture of some groups gives prices; those that move less than their prices are added until
    none does. Rounded and weighed in whole numbers, prices bound whatever the mixture is worth.
    A party that no group takes in counts ``FAR`` times as much as any group.
    """
    is_there = pool.households < NONE
    pool.active &= is_there
    if pool.active.sum() < FIRST:
        _widen(pool, np.where(is_there, pool.households, NONE), FIRST)
    for _ in range(MOST_ROUNDS):
        work.mix(len(pool.names))
        places = np.flatnonzero(pool.active)
        prices = _relaxed(pool, places, groups)
        added = _added(pool, prices)
        if int(added[is_there].min()) >= -pool.parties:
            break
        _widen(pool, np.where(added < 0, added, NONE), MORE)
    # Rounding leaves groups a little below nothing. Each party then pays that much less.
    prices[:-1] += min(0, int(added[is_there].min()))
    low, added = int(prices[:-1].sum()) + groups * int(prices[-1]), _added(pool, prices)
    pool.active &= added <= KEPT * PARTS
    return Mixed(low, added, prices)


def _added(pool: Pool, prices: IntArray) -> IntArray:
    """What groups move less what their parties pay; far beyond all for those taken out."""
    return np.asarray(PARTS * pool.households - pool.inside @ prices[:-1] - prices[-1])


def _widen(pool: Pool, weight: IntArray, count: int) -> None:
    """Make mixtures of more groups, those that weigh least, ties in the order of places."""
    weight = np.where(pool.active, NONE, weight)
    lightest = np.argsort(weight, kind="stable")[:count]
    pool.active[lightest[weight[lightest] < NONE]] = True


def _relaxed(pool: Pool, places: IntArray, groups: int) -> IntArray:
    """Prices of parties and of one more group, rounded, shape (n + 1,)."""
    parties = pool.parties
    column, member = np.nonzero(pool.inside[places])
    count, spare = len(places), np.arange(parties)
    far = FAR * PARTS * pool.largest()
    columns = count + parties + 2
    # Left out: a party, or groups that are too many or too few.
    ends = np.full(2, parties)
    goal = np.append(np.ones(parties, dtype=np.int64), groups)
    ones = np.ones(len(column) + count + parties, dtype=np.int64)
    program = LinearProgram(
        objective=np.append(PARTS * pool.households[places], np.full(parties + 2, far)),
        row=np.concatenate([member, np.full(count, parties), spare, ends]),
        column=np.concatenate(
            [column, np.arange(count), count + spare, count + parties + np.arange(2)]
        ),
        coefficient=np.append(ones, [1, -1]),
        row_lower=goal,
        row_upper=goal,
        lower=np.zeros(columns, dtype=np.int64),
        # Rows hold every choice to one at most; a limit of its own would take prices from them.
        upper=np.full(columns, UNBOUNDED),
        integral=np.zeros(columns, dtype=bool),
        maximise=False,
    )
    return np.rint(solve_relaxation(program).row_prices).astype(np.int64)
