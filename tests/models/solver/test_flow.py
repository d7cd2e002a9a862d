from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from models.solution import SolverDisagreementError, SolverError
from models.solver import flow
from models.solver.flow import (
    FlowInfeasibleError,
    FlowInputError,
    FlowRangeError,
    FlowUnbalancedError,
    max_flow,
    min_cost_flow,
)


def whole(*values):
    return np.array(values, dtype=np.int64)


# Two ways from 0 to 2: straight at 5 (two units), or through 1 at 1 + 1 (one unit).
TAILS, HEADS = whole(0, 0, 1), whole(2, 1, 2)
CAPACITIES, COSTS = whole(2, 1, 1), whole(5, 1, 1)


def test_the_cheap_way_is_filled_first():
    # One unit through node 1 and one straight: 2 + 5 = 7.
    assert min_cost_flow(TAILS, HEADS, CAPACITIES, COSTS, whole(2, 0, -2)).tolist() == [1, 1, 1]


def test_no_arcs_and_no_supplies_is_an_empty_flow():
    none = whole()
    assert min_cost_flow(none, none, none, none, none).tolist() == []
    assert min_cost_flow(none, none, none, none, whole(0, 0)).tolist() == []
    with pytest.raises(FlowInfeasibleError):
        min_cost_flow(none, none, none, none, whole(1, -1))


def test_more_supply_than_the_arcs_carry_is_infeasible_with_the_amounts():
    with pytest.raises(FlowInfeasibleError, match="3 of 4"):
        min_cost_flow(TAILS, HEADS, CAPACITIES, COSTS, whole(4, 0, -4))


def test_supplies_that_do_not_balance_are_refused():
    with pytest.raises(FlowUnbalancedError):
        min_cost_flow(TAILS, HEADS, CAPACITIES, COSTS, whole(2, 0, -1))


@pytest.mark.parametrize(
    ("which", "bad"),
    [
        (0, whole(0, 0, 3)),
        (0, whole(0, 0, -1)),
        (1, whole(2, 1)),
        (2, whole(2, 1, -1)),
        (2, np.array([2.0, 1.0, 1.0])),
        (3, np.array([0.6, 0.4, 0.2])),
        (3, [5, 1, 1]),
        (4, np.array([2.0, 0.0, -2.0])),
    ],
)
def test_arrays_that_the_engine_would_misread_are_refused(which, bad):
    arguments = [TAILS, HEADS, CAPACITIES, COSTS, whole(2, 0, -2)]
    arguments[which] = bad
    with pytest.raises(FlowInputError):
        min_cost_flow(*arguments)


@pytest.mark.parametrize(
    ("capacities", "costs", "supplies"),
    [
        (CAPACITIES, whole(1 << 62, 1, 1), whole(2, 0, -2)),
        (CAPACITIES, whole(-(1 << 63), 1, 1), whole(2, 0, -2)),
        (whole(10**9, 1, 1), whole(10**11, 1, 1), whole(10**9, 0, -(10**9))),
        (whole(1 << 62, 1, 1), whole(0, 0, 0), whole(2, 0, -2)),
    ],
)
def test_numbers_that_could_leave_64_bits_are_refused(capacities, costs, supplies):
    with pytest.raises(FlowRangeError):
        min_cost_flow(TAILS, HEADS, capacities, costs, supplies)


def test_a_number_is_refused_from_the_first_sum_that_could_reach_two_to_the_62():
    most, none = (1 << 62) - 1, whole(0, 0)
    half = 1 << 31
    for capacity, cost, supplies, nodes in (
        (most - 2, 0, whole(1, -1), 2),
        (1, -(most // 3), none, 2),
        (half - 1, half, none, 2),
    ):
        flow._check_range(whole(capacity), whole(cost), supplies, nodes)
    for capacity, cost, supplies, nodes in (
        (most - 1, 0, whole(1, -1), 2),
        (1, most // 3 + 1, none, 2),
        (half, -half, none, 2),
    ):
        with pytest.raises(FlowRangeError):
            flow._check_range(whole(capacity), whole(cost), supplies, nodes)


def test_products_are_exact_beyond_64_bits():
    rng = np.random.default_rng(1)
    for bits in (20, 30, 31, 32, 40, 60):
        left, right = rng.integers(-(1 << bits), 1 << bits, (2, 9))
        exact = sum(a * b for a, b in zip(left.tolist(), right.tolist(), strict=True))
        assert flow._exact_dot(left, right) == exact


def test_the_largest_flow_comes_with_the_cut_nearest_to_the_source():
    value, side = max_flow(TAILS, HEADS, CAPACITIES, 0, 2, 3)
    assert (value, side.tolist()) == (3, [True, False, False])
    value, side = max_flow(TAILS, HEADS, whole(2, 5, 1), 0, 2, 4)
    assert (value, side.tolist()) == (3, [True, True, False, False])


def test_without_arcs_nothing_flows():
    value, side = max_flow(whole(), whole(), whole(), 1, 0, 2)
    assert (value, side.tolist()) == (0, [False, True])


def test_a_sink_that_no_arc_names_is_cut_off():
    value, side = max_flow(whole(0, 0), whole(1, 2), whole(1, 1), 0, 3, 4)
    assert (value, side.tolist()) == (0, [True, True, True, False])


@pytest.mark.parametrize(("source", "sink"), [(1, 1), (-1, 2), (3, 2), (0, -1), (0, 3), (0, 4)])
def test_source_and_sink_are_two_nodes_that_are_there(source, sink):
    with pytest.raises(FlowInputError, match="source and sink"):
        max_flow(TAILS, HEADS, CAPACITIES, source, sink, 3)


def random_network(rng):
    nodes, arcs = int(rng.integers(2, 6)), int(rng.integers(6, 18))
    tails, heads = rng.integers(0, nodes, arcs), rng.integers(0, nodes, arcs)
    capacities, costs = rng.integers(0, 6, arcs), rng.integers(-3, 9, arcs)
    supplies = rng.integers(-2, 3, nodes)
    supplies[-1] -= supplies.sum()
    return tails, heads, capacities, costs, supplies


def test_flows_cost_what_another_algorithm_says():
    rng = np.random.default_rng(5)
    feasible = 0
    for _ in range(300):
        tails, heads, capacities, costs, supplies = random_network(rng)
        graph = nx.MultiDiGraph()
        for node, supply in enumerate(supplies.tolist()):
            graph.add_node(node, demand=-supply)
        for arc in zip(tails, heads, capacities, costs, strict=True):
            tail, head, capacity, cost = map(int, arc)
            graph.add_edge(tail, head, capacity=capacity, weight=cost)
        try:
            expected = nx.network_simplex(graph)[0]
        except nx.NetworkXUnfeasible:
            with pytest.raises(FlowInfeasibleError):
                min_cost_flow(tails, heads, capacities, costs, supplies)
            continue
        feasible += 1
        flows = min_cost_flow(tails, heads, capacities, costs, supplies)
        assert int((flows * costs).sum()) == expected
    assert 120 <= feasible <= 270


@pytest.mark.parametrize(
    ("lie", "match"),
    [
        ((whole(3, 1, 1), 7), "beyond a capacity"),
        ((whole(-1, 1, 1), 7), "beyond a capacity"),
        ((whole(1, 1), 7), "beyond a capacity"),
        ((whole(1, 1, 0), 7), "balance"),
        ((whole(1, 1, 1), 6), "costs other"),
        ((whole(1, 1, 1), (1 << 63) - 1), "costs other"),
        (None, "a flow exists"),
    ],
)
def test_a_lying_flow_engine_is_caught(monkeypatch, lie, match):
    monkeypatch.setattr(flow, "_cheapest", lambda *_: lie)
    with pytest.raises(SolverDisagreementError, match=match):
        min_cost_flow(TAILS, HEADS, CAPACITIES, COSTS, whole(2, 0, -2))


@pytest.mark.parametrize(
    "lie",
    [
        (2, whole(1, 1, 1), whole(0)),
        (3, whole(2, 1, 1), whole(0, 1, 2)),
        (4, whole(3, 1, 1), whole(0)),
    ],
)
def test_a_lying_cut_is_caught(monkeypatch, lie):
    monkeypatch.setattr(flow, "_largest", lambda *_: lie)
    with pytest.raises(SolverDisagreementError):
        max_flow(TAILS, HEADS, CAPACITIES, 0, 2, 3)


def test_a_status_that_is_not_optimal_is_never_asked_for_a_flow(monkeypatch):
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    monkeypatch.setattr(SimpleMinCostFlow, "solve", lambda self: self.BAD_RESULT)
    with pytest.raises(SolverError, match="status"):
        min_cost_flow(TAILS, HEADS, CAPACITIES, COSTS, whole(2, 0, -2))
