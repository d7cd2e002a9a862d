"""Parting blocks before the agreements are counted, and the last two stages after it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.exchange.block import Block, connected
from models.exchange.counting import find_musts
from models.exchange.flows import (
    Demand,
    cheap_flow,
    least_distance,
    most_relief,
    settle,
    source_side,
)
from models.exchange.model import Goal, Model, search
from models.exchange.neighbourhood import improve_distance
from models.exchange.part import Part, is_proven
from models.exchange.problem import Budget, Form, IntArray


def split_at_cut(
    block: Block, flow: IntArray, demand: Demand
) -> list[tuple[Block, Demand, IntArray]]:
    """Part a block at its minimum cut, where no pair across it can carry anybody.

    Parameters
    ----------
    block, flow
        A plan, shape (e,).
    demand
        What it meets.

    Returns
    -------
    list
        Blocks, each with its own demand and the plan that meets it.

    Notes
    -----
    When relief equals the cut, takers inside it are full of what givers inside give, and givers
    outside give all they can to takers outside. So each part has a side that is used in full.
    """
    keep = np.ones(len(block.arcs), dtype=bool)
    if demand.relief == most_relief(block):
        givers, takers = source_side(block)
        at_cut = int(block.useful[~givers].sum()) + int(block.room[takers].sum())
        if demand.relief == at_cut:
            keep = givers[block.arcs[:, 0]] == takers[block.arcs[:, 1]]
    label = connected(block.arcs[keep], len(block.givers), len(block.takers))
    part_of = np.where(keep, label[block.arcs[:, 0]], -1)
    parts = []
    for part in np.unique(part_of[keep]).tolist():
        arcs = part_of == part
        own, here = block.part(arcs), flow[arcs]
        floor = demand.floor[np.unique(block.arcs[arcs, 0])]
        parts.append((own, Demand(int(own.relief(here).sum()), floor), here))
    return parts


def part_value(part: Part, goal: Goal) -> int:
    """Persons or persons-kilometres of a part."""
    weight = part.block.distance if goal is Goal.DISTANCE else np.ones_like(part.flow)
    return int((part.flow * weight).sum())


def shorten(part: Part, form: Form, goal: Goal, budget: Budget) -> Part:
    """Lower the persons or the distance of a part, with everything before it kept.

    Parameters
    ----------
    part
        A plan of the stage before.
    form
        What counts as an agreement.
    goal
        ``PERSONS`` or ``DISTANCE``.
    budget
        How long to search where the bound stays open.

    Returns
    -------
    Part
        With the bound of this stage.
    """
    bound = _bound(part, goal)
    if form is Form.JOINT and goal is Goal.DISTANCE:
        part = _respread(part)
    part = replace(part, bound=bound, proof="count")
    if goal is Goal.DISTANCE and len(part.block.arcs) > budget.arcs:
        flow = improve_distance(part.block, part.demand, form, part.flow, budget.rounds)
        return replace(part, flow=flow)
    nodes = min(budget.nodes, budget.distance_nodes) if goal is Goal.DISTANCE else budget.nodes
    if is_proven(part_value(part, goal), bound) or not nodes or len(part.block.arcs) > budget.arcs:
        return part
    found = search(_model(part, form, goal), nodes)
    if found.flow is not None:
        part = replace(part, flow=found.flow)
    if found.is_final:
        return replace(part, bound=part_value(part, goal), proof="search")
    return part


def _bound(part: Part, goal: Goal) -> int:
    block = part.block
    # Only a plan whose first stage is open can relieve more than was asked.
    demand = replace(part.demand, relief=int(block.relief(part.flow).sum()))
    if goal is Goal.DISTANCE:
        return least_distance(block, demand, int(part.flow.sum()))
    beyond = np.maximum(find_musts(block, demand).give - block.useful, 0)
    return demand.relief + int(beyond.sum())


def _model(part: Part, form: Form, goal: Goal) -> Model:
    return Model(
        part.block,
        part.demand,
        form,
        goal,
        low=part.bound,
        high=part_value(part, goal) - 1,
        most_count=part.block.count(part.flow, form),
        most_persons=int(part.flow.sum()) if goal is Goal.DISTANCE else None,
    )


def _respread(part: Part) -> Part:
    """Choose pairs anew among the parties that change anyhow."""
    block = part.block
    givers, takers = block.degrees(part.flow > 0)
    open_ = (givers[block.arcs[:, 0]] > 0) & (takers[block.arcs[:, 1]] > 0)
    persons = cheap_flow(block, part.demand, open_, block.distance)
    if persons is None:
        return part
    flow = settle(block, (persons > 0) | block.wished, part.demand)
    if flow is None or not block.keeps_rules(flow) or flow.sum() > part.flow.sum():
        return part
    better = replace(part, flow=flow)
    nearer = part_value(better, Goal.DISTANCE) <= part_value(part, Goal.DISTANCE)
    return better if nearer else part
