"""Two-way questions small enough to try every table, and what to compare them by."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from tests.models.apportionment.reference import CLAIM

Grid = list[list[int]]


class TwoWayQuestion(NamedTuple):
    """A two-way question with every bound written out."""

    weights: Grid
    rows: list[int]
    columns: list[int]
    lower: Grid
    upper: Grid


def bounds(method: str, question: TwoWayQuestion) -> tuple[Grid, Grid]:
    """Return the bounds as the method sees them."""
    floors, caps = [list(r) for r in question.lower], [list(r) for r in question.upper]
    for i, row in enumerate(question.weights):
        for j, w in enumerate(row):
            if w == 0:
                caps[i][j] = floors[i][j]
            elif method in {"adams", "hill"} and caps[i][j] > 0:
                floors[i][j] = max(floors[i][j], 1)
    return floors, caps


def every_row(total: int, floors: Sequence[int], caps: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if not floors:
        if total == 0:
            yield ()
        return
    for x in range(floors[0], min(caps[0], total) + 1):
        for rest in every_row(total - x, floors[1:], caps[1:]):
            yield (x, *rest)


def every_table(
    question: TwoWayQuestion, floors: Grid, caps: Grid
) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Enumerate all tables with these margins within these bounds."""

    def below(i: int, left: list[int]) -> Iterator[tuple[tuple[int, ...], ...]]:
        if i == len(question.rows):
            if not any(left):
                yield ()
            return
        for row in every_row(question.rows[i], floors[i], caps[i]):
            remaining = [total - x for total, x in zip(left, row, strict=True)]
            if min(remaining) >= 0:
                for rest in below(i + 1, remaining):
                    yield (row, *rest)

    return below(0, list(question.columns))


def best_tables(method: str, question: TwoWayQuestion) -> set[tuple[tuple[int, ...], ...]]:
    """Return the tables with the largest product of claims over the persons placed."""
    floors, caps = bounds(method, question)
    worth = {
        table: worth_of(method, question.weights, floors, table)
        for table in every_table(question, floors, caps)
    }
    best = max(worth.values(), default=None)
    return {table for table, value in worth.items() if value == best}


def worth_of(
    method: str, weights: Grid, floors: Grid, table: tuple[tuple[int, ...], ...]
) -> Fraction:
    claims = (
        CLAIM[method](weights[i][j], seat)
        for i, row in enumerate(table)
        for j, x in enumerate(row)
        for seat in range(floors[i][j] + 1, x + 1)
    )
    return math.prod(claims, start=Fraction(1))


def differing_cells(best: set[tuple[tuple[int, ...], ...]]) -> tuple[tuple[int, int], ...]:
    first = next(iter(best))
    return tuple(
        (i, j)
        for i, row in enumerate(first)
        for j in range(len(row))
        if len({table[i][j] for table in best}) > 1
    )


def random_table(dice: random.Random) -> TwoWayQuestion:
    """Make a question of at most nine cells; small weights, so that ties occur."""
    m, k = dice.choice([(1, 3), (2, 2), (2, 3), (3, 2), (3, 3), (2, 4), (4, 2)])
    values = dice.choice([(1, 2), (1, 2, 3), (1,), (1, 3), (0, 1, 10**6, 999_999)])
    weights = [[dice.choice(values) for _ in range(k)] for _ in range(m)]
    if not any(map(any, weights)):
        weights[0][0] = 1
    # One in each positive cell, half of the time: what Adams and Hill ask for.
    first = dice.randint(0, 1)
    table = [[first if w else 0 for w in row] for row in weights]
    positive = [(i, j) for i in range(m) for j in range(k) if weights[i][j]]
    for _ in range(dice.randint(0, 5)):
        i, j = dice.choice(positive)
        table[i][j] += 1
    rows, columns = (
        [sum(row) for row in table],
        [sum(column) for column in zip(*table, strict=True)],
    )
    if dice.random() < 0.15:
        dice.shuffle(rows)
    if m == 2 and sum(rows) % 2 == 0 and dice.random() < 0.8:
        # Twin rows: whatever the first has beyond the second could be the other way round.
        weights, rows = [max(weights, key=sum)] * 2, [sum(rows) // 2] * 2
    lower, upper = [[0] * k for _ in range(m)], [[99] * k for _ in range(m)]
    if dice.random() < 0.3:
        lower = [[dice.choice((0, 0, 1)) for _ in range(k)] for _ in range(m)]
        upper = [[dice.choice((99, 99, 2)) for _ in range(k)] for _ in range(m)]
    return TwoWayQuestion(weights, rows, columns, lower, upper)
