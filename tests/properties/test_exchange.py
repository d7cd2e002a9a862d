"""What holds for every exchange, whatever the numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.exchange import ExchangeProblem, check_transfers, remaining_shortfall, solve_exchange
from tests.models.exchange.cases import random_problem

problems = st.integers(0, 2**32 - 1).map(
    lambda seed: random_problem(np.random.default_rng(seed), most=12, persons=30)
)


@given(problems)
@settings(max_examples=60, deadline=None)
def test_the_sum_stays_and_nobody_ends_worse(problem: ExchangeProblem) -> None:
    outcome = solve_exchange(problem)
    check_transfers(problem, outcome.transfers)
    assert outcome.net(problem.parties).sum() == 0
    after = remaining_shortfall(problem, outcome.transfers)
    assert (after <= problem.shortfall).all()
    relief = int((problem.shortfall - after).sum())
    assert relief == outcome.relief_bound == outcome.stage("persons").objective


@given(problems)
@settings(max_examples=60, deadline=None)
def test_the_cut_bounds_the_relief_by_itself(problem: ExchangeProblem) -> None:
    outcome = solve_exchange(problem)
    givers, takers = set(outcome.cut_givers), set(outcome.cut_takers)
    assert all(j in takers for i, j in problem.pairs.tolist() if i in givers)
    bound = sum(int(problem.take_limit[j]) for j in takers)
    for i in range(problem.parties):
        if i not in givers:
            bound += int(min(problem.give_limit[i], problem.shortfall[i]))
    assert bound == outcome.relief_bound


@given(problems, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_equal_problems_have_equal_answers(problem: ExchangeProblem, random) -> None:  # type: ignore[no-untyped-def]
    order = list(range(len(problem.pairs)))
    random.shuffle(order)
    shuffled = ExchangeProblem(
        problem.give_limit,
        problem.take_limit,
        problem.shortfall,
        problem.quota,
        problem.pairs[order],
        problem.distance[order],
    )
    assert solve_exchange(shuffled) == solve_exchange(problem)
