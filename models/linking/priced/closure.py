"""What it costs to move one household of a kind from cell to cell, directly or by a chain."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from models.linking.priced.passes import PriceRangeError, row_chunks
from models.linking.priced.state import AnyInt, Places
from models.linking.problem import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Points lost by moves within one kind.

    In a chain a household goes from cell a to b, one of b's to c and so on: counts change only
    at the ends. Chains are exact as long as no cycle gains, which an optimal assignment for the
    counts guarantees.
    """

    kind: int
    cells: IntArray
    """Cells where the kind has somebody, ascending, shape (R,)."""
    row: IntArray
    """Row of a cell, -1 where nobody is, shape (2 M,)."""
    direct: AnyInt
    """Least loss of moving one household, shape (R, 2 M)."""
    chained: AnyInt
    """Least loss by a chain, shape (R, 2 M)."""
    far: int
    """No move at all costs this or more."""

    @property
    def gains_in_a_circle(self) -> bool:
        """Whether the assignment was not optimal for its counts."""
        here = np.arange(len(self.cells))
        return bool((self.chained[here, self.cells] < 0).any())


def far_for(places: Places) -> tuple[type[np.int32] | type[np.int64], int]:
    """Smallest integer type in which chains cannot overflow, and its "no move".

    Raises
    ------
    PriceRangeError
        If not even 64 bits hold the longest chain.
    """
    points = places.problem.points
    span = int(points.max()) - int(points.min()) + int(places.layout.lack_cost.max(initial=0))
    longest = 2 * len(places.persons) * (2 * span + 1)
    for kind, far in ((np.int32, 1 << 28), (np.int64, 1 << 60)):
        if longest < far:
            return kind, far
    raise PriceRangeError("points are so large that a chain of moves could leave 64 bits")


def reach_of(places: Places, kind: int) -> Reach:
    """Loss of every move of ``kind`` in the plan as it stands.

    Parameters
    ----------
    places
        The plan.
    kind
        Which kind.

    Returns
    -------
    Reach
        O(n M) for the direct moves of n households and O(R² M) for the chains.
    """
    dtype, far = far_for(places)
    municipalities = len(places.persons)
    who = places.layout.members(kind)
    who = who[np.argsort(places.cell[who], kind="stable")]
    cells, start = np.unique(places.cell[who], return_index=True)
    direct: AnyInt = np.full((len(cells), 2 * municipalities), far, dtype=dtype)
    for rows in row_chunks(len(cells), municipalities * max(1, len(who) // max(1, len(cells)))):
        first = start[rows.start]
        last = start[rows.stop] if rows.stop < len(cells) else len(who)
        loss = losses(places, who[first:last], far).astype(dtype)
        direct[rows] = np.minimum.reduceat(loss, start[rows] - first, axis=0)
    direct[np.arange(len(cells)), cells] = 0
    row = np.full(2 * municipalities, -1, dtype=np.int64)
    row[cells] = np.arange(len(cells))
    return Reach(kind, cells, row, direct, _chain(direct, cells, far), far)


def losses(places: Places, who: IntArray, far: int) -> IntArray:
    """Points that each of ``who`` loses in each cell, shape (n, 2 M); ``far`` where closed."""
    problem, layout = places.problem, places.layout
    now = problem.points[who, places.where[who]].astype(np.int64)
    now -= np.where(places.lacks[who], layout.lack_cost[who], 0)
    housed = np.where(problem.allowed[who], now[:, None] - problem.points[who], far)
    kind = layout.kind[who]
    bare = housed + layout.lack_cost[who, None]
    bare[~layout.needs[kind]] = far
    housed[layout.needs[kind] & ~layout.suits[kind].any(axis=1)] = far
    return np.asarray(np.minimum(np.concatenate([housed, bare], axis=1), far), dtype=np.int64)


def _chain(direct: AnyInt, cells: IntArray, far: int) -> AnyInt:
    """Shortest chains between all cells (Floyd and Warshall)."""
    chained = direct.copy()
    for i, cell in enumerate(cells):
        np.minimum(chained, chained[:, cell, None] + chained[i], out=chained)
    return np.minimum(chained, far)


def chain(reach: Reach, start: int, end: int) -> list[tuple[int, int]]:
    """Hops of a shortest chain between two cells, the one with the fewest hops.

    Parameters
    ----------
    reach
        Losses of the kind.
    start, end
        Cells; somebody of the kind is at ``start``.

    Returns
    -------
    list
        Pairs of cells, from ``start`` to ``end``; ties go to the lower cell.
    """
    came: dict[int, int] = {start: start}
    queue = deque([start])
    while queue and end not in came:
        cell = queue.popleft()
        row = reach.row[cell]
        rest = reach.chained[row, end]
        if reach.direct[row, end] == rest:
            came[end] = cell
            break
        onward = reach.direct[row, reach.cells].astype(np.int64) + reach.chained[:, end]
        for step in reach.cells[onward == rest].tolist():
            if step not in came:
                came[step] = cell
                queue.append(step)
    hops = [end]
    while hops[-1] != start:
        hops.append(came[hops[-1]])
    return list(zip(hops[:0:-1], hops[-2::-1], strict=True))


def mover(places: Places, kind: int, start: int, end: int, far: int) -> int:
    """Household of ``kind`` whose move between two cells loses least; the lowest of equals."""
    who = places.layout.members(kind)
    who = who[places.cell[who] == start]
    problem, layout = places.problem, places.layout
    municipality = end % len(places.persons)
    value = problem.points[who, municipality].astype(np.int64)
    now = problem.points[who, places.where[who]].astype(np.int64)
    if end >= len(places.persons):
        value -= layout.lack_cost[who]
    if start >= len(places.persons):
        now -= layout.lack_cost[who]
    loss = np.where(problem.allowed[who, municipality], now - value, far)
    return int(who[loss.argmin()])
