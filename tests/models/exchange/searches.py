"""Plans that searches without an engine's choice come to, written down as short texts.

Equal input gives equal plans, also where nothing proves them best. ``expected_searches.toml``
holds the plans; where a search rightly goes another way, write it anew, and read what changed::

    python -m tests.models.exchange.searches
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from models.exchange import Budget, ExchangeProblem, Fairness, Form, neighbourhood, solve_exchange
from models.exchange.agreements import _few_parties, _largest, _thinned, candidates, poured
from models.exchange.block import Block, build_blocks
from models.exchange.chain import pour
from models.exchange.counting import fewest_changes, fewest_pairs, find_musts
from models.exchange.filling import fill
from models.exchange.flows import Demand, can_cover, least_distance, most_relief, settle
from models.exchange.groups import Groups, find_kinds, widen_groups
from models.exchange.model import Found, Goal, Model, formulate
from models.exchange.netting import flow_plan, net_greedily
from models.exchange.packing import pack
from models.exchange.problem import BoolArray, IntArray
from models.exchange.sides import Side, place_of, sides
from models.exchange.zero_sum import fewest_pairs_by_groups
from tests.models import tables
from tests.models.exchange.cases import random_problem, with_pins

TABLE = Path(__file__).with_name("expected_searches.toml")
AT_ONCE = Budget(nodes=0, rounds=0)


def drawn(seed: int, most: int = 9, persons: int = 12) -> ExchangeProblem:
    """A problem of a few parties, most often with a lot, a partner limit or pins."""
    rng = np.random.default_rng(seed)
    problem = with_pins(rng, random_problem(rng, most, persons))
    n = problem.parties
    quota = problem.quota + (seed % 3 > 0)
    return replace(problem, quota=quota, give_limit=problem.give_limit + rng.integers(0, 9, n))


def numbers(values: IntArray | BoolArray | None) -> str:
    """An array as text: places of what is not zero, each with its value."""
    if values is None:
        return "none"
    flat = np.asarray(values, dtype=np.int64).ravel()
    return " ".join(f"{i}:{flat[i]}" for i in np.flatnonzero(flat)) or "0"


def solved(problem: ExchangeProblem, form: Form, fairness: Fairness, budget: Budget) -> str:
    """Transfers, stages and cut of an outcome."""
    found = solve_exchange(problem, form, fairness, budget)
    deals = " ".join(f"{i}>{j}:{x}" for i, j, x in found.transfers)
    stages = " ".join(f"{s.objective}/{s.bound}{s.proof[0]}" for s in found.stages)
    clashes = " ".join(f"{own.party}{own.rule}" for own in found.conflicts)
    cut = f"{found.cut_givers}{found.cut_takers}{found.relief_bound}".replace(" ", "")
    return f"{deals} | {stages} | {cut} {found.status}{clashes}"


def demand_of(block: Block) -> Demand:
    """All that can be relieved, and the whole of what the first giver can."""
    floor = np.zeros(len(block.givers), dtype=np.int64)
    return Demand(most_relief(block), floor)


def on_block(block: Block, seed: int) -> Iterator[str]:
    """What each way to a plan, and each way of counting, makes of one block."""
    demand, every = demand_of(block), np.ones(len(block.arcs), dtype=bool)
    musts, plan = find_musts(block, demand), fill(block, seed)
    yield f"fill {numbers(plan)}"
    yield f"musts {numbers(musts.give)} {numbers(musts.take)}"
    yield f"pairs {fewest_pairs(block, demand)} changes {fewest_changes(block, demand)}"
    yield f"zero-sum {fewest_pairs_by_groups(block, demand)}"
    yield f"cover {can_cover(block, musts.give)} far {least_distance(block, demand, demand.relief)}"
    yield f"net {numbers(net_greedily(block, block.given(plan), block.taken(plan)))}"
    yield f"cheap {numbers(flow_plan(block, demand, every, seed))}"
    own = Demand(int(block.relief(plan).sum()), demand.floor)
    yield f"settled {numbers(settle(block, plan > 0, own))}"
    yield f"poured {numbers(poured(block, demand, every))}"
    tried = [numbers(flow) for flow in candidates(block, demand, every, 3)]
    tried += [numbers(flow) for flow in _few_parties(block, demand, 2, 0)]
    yield f"tried {'; '.join(tried)}"
    yield f"largest {numbers(_largest(block, demand, 1))}"
    yield f"thinned {numbers(_thinned(block, demand, plan))}"
    for side in sides(block, demand):
        yield f"side {packed(side, plan > 0, block.lot, seed)}"
    yield f"groups {widened(block, demand, seed)}"


def packed(side: Side, used: BoolArray, lot: int, seed: int) -> str:
    """Arcs that a packing opens from nothing and from a plan, and what is poured along all."""
    every, begun = np.ones(len(used), dtype=bool), place_of(side, used)
    opened = [numbers(pack(side, every, lot, seed, start)) for start in (None, begun)]
    poured_on = numbers(pour(side, every, lot, seed))
    return f"needs {numbers(side.needs())} packed {'; '.join(opened)} poured {poured_on}"


def widened(block: Block, demand: Demand, seed: int) -> str:
    """Groups near the best at prices by hand."""
    kinds = find_kinds(block, demand)
    if not kinds.most_groups:
        return "none"
    pairs = fewest_pairs(block, demand)
    # Prices that add up to almost all pairs, so that few groups are near the best.
    prices = 950_000 * pairs // int(kinds.count.sum()) + 7_000 * np.arange(len(kinds.count))
    first = np.eye(len(kinds.count), dtype=np.int64)
    groups = widen_groups(Groups(kinds, first, prices, 0), pairs, seed)
    weight = 1 + np.arange(len(groups.members))[:, None]
    return f"{len(groups.members)} {numbers((groups.members * weight).sum(axis=0))}"


def at_once(seed: int, most: int, persons: int) -> list[str]:
    """All stages, without any search."""
    form = (Form.JOINT, Form.BILATERAL)[seed % 2]
    return [solved(drawn(seed, most, persons), form, Fairness.WORST, AT_ONCE)]


def on_their_own(seed: int) -> list[str]:
    """Each way by itself."""
    blocks = build_blocks(drawn(seed))
    return [text for block in blocks for text in on_block(block, seed % 3)]


def most_even(seed: int) -> list[str]:
    """All stages of a plan that is as even as can be."""
    problem = random_problem(np.random.default_rng(seed), 9, 12)
    return [solved(problem, Form.BILATERAL, Fairness.LEXIMIN, AT_ONCE)]


def largest(seed: int, most: int, persons: int) -> Block:
    """The largest block of the first problem from a seed on that has one of some pairs."""
    blocks = (own for more in range(50) for own in build_blocks(drawn(seed + more, most, persons)))
    return next(own for own in blocks if len(own.arcs) >= most)


def written(seed: int) -> list[str]:
    """The programme of each goal and form, of one small block."""
    block = largest(300 + 50 * seed, 6, 9)
    demand, found = demand_of(block), []
    for goal in Goal:
        model = Model(block, demand, (Form.JOINT, Form.BILATERAL)[seed % 2], goal, 1, 30, 4, 20)
        program = formulate(model)
        parts = [numbers(getattr(program, own.name)) for own in fields(program)[:-1]]
        found.append(f"{goal} {' | '.join(parts)} {program.maximise}")
    return found


def parts_asked(seed: int) -> list[str]:
    """Parts of a large block that are searched again, one answered and one not in turn."""
    block = largest(600 + 50 * seed, 24, 30)
    flow, form = fill(block, 0), (Form.JOINT, Form.BILATERAL)[seed % 2]
    floor = np.zeros(len(block.givers), dtype=np.int64)
    demand, found = Demand(int(block.relief(flow).sum()), floor), list[str]()

    def search(model: Model, nodes: int) -> Found:
        limits = f"{model.low} {model.high} {model.most_count} {model.most_persons} {nodes}"
        asked = f"{model.goal} {model.demand.relief} {numbers(model.demand.floor)}"
        found.append(f"{asked} {limits} | {numbers(model.block.arcs.ravel())}")
        return Found(fill(model.block, 1) if len(found) % 2 else None, is_final=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbourhood, "search", search)
        plans = [
            neighbourhood.improve_relief(block, flow, most_relief(block) + 1, 4),
            neighbourhood.improve_relief(block, flow, int(block.relief(flow).sum()), 4),
            neighbourhood.improve_pairs(block, demand, flow, 1, 4),
            neighbourhood.improve_pairs(block, demand, flow, int((flow > 0).sum()), 4),
            neighbourhood.improve_distance(block, demand, form, flow, 4),
        ]
    return [*found, *map(numbers, plans)]


WAYS: dict[str, Callable[[], list[str]]] = {
    **{f"few parties at once, {seed}": partial(at_once, seed, 9, 12) for seed in range(24)},
    **{f"many parties at once, {seed}": partial(at_once, 100 + seed, 24, 30) for seed in range(24)},
    **{f"each way by itself, {seed}": partial(on_their_own, 200 + seed) for seed in range(24)},
    **{f"programmes, {seed}": partial(written, seed) for seed in range(4)},
    **{f"parts asked, {seed}": partial(parts_asked, seed) for seed in range(8)},
    **{f"the most even, {seed}": partial(most_even, seed) for seed in range(6)},
}


def expected() -> dict[str, list[str]]:
    """The table as it stands."""
    return tables.read(TABLE)


if __name__ == "__main__":
    tables.write(TABLE, "Plans of searches; see searches.py.", WAYS)
