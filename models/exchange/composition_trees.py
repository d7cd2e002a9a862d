"""The fewest households that a tree of pairs moves to settle a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np

from models.exchange.composition import CompositionProblem
from models.exchange.composition_changes import Changes
from models.exchange.composition_lightest import Members
from models.exchange.composition_prices import PARTS, Priced
from models.exchange.composition_stock import Stock
from models.exchange.composition_sums import Coding, Sums, TooManySumsError, either, fewest, find
from models.exchange.problem import BoolArray, IntArray

MOST_STEPS = 4_000_000
"""Sums of two tables that are gone through."""
MOST_WORK = 700_000
"""Work on all tables of one reach, about a fifth of a table's least: then nothing more is told."""
UNIT = 2 * PARTS
"""A household: what a party changes counts at both of its ends."""
_EVEN = frozenset({2, 3, 4, 5, 6, 8})
"""Members of groups whose trees all have a centre with two sides as even as can be."""


@dataclass(frozen=True, slots=True, eq=False)
class Hung:
    """Sums of what hangs under one party."""

    code: IntArray
    cost: IntArray
    sent: IntArray
    """What the party hands over for it, as a number of :class:`Stock`."""

    def only(self, chosen: IntArray | BoolArray) -> Hung:
        """Return some of the sums."""
        return Hung(self.code[chosen], self.cost[chosen], self.sent[chosen])


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
        self.prices: list[int] = moved.prices.tolist()
        self.work = 0
        near = [
            own.only(weight <= least + reach)
            for own, weight, least in zip(changes, moved.weighed(), moved.least, strict=True)
        ]
        self.coding = Coding(near, problem.sizes)
        if not self.coding.fits:
            raise TooManySumsError
        self.stock = Stock(problem.expected)
        self.single = [_free(self.coding.codes(own.net)) for own in near]
        self.near: list[set[int]] = [set() for _ in changes]
        for i, j in problem.pairs.tolist():
            self.near[i].add(j)
            self.near[j].add(i)
        self.under = cache(self._under)
        self.open = cache(self._open)
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
        best = min((count for count in found if count is not None), default=None)
        # Beyond reach some trees were dropped, and the best of them may be.
        most = sum(self.least[i] for i in members) + self.reach
        return best if best is not None and UNIT * best <= most else None

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
                found.append(self._meeting(centre, side, rest))
        return min((count for count in found if count is not None), default=None)

    def _meeting(self, centre: int, side: Members, rest: Members) -> int | None:
        """Fewest households over trees of which two sides meet in a centre."""
        one = self.open(centre, side)
        other = None if one is None else self.under(centre, rest)
        if one is None or other is None:
            return None
        self._spend(1)
        if len(one.code) > len(other.code):
            one, other = other, one
        wanted = -one.code
        first = np.searchsorted(other.code, wanted, "left")
        met = np.flatnonzero(other.code[np.minimum(first, len(other.code) - 1)] == wanted)
        if not len(met):
            return None
        first = first[met]
        count = np.searchsorted(other.code, wanted[met], "right") - first
        row = np.repeat(met, count)
        at = np.arange(len(row)) + np.repeat(first - np.cumsum(count) + count, count)
        is_able = self.stock.has(centre, one.sent[row] + other.sent[at])
        cost = (one.cost[row] + other.cost[at])[is_able]
        return int(cost.min()) if len(cost) else None

    def _under(self, root: int, members: Members) -> Hung | None:
        return self.hanging(members, tuple(m for m in members if m in self.near[root]))

    def _open(self, root: int, members: Members) -> Hung | None:
        """Sums of a party and of those that hang under it; others may still be tied to it."""
        code = self.single[root].code
        nothing = np.zeros(len(code), dtype=np.int64)
        own = Hung(code, nothing, nothing)
        if not members:
            return own
        under = self.under(root, members)
        if under is None:
            return None
        under = under.only(self.stock.has(root, under.sent))
        return self._near([self._both(own, under)], (root, *members), 0)

    def _hanging(self, members: Members, tied: Members) -> Hung | None:
        """Sums of trees under one root, each tied to it by a party that may deal with it."""
        found = []
        first, *others = members
        for count in range(len(members)):
            for more in combinations(others, count):
                own = (first, *more)
                branch = self.branch(own, tuple(m for m in own if m in tied))
                if branch is None:
                    continue
                rest = tuple(member for member in others if member not in more)
                if rest:
                    beside = self.hanging(rest, tuple(m for m in rest if m in tied))
                    if beside is not None:
                        both = self._both(branch, beside)
                        found.append(both.only(self.stock.has_any(both.sent)))
                else:
                    found.append(branch)
        return self._near(found, members, -UNIT) if found else None

    def _branch(self, members: Members, tied: Members) -> Hung | None:
        """Sums of one tree, with what its top hands up."""
        found = []
        for top in tied:
            tree = self.open(top, tuple(member for member in members if member != top))
            if tree is not None:
                up = self.stock.taken(self.coding.nets(-tree.code))
                is_able = self.stock.has(top, tree.sent + up)
                found.append(Sums(tree.code[is_able], tree.cost[is_able]))
        if not found:
            return None
        best = either(found)
        nets = self.coding.nets(best.code)
        return Hung(best.code, best.cost + _households(nets), self.stock.taken(nets))

    def _both(self, one: Hung, other: Hung) -> Hung:
        """One of each of two tables."""
        steps = len(one.code) * len(other.code)
        self._spend(5 + steps // 4_000)
        if steps > MOST_STEPS:
            raise TooManySumsError
        return Hung(
            (one.code[:, None] + other.code).ravel(),
            (one.cost[:, None] + other.cost).ravel(),
            (one.sent[:, None] + other.sent).ravel(),
        )

    def _spend(self, work: int) -> None:
        self.work += work
        if self.work > MOST_WORK:
            raise TooManySumsError

    def _near(self, tables: Sequence[Hung], members: Members, handed: int) -> Hung | None:
        """What stands in any of some tables within reach, without what is worse than another.

        ``handed`` is what a household in a sum counts more: a tree counts half of what it hands
        up; of trees that hang, which count all of it, half is what the root and the parties beyond
        it change.
        """
        sums = _joined(tables)
        nets = self.coding.nets(sums.code)
        weight = sums.cost * UNIT + (PARTS + handed) * _households(nets)
        for price, net in zip(self.prices, nets, strict=True):
            if price:
                weight += price * net
        sums = sums.only(weight <= sum(self.least[i] for i in members) + self.reach)
        if not len(sums.code):
            return None
        sums = sums.only(np.lexsort((sums.sent, sums.cost, sums.code)))
        first = np.concatenate([[True], sums.code[1:] != sums.code[:-1]])
        best = sums.sent[first][np.cumsum(first) - 1]
        return sums.only(first | ~self.stock.is_more(sums.sent, best))


def _joined(tables: Sequence[Hung]) -> Hung:
    if len(tables) == 1:
        return tables[0]
    return Hung(
        np.concatenate([own.code for own in tables]),
        np.concatenate([own.cost for own in tables]),
        np.concatenate([own.sent for own in tables]),
    )


def _households(nets: Sequence[IntArray]) -> IntArray:
    count = np.abs(nets[0])
    for net in nets[1:]:
        count += np.abs(net)
    return count


def _free(code: IntArray) -> Sums:
    return fewest(code, np.zeros(len(code), dtype=np.int64))
