"""Rows and columns of a program, one after the other."""

from __future__ import annotations

import numpy as np

from models.exchange.problem import IntArray
from models.solver.program import UNBOUNDED, LinearProgram


class Rows:
    """A program under construction; every number is whole."""

    def __init__(self) -> None:
        self._upper: list[int] = []
        self._row: list[int] = []
        self._column: list[int] = []
        self._value: list[int] = []
        self._low: list[int] = []
        self._high: list[int] = []

    def column(self, upper: int) -> int:
        """Add a column of whole values from 0 to ``upper`` and return its position."""
        self._upper.append(int(upper))
        return len(self._upper) - 1

    def row(
        self, terms: list[tuple[int, int]], low: int = -UNBOUNDED, high: int = UNBOUNDED
    ) -> None:
        """Add a row of (column, value) terms; a column may stand in it more than once."""
        merged: dict[int, int] = {}
        for column, value in terms:
            merged[column] = merged.get(column, 0) + int(value)
        for column, value in merged.items():
            self._row.append(len(self._low))
            self._column.append(column)
            self._value.append(value)
        self._low.append(int(low))
        self._high.append(int(high))

    def program(self, goal: list[tuple[int, int]], *, bounded: bool = True) -> LinearProgram:
        """Return the program that makes the sum of the goal's terms least.

        Unbounded where rows limit the columns anyway: a limit of its own takes prices from them.
        """
        objective = np.zeros(len(self._upper), dtype=np.int64)
        for column, value in goal:
            objective[column] += value
        return LinearProgram(
            objective=objective,
            row=_whole(self._row),
            column=_whole(self._column),
            coefficient=_whole(self._value),
            row_lower=_whole(self._low),
            row_upper=_whole(self._high),
            lower=np.zeros(len(self._upper), dtype=np.int64),
            upper=_whole(self._upper if bounded else [UNBOUNDED] * len(self._upper)),
            integral=np.ones(len(self._upper), dtype=bool),
            maximise=False,
        )


def _whole(values: list[int]) -> IntArray:
    return np.array(values, dtype=np.int64)
