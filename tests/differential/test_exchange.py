"""Two roads, one answer: enumeration, networkx and a mixed-integer model."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from models.exchange import ExchangeProblem, solve_exchange
from tests.models.exchange.cases import every_plan, kilometres, left_over, random_problem


def best_by_enumeration(problem: ExchangeProblem) -> tuple[int, int, int]:
    return min(
        (sum(left_over(problem, plan)), sum(x for _, _, x in plan), kilometres(problem, plan))
        for plan in every_plan(problem)
    )


def answered(problem: ExchangeProblem) -> tuple[int, int, int]:
    outcome = solve_exchange(problem)
    values = [outcome.stage(name).objective for name in ("shortfall", "persons", "distance")]
    return (int(values[0]), int(values[1]), int(values[2]))


def compare_with_enumeration(instances: int) -> dict[str, int]:
    rng = np.random.default_rng(20210101)
    mix = {"all relieved": 0, "some remains": 0, "nothing moves": 0}
    for _ in range(instances):
        problem = random_problem(rng)
        expected = best_by_enumeration(problem)
        assert answered(problem) == expected
        kind = "nothing moves" if not expected[1] else "some remains"
        mix["all relieved" if expected[1] and not expected[0] else kind] += 1
    print(mix)
    return mix


def test_enumeration_agrees_on_small_instances() -> None:
    assert min(compare_with_enumeration(300).values()) >= 30


@pytest.mark.nightly
def test_enumeration_agrees_on_two_thousand_instances() -> None:
    assert min(compare_with_enumeration(2000).values()) >= 200


def relief_by_networkx(problem: ExchangeProblem) -> int:
    graph = nx.DiGraph()
    for i in range(problem.parties):
        useful = int(min(problem.give_limit[i], problem.shortfall[i]))
        graph.add_edge("source", ("giver", i), capacity=useful)
        graph.add_edge(("taker", i), "sink", capacity=int(problem.take_limit[i]))
    for i, j in problem.pairs.tolist():
        graph.add_edge(("giver", i), ("taker", j), capacity=10**6)
    return int(nx.maximum_flow_value(graph, "source", "sink"))


def kilometres_by_milp(problem: ExchangeProblem, persons: int) -> int:
    k, n = len(problem.pairs), problem.parties
    rows = np.zeros((2 * n + 1, k))
    for e, (i, j) in enumerate(problem.pairs.tolist()):
        rows[i, e] = rows[n + j, e] = rows[2 * n, e] = 1
    useful = np.minimum(problem.give_limit, problem.shortfall)
    upper = np.concatenate([useful, problem.take_limit, [persons]])
    lower = np.concatenate([np.zeros(2 * n), [persons]])
    answer = milp(
        problem.distance.astype(float),
        integrality=np.ones(k),
        bounds=Bounds(0, np.inf),
        constraints=LinearConstraint(rows, lower, upper),
        options={"mip_rel_gap": 0},
    )
    assert answer.status == 0
    return round(answer.fun)


@pytest.mark.parametrize("seed", range(12))
def test_two_other_engines_agree_on_medium_instances(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, most=40, persons=60)
    left, persons, km = answered(problem)
    assert int(problem.shortfall.sum()) - left == relief_by_networkx(problem) == persons
    if len(problem.pairs):
        assert km == kilometres_by_milp(problem, persons)
