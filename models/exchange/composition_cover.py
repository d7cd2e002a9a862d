"""Parties divided into groups that settle among themselves, with the fewest agreements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.exchange.composition import CompositionProblem, Package
from models.exchange.composition_changes import changes_of
from models.exchange.composition_groups import LARGEST_TREE, GroupSearch, zero_sum_groups
from models.exchange.composition_master import Master, Members
from models.exchange.composition_model import CompositionModel
from models.exchange.composition_parts import Part, part_of
from models.exchange.composition_prices import PARTS, Priced, priced
from models.exchange.composition_sums import TooManySumsError
from models.solution import Status
from models.solver.choose import solve_program
from models.solver.limits import Limits
from models.solver.program import Answer

MOST_ROUNDS = 40
"""Divisions that are looked at."""
MOST_NODES = 1_000
"""Branch-and-bound nodes per choice of a division."""
MOST_SEARCHED = 10
"""Parties of the largest group whose packages are searched."""
MOST_RENEWED = 10
"""Parties up to which groups are looked for anew once one of them cannot be made."""
WIDE = 3
"""Times what parties change at least, up to which a division is looked for."""
CHOICE = Limits(nodes=MOST_NODES)
UNIT = 2 * PARTS
"""A household or an agreement in the goals of a division."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Packages of connected parties, where they were found, and what no packages beat."""

    packages: tuple[Package, ...] | None
    bounds: dict[str, int] = field(default_factory=dict)
    """Per goal; each holds among the plans that meet the bounds of the goals before it."""


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
        Without packages where there are too many changes to go through, the bound of prices is
        not reached, or no division was found; the bounds at hand then stand.

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
    search = GroupSearch(problem, prices.tight())
    if prices.slack or not search.coding.fits:
        return Cover(None, {"left_over": prices.bound})
    return _Division(problem, prices, search, nodes).best()


def agreements(packages: Sequence[Package]) -> int:
    """Members less one, over packages."""
    return sum(len(package.members) - 1 for package in packages)


def households(packages: Sequence[Package]) -> int:
    """Households moved."""
    return sum(move.households for package in packages for move in package.moves)


class _Division:
    """Search for a division into groups, each of which learns what it really moves."""

    def __init__(
        self, problem: CompositionProblem, prices: Priced, search: GroupSearch, nodes: int
    ) -> None:
        groups, self.largest = zero_sum_groups(search)
        self.problem, self.prices, self.limits = problem, prices, Limits(nodes=nodes)
        self.groups = search
        self.households = {group.members: group.households for group in groups}
        self.made: dict[Members, tuple[Package, ...]] = {
            members: () for members in self.households if len(members) == 1
        }
        self.seen: list[Members] = []
        """Larger groups that were looked at."""
        self.bounds = {"left_over": prices.bound}
        self.plan: tuple[Package, ...] | None = None
        self.fewest: int | None = None
        """Agreements of a division at least, as last counted."""
        self.weighed = {members for members in self.households if len(members) <= LARGEST_TREE}
        self.known = set(self.households)
        """Groups that were ever at hand."""
        self.impossible: set[Members] = set()
        """Groups that no packages make, however many agreements they take."""
        self.is_whole = True
        """Whether every plan is a division into groups at hand, or takes more agreements."""
        self.is_sure = True
        """Whether that holds of every plan with as few agreements as were proven."""

    def best(self) -> Cover:
        """Return the packages of the best division found, and what is proven of it."""
        for _ in range(MOST_ROUNDS):
            chosen = self._choose()
            if chosen is None:
                break
            # Every group is looked at, so that each round learns as much as it can.
            are_made = [self._is_made(group) for group in chosen]
            if all(group in self.made for group in chosen):
                self._keep([package for group in chosen for package in self.made[group]])
            if all(are_made):
                break
        return Cover(self.plan, self.bounds)

    def _keep(self, packages: list[Package]) -> None:
        """Take a plan if it is better than the one at hand."""
        value = (agreements(packages), households(packages))
        if self.plan is None or value < (agreements(self.plan), households(self.plan)):
            self.plan = tuple(packages)

    def _choose(self) -> list[Members] | None:
        """Groups with the fewest agreements, then households, or None if none beat the plan."""
        chosen = None if self.fewest is None else self._least_moved(self.fewest)
        if chosen is None and self.plan is None:
            self.fewest = self._count_agreements()
            chosen = None if self.fewest is None else self._least_moved(self.fewest)
        return chosen

    def _master(self) -> Master:
        return Master(self.households, self.largest, self.groups.least, self.seen)

    def _count_agreements(self) -> int | None:
        """Agreements that a division takes at least, if a search can tell."""
        master = self._master()
        goal = [(column, value * UNIT) for column, value in master.agreements]
        bound, values, is_best = master.least(goal, UNIT, UNIT * self.problem.parties, CHOICE)
        if self.is_whole and bound // UNIT > self.bounds.get("agreements", 0):
            self.bounds["agreements"] = bound // UNIT
            self.bounds.pop("households", None)
        return bound // UNIT if values is not None and is_best else None

    def _least_moved(self, fewest: int) -> list[Members] | None:
        """Groups with the fewest agreements and households, fewer than in the plan at hand."""
        master = self._master()
        master.rows.row(master.agreements, high=fewest)
        most = WIDE * sum(self.groups.least)
        if self.plan is not None and agreements(self.plan) <= fewest:
            most = UNIT * (households(self.plan) - 1)
        bound, values, _ = master.least(master.moved, UNIT, most, CHOICE)
        if self.is_sure and self.bounds.get("agreements") == fewest:
            self.bounds["households"] = max(-(-bound // UNIT), self.bounds.get("households", 0))
        return None if values is None else master.read(values)

    def _is_made(self, members: Members) -> bool:
        """Whether packages of a group are at hand that move no more than it is said to.

        Otherwise the next division knows better: the group moves more, or cannot be made.
        """
        if members in self.made:
            return True
        said = self.households.pop(members, None)
        if said is None:
            self.seen.append(members)
            said = self.groups.bound(members)
            if len(members) > 2 * self.largest + 1:
                # Two groups may make it up, and from here on it counts as one.
                self.is_whole = self.is_sure = False
        if len(members) > MOST_SEARCHED:
            self.is_whole = self.is_sure = False
            return False
        weighed = self._in_trees(members)
        if weighed > said:
            self.households[members] = weighed
            return False
        part = part_of(self.problem, np.array(members))
        answer, model = self._search(part, {"agreements": len(members) - 1}, "households", said)
        if answer.values is None or answer.objective is None:
            self._leave_out(members, part, answer.status is Status.INFEASIBLE)
            return False
        self.made[members] = part.in_whole(model.read(answer.values))
        is_proven = answer.status is Status.OPTIMAL
        self.households[members] = answer.objective if is_proven else said
        return answer.objective == said or not is_proven

    def _leave_out(self, members: Members, part: Part, is_proven: bool) -> None:
        """Go on without a group for which no tree of packages was found."""
        self.is_sure &= is_proven
        if not self.is_whole:
            return
        # Where no tree settles the group, more agreements may still do.
        more, _ = self._search(part, {}, "agreements", len(members))
        is_impossible = is_proven and more.status is Status.INFEASIBLE
        self.is_whole = is_impossible and self._renew(members)

    def _renew(self, members: Members) -> bool:
        """Look for the groups that were left out because this one was thought to be part of them.

        Returns
        -------
        bool
            Whether they are all at hand.
        """
        self.impossible.add(members)
        if len(members) > self.largest:
            return True
        if self.problem.parties > MOST_RENEWED:
            return False
        groups, largest = zero_sum_groups(self.groups, self.impossible)
        for group in groups:
            if group.members not in self.known:
                self.known.add(group.members)
                self.households[group.members] = group.households
        return largest == self.largest

    def _in_trees(self, members: Members) -> int:
        """Households of the best tree, once; 0 where that cannot be told."""
        if members in self.weighed or self.problem.most_members == 3:
            return 0
        self.weighed.add(members)
        try:
            return self.groups.in_trees(members) or 0
        except TooManySumsError:
            return 0

    def _search(
        self, part: Part, limits: dict[str, int], goal: str, low: int
    ) -> tuple[Answer, CompositionModel]:
        """Packages of one group at the least persons left over."""
        left = sum(self.prices.least[member] for member in part.parties.tolist())
        model = CompositionModel(part.problem, {"left_over": left // PARTS, **limits})
        return solve_program(model.program(goal, low), self.limits), model
