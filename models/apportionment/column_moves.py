"""Moves of one person between columns within a row, at their cheapest.

A row keeps its sum when one of its persons goes from column j to column l. The cheapest
such move over all rows, for each pair of columns, makes a small dense graph in which the
search takes shortest paths. Costs are logarithms in whole units (see ``screening``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.apportionment.screening import scaled_logs
from models.apportionment.table import Table

Ints = npt.NDArray[np.int64]
Move = tuple[int, int, int]
"""A person of a row goes from one column to another: (row, source, target)."""

BARRED = 2**60
"""Cost of what cannot be done; sums of real costs stay below half of it."""


class ColumnMoves:
    """A table in progress with the cheapest move for each pair of columns.

    Attributes
    ----------
    x
        The table, shape (m, k), row sums exact.
    take, give
        Log claims w / s(x + 1) and w / s(x) negated: what a cell's multiplier must at most and
        at least be, shape (m, k); +-``BARRED`` where the side is closed.
    cost, row
        For each pair (source, target) the cheapest move and the row that makes it, (k, k).
    """

    def __init__(self, table: Table, x: Ints) -> None:
        self._table = table
        self.x = x
        claims = table.posts.m * table.posts.numerator(table.weights.astype(object))
        self._claims = scaled_logs(claims)
        self.take, self.give = np.empty_like(x), np.empty_like(x)
        self._price(slice(None))
        k = x.shape[1]
        self.cost, self.row = np.empty((k, k), dtype=np.int64), np.empty((k, k), dtype=np.int64)
        for source in range(k):
            self._choose(np.full(k, source), np.arange(k))

    def follow(self, path: Sequence[tuple[int, int]]) -> None:
        """Move one person along each (source, target) of the path."""
        moves = [(int(self.row[pair]), *pair) for pair in path]
        for row, source, target in moves:
            self.x[row, source] -= 1
            self.x[row, target] += 1
        for row in {move[0] for move in moves}:
            self._reprice(row)

    def rows_that_can_give(self, columns: Sequence[int]) -> list[int]:
        """Return the rows with a person to spare in one of the columns."""
        spare = self.x[:, list(columns)] > self._table.lower[:, list(columns)]
        return [int(i) for i in np.flatnonzero(spare.any(axis=1))]

    def _price(self, rows: slice) -> None:
        """Set the two sides of the cells of ``rows``."""
        x, claims = self.x[rows].astype(object), self._claims[rows]
        above = scaled_logs(self._table.posts.denominator(x + 1))
        below = scaled_logs(self._table.posts.denominator(x))
        self.take[rows] = np.where(x < self._table.upper[rows], above - claims, BARRED)
        self.give[rows] = np.where(x > self._table.lower[rows], below - claims, -BARRED)

    def _reprice(self, row: int) -> None:
        """Update the cheapest moves after a change in one row."""
        self._price(slice(row, row + 1))
        stale = np.argwhere(self.row == row)
        own = _capped(self.take[row][None, :] - self.give[row][:, None])
        np.fill_diagonal(own, 0)
        better = own < self.cost
        self.cost[better], self.row[better] = own[better], row
        if stale.size:
            self._choose(stale[:, 0], stale[:, 1])

    def _choose(self, sources: Ints, targets: Ints) -> None:
        """Find the cheapest row for each pair of columns; ties go to the lower row."""
        costs = self.take[:, targets] - self.give[:, sources]
        rows = costs.argmin(axis=0)
        least = _capped(costs[rows, np.arange(rows.size)])
        self.row[sources, targets] = rows
        self.cost[sources, targets] = np.where(sources == targets, 0, least)


def _capped(costs: Ints) -> Ints:
    """Let every sum with a barred part be barred, whatever else is in it."""
    return np.where(costs >= BARRED // 2, BARRED, costs)


def shortest_moves(
    moves: ColumnMoves, surplus: Ints
) -> list[tuple[int, int]] | frozenset[int] | None:
    """Find the next moves: a cycle that gains, or the shortest path that mends a surplus.

    Parameters
    ----------
    moves
        The table in progress.
    surplus
        Column sums minus column totals, shape (k,) [persons].

    Returns
    -------
    list, frozenset or None
        The moves (source, target) in order; or, where no path reaches a column with too
        few, the columns from which there is none; or ``None`` when all is done.
    """
    distance, parent, last = _relax(moves.cost, np.zeros(surplus.size, dtype=np.int64))
    if last is not None:
        return _cycle(parent, last)
    if not surplus.any():
        return None
    start = np.where(surplus > 0, 0, BARRED)
    distance, parent, _ = _relax(moves.cost, start)
    target = int(np.where(surplus < 0, distance, 2 * BARRED).argmin())
    if distance[target] >= BARRED // 2:
        return frozenset(np.flatnonzero(distance < BARRED // 2).tolist())
    return _path(parent, target)


def _relax(cost: Ints, distance: Ints) -> tuple[Ints, Ints, int | None]:
    """Bellman-Ford over the columns; names a column still improving after k rounds."""
    distance = distance.copy()
    parent = np.full(distance.size, -1)
    for _ in range(distance.size):
        reached = _capped(distance[:, None] + cost)
        best = reached.min(axis=0)
        improved = best < distance
        if not improved.any():
            return distance, parent, None
        parent[improved] = reached.argmin(axis=0)[improved]
        distance[improved] = best[improved]
    return distance, parent, int(np.flatnonzero(improved)[0])


def _path(parent: Ints, target: int) -> list[tuple[int, int]]:
    path: list[tuple[int, int]] = []
    while parent[target] >= 0:
        path.append((int(parent[target]), target))
        target = int(parent[target])
    return path[::-1]


def _cycle(parent: Ints, node: int) -> list[tuple[int, int]]:
    for _ in range(parent.size):
        node = int(parent[node])
    cycle = [(int(parent[node]), node)]
    while cycle[-1][0] != node:
        cycle.append((int(parent[cycle[-1][0]]), cycle[-1][0]))
    return cycle[::-1]
