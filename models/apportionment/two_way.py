"""Two-way tables with both margins exact: search on whole-number costs, then proof."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from models.apportionment.column_moves import ColumnMoves, shortest_moves
from models.apportionment.divide import divide
from models.apportionment.errors import InfeasibleTableError
from models.apportionment.method import Method
from models.apportionment.screening import column_factors
from models.apportionment.table import Table, TwoWayDivision, read_table
from models.apportionment.table_proof import prove_table

Cells = Sequence[Sequence[int]] | npt.NDArray[Any]
CellBounds = Sequence[Sequence[int | None]] | npt.NDArray[Any] | None
Totals = Sequence[int] | npt.NDArray[Any]


def divide_two_way(
    method: Method | str,
    weights: Cells,
    row_totals: Totals,
    column_totals: Totals,
    lower: CellBounds = None,
    upper: CellBounds = None,
) -> TwoWayDivision:
    """Divide over the cells of a table so that both margins are exact.

    Parameters
    ----------
    method
        A divisor method. ``adams`` and ``hill`` put at least one in every positive cell.
    weights
        Claims, shape (m, k): non-negative whole numbers. A cell of zero gets its floor.
    row_totals, column_totals
        Margins, shapes (m,) and (k,), with equal sums [persons].
    lower, upper
        Floors and caps of the cells, shape (m, k); ``None`` is no bound.

    Returns
    -------
    TwoWayDivision
        The table, the multipliers that prove it, and the cells that could be otherwise.

    Raises
    ------
    WeightError, BoundsError
        If a claim or a bound is malformed.
    MarginsError
        If the margins are malformed or differ in sum.
    InfeasibleTableError
        If no whole table has these margins, zeros and bounds; names the block that proves it.

    Notes
    -----
    Each row is divided by itself on claims scaled by iterative proportional fitting; then
    one person at a time moves along the shortest path from a column with too many to one
    with too few (successive shortest paths on the larger side's choices), which keeps the
    table optimal for its margins. Costs are logarithms rounded to whole numbers; the
    multipliers are then found and checked in exact fractions, and where they refuse a
    table the cycle that improves it is followed.

    Examples
    --------
    >>> divide_two_way("webster", [[10, 1], [1, 10]], [3, 3], [3, 3]).parts
    ((3, 0), (0, 3))
    """
    table = read_table(Method(method), weights, row_totals, column_totals, lower, upper)
    wide = len(table.column_totals) > len(table.row_totals)
    solved = _solve(table.transposed() if wide else table, table, wide)
    return solved.transposed() if wide else solved


def _solve(table: Table, original: Table, transposed: bool) -> TwoWayDivision:
    """Solve a table with at least as many rows as columns."""
    x = _divide_rows(table, original, transposed)
    while True:
        moves = ColumnMoves(table, x)
        _meet_columns(table, moves, original, transposed)
        proof = prove_table(table, moves)
        if isinstance(proof, TwoWayDivision):
            return proof
        for row, source, target in proof:
            x[row, source] -= 1
            x[row, target] += 1


def _divide_rows(table: Table, original: Table, transposed: bool) -> npt.NDArray[np.int64]:
    """Divide each row by itself, on claims that nearly meet the columns."""
    factors = column_factors(table.weights, table.row_totals, table.column_totals)
    x = np.array(table.lower, dtype=np.int64)
    for i, total in enumerate(table.row_totals):
        floors, caps = table.lower[i].tolist(), table.upper[i].tolist()
        if not sum(floors) <= total <= sum(caps):
            raise _row_conflict(i, total, caps, original, transposed)
        if sum(floors) < total:
            scaled = [w * f for w, f in zip(table.weights[i].tolist(), factors, strict=True)]
            x[i] = divide(table.method, total, scaled, floors, caps).parts
    return x


def _row_conflict(
    i: int, total: int, caps: Sequence[int], original: Table, transposed: bool
) -> InfeasibleTableError:
    """Blame one row: its caps are too small for it, or its floors too large for the others."""
    count = len(original.column_totals if transposed else original.row_totals)
    if sum(caps) < total:
        return _conflict(original, [i], [], transposed)
    others = [row for row in range(count) if row != i]
    return _conflict(original, others, list(range(len(caps))), transposed)


def _meet_columns(table: Table, moves: ColumnMoves, original: Table, transposed: bool) -> None:
    """Move persons from columns with too many to columns with too few, cheapest first."""
    totals = np.array(table.column_totals, dtype=np.int64)
    while True:
        surplus = moves.x.sum(axis=0) - totals
        path = shortest_moves(moves, surplus)
        if path is None:
            return
        if isinstance(path, frozenset):
            columns = sorted(path)
            rows = moves.rows_that_can_give(columns)
            raise _conflict(original, rows, columns, transposed)
        moves.follow(path)


def _conflict(
    table: Table, rows: Sequence[int], columns: Sequence[int], transposed: bool
) -> InfeasibleTableError:
    """State why the rows cannot be placed: what they need and what there is room for."""
    m, k = len(table.row_totals), len(table.column_totals)
    if transposed:
        rows, columns = (
            [i for i in range(m) if i not in set(columns)],
            [j for j in range(k) if j not in set(rows)],
        )
    inside = np.zeros(m, dtype=bool)
    inside[list(rows)] = True
    among = np.zeros(k, dtype=bool)
    among[list(columns)] = True
    needed = sum(table.row_totals[i] for i in rows)
    room = sum(table.column_totals[j] for j in columns)
    room += sum(table.upper[np.ix_(inside, ~among)].ravel().tolist())
    room -= sum(table.lower[np.ix_(~inside, among)].ravel().tolist())
    return InfeasibleTableError(rows, columns, needed, room)
