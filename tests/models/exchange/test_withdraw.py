"""Who walks away takes its own agreements along and no others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.exchange import Form, check_transfers, solve_exchange, without, without_party
from tests.models.exchange.cases import make, random_problem


def test_exactly_its_own_agreements_fall() -> None:
    rng = np.random.default_rng(8)
    falls = 0
    for _ in range(15):
        problem = random_problem(rng, most=7, persons=9)
        outcome = solve_exchange(problem, Form.BILATERAL)
        for party in range(problem.parties):
            withdrawal = without(problem, outcome, party, Form.BILATERAL)
            assert set(withdrawal.fallen) | set(withdrawal.standing) == set(outcome.transfers)
            assert all(party in deal[:2] for deal in withdrawal.fallen)
            assert all(party not in deal[:2] for deal in withdrawal.next_best.transfers)
            check_transfers(without_party(problem, party), withdrawal.standing)
            before = outcome.stage("shortfall").objective
            assert withdrawal.next_best.stage("shortfall").objective >= before
            falls += bool(withdrawal.fallen)
    assert falls > 15


def test_the_others_are_solved_anew() -> None:
    # Party 2 is nearer; without it party 3 takes all.
    problem = make(
        [4, 0, 0, 0], [4, 0, 0, 0], [0, 0, 4, 4], pairs=[(0, 2), (0, 3)], distance=[1, 5]
    )
    withdrawal = without(problem, solve_exchange(problem), 2)
    assert withdrawal.fallen == ((0, 2, 4),)
    assert withdrawal.standing == ()
    assert withdrawal.next_best.transfers == ((0, 3, 4),)


def test_its_wishes_and_signed_deals_go_with_it() -> None:
    problem = replace(make([4, 0, 0], [4, 0, 0], [0, 4, 4]), wished=((0, 1),), signed=((0, 2, 1),))
    others = without_party(problem, 0)
    assert others.wished == ()
    assert others.signed == ()
    assert len(others.pairs) == 2
