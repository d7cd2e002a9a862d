"""Two engines, one answer, on instances that enumeration cannot reach."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from models.exchange import Budget, ExchangeProblem, Form, solve_exchange
from models.exchange.agreements import fewest_agreements
from models.exchange.block import Block, build_blocks
from models.exchange.flows import Demand
from models.exchange.model import Goal, Model, formulate
from models.exchange.relief import relieve_most
from models.solution import Status
from models.solver.limits import Limits
from models.solver.milp import solve_with_cbc
from tests.models.exchange.cases import random_problem


def relief_by_networkx(problem: ExchangeProblem) -> int:
    graph = nx.DiGraph()
    for i in range(problem.parties):
        useful = int(min(problem.give_limit[i], problem.shortfall[i]))
        graph.add_edge("source", ("giver", i), capacity=useful)
        graph.add_edge(("taker", i), "sink", capacity=int(problem.take_limit[i]))
    for i, j in problem.pairs.tolist():
        graph.add_edge(("giver", i), ("taker", j), capacity=10**6)
    return int(nx.maximum_flow_value(graph, "source", "sink"))


@pytest.mark.parametrize("seed", range(8))
def test_relief_is_the_maximum_flow_of_another_library(seed: int) -> None:
    problem = random_problem(np.random.default_rng(seed), most=40, persons=60)
    outcome = solve_exchange(problem, budget=Budget(nodes=0, rounds=0))
    relieved = problem.total_shortfall - outcome.stage("shortfall").objective
    assert relieved == relief_by_networkx(problem) == outcome.relief_bound
    assert outcome.stage("persons").objective == relieved


def compare_counts(instances: int, seed: int, parties: int) -> Counter[str]:
    """Fewest agreements of each block, against CBC on the plain program without any bound."""
    rng = np.random.default_rng(seed)
    proofs: Counter[str] = Counter()
    for _ in range(instances):
        problem = random_problem(rng, most=parties, persons=25)
        problem = replace(problem, lot=int(rng.choice([1, 3, 5])))
        for block in build_blocks(problem):
            for form in Form:
                proofs[compare_block(block, form)] += 1
    print(dict(proofs))
    return proofs


def compare_block(block: Block, form: Form) -> str:
    none = np.zeros(len(block.givers), dtype=np.int64)
    relieved = relieve_most(block, Budget())
    most = solve_with_cbc(formulate(Model(block, Demand(0, none), form, Goal.RELIEF)), Limits())
    assert most.status is Status.OPTIMAL
    assert relieved.relief == relieved.bound == most.objective
    demand = Demand(relieved.relief, none)
    part = fewest_agreements(block, demand, form, relieved.flow, Budget())
    fewest = solve_with_cbc(formulate(Model(block, demand, form, Goal.COUNT)), Limits())
    assert fewest.status is Status.OPTIMAL
    assert block.count(part.flow, form) == part.bound == fewest.objective
    return part.proof


def test_two_engines_agree_on_relief_and_agreements() -> None:
    proofs = compare_counts(12, 5, parties=12)
    assert proofs["count"] >= 10


@pytest.mark.nightly
def test_two_engines_agree_on_five_hundred_medium_instances() -> None:
    proofs = compare_counts(500, 6, parties=14)
    assert proofs["count"] >= 300
    assert proofs["search"] >= 20
