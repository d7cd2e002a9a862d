"""The most groups of which each settles among itself, over groups of every size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.exchange.composition_lightest import Members, lightest_groups, smallest_groups
from models.exchange.composition_sums import Sums, TooManySumsError
from models.exchange.problem import IntArray
from models.exchange.rows import Rows
from models.solver.linear import solve_relaxation

WHOLE = 5_040
"""Parts in which the weight of a party is counted; a group weighs so many at least."""
MOST_ROUNDS = 60
"""Effort: times groups are looked for that weigh too little."""
FEWER = (16, 64)
"""Effort: changes of a party that are looked at first, in turn."""
MOST_PAIRS = 20_000_000
"""Effort: sums of changes of any two parties, all pairs together, from which the first groups are
read."""
LEAVING = 2
"""Groups that leaving a party out costs in the relaxation: so much below nothing it can weigh."""


@dataclass(frozen=True, slots=True)
class MostGroups:
    """Weights of parties by which every group weighs ``least`` at least."""

    weights: tuple[int, ...]
    """Weight of each party, some maybe negative."""
    least: int
    """Weight of the lightest group; nothing is proven if it is not positive."""
    columns: tuple[Members, ...]
    """Groups that were met."""

    @property
    def bound(self) -> int:
        """Groups that no division of all parties has more of."""
        parties = len(self.weights)
        return min(parties, sum(self.weights) // self.least) if self.least > 0 else parties

    def room(self, groups: int) -> int:
        """What one group can weigh at most in a division into so many."""
        return sum(self.weights) - (groups - 1) * self.least


def most_groups(changes: Sequence[Sums]) -> MostGroups:
    """Weigh parties so that as few groups as can be fit into their whole weight.

    Parameters
    ----------
    changes
        Net changes of each party as numbers, each once, with what each weighs.

    Notes
    -----
    In a division every party stands once, so all groups together weigh what all parties do. The
    best weights are the prices of the relaxation that covers every party with groups; groups
    that weigh less than one are found over all sizes (:func:`lightest_groups`), in whole
    numbers, until there are none.
    """
    codes = [own.code for own in changes]
    # Nearly all groups that count are met among light changes, in a fraction of the time.
    steps = [[_lightest(own, few) for own in changes] for few in FEWER] + [codes]
    columns = smallest_groups(_few_enough(changes), 3)
    known = set(columns)
    weights = np.zeros(len(codes), dtype=np.int64)
    for _ in range(MOST_ROUNDS):
        weights = _weights(columns, len(codes))
        light: dict[Members, int] = {}
        try:
            for step in steps:
                light = lightest_groups(_flat(step, weights), WHOLE)
                if light.keys() - known:
                    break
        except TooManySumsError:
            break
        new = sorted(members for members in light if members not in known)
        if not new:
            least = min(light.values(), default=WHOLE)
            return MostGroups(tuple(weights.tolist()), least, tuple(columns))
        columns += new
        known.update(new)
    return MostGroups(tuple(weights.tolist()), 0, tuple(columns))


def _few_enough(changes: Sequence[Sums]) -> list[Sums]:
    """The lightest changes of each party, as many as pairs of parties can be gone through with.

    The groups they make are only a beginning: :func:`lightest_groups` finds the others.
    """
    few = max((len(own.code) for own in changes), default=0)
    while _sums_of_two([min(few, len(own.code)) for own in changes]) > MOST_PAIRS:
        few //= 2
    lightest = (_lightest(own, few) for own in changes)
    return [Sums(code, np.zeros_like(code)) for code in lightest]


def _sums_of_two(counts: Sequence[int]) -> int:
    """How many ways there are to take one of each of two."""
    return (sum(counts) ** 2 - sum(count**2 for count in counts)) // 2


def _lightest(own: Sums, few: int) -> IntArray:
    return np.asarray(np.sort(own.code[np.argsort(own.cost, kind="stable")[:few]]))


def _flat(codes: Sequence[IntArray], weights: IntArray) -> list[Sums]:
    """Changes of which each weighs what its party does."""
    both = zip(codes, weights.tolist(), strict=True)
    return [Sums(code, np.full(len(code), weight)) for code, weight in both]


def _weights(columns: Sequence[Members], parties: int) -> IntArray:
    """Prices of parties where groups cover each of them once, in parts, shape (n,)."""
    rows = Rows()
    inside: list[list[tuple[int, int]]] = [[] for _ in range(parties)]
    goal = []
    for members in columns:
        column = rows.column(1)
        goal.append((column, -1))
        for member in members:
            inside[member].append((column, 1))
    for terms in inside:
        column = rows.column(1)
        goal.append((column, LEAVING))
        rows.row([*terms, (column, 1)], 1, 1)
    # Prices of a limit of one would be taken from the rows, which hold each choice anyway.
    prices = solve_relaxation(rows.program(goal, bounded=False)).row_prices
    return np.ceil(-prices * WHOLE - 1e-6).astype(np.int64)
