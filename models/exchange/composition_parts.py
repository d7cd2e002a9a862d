"""Parties that pairs connect, each group a problem of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from models.exchange.composition import CompositionProblem, Move, Package, left_over
from models.exchange.problem import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The problem of some parties, numbered anew."""

    parties: IntArray
    """Their numbers in the whole, ascending, shape (p,)."""
    problem: CompositionProblem

    def own(self, packages: tuple[Package, ...]) -> tuple[Package, ...]:
        """Packages of the whole that are among these parties, by their own numbers."""
        number = {party: i for i, party in enumerate(self.parties.tolist())}
        among = (package for package in packages if set(package.members) <= number.keys())
        return tuple(_renamed(package, number) for package in among)

    def narrowed(self, most: int) -> CompositionProblem:
        """The same problem with only so many pairs: those that together house most more people.

        Spread over the parties, one deal more for each in every round; ties in the order of pairs.
        """
        problem = self.problem
        if len(problem.pairs) <= most:
            return problem
        alone = problem.households_left_over(problem.expected)[0]
        fits = problem.fits()
        gains = [
            int(alone[pair].sum())
            - left_over(
                problem.expected[pair].sum(axis=0),
                problem.dwellings[0, pair].sum(axis=0),
                fits,
                problem.sizes,
            )
            for pair in problem.pairs
        ]
        order = sorted(range(len(gains)), key=lambda k: (-gains[k], k))
        return replace(problem, pairs=problem.pairs[_spread(problem.pairs[order], order, most)])

    def in_whole(self, packages: tuple[Package, ...]) -> tuple[Package, ...]:
        """The same packages by the numbers that parties have in the whole."""
        names = dict(enumerate(self.parties.tolist()))
        return tuple(_renamed(package, names) for package in packages)


def _renamed(package: Package, names: Mapping[int, int]) -> Package:
    return Package(
        tuple(names[i] for i in package.members),
        tuple(
            Move(names[move.giver], names[move.taker], move.size, move.households)
            for move in package.moves
        ),
    )


def parts_of(problem: CompositionProblem) -> list[Part]:
    """Split a problem into the groups that its pairs connect; who has no pair is one alone.

    A party that expects no household cannot deal: it could give nothing back.
    """
    able = np.flatnonzero(problem.expected.sum(axis=1))
    pairs = _among(problem.pairs, able)
    group = list(range(problem.parties))
    for i, j in pairs.tolist():
        first, second = _root(group, i), _root(group, j)
        group[max(first, second)] = min(first, second)
    label = np.array([_root(group, i) for i in range(problem.parties)], dtype=np.int64)
    able_only = replace(problem, pairs=pairs)
    return [part_of(able_only, np.flatnonzero(label == name)) for name in np.unique(label)]


def _root(group: list[int], party: int) -> int:
    while group[party] != party:
        group[party] = group[group[party]]
        party = group[party]
    return party


def part_of(problem: CompositionProblem, parties: IntArray) -> Part:
    """Return the problem of some parties, ascending, with the pairs among them."""
    number = np.full(problem.parties, -1, dtype=np.int64)
    number[parties] = np.arange(len(parties))
    inside = _among(problem.pairs, parties)
    own = replace(
        problem,
        expected=problem.expected[parties],
        dwellings=problem.dwellings[:, parties],
        pairs=number[inside],
    )
    return Part(parties, own)


def _among(pairs: IntArray, parties: IntArray) -> IntArray:
    """Pairs of which both are among some parties."""
    return pairs[np.isin(pairs[:, 0], parties) & np.isin(pairs[:, 1], parties)]


def _spread(pairs: IntArray, names: list[int], most: int) -> list[int]:
    """Names of at most so many pairs, best first, taken in rounds of one pair more per party."""
    deals: dict[int, int] = {}
    chosen: set[int] = set()
    allowed = 0
    while len(chosen) < min(most, len(names)):
        allowed += 1
        for (i, j), name in zip(pairs.tolist(), names, strict=True):
            has_room = deals.get(i, 0) < allowed and deals.get(j, 0) < allowed
            if name not in chosen and has_room and len(chosen) < most:
                chosen.add(name)
                deals[i], deals[j] = deals.get(i, 0) + 1, deals.get(j, 0) + 1
    return sorted(chosen)
