"""Flows over a block: what could be reached without lots, and the best amounts on given pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.exchange.block import Block
from models.exchange.prices import price_bound
from models.exchange.problem import BoolArray, IntArray
from models.solver.flow import FlowInfeasibleError, max_flow, min_cost_flow

_LARGE_COST = 1 << 59


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What earlier stages ask of a block."""

    relief: int
    """Persons of shortfall to relieve in all."""
    floor: IntArray
    """Least relief of each giver, shape (a,)."""


def reachable(block: Block, supply: IntArray, room: IntArray | None = None) -> int:
    """Most persons that flow from ``supply`` per giver into the room, lots left aside."""
    return _largest_flow(block, supply, block.room if room is None else room)[0]


def source_side(block: Block) -> tuple[BoolArray, BoolArray]:
    """Givers and takers on the source side of the minimum cut of the relief."""
    side = _largest_flow(block, block.useful, block.room)[1]
    a = len(block.givers)
    return side[:a], side[a : a + len(block.takers)]


def _largest_flow(block: Block, supply: IntArray, room: IntArray) -> tuple[int, BoolArray]:
    """Value of the maximum flow and the source side of its cut, which goes through no pair."""
    a, b = len(block.givers), len(block.takers)
    source, sink = a + b, a + b + 1
    endless = np.full(len(block.arcs), int(supply.sum()) + 1)
    return max_flow(
        np.concatenate([np.full(a, source), block.arcs[:, 0], np.arange(b) + a]).astype(np.int64),
        np.concatenate([np.arange(a), block.arcs[:, 1] + a, np.full(b, sink)]).astype(np.int64),
        np.concatenate([supply, endless, room]).astype(np.int64),
        source,
        sink,
        a + b + 2,
    )


def most_relief(block: Block) -> int:
    """Bound on the relief of a block: the flow, and the room that whole lots take up.

    Notes
    -----
    A giver that is short by less than a lot takes up a lot of room for less relief. With the k
    largest of these, relief is at most their shortfalls plus min(the other givers, room left).
    """
    useful = block.useful
    bound = reachable(block, useful)
    is_small = useful < block.lot
    room, large = int(block.room.sum()), int(useful[~is_small].sum())
    small = np.concatenate([[0], np.cumsum(np.sort(useful[is_small])[::-1])])
    left = room - block.lot * np.arange(len(small))
    by_room = small + np.minimum(large, left)
    return min(bound, int(by_room[left >= 0].max()))


def can_cover(block: Block, floor: IntArray) -> bool:
    """Whether every giver can give its floor at once, a lot at least, each lot undivided or not."""
    if (floor > block.useful).any():
        return False
    least = np.where(floor > 0, np.maximum(floor, block.lot), 0)
    return reachable(block, least) == int(least.sum())


def settle(block: Block, used: BoolArray, demand: Demand) -> IntArray | None:
    """Best amounts when exactly the arcs of ``used`` trade, each at least a lot.

    Returns
    -------
    IntArray or None
        Persons per arc, shape (e,), that meet the demand with the fewest persons and of these
        with the least distance; None if there are none.

    Notes
    -----
    Relief and what is given beyond it leave from two nodes, so that the fewest persons are the
    least return flow. Of equal flows the one with the least (i - j)^2 over the positions of
    giver and taker is taken: a strictly Monge cost, which on full pairs with given totals has
    one optimum whatever the engine.
    """
    if (demand.floor > block.useful).any() or int(demand.floor.sum()) > demand.relief:
        return None
    network = _Amounts(block, used, demand, block.lot)
    try:
        extra = 0 if not network.has_extra else network.solve(_extra_cost(network), None)[-1]
        return network.per_arc(network.solve(_distance_cost(network), int(extra)))
    except FlowInfeasibleError:
        return None


def least_distance(block: Block, demand: Demand, persons: int) -> int:
    """Persons-kilometres that no plan with this demand and number of persons goes below.

    Raises
    ------
    SolverDisagreementError
        If the cheapest flow of the relaxation can be made cheaper.

    Notes
    -----
    Lots and the number of agreements are left aside; the bound is that of the prices.
    """
    network = _Amounts(block, np.ones(len(block.arcs), dtype=bool), demand, 0)
    return network.proven(network.kilometres(), persons - demand.relief)


def cheap_flow(block: Block, demand: Demand, open_: BoolArray, price: IntArray) -> IntArray | None:
    """Cheapest persons per arc over open arcs, shape (e,), without lots; None if impossible."""
    if (demand.floor > block.useful).any() or int(demand.floor.sum()) > demand.relief:
        return None
    network = _Amounts(block, open_, demand, 0)
    cost = np.zeros(len(network.tails), dtype=np.int64)
    cost[network.pairs] = price[open_]
    try:
        return network.per_arc(network.solve(cost, 0))
    except FlowInfeasibleError:
        return None


class _Amounts:
    """Circulation of relief and extra persons over some arcs of a block.

    Nodes: givers, takers, then the source of relief, the sink and the source of extra persons.
    Arcs: relief, extra, pairs, room, and the return of extra persons as the last one.
    """

    def __init__(self, block: Block, used: BoolArray, demand: Demand, lot: int) -> None:
        a, b, k = len(block.givers), len(block.takers), int(used.sum())
        relief, sink, extra = a + b, a + b + 1, a + b + 2
        givers, takers = np.arange(a), np.arange(b) + a
        spare = block.give - block.useful
        self.block, self.used = block, used
        self.has_extra = bool(spare.any())
        self.tails = np.concatenate(
            [np.full(a, relief), np.full(a, extra), block.arcs[used, 0], takers, [sink]]
        ).astype(np.int64)
        self.heads = np.concatenate(
            [givers, givers, block.arcs[used, 1] + a, np.full(b, sink), [extra]]
        ).astype(np.int64)
        limit = np.maximum(block.arc_limit[used], lot)
        self.lower = np.concatenate(
            [demand.floor, np.zeros(a), np.full(k, lot), np.zeros(b + 1)]
        ).astype(np.int64)
        self.upper = np.concatenate([block.useful, spare, limit, block.room, [int(spare.sum())]])
        self.supplies = np.zeros(a + b + 3, dtype=np.int64)
        self.supplies[relief], self.supplies[sink] = demand.relief, -demand.relief

    @property
    def pairs(self) -> slice:
        """Where the arcs between givers and takers stand."""
        first = 2 * len(self.block.givers)
        return slice(first, first + int(self.used.sum()))

    def kilometres(self) -> IntArray:
        """Cost per arc: the distance of pairs."""
        cost = np.zeros(len(self.tails), dtype=np.int64)
        cost[self.pairs] = self.block.distance[self.used]
        return cost

    def _shifted(self, extra: int | None) -> tuple[IntArray, IntArray, IntArray]:
        """Lower limits, free capacities and supplies with the lower limits already sent."""
        lower, upper = self.lower.copy(), self.upper.copy()
        if extra is not None:
            lower[-1] = upper[-1] = extra
        supplies = self.supplies.copy()
        np.subtract.at(supplies, self.tails, lower)
        np.add.at(supplies, self.heads, lower)
        return lower, upper - lower, supplies

    def solve(self, cost: IntArray, extra: int | None) -> IntArray:
        """Cheapest flow per arc, with ``extra`` persons beyond the relief if that is given."""
        lower, free, supplies = self._shifted(extra)
        return lower + min_cost_flow(self.tails, self.heads, free, cost, supplies)

    def proven(self, cost: IntArray, extra: int) -> int:
        """Bound on the cost, by prices that are checked."""
        lower, free, supplies = self._shifted(extra)
        flow = min_cost_flow(self.tails, self.heads, free, cost, supplies)
        bound = price_bound(self.tails, self.heads, free, cost, supplies, flow)
        return bound + int((lower * cost).sum())

    def per_arc(self, flow: IntArray) -> IntArray:
        """Persons per arc of the block, shape (e,)."""
        persons = np.zeros(len(self.block.arcs), dtype=np.int64)
        persons[self.used] = flow[self.pairs]
        return persons


def _extra_cost(network: _Amounts) -> IntArray:
    cost = np.zeros(len(network.tails), dtype=np.int64)
    cost[-1] = 1
    return cost


def _distance_cost(network: _Amounts) -> IntArray:
    """Distance first, then the canonical rank where both fit in 64 bits together."""
    cost = network.kilometres()
    arcs = network.block.arcs[network.used]
    rank = (arcs[:, 0] - arcs[:, 1]) ** 2
    scale = int(rank.max(initial=0)) * int(network.block.room.sum()) + 1
    weight = int(cost.max(initial=0)) * scale + scale
    if weight * max(len(network.supplies) + 1, int(network.upper.sum()) + 1) < _LARGE_COST:
        cost = cost * scale
        cost[network.pairs] += rank
    return cost
