"""The exchange on generated problems of the size that regions and the country have."""

from __future__ import annotations

import pytest

from benchmarks.exchange_instances import make_problem
from models.exchange import Budget, Form, check_transfers, solve_exchange, without
from models.solution import Status

COUNTED = ("shortfall", "worst", "agreements")


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("pairs", ["province", "all"])
def test_the_first_three_stages_are_proven_at_regional_size(form: Form, pairs: str) -> None:
    problem = make_problem(parties=60, seed=1, pairs=pairs)
    outcome = solve_exchange(problem, form, budget=Budget(distance_nodes=5, rounds=20))
    check_transfers(problem, outcome.transfers)
    assert all(outcome.stage(name).status is Status.OPTIMAL for name in COUNTED)


def test_a_plan_with_bounds_at_national_size_needs_no_search() -> None:
    problem = make_problem(seed=3)
    outcome = solve_exchange(problem, budget=Budget(nodes=0, rounds=0))
    check_transfers(problem, outcome.transfers)
    for stage in outcome.stages:
        assert stage.bound <= stage.objective
        assert stage.proof == "count"
    agreements = outcome.stage("agreements")
    assert agreements.objective - agreements.bound <= agreements.objective // 20


def test_a_national_plan_without_one_party_keeps_the_other_deals() -> None:
    problem = make_problem(seed=3)
    quick = Budget(nodes=0, rounds=0)
    outcome = solve_exchange(problem, Form.BILATERAL, budget=quick)
    party = outcome.transfers[0][0]
    withdrawal = without(problem, outcome, party, Form.BILATERAL, budget=quick)
    assert len(withdrawal.fallen) + len(withdrawal.standing) == len(outcome.transfers)
    assert all(party in deal[:2] for deal in withdrawal.fallen)


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("form", "pairs", "least"),
    [
        (Form.BILATERAL, "all", 20),
        (Form.BILATERAL, "province", 20),
        (Form.JOINT, "all", 18),
        (Form.JOINT, "province", 20),
    ],
)
def test_the_first_three_stages_are_proven_on_twenty_national_seeds(
    form: Form, pairs: str, least: int
) -> None:
    proven = 0
    for seed in range(1, 21):
        outcome = solve_exchange(make_problem(seed=seed, pairs=pairs), form)
        proven += all(outcome.stage(name).status is Status.OPTIMAL for name in COUNTED)
    assert proven >= least
