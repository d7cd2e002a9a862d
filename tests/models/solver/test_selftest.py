from __future__ import annotations

import os
import warnings

import numpy as np
import pytest
import scipy.optimize

from models.solution import SolverFailedError, Status
from models.solver import selftest
from models.solver.linear import Relaxation
from models.solver.program import Answer
from models.solver.selftest import engines


def test_every_engine_really_answers():
    found = engines()
    assert [name for name, _, _ in found] == [
        "cbc",
        "highs",
        "ortools min-cost flow",
        "ortools max flow",
    ]
    assert all(works for _, _, works in found), found
    assert all(number[0].isdigit() for _, number, _ in found), found


@pytest.mark.parametrize(
    "test",
    [
        selftest.try_cbc,
        selftest.try_highs,
        selftest.try_min_cost_flow,
        selftest.try_max_flow,
    ],
)
def test_engines_answer_without_a_warning(test):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert test()[1]


def test_a_highs_that_calls_fifteen_the_optimum_is_refused(monkeypatch):
    class Wrong:
        status, fun = 0, 15.0

    monkeypatch.setattr(scipy.optimize, "milp", lambda *_, **__: Wrong)
    assert not selftest._mixed_is_right()


@pytest.mark.parametrize(("worth", "price"), [(240, 3), (239, 4), (241, 5)])
def test_a_relaxation_wrong_in_its_value_or_its_price_is_refused(monkeypatch, worth, price):
    wrong = Relaxation(np.zeros(3), np.array([float(price)]), float(worth))
    monkeypatch.setattr(selftest, "solve_relaxation", lambda _: wrong)
    assert not selftest.try_highs()[1]


def test_a_relaxation_that_fails_is_refused(monkeypatch):
    def fails(_):
        raise SolverFailedError("nothing")

    monkeypatch.setattr(selftest, "solve_relaxation", fails)
    assert not selftest.try_highs()[1]


@pytest.mark.parametrize("which", ["cbc", "highs"])
@pytest.mark.parametrize(
    "answer", [Answer(Status.FEASIBLE, None, 220, "x"), Answer(Status.OPTIMAL, None, 219, "x")]
)
def test_packages_packed_worse_or_without_proof_are_refused(monkeypatch, which, answer):
    monkeypatch.setattr(selftest, f"solve_with_{which}", lambda _: answer)
    assert not getattr(selftest, f"try_{which}")()[1]


def test_a_highs_right_but_for_one_of_its_programs_is_refused(monkeypatch):
    monkeypatch.setattr(selftest, "_mixed_is_right", lambda: False)
    assert not selftest.try_highs()[1]


def test_a_dear_flow_and_a_wrong_cut_are_refused(monkeypatch):
    monkeypatch.setattr(selftest, "min_cost_flow", lambda *_: np.array([0, 2]))
    assert not selftest.try_min_cost_flow()[1]
    for value, side in ((3, [True, True, False]), (2, [True, False, False])):
        monkeypatch.setattr(
            selftest, "max_flow", lambda *_, own=(value, side): (own[0], np.array(own[1]))
        )
        assert not selftest.try_max_flow()[1]


def crash() -> tuple[str, bool]:
    os.abort()


def test_an_engine_that_crashes_is_reported_and_not_suffered():
    name, number, works = selftest._report("doomed", crash)
    assert (name, works) == ("doomed", False)
    assert "SIGABRT" in number
