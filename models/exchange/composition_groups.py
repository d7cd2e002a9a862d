"""Groups of parties whose changes cancel out, each with the fewest households it must move."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb

import numpy as np

from models.exchange.composition import CompositionProblem
from models.exchange.composition_changes import Changes
from models.exchange.composition_prices import PARTS, least_moved
from models.exchange.composition_sums import Coding, Sums, TooManySumsError, either, fewest

MOST_GROUPS = 30_000
"""Groups of one size up to which that size is gone through."""
LARGEST = 8
"""Parties of the largest groups of which the sums are gone through."""
LARGEST_TREE = 4
"""Parties of the largest groups of which every tree is gone through at once."""
LARGEST_BY_TREES = 6
"""Parties of the largest groups of which every tree can be gone through."""
MOST_UNKNOWN = 500
"""Groups of one size that may settle or not, up to which each is named."""


@dataclass(frozen=True, slots=True)
class Group:
    """Parties that can settle among themselves."""

    members: tuple[int, ...]
    """Ascending."""
    households: int
    """What they must move at least."""

    @property
    def agreements(self) -> int:
        """What connects them."""
        return len(self.members) - 1


class GroupSearch:
    """Tables of sums for the parties of one problem.

    In pairs the packages of a group that has one agreement fewer than parties are a tree, and
    the two sides of each pair settle what is left between them: every tree over up to four
    parties is gone through. With triangles a household may go straight to its place, and half of
    what the parties change is the bound. Neither looks at who hands on what.
    """

    def __init__(self, problem: CompositionProblem, changes: Sequence[Changes]) -> None:
        self.problem = problem
        self.coding = Coding(changes, problem.sizes)
        codes = [self.coding.codes(own.net) for own in changes]
        self.free = [fewest(code, np.zeros(len(code), dtype=np.int64)) for code in codes]
        self.near: list[set[int]] = [set() for _ in changes]
        for i, j in problem.pairs.tolist():
            self.near[i].add(j)
            self.near[j].add(i)
        self.own = [self.coding.lifted(sums) for sums in self.free]
        self.least = least_moved(changes)
        self.rooted = cache(self._rooted)
        self.hanging = cache(self._hanging)
        self.branch = cache(self._branch)
        self.pooled = cache(self._pooled)

    # What a group must move.

    def households(self, members: tuple[int, ...]) -> int | None:
        """Fewest households that make the changes of connected parties cancel; None if none do.

        Raises
        ------
        TooManySumsError
            If that takes too many sums.
        """
        if len(members) == 1:
            return 0 if (self.free[members[0]].code == 0).any() else None
        if len(members) > LARGEST:
            raise TooManySumsError
        if self.problem.most_members == 3 or len(members) > LARGEST_TREE:
            return self._by_halves(members)
        return self.in_trees(members)

    def in_trees(self, members: tuple[int, ...]) -> int | None:
        """Fewest households over all trees of pairs.

        Raises
        ------
        TooManySumsError
            If that takes too many sums, or there are too many members.
        """
        if len(members) > LARGEST_BY_TREES:
            raise TooManySumsError
        found = [self._around(centre, members) for centre in members]
        return min((count for count in found if count is not None), default=None)

    def _around(self, centre: int, members: tuple[int, ...]) -> int | None:
        """Fewest households over trees of which no branch at the centre has over half of them.

        Such branches fall into two sides of which one has half of the others. Every tree of up to
        six parties has such a centre.
        """
        others = [member for member in members if member != centre]
        found = []
        for side in combinations(others, len(others) // 2):
            rest = tuple(member for member in others if member not in side)
            tree, other = self.rooted(centre, side), self._under(centre, rest)
            if tree is not None and other is not None:
                found.append(tree.to_nothing(other))
        return min((count for count in found if count is not None), default=None)

    def _under(self, root: int, members: tuple[int, ...]) -> Sums | None:
        return self.hanging(members, tuple(sorted(self.near[root].intersection(members))))

    def _rooted(self, root: int, members: tuple[int, ...]) -> Sums | None:
        """Sums of a party and of those that hang under it."""
        under = self._under(root, members)
        return None if under is None else self.free[root].plus(under)

    def _hanging(self, members: tuple[int, ...], tied: tuple[int, ...]) -> Sums | None:
        """Sums of trees under one root, each tied to it by a party that may deal with it."""
        if not members:
            return Sums(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
        found = []
        first, *others = members
        for count in range(len(members)):
            for more in combinations(others, count):
                branch = self.branch((first, *more), tied)
                rest = tuple(member for member in others if member not in more)
                beside = self.hanging(rest, tuple(m for m in tied if m in rest))
                if branch is not None and beside is not None:
                    found.append(branch.plus(beside))
        return either(found) if found else None

    def _branch(self, members: tuple[int, ...], tied: tuple[int, ...]) -> Sums | None:
        """Sums of one tree, with what its top hands up."""
        found = []
        for top in set(tied).intersection(members):
            tree = self.rooted(top, tuple(member for member in members if member != top))
            if tree is not None:
                found.append(tree)
        return self.coding.lifted(either(found)) if found else None

    def _by_halves(self, members: tuple[int, ...]) -> int | None:
        """Half of what the members change at least, however they deal."""
        first, second = members[: len(members) // 2], members[len(members) // 2 :]
        twice = self.pooled(first).to_nothing(self.pooled(second))
        return None if twice is None else twice // 2

    def _pooled(self, members: tuple[int, ...]) -> Sums:
        table = self.own[members[0]]
        for member in members[1:]:
            table = table.plus(self.own[member])
        return table

    def are_connected(self, members: tuple[int, ...]) -> bool:
        """Whether pairs connect the members of a group."""
        reached, waiting = {members[0]}, [members[0]]
        while waiting:
            new = self.near[waiting.pop()].intersection(members) - reached
            reached |= new
            waiting += sorted(new)
        return len(reached) == len(members)

    def bound(self, members: tuple[int, ...]) -> int:
        """Households that prices say members of a group must move at least."""
        return -(-sum(self.least[member] for member in members) // (2 * PARTS))


def zero_sum_groups(
    search: GroupSearch, impossible: Set[tuple[int, ...]] = frozenset()
) -> tuple[list[Group], int]:
    """Return the groups that can settle and fall into no smaller ones, and the largest size.

    A group that takes too many sums counts as one that can, with its parties' least households;
    one that is known to be impossible counts as none, and none falls into it.
    """
    parties = search.problem.parties
    found: list[Group] = []
    settled = {0}
    of_first: list[list[int]] = [[] for _ in range(parties)]
    """Groups as sets of bits, by the first member."""
    size = 0
    while size < parties and comb(parties, size + 1) <= MOST_GROUPS:
        unknown: list[Group] = []
        for members in combinations(range(parties), size + 1):
            bits = sum(1 << member for member in members)
            if any(own & ~bits == 0 and bits ^ own in settled for own in of_first[members[0]]):
                settled.add(bits)
                continue
            if members in impossible or not search.are_connected(members):
                continue
            try:
                households = search.households(members)
            except TooManySumsError:
                unknown.append(Group(members, search.bound(members)))
                continue
            if households is not None:
                found.append(Group(members, households))
                settled.add(bits)
                of_first[members[0]].append(bits)
        if len(unknown) > MOST_UNKNOWN:
            return [group for group in found if len(group.members) <= size], size
        found += unknown
        size += 1
    return found, size
