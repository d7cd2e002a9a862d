"""What holds for every two-way table and for every run of periods."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.apportionment import (
    History,
    InfeasibleTableError,
    TwoWayDivision,
    check_two_way,
    divide_online,
    divide_two_way,
    exact_shares,
    plan_over_time,
)
from tests.models.apportionment.reference import DIVISOR_METHODS


class AskedTable(NamedTuple):
    weights: list[list[int]]
    rows: list[int]
    columns: list[int]

    def by(self, method: str) -> TwoWayDivision:
        """Divide; margins that no table has are no question."""
        try:
            return divide_two_way(method, *self)
        except InfeasibleTableError:
            assume(False)
            raise


@st.composite
def tables(draw: st.DrawFn) -> AskedTable:
    m, k = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    cell = draw(st.sampled_from([st.integers(0, 3), st.integers(1, 10**4), st.integers(1, 2**61)]))
    weights = [draw(st.lists(cell, min_size=k, max_size=k)) for _ in range(m)]
    assume(any(map(any, weights)))
    # Margins of some table with at least one in each positive cell: every method can meet them.
    extra = st.integers(0, 8)
    table = [[draw(extra) + 1 if w else 0 for w in row] for row in weights]
    columns = [sum(column) for column in zip(*table, strict=True)]
    return AskedTable(weights, [sum(row) for row in table], columns)


@pytest.mark.parametrize("method", DIVISOR_METHODS)
@settings(max_examples=40)
@given(asked=tables())
def test_both_margins_are_exact_and_the_proof_holds(method: str, asked: AskedTable) -> None:
    division = divide_two_way(method, *asked)
    check_two_way(division, method, *asked)


@pytest.mark.parametrize("method", DIVISOR_METHODS)
@settings(max_examples=40)
@given(asked=tables(), data=st.data())
def test_only_proportions_within_rows_and_columns_matter(
    method: str, asked: AskedTable, data: st.DataObject
) -> None:
    factors = st.integers(1, 1000)
    by_row = [data.draw(factors) for _ in asked.rows]
    by_column = [data.draw(factors) for _ in asked.columns]
    scaled = [
        [w * a * b for w, b in zip(row, by_column, strict=True)]
        for row, a in zip(asked.weights, by_row, strict=True)
    ]
    division, other = asked.by(method), asked._replace(weights=scaled).by(method)
    assert division.tied == other.tied
    assert division.tied or division.parts == other.parts


@pytest.mark.parametrize("method", DIVISOR_METHODS)
@settings(max_examples=40)
@given(asked=tables(), data=st.data())
def test_the_order_of_rows_and_columns_does_not_matter(
    method: str, asked: AskedTable, data: st.DataObject
) -> None:
    rows = data.draw(st.permutations(range(len(asked.rows))))
    columns = data.draw(st.permutations(range(len(asked.columns))))
    shuffled = AskedTable(
        [[asked.weights[i][j] for j in columns] for i in rows],
        [asked.rows[i] for i in rows],
        [asked.columns[j] for j in columns],
    )
    division, other = asked.by(method), shuffled.by(method)
    assert {(rows[i], columns[j]) for i, j in other.tied} == set(division.tied)
    for i, row in enumerate(other.parts):
        for j, x in enumerate(row):
            cell = rows[i], columns[j]
            assert cell in division.tied or x == division.parts[cell[0]][cell[1]]


@given(asked=tables())
def test_turning_a_table_over_turns_the_answer_over(asked: AskedTable) -> None:
    turned = AskedTable(
        [list(column) for column in zip(*asked.weights, strict=True)], asked.columns, asked.rows
    )
    division, other = asked.by("webster"), turned.by("webster").transposed()
    assert division.tied == other.tied
    assert division.tied or division.parts == other.parts


periods = st.lists(
    st.tuples(st.integers(0, 30), st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(any)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=50)
@given(asked=periods)
def test_a_plan_is_within_a_person_throughout(asked: list[tuple[int, list[int]]]) -> None:
    totals, weights = [total for total, _ in asked], [claims for _, claims in asked]
    plan = plan_over_time(totals, weights)
    shares = [exact_shares(total, claims) for total, claims in asked]
    for parts, due in (
        (plan.parts, shares),
        (accumulate(plan.parts, added), accumulate(shares, added)),
    ):
        for given_now, due_now in zip(parts, due, strict=True):
            for x, q in zip(given_now, due_now, strict=True):
                assert x in {math.floor(q), math.ceil(q)}
    assert [sum(parts) for parts in plan.parts] == totals


def added(left: tuple[Fraction, ...], right: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    return tuple(a + b for a, b in zip(left, right, strict=True))


@given(asked=periods)
def test_carried_remainders_close_every_sum_and_take_nothing_back(
    asked: list[tuple[int, list[int]]],
) -> None:
    history = History.none(4)
    for total, claims in asked:
        step = divide_online(total, claims, history)
        assert sum(step.parts) == total
        assert min(step.parts) >= 0
        gaps = [abs(x - q) for x, q in zip(step.history.parts, step.history.shares, strict=True)]
        assert step.worst == max(gaps)
        assert not step.is_bounded or step.worst < 1
        history = step.history
