"""Parties that pairs connect, each group a problem of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from models.exchange.composition import CompositionProblem, Move, Package
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
    return [_part(problem, pairs, np.flatnonzero(label == name)) for name in np.unique(label)]


def _root(group: list[int], party: int) -> int:
    while group[party] != party:
        group[party] = group[group[party]]
        party = group[party]
    return party


def _part(problem: CompositionProblem, pairs: IntArray, parties: IntArray) -> Part:
    number = np.full(problem.parties, -1, dtype=np.int64)
    number[parties] = np.arange(len(parties))
    inside = _among(pairs, parties)
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
