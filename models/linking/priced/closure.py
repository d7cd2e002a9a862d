"""What it costs to move one household of a kind from cell to cell, directly or by a chain.

In a chain a household goes from cell a to b, one of b's to c and so on: counts change only at
the ends. Shortest chains keep the people of a kind assigned at the most points for their counts,
so no circle within a kind ever gains.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from models.linking.priced.passes import PriceRangeError
from models.linking.priced.state import AnyInt, Places
from models.linking.problem import IntArray

_FEW_MUNICIPALITIES = 64
"""Effort: municipalities up to which moves past a bare place are always looked at."""
_CELLS = 64
"""Effort: cells that are looked at together."""


@dataclass(slots=True, eq=False)
class Reach:
    """Points lost by moves within one kind, renewed cell by cell.

    Nodes are the municipalities with a dwelling, and those without one where anybody of the kind
    lacks one or there are few municipalities.
    """

    places: Places
    kind: int
    members: IntArray
    """Households of the kind, ascending."""
    nodes: IntArray
    """Cell of node i, shape (N,); the first M are the municipalities with a dwelling."""
    node: IntArray
    """Node of a cell, -1 where it takes no part, shape (2 M,)."""
    direct: AnyInt
    """Least loss of moving one household from node i to node j, shape (N, N)."""
    far: int
    """No move at all costs this."""
    potential: AnyInt
    """Whole numbers with which no direct loss is negative once they are charged, shape (N,)."""

    def renew(self, cells: Iterable[int]) -> None:
        """Recompute what leaving ``cells`` costs."""
        touched = np.zeros(len(self.node), dtype=np.bool_)
        touched[list(cells)] = True
        nodes = self.node[touched]
        self.direct[nodes] = self.far
        standing = self.places.cell[self.members]
        here = np.flatnonzero(touched[standing])
        here = here[np.argsort(standing[here], kind="stable")]
        self._fill(self.members[here], standing[here])

    def _fill(self, who: IntArray, standing: IntArray) -> None:
        """Least losses of leaving the cells in which ``who`` stand; cells in order."""
        if not len(who):
            return
        begins = np.flatnonzero(np.diff(standing, prepend=-1))
        rows = self.node[standing[begins]]
        loss = losses(self.places, who, self.far, self.nodes[len(self.places.persons) :])
        self.direct[rows] = np.minimum.reduceat(loss, begins, axis=0)
        self.direct[rows, rows] = 0

    def fill_all(self) -> None:
        """Least losses of leaving every cell, a few at a time."""
        standing = self.places.cell[self.members]
        order = np.argsort(standing, kind="stable")
        who, standing = self.members[order], standing[order]
        for low in range(0, len(self.node), _CELLS):
            part = slice(*np.searchsorted(standing, (low, low + _CELLS)))
            self._fill(who[part], standing[part])

    def closed(self) -> AnyInt:
        """Least loss by a chain between all nodes, shape (N, N) (Floyd and Warshall).

        Also finds potentials, unless a circle gains.
        """
        active = np.flatnonzero(self.direct.min(axis=1) < self.far)
        some = self.direct[active]
        through = np.empty_like(some)
        for i, node in enumerate(active):
            np.add(some[:, node, None], some[i], out=through)
            np.minimum(some, through, out=some)
        chained = np.full_like(self.direct, self.far)
        chained[active] = some
        chained[chained >= self.far // 2] = self.far
        self.potential = np.minimum(chained.min(axis=0), 0)
        return chained

    def chain(self, start: int, end: int) -> tuple[int, list[tuple[int, int]]]:
        """Loss and hops of a shortest chain as the plan stands; no hops where there is none.

        Label correction on losses charged with potentials, which are then moved so that none is
        negative after the chain either; nodes no nearer than the end are left alone.
        """
        first, last = int(self.node[start]), int(self.node[end])
        if self.direct[first].min() >= self.far:
            # Nobody stands there any more: no need to look everywhere for a way.
            return self.far, []
        potential = self.potential
        charged = self.direct[first] + (potential[first] - potential)
        came = np.full(len(charged), first, dtype=np.int64)
        fresh = np.flatnonzero(charged < charged[last])
        while len(fresh):
            way = self.direct[fresh] + (charged[fresh] + potential[fresh])[:, None]
            way -= potential
            better = np.flatnonzero(way.min(axis=0) < np.minimum(charged, charged[last]))
            best = way[:, better].argmin(axis=0)
            charged[better] = way[best, better]
            came[better] = fresh[best]
            fresh = better[charged[better] < charged[last]]
        near = charged[last]
        loss = int(near) - int(potential[first]) + int(potential[last])
        if loss >= self.far // 2:
            return self.far, []
        self.potential = potential + np.minimum(charged, near)
        way_back = [last]
        while way_back[-1] != first:
            way_back.append(int(came[way_back[-1]]))
        cells = self.nodes[way_back[::-1]].tolist()
        return loss, list(itertools.pairwise(cells))

    def arrivals(self, who: IntArray, end: int) -> IntArray:
        """Points that each of ``who`` of this kind loses by going to cell ``end``, shape (n,)."""
        places = self.places
        problem, layout = places.problem, places.layout
        municipality, lacking = end % len(places.persons), end >= len(places.persons)
        loss = problem.points[who, places.where[who]] - problem.points[who, municipality]
        loss += layout.lack_cost[who] * (np.int64(lacking) - places.lacks[who])
        shut = ~problem.allowed[who, municipality]
        if not lacking and layout.needs[self.kind] and not layout.suits[self.kind].any():
            shut[:] = True
        return np.where(shut, self.far, loss)

    def movers(self, hops: list[tuple[int, int]]) -> list[int]:
        """Household of each hop whose move loses least; the lowest of equals."""
        places = self.places
        municipalities = len(places.persons)
        goal = np.full(len(self.node), -1, dtype=np.int64)
        goal[[a for a, _ in hops]] = [b for _, b in hops]
        standing = places.cell[self.members]
        here = goal[standing] >= 0
        who, standing = self.members[here], standing[here]
        end = goal[standing]
        problem = places.problem
        # Everyone in a cell earns there what he earns there: only differences count.
        loss = problem.points[who, standing % municipalities].astype(np.int64)
        loss -= problem.points[who, end % municipalities]
        change = (end >= municipalities).astype(np.int64) - (standing >= municipalities)
        loss += places.layout.lack_cost[who] * change
        loss[~problem.allowed[who, end % municipalities]] = self.far
        order = np.lexsort((who, loss, standing))
        first = order[np.flatnonzero(np.diff(standing[order], prepend=-1))]
        chosen = dict(zip(standing[first].tolist(), who[first].tolist(), strict=True))
        return [chosen[a] for a, _ in hops]


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
        O(n N) for n households.
    """
    dtype, far = far_for(places)
    municipalities = len(places.persons)
    members = places.layout.members(kind)
    lacking = bool(places.lacks[members].any()) or municipalities <= _FEW_MUNICIPALITIES
    bare = np.arange(municipalities * (lacking and bool(places.layout.needs[kind])))
    nodes = np.concatenate([np.arange(municipalities), municipalities + bare])
    node = np.full(2 * municipalities, -1, dtype=np.int64)
    node[nodes] = np.arange(len(nodes))
    direct: AnyInt = np.full((len(nodes), len(nodes)), far, dtype=dtype)
    reach = Reach(places, kind, members, nodes, node, direct, far, np.zeros(len(nodes), dtype))
    reach.fill_all()
    return reach


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


def losses(places: Places, who: IntArray, far: int, bare: IntArray) -> IntArray:
    """Points that each of ``who`` loses in each node, shape (n, N).

    Parameters
    ----------
    places, who
        The plan and some households of one kind.
    far
        Loss where a municipality is closed or no dwelling suits.
    bare
        Cells without a dwelling that follow those with one.
    """
    problem, layout = places.problem, places.layout
    kind = layout.kind[who[0]]
    now = problem.points[who, places.where[who]].astype(np.int64)
    now -= np.where(places.lacks[who], layout.lack_cost[who], 0)
    loss = np.where(problem.allowed[who], now[:, None] - problem.points[who], far)
    without = loss[:, bare - len(places.persons)] + layout.lack_cost[who, None]
    if layout.needs[kind] and not layout.suits[kind].any():
        loss[:] = far
    both = np.concatenate([loss, without], axis=1) if len(bare) else loss
    return np.asarray(np.minimum(both, far), dtype=np.int64)
