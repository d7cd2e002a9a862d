"""Every change of households that keeps a party's persons equal and leaves nobody worse off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.exchange.composition import CompositionProblem
from models.exchange.problem import BoolArray, IntArray

MOST_CHANGES = 400_000
"""Effort: ways to divide a party's persons over sizes, and changes in all, that are gone
through."""
MOST_SIZES = 8
"""Sizes up to which all sets of sizes are gone through."""


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Net changes of one party, the change of nothing among them."""

    net: IntArray
    """Households taken over less those handed over, by size, shape (m, K)."""
    left: IntArray
    """Persons left over after it in the scenario that counts, shape (m,)."""

    def only(self, chosen: BoolArray) -> Changes:
        """Return some of the changes."""
        return Changes(self.net[chosen], self.left[chosen])


def changes_of(problem: CompositionProblem) -> list[Changes] | None:
    """Return all changes of every party that some packages could bring, and maybe more.

    A party hands over no more than it expects and takes over no more than those it may deal with
    expect. None where there would be too many.
    """
    if len(problem.sizes) > MOST_SIZES:
        return None
    near = np.eye(problem.parties, dtype=np.int64)
    near[problem.pairs[:, 0], problem.pairs[:, 1]] = 1
    near[problem.pairs[:, 1], problem.pairs[:, 0]] = 1
    most = near @ problem.expected
    found = []
    for party in range(problem.parties):
        persons = int(problem.expected[party] @ problem.sizes)
        households = divisions(persons, problem.sizes, most[party])
        if households is None:
            return None
        found.append(_not_worse(problem, party, households))
        if sum(len(own.left) for own in found) > MOST_CHANGES:
            return None
    return found


def _not_worse(problem: CompositionProblem, party: int, households: IntArray) -> Changes:
    """Changes after which the party has no more persons left over in any scenario."""
    own, fits = problem.expected[party], problem.fits()
    allowed = np.ones(len(households), dtype=bool)
    lefts = []
    for dwellings in problem.dwellings[:, party]:
        left = persons_left(households, dwellings, fits, problem.sizes)
        before = persons_left(own[None], dwellings, fits, problem.sizes)
        allowed &= left <= before
        lefts.append(left)
    return Changes(households - own, lefts[0]).only(allowed)


def divisions(persons: int, sizes: IntArray, most: IntArray) -> IntArray | None:
    """All numbers of households by size, at most ``most`` of each, with so many persons.

    Returns
    -------
    IntArray or None
        Shape (m, K), in a fixed order; None above ``MOST_CHANGES`` rows on the way.
    """
    rest = np.array([persons], dtype=np.int64)
    chosen = np.zeros((1, len(sizes)), dtype=np.int64)
    *order, least = np.argsort(-sizes, kind="stable").tolist()
    for kind in order:
        ways = np.minimum(rest // sizes[kind], most[kind]) + 1
        if int(ways.sum()) > MOST_CHANGES:
            return None
        row = np.repeat(np.arange(len(rest)), ways)
        count = np.arange(len(row)) - np.repeat(np.cumsum(ways) - ways, ways)
        chosen, rest = chosen[row], rest[row] - sizes[kind] * count
        chosen[:, kind] = count
    chosen[:, least] = rest // sizes[least]
    fits = (rest % sizes[least] == 0) & (chosen[:, least] <= most[least])
    return np.asarray(chosen[fits])


def persons_left(
    households: IntArray, dwellings: IntArray, fits: BoolArray, sizes: IntArray
) -> IntArray:
    """Persons left over in the best assignment, for many numbers of households at once.

    Parameters
    ----------
    households
        Households per size, shape (m, K).
    dwellings, fits, sizes
        As for :func:`models.exchange.composition.left_over`.

    Returns
    -------
    IntArray
        Shape (m,).

    Notes
    -----
    Sets of households that can be housed together are a matroid, so housing the largest first is
    best. How many of the sizes T can be housed is the least over A within T of the households of
    T outside A and the dwellings that suit A (Kőnig). 2^(K+1) sums.
    """
    order = np.argsort(-sizes, kind="stable")
    left = households @ sizes
    before = np.zeros(len(households), dtype=np.int64)
    for count in range(1, len(order) + 1):
        housed = _most_housed(households[:, order[:count]], dwellings, fits[order[:count]])
        left -= sizes[order[count - 1]] * (housed - before)
        before = housed
    return np.asarray(left)


def _most_housed(households: IntArray, dwellings: IntArray, fits: BoolArray) -> IntArray:
    kinds = households.shape[1]
    least = households.sum(axis=1)
    for chosen in range(1, 1 << kinds):
        inside = np.array([chosen >> kind & 1 for kind in range(kinds)], dtype=bool)
        room = int(dwellings[fits[inside].any(axis=0)].sum())
        least = np.minimum(least, households[:, ~inside].sum(axis=1) + room)
    return np.asarray(least)
