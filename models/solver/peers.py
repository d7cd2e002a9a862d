"""Engines on a whole program, stopped by the clock: to compare with, never to plan with."""

from __future__ import annotations

import math
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from models.solution import SolverFailedError, Status
from models.solver.milp import as_pulp, pulp_claim
from models.solver.program import UNBOUNDED, Claim, LinearProgram, settle

PEERS = ("cbc", "cp-sat", "scip", "highs")


@dataclass(frozen=True, slots=True)
class PeerAnswer:
    """What an engine reached before the clock stopped it."""

    status: Status
    objective: int | None
    """Value of its best solution, recomputed in whole numbers."""
    bound: float | None
    """What no solution can beat, as it says itself; CBC does not tell it through pulp."""


def ask_peer(name: str, program: LinearProgram, seconds: float) -> PeerAnswer:
    """Give one engine a whole program: one thread, no gap, its own settings otherwise.

    Parameters
    ----------
    name
        One of ``PEERS``: CBC through pulp, the others through MathOpt of ortools.
    program
        What to solve.
    seconds
        When the engine must stop by itself [s]; so nothing that it returns can be repeated.

    Returns
    -------
    PeerAnswer
        ``OPTIMAL``, ``FEASIBLE``, ``INFEASIBLE`` or ``UNKNOWN`` (the clock came first).

    Raises
    ------
    ValueError
        If the engine is unknown.
    SolverDisagreementError
        If the claim does not survive recomputation.
    SolverFailedError
        If the engine dies.
    """
    if name not in PEERS:
        raise ValueError(f"{name} is not one of {', '.join(PEERS)}")
    claim = _ask_cbc(program, seconds) if name == "cbc" else _ask_mathopt(name, program, seconds)
    answer = settle(program, claim, name)
    return PeerAnswer(answer.status, answer.objective, claim.bound)


def _ask_cbc(program: LinearProgram, seconds: float) -> Claim:
    import pulp

    problem, variables = as_pulp(program)
    folder = tempfile.mkdtemp(prefix="cbc-")
    try:
        engine = pulp.COIN_CMD(
            path=pulp.apis.coin_api.pulp_cbc_path,
            msg=False,
            gapRel=0,
            gapAbs=0,
            threads=1,
            timeLimit=seconds,
            timeMode="elapsed",
        )
        engine.tmpDir = folder
        problem.solve(engine)
    except pulp.PulpSolverError as error:
        raise SolverFailedError(f"CBC stopped without an answer: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return pulp_claim(problem, variables, sign=-1.0 if program.maximise else 1.0)


def _ask_mathopt(name: str, program: LinearProgram, seconds: float) -> Claim:
    from ortools.math_opt.python import mathopt

    kinds = {
        "cp-sat": mathopt.SolverType.CP_SAT,
        "scip": mathopt.SolverType.GSCIP,
        "highs": mathopt.SolverType.HIGHS,
    }
    # CP-SAT knows whole numbers only, and free columns are whole at a corner anyhow.
    model, variables, _ = as_mathopt(program, all_whole=name == "cp-sat")
    result = mathopt.solve(
        model,
        kinds[name],
        params=mathopt.SolveParameters(
            time_limit=timedelta(seconds=seconds),
            relative_gap_tolerance=0.0,
            absolute_gap_tolerance=0.0,
            threads=None if name == "highs" else 1,  # HiGHS dies of a number of threads here
        ),
    )
    return mathopt_claim(result, variables)


def mathopt_claim(result: Any, variables: list[Any]) -> Claim:
    """Read what an engine says through MathOpt."""
    from ortools.math_opt.python import mathopt

    reason = result.termination.reason
    bound = result.termination.objective_bounds.dual_bound
    bound = float(bound) if np.isfinite(bound) else None
    if reason is mathopt.TerminationReason.INFEASIBLE:
        return Claim(Status.INFEASIBLE)
    if not result.has_primal_feasible_solution():
        return Claim(Status.UNKNOWN, bound=bound)
    values = np.array(result.variable_values(variables), dtype=float)
    is_final = reason is mathopt.TerminationReason.OPTIMAL
    status = Status.OPTIMAL if is_final else Status.FEASIBLE
    return Claim(status, values, float(result.objective_value()), bound)


def as_mathopt(
    program: LinearProgram, all_whole: bool = False, relaxed: bool = False
) -> tuple[Any, list[Any], list[Any]]:
    """Write a program for MathOpt, with its columns and its rows in order."""
    from ortools.math_opt.python import mathopt

    model = mathopt.Model()
    limits = zip(program.lower.tolist(), program.upper.tolist(), program.integral, strict=True)
    variables = [
        model.add_variable(
            lb=_wide(low), ub=_wide(high), is_integer=all_whole or (bool(whole) and not relaxed)
        )
        for low, high, whole in limits
    ]
    sides = zip(program.row_lower.tolist(), program.row_upper.tolist(), strict=True)
    rows = [model.add_linear_constraint(lb=_wide(low), ub=_wide(high)) for low, high in sides]
    entries = zip(
        program.row.tolist(), program.column.tolist(), program.coefficient.tolist(), strict=True
    )
    for row, column, value in entries:
        rows[row].set_coefficient(variables[column], value)
    model.objective.is_maximize = program.maximise
    for column in np.flatnonzero(program.objective).tolist():
        weight = int(program.objective[column])
        model.objective.set_linear_coefficient(variables[column], weight)
    return model, variables, rows


def _wide(limit: int) -> float:
    return math.copysign(math.inf, limit) if abs(limit) >= UNBOUNDED else float(limit)
