"""The fewest households that a tree of pairs moves to settle a group."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations

import numpy as np

from models.exchange.composition import CompositionProblem
from models.exchange.composition_changes import Changes
from models.exchange.composition_lightest import Members
from models.exchange.composition_prices import PARTS, Priced
from models.exchange.composition_sums import Coding, Sums, TooManySumsError, either, fewest, find
from models.exchange.problem import BoolArray, IntArray

MOST_CODES = 30_000_000
"""Numbers of sums up to which each has its households in a table."""
MOST_STEPS = 4_000_000
"""Sums of two tables that are gone through."""
MOST_WORK = 700_000
"""Work on all tables of one reach, about a fifth of a table's least: then nothing more is told."""
UNIT = 2 * PARTS
"""A household: what a party changes counts at both of its ends."""
_EVEN = frozenset({2, 3, 4, 5, 6, 8})
"""Members of groups whose trees all have a centre with two sides as even as can be."""


class GroupTrees:
    """Tables of sums for trees that move few households more than prices say they must.

    In pairs the packages of a group that has one agreement fewer than parties are a tree, and
    the two sides of each pair settle what is left between them. With prices per size a party
    weighs at least ``least``; what a part of a tree moves beyond the weights of its parties only
    grows as the tree does, so that sums beyond ``reach`` are dropped.
    """

    def __init__(
        self, problem: CompositionProblem, changes: Sequence[Changes], moved: Priced, reach: int
    ) -> None:
        self.reach, self.least = reach, moved.least
        self.work = 0
        near = [
            own.only(weight <= least + reach)
            for own, weight, least in zip(changes, moved.weighed(), moved.least, strict=True)
        ]
        self.coding = Coding(near, problem.sizes)
        if not self.coding.fits or self.coding.count > MOST_CODES:
            raise TooManySumsError
        self.net = self.coding.nets()
        """Households of each size in each sum."""
        self.households = np.zeros(self.coding.count, dtype=np.int64)
        self.weight = np.zeros(self.coding.count, dtype=np.int64)
        for price, net in zip(moved.prices.tolist(), self.net, strict=True):
            self.households += np.abs(net)
            self.weight += price * net
        self.weight += PARTS * self.households
        self.expected = problem.expected
        self.single = [_free(self.coding.codes(own.net)) for own in near]
        self.near: list[set[int]] = [set() for _ in changes]
        for i, j in problem.pairs.tolist():
            self.near[i].add(j)
            self.near[j].add(i)
        self.rooted = cache(self._rooted)
        self.hanging = cache(self._hanging)
        self.branch = cache(self._branch)

    def fewest(self, members: Members) -> int | None:
        """Fewest households of a tree over some parties; None if every tree is beyond reach.

        Raises
        ------
        TooManySumsError
            If that takes too many sums.
        """
        if len(members) == 1:
            there, _ = find(self.single[members[0]], np.zeros(1, dtype=np.int64))
            return 0 if there[0] else None
        found = [self._around(centre, members) for centre in members]
        return min((count for count in found if count is not None), default=None)

    def _around(self, centre: int, members: Members) -> int | None:
        """Fewest households over trees of which no branch at the centre has over half of them.

        Every tree has such a centre. Its branches fall into two sides, of which the smaller has a
        third of the others at least; half of them where the group has up to six members, or eight.
        """
        others = [member for member in members if member != centre]
        half = len(others) // 2
        is_even = len(members) in _EVEN
        found = []
        for count in range(half if is_even else (len(others) + 2) // 3, half + 1):
            for side in combinations(others, count):
                rest = tuple(member for member in others if member not in side)
                tree, other = self.rooted(centre, side), self._under(centre, rest)
                if tree is not None and other is not None:
                    self._spend(1)
                    found.append(tree.to_nothing(other))
        return min((count for count in found if count is not None), default=None)

    def _under(self, root: int, members: Members) -> Sums | None:
        return self.hanging(members, tuple(sorted(self.near[root].intersection(members))))

    def _rooted(self, root: int, members: Members) -> Sums | None:
        """Sums of a party and of those that hang under it."""
        under = self._under(root, members)
        if under is None or not members:
            return None if under is None else self.single[root]
        return self._rooted_in(root, under, (root, *members))

    def _rooted_in(self, root: int, under: Sums, members: Members) -> Sums:
        """Sums of a party and what hangs under it, where it hands over no more than it expects."""
        own = self.single[root]
        self._spend(5 + len(own.code) * len(under.code) // 4_000)
        if len(own.code) * len(under.code) > MOST_STEPS:
            raise TooManySumsError
        code, cost = (own.code[:, None] + under.code).ravel(), np.tile(under.cost, len(own.code))
        kept = np.flatnonzero(np.abs(code) <= self.coding.middle)
        kept = kept[self._is_near(code[kept], cost[kept], members, 0)]
        down, up = under.code[kept % len(under.code)], code[kept]
        is_able = np.ones(len(kept), dtype=bool)
        for net, most in zip(self.net, self.expected[root].tolist(), strict=True):
            sent = np.maximum(net[down + self.coding.middle], 0)
            sent -= np.minimum(net[up + self.coding.middle], 0)
            is_able &= sent <= most
        return fewest(up[is_able], cost[kept[is_able]])

    def _hanging(self, members: Members, tied: Members) -> Sums | None:
        """Sums of trees under one root, each tied to it by a party that may deal with it."""
        if not members:
            return Sums(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
        found = []
        first, *others = members
        for count in range(len(members)):
            for more in combinations(others, count):
                branch = self.branch((first, *more), tied)
                rest = tuple(member for member in others if member not in more)
                beside = self.hanging(rest, tuple(m for m in tied if m in rest)) if rest else None
                if branch is None or (rest and beside is None):
                    continue
                if beside is not None:
                    branch = self._joined(branch, beside, members, -UNIT)
                found.append(branch)
        return either(found) if found else None

    def _branch(self, members: Members, tied: Members) -> Sums | None:
        """Sums of one tree, with what its top hands up."""
        found = []
        for top in set(tied).intersection(members):
            tree = self.rooted(top, tuple(member for member in members if member != top))
            if tree is not None:
                found.append(tree)
        if not found:
            return None
        best = either(found)
        return Sums(best.code, best.cost + self.households[best.code + self.coding.middle])

    def _joined(self, one: Sums, other: Sums, members: Members, handed: int) -> Sums:
        """Sums of one of each within reach; ``handed`` is what a household in a sum counts more.

        A tree counts half of what it hands up; of trees that hang, which count all of it, half is
        what the root and the parties beyond it change.
        """
        few, many = sorted((one, other), key=lambda sums: len(sums.code))
        self._spend(5 + len(few.code) * len(many.code) // 4_000)
        if len(few.code) * len(many.code) > MOST_STEPS:
            raise TooManySumsError
        code = (few.code[:, None] + many.code).ravel()
        cost = (few.cost[:, None] + many.cost).ravel()
        inside = np.abs(code) <= self.coding.middle
        code, cost = code[inside], cost[inside]
        kept = self._is_near(code, cost, members, handed)
        return fewest(code[kept], cost[kept])

    def _spend(self, work: int) -> None:
        self.work += work
        if self.work > MOST_WORK:
            raise TooManySumsError

    def _is_near(self, code: IntArray, cost: IntArray, members: Members, handed: int) -> BoolArray:
        at = code + self.coding.middle
        weight = cost * UNIT + self.weight[at]
        if handed:
            weight += handed * self.households[at]
        return np.asarray(weight <= sum(self.least[i] for i in members) + self.reach)


def _free(code: IntArray) -> Sums:
    return fewest(code, np.zeros(len(code), dtype=np.int64))
