"""Linear programs on HiGHS, for their prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.solution import SolverFailedError
from models.solver.milp import highs_version
from models.solver.program import UNBOUNDED, FloatArray, LinearProgram
from models.solver.roll import GLOP, HIGHS, allowed, at_work, note_answer


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """A solution in floats: good for searching, never a proof."""

    values: FloatArray
    """Columns, shape (N,)."""
    row_prices: FloatArray
    """What one more unit of each row's limits adds to the objective, shape (R,)."""
    objective: float


def solve_relaxation(program: LinearProgram) -> Relaxation:
    """Solve a program without its whole-number demand.

    Parameters
    ----------
    program
        Rows have equal limits, or a limit on one or either side.

    Returns
    -------
    Relaxation
        Values and row prices, in the direction of the program's objective.

    Raises
    ------
    SolverFailedError
        If the engine finds no optimum.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, vstack

    if allowed(HIGHS, GLOP)[0] == GLOP:
        from models.solver.spare import relax_with_glop

        return relax_with_glop(program)

    rows, columns = len(program.row_lower), len(program.objective)
    matrix = csr_array(
        (program.coefficient.astype(float), (program.row, program.column)), shape=(rows, columns)
    )
    sign = -1.0 if program.maximise else 1.0
    equal = program.row_lower == program.row_upper
    above = ~equal & (program.row_upper < UNBOUNDED)
    below = ~equal & (program.row_lower > -UNBOUNDED)
    upper = np.concatenate([program.row_upper[above], -program.row_lower[below]]).astype(float)
    with at_work(HIGHS):
        result = linprog(
            sign * program.objective,
            A_ub=vstack([matrix[above], -matrix[below]]),
            b_ub=upper,
            A_eq=matrix[equal],
            b_eq=program.row_upper[equal].astype(float),
            bounds=_limits(program),
            method="highs",
        )
        if result.status != 0:
            raise SolverFailedError(f"the relaxation was not solved: {result.message}")
    note_answer(highs_version())
    prices = np.zeros(rows)
    prices[equal] = sign * result.eqlin.marginals
    marginals = sign * result.ineqlin.marginals
    prices[above] += marginals[: int(above.sum())]
    prices[below] -= marginals[int(above.sum()) :]
    return Relaxation(np.asarray(result.x), prices, sign * float(result.fun))


def _limits(program: LinearProgram) -> FloatArray:
    limits = np.column_stack([program.lower, program.upper]).astype(float)
    limits[limits >= UNBOUNDED] = np.inf
    limits[limits <= -UNBOUNDED] = -np.inf
    return limits
