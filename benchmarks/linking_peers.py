"""The whole linking problem as one program for engines that others would take.

Each gets the formulation with one binary per open pair and counts per size and class, one
thread, no gap and a limit in seconds; what it leaves is valued by ``value_of`` on the problem
itself, never by the engine's word.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from models.solver.program import UNBOUNDED, LinearProgram

Values = NDArray[np.float64]


def ask_cbc(program: LinearProgram, seconds: float) -> Values | None:
    """CBC as pulp's users call it."""
    import pulp

    sign = -1 if program.maximise else 1
    problem = pulp.LpProblem("peer", pulp.LpMinimize)
    columns = zip(
        _open_ended(program.lower), _open_ended(program.upper), program.integral, strict=True
    )
    variables = [
        problem.add_variable(f"x{j}", low, high, pulp.LpInteger if whole else pulp.LpContinuous)
        for j, (low, high, whole) in enumerate(columns)
    ]
    worth = np.flatnonzero(program.objective).tolist()
    problem.setObjective(
        pulp.LpAffineExpression([(variables[j], sign * int(program.objective[j])) for j in worth])
    )
    order = np.argsort(program.row, kind="stable")
    entries = list(
        zip(program.column[order].tolist(), program.coefficient[order].tolist(), strict=True)
    )
    ends = np.searchsorted(program.row[order], np.arange(len(program.row_lower) + 1)).tolist()
    rows = zip(_open_ended(program.row_lower), _open_ended(program.row_upper), strict=True)
    for i, (low, high) in enumerate(rows):
        sum_ = pulp.LpAffineExpression(
            [(variables[j], a) for j, a in entries[ends[i] : ends[i + 1]]]
        )
        for sense, side in (
            [(pulp.LpConstraintEQ, low)]
            if low == high
            else [(pulp.LpConstraintGE, low), (pulp.LpConstraintLE, high)]
        ):
            if side is not None:
                problem.addConstraint(pulp.LpConstraint(sum_, sense, f"r{i}_{sense}", side))
    path = pulp.apis.coin_api.pulp_cbc_path
    problem.solve(
        pulp.COIN_CMD(
            path=path, msg=False, gapRel=0, gapAbs=0, threads=1, timeLimit=seconds, timeMode="cpu"
        )
    )
    if problem.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        return None
    return np.array([variable.varValue for variable in variables], dtype=float)


def ask_highs(program: LinearProgram, seconds: float) -> Values | None:
    """HiGHS through scipy."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csc_array

    shape = (len(program.row_lower), len(program.objective))
    matrix = csc_array(
        (program.coefficient.astype(float), (program.row, program.column)), shape=shape
    )
    result = milp(
        (-1.0 if program.maximise else 1.0) * program.objective,
        integrality=program.integral.astype(int),
        bounds=Bounds(_endless(program.lower), _endless(program.upper)),
        constraints=LinearConstraint(
            matrix, _endless(program.row_lower), _endless(program.row_upper)
        ),
        options={"mip_rel_gap": 0, "time_limit": seconds, "disp": False},
    )
    return None if result.x is None else np.asarray(result.x, dtype=float)


def ask_scip(program: LinearProgram, seconds: float) -> Values | None:
    """SCIP through MathOpt."""
    return _by_mathopt(program, seconds, "GSCIP")


def ask_cp_sat(program: LinearProgram, seconds: float) -> Values | None:
    """CP-SAT with one worker, through MathOpt."""
    return _by_mathopt(program, seconds, "CP_SAT")


def _by_mathopt(program: LinearProgram, seconds: float, engine: str) -> Values | None:
    from ortools.math_opt import model_pb2
    from ortools.math_opt.python import mathopt

    proto = model_pb2.ModelProto()
    columns, rows = len(program.objective), len(program.row_lower)
    proto.variables.ids.extend(range(columns))
    proto.variables.lower_bounds.extend(_endless(program.lower).tolist())
    proto.variables.upper_bounds.extend(_endless(program.upper).tolist())
    # CP-SAT has whole variables only; the counts are whole in some best plan.
    whole = program.integral | (engine == "CP_SAT")
    proto.variables.integers.extend(whole.tolist())
    proto.objective.maximize = program.maximise
    used = np.flatnonzero(program.objective)
    proto.objective.linear_coefficients.ids.extend(used.tolist())
    proto.objective.linear_coefficients.values.extend(program.objective[used].tolist())
    proto.linear_constraints.ids.extend(range(rows))
    proto.linear_constraints.lower_bounds.extend(_endless(program.row_lower).tolist())
    proto.linear_constraints.upper_bounds.extend(_endless(program.row_upper).tolist())
    order = np.lexsort((program.column, program.row))
    proto.linear_constraint_matrix.row_ids.extend(program.row[order].tolist())
    proto.linear_constraint_matrix.column_ids.extend(program.column[order].tolist())
    proto.linear_constraint_matrix.coefficients.extend(program.coefficient[order].tolist())
    model = mathopt.Model.from_model_proto(proto)
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=seconds), threads=1, relative_gap_tolerance=0.0
    )
    result = mathopt.solve(model, mathopt.SolverType[engine], params=parameters)
    if not result.has_primal_feasible_solution():
        return None
    values = result.variable_values()
    found = np.zeros(columns)
    for variable, value in values.items():
        found[variable.id] = value
    return found


PEERS: dict[str, Callable[[LinearProgram, float], Values | None]] = {
    "cbc (pulp)": ask_cbc,
    "highs (scipy)": ask_highs,
    "scip (mathopt)": ask_scip,
    "cp-sat (mathopt)": ask_cp_sat,
}


def _endless(limits: NDArray[np.int64]) -> Values:
    ends = limits.astype(float)
    ends[limits >= UNBOUNDED] = np.inf
    ends[limits <= -UNBOUNDED] = -np.inf
    return ends


def _open_ended(limits: NDArray[np.int64]) -> list[float | None]:
    return [None if abs(one) >= UNBOUNDED else one for one in limits.tolist()]
