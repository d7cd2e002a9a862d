"""Prices of nodes that prove what a flow must cost at least."""

from __future__ import annotations

import numpy as np

from models.exchange.problem import IntArray
from models.solution import SolverDisagreementError


def price_bound(
    tails: IntArray,
    heads: IntArray,
    capacities: IntArray,
    costs: IntArray,
    supplies: IntArray,
    flow: IntArray,
) -> int:
    """Cost that no flow with these supplies goes below.

    Parameters
    ----------
    tails, heads, capacities, costs
        The arcs, shape (A,).
    supplies
        Units that leave each node, shape (N,).
    flow
        The flow from which prices are taken, shape (A,).

    Returns
    -------
    int
        The bound; equal to the cost of ``flow`` when that is the cheapest.

    Raises
    ------
    SolverDisagreementError
        If what the flow leaves has a cycle of negative cost: it is not the cheapest.

    Notes
    -----
    Prices π are shortest paths in what the flow leaves. By weak duality any π give the bound
    −Σ supply·π − Σ capacity·max(0, π_head − π_tail − cost). O(N A) at worst.
    """
    prices = _shortest_paths(tails, heads, capacities, costs, len(supplies), flow)
    gain = np.maximum(prices[heads] - prices[tails] - costs, 0)
    return -int((supplies * prices).sum()) - int((capacities * gain).sum())


def _shortest_paths(
    tails: IntArray,
    heads: IntArray,
    capacities: IntArray,
    costs: IntArray,
    nodes: int,
    flow: IntArray,
) -> IntArray:
    """Length of the shortest path to each node from a point outside, by Bellman and Ford."""
    ahead, back = flow < capacities, flow > 0
    start = np.concatenate([tails[ahead], heads[back]])
    end = np.concatenate([heads[ahead], tails[back]])
    length = np.concatenate([costs[ahead], -costs[back]])
    prices = np.zeros(nodes, dtype=np.int64)
    for _ in range(nodes + 1):
        shorter = prices.copy()
        np.minimum.at(shorter, end, prices[start] + length)
        if (shorter == prices).all():
            return prices
        prices = shorter
    raise SolverDisagreementError("a cheapest flow can still be made cheaper")
