"""Two-way tables against every table there is, and against a linear programme."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from scipy.optimize import linprog

from models.apportionment import (
    InfeasibleTableError,
    TwoWayDivision,
    check_two_way,
    divide_two_way,
    webster,
)
from tests.models.apportionment.reference import DIVISOR_METHODS
from tests.models.apportionment.tables import (
    TwoWayQuestion,
    best_tables,
    bounds,
    differing_cells,
    random_table,
)


def ask(method: str, question: TwoWayQuestion) -> TwoWayDivision | InfeasibleTableError:
    try:
        return divide_two_way(method, *question)
    except InfeasibleTableError as conflict:
        return conflict


def assert_conflict_is_real(
    method: str, question: TwoWayQuestion, conflict: InfeasibleTableError
) -> None:
    """Recompute both numbers from the block named: no table can do this."""
    floors, caps = bounds(method, question)
    rows, columns = set(conflict.rows), set(conflict.columns)
    needed = sum(question.rows[i] for i in rows)
    room = sum(question.columns[j] for j in columns)
    for i in range(len(question.rows)):
        for j in range(len(question.columns)):
            if i in rows and j not in columns:
                room += caps[i][j]
            if i not in rows and j in columns:
                room -= floors[i][j]
    assert (conflict.needed, conflict.room) == (needed, room)
    assert needed > room


def compare(instances: int) -> Counter[str]:
    dice, mix = random.Random(9), Counter[str]()
    for _ in range(instances):
        question = random_table(dice)
        for method in DIVISOR_METHODS:
            best, division = best_tables(method, question), ask(method, question)
            if isinstance(division, InfeasibleTableError):
                assert not best, (method, question)
                assert_conflict_is_real(method, question, division)
                mix["impossible"] += 1
                continue
            assert division.parts in best, (method, question)
            assert division.tied == differing_cells(best), (method, question)
            check_two_way(division, method, *question)
            mix["tied" if division.tied else "unique"] += 1
    return mix


def test_no_table_is_better() -> None:
    mix = compare(200)
    assert min(mix["tied"], mix["unique"], mix["impossible"]) > 70, mix


@pytest.mark.nightly
def test_no_table_is_better_at_length() -> None:
    mix = compare(6_000)
    assert min(mix["tied"], mix["unique"], mix["impossible"]) > 2_100, mix


def best_cost_by_linear_programme(
    weights: np.ndarray, rows: list[int], columns: list[int], most: int
) -> float:
    """Minimise the sum of log s(x) / w over the persons placed, person by person."""
    m, k = weights.shape
    seats = np.arange(1, most + 1)
    cost = np.log(seats[None, None, :] - 0.5) - np.log(weights)[:, :, None]
    row_sums = np.kron(np.eye(m), np.ones((1, k * most)))
    column_sums = np.tile(np.kron(np.eye(k), np.ones((1, most))), (1, m))
    solved = linprog(
        cost.ravel(),
        A_eq=np.vstack([row_sums, column_sums]),
        b_eq=[*rows, *columns],
        bounds=(0, 1),
    )
    assert solved.status == 0
    return float(solved.fun)


def test_a_linear_programme_finds_nothing_better() -> None:
    rng = np.random.default_rng(4)
    for m, k, total in ((6, 4, 60), (4, 9, 90), (12, 5, 300)):
        weights = rng.integers(10, 5_000, (m, k))
        rows = list(webster(total, weights.sum(axis=1)).parts)
        columns = list(webster(total, weights.sum(axis=0)).parts)
        parts = np.array(divide_two_way("webster", weights, rows, columns).parts)
        ours = sum(
            np.log(seat - 0.5) - np.log(weights[cell])
            for cell, x in np.ndenumerate(parts)
            for seat in range(1, x + 1)
        )
        best = best_cost_by_linear_programme(weights, rows, columns, int(parts.max()) + 3)
        assert abs(ours - best) < 1e-6
