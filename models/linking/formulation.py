"""The linking problem as a linear program, over all choices or over those that can matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.linking.choices import Choices
from models.linking.problem import NO_DWELLING, IntArray, LinkPlan, LinkProblem
from models.solver.program import UNBOUNDED, LinearProgram


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Households of one size in one municipality, with or without need of a dwelling."""

    of_arc: IntArray
    """Group of each arc, shape (A,)."""
    place: IntArray
    """Municipality of each group, shape (G,)."""
    size_index: IntArray
    """Index among the profiles of the problem, shape (G,)."""
    persons: IntArray
    """Persons per household, shape (G,)."""
    needs: NDArray[np.bool_]
    """Whether its households need a dwelling, shape (G,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A run of columns that count the households of a group that are alike in one respect."""

    first: int
    group: IntArray
    """Group of each column, ascending, shape (K,)."""
    kind: IntArray
    """What sets them apart, ascending within a group, shape (K,): a class, or a penalty."""

    def count(self, group: IntArray, kind: IntArray) -> IntArray | None:
        """Households per column, shape (K,); nothing if one has no column."""
        width = int(max(self.kind.max(initial=0), kind.max(initial=0))) + 1
        own, key = self.group * width + self.kind, group * width + kind
        at = np.searchsorted(own, key)
        if len(key) and (at.max() >= len(own) or (own[at] != key).any()):
            return None
        return np.bincount(at, minlength=len(own)).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Formulation:
    """A linear program and where its parts stand."""

    program: LinearProgram
    choices: Choices
    """The arcs are the first columns, in the order of the choices."""
    groups: Groups
    counts: int
    """First of the columns that count each group."""
    seats: Columns
    """Households of a group per class."""
    lacks: Columns
    """Households of a group without a dwelling, per penalty."""
    quota_rows: slice
    """One row per municipality."""
    quota_columns: int
    """First of four columns per municipality: short at either rate, over at either rate."""
    stock_rows: IntArray
    """Row of each dwelling class that is there, shape (K,)."""
    stock_cells: tuple[IntArray, IntArray]
    """Municipality and class of each of those rows."""

    @property
    def arcs(self) -> int:
        """How many pairs are open."""
        return len(self.choices.household)


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
    lacks, seats, stock_rows, cells = _write_dwellings(writer, problem, choices, groups, counts)
    row, column = _write_quota(writer, problem, choices, groups, counts)
    quota_rows = slice(row, row + problem.shape[1])
    return Formulation(
        writer.program(),
        choices,
        groups,
        counts,
        seats,
        lacks,
        quota_rows,
        column,
        stock_rows,
        cells,
    )


def columns_of(form: Formulation, problem: LinkProblem, plan: LinkPlan) -> IntArray | None:
    """Write a plan as a solution of the program.

    Parameters
    ----------
    form
        The program, not relaxed.
    problem
        Its problem.
    plan
        A plan that breaks no hard rule.

    Returns
    -------
    IntArray or None
        A value per column, shape (N,); nothing if the plan makes a choice that is not open.
    """
    choices, groups = form.choices, form.groups
    chosen = plan.municipality[choices.household] == choices.municipality
    if int(chosen.sum()) != problem.shape[0]:
        return None
    who, group = choices.household[chosen], groups.of_arc[chosen]
    sort = plan.dwelling_class[who]
    housed = sort != NO_DWELLING
    lacking = problem.needs_dwelling[who] & ~housed
    seats = form.seats.count(group[housed], sort[housed])
    lacks = form.lacks.count(group[lacking], problem.without_dwelling[who[lacking]])
    if seats is None or lacks is None:
        return None
    values = np.zeros(len(form.program.objective), dtype=np.int64)
    values[: form.arcs] = chosen
    counts = np.bincount(group, minlength=len(groups.place))
    values[form.counts : form.counts + len(counts)] = counts
    values[form.seats.first : form.seats.first + len(seats)] = seats
    values[form.lacks.first : form.lacks.first + len(lacks)] = lacks
    missed = _missed(problem, plan).ravel()
    values[form.quota_columns : form.quota_columns + len(missed)] = missed
    return values


def _missed(problem: LinkProblem, plan: LinkPlan) -> IntArray:
    """Persons short at either rate and over at either rate, shape (4, M)."""
    persons = np.zeros(problem.shape[1], dtype=np.int64)
    np.add.at(persons, plan.municipality, problem.sizes)
    margin = problem.quota.margin
    short = np.maximum(problem.quota.target - persons, 0)
    over = np.maximum(persons - problem.quota.target, 0)
    return np.stack(
        [
            np.minimum(short, margin),
            np.maximum(short - margin, 0),
            np.minimum(over, margin),
            np.maximum(over - margin, 0),
        ]
    )


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


def _write_counts(writer: _Writer, problem: LinkProblem, choices: Choices) -> tuple[Groups, int]:
    """Count the households of each group: an engine branches better on a count than on a pair."""
    sizes, _, profile = problem.profiles()
    size = profile[choices.household]
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
    return Groups(of_arc, place, size, sizes[size], needing.astype(np.bool_)), counts


def _write_dwellings(
    writer: _Writer, problem: LinkProblem, choices: Choices, groups: Groups, counts: int
) -> tuple[Columns, Columns, IntArray, tuple[IntArray, IntArray]]:
    """Whoever needs a dwelling sits in a class that fits or lacks one, counted per group."""
    needing = np.flatnonzero(groups.needs)
    none = np.zeros(len(needing), np.int64)
    balance = np.full(len(groups.needs), -1, np.int64)
    balance[needing] = writer.rows(none, none) + np.arange(len(needing))
    writer.entries(balance[needing], counts + needing, none + 1)
    lacks = _write_lacking(writer, problem, choices, groups, balance)
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
    columns = Columns(seats, group, sort)
    return lacks, columns, first + np.arange(len(cells)), (where, which)


def _write_lacking(
    writer: _Writer, problem: LinkProblem, choices: Choices, groups: Groups, balance: IntArray
) -> Columns:
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
    return Columns(lack, group, kinds[of_kind])


def _write_quota(
    writer: _Writer, problem: LinkProblem, choices: Choices, groups: Groups, counts: int
) -> tuple[int, int]:
    """Persons short of and over the target, at their true slopes."""
    quota, municipalities = problem.quota, problem.shape[1]
    row = writer.rows(quota.target, quota.target)
    writer.entries(row + groups.place, counts + np.arange(len(groups.place)), groups.persons)
    short = np.maximum(quota.target - choices.fewest_persons, 0)
    over = np.maximum(choices.most_persons - quota.target, 0)
    none = np.zeros(municipalities, np.int64)
    rates = (-quota.short_first, -quota.short_beyond, -quota.over_first, -quota.over_beyond)
    rooms = (
        np.minimum(short, quota.margin),
        np.maximum(short - quota.margin, 0),
        np.minimum(over, quota.margin),
        np.maximum(over - quota.margin, 0),
    )
    lacking = none if quota.most is None else np.maximum(quota.target - quota.most, 0)
    # Below its target a cap is so many persons short at least: no row of its own, one price.
    least = (np.minimum(lacking, quota.margin), np.maximum(lacking - quota.margin, 0), none, none)
    column = writer.columns(
        np.repeat(rates, municipalities), np.concatenate(least), np.concatenate(rooms)
    )
    place = np.tile(np.arange(municipalities), 4)
    signs = np.repeat((1, 1, -1, -1), municipalities)
    writer.entries(row + place, column + np.arange(len(place)), signs)
    return row, column
