"""The linear relaxation with floors under the fit of groups and a limit on lost points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.linking.ordered import Weights, weigh
from models.linking.priced.columns import Columns
from models.linking.priced.dual import FloatArray, SoftPrices
from models.linking.priced.layout import Layout
from models.linking.priced.master import Blocks, blocks_of, program_of
from models.linking.problem import IntArray, LinkProblem
from models.solution import SolverFailedError
from models.solver.interior import solve_interior
from models.solver.program import UNBOUNDED, LinearProgram

_DEAREST = 1_000
"""Points at which a point of fit or a lost one may be missed: with few columns it has to be."""


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """What holds for households together."""

    fits: IntArray
    """Fit of household h in municipality m, shape (H, M)."""
    group: IntArray
    """Group of each household, shape (H,)."""
    best: IntArray
    """Best fit of each group, shape (G,)."""
    most_lost: int
    """Points that may be lost without dwellings and on quotas together."""
    least: IntArray | None = None
    """Fit that each group must reach, shape (G,); not given, the share that all groups get of
    their best is to be as high as can be, and points do not count."""


@dataclass(frozen=True, slots=True, eq=False)
class SidedAnswer:
    """Prices of the relaxation on some columns."""

    prices: SoftPrices
    paid: FloatArray
    """Price of household h, shape (H,)."""
    fit: FloatArray
    """Price of a point of fit of each group, shape (G,), non-negative."""
    lost: float
    """Price of a lost point beside what it costs anyway, non-negative."""
    value: float
    """Worth of the relaxation on these columns; of a share, that of all groups together."""


def solve_sided(
    problem: LinkProblem, layout: Layout, columns: Columns, sides: Sides
) -> SidedAnswer | None:
    """Solve the relaxation on ``columns`` with the rows of ``sides`` added.

    Parameters
    ----------
    problem, layout
        The problem and its kinds.
    columns
        Pairs that may be used; every household needs one.
    sides
        Floors, or the best share to share, and the limit on lost points.

    Returns
    -------
    SidedAnswer or None
        Prices in points; in points of fit where no floor is given. Nothing when the engine
        found no optimum.

    Notes
    -----
    Two more columns per row let it be missed at a price that no plan is worth.
    """
    blocks = blocks_of(problem, layout, columns)
    program = program_of(problem, layout, blocks, None)
    rows, groups = len(program.row_lower), len(sides.best)
    lost = program_of(weigh(problem, Weights(0, 1, 1)), layout, blocks, None).objective
    try:
        relaxed = solve_interior(_with_sides(program, blocks, sides, lost))
    except SolverFailedError:
        return None
    households, municipalities, classes = problem.shape
    row = relaxed.row_prices
    stock = row[rows - municipalities * classes : rows].reshape(municipalities, classes)
    return SidedAnswer(
        SoftPrices(row[households : households + municipalities], np.maximum(stock, 0.0)),
        row[:households],
        np.maximum(row[rows : rows + groups], 0.0),
        max(0.0, float(row[rows + groups])),
        relaxed.objective,
    )


def _with_sides(
    program: LinearProgram, blocks: Blocks, sides: Sides, lost: IntArray
) -> LinearProgram:
    """Add a row for each group and one for lost points, all limited from above."""
    (who, where), (bare, bare_at) = blocks.pair, blocks.bare
    household, municipality = np.concatenate([who, bare]), np.concatenate([where, bare_at])
    fit = sides.fits[household, municipality].astype(np.int64)
    group, columns = sides.group[household], len(program.objective)
    groups, is_level = len(sides.best), sides.least is None
    least = np.zeros(groups, dtype=np.int64) if sides.least is None else sides.least
    own = np.zeros(columns, dtype=np.int64) if is_level else program.objective
    misses = np.full(groups + 1, -_DEAREST, dtype=np.int64)
    everything = int(sides.best.sum()) if is_level else 0
    none = np.zeros(groups + 2, dtype=np.int64)
    program = LinearProgram(
        objective=np.concatenate([own, [everything], misses]),
        row=program.row,
        column=program.column,
        coefficient=program.coefficient,
        row_lower=program.row_lower,
        row_upper=program.row_upper,
        lower=np.concatenate([program.lower, none]),
        upper=np.concatenate([program.upper, [int(is_level)], np.full(groups + 1, UNBOUNDED)]),
        integral=np.concatenate([program.integral, none > 0]),
    )
    for g in range(groups):
        arcs = np.flatnonzero((group == g) & (fit > 0))
        entries = np.concatenate([arcs, [columns, columns + 1 + g]])
        values = np.concatenate([-fit[arcs], [int(is_level) * sides.best[g], -1]])
        held = values != 0
        program = program.with_row(entries[held], values[held], -UNBOUNDED, -int(least[g]))
    counts = np.flatnonzero(lost)
    entries = np.append(counts, columns + 1 + groups)
    return program.with_row(entries, np.append(-lost[counts], -1), -UNBOUNDED, sides.most_lost)
