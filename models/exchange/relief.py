"""The first two stages: the least shortfall in all, and the least for whoever is worst off."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from models.exchange.agreements import FEW_POURS, POURS, candidates, poured
from models.exchange.block import Block
from models.exchange.filling import fill
from models.exchange.flows import Demand, can_cover, most_relief
from models.exchange.grouping import plan_in_groups
from models.exchange.model import Goal, Model, search
from models.exchange.neighbourhood import improve_relief
from models.exchange.part import is_proven
from models.exchange.problem import Budget, Form, IntArray
from models.solution import SolverDisagreementError

_TRIES, _FILLINGS = 2, 20
"""Effort: orders in which a plan for the bound is looked for, and in which one is filled."""


@dataclass(frozen=True, slots=True, eq=False)
class Relieved:
    """A block, a plan for it and the most relief that is possible."""

    block: Block
    flow: IntArray
    bound: int
    by_search: bool = False

    @property
    def relief(self) -> int:
        """Persons of shortfall that the plan takes away."""
        return int(self.block.relief(self.flow).sum())


def relieve_most(block: Block, budget: Budget) -> Relieved:
    """Find the plan of a block with the most relief.

    Notes
    -----
    Without lots, partner limits and wishes this is a maximum flow. Otherwise plans are built
    for the bound; where none reaches it, a search follows, of parts where the block is large.
    """
    bound = most_relief(block)
    best = Relieved(block, fill(block, 0), bound)
    plan = _first_plan(block, Demand(bound, np.zeros(len(block.givers), dtype=np.int64)), budget)
    if plan is not None:
        best = replace(best, flow=plan)
    if is_proven(-best.relief, -bound) or not budget.nodes:
        return best
    if len(block.arcs) <= budget.arcs:
        return _searched(best, budget)
    for seed in range(1, _FILLINGS):
        other = replace(best, flow=fill(block, seed))
        best = max(best, other, key=lambda item: item.relief)
    return replace(best, flow=improve_relief(block, best.flow, bound, budget.rounds))


def _first_plan(block: Block, demand: Demand, budget: Budget) -> IntArray | None:
    """Plan that meets a demand, by whatever finds one first."""
    everything = np.ones(len(block.arcs), dtype=bool)
    plan = poured(block, demand, everything, POURS if budget.nodes else FEW_POURS)
    if plan is None:
        plan = next(candidates(block, demand, everything, _TRIES), None)
    if plan is None and budget.nodes:
        plan = plan_in_groups(block, demand, budget.group_nodes)
    return plan


def _searched(start: Relieved, budget: Budget) -> Relieved:
    block = start.block
    nobody = Demand(0, np.zeros(len(block.givers), dtype=np.int64))
    found = search(
        Model(block, nobody, Form.BILATERAL, Goal.RELIEF, start.relief + 1, start.bound),
        budget.nodes,
    )
    flow = start.flow if found.flow is None else found.flow
    better = replace(start, flow=flow)
    if found.is_final:
        return replace(better, bound=better.relief, by_search=True)
    return better


@dataclass(frozen=True, slots=True, eq=False)
class Levelled:
    """Blocks with plans in which nobody is worse off than ``level`` per person of quota."""

    blocks: tuple[Relieved, ...]
    level: Fraction
    bound: Fraction
    by_search: bool


def level_worst(blocks: tuple[Relieved, ...], elsewhere: Fraction, budget: Budget) -> Levelled:
    """Lower the largest remaining shortfall per quota, with the relief of the blocks kept.

    Parameters
    ----------
    blocks
        Plans of the first stage.
    elsewhere
        Largest ratio among parties that no block can help.
    budget
        How long to search.

    Notes
    -----
    A ratio can only be one of (shortfall − k) / quota, so a search over these, by flow and
    where needed by engine, is exact.
    """
    levels = _levels(blocks, elsewhere)
    least = max((_least_level(item, levels) for item in blocks), default=0)
    proven, by_search, done = least, False, []
    for item in blocks:
        reached, below, searched = _lower(item, levels, least, budget)
        done.append(reached)
        proven = max(proven, below)
        by_search |= searched
    level = max([elsewhere, *(_worst(item) for item in done)])
    return Levelled(tuple(done), level, levels[proven], by_search)


def floors(block: Block, level: Fraction) -> IntArray:
    """Relief of each giver that brings it down to a level, shape (a,)."""
    allowed = [int(level * q) for q in block.quota.tolist()]
    floor = np.maximum(block.short - np.array(allowed, dtype=np.int64), 0)
    return np.asarray(np.where(block.quota > 0, floor, 0), dtype=np.int64)


def _worst(item: Relieved) -> Fraction:
    left = (item.block.short - item.block.relief(item.flow)).tolist()
    quota = item.block.quota.tolist()
    return max((Fraction(r, q) for r, q in zip(left, quota, strict=True) if q), default=Fraction(0))


def _levels(blocks: tuple[Relieved, ...], elsewhere: Fraction) -> list[Fraction]:
    """Every ratio that the worst-off party may end at, ascending."""
    least, found = elsewhere, {elsewhere}
    for item in blocks:
        block = item.block
        rows = zip(block.short.tolist(), block.useful.tolist(), block.quota.tolist(), strict=True)
        for short, useful, quota in rows:
            if quota:
                least = max(least, Fraction(short - useful, quota))
                found |= {Fraction(short - k, quota) for k in range(useful + 1)}
    return sorted(level for level in found if level >= least)


def _least_level(item: Relieved, levels: list[Fraction]) -> int:
    """Position of the lowest level that the flow does not rule out; the highest always does."""
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high) // 2
        if _may_hold(item, levels[middle]):
            high = middle
        else:
            low = middle + 1
    return low


def _may_hold(item: Relieved, level: Fraction) -> bool:
    """Whether the flow does not rule a level out."""
    floor = floors(item.block, level)
    return int(floor.sum()) <= item.relief and can_cover(item.block, floor)


def _lower(
    item: Relieved, levels: list[Fraction], least: int, budget: Budget
) -> tuple[Relieved, int, bool]:
    """Plan at the lowest level from ``least`` on, the level proven, and whether by an engine."""
    worst, relief = _worst(item), item.relief
    if worst <= levels[least]:
        return item, least, False
    low, high, searched = least, bisect_left(levels, worst), False
    certain = True
    while low < high:
        # The bound itself is tried first: it nearly always holds.
        middle = low if low == least and not searched else (low + high) // 2
        plan, is_final = _plan_at(item, levels[middle], budget)
        searched = True
        if plan is not None:
            item = replace(item, flow=plan)
            if _worst(item) > levels[middle] or item.relief < relief:
                raise SolverDisagreementError("a plan is not at the level that was asked for")
            high = max(low, bisect_left(levels, _worst(item)))
        else:
            low, certain = middle + 1, certain and is_final
    return item, low if certain else least, certain and low > least


def _plan_at(item: Relieved, level: Fraction, budget: Budget) -> tuple[IntArray | None, bool]:
    block = item.block
    demand = Demand(item.relief, floors(block, level))
    plan = _first_plan(block, demand, budget)
    if plan is not None:
        return plan, True
    if not budget.nodes or len(block.arcs) > budget.arcs:
        return None, False
    found = search(Model(block, demand, Form.BILATERAL, Goal.ANY), budget.nodes)
    return found.flow, found.is_final
