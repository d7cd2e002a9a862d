"""Better plans where a block is too large to search whole: solve parts of it again."""

from __future__ import annotations

import numpy as np

from models.exchange.block import Block, connected
from models.exchange.counting import fewest_pairs
from models.exchange.flows import Demand
from models.exchange.model import Goal, Model, search
from models.exchange.problem import BoolArray, Form, IntArray

_PARTIES, _NEAR_PARTIES, _NODES = 15, 10, 300
"""Effort: parties of a part that is solved again, those near it, and nodes of its search."""


def improve_pairs(
    block: Block, demand: Demand, flow: IntArray, bound: int, rounds: int
) -> IntArray:
    """Lower the number of pairs until the bound is met or the rounds are over.

    Parameters
    ----------
    block, demand
        What must be carried.
    flow
        A plan, shape (e,).
    bound
        Number of pairs at which to stop.
    rounds
        Parts to solve again.

    Returns
    -------
    IntArray
        A plan with no more pairs than ``flow``, shape (e,).

    Notes
    -----
    A plan without cycles has as many pairs as parties less connected groups. A part is a group
    in which amounts of both sides are divided, with some others; solving it again for one pair
    less makes two groups of one. The seed is the round: equal input gives equal plans.
    """
    for step in range(rounds):
        if int((flow > 0).sum()) <= bound:
            break
        rng = np.random.default_rng(step)
        groups = _groups(block, flow)
        first = [group for group in groups if _is_divided(block, flow, group)] or groups
        arcs = _among(block, _gather(groups, first, rng))
        part, own = block.part(arcs), flow[arcs]
        asked = _asked(block, demand, part, own, arcs)
        most = int((own > 0).sum()) - 1
        least = fewest_pairs(part, asked)
        if least <= most:
            model = Model(part, asked, Form.BILATERAL, Goal.COUNT, least, most)
            flow = _replaced(flow, arcs, search(model, _NODES).flow)
    return flow


def improve_relief(block: Block, flow: IntArray, bound: int, rounds: int) -> IntArray:
    """Raise the relief until the bound is met or the rounds are over.

    Parameters
    ----------
    block
        Any block.
    flow
        A plan, shape (e,).
    bound
        Relief at which to stop.
    rounds
        Parts to solve again.

    Returns
    -------
    IntArray
        A plan with no less relief than ``flow``, shape (e,).

    Notes
    -----
    A part has a group with room left or with a giver that is still short, and some others.
    """
    for step in range(rounds):
        if int(block.relief(flow).sum()) >= bound:
            break
        rng = np.random.default_rng(step)
        groups = _groups(block, flow)
        short = block.relief(flow) < block.useful
        loose = np.concatenate([short, block.taken(flow) < block.room])
        first = [group for group in groups if (group & loose).any()] or groups
        arcs = _among(block, _gather(groups, first, rng))
        part, own = block.part(arcs), flow[arcs]
        now = int(part.relief(own).sum())
        nobody = Demand(0, np.zeros(len(part.givers), dtype=np.int64))
        model = Model(part, nobody, Form.BILATERAL, Goal.RELIEF, now + 1)
        if arcs.any() and now < min(int(part.useful.sum()), int(part.room.sum())):
            flow = _replaced(flow, arcs, search(model, _NODES).flow)
    return flow


def improve_distance(
    block: Block, demand: Demand, form: Form, flow: IntArray, rounds: int
) -> IntArray:
    """Lower the persons-kilometres with as many agreements and persons, part by part.

    Parameters
    ----------
    block, demand
        What must be carried.
    form
        What counts as an agreement.
    flow
        A plan, shape (e,).
    rounds
        Parts to solve again.

    Returns
    -------
    IntArray
        A plan that is no longer than ``flow``, shape (e,).

    Notes
    -----
    A part begins with a group that is far apart: one of the quarter that adds most to the sum.
    """
    for step in range(rounds):
        rng = np.random.default_rng(step)
        groups = _groups(block, flow)
        far = sorted(groups, key=lambda group: -_kilometres(block, flow, group))
        first = far[: 1 + len(groups) // 4]
        arcs = _among(block, _gather(groups, first, rng, _NEAR_PARTIES))
        part, own = block.part(arcs), flow[arcs]
        model = Model(
            part,
            _asked(block, demand, part, own, arcs),
            form,
            Goal.DISTANCE,
            high=int((own * part.distance).sum()) - 1,
            most_count=part.count(own, form),
            most_persons=int(own.sum()),
        )
        if arcs.any() and model.high >= 0:
            flow = _replaced(flow, arcs, search(model, _NODES).flow)
    return flow


def _kilometres(block: Block, flow: IntArray, group: BoolArray) -> int:
    own = group[block.arcs[:, 0]]
    return int((flow[own] * block.distance[own]).sum())


def _groups(block: Block, flow: IntArray) -> list[BoolArray]:
    """Parties that trade with each other, and each idle one: truth values of shape (a + b,)."""
    label = connected(block.arcs[flow > 0], len(block.givers), len(block.takers))
    return [label == group for group in np.unique(label)]


def _is_divided(block: Block, flow: IntArray, group: BoolArray) -> bool:
    """Whether amounts of both sides are divided in a group."""
    givers, takers = block.degrees(flow > 0)
    a = len(givers)
    return bool((givers[group[:a]] > 1).any() and (takers[group[a:]] > 1).any())


def _gather(
    groups: list[BoolArray],
    first: list[BoolArray],
    rng: np.random.Generator,
    most: int = _PARTIES,
) -> BoolArray:
    """One group out of ``first`` and others, as long as the part stays small."""
    chosen = first[int(rng.integers(len(first)))].copy()
    for k in rng.permutation(len(groups)).tolist():
        if int((chosen | groups[k]).sum()) <= most:
            chosen |= groups[k]
    return chosen


def _among(block: Block, chosen: BoolArray) -> BoolArray:
    a = len(block.givers)
    return np.asarray(chosen[block.arcs[:, 0]] & chosen[block.arcs[:, 1] + a])


def _asked(block: Block, demand: Demand, part: Block, own: IntArray, arcs: BoolArray) -> Demand:
    floor = demand.floor[np.unique(block.arcs[arcs, 0])]
    return Demand(int(part.relief(own).sum()), floor)


def _replaced(flow: IntArray, arcs: BoolArray, better: IntArray | None) -> IntArray:
    if better is None:
        return flow
    changed = flow.copy()
    changed[arcs] = better
    return changed
