"""Network flows on whole numbers, guarded on the way in and recomputed on the way out."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from models.solution import SolverDisagreementError, SolverError, SolverFailedError
from models.solver.roll import FLOW, HIGHS, allowed, at_work, note_answer

IntArray = NDArray[np.int64]

_SAFE = 1 << 62


class FlowInputError(ValueError):
    """Arcs or supplies that the engine would misread in silence."""


class FlowUnbalancedError(FlowInputError):
    """Supplies and demands do not add up to zero."""


class FlowRangeError(FlowInputError):
    """Numbers so large that a cost or an amount could leave 64 bits."""


class FlowInfeasibleError(SolverError):
    """The arcs cannot carry the supplies; proven by a cut."""


def min_cost_flow(
    tails: IntArray, heads: IntArray, capacities: IntArray, costs: IntArray, supplies: IntArray
) -> IntArray:
    """Send all supplies to the demands at the least cost.

    Parameters
    ----------
    tails, heads
        Ends of each arc, shape (A,), nodes ``0..N-1``.
    capacities
        Most units over each arc, shape (A,), non-negative.
    costs
        Cost of one unit over each arc, shape (A,), any sign.
    supplies
        Units that leave each node (negative: that arrive), shape (N,), adding up to zero.

    Returns
    -------
    IntArray
        Units over each arc, shape (A,). One of the cheapest flows: which one is the engine's.

    Raises
    ------
    FlowInputError
        If an array is not of whole numbers, has the wrong shape or names a node that is not
        there; ``FlowUnbalancedError`` and ``FlowRangeError`` are its special cases.
    FlowInfeasibleError
        If no flow meets the supplies.
    SolverDisagreementError
        If the engine's flow breaks a capacity or a balance, or costs other than it says.

    Notes
    -----
    The engine truncates float costs, saturates costs beyond 64 bits and crashes when asked for
    the flow of an unsolved problem; each is excluded before it is called.
    """
    nodes = _checked_nodes(supplies)
    tails, heads, capacities = _checked_arcs(tails, heads, capacities, nodes)
    costs = _whole("costs", costs, len(tails))
    if sum(supplies.tolist()) != 0:
        raise FlowUnbalancedError("supplies and demands do not add up to zero")
    _check_range(capacities, costs, supplies, nodes)
    if not len(tails):
        if supplies.any():
            raise FlowInfeasibleError("there are supplies and no arcs")
        return np.zeros(0, dtype=np.int64)
    answer = _cheapest(tails, heads, capacities, costs, supplies)
    if answer is None:
        _prove_infeasible(tails, heads, capacities, supplies)
    flows, claimed = answer
    _check_flow(tails, heads, capacities, flows, supplies)
    if _exact_dot(flows, costs) != claimed:
        raise SolverDisagreementError("a flow costs other than its engine says")
    return flows


def max_flow(
    tails: IntArray, heads: IntArray, capacities: IntArray, source: int, sink: int, nodes: int
) -> tuple[int, NDArray[np.bool_]]:
    """Send as much as the arcs allow from source to sink.

    Parameters
    ----------
    tails, heads
        Ends of each arc, shape (A,), nodes ``0..nodes-1``.
    capacities
        Most units over each arc, shape (A,), non-negative.
    source, sink
        Two different nodes.
    nodes
        How many nodes there are.

    Returns
    -------
    tuple
        The amount, and which nodes lie on the source side of the minimum cut that is nearest
        to the source, shape (nodes,).

    Raises
    ------
    FlowInputError
        If an array is not of whole numbers, has the wrong shape or names a node that is not
        there; ``FlowRangeError`` if amounts could leave 64 bits.
    SolverDisagreementError
        If the flow breaks a capacity or a balance, or the cut does not equal the flow: together
        they prove each other.
    """
    if not (0 <= source < nodes and 0 <= sink < nodes) or source == sink:
        raise FlowInputError("source and sink are two different nodes")
    tails, heads, capacities = _checked_arcs(tails, heads, capacities, nodes)
    _check_range(capacities, np.zeros_like(capacities), np.zeros(nodes, np.int64), nodes)
    side = np.zeros(nodes, dtype=np.bool_)
    side[source] = True
    if not len(tails):
        return 0, side
    value, flows, reached = _largest(tails, heads, capacities, source, sink, nodes)
    side[reached] = True
    supplies = np.zeros(nodes, dtype=np.int64)
    supplies[source], supplies[sink] = value, -value
    _check_flow(tails, heads, capacities, flows, supplies)
    cut = int(capacities[side[tails] & ~side[heads]].sum(dtype=np.int64))
    if side[sink] or cut != value:
        raise SolverDisagreementError("a largest flow and its cut differ")
    return value, side


def _cheapest(
    tails: IntArray, heads: IntArray, capacities: IntArray, costs: IntArray, supplies: IntArray
) -> tuple[IntArray, int] | None:
    if FLOW not in allowed(FLOW, HIGHS):
        from models.solver.spare import cheapest_by_highs

        return cheapest_by_highs(tails, heads, capacities, costs, supplies)
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    with at_work(FLOW):
        engine = SimpleMinCostFlow()
        arcs = engine.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
        used = np.flatnonzero(supplies)
        engine.set_nodes_supplies(used, supplies[used])
        status = engine.solve()
        # Asking for a flow after any other status crashes the process.
        if status not in (engine.OPTIMAL, engine.INFEASIBLE):
            raise SolverFailedError(f"the flow engine stopped with status {status}")
        note_answer(_label())
        if status == engine.INFEASIBLE:
            return None
        return np.asarray(engine.flows(arcs), dtype=np.int64), int(engine.optimal_cost())


def _prove_infeasible(
    tails: IntArray, heads: IntArray, capacities: IntArray, supplies: IntArray
) -> NoReturn:
    """Confirm by a cut that the supplies do not fit; "infeasible" is a claim like any other."""
    nodes = len(supplies)
    give, take = np.flatnonzero(supplies > 0), np.flatnonzero(supplies < 0)
    value, _ = max_flow(
        np.concatenate([tails, np.full(len(give), nodes), take]),
        np.concatenate([heads, give, np.full(len(take), nodes + 1)]),
        np.concatenate([capacities, supplies[give], -supplies[take]]),
        nodes,
        nodes + 1,
        nodes + 2,
    )
    total = int(supplies[give].sum(dtype=np.int64))
    if value == total:
        raise SolverDisagreementError("a flow exists where its engine says there is none")
    raise FlowInfeasibleError(f"the arcs carry {value} of {total} units")


def _largest(
    tails: IntArray, heads: IntArray, capacities: IntArray, source: int, sink: int, nodes: int
) -> tuple[int, IntArray, IntArray]:
    if FLOW not in allowed(FLOW, HIGHS):
        from models.solver.spare import largest_by_highs

        return largest_by_highs(tails, heads, capacities, source, sink, nodes)
    from ortools.graph.python.max_flow import SimpleMaxFlow

    with at_work(FLOW):
        engine = SimpleMaxFlow()
        arcs = engine.add_arcs_with_capacity(tails, heads, capacities)
        # The engine knows only nodes that an arc names; without them it shows no cut.
        engine.add_arc_with_capacity(source, sink, 0)
        status = engine.solve(source, sink)
        if status != engine.OPTIMAL:
            raise SolverFailedError(f"the flow engine stopped with status {status}")
        note_answer(_label())
        flows = np.asarray(engine.flows(arcs), dtype=np.int64)
        reached = np.asarray(engine.get_source_side_min_cut(), dtype=np.int64)
        return int(engine.optimal_flow()), flows, reached


@cache
def _label() -> str:
    return f"{FLOW} {version('ortools')}"


def _whole(name: str, values: IntArray, length: int) -> IntArray:
    if not isinstance(values, np.ndarray) or values.dtype.kind != "i":
        raise FlowInputError(f"{name} must be an array of whole numbers")
    if values.shape != (length,):
        raise FlowInputError(f"{name} must have shape ({length},), not {values.shape}")
    return np.ascontiguousarray(values, dtype=np.int64)


def _checked_nodes(supplies: IntArray) -> int:
    nodes = len(supplies) if isinstance(supplies, np.ndarray) else 0
    _whole("supplies", supplies, nodes)
    return nodes


def _checked_arcs(
    tails: IntArray, heads: IntArray, capacities: IntArray, nodes: int
) -> tuple[IntArray, IntArray, IntArray]:
    arcs = len(tails)
    tails, heads = _whole("tails", tails, arcs), _whole("heads", heads, arcs)
    capacities = _whole("capacities", capacities, arcs)
    for ends in (tails, heads):
        if arcs and (ends.min() < 0 or ends.max() >= nodes):
            raise FlowInputError("an arc names a node that is not there")
    if arcs and capacities.min() < 0:
        raise FlowInputError("a capacity is negative")
    return tails, heads, capacities


def _check_range(capacities: IntArray, costs: IntArray, supplies: IntArray, nodes: int) -> None:
    """Refuse what could overflow inside the engine; sums are taken in unlimited integers."""
    total = _exact_dot(capacities, np.ones_like(capacities)) + sum(map(abs, supplies.tolist()))
    dearest = max(map(abs, (int(costs.max(initial=0)), int(costs.min(initial=0)))))
    if total >= _SAFE or dearest * (nodes + 1) >= _SAFE:
        raise FlowRangeError("capacities, supplies or costs are too large")
    if dearest and _exact_dot(capacities, np.abs(costs)) >= _SAFE:
        raise FlowRangeError("a flow could cost more than 64 bits hold")


def _exact_dot(left: IntArray, right: IntArray) -> int:
    """Scalar product that cannot overflow: 64 bits where they surely suffice, else unlimited."""
    if float(np.dot(np.abs(left.astype(float)), np.abs(right.astype(float)))) < 2.0**61:
        return int(np.dot(left, right))
    return sum(a * b for a, b in zip(left.tolist(), right.tolist(), strict=True))


def _check_flow(
    tails: IntArray, heads: IntArray, capacities: IntArray, flows: IntArray, supplies: IntArray
) -> None:
    if flows.shape != tails.shape or (flows < 0).any() or (flows > capacities).any():
        raise SolverDisagreementError("a flow goes beyond a capacity")
    leaving = np.zeros_like(supplies)
    np.add.at(leaving, tails, flows)
    np.subtract.at(leaving, heads, flows)
    if (leaving != supplies).any():
        raise SolverDisagreementError("a flow does not balance at a node")
