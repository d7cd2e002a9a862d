"""Blocks small enough to go through every plan of them, and their plans with what they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from models.exchange.block import Block, build_blocks, find_conflicts
from models.exchange.flows import Demand
from models.exchange.problem import BoolArray, IntArray
from tests.models.exchange.cases import random_problem, with_pins

MOST_FLOWS = 20_000


@dataclass(frozen=True)
class Plan:
    """Persons per arc, with what they come to, counted party by party."""

    flow: tuple[int, ...]
    given: tuple[int, ...]
    taken: tuple[int, ...]
    relief: tuple[int, ...]
    pairs: int
    changes: int
    kilometres: int

    @property
    def persons(self) -> int:
        return sum(self.flow)


def blocks(count: int, seed: int, *, pinned: bool, persons: int = 5) -> Iterator[Block]:
    """Draw blocks of at least two pairs with few enough flows to go through."""
    rng = np.random.default_rng(seed)
    while count:
        problem = random_problem(rng, most=6, persons=persons)
        problem = with_pins(rng, problem) if pinned else problem
        if find_conflicts(problem):
            continue
        for block in build_blocks(problem):
            if len(block.arcs) > 1 and np.prod(block.arc_limit + 1) <= MOST_FLOWS:
                yield block
                count -= 1
                if not count:
                    return


def plans_of(block: Block) -> list[Plan]:
    """Every flow that keeps every rule, from the rules as written."""
    amounts = [
        [*([] if wish else [0]), *range(block.lot, limit + 1)]
        for wish, limit in zip(block.wished.tolist(), block.arc_limit.tolist(), strict=True)
    ]
    plans = (_plan(block, flow) for flow in product(*amounts))
    return [plan for plan in plans if plan is not None]


def _plan(block: Block, flow: tuple[int, ...]) -> Plan | None:
    given, taken = [0] * len(block.givers), [0] * len(block.takers)
    out, into = given.copy(), taken.copy()
    for (i, j), x in zip(block.arcs.tolist(), flow, strict=True):
        given[i] += x
        taken[j] += x
        out[i] += x > 0
        into[j] += x > 0
    for used, limit in (
        (given, block.give),
        (taken, block.room),
        (out, block.giver_partners),
        (into, block.taker_partners),
    ):
        if any(x > most for x, most in zip(used, limit.tolist(), strict=True)):
            return None
    fresh = [
        *(x for x, old in zip(given, block.giver_changed.tolist(), strict=True) if not old),
        *(x for x, old in zip(taken, block.taker_changed.tolist(), strict=True) if not old),
    ]
    return Plan(
        flow=flow,
        given=tuple(given),
        taken=tuple(taken),
        relief=tuple(min(x, s) for x, s in zip(given, block.short.tolist(), strict=True)),
        pairs=sum(out),
        changes=sum(x > 0 for x in fresh),
        kilometres=sum(x * d for x, d in zip(flow, block.distance.tolist(), strict=True)),
    )


def carries(
    block: Block, demand: Demand, *, only: BoolArray | None = None, least: int = 0
) -> Iterator[tuple[IntArray, int]]:
    """Every flow that meets a demand as a flow does, with its persons.

    Each giver gives what counts as relief, at most its useful limit, and what does not, at most
    what its limit leaves beyond that; partners and wishes are left aside. On the arcs of
    ``only`` every amount is at least ``least``, on others nothing flows.
    """
    only = np.ones(len(block.arcs), dtype=bool) if only is None else only
    limits = zip(only.tolist(), block.arc_limit.tolist(), strict=True)
    amounts = [range(least, limit + 1) if use else range(1) for use, limit in limits]
    spare = block.give - block.useful
    for drawn in product(*amounts):
        flow = np.array(drawn, dtype=np.int64)
        given = np.bincount(block.arcs[:, 0], flow, len(block.givers)).astype(np.int64)
        taken = np.bincount(block.arcs[:, 1], flow, len(block.takers))
        low, high = np.maximum(demand.floor, given - spare), np.minimum(given, block.useful)
        if (
            (taken <= block.room).all()
            and (low <= high).all()
            and low.sum() <= demand.relief <= high.sum()
        ):
            yield flow, int(flow.sum())


def as_array(plan: Plan) -> IntArray:
    """Persons per arc as the code takes them."""
    return np.array(plan.flow, dtype=np.int64)
