"""Engines that stand in where the first one died or was refused: SCIP, GLOP, and flows by HiGHS."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from models.solution import SolverDisagreementError, SolverFailedError
from models.solver.limits import Limits
from models.solver.milp import highs_version, settled
from models.solver.peers import as_mathopt, mathopt_claim
from models.solver.program import Answer, IntArray, LinearProgram, rounded
from models.solver.roll import GLOP, HIGHS, SCIP, at_work, note_answer

if TYPE_CHECKING:
    from models.solver.linear import Relaxation

_LARGEST_COST = 1 << 40
"""Costs and amounts up to which a corner in floats is surely rounded right."""


def solve_with_scip(
    program: LinearProgram, limits: Limits | None = None, start: IntArray | None = None
) -> Answer:
    """Solve with SCIP through MathOpt: one thread, no gap, a budget of nodes.

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
    """
    from ortools.math_opt.python import mathopt

    model, variables, _ = as_mathopt(program)
    hints = [] if start is None else [dict(zip(variables, start.tolist(), strict=True))]
    with at_work(SCIP):
        result = mathopt.solve(
            model,
            mathopt.SolverType.GSCIP,
            params=mathopt.SolveParameters(
                node_limit=(limits or Limits()).nodes,
                relative_gap_tolerance=0.0,
                absolute_gap_tolerance=0.0,
                threads=1,
            ),
            model_params=mathopt.ModelSolveParameters(
                solution_hints=[mathopt.SolutionHint(variable_values=hint) for hint in hints]
            ),
        )
        return settled(program, mathopt_claim(result, variables), ortools_label(SCIP))


def relax_with_glop(program: LinearProgram) -> Relaxation:
    """Solve a program without its whole-number demand, by the simplex of ortools.

    Parameters
    ----------
    program
        As for ``solve_relaxation``.

    Returns
    -------
    Relaxation
        Values and row prices, in the direction of the program's objective.

    Raises
    ------
    SolverFailedError
        If the engine finds no optimum.
    """
    from ortools.math_opt.python import mathopt

    from models.solver.linear import Relaxation

    model, variables, rows = as_mathopt(program, relaxed=True)
    with at_work(GLOP):
        result = mathopt.solve(model, mathopt.SolverType.GLOP)
        if result.termination.reason is not mathopt.TerminationReason.OPTIMAL:
            raise SolverFailedError("a relaxation was not solved by glop")
        values = np.array(result.variable_values(variables), dtype=float)
        prices = np.array(result.dual_values(rows), dtype=float)
    note_answer(ortools_label(GLOP))
    return Relaxation(values, prices, float(result.objective_value()))


def cheapest_by_highs(
    tails: IntArray, heads: IntArray, capacities: IntArray, costs: IntArray, supplies: IntArray
) -> tuple[IntArray, int] | None:
    """Send all supplies to the demands at the least cost, as a linear program.

    Parameters
    ----------
    tails, heads, capacities, costs, supplies
        As for ``min_cost_flow``, checked.

    Returns
    -------
    tuple or None
        Units over each arc, shape (A,), and their cost; nothing where the engine says that no
        flow meets the supplies.

    Raises
    ------
    SolverDisagreementError
        If the flow is not whole, or its own prices do not prove it.
    SolverFailedError
        If the engine finds no optimum, or the numbers are too large for floats.

    Notes
    -----
    Corners of a flow are whole, and so are their prices where costs are whole. With rounded
    prices every arc is checked in whole numbers: none that has room is worth using more, and
    none that is used is worth using less. That proves the flow, whatever the engine says.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    largest = max(int(np.abs(part).max(initial=0)) for part in (capacities, costs, supplies))
    if largest > _LARGEST_COST:
        raise SolverFailedError("a flow has numbers that are too large for its second engine")
    arcs, nodes = len(tails), len(supplies)
    ends = np.concatenate([tails, heads]), np.tile(np.arange(arcs), 2)
    # A loop leaves and enters the same node: its two entries add up to nothing.
    signs = np.concatenate([np.ones(arcs), -np.ones(arcs)])
    with at_work(HIGHS):
        result = linprog(
            costs.astype(float),
            A_eq=csr_array((signs, ends), shape=(nodes, arcs)),
            b_eq=supplies.astype(float),
            bounds=np.column_stack([np.zeros(arcs), capacities.astype(float)]),
            method="highs-ds",
        )
        if result.status == 2:
            note_answer(highs_version())
            return None
        if result.status != 0:
            raise SolverFailedError("a flow was not solved by its second engine")
        flows = rounded(np.asarray(result.x, dtype=float), arcs, HIGHS)
        prices = np.rint(np.asarray(result.eqlin.marginals, dtype=float)).astype(np.int64)
        reduced = costs - prices[tails] + prices[heads]
        if ((reduced < 0) & (flows < capacities) | (reduced > 0) & (flows > 0)).any():
            raise SolverDisagreementError("a flow is not proven by its prices")
    note_answer(highs_version())
    return flows, sum(a * b for a, b in zip(flows.tolist(), costs.tolist(), strict=True))


def largest_by_highs(
    tails: IntArray, heads: IntArray, capacities: IntArray, source: int, sink: int, nodes: int
) -> tuple[int, IntArray, IntArray]:
    """Send as much as the arcs allow: the cheapest circulation that pays for its way back.

    Parameters
    ----------
    tails, heads, capacities, source, sink, nodes
        As for ``max_flow``, checked.

    Returns
    -------
    tuple
        The amount, units over each arc, shape (A,), and the nodes that can still be reached.

    Raises
    ------
    SolverDisagreementError, SolverFailedError
        As for ``cheapest_by_highs``.
    """
    most = int(capacities[tails == source].sum(dtype=np.int64))
    found = cheapest_by_highs(
        np.append(tails, sink),
        np.append(heads, source),
        np.append(capacities, most),
        np.append(np.zeros_like(capacities), -1),
        np.zeros(nodes, dtype=np.int64),
    )
    if found is None:
        raise SolverDisagreementError("an engine denies the flow of nothing")
    flows = found[0][:-1]
    return int(found[0][-1]), flows, _reached(tails, heads, capacities, flows, source, nodes)


def _reached(
    tails: IntArray, heads: IntArray, capacities: IntArray, flows: IntArray, source: int, nodes: int
) -> IntArray:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    ahead, back = flows < capacities, flows > 0
    leave = np.concatenate([tails[ahead], heads[back]])
    enter = np.concatenate([heads[ahead], tails[back]])
    graph = csr_array((np.ones(len(leave), np.int8), (leave, enter)), shape=(nodes, nodes))
    order = breadth_first_order(graph, source, return_predecessors=False)
    return np.asarray(order, dtype=np.int64)


def ortools_label(name: str) -> str:
    """Name of an engine inside ortools, with the version of the package."""
    return f"{name} ortools {version('ortools')}"
