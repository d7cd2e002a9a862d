"""Engines that others would take, on programs whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from models.solution import SolverDisagreementError, Status
from models.solver import peers
from models.solver.peers import PEERS, ask_peer
from models.solver.program import UNBOUNDED, Claim, LinearProgram


def knapsack(
    weights: list[int], values: list[int], room: int, maximise: bool = True
) -> LinearProgram:
    n = len(weights)
    return LinearProgram(
        objective=np.array(values if maximise else [-value for value in values], dtype=np.int64),
        row=np.zeros(n, dtype=np.int64),
        column=np.arange(n),
        coefficient=np.array(weights, dtype=np.int64),
        row_lower=np.array([-UNBOUNDED]),
        row_upper=np.array([room]),
        lower=np.zeros(n, dtype=np.int64),
        upper=np.ones(n, dtype=np.int64),
        integral=np.ones(n, dtype=np.bool_),
        maximise=maximise,
    )


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("maximise", [True, False])
def test_each_peer_proves_the_best_packages(name: str, maximise: bool) -> None:
    # Values 60, 100, 120 at 10, 20, 30 of 50: 100 + 120 = 220.
    program = knapsack([10, 20, 30], [60, 100, 120], 50, maximise)
    answer = ask_peer(name, program, seconds=30)
    best = 220 if maximise else -220
    assert (answer.status, answer.objective) == (Status.OPTIMAL, best)
    assert answer.bound is None if name == "cbc" else answer.bound == pytest.approx(best)


@pytest.mark.parametrize("name", PEERS)
def test_each_peer_says_when_nothing_exists(name: str) -> None:
    program = knapsack([10, 20, 30], [60, 100, 120], -1)
    answer = ask_peer(name, program, seconds=30)
    assert (answer.status, answer.objective) == (Status.INFEASIBLE, None)


def test_a_peer_that_lies_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    too_much = Claim(Status.OPTIMAL, np.ones(3), 280.0, 280.0)
    monkeypatch.setattr(peers, "_ask_mathopt", lambda *_: too_much)
    with pytest.raises(SolverDisagreementError, match="breaks a row"):
        ask_peer("scip", knapsack([10, 20, 30], [60, 100, 120], 50), seconds=1)


def test_an_unknown_peer_is_refused() -> None:
    with pytest.raises(ValueError, match="not one of cbc"):
        ask_peer("best", knapsack([1], [1], 1), seconds=1)
