"""Tiny models that every engine must really solve before it is believed at all."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

import numpy as np

from models.solution import Status
from models.solver.flow import max_flow, min_cost_flow
from models.solver.milp import cbc_version, highs_version, solve_with_cbc, solve_with_highs
from models.solver.program import UNBOUNDED, LinearProgram

Engine = tuple[str, str, bool]
"""Name, version, whether it solved its model."""


def engines() -> list[Engine]:
    """Solve a tiny model on each engine, and say which of them answered rightly."""
    return [
        _try("cbc", cbc_version, lambda: _solves_right(solve_with_cbc)),
        _try("highs", highs_version, lambda: _solves_right(solve_with_highs)),
        _try("ortools flow", _ortools, _flow_is_right),
        _try("ortools cut", _ortools, _cut_is_right),
    ]


def _try(name: str, number: Callable[[], str], test: Callable[[], bool]) -> Engine:
    try:
        return (name, number().removeprefix(f"{name} "), test())
    except Exception as error:  # noqa: BLE001 - whatever an engine does, the others are asked
        return (name, f"{type(error).__name__}: {error}", False)


def _ortools() -> str:
    return version("ortools")


def _solves_right(solve: Callable[[LinearProgram], object]) -> bool:
    """Minimise 2x + 3z with x + z >= 4.5: one HiGHS release called 15 the optimum; it is 9.

    Doubled here to stay in whole numbers: 4x + 6z with 2x + 2z >= 9, x in halves.
    """
    program = LinearProgram(
        objective=np.array([2, 6], dtype=np.int64),
        row=np.array([0, 0], dtype=np.int64),
        column=np.array([0, 1], dtype=np.int64),
        coefficient=np.array([1, 2], dtype=np.int64),
        row_lower=np.array([9], dtype=np.int64),
        row_upper=np.array([UNBOUNDED], dtype=np.int64),
        lower=np.zeros(2, dtype=np.int64),
        upper=np.array([20, 10], dtype=np.int64),
        integral=np.array([False, True]),
        maximise=False,
    )
    answer = solve(program)
    return getattr(answer, "status", None) is Status.OPTIMAL and (
        getattr(answer, "objective", None) == 18
    )


def _flow_is_right() -> bool:
    """Two units over arcs that cost 1 and 3, one unit each: 4."""
    ends = np.array([0, 0], dtype=np.int64), np.array([1, 1], dtype=np.int64)
    costs = np.array([1, 3], dtype=np.int64)
    ones, supplies = np.ones(2, dtype=np.int64), np.array([2, -2], dtype=np.int64)
    flow = min_cost_flow(*ends, ones, costs, supplies)
    return int((flow * costs).sum()) == 4


def _cut_is_right() -> bool:
    """A path with room for 3 and then 2 carries 2."""
    tails, heads = np.array([0, 1], dtype=np.int64), np.array([1, 2], dtype=np.int64)
    value, side = max_flow(tails, heads, np.array([3, 2], dtype=np.int64), 0, 2, 3)
    return value == 2 and side.tolist() == [True, True, False]
