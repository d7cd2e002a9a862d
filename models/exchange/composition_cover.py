"""Parties divided into groups that settle among themselves, with the fewest agreements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from models.exchange.composition import CompositionProblem, Package
from models.exchange.composition_changes import Changes, changes_of
from models.exchange.composition_known import divide_by_known
from models.exchange.composition_lightest import Members
from models.exchange.composition_listing import Listing
from models.exchange.composition_master import Chooser
from models.exchange.composition_mixture import NONE
from models.exchange.composition_most import MostGroups, most_groups
from models.exchange.composition_prices import Priced, priced, priced_moves
from models.exchange.composition_settling import FAR, Settling
from models.exchange.composition_sums import Coding, Sums, TooManySumsError, fewest
from models.exchange.composition_trees import UNIT
from models.exchange.composition_work import Work
from models.solution import SolverFailedError
from models.solver.limits import Limits

MOST_ROUNDS = 40
"""Effort: divisions into so many groups that are looked at."""
MOST_NODES = 5_000
"""Effort: branch-and-bound nodes per choice of a division."""
MOST_CHOICES = 60
"""Effort: choices of groups per number of groups; what is not found by then is left to the bounds
at hand."""
FEWER_GROUPS = 3
"""Effort: how many groups fewer than the most are tried for a plan."""
LAST_WORK, LAST_CHOICES = 400_000, 30
"""Effort: steps, and choices of likely groups, for a plan where all other work is done without."""
REACHES = (1, 2, 4, 8, 16, 32, FAR)
"""Effort: households above what prices say, within which groups are listed, until a better plan
would be made of them; the last is beyond any."""
CHOICE = Limits(nodes=MOST_NODES)


@dataclass(frozen=True, slots=True)
class Cover:
    """Packages of connected parties, where they were found, and what no packages beat."""

    packages: tuple[Package, ...] | None
    bounds: dict[str, int] = field(default_factory=dict)
    """Per goal; each holds among the plans that meet the bounds of the goals before it."""
    moved: int = 0
    """Households moved at least in any plan that meets the bound of persons left over."""


def cover(problem: CompositionProblem, nodes: int, work: Work) -> Cover:
    """Divide connected parties into groups that settle at the least persons left over.

    Parameters
    ----------
    problem
        Parties that pairs connect.
    nodes
        Branch-and-bound nodes per search.
    work
        What all searches together may do; what they do is taken off.

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
    return _Division(problem, prices, tight, moved, nodes, work).best()


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
        work: Work,
    ) -> None:
        self.problem, self.moved, self.work = problem, moved, work
        self.settlings = {
            by_trees: Settling(problem, prices, tight, moved, nodes, work, by_trees=by_trees)
            for by_trees in (True, False)
        }
        self.settling = self.settlings[True]
        self.choices = 0
        coding = Coding(tight, problem.sizes)
        self.tables: list[Sums] = [
            fewest(coding.codes(own.net), weight - least)
            for own, weight, least in zip(tight, moved.weighed(), moved.least, strict=True)
        ]
        self.near: list[set[int]] = [set() for _ in tight]
        for i, j in problem.pairs.tolist():
            self.near[i].add(j)
            self.near[j].add(i)
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
        tried = range(most.bound, max(0, most.bound - FEWER_GROUPS), -1)
        for groups in tried:
            # Where there are fewer groups than can be, packages may close a ring within one: then
            # others of it may hang on nothing, and what its trees say is no bound.
            self.settling = self.settlings[groups == most.bound]
            found, are_none = self._divide(most, groups)
            if groups == parties - self.bounds["agreements"]:
                self.bounds["households"] = max(found, self.least)
            if self.plan is not None:
                break
            if are_none and groups == parties - self.bounds["agreements"]:
                self.bounds["agreements"] += 1
                self.bounds.pop("households")
        self.settling = self.settlings[True]
        for groups in tried[1:]:
            # A plan may still be made of trees.
            if self.plan is None:
                self._divide(most, groups)
        if self.plan is None:
            self._divide_by_known()
        return Cover(self.plan, self.bounds, self.least)

    def _divide(self, most: MostGroups, groups: int) -> tuple[int, bool]:
        """Look for the division into so many groups with the fewest households.

        Returns
        -------
        tuple
            Households that none goes below, and whether there is none at all.
        """
        bound = self.choices = 0
        for households_more in REACHES:
            if self.work.is_spent:
                return bound, False
            reach = households_more * UNIT
            chooser = self._chooser(most, groups, reach)
            if chooser is None:
                return bound, False
            beyond = (sum(self.moved.least) + reach) // UNIT + 1
            low, are_none = self._search(chooser)
            bound = max(bound, min(low, beyond))
            if self.plan is None and self.work.is_spent:
                self._finish(chooser)
                return bound, False
            if self.plan is not None:
                if self._value() > bound and self.settling.is_sure:
                    bound = max(bound, self._closed(chooser, most, groups))
                return bound, False
        return bound, self.settling.is_sure and are_none

    def _finish(self, chooser: Chooser) -> None:
        """Make the first plan that comes out of likely groups, though work is spent."""
        self.work.left = LAST_WORK
        for _ in range(LAST_CHOICES):
            groups = None if self.work.is_spent else chooser.likely(CHOICE)
            if groups is None:
                break
            self._settled(groups, chooser)
            if self.plan is not None:
                break
        self.work.left = 0

    def _divide_by_known(self) -> None:
        """Make a plan of groups of which trees are known, whatever it moves."""
        known = self.settling.known()
        groups = divide_by_known(known, self.problem.parties, CHOICE) if known else None
        if groups is not None:
            for members in groups:
                self.settling.settle(members)
            self._keep([p for members in groups for p in self.settling.made[members]])

    def _closed(self, chooser: Chooser, most: MostGroups, groups: int) -> int:
        """Look for groups that prices allow in a better plan; households that none goes below.

        A plan's groups together add to the bound of prices what the plan is above it. So all of
        those that a better plan can have are listed, weighed, and the choice is made again with
        new prices, until these allow no others.
        """
        for _ in range(MOST_ROUNDS):
            if self.work.is_spent:
                return 0
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
                return min(low, value) if self.settling.is_sure else 0
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
        parties, weigh = self.problem.parties, self.settling.weigh
        return Chooser(self._at_least(found), parties, groups, weigh, self.work)

    def _at_least(self, found: dict[Members, int]) -> dict[Members, int]:
        """Households that groups move at least, of trees only where pairs connect them."""
        if self.settling.by_trees:
            found = {own: at for own, at in found.items() if _are_connected(own, self.near)}
        return self.settling.at_least(found)

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
                self.settling.is_sure = False
                break
            choice = chooser.choose(CHOICE, NONE if self.plan is None else self._value())
            if self.settling.is_sure:
                low = max(low, choice.bound)
            if choice.groups is None:
                return low, choice.is_whole
            if not self._settled(choice.groups, chooser):
                break
        return low, False

    def _settled(self, groups: Sequence[Members], chooser: Chooser) -> bool:
        """Make packages of groups; whether any of these moves more than was said, or has none."""
        is_news, made = False, self.settling.made
        for members in groups:
            count = self.settling.settle(members)
            is_news |= count != chooser.said(members)
            chooser.learn(members, count)
        if all(members in made for members in groups):
            self._keep([package for members in groups for package in made[members]])
            return is_news
        return True

    def _keep(self, packages: list[Package]) -> None:
        """Take a plan if it is better than the one at hand."""
        if self.plan is None or households(packages) < households(self.plan):
            self.plan = tuple(packages)


def _are_connected(members: Members, near: Sequence[set[int]]) -> bool:
    """Whether pairs connect the members of a group."""
    reached, waiting = {members[0]}, [members[0]]
    while waiting:
        new = near[waiting.pop()].intersection(members) - reached
        reached |= new
        waiting += sorted(new)
    return len(reached) == len(members)
