"""What a group of parties moves at least to settle among itself, and its packages."""

from __future__ import annotations

import numpy as np

from models.exchange.composition import CompositionProblem, Package
from models.exchange.composition_changes import Changes
from models.exchange.composition_lightest import Members
from models.exchange.composition_model import CompositionModel
from models.exchange.composition_parts import part_of
from models.exchange.composition_prices import PARTS, Priced
from models.exchange.composition_rebuild import packages_of
from models.exchange.composition_sums import TooManySumsError
from models.exchange.composition_trees import UNIT, GroupTrees
from models.exchange.composition_work import Work
from models.solution import SolverDisagreementError, Status
from models.solver.choose import solve_program
from models.solver.limits import Limits

MOST_SEARCHED = 10
"""Effort: parties of the largest group whose packages an engine searches."""
SMALL, MOST_LARGE = 6, 15
"""Effort: members above which an engine searches the packages of only so many groups."""
GROUP_NODES, MOST_OPEN, FEW_NODES = 2_000, 2, 100
"""Effort: branch-and-bound nodes per search of a group's packages; once so many of these searches
ended without an answer or a proof, each of the others gets but a few."""
LARGEST_WEIGHED, LARGEST_TREE = 11, 13
"""Effort: parties of the largest groups whose trees are gone through: to weigh them, to choose
them."""
WEIGHING_WORK, CHOSEN_WORK, MOST_WORK = 4_000_000, 100_000, 1_500_000
"""Effort: work on trees: of all groups that are weighed; of one group that is chosen; and of all
that are chosen."""
FAR = 10_000
"""Households beyond any plan's."""
REACHES = (2, 4, 6, 8, 10, 13, 16, FAR)
"""Effort: households above what prices say, within which the trees of one group are weighed in
turn."""
LARGE, LARGE_REACH = 8, 4
"""Effort: members above which a group that is not chosen is weighed only within so many
households."""


class Settling:
    """Groups that learn what they really move."""

    def __init__(
        self,
        problem: CompositionProblem,
        prices: Priced,
        tight: list[Changes],
        moved: Priced,
        nodes: int,
        work: Work,
        *,
        by_trees: bool,
    ) -> None:
        self.problem, self.prices, self.tight, self.moved = problem, prices, tight, moved
        self.work = work
        is_paired = problem.most_members == 2
        self.by_trees = by_trees and is_paired
        """Whether only packages that tie a group as a tree count."""
        # Triangles make a group's program many times as large.
        self.limits = Limits(nodes=min(nodes, GROUP_NODES if is_paired else FEW_NODES * 2))
        self.open = 0
        """Searches of packages that ended without an answer or a proof."""
        self.searched = 0
        """Larger groups whose packages were searched."""
        self.trees: dict[int, GroupTrees] = {}
        self.left = {True: MOST_WORK, False: WEIGHING_WORK}
        """Work left for groups that are chosen, and for others."""
        self.refused: set[Members] = set()
        """Groups of which the trees take too much work."""
        self.tried: dict[Members, int] = {}
        """How many reaches the trees of a group were weighed in."""
        self.said: dict[Members, int] = {}
        """Households that a group moves at least."""
        self.weighed: dict[Members, GroupTrees] = {}
        """Groups of which a tree moves as many households as are said, with that tree's tables."""
        self.made: dict[Members, tuple[Package, ...]] = {}
        self.impossible: set[Members] = set()
        """Groups that never settle, or of which no packages were found."""
        self.is_sure = True
        """Whether every group that is left out is known to be impossible."""

    def at_least(self, listed: dict[Members, int]) -> dict[Members, int]:
        """Households that groups move at least, by what their changes weigh beyond the least."""
        found = {}
        for members, beyond in listed.items():
            if members not in self.impossible:
                weight = beyond + self._least(members)
                found[members] = self.said.setdefault(members, -(-weight // UNIT))
        return found

    def weigh(self, members: Members) -> tuple[int | None, bool]:
        """Weigh a group by its trees, each time within a wider reach.

        Returns
        -------
        tuple
            Households that it moves at least, None if it never settles; and whether it is weighed
            no more closely unless it is chosen.
        """
        is_far = len(members) > LARGE and (self._reach(members) or 0) > LARGE_REACH
        if is_far or len(members) > LARGEST_WEIGHED or members in self.refused:
            return self.said[members], True
        return self._weigh(members, is_chosen=False)

    def known(self) -> dict[Members, int]:
        """Households of the groups that are known to settle at as many."""
        return {members: self.said[members] for members in (*self.weighed, *self.made)}

    def settle(self, members: Members) -> int | None:
        """Look for packages of a group that was chosen, by its trees and else by an engine.

        Returns
        -------
        int or None
            Households that it moves at least: more than before, or just what its packages in
            ``made`` move; None if it has none.
        """
        if members not in self.made and members not in self.impossible:
            if len(members) == 1:
                self.made[members] = ()
            else:
                is_last = len(members) > LARGEST_TREE
                while not is_last:
                    _, is_last = self._weigh(members, is_chosen=True)
                self._make(members)
        return None if members in self.impossible else self.said[members]

    def _least(self, members: Members) -> int:
        return sum(self.moved.least[i] for i in members)

    def _reach(self, members: Members) -> int | None:
        """Next reach within which trees may tell more than is said; None if there is no more."""
        least, place = self._least(members), self.tried.get(members, 0)
        # Within less than it moves anyway nothing is found.
        further = (r for r in REACHES[place:] if least + r * UNIT >= UNIT * self.said[members])
        return next(further, None)

    def _weigh(self, members: Members, *, is_chosen: bool) -> tuple[int | None, bool]:
        if members in self.impossible:
            return None, True
        reach = self._reach(members)
        is_known = members in self.made or members in self.weighed
        if is_known or reach is None or not self.by_trees:
            return self.said[members], True
        try:
            count = self._fewest(members, reach, is_chosen=is_chosen)
        except TooManySumsError:
            self.tried[members] = len(REACHES) if is_chosen else self.tried.get(members, 0)
            self.refused.add(members)
            return self.said[members], True
        self.tried[members] = REACHES.index(reach) + 1
        if count is not None:
            self.said[members], self.weighed[members] = count, self.trees[reach]
            return count, True
        if reach == FAR:
            self.impossible.add(members)
            return None, True
        self.said[members] = max(
            self.said[members], (self._least(members) + reach * UNIT) // UNIT + 1
        )
        return self.said[members], False

    def _fewest(self, members: Members, reach: int, *, is_chosen: bool) -> int | None:
        """Fewest households of a tree within reach, from what work is left."""
        if reach not in self.trees:
            self.trees[reach] = GroupTrees(self.problem, self.tight, self.moved, reach * UNIT)
        trees, left = self.trees[reach], min(self.left[is_chosen], self.work.left)
        before = trees.work
        try:
            most_work = min(left, CHOSEN_WORK) if is_chosen else left
            return trees.fewest(members, most_work)
        finally:
            self.left[is_chosen] -= trees.work - before
            self.work.weigh(len(members), trees.work - before)

    def _make(self, members: Members) -> None:
        """Read packages from the trees of a group, or search for them."""
        if members in self.impossible:
            return
        if members in self.weighed:
            self.made[members] = packages_of(self.weighed[members], members, self.said[members])
            return
        self.searched += len(members) > SMALL
        part = part_of(self.problem, np.array(members))
        is_beyond = len(members) > MOST_SEARCHED or self.searched > MOST_LARGE
        if is_beyond or not self.work.search(len(part.problem.packages())):
            self.is_sure = False
            self.impossible.add(members)
            return
        left = sum(self.prices.least[member] for member in members) // PARTS
        model = CompositionModel(part.problem, {"left_over": left, "agreements": len(members) - 1})
        limits = self.limits if self.open < MOST_OPEN else Limits(nodes=FEW_NODES)
        try:
            answer = solve_program(model.program("households", self.said[members]), limits)
        except SolverDisagreementError:
            # HiGHS 1.12 now and then calls an open gap closed: nothing is known of this group then.
            answer = None
        if answer is None or answer.values is None or answer.objective is None:
            is_none = answer is not None and answer.status is Status.INFEASIBLE
            self.open += not is_none
            self.is_sure &= is_none
            self.impossible.add(members)
            return
        is_proven = answer.status is Status.OPTIMAL
        self.open += not is_proven
        self.is_sure &= is_proven
        self.made[members] = part.in_whole(model.read(answer.values))
        self.said[members] = answer.objective
