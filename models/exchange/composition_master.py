"""Choice of groups so that every party is in one, at least cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.exchange.composition_prices import PARTS
from models.exchange.problem import IntArray
from models.exchange.rows import Rows
from models.solution import SolverFailedError, Status
from models.solver.choose import solve_program
from models.solver.limits import Limits
from models.solver.linear import solve_relaxation
from models.solver.program import UNBOUNDED, LinearProgram

Members = tuple[int, ...]
Terms = list[tuple[int, int]]


class Master:
    """Groups that are known, and parties left to a larger group than was gone through.

    Columns: a group is chosen; a party is in a larger group; how many larger groups there are.
    """

    def __init__(
        self,
        households: dict[Members, int],
        largest: int,
        least: Sequence[int],
        seen: Sequence[Members],
    ) -> None:
        self.rows = Rows()
        self.groups = {self.rows.column(1): members for members in households}
        self.others = {self.rows.column(1): party for party in range(len(least))}
        more = self.rows.column(len(least) // (largest + 1))
        inside: list[Terms] = [[(column, 1)] for column in self.others]
        for column, members in self.groups.items():
            for member in members:
                inside[member].append((column, 1))
        for terms in inside:
            self.rows.row(terms, 1, 1)
        for column in self.others:
            self.rows.row([(more, 1), (column, -1)], low=0)
        # A larger group has at least so many members, and is none of those seen.
        self.rows.row([(more, -largest - 1), *((column, 1) for column in self.others)], low=0)
        for members in seen:
            terms = [(column, 1 if i in members else -1) for column, i in self.others.items()]
            self.rows.row(terms, high=len(members) - 1)
        self.agreements = [(column, len(members) - 1) for column, members in self.groups.items()]
        self.agreements += [(more, -1), *((column, 1) for column in self.others)]
        # Twice the households, in parts: what a party changes counts at both of its ends.
        self.moved = [
            (column, 2 * PARTS * households[members]) for column, members in self.groups.items()
        ]
        self.moved += [(column, least[party]) for column, party in self.others.items()]

    def least(
        self, goal: Terms, step: int, most: int, limits: Limits
    ) -> tuple[int, IntArray | None, bool]:
        """Make a goal least.

        Parameters
        ----------
        goal
            Terms of the goal.
        step
            By how much a bound that nothing meets is raised.
        most
            Value above which nothing is looked for.
        limits
            Nodes per search.

        Returns
        -------
        tuple
            What nothing goes below, the best choice if one was found at ``most`` or below, and
            whether it is proven the best.

        Notes
        -----
        The relaxation's prices, rounded and weighed in whole numbers, bound the goal and say of
        every column what it adds to the bound. A choice within a step of the bound has only
        columns that add less than a step; so those are searched first.
        """
        program = self.rows.program(goal)
        try:
            low, added = self._weighed(program)
        except SolverFailedError:
            # Not even a mixture of groups takes everyone in.
            return 0, None, False
        bound = -(-low // step) * step
        while bound <= most:
            reach = min(bound + step - 1, most)
            chosen = np.flatnonzero(added <= reach - low)
            answer = solve_program(_only(program, chosen, reach), limits)
            if answer.values is not None:
                values = np.zeros(len(program.objective), dtype=np.int64)
                values[chosen] = answer.values
                is_best = answer.status is Status.OPTIMAL
                return program.value(values) if is_best else bound, values, is_best
            if answer.status is not Status.INFEASIBLE:
                return bound, None, False
            bound += step
        return bound, None, True

    def _weighed(self, program: LinearProgram) -> tuple[int, IntArray]:
        """Bound by prices, and what each column in use adds to it at least, shape (N,)."""
        # Rows hold every choice to one at most; a limit of its own would take prices from them.
        loose = replace(program, upper=np.full_like(program.upper, UNBOUNDED))
        prices = np.rint(solve_relaxation(loose).row_prices).astype(np.int64)
        low, high = program.row_lower, program.row_upper
        prices[(low <= -UNBOUNDED) & (prices > 0)] = 0
        prices[(high >= UNBOUNDED) & (prices < 0)] = 0
        added = _added(program, prices)
        # Rounding leaves columns a little below nothing. Each party then pays that much less.
        chosen = np.array([*self.groups, *self.others])
        prices[: len(self.others)] += min(0, int(added[chosen].min()))
        added = _added(program, prices)
        used = prices != 0
        limit = np.where(prices > 0, low, high)[used]
        bound = int((prices[used] * limit).sum()) + int(
            (np.minimum(added, 0) * program.upper).sum()
        )
        return bound, np.maximum(added, 0)

    def read(self, values: IntArray) -> list[Members]:
        """Groups that are chosen; the parties of larger ones as one group."""
        chosen = [members for column, members in self.groups.items() if values[column]]
        rest = tuple(party for column, party in self.others.items() if values[column])
        return [*chosen, rest] if rest else chosen


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
