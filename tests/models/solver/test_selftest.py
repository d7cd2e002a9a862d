from __future__ import annotations

import os
import warnings

import pytest
import scipy.optimize

from models.solver import selftest
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


def crash() -> tuple[str, bool]:
    os.abort()


def test_an_engine_that_crashes_is_reported_and_not_suffered():
    name, number, works = selftest._report("doomed", crash)
    assert (name, works) == ("doomed", False)
    assert "SIGABRT" in number
