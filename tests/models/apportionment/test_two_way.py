"""Two-way tables: margins, multipliers, ties and what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from models.apportionment import (
    AllZeroWeightsError,
    ApportionmentError,
    BoundsError,
    CertificateError,
    FloatWeightError,
    InfeasibleTableError,
    MarginsError,
    Method,
    NegativeWeightError,
    TotalError,
    TwoWayDivision,
    WeightTooLargeError,
    WeightTypeError,
    check_two_way,
    divide_two_way,
    jefferson,
    webster,
)
from models.apportionment.column_moves import ColumnMoves, shortest_moves
from models.apportionment.table import read_table


def test_rows_and_columns_are_both_exact() -> None:
    # Rows want 2 : 1 and 1 : 2; the margins ask for three everywhere.
    division = divide_two_way("webster", [[200, 100], [100, 200]], [3, 3], [3, 3])
    assert division.parts == ((2, 1), (1, 2))
    assert division.tied == ()
    check_two_way(division, "webster", [[200, 100], [100, 200]], [3, 3], [3, 3])


def test_one_row_is_a_row_of_its_columns() -> None:
    assert divide_two_way("jefferson", [[9, 5]], [7], [3, 4]).parts == ((3, 4),)
    assert divide_two_way("jefferson", [[9], [5]], [3, 4], [7]).parts == ((3,), (4,))


def test_multipliers_are_positive_and_hold_in_every_cell() -> None:
    weights = [[123, 45, 815], [912, 714, 414], [312, 255, 215]]
    division = divide_two_way("webster", weights, [5, 9, 6], [7, 5, 8])
    for i, row in enumerate(division.parts):
        for j, x in enumerate(row):
            scaled = weights[i][j] * division.row_multipliers[i] * division.column_multipliers[j]
            assert x - Fraction(1, 2) <= scaled <= x + Fraction(1, 2)
    assert min(*division.row_multipliers, *division.column_multipliers) > 0


def test_a_tie_names_the_cells_of_every_other_table() -> None:
    division = divide_two_way("webster", [[1, 1, 9], [1, 1, 9]], [2, 2], [1, 1, 2])
    assert [row[2] for row in division.parts] == [1, 1]
    assert division.tied == ((0, 0), (0, 1), (1, 0), (1, 1))


@pytest.mark.parametrize("method", ["adams", "hill"])
def test_every_positive_cell_gets_one_where_the_method_says_so(method: str) -> None:
    weights = [[1000, 1], [1, 0]]
    division = divide_two_way(method, weights, [5, 1], [5, 1])
    assert division.parts == ((4, 1), (1, 0))
    check_two_way(division, method, weights, [5, 1], [5, 1])
    with pytest.raises(InfeasibleTableError):
        divide_two_way(method, weights, [1, 1], [1, 1])


def test_bounds_of_cells_hold() -> None:
    weights, lower, upper = [[9, 1], [1, 9]], [[0, 2], [0, 0]], [[None, None], [None, 3]]
    division = divide_two_way("webster", weights, [5, 5], [5, 5], lower, upper)
    assert division.parts == ((3, 2), (2, 3))
    check_two_way(division, "webster", weights, [5, 5], [5, 5], lower, upper)


def test_a_cap_of_zero_takes_a_cell_out_of_a_table_and_its_check() -> None:
    question = ([[5, 2], [3, 4]], [2, 3], [3, 2], None, [[None, 0], [None, None]])
    for method in ("adams", "hill"):
        division = divide_two_way(method, *question)
        assert division.parts == ((2, 0), (1, 2))
        check_two_way(division, method, *question)


def test_large_floors_of_cells_hold() -> None:
    question = ([[1, 9], [9, 1]], [500, 500], [500, 500], [[300, 0], [0, 0]])
    division = divide_two_way("webster", *question)
    assert division.parts == ((300, 200), (200, 300))
    check_two_way(division, "webster", *question)


def test_a_margin_of_zero_empties_its_row() -> None:
    weights = [[5, 5], [3, 4], [1, 2]]
    division = divide_two_way("jefferson", weights, [0, 4, 2], [3, 3])
    assert division.parts[0] == (0, 0)
    check_two_way(division, "jefferson", weights, [0, 4, 2], [3, 3])
    division = divide_two_way("jefferson", weights, [4, 2, 0], [6, 0])
    assert division.parts == ((4, 0), (2, 0), (0, 0))
    check_two_way(division, "jefferson", weights, [4, 2, 0], [6, 0])


def test_nothing_to_divide_is_a_table_of_zeros() -> None:
    division = divide_two_way("webster", [[5, 5], [3, 4]], [0, 0], [0, 0])
    assert division.parts == ((0, 0), (0, 0))
    check_two_way(division, "webster", [[5, 5], [3, 4]], [0, 0], [0, 0])


@pytest.mark.parametrize(
    ("weights", "rows", "columns", "lower", "upper", "block"),
    [
        # Two persons of row 0 fit only column 0, which takes one.
        ([[1, 0], [1, 1]], [2, 1], [1, 2], None, None, ((0,), (0,), 2, 1)),
        # A row without a claim.
        ([[0, 0], [1, 1]], [1, 2], [1, 2], None, None, ((0,), (), 1, 0)),
        # The caps of row 1 take two of its three.
        ([[1, 1], [1, 1]], [1, 3], [2, 2], None, [[9, 9], [1, 1]], ((1,), (), 3, 2)),
        # Row 0 owes two floors and has one: the other row cannot be placed beside them.
        ([[1, 1], [1, 1]], [1, 3], [2, 2], [[1, 1], [0, 0]], None, ((1,), (0, 1), 3, 2)),
        # Column 1 has no claim but a total: the rest must fit into column 0.
        ([[1, 0], [1, 0]], [1, 2], [2, 1], None, None, ((0, 1), (0,), 3, 2)),
    ],
)
def test_where_no_table_exists_the_block_is_named(
    weights: Any, rows: Any, columns: Any, lower: Any, upper: Any, block: Any
) -> None:
    with pytest.raises(InfeasibleTableError, match="must place") as refusal:
        divide_two_way("webster", weights, rows, columns, lower, upper)
    error = refusal.value
    assert (error.rows, error.columns, error.needed, error.room) == block
    transpose = [
        [list(r) for r in zip(*t, strict=True)] if t else None for t in (weights, lower, upper)
    ]
    with pytest.raises(InfeasibleTableError) as refusal:
        divide_two_way("webster", transpose[0], columns, rows, *transpose[1:])
    assert refusal.value.needed > refusal.value.room


@pytest.mark.parametrize(
    ("weights", "rows", "columns", "error"),
    [
        ([[1, 2]], [3], [1, 1], MarginsError),
        ([[1, 2]], [], [1, 1], MarginsError),
        ([[1, 2]], [2], [], MarginsError),
        ([[1, 2]], [-1], [-1, 0], TotalError),
        ([[1, 2]], [2.0], [1, 1], TotalError),
        ([[1, 2]], [1, 1], [1, 1], WeightTypeError),
        ([[1, 2, 3]], [2], [1, 1], WeightTypeError),
        ([[1, 0.5]], [2], [1, 1], FloatWeightError),
        ([[1, -1]], [2], [1, 1], NegativeWeightError),
        ([[0, 0]], [2], [1, 1], AllZeroWeightsError),
        ([[1, 2**250]], [2], [1, 1], WeightTooLargeError),
    ],
)
def test_malformed_tables_are_refused_by_name(
    weights: Any, rows: Any, columns: Any, error: type[ApportionmentError]
) -> None:
    with pytest.raises(error) as refusal:
        divide_two_way("webster", weights, rows, columns)
    assert type(refusal.value) is error


def test_a_table_without_cells_is_refused() -> None:
    with pytest.raises(MarginsError):
        divide_two_way("webster", [], [], [])


@pytest.mark.parametrize("method", ["largest_remainder", "ceiling"])
def test_only_divisor_methods_have_tables(method: str) -> None:
    with pytest.raises(MarginsError, match="not a divisor method"):
        divide_two_way(method, [[1, 2]], [2], [1, 1])


@pytest.mark.parametrize(
    ("lower", "upper"),
    [([[0, 3]], [[9, 2]]), ([[0]], None), (None, [[9, 9], [9, 9]]), ([[0, -1]], None)],
)
def test_malformed_bounds_are_refused(lower: Any, upper: Any) -> None:
    with pytest.raises(BoundsError):
        divide_two_way("webster", [[1, 2]], [3], [1, 2], lower, upper)


def test_the_first_cell_whose_bounds_clash_is_named() -> None:
    floors, caps = [[0, 3], [3, 0]], [[9, 2], [2, 9]]
    with pytest.raises(BoundsError, match=r"cell \(0, 1\): floor 3"):
        divide_two_way("webster", [[1, 1], [1, 1]], [3, 3], [3, 3], floors, caps)


def test_claims_that_floats_cannot_tell_apart_are_told_apart() -> None:
    # The diagonal is better by one part in 2^60, whichever diagonal it is.
    large = 2**60
    falling = [[large + 1, large], [large, large]]
    rising = [[large, large + 1], [large, large]]
    assert divide_two_way("webster", falling, [1, 1], [1, 1]).parts == ((1, 0), (0, 1))
    assert divide_two_way("webster", rising, [1, 1], [1, 1]).parts == ((0, 1), (1, 0))
    assert divide_two_way("webster", falling, [1, 1], [1, 1]).tied == ()


@pytest.mark.parametrize("size", [2, 3, 5])
def test_a_gaining_cycle_is_found_whatever_its_length(size: int) -> None:
    # Everybody stands one column from where the row's claim lies: all must move at once.
    claims = [[50 if i == j else 1 for j in range(size)] for i in range(size)]
    table = read_table(Method.WEBSTER, claims, [1] * size, [1] * size, None, None)
    here = np.eye(size, dtype=np.int64)
    moves = ColumnMoves(table, np.roll(here, 1, axis=1))
    path = shortest_moves(moves, np.zeros(size, dtype=np.int64))
    assert isinstance(path, list)
    assert sorted(path) == sorted((j, (j - 1) % size) for j in range(size))
    assert all(path[at - 1][1] == source for at, (source, _) in enumerate(path))
    moves.follow(path)
    assert moves.x.tolist() == here.tolist()
    assert shortest_moves(moves, np.zeros(size, dtype=np.int64)) is None


def test_many_near_ties_are_mended_exactly() -> None:
    rng = np.random.default_rng(2)
    weights = 10**15 + rng.integers(1, 4, (12, 8))
    rows, columns = webster(150, weights.sum(axis=1)).parts, webster(150, weights.sum(axis=0)).parts
    division = divide_two_way("webster", weights, rows, columns)
    check_two_way(division, "webster", weights.tolist(), rows, columns)


def test_many_ties_are_proven_and_named() -> None:
    rng = np.random.default_rng(3)
    weights = rng.integers(1, 6, (40, 9))
    rows, columns = webster(400, weights.sum(axis=1)).parts, webster(400, weights.sum(axis=0)).parts
    division = divide_two_way("webster", weights, rows, columns)
    check_two_way(division, "webster", weights.tolist(), rows, columns)
    assert len(division.tied) > 4


def national_table() -> tuple[np.ndarray, tuple[int, ...], tuple[int, ...]]:
    rng = np.random.default_rng(1)
    sizes = np.exp(rng.normal(10.3, 0.85, (342, 1)))
    weights = sizes * rng.dirichlet(np.full(24, 5.0)) * np.exp(rng.normal(0, 0.4, (342, 24)))
    cells = weights.astype(np.int64)
    return cells, webster(13_500, cells.sum(axis=1)).parts, webster(13_500, cells.sum(axis=0)).parts


@pytest.mark.parametrize("method", ["webster", "jefferson"])
def test_a_national_table_is_proven(method: str) -> None:
    weights, rows, columns = national_table()
    division = divide_two_way(method, weights, rows, columns)
    check_two_way(division, method, weights.tolist(), rows, columns)
    assert [sum(row) for row in division.parts] == list(rows)
    assert [sum(column) for column in zip(*division.parts, strict=True)] == list(columns)


def length(multiplier: Fraction) -> int:
    return multiplier.numerator.bit_length() + multiplier.denominator.bit_length()


def test_multipliers_are_as_short_as_their_room_allows() -> None:
    # People read them: beside the table they stand in the result.
    roomy = divide_two_way("webster", [[200, 100], [100, 200]], [3, 3], [3, 3])
    assert max(map(length, (*roomy.row_multipliers, *roomy.column_multipliers))) <= 26
    # One row has nothing to give, the other is full.
    closed = divide_two_way("webster", [[500, 1], [2, 3]], [0, 4], [3, 1], None, [[9, 9], [3, 1]])
    assert max(map(length, (*closed.row_multipliers, *closed.column_multipliers))) <= 40
    narrow = divide_two_way("webster", *national_table())
    assert max(map(length, (*narrow.row_multipliers, *narrow.column_multipliers))) <= 56


def test_large_adams_and_hill_tables_are_proven() -> None:
    rng = np.random.default_rng(6)
    weights = rng.integers(1, 10**6, (60, 12))
    rows = jefferson(3_000, weights.sum(axis=1), lower=[12] * 60).parts
    columns = jefferson(3_000, weights.sum(axis=0), lower=[60] * 12).parts
    for method in ("adams", "hill"):
        division = divide_two_way(method, weights, rows, columns)
        check_two_way(division, method, weights.tolist(), rows, columns)
        assert min(min(row) for row in division.parts) >= 1


# The check
EXAMPLE = ([[200, 100], [100, 200]], [3, 3], [3, 3])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parts": ((3, 1), (0, 2))}, "margins"),
        ({"parts": ((3, 0), (0, 3))}, "is not between"),
        ({"parts": ((1, 2), (2, 1))}, "is not between"),
        ({"tied": ((0, 0),)}, "tied cells"),
        ({"squared": True}, "squared"),
        ({"row_multipliers": (Fraction(1),)}, "multiplier"),
        ({"row_multipliers": (Fraction(-1), Fraction(-1))}, "not positive"),
        ({"column_multipliers": (Fraction(1), Fraction(2))}, "is not between"),
    ],
)
def test_a_wrong_word_about_a_table_is_refused(change: dict[str, Any], words: str) -> None:
    division = divide_two_way("webster", *EXAMPLE)
    with pytest.raises(CertificateError, match=words):
        check_two_way(replace(division, **change), "webster", *EXAMPLE)


@pytest.mark.parametrize("side", ["row_multipliers", "column_multipliers"])
def test_a_multiplier_of_zero_is_refused_even_where_nobody_is_placed(side: str) -> None:
    question = ([[5, 1], [2, 3]], [2, 0], [2, 0])
    division = divide_two_way("webster", *question)
    check_two_way(division, "webster", *question)
    wrong: dict[str, Any] = {side: (getattr(division, side)[0], Fraction(0))}
    with pytest.raises(CertificateError, match="not positive"):
        check_two_way(replace(division, **wrong), "webster", *question)


def test_an_unreported_tie_in_a_table_is_refused() -> None:
    question = ([[1, 1], [1, 1]], [1, 1], [1, 1])
    division = divide_two_way("webster", *question)
    check_two_way(division, "webster", *question)
    with pytest.raises(CertificateError, match="tied cells"):
        check_two_way(replace(division, tied=()), "webster", *question)


def test_cells_outside_their_bounds_are_refused() -> None:
    division = divide_two_way("webster", *EXAMPLE)
    for bounds in ([[0, 2], [0, 0]], None), (None, [[1, None], [None, None]]):
        with pytest.raises(CertificateError, match="outside its bounds"):
            check_two_way(division, "webster", *EXAMPLE, *bounds)


def test_a_table_can_be_turned_over() -> None:
    weights, rows, columns = [[5, 1, 7], [2, 2, 1]], [7, 3], [4, 2, 4]
    division = divide_two_way("webster", weights, rows, columns)
    turned = [list(column) for column in zip(*weights, strict=True)]
    assert isinstance(division, TwoWayDivision)
    check_two_way(division.transposed(), "webster", turned, columns, rows)
    assert divide_two_way("webster", turned, columns, rows).parts == division.transposed().parts
