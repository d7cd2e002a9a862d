"""The linking problem as a linear program, over all choices or over those that can matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.linking.choices import Choices
from models.linking.problem import IntArray, LinkProblem
from models.solver.program import UNBOUNDED, LinearProgram


@dataclass(frozen=True, slots=True, eq=False)
class Formulation:
    """A linear program and where its parts stand."""

    program: LinearProgram
    arcs: int
    """The first columns are the arcs, in the order of the choices."""
    quota_rows: slice
    """One row per municipality."""
    stock_rows: IntArray
    """Row of each dwelling class that is there, shape (K,)."""
    stock_cells: tuple[IntArray, IntArray]
    """Municipality and class of each of those rows."""


def formulate(problem: LinkProblem, choices: Choices, relaxed: bool = False) -> Formulation:
    """Write the problem over ``choices`` as a linear program.

    Parameters
    ----------
    problem
        The problem, with a convex quota penalty.
    choices
        What is left open.
    relaxed
        Whether arcs may be fractions.

    Returns
    -------
    Formulation
        Arcs are binary; counts, seats, lacking households and quota deviations follow from
        them and are whole numbers too.

    Raises
    ------
    ValueError
        If a further person short or over costs less than the first: that is not convex, and
        the columns of the penalty would fill in the wrong order.
    """
    quota = problem.quota
    if quota.short_beyond < quota.short_first or quota.over_beyond < quota.over_first:
        raise ValueError("the quota penalty is not convex")
    writer = _Writer(whole=not relaxed)
    arcs = np.arange(len(choices.household))
    none = np.zeros(len(arcs), np.int64)
    # A fraction needs no upper limit: the row of its household gives it.
    limit = none + (UNBOUNDED if relaxed else 1)
    writer.columns(problem.points[choices.household, choices.municipality], none, limit)
    once = np.ones(problem.shape[0], np.int64)
    writer.entries(writer.rows(once, once) + choices.household, arcs, none + 1)
    groups, counts = _write_counts(writer, problem, choices)
    stock_rows, cells = _write_dwellings(writer, problem, choices, groups, counts)
    quota_rows = _write_quota(writer, problem, choices, groups, counts)
    return Formulation(writer.program(), len(arcs), quota_rows, stock_rows, cells)


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """Households of one size in one municipality, with and without need of a dwelling."""

    of_arc: IntArray
    """Group of each arc, shape (A,)."""
    place: IntArray
    """Municipality of each group, shape (G,)."""
    size_index: IntArray
    """Index among the distinct sizes, shape (G,)."""
    persons: IntArray
    """Persons per household, shape (G,)."""
    needs: NDArray[np.bool_]
    """Whether its households need a dwelling, shape (G,)."""


class _Writer:
    """Collects columns, rows and entries of a program to be maximised."""

    def __init__(self, whole: bool) -> None:
        self._whole = whole
        self._columns: list[tuple[IntArray, IntArray, IntArray]] = []
        self._rows: list[tuple[IntArray, IntArray]] = []
        self._entries: list[tuple[IntArray, IntArray, IntArray]] = []
        self._column_count = 0
        self._row_count = 0

    def columns(self, value: IntArray, lower: IntArray, upper: IntArray) -> int:
        """Add columns and return the index of the first."""
        first, self._column_count = self._column_count, self._column_count + len(value)
        self._columns.append((value, lower, upper))
        return first

    def rows(self, lower: IntArray, upper: IntArray) -> int:
        """Add rows and return the index of the first."""
        first, self._row_count = self._row_count, self._row_count + len(lower)
        self._rows.append((lower, upper))
        return first

    def entries(self, row: IntArray, column: IntArray, coefficient: IntArray) -> None:
        """Add entries of the matrix."""
        self._entries.append((row, column, coefficient))

    def program(self) -> LinearProgram:
        """Everything together."""
        value, lower, upper = (np.concatenate(part) for part in zip(*self._columns, strict=True))
        whole = np.full(len(value), self._whole)
        row_lower, row_upper = (np.concatenate(part) for part in zip(*self._rows, strict=True))
        row, column, entry = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        return LinearProgram(value, row, column, entry, row_lower, row_upper, lower, upper, whole)


def _write_counts(writer: _Writer, problem: LinkProblem, choices: Choices) -> tuple[_Groups, int]:
    """Count the households of each group: an engine branches better on a count than on a pair."""
    sizes = np.unique(problem.sizes)
    size = np.searchsorted(sizes, problem.sizes[choices.household])
    needs = problem.needs_dwelling[choices.household]
    key = (choices.municipality * len(sizes) + size) * 2 + needs
    keys, of_arc = np.unique(key, return_inverse=True)
    place_and_size, needing = np.divmod(keys, 2)
    place, size = np.divmod(place_and_size, max(1, len(sizes)))
    none = np.zeros(len(keys), np.int64)
    counts = writer.columns(none, none, none + UNBOUNDED)
    row = writer.rows(none, none)
    writer.entries(row + of_arc, np.arange(len(of_arc)), np.ones(len(of_arc), np.int64))
    writer.entries(row + np.arange(len(keys)), counts + np.arange(len(keys)), none - 1)
    return _Groups(of_arc, place, size, sizes[size], needing.astype(np.bool_)), counts


def _write_dwellings(
    writer: _Writer, problem: LinkProblem, choices: Choices, groups: _Groups, counts: int
) -> tuple[IntArray, tuple[IntArray, IntArray]]:
    """Whoever needs a dwelling sits in a class that fits or lacks one, counted per group."""
    needing = np.flatnonzero(groups.needs)
    none = np.zeros(len(needing), np.int64)
    balance = np.full(len(groups.needs), -1, np.int64)
    balance[needing] = writer.rows(none, none) + np.arange(len(needing))
    writer.entries(balance[needing], counts + needing, none + 1)
    _write_lacking(writer, problem, choices, groups, balance)
    pair, sort = np.nonzero(choices.seats[groups.place[needing], groups.size_index[needing]])
    group = needing[pair]
    none = np.zeros(len(group), np.int64)
    # No upper limit: the stock row gives it, and a second one would share its price.
    seats = writer.columns(none, none, none + UNBOUNDED)
    seats_of = seats + np.arange(len(group))
    writer.entries(balance[group], seats_of, none - 1)
    cells, cell = np.unique(groups.place[group] * problem.shape[2] + sort, return_inverse=True)
    where, which = np.divmod(cells, problem.shape[2])
    fewest = choices.fewest_seats[where, which]
    first = writer.rows(np.where(fewest > 0, fewest, -UNBOUNDED), problem.dwellings[where, which])
    writer.entries(first + cell, seats_of, none + 1)
    return first + np.arange(len(cells)), (where, which)


def _write_lacking(
    writer: _Writer, problem: LinkProblem, choices: Choices, groups: _Groups, balance: IntArray
) -> None:
    """Count who lacks a dwelling per group and penalty; never more than are linked there."""
    arcs = np.flatnonzero(choices.may_lack)
    kinds, kind = np.unique(problem.without_dwelling[choices.household[arcs]], return_inverse=True)
    keys, key = np.unique(groups.of_arc[arcs] * max(1, len(kinds)) + kind, return_inverse=True)
    group, of_kind = np.divmod(keys, max(1, len(kinds)))
    none = np.zeros(len(keys), np.int64)
    lack = writer.columns(-kinds[of_kind], none, none + UNBOUNDED)
    lack_of = lack + np.arange(len(keys))
    writer.entries(balance[group], lack_of, none - 1)
    row = writer.rows(none - UNBOUNDED, none)
    writer.entries(row + np.arange(len(keys)), lack_of, none + 1)
    writer.entries(row + key, arcs, np.full(len(arcs), -1, np.int64))


def _write_quota(
    writer: _Writer, problem: LinkProblem, choices: Choices, groups: _Groups, counts: int
) -> slice:
    """Persons short of and over the target, at their true slopes."""
    quota, municipalities = problem.quota, problem.shape[1]
    row = writer.rows(quota.target, quota.target)
    writer.entries(row + groups.place, counts + np.arange(len(groups.place)), groups.persons)
    short = np.maximum(quota.target - choices.fewest_persons, 0)
    over = np.maximum(choices.most_persons - quota.target, 0)
    none = np.zeros(municipalities, np.int64)
    for sign, rate, room in (
        (1, quota.short_first, np.minimum(short, quota.margin)),
        (1, quota.short_beyond, np.maximum(short - quota.margin, 0)),
        (-1, quota.over_first, np.minimum(over, quota.margin)),
        (-1, quota.over_beyond, np.maximum(over - quota.margin, 0)),
    ):
        column = writer.columns(none - rate, none, room)
        index = np.arange(municipalities)
        writer.entries(row + index, column + index, none + sign)
    return slice(row, row + municipalities)
