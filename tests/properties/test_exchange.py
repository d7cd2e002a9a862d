"""What holds for every exchange, whatever the numbers."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.exchange_checks import count_pairs, net_greedily
from models.exchange import (
    Budget,
    ExchangeProblem,
    Form,
    check_transfers,
    count_agreements,
    net_change,
    remaining_shortfall,
    solve_exchange,
)
from models.solution import Status
from tests.models.exchange.cases import keeps_the_rules, random_problem, with_pins

seeds = st.integers(0, 2**32 - 1)
forms = st.sampled_from(Form)
# Searches of a few nodes: every promise but optimality must hold without them too.
SHORT = Budget(nodes=50, distance_nodes=20, rounds=5)


def plain(seed: int) -> ExchangeProblem:
    return random_problem(np.random.default_rng(seed), most=12, persons=30)


def pinned(seed: int) -> ExchangeProblem:
    rng = np.random.default_rng(seed)
    return with_pins(rng, random_problem(rng, most=10, persons=12))


@given(seeds, forms)
@settings(max_examples=40, deadline=None)
def test_the_sum_stays_and_nobody_ends_worse(seed: int, form: Form) -> None:
    problem = pinned(seed)
    outcome = solve_exchange(problem, form, budget=SHORT)
    if outcome.status is Status.INFEASIBLE:
        assert outcome.conflicts
        return
    assert keeps_the_rules(problem, outcome.transfers)
    check_transfers(problem, outcome.transfers)
    assert outcome.net(problem.parties).sum() == 0
    after = remaining_shortfall(problem, outcome.transfers)
    assert (after <= problem.shortfall).all()
    assert int((problem.shortfall - after).sum()) <= outcome.relief_bound
    for stage in outcome.stages:
        assert stage.bound <= stage.objective
        assert (stage.bound == stage.objective) is (stage.status is Status.OPTIMAL)


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_the_cut_bounds_the_relief_by_itself_and_is_reached_without_lots(seed: int) -> None:
    problem = plain(seed)
    outcome = solve_exchange(problem, budget=SHORT)
    givers, takers = set(outcome.cut_givers), set(outcome.cut_takers)
    assert all(j in takers for i, j in problem.pairs.tolist() if i in givers)
    bound = sum(int(problem.take_limit[j]) for j in takers)
    for i in range(problem.parties):
        if i not in givers:
            bound += int(min(problem.give_limit[i], problem.shortfall[i]))
    relief = problem.total_shortfall - outcome.stage("shortfall").objective
    assert bound == outcome.relief_bound == relief == outcome.stage("persons").objective


@given(seeds, st.randoms(use_true_random=False), forms)
@settings(max_examples=20, deadline=None)
def test_equal_problems_have_equal_answers(seed: int, shuffler: random.Random, form: Form) -> None:
    problem = pinned(seed)
    order = list(range(len(problem.pairs)))
    shuffler.shuffle(order)
    shuffled = replace(problem, pairs=problem.pairs[order], distance=problem.distance[order])
    assert solve_exchange(shuffled, form, budget=SHORT) == solve_exchange(
        problem, form, budget=SHORT
    )


@given(seeds, forms, st.sampled_from([1, 3]))
@settings(max_examples=40, deadline=None)
def test_agreements_are_never_more_than_greedy_netting(seed: int, form: Form, lot: int) -> None:
    problem = replace(plain(seed), lot=lot)
    outcome = solve_exchange(problem, form, budget=Budget(nodes=0, rounds=0))
    greedy = net_greedily(problem, outcome.transfers)
    if greedy is not None:
        plan = tuple(greedy)
        assert (net_change(plan, problem.parties) == outcome.net(problem.parties)).all()
        assert outcome.stage("agreements").objective <= count_agreements(plan, form)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_pairs_that_trade_make_no_cycle_and_leave_nobody_out(seed: int) -> None:
    problem = plain(seed)
    outcome = solve_exchange(problem, Form.BILATERAL, budget=SHORT)
    counts = count_pairs(problem, outcome.transfers)
    assert counts.least <= counts.pairs <= counts.most


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_agreements_lie_between_the_full_side_and_parties_less_parts(seed: int) -> None:
    """Bounds from the data alone, where every pair is open and one side is used in full."""
    drawn = plain(seed)
    n = drawn.parties
    pairs = np.array([(i, j) for i in range(n) for j in range(n) if i != j], dtype=np.int64)
    problem = replace(drawn, pairs=pairs, distance=np.zeros(len(pairs), dtype=np.int64))
    useful, room = problem.useful_give(), problem.take_limit
    outcome = solve_exchange(problem, Form.BILATERAL, budget=SHORT)
    agreements = outcome.stage("agreements")
    givers, takers = int((useful > 0).sum()), int((room > 0).sum())
    full = givers if useful.sum() <= room.sum() else takers
    if not min(givers, takers):
        assert agreements.objective == agreements.bound == 0
        return
    assert full <= agreements.bound <= agreements.objective <= givers + takers - 1


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_more_room_never_leaves_more_shortfall(seed: int) -> None:
    problem = plain(seed)
    larger = replace(problem, take_limit=np.where(problem.shortfall > 0, 0, problem.take_limit + 1))
    before, after = (
        solve_exchange(p, budget=SHORT).stage("shortfall").objective for p in (problem, larger)
    )
    assert after <= before
