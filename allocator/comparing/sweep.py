"""A key over a grid of weights: what every municipality gets at every point, and its range."""

from __future__ import annotations

import functools
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from fractions import Fraction

from allocator.comparing.comparison import formula_of
from allocator.comparing.grid import KeyGrid, points_of
from allocator.comparing.measures import gini, half_distance
from allocator.comparing.mixing import PlainMix, is_plain, reweighted
from allocator.errors import ConflictError, InputRefusedError, SolverGaveNothingError
from allocator.findings import Finding, Findings
from allocator.keys import Key, key_weights, read_key, refuse_long, whole_weights
from allocator.keys.definition import STATUTORY
from allocator.quota import METHODS, QuotaTable, compute_quotas
from allocator.reading import Instance
from allocator.reading.tables import TableData
from models.apportionment import TotalBelowClaimsError, divide

CHUNK = 32
"""Points per task: fixed, so that the number of workers changes nothing."""

Progress = Callable[[int, int], None]
"""Told how many points are done, of how many."""
Weights = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """One point of the grid [persons]; ``weights`` are those of all parts of the key."""

    number: int
    weights: Weights
    persons: tuple[int, ...]
    higher: int
    lower: int
    shifted: Fraction
    gini: Fraction | None
    """Of the burden per inhabitant, weighted by inhabitants."""


@dataclass(frozen=True, slots=True)
class SweepRange:
    """Least and most that a municipality gets over the grid, and the first point of each."""

    least: int
    most: int
    least_at: int
    most_at: int


@dataclass(frozen=True, slots=True)
class SweepTable:
    """The whole grid; ``law`` are the quotas as they are now, by the same rounding."""

    instance: Instance
    grid: KeyGrid
    key: Key
    rounding: str
    law: QuotaTable
    points: tuple[SweepPoint, ...]

    @property
    def left_out(self) -> int:
        """Points of the grid whose weights cannot be."""
        return self.grid.size - len(self.points)

    @property
    def ranges(self) -> tuple[SweepRange, ...]:
        """Range of every municipality, in their order."""
        return tuple(map(_range, zip(*(point.persons for point in self.points), strict=True)))


def _range(persons: Sequence[int]) -> SweepRange:
    least, most = min(persons), max(persons)
    return SweepRange(least, most, persons.index(least) + 1, persons.index(most) + 1)


@dataclass(frozen=True, slots=True)
class _Task:
    """What a worker needs; ``mix`` is there when the key is a plain sum of shares."""

    key: Key
    table: TableData
    total: int
    rounding: str
    law: tuple[int, ...]
    inhabitants: tuple[int, ...]
    mix: PlainMix | None
    place: str
    """Where findings say that the total stands."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Findings that a worker sends home: its exceptions do not survive the journey."""

    findings: tuple[Finding, ...]
    is_conflict: bool


def sweep(
    instance: Instance,
    grid: KeyGrid,
    rounding: str = "sluitend",
    workers: int = 1,
    on_progress: Progress | None = None,
) -> SweepTable:
    """Divide the national number at every point of a grid of weights.

    Parameters
    ----------
    instance
        A national instance.
    grid
        The key, the parts that change and their weights.
    rounding
        One rounding for every point and for the law's key.
    workers
        Processes; the outcome is the same for any number.
    on_progress
        Called with points done and points in all, in order, after every chunk of points.

    Returns
    -------
    SweepTable
        Points in the order of the axes, the first axis slowest, numbered from 1.

    Raises
    ------
    InputRefusedError
        If the instance is regional, or grid, key or an indicator is refused.
    ConflictError
        If the total is too small for the rounding at some point, or bounds cannot hold.
    SolverGaveNothingError
        If a worker died.
    """
    findings = Findings()
    if instance.settings.scope != "landelijk":
        findings.error("compare_needs_country", instance.settings_place, column="scope")
        findings.refuse_errors()
    key = read_key(grid.key)
    weights = points_of(grid, key)
    law = compute_quotas(instance, rounding, STATUTORY)
    task = _task(instance, key, rounding, formula_of(law))
    numbered = list(enumerate(weights, 1))
    chunks = [numbered[at : at + CHUNK] for at in range(0, len(numbered), CHUNK)]
    points: list[SweepPoint] = []
    for done in _run(functools.partial(_divide_chunk, task), chunks, workers):
        if isinstance(done, _Refusal):
            raise (ConflictError if done.is_conflict else InputRefusedError)(done.findings)
        points += done
        if on_progress is not None:
            on_progress(len(points), len(numbered))
    return SweepTable(instance, grid, key, rounding, law, tuple(points))


def _task(instance: Instance, key: Key, rounding: str, law: tuple[int, ...]) -> _Task:
    table, total = instance.tables["gemeenten"], instance.settings.national_total
    assert total is not None, "reading refuses a national instance without a total"
    # Once here, so that a missing indicator is refused before any worker starts.
    found = key_weights(key, table, total)
    return _Task(
        key,
        table,
        total,
        rounding,
        law,
        tuple(place.inhabitants for place in instance.municipalities),
        PlainMix.of(found) if is_plain(key) else None,
        instance.settings_place,
    )


Chunk = Sequence[tuple[int, Weights]]
Done = list[SweepPoint] | _Refusal


def _run(work: Callable[[Chunk], Done], chunks: Sequence[Chunk], workers: int) -> Iterator[Done]:
    """Results in the order of the chunks, here or in processes of their own."""
    if workers == 1:
        yield from map(work, chunks)
        return
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(min(workers, len(chunks)), mp_context=context) as pool:
            yield from pool.map(work, chunks)
    except BrokenProcessPool as error:
        raise SolverGaveNothingError(str(error)) from error


def _divide_chunk(task: _Task, chunk: Chunk) -> Done:
    try:
        return [_divide_point(task, number, weights) for number, weights in chunk]
    except (InputRefusedError, ConflictError) as error:
        return _Refusal(error.findings, isinstance(error, ConflictError))


def _divide_point(task: _Task, number: int, weights: Weights) -> SweepPoint:
    claims = _claims(task, weights)
    try:
        persons = divide(METHODS[task.rounding], task.total, claims).parts
    except TotalBelowClaimsError as error:
        findings = Findings()
        findings.error(
            "total_below_claims",
            task.place,
            column="national_total",
            rounding=task.rounding,
            total=task.total,
            units=error.lower_sum,
        )
        raise ConflictError(findings.errors) from None
    changes = [own - law for own, law in zip(persons, task.law, strict=True)]
    return SweepPoint(
        number,
        weights,
        persons,
        sum(change > 0 for change in changes),
        sum(change < 0 for change in changes),
        half_distance(persons, task.law),
        gini(persons, task.inhabitants),
    )


def _claims(task: _Task, weights: Weights) -> list[int]:
    """Whole weights of the municipalities at one point."""
    if task.mix is not None:
        return refuse_long(task.key, task.mix.mixed(weights))
    return whole_weights(reweighted(task.key, weights), task.table, task.total)
