"""Prices per household size from which anyone can recompute how few persons can be left over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from models.exchange.composition import CompositionProblem, SizePrices, left_over
from models.exchange.composition_changes import Changes
from models.exchange.composition_prices import PARTS, dual_prices
from models.exchange.problem import IntArray

ROUNDS = 60
"""Effort: times that prices are set again."""
MOST_PERSONS = 20_000
"""Effort: persons that the parties expect together up to which prices are looked for."""
MOST_OF_ONE = 3_000
"""Effort: the same for every party by itself."""
_FAR = 1 << 60
_NEAR = 1 << 59
"""What costs more is out of reach."""


def price_sizes(problem: CompositionProblem) -> SizePrices:
    """Look for prices that prove the most, for parties that pairs connect.

    Parameters
    ----------
    problem
        Its pairs are not looked at: the bound holds whoever deals with whom.

    Returns
    -------
    SizePrices
        Prices per size in parts of a person (:data:`PARTS` to one), and the bound in persons. The
        bound is zero above ``MOST_PERSONS`` or ``MOST_OF_ONE``.

    Raises
    ------
    SolverDisagreementError
        If the prices of an engine do not survive recomputation.
    SolverFailedError
        If an engine does not answer.

    Notes
    -----
    Every party ends with as many persons, and the households of all sizes together stay. So
    whatever a household costs, the sum over parties of persons left over plus cost is the persons
    left over in all. Its least, each party by itself, is a bound: the best assignment of any
    households with as many persons to its own dwellings, with no more left over than before.
    Prices are the duals of mixing the assignments found so far (column generation); rounded, and
    the bound recomputed in whole numbers, so that no float proves anything.
    """
    before = problem.households_left_over(problem.expected)[0].tolist()
    best = SizePrices(
        tuple(range(problem.parties)),
        (0,) * len(problem.sizes),
        0,
        tuple(PARTS * left for left in before),
    )
    persons = problem.expected @ problem.sizes
    if persons.sum() > MOST_PERSONS or (persons > MOST_OF_ONE).any():
        return best
    known = [[(row, left)] for row, left in zip(problem.expected, before, strict=True)]
    for _ in range(ROUNDS):
        prices = dual_prices([_mixed(own) for own in known])
        found = [least_weighed(problem, party, prices) for party in range(problem.parties)]
        # Nobody is below zero; rounded up, for persons are whole.
        bound = max(0, -(-sum(answer.least for answer in found) // PARTS))
        if bound > best.bound:
            falls = (PARTS * o - a.least for o, a in zip(before, found, strict=True))
            best = replace(best, prices=tuple(prices.tolist()), bound=bound, falls=tuple(falls))
        fresh = [own for own, answer in zip(known, found, strict=True) if _adds(own, answer)]
        if not fresh:
            break
    return best


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """The assignment of one party that is cheapest at some prices."""

    least: int
    """Persons left over and what the change costs, in parts of a person."""
    households: IntArray
    """Households per size after it, shape (K,)."""
    left: int
    """Persons left over in it."""


def least_weighed(problem: CompositionProblem, party: int, prices: IntArray) -> Weighed:
    """Find the households of a party whose persons left over and cost are least together.

    Parameters
    ----------
    problem
        The first scenario counts.
    party
        Its position.
    prices
        Parts of a person per household, shape (K,).

    Notes
    -----
    By persons placed so far: class after class takes up to as many households as it has dwellings,
    of sizes that fit; the rest stays behind, no more persons than before.
    """
    own, dwellings = problem.expected[party], problem.dwellings[0, party]
    fits, sizes = problem.fits(), problem.sizes
    persons = int(own @ sizes)
    before = left_over(own, dwellings, fits, sizes)
    housed, steps = _nobody(persons), []
    for kind, count in enumerate(dwellings.tolist()):
        steps.append(_Step(housed, sizes, prices, np.flatnonzero(fits[:, kind]), count))
        housed = steps[-1].cost
    behind = _Step(_nobody(before), sizes, prices, np.arange(len(sizes)), before)
    total = housed[persons - np.arange(before + 1)] + behind.cost
    total += PARTS * np.arange(before + 1)
    left = int(total.argmin())
    households = np.zeros(len(sizes), dtype=np.int64)
    for size in behind.taken(left):
        households[size] += 1
    at = persons - left
    for step in reversed(steps):
        for size in step.taken(at):
            households[size] += 1
            at -= int(sizes[size])
    return Weighed(int(total[left] - own @ prices), households, left)


def _nobody(persons: int) -> IntArray:
    cost = np.full(persons + 1, _FAR, dtype=np.int64)
    cost[0] = 0
    return cost


class _Step:
    """Cheapest ways to reach each number of persons with some more households of given sizes."""

    def __init__(
        self, cost: IntArray, sizes: IntArray, prices: IntArray, kinds: IntArray, count: int
    ) -> None:
        self.sizes, self.kinds = sizes, kinds
        self.last: list[IntArray] = []
        layers = [cost]
        everywhere = np.arange(len(cost))
        for _ in range(count if len(kinds) else 0):
            ways = np.full((len(kinds), len(cost)), _FAR, dtype=np.int64)
            for row, kind in enumerate(kinds.tolist()):
                size = int(sizes[kind])
                ways[row, size:] = layers[-1][: max(0, len(cost) - size)] + prices[kind]
            pick = ways.argmin(axis=0)
            layer = ways[pick, everywhere]
            if (layer > _NEAR).all():
                break
            self.last.append(pick.astype(np.int16))
            layers.append(np.where(layer > _NEAR, _FAR, layer))
        stack = np.array(layers)
        self.depth = stack.argmin(axis=0)
        self.cost = stack[self.depth, everywhere]

    def taken(self, persons: int) -> Iterator[int]:
        """Yield the positions of the sizes of the households that were added on the way."""
        for layer in range(int(self.depth[persons]) - 1, -1, -1):
            kind = int(self.kinds[self.last[layer][persons]])
            yield kind
            persons -= int(self.sizes[kind])


def _mixed(own: list[tuple[IntArray, int]]) -> Changes:
    first = own[0][0]
    net = np.array([row - first for row, _ in own], dtype=np.int64)
    return Changes(net, np.array([left for _, left in own], dtype=np.int64))


def _adds(own: list[tuple[IntArray, int]], answer: Weighed) -> bool:
    """Keep an assignment that is not known yet."""
    if any(np.array_equal(row, answer.households) for row, _ in own):
        return False
    own.append((answer.households, answer.left))
    return True
