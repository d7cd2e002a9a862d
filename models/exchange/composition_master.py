"""Choice of groups so that every party is in one, with the fewest households."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from models.exchange.composition_lightest import Members
from models.exchange.composition_prices import PARTS
from models.exchange.problem import IntArray
from models.exchange.rows import Rows
from models.solution import SolverFailedError, Status
from models.solver.choose import solve_program
from models.solver.limits import Limits
from models.solver.linear import solve_relaxation
from models.solver.program import UNBOUNDED, LinearProgram

MOST_RAISED = 12
"""Households by which the bound is raised, one at a time."""
NONE = 1 << 40
"""Households of a choice that does not exist."""
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
        self, households: dict[Members, int], parties: int, groups: int, weigh: Weigh
    ) -> None:
        self.households = households
        self.parties, self.groups, self.weigh = parties, groups, weigh
        self.seen = set(households)
        """Groups that are or were at hand."""
        self.exact: set[Members] = set()
        """Groups that cannot be weighed more closely."""
        self.prices: IntArray = np.zeros(parties + 1, dtype=np.int64)
        """Of parties and of one more group, in parts of a household, as last weighed: what a
        group moves is never less than its prices."""

    def widen(self, more: dict[Members, int]) -> bool:
        """Take more groups in; whether any was not there before."""
        new = {members: count for members, count in more.items() if members not in self.seen}
        self.households.update(new)
        self.seen.update(new)
        return bool(new)

    def choose(self, limits: Limits) -> Choice:
        """Choose so many groups that each party is in exactly one, with the fewest households.

        Parameters
        ----------
        limits
            Nodes per search.

        Notes
        -----
        The relaxation's prices, rounded and weighed in whole numbers, bound the households and
        say of every group what it adds to the bound. A choice less than one household above the
        bound has only groups that add less than one; so those are weighed closely, and searched
        first.
        """
        while names := sorted(self.households):
            try:
                program = self._program(names)
                low, added, self.prices = _weighed(program, self.parties)
            except SolverFailedError:
                # Not even a mixture of groups takes everyone in.
                break
            choice = self._raise(program, names, low, added, limits)
            if choice is not None:
                return choice
        return Choice(NONE, None, is_whole=True)

    def _raise(
        self,
        program: LinearProgram,
        names: list[Members],
        low: int,
        added: IntArray,
        limits: Limits,
    ) -> Choice | None:
        """Raise the bound until a choice meets it; None once a group is found to move more."""
        start = max(0, -(-low // PARTS))
        highest = int(program.objective.sum())
        for bound in range(start, start + MOST_RAISED + 1):
            # In the end everything is searched at once.
            is_last = bound == start + MOST_RAISED
            most = highest if is_last else bound * PARTS
            chosen = np.flatnonzero(added <= most - low)
            if self._is_news([names[k] for k in chosen.tolist()]):
                return None
            answer = solve_program(_only(program, chosen, most), limits)
            if answer.values is not None and answer.objective is not None:
                taken = chosen[np.flatnonzero(answer.values)].tolist()
                is_best = answer.status is Status.OPTIMAL
                value = answer.objective // PARTS if is_last and is_best else bound
                return Choice(value, tuple(names[k] for k in taken), is_whole=is_best)
            if answer.status is not Status.INFEASIBLE:
                return Choice(bound, None, is_whole=False)
        return Choice(NONE, None, is_whole=True)

    def _is_news(self, names: list[Members]) -> bool:
        """Weigh groups more closely; whether one of them moves more than was said."""
        is_news = False
        for members in names:
            if members in self.exact:
                continue
            count, is_exact = self.weigh(members)
            if is_exact:
                self.exact.add(members)
            is_news |= count != self.households[members]
            if count is None:
                del self.households[members]
            else:
                self.households[members] = count
        return is_news

    def _program(self, names: list[Members]) -> LinearProgram:
        rows = Rows()
        inside: list[list[tuple[int, int]]] = [[] for _ in range(self.parties)]
        for members in names:
            column = rows.column(1)
            for member in members:
                inside[member].append((column, 1))
        for terms in inside:
            rows.row(terms, 1, 1)
        rows.row([(column, 1) for column in range(len(names))], self.groups, self.groups)
        goal = [(k, PARTS * self.households[members]) for k, members in enumerate(names)]
        return rows.program(goal)


def _weighed(program: LinearProgram, parties: int) -> tuple[int, IntArray, IntArray]:
    """Bound by prices, what each column adds to it at least, shape (N,), and the prices."""
    # Rows hold every choice to one at most; a limit of its own would take prices from them.
    loose = replace(program, upper=np.full_like(program.upper, UNBOUNDED))
    prices = np.rint(solve_relaxation(loose).row_prices).astype(np.int64)
    # Rounding leaves columns a little below nothing. Each party then pays that much less.
    prices[:parties] += min(0, int(_added(program, prices).min()))
    bound = int((prices * program.row_lower).sum())
    return bound, _added(program, prices), prices


def _added(program: LinearProgram, prices: IntArray) -> IntArray:
    """Objective of each column less what its rows pay for it, shape (N,)."""
    paid = np.zeros(len(program.objective), dtype=np.int64)
    np.add.at(paid, program.column, program.coefficient * prices[program.row])
    return np.asarray(program.objective - paid)


def _only(program: LinearProgram, chosen: IntArray, most: int) -> LinearProgram:
    """Return the program of some columns, the others at nothing, with an objective at most."""
    place = np.full(len(program.objective), -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    kept = place[program.column] >= 0
    part = replace(
        program,
        objective=program.objective[chosen],
        row=program.row[kept],
        column=place[program.column[kept]],
        coefficient=program.coefficient[kept],
        lower=program.lower[chosen],
        upper=program.upper[chosen],
        integral=program.integral[chosen],
    )
    return part.with_row(np.arange(len(chosen)), part.objective, -UNBOUNDED, most)
