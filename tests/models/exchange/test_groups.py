"""Groups that settle among themselves, against every choice, tree and plan of small cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from benchmarks.exchange_instances import make_problem
from models.exchange import Budget, ExchangeProblem, Form, Transfer, agreements, solve_exchange
from models.exchange import groups as groups_module
from models.exchange.agreements import fewest_agreements
from models.exchange.block import Block, build_blocks
from models.exchange.flows import Demand
from models.exchange.grouping import plan_in_groups, settle_in_groups
from models.exchange.groups import price_groups
from models.exchange.loads import NEVER, weigh_loads
from models.exchange.part import Part
from models.exchange.trees import Party, find_tree
from models.solution import Status
from models.solver.linear import Relaxation
from models.solver.program import LinearProgram
from tests.models.exchange.cases import every_plan, left_over, make, random_problem, with_pins

Limits = list[tuple[int, int]]


def test_the_best_choice_for_every_load_is_that_of_all_choices() -> None:
    rng = np.random.default_rng(1)
    for _ in range(60):
        n = int(rng.integers(1, 6))
        low = rng.integers(1, 6, n)
        high = low + rng.integers(0, 5, n)
        worth = rng.integers(-9, 10, n)
        loads = weigh_loads(low, high, worth, 25)
        for load in range(26):
            values = [
                int(worth[list(chosen)].sum())
                for k in range(n + 1)
                for chosen in combinations(range(n), k)
                if low[list(chosen)].sum() <= load <= high[list(chosen)].sum()
            ]
            assert loads.best[-1, load] == max(values, default=NEVER)
            if values:
                own = loads.choice(load)
                assert low[own].sum() <= load <= high[own].sum()
                assert worth[own].sum() == max(values)


def flows(rows: Limits, columns: Limits, lot: int) -> Iterator[list[tuple[int, ...]]]:
    """Every matrix with pieces of a lot whose sums keep the limits of rows and columns."""
    most = max(high for _, high in rows)
    amounts = [0, *range(lot, most + 1)]
    for cells in product(amounts, repeat=len(rows) * len(columns)):
        matrix = [cells[i * len(columns) : (i + 1) * len(columns)] for i in range(len(rows))]
        sums = [sum(row) for row in matrix], [sum(column) for column in zip(*matrix, strict=True)]
        if all(
            low <= total <= high
            for limits, totals in zip((rows, columns), sums, strict=True)
            for (low, high), total in zip(limits, totals, strict=True)
        ):
            yield matrix


def test_pairs_without_a_cycle_are_found_where_any_plan_has_so_few() -> None:
    rng = np.random.default_rng(2)
    seen = {True: 0, False: 0}
    for _ in range(120):
        lot = int(rng.integers(1, 4))
        givers, takers = (
            [(low, low + int(rng.integers(0, 2))) for low in rng.integers(lot, 7, k).tolist()]
            for k in (2, int(rng.integers(1, 3)))
        )
        pairs = len(givers) + len(takers) - 1
        # Fewer pairs than that would be two groups; what counts is that this many suffice.
        expected = any(
            sum(x > 0 for row in plan for x in row) == pairs
            and is_joined([(i, j) for i, row in enumerate(plan) for j, x in enumerate(row) if x])
            for plan in flows(givers, takers, lot)
        )
        tree = find_tree(parties(givers), parties(takers), lot)
        assert (tree is not None) == expected
        assert tree is None or (len(set(tree)) == pairs and is_joined(tree))
        seen[expected] += 1
    assert min(seen.values()) >= 20


def parties(limits: Limits) -> list[Party]:
    return [Party(name, low, high) for name, (low, high) in enumerate(limits)]


def is_joined(arcs: list[tuple[int, int]]) -> bool:
    """Whether all ends of some pairs hang together."""
    group = {("giver", arcs[0][0])}
    for _ in arcs:
        for i, j in arcs:
            if ("giver", i) in group or ("taker", j) in group:
                group |= {("giver", i), ("taker", j)}
    return all(("giver", i) in group for i, _ in arcs)


def test_a_piece_below_a_lot_makes_no_tree() -> None:
    # 4 + 4 into 3 + 5: with three pairs one piece is 1 or 3, whichever way.
    givers, takers = parties([(4, 4), (4, 4)]), parties([(3, 3), (5, 5)])
    assert find_tree(givers, takers, 1) is not None
    assert find_tree(givers, takers, 2) is None


def all_plans(
    problem: ExchangeProblem, demand: Demand, block: Block
) -> Iterator[tuple[Transfer, ...]]:
    """Every plan that meets a demand, by enumeration."""
    for plan in every_plan(problem):
        left = np.array(left_over(problem, plan))
        relief = (problem.shortfall - left)[block.givers]
        if relief.sum() >= demand.relief and (relief >= demand.floor).all():
            yield plan


def is_forest(plan: tuple[Transfer, ...]) -> bool:
    """Whether no pairs make a cycle: ends can be cut off until none is left."""
    pairs = {(i, j) for i, j, _ in plan}
    while pairs:
        degree = Counter(party for pair in pairs for party in pair)
        ends = {pair for pair in pairs if min(degree[party] for party in pair) == 1}
        if not ends:
            return False
        pairs -= ends
    return True


def cases(instances: int, seed: int, pinned: bool) -> Iterator[tuple[ExchangeProblem, Part, int]]:
    """One-block problems with a demand that may have floors, a plan, and the fewest pairs."""
    rng = np.random.default_rng(seed)
    while instances:
        problem = random_problem(rng, persons=6)
        if pinned:
            problem = with_pins(rng, problem)
        outcome = solve_exchange(problem)
        blocks = build_blocks(problem)
        if len(blocks) != 1 or not outcome.transfers or problem.signed:
            continue
        (block,) = blocks
        persons = {(i, j): x for i, j, x in outcome.transfers}
        ends = zip(block.givers[block.arcs[:, 0]], block.takers[block.arcs[:, 1]], strict=True)
        flow = np.array([persons.get((int(i), int(j)), 0) for i, j in ends], dtype=np.int64)
        relief = block.relief(flow)
        floor = np.where(rng.random(len(relief)) < 0.5, rng.integers(0, relief + 1), 0)
        demand = Demand(int(relief.sum()) - int(rng.integers(0, 2)), floor)
        part = Part(block, demand, flow, 0, "count")
        yield problem, part, min(map(len, all_plans(problem, demand, block)))
        instances -= 1


@pytest.mark.parametrize("pinned", [False, True])
def test_no_plan_beats_the_bound_of_the_prices_and_most_reach_it(pinned: bool) -> None:
    reached = total = 0
    for _, part, fewest in cases(60, 3 + pinned, pinned):
        groups = price_groups(part.block, part.demand, part.flow)
        assert groups is not None
        assert groups.bound <= fewest
        settled = settle_in_groups(part, 50)
        assert settled.block.keeps_rules(settled.flow)
        assert fewest <= settled.count(Form.BILATERAL) <= part.count(Form.BILATERAL)
        reached += groups.bound == fewest
        total += 1
    # Where pairs lack, lots spoil a group or a relaxation is not whole, the bound stays below.
    assert reached >= total * 3 // 4


def test_wrong_prices_prove_less_but_nothing_false(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(9)
    proven = 0

    def relax(program: LinearProgram) -> Relaxation:
        prices = rng.choice([-0.4, 0.3, 1.0, 1.1], len(program.row_lower))
        return Relaxation(np.zeros(len(program.objective)), prices, 0.0)

    monkeypatch.setattr(groups_module, "solve_relaxation", relax)
    for _, part, fewest in cases(40, 8, pinned=False):
        groups = price_groups(part.block, part.demand, part.flow)
        assert groups is not None
        assert groups.bound <= fewest
        proven += groups.bound > 0
    assert proven >= 10


def full_case(
    rng: np.random.Generator, lot: int, most: int = 4, largest: int = 11
) -> ExchangeProblem:
    """Givers who fill nearly all room of the takers, everyone with everyone."""
    give = rng.integers(lot, largest + 1, int(rng.integers(2, most + 1))).tolist()
    take = rng.integers(lot, largest + 1, int(rng.integers(2, most + 1))).tolist()
    take[-1] = max(lot, take[-1] + sum(give) - sum(take) + int(rng.integers(0, 3)))
    n, a = len(give) + len(take), len(give)
    pairs = [(i, j) for i in range(a) for j in range(a, n)]
    return make(give + [0] * len(take), give + [0] * len(take), [0] * a + take, pairs)


def test_a_group_of_two_givers_and_two_takers_costs_one_pair_more() -> None:
    # 6 + 5 into 7 + 4 in full: nobody is settled alone or with one other, so three pairs.
    problem = make([6, 5, 0, 0], [6, 5, 0, 0], [0, 0, 7, 4], [(0, 2), (0, 3), (1, 2), (1, 3)])
    (block,) = build_blocks(problem)
    demand = Demand(11, np.array([6, 5]))
    flow = np.array([2, 4, 5, 0])
    groups = price_groups(block, demand, flow)
    assert groups is not None
    assert groups.bound == 3


def test_tight_packings_have_the_fewest_pairs_of_a_whole_search() -> None:
    rng = np.random.default_rng(5)
    above = 0
    for _ in range(25):
        (block,) = build_blocks(full_case(rng, lot=1))
        flow = fill_in_order(block)
        demand = Demand(int(flow.sum()), np.zeros(len(block.givers), dtype=np.int64))
        start = Part(block, demand, flow, 0, "count")
        settled = settle_in_groups(start, 100)
        searched = fewest_agreements(block, demand, Form.BILATERAL, flow, Budget())
        assert searched.is_closed(Form.BILATERAL)
        assert settled.bound <= searched.bound == settled.count(Form.BILATERAL)
        above += max(len(block.givers), len(block.takers)) < searched.bound
    assert above >= 5


def fill_in_order(block: Block) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Every giver into the next room, whatever number of pairs that takes."""
    give, room = block.useful.copy(), block.room.copy()
    flow = np.zeros(len(block.arcs), dtype=np.int64)
    for k, (i, j) in enumerate(block.arcs.tolist()):
        flow[k] = min(give[i], room[j])
        give[i] -= flow[k]
        room[j] -= flow[k]
    return flow


def test_a_plan_that_fills_one_side_is_found_where_there_is_one() -> None:
    rng = np.random.default_rng(7)
    seen = {True: 0, False: 0}
    while min(seen.values()) < 8:
        problem = replace(full_case(rng, lot=3, most=3, largest=8), lot=3)
        (block,) = build_blocks(problem)
        # Givers may fill a lot; the demand is all that flows, with a floor for the first.
        floor = np.where(np.arange(len(block.givers)) == 0, block.useful, 0)
        demand = Demand(int(min(block.useful.sum(), block.room.sum())), floor)
        # Lots may ask for a cycle of pairs, which groups do not have.
        plans = [deals for deals in all_plans(problem, demand, block) if is_forest(deals)]
        plan = plan_in_groups(block, demand, 50)
        assert (plan is not None) == bool(plans)
        if plan is not None:
            assert block.keeps_rules(plan)
            assert block.relief(plan).sum() == demand.relief
            assert (block.relief(plan) >= floor).all()
            assert block.count(plan, Form.BILATERAL) == min(map(len, plans))
        seen[plan is not None] += 1


def test_groups_find_the_fewest_parties_where_nothing_simpler_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(11)
    fewer = 0
    for _ in range(12):
        give, take = rng.integers(5, 12, 4).tolist(), rng.integers(5, 20, 6).tolist()
        pairs = [(i, j) for i in range(4) for j in range(4, 10)]
        problem = make(give + [0] * 6, give + [0] * 6, [0] * 4 + take, pairs)
        (block,) = build_blocks(problem)
        start = fill_in_order(block)
        demand = Demand(int(block.relief(start).sum()), 0 * block.useful)
        searched = fewest_agreements(block, demand, Form.JOINT, start, Budget())
        with monkeypatch.context() as patch:
            patch.setattr(agreements, "poured", lambda *_: None)
            patch.setattr(agreements, "candidates", lambda *_: iter(()))
            grouped = fewest_agreements(block, demand, Form.JOINT, start, Budget(arcs=0))
        assert block.keeps_rules(grouped.flow)
        assert grouped.count(Form.JOINT) == searched.count(Form.JOINT) == searched.bound
        fewer += searched.count(Form.JOINT) < block.count(start, Form.JOINT)
    assert fewer >= 4


def test_nobody_stands_for_another_where_pairs_or_partners_are_limited() -> None:
    problem = make([4, 4, 0, 0], [4, 4, 0, 0], [0, 0, 4, 4], [(0, 2), (1, 2), (1, 3)])
    (block,) = build_blocks(problem)
    assert plan_in_groups(block, Demand(8, np.array([0, 0])), 50) is None
    assert solve_exchange(problem, Form.BILATERAL).stage("agreements").objective == 2


def test_so_many_parties_that_pricing_would_take_long_are_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (block,) = build_blocks(full_case(np.random.default_rng(6), lot=1))
    flow = fill_in_order(block)
    part = Part(block, Demand(int(flow.sum()), 0 * block.useful), flow, 0, "count")
    monkeypatch.setattr(groups_module, "_MOST_CELLS", 10)
    assert settle_in_groups(part, 50) is part


def test_the_fewest_pairs_of_a_tight_country_are_proven_by_prices() -> None:
    # Room for 1,770 and 1,716 to place; counting alone proves 100 pairs, prices prove 106.
    outcome = solve_exchange(
        make_problem(seed=13, pairs="all"), Form.BILATERAL, budget=Budget(rounds=0)
    )
    agreements = outcome.stage("agreements")
    assert (agreements.objective, agreements.bound) == (106, 106)
    assert (agreements.status, agreements.proof) == (Status.OPTIMAL, "count")
