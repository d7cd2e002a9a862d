"""Choice of groups so that every party is in one, with the fewest households."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.exchange.composition_lightest import Members
from models.exchange.composition_mixture import NONE, Mixed, Pool, mixed
from models.exchange.composition_prices import PARTS
from models.exchange.composition_work import Work
from models.exchange.problem import IntArray
from models.exchange.rows import Rows
from models.solution import Status
from models.solver.choose import solve_program
from models.solver.limits import Limits
from models.solver.program import LinearProgram

NEAR = PARTS // 20
"""Effort: what groups that are weighed together add to the bound at most, in parts."""
MOST_RAISED = 12
"""Effort: households by which the bound is raised, one at a time."""
MOST_LIKELY, LARGEST_LIKELY = 300, 8
"""Effort: groups per number of parties of which any choice is looked for, and parties at most."""
Weigh = Callable[[Members], tuple[int | None, bool]]
"""What a group moves at least, more closely each time, or None if no choice that is looked for
has it; and whether that is the last word."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Groups that take every party in, where some were found."""

    bound: int
    """Households that no choice goes below; ``NONE`` if there is none."""
    groups: tuple[Members, ...] | None
    is_whole: bool
    """Whether the search came to its end."""


class Chooser:
    """Groups with what each moves at least, weighed more closely where a choice may need it."""

    def __init__(
        self,
        households: dict[Members, int],
        parties: int,
        groups: int,
        weigh: Weigh,
        work: Work,
    ) -> None:
        self.parties, self.groups, self.weigh, self.work = parties, groups, weigh, work
        self.pool = Pool(parties)
        self.exact: set[Members] = set()
        """Groups that cannot be weighed more closely."""
        self.prices: IntArray = np.zeros(parties + 1, dtype=np.int64)
        """Of parties and of one more group, in parts of a household, as last weighed: what a
        group moves is never less than its prices."""
        self.added: IntArray = np.zeros(0, dtype=np.int64)
        """What each group adds to the bound at least, by place, as last priced; in parts."""
        self.widen(households)

    def widen(self, more: dict[Members, int]) -> bool:
        """Take more groups in; whether any was not there before."""
        return self.pool.add(more)

    def said(self, members: Members) -> int:
        """Households that a group at hand is said to move at least."""
        return int(self.pool.households[self.pool.place[members]])

    def learn(self, members: Members, count: int | None) -> None:
        """Set what a group moves at least; None takes it out."""
        self.pool.households[self.pool.place[members]] = NONE if count is None else count

    def choose(self, limits: Limits, enough: int = NONE) -> Choice:
        """Choose so many groups that each party is in exactly one, with the fewest households.

        Parameters
        ----------
        limits
            Nodes per search.
        enough
            Households of a plan at hand: choices that move as many are not looked for.

        Notes
        -----
        The relaxation's prices, rounded and weighed in whole numbers, bound the households and
        say of every group what it adds to the bound. A choice less than one household above the
        bound has only groups that add less than one; so those are weighed closely, and searched
        first.
        """
        while self.pool.is_any():
            if self.work.is_spent:
                return Choice(0, None, is_whole=False)
            priced = mixed(self.pool, self.groups, self.work)
            self.prices, self.added = priced.prices, priced.added
            if priced.low > PARTS * self.groups * self.pool.largest():
                # Not even a mixture of groups takes everyone in.
                break
            if priced.low > PARTS * (enough - 1):
                return Choice(enough, None, is_whole=False)
            # Weighing many at once takes fewer mixtures than weighing only those that are mixed.
            if self._is_news(np.flatnonzero(priced.added <= NEAR)):
                continue
            choice = self._raise(priced, limits, enough)
            if choice is not None:
                return choice
        return Choice(NONE, None, is_whole=True)

    def likely(self, limits: Limits) -> tuple[Members, ...] | None:
        """Choose among the smaller groups that add least to the bound, without weighing any."""
        seen = len(self.added)
        size = self.pool.inside[:seen].sum(axis=1) * (self.pool.households[:seen] < NONE)
        order = np.argsort(self.added, kind="stable")
        # The lightest are too alike to take everyone in: small ones fill what large ones leave.
        few = [order[size[order] == n][:MOST_LIKELY] for n in range(1, LARGEST_LIKELY + 1)]
        chosen = np.sort(np.concatenate(few))
        if not len(chosen):
            return None
        self.work.choose(len(chosen))
        most = PARTS * self.groups * self.pool.largest()
        answer = solve_program(self._program(chosen, 0, most), limits)
        if answer.values is None:
            return None
        return self._taken(chosen, answer.values)

    def _taken(self, chosen: IntArray, values: IntArray) -> tuple[Members, ...]:
        taken = chosen[np.flatnonzero(values)].tolist()
        return tuple(sorted(self.pool.names[k] for k in taken))

    def _raise(self, priced: Mixed, limits: Limits, enough: int = NONE) -> Choice | None:
        """Raise the bound until a choice meets it; None once a group is found to move more."""
        low, added = priced.low, priced.added
        start = max(0, -(-low // PARTS))
        for bound in range(start, start + MOST_RAISED + 1):
            if bound >= enough or self.work.is_spent:
                return Choice(bound, None, is_whole=False)
            # In the end everything is searched at once.
            is_last = bound == start + MOST_RAISED
            most = PARTS * self.groups * self.pool.largest() if is_last else bound * PARTS
            chosen = np.flatnonzero(added <= most - low)
            if self._is_news(chosen):
                return None
            if not len(chosen):
                continue
            least = 0 if is_last else most
            self.work.choose(len(chosen))
            answer = solve_program(self._program(chosen, least, most), limits)
            if answer.values is not None and answer.objective is not None:
                is_best = answer.status is Status.OPTIMAL
                value = answer.objective // PARTS if is_last and is_best else bound
                groups = self._taken(chosen, answer.values)
                return Choice(value, groups, is_whole=is_best)
            if answer.status is not Status.INFEASIBLE:
                return Choice(bound, None, is_whole=False)
        return Choice(NONE, None, is_whole=True)

    def _is_news(self, places: IntArray) -> bool:
        """Weigh groups more closely; whether one of them moves more than was said."""
        is_news = False
        for place in places.tolist():
            members = self.pool.names[place]
            if members in self.exact:
                continue
            count, is_exact = self.weigh(members)
            if is_exact:
                self.exact.add(members)
            is_news |= count != self.pool.households[place]
            self.learn(members, count)
        return is_news

    def _program(self, chosen: IntArray, least: int, most: int) -> LinearProgram:
        """Return the program of some groups, with limits of its objective."""
        rows = Rows()
        inside: list[list[tuple[int, int]]] = [[] for _ in range(self.parties)]
        goal = []
        for place in chosen.tolist():
            column = rows.column(1)
            goal.append((column, PARTS * int(self.pool.households[place])))
            for member in self.pool.names[place]:
                inside[member].append((column, 1))
        for terms in inside:
            rows.row(terms, 1, 1)
        rows.row([(column, 1) for column, _ in goal], self.groups, self.groups)
        rows.row(goal, least, most)
        return rows.program(goal)
