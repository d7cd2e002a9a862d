"""Multipliers that prove a table: guessed from logarithms, checked and mended exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from models.apportionment.column_moves import BARRED, ColumnMoves, Move
from models.apportionment.screening import LOG_UNIT, powers_of_two
from models.apportionment.table import Table, TwoWayDivision

Ints = npt.NDArray[np.int64]

_MOST_BITS = 50
_FEWEST_BITS = 8


def prove_table(table: Table, moves: ColumnMoves) -> TwoWayDivision | list[Move]:
    """Prove that the table is best for its margins, or return moves that better it.

    Parameters
    ----------
    table
        The question.
    moves
        A table with exact margins and no gaining cycle at the accuracy of the logarithms.

    Returns
    -------
    TwoWayDivision or list
        The proven answer, or the moves (row, source, target) of a cycle that gains.

    Notes
    -----
    Where every side holds strictly the table is the only one. Otherwise the column
    multipliers are lowered in exact fractions until every row has a multiplier (then the
    equalities show the ties), or a cycle shows that there is none.
    """
    cells = _exact_cells(table, moves)
    rows, columns = _guess(moves)
    if _is_strict(cells, rows, columns):
        return _answer(table, moves, rows, columns, ())
    return _mend(table, moves, cells, columns)


@dataclass(frozen=True, slots=True)
class _Side:
    """A side of a cell: column j, and the exact bound on the cell's multiplier a_i b_j."""

    column: int
    bound: Fraction


@dataclass(frozen=True, slots=True)
class _Row:
    """The open sides of a row: multipliers at least ``give``, at most ``take``."""

    give: list[_Side]
    take: list[_Side]


def _exact_cells(table: Table, moves: ColumnMoves) -> list[_Row]:
    """Write out s(x) / w and s(x + 1) / w for the sides that no bound closes."""
    posts, rows = table.posts, []
    for i, parts in enumerate(moves.x.tolist()):
        give, take = [], []
        for j, (x, w) in enumerate(zip(parts, table.weights[i].tolist(), strict=True)):
            claim = posts.m * posts.numerator(w)
            if x > table.lower[i, j]:
                give.append(_Side(j, Fraction(posts.denominator(x), claim)))
            if x < table.upper[i, j]:
                take.append(_Side(j, Fraction(posts.denominator(x + 1), claim)))
        rows.append(_Row(give, take))
    return rows


def _guess(moves: ColumnMoves) -> tuple[list[Fraction], list[Fraction]]:
    """Take multipliers from the middle of what the logarithms allow, as short as they may be.

    The distances from each column in turn are all feasible potentials; their mean leaves
    room on every move that lies on no cycle of length zero.
    """
    distance = _all_distances(moves.cost)
    finite = np.abs(distance[distance < BARRED // 2])
    offset = 2 * int(finite.max()) + LOG_UNIT
    outside = distance.min(axis=0) + offset
    columns = np.minimum(distance, outside).sum(axis=0) // distance.shape[0]
    least = (moves.give - columns).max(axis=1)
    most = (moves.take - columns).min(axis=1)
    open_below, open_above = least < -BARRED // 2, most > BARRED // 2
    most = np.where(open_above, np.where(open_below, 0, least) + 2 * LOG_UNIT, most)
    least = np.where(open_below, most - 2 * LOG_UNIT, least)
    room = max(1, int((most - least).min()))
    bits = LOG_UNIT.bit_length() - room.bit_length() + 4
    bits = min(max(bits, _FEWEST_BITS), _MOST_BITS)
    return powers_of_two((least + most) // 2, bits), powers_of_two(columns, bits)


def _all_distances(cost: Ints) -> Ints:
    """Floyd-Warshall."""
    distance = cost.copy()
    for via in range(cost.shape[0]):
        through = distance[:, via, None] + distance[None, via, :]
        distance = np.minimum(distance, np.where(through >= BARRED // 2, BARRED, through))
    return distance


def _is_strict(cells: list[_Row], rows: list[Fraction], columns: list[Fraction]) -> bool:
    """Whether every side holds with room to spare."""
    for row, a in zip(cells, rows, strict=True):
        if any(side.bound >= a * columns[side.column] for side in row.give):
            return False
        if any(side.bound <= a * columns[side.column] for side in row.take):
            return False
    return True


def _mend(
    table: Table, moves: ColumnMoves, cells: list[_Row], columns: list[Fraction]
) -> TwoWayDivision | list[Move]:
    """Lower column multipliers exactly until every row has one of its own."""
    columns = list(columns)
    came_from: dict[int, tuple[int, int]] = {}
    for _ in range(len(columns) + 1):
        if not _lower_once(cells, columns, came_from):
            rows = [_row_multiplier(row, columns) for row in cells]
            return _answer(table, moves, rows, columns, _tied_cells(cells, rows, columns))
    return _gaining_cycle(came_from)


def _lower_once(
    cells: list[_Row], columns: list[Fraction], came_from: dict[int, tuple[int, int]]
) -> bool:
    """One round of Bellman-Ford in exact fractions; whether anything moved."""
    moved = False
    for i, row in enumerate(cells):
        if not row.give:
            continue
        least, source = max((Fraction(s.bound, columns[s.column]), s.column) for s in row.give)
        for side in row.take:
            if columns[side.column] * least > side.bound:
                columns[side.column] = Fraction(side.bound, least)
                came_from[side.column] = (i, source)
                moved = True
    return moved


def _gaining_cycle(came_from: dict[int, tuple[int, int]]) -> list[Move]:
    """Follow the causes back until a column returns."""
    seen: list[int] = []
    column = _any_on_cycle(came_from)
    moves: list[Move] = []
    while column not in seen:
        seen.append(column)
        row, source = came_from[column]
        moves.append((row, source, column))
        column = source
    return moves


def _any_on_cycle(came_from: dict[int, tuple[int, int]]) -> int:
    for start in sorted(came_from):
        column, steps = start, 0
        while column in came_from and steps <= len(came_from):
            column, steps = came_from[column][1], steps + 1
        if column in came_from:
            return column
    raise AssertionError("multipliers that keep falling have a cycle of causes")


def _row_multiplier(row: _Row, columns: list[Fraction]) -> Fraction:
    """Return a multiplier between the open sides of a row, the middle where there are two."""
    least = max((Fraction(side.bound, columns[side.column]) for side in row.give), default=None)
    most = min((Fraction(side.bound, columns[side.column]) for side in row.take), default=None)
    if least is None:
        return most * Fraction(1, 2) if most else Fraction(1)
    return least * 2 if most is None else (least + most) * Fraction(1, 2)


def _tied_cells(
    cells: list[_Row], rows: list[Fraction], columns: list[Fraction]
) -> tuple[tuple[int, int], ...]:
    """Return the cells on a cycle of moves that costs nothing.

    Such a move exists in a row only where both sides pin its multiplier; it lies on a
    cycle where its two columns reach each other.
    """
    pinned: list[Move] = []
    for i, (row, a) in enumerate(zip(cells, rows, strict=True)):
        sources = [s.column for s in row.give if s.bound == a * columns[s.column]]
        targets = [s.column for s in row.take if s.bound == a * columns[s.column]]
        pinned += [(i, source, target) for source in sources for target in targets]
    reach = np.eye(len(columns), dtype=bool)
    for _, source, target in pinned:
        reach[source, target] = True
    for via in range(len(columns)):
        reach |= reach[:, via, None] & reach[None, via, :]
    tied = {
        (i, column)
        for i, source, target in pinned
        if reach[target, source]
        for column in (source, target)
    }
    return tuple(sorted(tied))


def _answer(
    table: Table,
    moves: ColumnMoves,
    rows: list[Fraction],
    columns: list[Fraction],
    tied: tuple[tuple[int, int], ...],
) -> TwoWayDivision:
    return TwoWayDivision(
        tuple(map(tuple, moves.x.tolist())),
        tied,
        row_multipliers=tuple(rows),
        column_multipliers=tuple(columns),
        squared=table.posts.squared,
    )
