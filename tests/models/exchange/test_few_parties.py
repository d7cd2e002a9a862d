"""Which parties and pairs are tried for few agreements, against the words that define them."""

from __future__ import annotations

import numpy as np
import pytest

from models.exchange import Form
from models.exchange.agreements import _grouped, _largest, _thinned, candidates, poured
from models.exchange.block import Block
from models.exchange.counting import find_musts
from models.exchange.finish import _respread
from models.exchange.flows import Demand, reachable
from models.exchange.part import Part
from tests.models.exchange.flow_cases import Plan, as_array, blocks, plans_of


def most_relieving(block: Block) -> list[Plan]:
    plans = plans_of(block)
    most = max(sum(plan.relief) for plan in plans)
    return [plan for plan in plans if sum(plan.relief) == most]


def full(block: Block) -> Demand:
    return Demand(sum(most_relieving(block)[0].relief), 0 * block.useful)


@pytest.mark.parametrize("pinned", [False, True])
def test_parties_are_those_who_must_then_the_largest_until_they_suffice(pinned: bool) -> None:
    for block in blocks(40, 61 + pinned, pinned=pinned):
        demand = full(block)
        musts = find_musts(block, demand)
        for more in (0, 1, 2):
            sides = []
            for must, changed, limit in (
                (musts.give, block.giver_changed, block.useful),
                (musts.take, block.taker_changed, block.room),
            ):
                active = {v for v in range(len(must)) if must[v] > 0 or changed[v]}
                left = demand.relief - sum(int(limit[v]) for v in active)
                idle = sorted(set(range(len(must))) - active, key=lambda v: (-int(limit[v]), v))
                extra = more
                for v in idle:
                    if left <= 0 and not extra:
                        break
                    extra -= left <= 0
                    left -= int(limit[v])
                    active.add(v)
                sides.append(active)
            expected = [i in sides[0] and j in sides[1] for i, j in block.arcs.tolist()]
            assert _largest(block, demand, more).tolist() == expected


def test_parties_are_closed_until_no_further_one_can_be() -> None:
    for block in blocks(40, 63, pinned=False):
        best = most_relieving(block)
        start = max(best, key=lambda plan: plan.changes)
        floor = np.zeros(len(block.givers), dtype=np.int64)
        floor[0] = min(1, start.relief[0])
        demand = Demand(sum(start.relief), floor)
        open_ = _thinned(block, demand, as_array(start))
        givers, takers = (set(block.arcs[open_, k].tolist()) for k in (0, 1))
        assert givers <= {i for i, x in enumerate(start.given) if x}
        assert takers <= {j for j, x in enumerate(start.taken) if x}
        useful, room = block.useful.copy(), block.room.copy()
        useful[[i for i in range(len(useful)) if i not in givers]] = 0
        room[[j for j in range(len(room)) if j not in takers]] = 0
        assert reachable(block, useful, room) >= demand.relief
        for limits, kept in ((useful, givers), (room, takers)):
            for v in kept:
                if limits is useful and floor[v]:
                    continue
                before, limits[v] = int(limits[v]), 0
                assert reachable(block, useful, room) < demand.relief
                limits[v] = before


@pytest.mark.parametrize("pinned", [False, True])
def test_every_candidate_is_a_plan_that_meets_the_demand(pinned: bool) -> None:
    found = fewest = 0
    for block in blocks(40, 65 + pinned, pinned=pinned):
        best = most_relieving(block)
        demand = full(block)
        everything = np.ones(len(block.arcs), dtype=bool)
        plans = list(candidates(block, demand, everything, 2))
        one = poured(block, demand, everything)
        for flow in [*plans, *([] if one is None else [one])]:
            assert block.keeps_rules(flow)
            assert block.relief(flow).sum() == demand.relief
        found += len(plans) + (one is not None)
        least = min((int((flow > 0).sum()) for flow in plans), default=99)
        fewest += least == min(plan.pairs for plan in best)
    assert (found, fewest) >= ((239, 39) if pinned else (249, 40))


def test_groups_on_some_pairs_stay_within_them() -> None:
    found = 0
    for block in blocks(40, 67, pinned=False, persons=7):
        demand = full(block)
        open_ = np.arange(len(block.arcs)) < len(block.arcs) - 1
        floor = np.zeros(len(block.givers), dtype=np.int64)
        flow = _grouped(block, demand, open_, 20)
        if flow is not None:
            found += 1
            assert block.keeps_rules(flow) and not flow[~open_].any()
            assert block.relief(flow).sum() == demand.relief
        alone = set(block.arcs[~open_, 0].tolist()) - set(block.arcs[open_, 0].tolist())
        for i in alone:
            floor[i] = 1
            assert _grouped(block, Demand(demand.relief, floor), open_, 20) is None
    assert found >= 14


def test_pairs_are_chosen_anew_at_the_least_distance_among_the_same_parties() -> None:
    shorter = 0
    for block in blocks(60, 69, pinned=False):
        best = most_relieving(block)
        for start in (best[0], max(best, key=lambda plan: plan.kilometres)):
            part = Part(block, full(block), as_array(start), 0, "count")
            after = _respread(part)
            active = [
                plan
                for plan in best
                if all(x or not y for x, y in zip(start.given, plan.given, strict=True))
                and all(x or not y for x, y in zip(start.taken, plan.taken, strict=True))
                and plan.persons == start.persons
            ]
            length = int((after.flow * block.distance).sum())
            assert length == min(plan.kilometres for plan in active)
            assert block.count(after.flow, Form.JOINT) <= start.changes
            shorter += length < start.kilometres
    assert shorter >= 10
