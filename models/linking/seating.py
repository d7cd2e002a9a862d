"""Who of those linked to a municipality holds which of its dwellings: exact, and always the same.

The households that can be housed together are the independent sets of a matroid, so taking them
one by one, the weightiest first, houses the most weight. A dwelling given once may be exchanged
along a chain for a later household, never taken away.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

import numpy as np

from models.linking.problem import NO_DWELLING, IntArray, LinkProblem


def seat_households(problem: LinkProblem, municipality: IntArray) -> IntArray:
    """Give dwellings by rule once everybody's municipality is known.

    Parameters
    ----------
    problem
        The problem.
    municipality
        Municipality of each household, shape (H,).

    Returns
    -------
    IntArray
        Class of each household, or ``NO_DWELLING``, shape (H,).

    Notes
    -----
    The least points are lost for lack of a dwelling; among equal penalties the smaller hash of
    ``problem.canonical`` is housed first, then the lower row. Then as in ``hold_claims``.
    """
    everyone = np.arange(len(municipality))
    hashes = everyone if problem.canonical is None else problem.canonical[everyone, municipality]
    # Where nobody may lack a dwelling, it is the number of housed that counts: any weight does.
    first = np.lexsort((everyone, hashes, -problem.without_dwelling))
    return seat_by_municipality(
        problem.housed_sizes,
        municipality,
        first[problem.needs_dwelling[first]],
        (problem.class_min, problem.class_max),
        problem.dwellings,
    )


def seat_by_municipality(
    sizes: IntArray,
    municipality: IntArray,
    first_come: IntArray,
    ranges: tuple[IntArray, IntArray],
    dwellings: IntArray,
) -> IntArray:
    """Seat the households of each municipality.

    Parameters
    ----------
    sizes
        Persons per household, shape (H,).
    municipality
        Municipality of each, shape (H,).
    first_come
        Rows of those who need a dwelling, the most pressing first.
    ranges
        Least and most persons of each class, shapes (S,).
    dwellings
        Dwellings of class s in municipality m, shape (M, S).

    Returns
    -------
    IntArray
        Class of each household, or ``NO_DWELLING``, shape (H,).
    """
    low, high = ranges
    # Tight classes first: those that end first, and of these those that begin first.
    order = np.lexsort((np.arange(len(low)), low, high))
    fits = {
        int(size): [int(r) for r in np.flatnonzero((low[order] <= size) & (size <= high[order]))]
        for size in np.unique(sizes)
    }
    seated = np.full(len(sizes), NO_DWELLING, dtype=np.int64)
    queues: dict[int, list[int]] = {}
    for row in first_come.tolist():
        queues.setdefault(int(municipality[row]), []).append(row)
    for m, queue in queues.items():
        table = _Table(fits, dwellings[m, order].tolist())
        housed = [row for row in queue if table.add(int(sizes[row]))]
        ranks = table.assign([int(sizes[row]) for row in sorted(housed)])
        seated[sorted(housed)] = order[ranks]
    return seated


class _Table:
    """Households per size and class in one municipality; classes by their rank of tightness."""

    def __init__(self, fits: dict[int, list[int]], stock: Sequence[int]) -> None:
        self._fits = fits
        self._free = list(stock)
        self._count: dict[int, list[int]] = {size: [0] * len(stock) for size in fits}

    def add(self, size: int) -> bool:
        """House one more of ``size`` if all others can stay housed, in the tightest classes.

        The ranks in use add up to the least possible: of the classes that a chain of moves can
        free, the tightest is taken, which is a cheapest augmenting path.
        """
        parents = self._reach(self._fits[size])
        free = [rank for rank in parents if self._free[rank] > 0]
        if not free:
            return False
        end = min(free)
        self._free[end] -= 1
        self._count[size][self._shift(parents, end)] += 1
        return True

    def assign(self, sizes: Iterable[int]) -> list[int]:
        """Ranks of the housed in their order: each the tightest that leaves the sum the least.

        Every cheapest solution uses the same classes equally often, so only chains between the
        seats in use remain, and each of these costs nothing.
        """
        return [self._settle(size) for size in sizes]

    def _settle(self, size: int) -> int:
        own = self._count[size]
        for rank in self._fits[size]:
            if not own[rank]:
                parents = self._reach([rank])
                end = next((other for other in sorted(parents) if own[other]), None)
                if end is None:
                    continue
                own[end] -= 1
                own[self._shift(parents, end)] += 1
            own[rank] -= 1  # seated for good: nobody moves it again
            return rank
        raise AssertionError("a housed household has a seat")

    def _reach(self, starts: list[int]) -> dict[int, tuple[int, int] | None]:
        """Classes to which a chain of moves can shift a place in one of ``starts``.

        Each with the class before it and the size that moves from there.
        """
        parents: dict[int, tuple[int, int] | None] = dict.fromkeys(starts)
        waiting = deque(starts)
        while waiting:
            rank = waiting.popleft()
            for size, count in self._count.items():
                if count[rank]:
                    for other in self._fits[size]:
                        if other not in parents:
                            parents[other] = (rank, size)
                            waiting.append(other)
        return parents

    def _shift(self, parents: dict[int, tuple[int, int] | None], end: int) -> int:
        """Move one household along each link of the chain to ``end``; return its start."""
        link = parents[end]
        while link is not None:
            before, size = link
            self._count[size][before] -= 1
            self._count[size][end] += 1
            end, link = before, parents[before]
        return end
