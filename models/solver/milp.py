"""Mixed-integer programs on two engines that share no code: CBC and HiGHS."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from models.solution import SolverDisagreementError, SolverFailedError, Status
from models.solver.limits import Limits
from models.solver.program import (
    INTEGRALITY_TOLERANCE,
    UNBOUNDED,
    Answer,
    Claim,
    FloatArray,
    IntArray,
    LinearProgram,
    settle,
)
from models.solver.roll import CBC, GLOP, HIGHS, allowed, at_work, note_answer


def solve_with_cbc(
    program: LinearProgram, limits: Limits | None = None, start: IntArray | None = None
) -> Answer:
    """Solve with CBC through pulp: one thread, no gap, a budget of nodes.

    Parameters
    ----------
    program
        What to solve.
    limits
        Only ``nodes`` is read here; time and memory are the child process's.
    start
        A solution to begin with, shape (N,); the engine then spends nothing on finding one.

    Returns
    -------
    Answer
        ``OPTIMAL``, ``FEASIBLE`` (the nodes ran out), ``INFEASIBLE`` or ``UNKNOWN``.

    Raises
    ------
    SolverDisagreementError
        If the claim does not survive recomputation.
    SolverFailedError
        If the engine dies.
    """
    with at_work(CBC):
        claim = _ask_cbc(program, limits or Limits(), start)
        return settled(program, claim, cbc_version())


def solve_with_highs(
    program: LinearProgram, limits: Limits | None = None, start: IntArray | None = None
) -> Answer:
    """Solve with HiGHS through scipy: no gap, a budget of nodes.

    Parameters
    ----------
    program
        What to solve.
    limits
        Only ``nodes`` is read here; time and memory are the child process's.
    start
        Not used: scipy passes none on. Here so that either engine may stand for the other.

    Returns
    -------
    Answer
        ``OPTIMAL``, ``FEASIBLE`` (the nodes ran out), ``INFEASIBLE`` or ``UNKNOWN``.

    Raises
    ------
    SolverDisagreementError
        If the claim does not survive recomputation.
    """
    del start
    with at_work(HIGHS):
        claim = _ask_highs(program, limits or Limits())
        return settled(program, claim, highs_version())


@cache
def cbc_version() -> str:
    """Name and version of the CBC that answers.

    Raises
    ------
    SolverFailedError
        If it does not start.
    """
    import pulp

    command = [pulp.apis.coin_api.pulp_cbc_path, "-exit"]
    try:
        said = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise SolverFailedError(f"CBC does not start: {error}") from error
    words = said.partition("Version:")[2].split()
    return f"cbc {words[0] if words else 'unknown'}"


@cache
def highs_version() -> str:
    """Name and version of the HiGHS that answers: the one inside scipy."""
    import scipy

    try:
        from scipy.optimize._highspy import _core
    except ImportError:  # a private module: only the version is lost when it moves
        return f"highs unknown (scipy {scipy.__version__})"
    parts = (getattr(_core, f"HIGHS_VERSION_{part}", "?") for part in ("MAJOR", "MINOR", "PATCH"))
    return f"highs {'.'.join(map(str, parts))} (scipy {scipy.__version__})"


def settled(program: LinearProgram, claim: Claim, engine: str) -> Answer:
    """Settle a claim; where only free columns are fractional, move to a corner first.

    Parameters
    ----------
    program, claim, engine
        As for ``settle``.

    Returns
    -------
    Answer
        As of ``settle``; the engine is noted as one that answered.

    Raises
    ------
    SolverDisagreementError
        As ``settle`` does.
    """
    values = claim.values
    if values is not None and values.shape == program.integral.shape and np.isfinite(values).all():
        away = np.abs(values - np.rint(values)) > INTEGRALITY_TOLERANCE
        if away.any() and not away[program.integral].any():
            claim = Claim(claim.status, _corner(program, values, engine), claim.objective)
    answer = settle(program, claim, engine)
    note_answer(engine)
    return answer


def _corner(program: LinearProgram, values: FloatArray, engine: str) -> FloatArray:
    """Fix the integral columns and take a corner in the others, which is whole if any is."""
    fixed = np.rint(values).astype(np.int64)
    whole = program.integral
    free = replace(
        program,
        lower=np.where(whole, fixed, program.lower),
        upper=np.where(whole, fixed, program.upper),
        integral=np.zeros_like(whole),
    )
    if HIGHS not in allowed(HIGHS, GLOP):
        from models.solver.spare import relax_with_glop

        return relax_with_glop(free).values
    with at_work(HIGHS):
        answer = _ask_highs(free, Limits())
    if answer.values is None:
        raise SolverDisagreementError(f"{engine} gives a solution that breaks a row")
    note_answer(highs_version())
    return answer.values


def _ask_cbc(program: LinearProgram, limits: Limits, start: IntArray | None) -> Claim:
    import pulp

    problem, variables = as_pulp(program)
    if start is not None:
        for variable, value in zip(variables, start.tolist(), strict=True):
            variable.setInitialValue(value)
    # CBC reads its model from a file with mode 0644: nobody else may enter the folder.
    folder = tempfile.mkdtemp(prefix="cbc-")
    try:
        engine = pulp.COIN_CMD(
            path=pulp.apis.coin_api.pulp_cbc_path,
            msg=False,
            gapRel=0,
            gapAbs=0,
            threads=1,
            maxNodes=limits.nodes,
            warmStart=start is not None,
            options=[] if start is None else ["heur off"],
        )
        engine.tmpDir = folder
        problem.solve(engine)
    except pulp.PulpSolverError as error:
        raise SolverFailedError(f"CBC stopped without an answer: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return pulp_claim(problem, variables, sign=-1.0 if program.maximise else 1.0)


def pulp_claim(problem: Any, variables: list[Any], sign: float) -> Claim:
    """Read what CBC says from a problem of pulp that was solved; the sign undoes ``as_pulp``."""
    import pulp

    # Never ``status``: it says "Optimal" of any solution that a limit cut short.
    status = {
        pulp.LpSolutionOptimal: Status.OPTIMAL,
        pulp.LpSolutionIntegerFeasible: Status.FEASIBLE,
        pulp.LpSolutionInfeasible: Status.INFEASIBLE,
    }.get(problem.sol_status, Status.UNKNOWN)
    if status is Status.UNKNOWN and problem.status == pulp.LpStatusInfeasible:
        status = Status.INFEASIBLE  # "Integer infeasible", for which pulp has no sol_status
    if status not in (Status.OPTIMAL, Status.FEASIBLE):
        return Claim(status)  # pulp leaves fractions in the variables here
    values = np.array([variable.varValue for variable in variables], dtype=float)
    return Claim(status, values, sign * float(pulp.value(problem.objective) or 0.0))


def as_pulp(program: LinearProgram) -> tuple[Any, list[Any]]:
    """Write a program as a problem of pulp that is made small, with its columns in order."""
    import pulp

    # Always a minimisation: when CBC 2.10.3 maximises from a given solution, it takes the
    # solution's value with the wrong sign as its cutoff and "proves" whatever it was given.
    sign = -1 if program.maximise else 1
    problem = pulp.LpProblem("p", pulp.LpMinimize)
    limits = zip(program.lower.tolist(), program.upper.tolist(), program.integral, strict=True)
    variables = [
        problem.add_variable(
            f"x{j}",
            None if low <= -UNBOUNDED else low,
            None if high >= UNBOUNDED else high,
            pulp.LpInteger if whole else pulp.LpContinuous,
        )
        for j, (low, high, whole) in enumerate(limits)
    ]
    used = np.flatnonzero(program.objective)
    terms = [(variables[j], sign * int(program.objective[j])) for j in used.tolist()]
    problem.setObjective(pulp.LpAffineExpression(terms))
    _add_rows(problem, variables, program)
    return problem, variables


def _add_rows(problem: Any, variables: list[Any], program: LinearProgram) -> None:
    import pulp

    order = np.argsort(program.row, kind="stable")
    entries = list(
        zip(program.column[order].tolist(), program.coefficient[order].tolist(), strict=True)
    )
    ends = np.searchsorted(program.row[order], np.arange(len(program.row_lower) + 1)).tolist()
    limits = zip(program.row_lower.tolist(), program.row_upper.tolist(), strict=True)
    for i, (low, high) in enumerate(limits):
        terms = [(variables[j], a) for j, a in entries[ends[i] : ends[i + 1]]]
        sides = (
            ((pulp.LpConstraintEQ, low),)
            if low == high
            else (
                (pulp.LpConstraintGE, low),
                (pulp.LpConstraintLE, high),
            )
        )
        for side, amount in sides:
            if abs(amount) < UNBOUNDED:
                expression = pulp.LpAffineExpression(terms)
                problem.addConstraint(pulp.LpConstraint(expression, side, f"r{i}_{side}", amount))


def _ask_highs(program: LinearProgram, limits: Limits) -> Claim:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csc_array

    columns, rows = len(program.objective), len(program.row_lower)
    sign = -1.0 if program.maximise else 1.0
    matrix = csc_array(
        (program.coefficient.astype(float), (program.row, program.column)), shape=(rows, columns)
    )
    for presolve in (True, False):
        result = milp(
            sign * program.objective,
            integrality=program.integral.astype(int),
            bounds=Bounds(_as_float(program.lower), _as_float(program.upper)),
            constraints=LinearConstraint(
                matrix, _as_float(program.row_lower), _as_float(program.row_upper)
            ),
            options={
                "mip_rel_gap": 0,
                "node_limit": limits.nodes,
                "disp": False,
                "presolve": presolve,
            },
        )
        # HiGHS 1.12 now and then ends in a "solve error", with no tree at all, on a program that
        # it answers without presolve; and its presolve calls some programs infeasible that are not.
        if result.status not in (2, 4) or result.get("mip_node_count") is not None:
            break
    return _highs_claim(result, sign, has_tree=bool(program.integral.any()))


def _highs_claim(result: Any, sign: float, *, has_tree: bool) -> Claim:
    values = None if result.x is None else np.asarray(result.x, dtype=float)
    if result.status == 2:
        return Claim(Status.INFEASIBLE)
    # scipy has no status of its own for the node limit: it comes as 1 or as 4.
    if values is None:
        return Claim(Status.UNKNOWN)
    status = Status.OPTIMAL if result.status == 0 else Status.FEASIBLE
    # Without integral columns there is no tree and the field holds nothing of meaning.
    bound = result.get("mip_dual_bound") if has_tree else None
    if bound is not None and not np.isfinite(bound):
        bound = None
    return Claim(status, values, sign * result.fun, None if bound is None else sign * bound)


def _as_float(values: IntArray) -> FloatArray:
    limits = values.astype(float)
    limits[values >= UNBOUNDED] = np.inf
    limits[values <= -UNBOUNDED] = -np.inf
    return limits
