"""Parties divided into groups that settle among themselves, with the fewest agreements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.exchange.composition import CompositionProblem, Package
from models.exchange.composition_changes import Changes, changes_of
from models.exchange.composition_lightest import Members
from models.exchange.composition_listing import Listing
from models.exchange.composition_master import Chooser
from models.exchange.composition_model import CompositionModel
from models.exchange.composition_most import MostGroups, most_groups
from models.exchange.composition_parts import part_of
from models.exchange.composition_prices import PARTS, Priced, priced, priced_moves
from models.exchange.composition_sums import Coding, Sums, TooManySumsError, fewest
from models.exchange.composition_trees import UNIT, GroupTrees
from models.solution import SolverDisagreementError, SolverFailedError, Status
from models.solver.choose import solve_program
from models.solver.limits import Limits

MOST_ROUNDS = 40
"""Divisions into so many groups that are looked at."""
MOST_NODES = 5_000
"""Branch-and-bound nodes per choice of a division."""
MOST_SEARCHED = 10
"""Parties of the largest group whose packages are searched."""
SMALL, MOST_LARGE = 6, 15
"""Members above which only so many groups have their packages searched."""
GROUP_NODES, MOST_OPEN, FEW_NODES = 2_000, 2, 100
"""Branch-and-bound nodes per search of a group's packages; once so many of these searches ended
without an answer or a proof, each of the others gets but a few."""
MOST_CHOICES = 60
"""Choices of groups per problem; what is not found by then is left to the bounds at hand."""
LARGEST_TREE = 11
"""Parties of the largest groups whose trees are gone through."""
FEWER_GROUPS = 3
"""How many groups fewer than the most are tried for a plan."""
FAR = 10_000
"""Households beyond any plan's."""
REACHES = (2, 4, 8, 16, 32, FAR)
"""Households above what prices say, within which groups are listed, until a better plan would be
made of them; the last is beyond any."""
TREE_REACHES = (2, 4, 6, 8, 10, 13, 16, FAR)
"""Households above what prices say, within which the trees of one group are weighed in turn."""
LARGE, LARGE_REACH = 8, 4
"""Members above which trees are weighed only within so many households above what prices say."""
CHOICE = Limits(nodes=MOST_NODES)


@dataclass(frozen=True, slots=True)
class Cover:
    """Packages of connected parties, where they were found, and what no packages beat."""

    packages: tuple[Package, ...] | None
    bounds: dict[str, int] = field(default_factory=dict)
    """Per goal; each holds among the plans that meet the bounds of the goals before it."""
    moved: int = 0
    """Households moved at least in any plan that meets the bound of persons left over."""


def cover(problem: CompositionProblem, nodes: int) -> Cover:
    """Divide connected parties into groups that settle at the least persons left over.

    Parameters
    ----------
    problem
        Parties that pairs connect.
    nodes
        Branch-and-bound nodes per search.

    Returns
    -------
    Cover
        Without packages where there are too many changes or sums to go through, the bound of
        prices is not reached, or no division was found; the bounds at hand then stand.

    Notes
    -----
    Packages connect parties into groups, each of which changes nothing as a whole. Connecting g
    parties takes g - 1 agreements at least, so there are at least as many agreements as parties
    less the most groups.
    """
    changes = changes_of(problem) if len(problem.pairs) else None
    if changes is None:
        return Cover(None)
    prices = priced(changes)
    tight = prices.tight()
    try:
        moved = priced_moves(tight)
    except SolverFailedError:
        # Rounded prices left out changes of which the best mixture is made.
        return Cover(None, {"left_over": prices.bound})
    least = -(-sum(moved.least) // UNIT)
    if prices.slack or not Coding(tight, problem.sizes).fits:
        return Cover(None, {"left_over": prices.bound}, least)
    return _Division(problem, prices, tight, moved, nodes).best()


def agreements(packages: Sequence[Package]) -> int:
    """Members less one, over packages."""
    return sum(len(package.members) - 1 for package in packages)


def households(packages: Sequence[Package]) -> int:
    """Households moved."""
    return sum(move.households for package in packages for move in package.moves)


class _Division:
    """Search for a division into groups, each of which learns what it really moves."""

    def __init__(
        self,
        problem: CompositionProblem,
        prices: Priced,
        tight: list[Changes],
        moved: Priced,
        nodes: int,
    ) -> None:
        self.problem, self.prices, self.tight, self.moved = problem, prices, tight, moved
        # Triangles make a group's program many times as large.
        most_nodes = GROUP_NODES // 10 if problem.most_members == 3 else GROUP_NODES
        self.limits = Limits(nodes=min(nodes, most_nodes))
        self.open = 0
        """Searches of packages that ended without an answer or a proof."""
        self.choices = 0
        coding = Coding(tight, problem.sizes)
        self.tables: list[Sums] = [
            fewest(coding.codes(own.net), weight - least)
            for own, weight, least in zip(tight, moved.weighed(), moved.least, strict=True)
        ]
        self.trees: dict[int, GroupTrees] = {}
        self.tried: dict[Members, int] = {}
        """How many reaches the trees of a group were weighed in."""
        self.said: dict[Members, int] = {}
        """Households that a group moves at least."""
        self.near: list[set[int]] = [set() for _ in tight]
        for i, j in problem.pairs.tolist():
            self.near[i].add(j)
            self.near[j].add(i)
        self.known: dict[Members, int] = {}
        """Households of groups whose packages were searched."""
        self.made: dict[Members, tuple[Package, ...]] = {}
        self.impossible: set[Members] = set()
        """Groups for which no tree was found."""
        self.searched = 0
        """Larger groups whose packages were searched."""
        self.is_sure = True
        """Whether every group that is left out is known to be impossible."""
        self.bounds = {"left_over": prices.bound}
        self.least = -(-sum(moved.least) // UNIT)
        """Households of any plan at least."""
        self.plan: tuple[Package, ...] | None = None

    def best(self) -> Cover:
        """Return the packages of the best division found, and what is proven of it."""
        most = most_groups(self.tables)
        if most.least <= 0:
            return Cover(None, self.bounds, self.least)
        self.bounds["agreements"] = self.problem.parties - most.bound
        parties = self.problem.parties
        for groups in range(most.bound, max(0, most.bound - FEWER_GROUPS), -1):
            found, are_none = self._divide(most, groups)
            if groups == parties - self.bounds["agreements"]:
                self.bounds["households"] = max(found, self.least)
            if self.plan is not None:
                break
            if are_none and groups == parties - self.bounds["agreements"]:
                self.bounds["agreements"] += 1
                self.bounds.pop("households")
        return Cover(self.plan, self.bounds, self.least)

    def _divide(self, most: MostGroups, groups: int) -> tuple[int, bool]:
        """Look for the division into so many groups with the fewest households.

        Returns
        -------
        tuple
            Households that none goes below, and whether there is none at all.
        """
        bound = 0
        for households_more in REACHES:
            reach = households_more * UNIT
            chooser = self._chooser(most, groups, reach)
            if chooser is None:
                return bound, False
            beyond = (sum(self.moved.least) + reach) // UNIT + 1
            low, are_none = self._search(chooser)
            if self.is_sure:
                bound = max(bound, min(low, beyond))
            if self.plan is not None:
                if self._value() > bound and self.is_sure:
                    bound = max(bound, self._closed(chooser, most, groups))
                return bound, False
        return bound, self.is_sure and are_none

    def _closed(self, chooser: Chooser, most: MostGroups, groups: int) -> int:
        """Look for groups that prices allow in a better plan; households that none goes below.

        A plan's groups together add to the bound of prices what the plan is above it. So all of
        those that a better plan can have are listed, weighed, and the choice is made again with
        new prices, until these allow no others.
        """
        for _ in range(MOST_ROUNDS):
            value = self._value()
            prices = 2 * chooser.prices
            own = [least - price for least, price in zip(self.moved.least, prices, strict=False)]
            room = UNIT * (value - 1) - int(prices[:-1].sum()) - groups * int(prices[-1])
            listing = Listing(
                self.tables, [int(p) for p in own], most.weights, most.least, most.room(groups)
            )
            try:
                found = listing.groups(room + int(prices[-1]))
            except TooManySumsError:
                return 0
            if not chooser.widen(self._at_least(found)):
                low, _ = self._search(chooser)
                return min(low, value) if self.is_sure else 0
            self._search(chooser)
        return 0

    def _value(self) -> int:
        return households(self.plan or ())

    def _chooser(self, most: MostGroups, groups: int, reach: int) -> Chooser | None:
        """Groups that a division within reach is made of, with what each must move at least."""
        nothing = [0] * len(self.tables)
        listing = Listing(self.tables, nothing, most.weights, most.least, most.room(groups))
        try:
            found = listing.groups(reach)
        except TooManySumsError:
            return None
        return Chooser(self._at_least(found), self.problem.parties, groups, self._weigh)

    def _at_least(self, found: dict[Members, int]) -> dict[Members, int]:
        """Households that groups move at least by what their changes weigh."""
        listed = {}
        for members, beyond in found.items():
            if members not in self.impossible and _are_connected(members, self.near):
                weight = beyond + sum(self.moved.least[i] for i in members)
                listed[members] = self.said.setdefault(members, -(-weight // UNIT))
        return listed

    def _weigh(self, members: Members) -> tuple[int | None, bool]:
        """Weigh a group by its trees, each time within a wider reach."""
        if members in self.known:
            return self.known[members], True
        if self.problem.most_members == 3 or len(members) > LARGEST_TREE:
            return self.said[members], True
        least = sum(self.moved.least[i] for i in members)
        place = self.tried.get(members, 0)
        # Within less than it moves anyway nothing is found.
        while (
            place < len(TREE_REACHES)
            and least + TREE_REACHES[place] * UNIT < UNIT * self.said[members]
        ):
            place += 1
        if place == len(TREE_REACHES):
            return self.said[members], True
        step = TREE_REACHES[place] * UNIT
        self.tried[members] = place + 1
        try:
            count = self._trees(step).fewest(members)
        except TooManySumsError:
            self.tried[members] = len(TREE_REACHES)
            return self.said[members], True
        if count is not None or step == FAR * UNIT:
            self.said[members] = count or 0
            return count, True
        beyond = (least + step) // UNIT + 1
        self.said[members] = max(self.said[members], beyond)
        is_last = step >= LARGE_REACH * UNIT and len(members) > LARGE
        return self.said[members], is_last

    def _trees(self, reach: int) -> GroupTrees:
        if reach not in self.trees:
            self.trees[reach] = GroupTrees(self.problem, self.tight, self.moved, reach)
        return self.trees[reach]

    def _search(self, chooser: Chooser) -> tuple[int, bool]:
        """Choose groups until all that are chosen are made.

        Returns
        -------
        tuple
            Households that no choice goes below, and whether there is no choice at all.
        """
        low = 0
        for _ in range(MOST_ROUNDS):
            self.choices += 1
            if self.choices > MOST_CHOICES:
                self.is_sure = False
                break
            choice = chooser.choose(CHOICE)
            if self.is_sure:
                low = max(low, choice.bound)
            if choice.groups is None:
                return low, choice.is_whole
            are_made = [self._is_made(members, chooser.said(members)) for members in choice.groups]
            if all(members in self.made for members in choice.groups):
                self._keep([package for members in choice.groups for package in self.made[members]])
            if all(are_made):
                break
            for members in choice.groups:
                if members in self.impossible:
                    chooser.learn(members, None)
                elif members in self.known:
                    chooser.learn(members, self.known[members])
        return low, False

    def _keep(self, packages: list[Package]) -> None:
        """Take a plan if it is better than the one at hand."""
        if self.plan is None or households(packages) < households(self.plan):
            self.plan = tuple(packages)

    def _is_made(self, members: Members, said: int) -> bool:
        """Whether packages of a group are at hand that move no more than it is said to."""
        if members in self.known or len(members) == 1:
            self.made.setdefault(members, ())
            return True
        self.searched += len(members) > SMALL
        if len(members) > MOST_SEARCHED or self.searched > MOST_LARGE:
            self.is_sure = False
            self.impossible.add(members)
            return False
        part = part_of(self.problem, np.array(members))
        left = sum(self.prices.least[member] for member in members) // PARTS
        model = CompositionModel(part.problem, {"left_over": left, "agreements": len(members) - 1})
        limits = self.limits if self.open < MOST_OPEN else Limits(nodes=FEW_NODES)
        try:
            answer = solve_program(model.program("households", said), limits)
        except SolverDisagreementError:
            # HiGHS 1.12 now and then calls an open gap closed: nothing is known of this group then.
            answer = None
        if answer is None or answer.values is None or answer.objective is None:
            is_none = answer is not None and answer.status is Status.INFEASIBLE
            self.open += not is_none
            self.is_sure &= is_none
            self.impossible.add(members)
            return False
        self.made[members] = part.in_whole(model.read(answer.values))
        is_proven = answer.status is Status.OPTIMAL
        self.open += not is_proven
        self.is_sure &= is_proven
        self.known[members] = answer.objective
        return answer.objective == said


def _are_connected(members: Members, near: Sequence[set[int]]) -> bool:
    """Whether pairs connect the members of a group."""
    reached, waiting = {members[0]}, [members[0]]
    while waiting:
        new = near[waiting.pop()].intersection(members) - reached
        reached |= new
        waiting += sorted(new)
    return len(reached) == len(members)
