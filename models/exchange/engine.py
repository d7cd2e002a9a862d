"""The only place where this package calls a flow engine."""

from __future__ import annotations

import numpy as np
from ortools.graph.python import max_flow as _max_flow
from ortools.graph.python import min_cost_flow as _min_cost_flow

from models.exchange.problem import IntArray
from models.solution import SolverDisagreementError, SolverFailedError

_GUARD = 2**62


def largest_flow(
    tails: IntArray, heads: IntArray, capacities: IntArray, source: int, sink: int
) -> IntArray:
    """Flow per arc of a maximum flow, shape (arcs,); the caller proves it by a cut."""
    if not len(tails):
        return np.zeros(0, dtype=np.int64)
    solver = _max_flow.SimpleMaxFlow()
    arcs = solver.add_arcs_with_capacity(tails, heads, capacities)
    if solver.solve(source, sink) != solver.OPTIMAL:
        raise SolverFailedError("the maximum flow did not finish")
    return np.asarray(solver.flows(arcs), dtype=np.int64)


def cheapest_flow(
    tails: IntArray,
    heads: IntArray,
    capacities: IntArray,
    costs: IntArray,
    supplies: IntArray,
) -> IntArray:
    """Flow per arc of least cost, shape (arcs,); the caller proves it by prices."""
    if not len(tails):
        return np.zeros(0, dtype=np.int64)
    largest = int(np.abs(costs).max()) * (len(supplies) + 1)
    if largest * max(1, int(np.abs(supplies).sum())) > _GUARD:
        raise SolverFailedError("costs are too large for whole-number flow")
    solver = _min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
    solver.set_nodes_supplies(np.arange(len(supplies), dtype=np.int64), supplies)
    # Reading flows after any other status crashes the process.
    if solver.solve() != solver.OPTIMAL:
        raise SolverFailedError("the cheapest flow did not finish")
    flow = np.asarray(solver.flows(arcs), dtype=np.int64)
    _check_balance(tails, heads, flow, supplies)
    return flow


def _check_balance(tails: IntArray, heads: IntArray, flow: IntArray, supplies: IntArray) -> None:
    left = supplies.copy()
    np.subtract.at(left, tails, flow)
    np.add.at(left, heads, flow)
    if left.any():
        raise SolverDisagreementError("a flow does not balance")
