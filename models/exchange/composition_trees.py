"""The fewest households that a tree of pairs moves to settle a group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from models.exchange.composition import CompositionProblem
from models.exchange.composition_changes import Changes
from models.exchange.composition_hung import Hung, joined, meetings, set_apart
from models.exchange.composition_lightest import Members
from models.exchange.composition_prices import PARTS, Priced
from models.exchange.composition_shapes import parties_of, sides_of, splits_of
from models.exchange.composition_stock import Stock
from models.exchange.composition_sums import (
    MOST_BITS,
    Coding,
    Sums,
    TooManySumsError,
    either,
    fewest,
    find,
)
from models.exchange.problem import IntArray

NEVER = 1 << 40
"""Households of a tree that does not exist."""
MOST_STEPS = 4_000_000
"""Effort: sums of two tables that are gone through."""
UNIT = 2 * PARTS
"""A household: what a party changes counts at both of its ends."""


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
        """Work on tables so far, about five for the least of them."""
        self.most_work = 0
        near = [
            own.only(weight <= least + reach)
            for own, weight, least in zip(changes, moved.weighed(), moved.least, strict=True)
        ]
        self.coding = Coding(near, problem.sizes)
        if not self.coding.fits:
            raise TooManySumsError
        self.stock = Stock(problem.expected)
        self.single = [_free(self.coding.codes(own.net)) for own in near]
        self.alone = [self._alone(party) for party in range(len(changes))]
        self.near = [0] * len(changes)
        """Who may deal with each party, as bits."""
        for i, j in problem.pairs.tolist():
            self.near[i] |= 1 << j
            self.near[j] |= 1 << i
        self.open = cache(self._open)
        self.hanging = cache(self._hanging)
        self.branch = cache(self._branch)

    def _alone(self, party: int) -> Hung:
        code = self.single[party].code
        nothing = np.zeros(len(code), dtype=np.int64)
        beyond = self._beyond(nothing, self.coding.nets(code), 1 << party, 0)
        return Hung(code, nothing, nothing, beyond, int(beyond.min(initial=0)))

    def fewest(self, members: Members, most_work: int) -> int | None:
        """Fewest households of a tree over some parties; None if every tree is beyond reach.

        Raises
        ------
        TooManySumsError
            If that takes too many sums, or more work than is allowed for.
        """
        self.most_work = self.work + most_work
        if len(members) == 1:
            there, _ = find(self.single[members[0]], np.zeros(1, dtype=np.int64))
            return 0 if there[0] else None
        best = self._meeting(list(self._sides(members)))
        # Beyond reach some trees were dropped, and the best of them may be.
        most = sum(self.least[i] for i in members) + self.reach
        return best if UNIT * best <= most else None

    def _sides(self, members: Members) -> Iterator[tuple[int, Hung, Hung]]:
        """Centres, and tables of two sides of trees around each that may meet within reach."""
        for centre, side, rest in sides_of(members):
            one = self.open(centre, side)
            other = None if one is None else self.hanging(rest, rest & self.near[centre])
            if one is not None and other is not None and self._may_meet(one, other):
                yield centre, one, other

    def _meeting(self, pairs: list[tuple[int, Hung, Hung]]) -> int:
        """Fewest households over trees of which two sides meet in a centre."""
        self._spend(len(pairs))
        # Many are searched at once, the codes of each apart from all others.
        apart = 2 * self.coding.middle + 1
        many = max(1, (1 << MOST_BITS) // apart)
        best = NEVER
        for start in range(0, len(pairs), many):
            some = pairs[start : start + many]
            one = set_apart([pair[1] for pair in reversed(some)], apart)
            other = set_apart([pair[2] for pair in some], apart)
            row, at = meetings(one, other, (len(some) - 1) * apart)
            if len(row):
                centre = np.repeat([pair[0] for pair in some], [len(pair[2].code) for pair in some])
                is_able = self.stock.has(centre[at], one.sent[row] + other.sent[at])
                best = int((one.cost[row] + other.cost[at])[is_able].min(initial=best))
        return best

    def under(self, root: int, members: int) -> Hung | None:
        """Sums of trees of some parties, given as bits, that hang under a root."""
        return self.hanging(members, members & self.near[root])

    def _open(self, root: int, members: int) -> Hung | None:
        """Sums of a party and of those that hang under it; others may still be tied to it."""
        own = self.alone[root]
        if not members:
            return own
        under = self.under(root, members)
        if under is None:
            return None
        both = self._both(own, under.only(self.stock.has(root, under.sent)))
        return None if both is None else self._near([both], members | 1 << root, 0)

    def _hanging(self, members: int, tied: int) -> Hung | None:
        """Sums of trees under one root, each tied to it by a party that may deal with it."""
        found = []
        for own, rest in splits_of(members):
            branch = self.branch(own, own & tied)
            if branch is None:
                continue
            if not rest:
                found.append(branch)
                continue
            beside = self.hanging(rest, rest & tied)
            both = None if beside is None else self._both(branch, beside)
            if both is not None:
                found.append(both.only(self.stock.has_any(both.sent)))
        return self._near(found, members, -UNIT) if found else None

    def _branch(self, members: int, tied: int) -> Hung | None:
        """Sums of one tree, with what its top hands up."""
        found = []
        for top in parties_of(tied):
            tree = self.open(top, members & ~(1 << top))
            if tree is not None:
                up = self.stock.taken(self.coding.nets(-tree.code))
                is_able = self.stock.has(top, tree.sent + up)
                found.append(Sums(tree.code[is_able], tree.cost[is_able]))
        if not any(len(sums.code) for sums in found):
            return None
        best = either(found)
        nets = self.coding.nets(best.code)
        cost, beyond = best.cost + households_of(nets), self._beyond(best.cost, nets, members, 0)
        return Hung(best.code, cost, self.stock.taken(nets), beyond, int(beyond.min()))

    def _may_meet(self, one: Hung, other: Hung) -> bool:
        """Whether anything of two tables may be within reach."""
        return one.nearest + other.nearest <= self.reach

    def _both(self, one: Hung, other: Hung) -> Hung | None:
        """One of each of two tables, within reach."""
        if not self._may_meet(one, other):
            return None
        one = one.only(one.beyond <= self.reach - other.nearest)
        other = other.only(other.beyond <= self.reach - one.nearest)
        steps = len(one.code) * len(other.code)
        self._spend(5 + steps // 1_500)
        if steps > MOST_STEPS:
            raise TooManySumsError
        beyond = (one.beyond[:, None] + other.beyond).ravel()
        within = np.flatnonzero(beyond <= self.reach)
        row, at = np.divmod(within, max(1, len(other.code)))
        return Hung(
            one.code[row] + other.code[at],
            one.cost[row] + other.cost[at],
            one.sent[row] + other.sent[at],
            beyond[within],
            one.nearest + other.nearest,
        )

    def _spend(self, work: int) -> None:
        self.work += work
        if self.work > self.most_work:
            raise TooManySumsError

    def _beyond(
        self, cost: IntArray, nets: Sequence[IntArray], members: int, handed: int
    ) -> IntArray:
        """What sums of some parties weigh above their least.

        ``handed`` is what a household in a sum counts more: a tree counts half of what it hands
        up; of trees that hang, which count all of it, half is what the root and the parties beyond
        it change.
        """
        weight = cost * UNIT + (PARTS + handed) * households_of(nets)
        for price, net in zip(self.prices, nets, strict=True):
            if price:
                weight += price * net
        return np.asarray(weight - sum(self.least[i] for i in parties_of(members)))

    def _near(self, tables: Sequence[Hung], members: int, handed: int) -> Hung | None:
        """What stands in any of some tables within reach, without what is worse than another."""
        sums = joined(tables)
        self._spend(len(sums.code) // 100)
        beyond = self._beyond(sums.cost, self.coding.nets(sums.code), members, handed)
        if int(beyond.min(initial=NEVER)) > self.reach:
            return None
        sums = Hung(sums.code, sums.cost, sums.sent, beyond, int(beyond.min()))
        sums = sums.only(beyond <= self.reach)
        sums = sums.only(np.lexsort((sums.sent, sums.cost, sums.code)))
        first = np.concatenate([[True], sums.code[1:] != sums.code[:-1]])
        best = sums.sent[first][np.cumsum(first) - 1]
        return sums.only(first | ~self.stock.is_more(sums.sent, best))


def households_of(nets: Sequence[IntArray]) -> IntArray:
    """Households taken over and handed over in some changes."""
    count = np.abs(nets[0])
    for net in nets[1:]:
        count += np.abs(net)
    return count


def _free(code: IntArray) -> Sums:
    return fewest(code, np.zeros(len(code), dtype=np.int64))
