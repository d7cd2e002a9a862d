"""The exchange as a flow from givers to takers, with the proofs of its optima."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.exchange.engine import cheapest_flow, largest_flow
from models.exchange.problem import ExchangeProblem, IntArray, Transfer
from models.solution import SolverDisagreementError


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Arcs source to giver, giver to taker, taker to sink, in that order.

    Only givers with a shortfall that their own limit can lower, takers with room, and the pairs
    between them are there. Node 0 is the source, the last node the sink.
    """

    givers: IntArray
    """Parties that give, ascending, shape (a,)."""
    takers: IntArray
    """Parties that take, ascending, shape (b,)."""
    arcs: IntArray
    """Positions of giver and taker per pair, sorted, shape (e, 2)."""
    distance: IntArray
    """Kilometres per pair, shape (e,)."""
    supply: IntArray
    """Most that a giver can give with effect, shape (a,)."""
    room: IntArray
    """Most that a taker can take, shape (b,)."""

    @property
    def nodes(self) -> int:
        """Number of nodes with source and sink."""
        return len(self.givers) + len(self.takers) + 2

    @property
    def tails(self) -> IntArray:
        """Tail per arc, shape (a + e + b,)."""
        a, b = len(self.givers), len(self.takers)
        return np.concatenate([np.zeros(a, np.int64), self.arcs[:, 0] + 1, np.arange(b) + a + 1])

    @property
    def heads(self) -> IntArray:
        """Head per arc, shape (a + e + b,)."""
        a, b = len(self.givers), len(self.takers)
        sink = np.full(b, self.nodes - 1, np.int64)
        return np.concatenate([np.arange(a) + 1, self.arcs[:, 1] + a + 1, sink])

    @property
    def capacities(self) -> IntArray:
        """Capacity per arc, shape (a + e + b,)."""
        between = np.minimum(self.supply[self.arcs[:, 0]], self.room[self.arcs[:, 1]])
        return np.concatenate([self.supply, between, self.room])

    def per_pair(self, flow: IntArray) -> IntArray:
        """Flow of the giver-to-taker arcs, shape (e,)."""
        return flow[len(self.givers) : len(self.givers) + len(self.arcs)]


def build_network(problem: ExchangeProblem) -> Network:
    """Lay out the flow of a problem, in an order that does not depend on the order of pairs."""
    useful = problem.useful_give()
    giver, taker = problem.pairs[:, 0], problem.pairs[:, 1]
    keep = (useful[giver] > 0) & (problem.take_limit[taker] > 0)
    order = np.lexsort((taker[keep], giver[keep]))
    giver, taker = giver[keep][order], taker[keep][order]
    givers, row = np.unique(giver, return_inverse=True)
    takers, column = np.unique(taker, return_inverse=True)
    return Network(
        givers=givers,
        takers=takers,
        arcs=np.stack([row, column], axis=1).astype(np.int64),
        distance=problem.distance[keep][order],
        supply=useful[givers],
        room=problem.take_limit[takers],
    )


def relieve_most(network: Network) -> IntArray:
    """Flow per arc of a maximum flow, shape (a + e + b,), not yet proven."""
    sink = network.nodes - 1
    return largest_flow(network.tails, network.heads, network.capacities, 0, sink)


def source_side(network: Network, flow: IntArray) -> IntArray:
    """Nodes that the source still reaches in what the flow leaves, as a boolean array."""
    tails, heads, capacities = network.tails, network.heads, network.capacities
    reached = np.zeros(network.nodes, dtype=bool)
    reached[0] = True
    # Pairs have no limit of their own: a cut never goes through one.
    open_ahead = flow < capacities
    first, last = len(network.givers), len(network.givers) + len(network.arcs)
    open_ahead[first:last] = True
    while True:
        before = int(reached.sum())
        reached[heads[open_ahead & reached[tails]]] = True
        reached[tails[(flow > 0) & reached[heads]]] = True
        if int(reached.sum()) == before:
            return reached


def nearest_flow(network: Network, persons: int) -> IntArray:
    """Flow per arc of ``persons`` with the least persons-kilometres, and one of the equal ones.

    Notes
    -----
    Among flows of equal distance the one with the least (i - j)^2 over givers i and takers j in
    their order is taken. On a full set of pairs with given amounts this is a strict preference
    (it satisfies the Monge condition), so that the choice does not depend on the engine.
    """
    rank = (network.arcs[:, 0] - network.arcs[:, 1]) ** 2
    scale = int(rank.max(initial=0)) * max(1, persons) + 1
    a, b = len(network.givers), len(network.takers)
    costs = np.concatenate(
        [np.zeros(a, np.int64), network.distance * scale + rank, np.zeros(b, np.int64)]
    )
    supplies = np.zeros(network.nodes, dtype=np.int64)
    supplies[0], supplies[-1] = persons, -persons
    return cheapest_flow(network.tails, network.heads, network.capacities, costs, supplies)


def distance_bound(network: Network, flow: IntArray, persons: int) -> int:
    """Persons-kilometres that no flow of ``persons`` can go below, by prices of our own.

    Raises
    ------
    SolverDisagreementError
        If the flow is not the cheapest: what it leaves has a cycle of negative length.

    Notes
    -----
    Shortest paths in what the flow leaves give prices π; by weak duality any π give the bound
    persons·(π_sink − π_source) − Σ capacity·max(0, π_head − π_tail − cost).
    """
    costs = np.zeros(len(network.tails), dtype=np.int64)
    first = len(network.givers)
    costs[first : first + len(network.arcs)] = network.distance
    prices = _shortest_paths(network, flow, costs)
    gain = prices[network.heads] - prices[network.tails] - costs
    paid = int((network.capacities * np.maximum(gain, 0)).sum())
    return persons * int(prices[-1] - prices[0]) - paid


def _shortest_paths(network: Network, flow: IntArray, costs: IntArray) -> IntArray:
    """Length of the shortest path to each node from a point outside, by Bellman and Ford."""
    ahead, back = flow < network.capacities, flow > 0
    tails = np.concatenate([network.tails[ahead], network.heads[back]])
    heads = np.concatenate([network.heads[ahead], network.tails[back]])
    lengths = np.concatenate([costs[ahead], -costs[back]])
    prices = np.zeros(network.nodes, dtype=np.int64)
    for _ in range(network.nodes + 1):
        shorter = prices.copy()
        np.minimum.at(shorter, heads, prices[tails] + lengths)
        if (shorter == prices).all():
            return prices
        prices = shorter
    raise SolverDisagreementError("a cheapest flow can still be made cheaper")


def transfers_of(network: Network, pair_flow: IntArray) -> tuple[Transfer, ...]:
    """Giver, taker and persons of every pair that carries flow, sorted."""
    used = np.flatnonzero(pair_flow)
    givers = network.givers[network.arcs[used, 0]]
    takers = network.takers[network.arcs[used, 1]]
    rows = zip(givers.tolist(), takers.tolist(), pair_flow[used].tolist(), strict=True)
    return tuple(sorted(rows))
