"""Plain ways to a plan: netting the largest against the largest, and flows at random prices."""

from __future__ import annotations

import numpy as np

from models.exchange.block import Block
from models.exchange.flows import Demand, cheap_flow, settle
from models.exchange.problem import BoolArray, IntArray
from models.solution import SolverDisagreementError


def net_greedily(block: Block, given: IntArray, taken: IntArray) -> IntArray | None:
    """Settle given net amounts by always pairing the largest giver with the largest taker.

    Returns
    -------
    IntArray or None
        Persons per arc, shape (e,); None where the rule gets stuck: a rest is below the lot or
        has no open pair.
    """
    give, take = given.copy(), taken.copy()
    index = {pair: k for k, pair in enumerate(map(tuple, block.arcs.tolist()))}
    flow = np.zeros(len(block.arcs), dtype=np.int64)
    while give.any():
        for i, j in _largest_first(give, take):
            k = index.get((i, j))
            persons = int(min(give[i], take[j]))
            if k is not None and not flow[k] and persons >= block.lot:
                break
        else:
            return None
        flow[k] = persons
        give[i] -= persons
        take[j] -= persons
    return flow if block.keeps_rules(flow) else None


def _largest_first(give: IntArray, take: IntArray) -> list[tuple[int, int]]:
    givers = [int(i) for i in np.argsort(-give, kind="stable") if give[i]]
    takers = [int(j) for j in np.argsort(-take, kind="stable") if take[j]]
    return [(i, j) for i in givers for j in takers]


def flow_plan(block: Block, demand: Demand, open_: BoolArray, seed: int) -> IntArray | None:
    """Plan on the pairs that a cheapest flow at random prices uses; small pieces are closed.

    Parameters
    ----------
    block, demand
        What must be carried.
    open_
        Arcs that may trade, shape (e,).
    seed
        Of the prices; 0 prices every arc by the share of it that a person fills.

    Notes
    -----
    A cheapest flow uses no cycle of pairs, so it never has more pairs than parties less one.
    """
    rng = np.random.default_rng(seed)
    share = 10_000 // np.maximum(block.arc_limit, 1)
    price = share if seed == 0 else share * rng.integers(1, 100, len(share))
    open_ = open_ & (block.arc_limit >= block.lot)
    for _ in range(6):
        persons = cheap_flow(block, demand, open_, price)
        if persons is None:
            return None
        used = (persons > 0) | block.wished
        plan = settle(block, used, demand)
        if plan is not None and block.keeps_rules(plan):
            return plan
        small = used & (persons < block.lot) & ~block.wished
        if not small.any():
            return None
        open_ = open_ & ~small
    return None


def plain_plan(block: Block, demand: Demand) -> IntArray:
    """Plan for a demand that a flow without lots, partner limits and wishes surely meets.

    Raises
    ------
    SolverDisagreementError
        If it does not.
    """
    plan = flow_plan(block, demand, np.ones(len(block.arcs), dtype=bool), 0)
    if plan is None:
        raise SolverDisagreementError("a flow that exists is not found")
    return plan
