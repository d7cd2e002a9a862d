"""Packages of households as a mixed-integer program."""

from __future__ import annotations

from collections import defaultdict
from itertools import permutations

import numpy as np

from models.exchange.composition import CompositionProblem, Move, Package
from models.exchange.problem import IntArray
from models.exchange.rows import Rows
from models.solver.program import LinearProgram

Terms = list[tuple[int, int]]


class CompositionModel:
    """Columns and rows of the packages of a problem.

    Columns: households e moved per package, ordered pair of members and size; whether a package
    is made z; households y assigned per scenario, party, size and class. A package moves at
    most what its giver expects: the true limit.
    """

    def __init__(self, problem: CompositionProblem, limits: dict[str, int]) -> None:
        self.problem = problem
        self.rows = Rows()
        self.packages = problem.packages()
        self.moves: list[tuple[int, int, int, int, int]] = []
        """Column, package, giver, taker and size of each move."""
        self.made: Terms = []
        self.left: list[Terms] = []
        self._net: dict[tuple[int, int], Terms] = defaultdict(list)
        self._sent: dict[tuple[int, int], Terms] = defaultdict(list)
        for package, members in enumerate(self.packages):
            self._add_package(package, members)
        for (giver, size), terms in self._sent.items():
            self.rows.row(terms, high=int(problem.expected[giver, size]))
        before = problem.households_left_over(problem.expected)
        for scenario in range(len(problem.dwellings)):
            self._add_scenario(scenario, before[scenario])
        self.goals = {
            "left_over": (self.left[0], int((problem.expected @ problem.sizes).sum())),
            "agreements": (self.made, 0),
            "households": ([(move[0], 1) for move in self.moves], 0),
        }
        for name, most in limits.items():
            terms, constant = self.goals[name]
            self.rows.row(terms, high=most - constant)

    def _add_package(self, package: int, members: tuple[int, ...]) -> None:
        sizes = self.problem.sizes.tolist()
        made = self.rows.column(1)
        self.made.append((made, len(members) - 1))
        balance: dict[int, Terms] = {member: [] for member in members}
        for giver, taker in permutations(members, 2):
            for size in np.flatnonzero(self.problem.expected[giver]).tolist():
                most = int(self.problem.expected[giver, size])
                column = self.rows.column(most)
                self.moves.append((column, package, giver, taker, size))
                self.rows.row([(column, 1), (made, -most)], high=0)
                balance[giver].append((column, -sizes[size]))
                balance[taker].append((column, sizes[size]))
                self._net[giver, size].append((column, -1))
                self._net[taker, size].append((column, 1))
                self._sent[giver, size].append((column, 1))
        for terms in balance.values():
            self.rows.row(terms, 0, 0)

    def _add_scenario(self, scenario: int, before: IntArray) -> None:
        """Assign households to dwellings; nobody ends with more left over than before."""
        problem = self.problem
        fits = problem.fits()
        everyone: Terms = []
        for party in range(problem.parties):
            terms: Terms = []
            per_class: dict[int, Terms] = defaultdict(list)
            for size in range(len(problem.sizes)):
                here: Terms = []
                for kind in np.flatnonzero(fits[size]).tolist():
                    most = int(problem.dwellings[scenario, party, kind])
                    if most:
                        column = self.rows.column(most)
                        here.append((column, 1))
                        per_class[kind].append((column, 1))
                        terms.append((column, -int(problem.sizes[size])))
                # Assigned at most what is there after the moves.
                net = [(column, -sign) for column, sign in self._net[party, size]]
                self.rows.row(here + net, high=int(problem.expected[party, size]))
            for kind, here in per_class.items():
                self.rows.row(here, high=int(problem.dwellings[scenario, party, kind]))
            persons = int(problem.expected[party] @ problem.sizes)
            self.rows.row(terms, high=int(before[party]) - persons)
            everyone += terms
        self.left.append(everyone)

    def program(self, goal: str, low: int) -> LinearProgram:
        """Return the program that makes a goal least, which is known to be ``low`` at best."""
        terms, constant = self.goals[goal]
        self.rows.row(terms, low=low - constant)
        return self.rows.program(terms)

    def read(self, values: IntArray) -> tuple[Package, ...]:
        """Packages of a solution; opposite moves of one size between two parties cancel."""
        moved: dict[tuple[int, int, int, int], int] = defaultdict(int)
        for column, package, giver, taker, size in self.moves:
            moved[package, giver, taker, size] += int(values[column])
        found = []
        for package, members in enumerate(self.packages):
            moves = []
            for giver, taker in permutations(members, 2):
                for size in range(len(self.problem.sizes)):
                    there, back = (package, giver, taker, size), (package, taker, giver, size)
                    if moved[there] > moved[back]:
                        moves.append(Move(giver, taker, size, moved[there] - moved[back]))
            if moves:
                found.append(Package(members, tuple(moves)))
        return tuple(found)
