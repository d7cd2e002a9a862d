"""Whole-number programs, on the first engine that may be asked."""

from __future__ import annotations

from collections.abc import Callable

from models.solution import SolverFailedError
from models.solver.limits import Limits
from models.solver.milp import solve_with_cbc, solve_with_highs
from models.solver.program import Answer, IntArray, LinearProgram
from models.solver.roll import CBC, HIGHS, SCIP, allowed

Engine = Callable[[LinearProgram, Limits, IntArray | None], Answer]
"""Solves a program within limits, from a known solution if there is one."""


def _scip(program: LinearProgram, limits: Limits, start: IntArray | None) -> Answer:
    # Imported here: it costs most of a second, and a run without trouble never needs it.
    from models.solver.spare import solve_with_scip

    return solve_with_scip(program, limits, start)


_ENGINES: dict[str, Engine] = {HIGHS: solve_with_highs, CBC: solve_with_cbc, SCIP: _scip}


def solve_program(
    program: LinearProgram, limits: Limits | None = None, start: IntArray | None = None
) -> Answer:
    """Solve with the first engine of HiGHS, CBC and SCIP that may be asked.

    Parameters
    ----------
    program
        What to solve.
    limits
        Only ``nodes`` is read here; time and memory are the child process's.
    start
        A solution to begin with, shape (N,).

    Returns
    -------
    Answer
        ``OPTIMAL``, ``FEASIBLE`` (the nodes ran out), ``INFEASIBLE`` or ``UNKNOWN``.

    Raises
    ------
    SolverDisagreementError
        If the claim does not survive recomputation.
    SolverFailedError
        If the engine dies, or none is left.
    """
    return _ENGINES[allowed(*_ENGINES)[0]](program, limits or Limits(), start)


def two_engines() -> tuple[Engine, Engine]:
    """The first two engines that may be asked; they share no code.

    Raises
    ------
    SolverFailedError
        If fewer than two are left.
    """
    names = allowed(*_ENGINES)
    if len(names) < 2:
        raise SolverFailedError("a proof by two engines needs two of them")
    return _ENGINES[names[0]], _ENGINES[names[1]]
