"""The fewest agreements on a block: candidates first, then a search where they do not prove it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from models.exchange.block import Block
from models.exchange.chain import pour
from models.exchange.counting import fewest_changes, fewest_pairs, find_musts
from models.exchange.flows import Demand, reachable, settle
from models.exchange.grouping import plan_in_groups, settle_in_groups
from models.exchange.model import Goal, Model, search
from models.exchange.neighbourhood import improve_pairs
from models.exchange.netting import flow_plan, net_greedily
from models.exchange.packing import pack
from models.exchange.part import Part
from models.exchange.problem import BoolArray, Budget, Form, IntArray
from models.exchange.sides import full_side
from models.exchange.zero_sum import fewest_pairs_by_groups

_TRIES, POURS = 4, 100
"""Effort: orders in which a plan is looked for, and in which it is poured."""
_FEW_TRIES = 2
"""Effort: the same where a search follows."""
FEW_POURS = 20
"""Effort: orders in which it is poured where a plan is wanted at once."""
_MORE_PARTIES = (0, 1, 2, 3, 5, 8, 12)
"""Effort: parties beyond the fewest possible with which a plan is looked for."""


def candidates(block: Block, demand: Demand, open_: BoolArray, tries: int) -> Iterator[IntArray]:
    """Plans that meet a demand on open arcs, of any number of agreements."""
    side = full_side(block, demand)
    for seed in range(tries):
        if side is not None:
            packed = pack(side, open_, block.lot, seed)
            poured = pour(side, open_, block.lot, seed) > 0
            for used in (packed, poured):
                flow = _settled(block, demand, used)
                if flow is not None:
                    yield flow
        flow = flow_plan(block, demand, open_, seed)
        if flow is not None:
            yield flow


def _settled(block: Block, demand: Demand, used: BoolArray) -> IntArray | None:
    """Plan on chosen arcs and the wished ones, if there is one that keeps every rule."""
    flow = settle(block, used | block.wished, demand)
    return flow if flow is not None and block.keeps_rules(flow) else None


def fewest_agreements(
    block: Block, demand: Demand, form: Form, start: IntArray, budget: Budget
) -> Part:
    """Find the plan with the fewest agreements and a bound on them.

    Parameters
    ----------
    block, demand
        What must be carried.
    form
        What counts as an agreement.
    start
        A plan that meets the demand, shape (e,).
    budget
        How long to search where counting does not close the bound.

    Returns
    -------
    Part
        Never more agreements than ``start``, nor than greedy netting of its own net changes.
    """
    is_searched = budget.nodes > 0 and len(block.arcs) <= budget.arcs
    part = Part(block, demand, start, _counted(block, demand, form), "count")
    netted = net_greedily(block, block.given(start), block.taken(start))
    part = part if netted is None else part.better(netted, form)
    if form is Form.BILATERAL and budget.nodes and not part.is_closed(form):
        part = settle_in_groups(part, budget.group_nodes)
    if part.is_closed(form):
        return part
    tries = _FEW_TRIES if is_searched else _TRIES
    nodes = 0 if is_searched else budget.group_nodes
    if not budget.nodes:
        tries = nodes = 0
    for flow in _tries(block, demand, form, start, tries, nodes):
        part = part.better(flow, form)
        if part.is_closed(form):
            return part
        if not budget.nodes:
            # Where a plan is wanted at once, the first that comes must do.
            break
    if not part.is_closed(form) and is_searched:
        part = _searched(part, form, budget.nodes)
    elif form is Form.BILATERAL:
        flow = improve_pairs(block, demand, part.flow, part.bound, budget.rounds)
        part = part.better(flow, form)
    netted = net_greedily(block, block.given(part.flow), block.taken(part.flow))
    return part if netted is None else part.better(netted, form)


def _counted(block: Block, demand: Demand, form: Form) -> int:
    if form is Form.JOINT:
        return fewest_changes(block, demand)
    return max(fewest_pairs(block, demand), fewest_pairs_by_groups(block, demand))


def _tries(
    block: Block, demand: Demand, form: Form, start: IntArray, tries: int, nodes: int
) -> Iterator[IntArray]:
    everything = np.ones(len(block.arcs), dtype=bool)
    if form is Form.JOINT:
        yield from _few_parties(block, demand, tries, nodes)
        yield from candidates(block, demand, _thinned(block, demand, start), 1)
    yield from candidates(block, demand, everything, max(1, tries))


def _few_parties(block: Block, demand: Demand, tries: int, nodes: int) -> Iterator[IntArray]:
    """Plans among as few parties as can carry the demand, or a few more."""
    for more in _MORE_PARTIES:
        open_ = _largest(block, demand, more)
        plan = poured(block, demand, open_, POURS if tries else FEW_POURS)
        if plan is None:
            plan = next(candidates(block, demand, open_, tries), None)
        if plan is None and nodes:
            plan = _grouped(block, demand, open_, nodes)
        if plan is not None:
            yield plan
            return


def _grouped(block: Block, demand: Demand, open_: BoolArray, nodes: int) -> IntArray | None:
    """Plan of groups on open arcs, where all that have a floor can trade."""
    givers = np.unique(block.arcs[open_, 0])
    floor = demand.floor[givers]
    if floor.sum() < demand.floor.sum() or (block.wished & ~open_).any():
        return None
    own = plan_in_groups(block.part(open_), Demand(demand.relief, floor), nodes)
    if own is None:
        return None
    flow = np.zeros(len(block.arcs), dtype=np.int64)
    flow[open_] = own
    return flow


def poured(block: Block, demand: Demand, open_: BoolArray, tries: int = POURS) -> IntArray | None:
    """Plan that pours the amounts of a full side over open arcs; None if none is found.

    Parameters
    ----------
    block, demand
        What must be carried.
    open_
        Arcs that may trade, shape (e,).
    tries
        Orders in which it is poured.
    """
    side = full_side(block, demand)
    if side is None:
        return None
    for seed in range(tries):
        flow = _settled(block, demand, pour(side, open_, block.lot, seed) > 0)
        if flow is not None:
            return flow
    return None


def _largest(block: Block, demand: Demand, more: int) -> BoolArray:
    """Arcs among those who must trade and the largest of the others, ``more`` than needed."""
    musts = find_musts(block, demand)
    sides = []
    for must, changed, limit in (
        (musts.give > 0, block.giver_changed, block.useful),
        (musts.take > 0, block.taker_changed, block.room),
    ):
        active = must | changed
        order = np.argsort(-np.where(active, 0, limit), kind="stable")
        left = demand.relief - int(limit[active].sum())
        idle = [v for v in order.tolist() if not active[v]]
        needed = int(np.searchsorted(np.cumsum(limit[idle]), left)) + 1 if left > 0 else 0
        active[idle[: needed + more]] = True
        sides.append(active)
    return np.asarray(sides[0][block.arcs[:, 0]] & sides[1][block.arcs[:, 1]])


def _thinned(block: Block, demand: Demand, start: IntArray) -> BoolArray:
    """Arcs left when active parties are closed, smallest first, as long as the flow allows."""
    degrees = block.degrees(start > 0)
    useful = np.where(degrees[0] > 0, block.useful, 0)
    room = np.where(degrees[1] > 0, block.room, 0)
    for v in np.argsort(room, kind="stable").tolist():
        fewer = room.copy()
        fewer[v] = 0
        if room[v] and reachable(block, useful, fewer) >= demand.relief:
            room = fewer
    for v in np.argsort(useful, kind="stable").tolist():
        fewer = useful.copy()
        fewer[v] = 0
        floored = demand.floor[v] > 0
        if useful[v] and not floored and reachable(block, fewer, room) >= demand.relief:
            useful = fewer
    return np.asarray((useful[block.arcs[:, 0]] > 0) & (room[block.arcs[:, 1]] > 0))


def _searched(part: Part, form: Form, nodes: int) -> Part:
    high = part.count(form) - 1
    model = Model(part.block, part.demand, form, Goal.COUNT, low=part.bound, high=high)
    found = search(model, nodes)
    if found.flow is not None:
        part = part.better(found.flow, form)
    if found.is_final:
        return replace(part, bound=part.count(form), proof="search")
    return part
