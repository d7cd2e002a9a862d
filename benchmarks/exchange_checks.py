"""The exchange beside greedy netting, and after a changed figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import networkx as nx
import numpy as np

from benchmarks.exchange_timing import timed
from models.exchange import (
    Budget,
    ExchangeOutcome,
    ExchangeProblem,
    Form,
    Transfer,
    check_transfers,
    solve_exchange,
)

CHANGES = 5


class Counts(NamedTuple):
    """Pairs that trade in a plan, beside what they are to be compared with."""

    pairs: int
    greedy: int | None
    """Pairs by greedy netting of the same net positions; None where it gets stuck."""
    most: int
    """Active parties less groups of parties that trade: reached without a cycle."""
    least: int
    """Parties of the larger active side, or half of all active ones."""


def net_greedily(problem: ExchangeProblem, plan: tuple[Transfer, ...]) -> list[Transfer] | None:
    """Settle the net changes of a plan by always pairing the largest rests that may trade.

    Returns
    -------
    list or None
        None where what is left is below the lot or has no open pair.
    """
    allowed = {(int(i), int(j)) for i, j in problem.pairs} - set(problem.forbidden)
    give: dict[int, int] = {}
    take: dict[int, int] = {}
    for i, j, persons in plan:
        give[i] = give.get(i, 0) + persons
        take[j] = take.get(j, 0) + persons
    deals: dict[tuple[int, int], int] = {}
    while any(give.values()):
        rests = [
            (-give[i], i, -take[j], j)
            for i in give
            for j in take
            if min(give[i], take[j]) >= problem.lot and (i, j) in allowed and (i, j) not in deals
        ]
        if not rests:
            return None
        _, i, _, j = min(rests)
        deals[i, j] = min(give[i], take[j])
        give[i] -= deals[i, j]
        take[j] -= deals[i, j]
    return [(i, j, persons) for (i, j), persons in deals.items()]


def count_pairs(problem: ExchangeProblem, plan: tuple[Transfer, ...]) -> Counts:
    """Count the pairs of a plan and what bounds them."""
    graph = nx.Graph([(giver, taker) for giver, taker, _ in plan])
    givers, takers = {i for i, _, _ in plan}, {j for _, j, _ in plan}
    active = len(givers | takers)
    greedy = net_greedily(problem, plan)
    return Counts(
        len(plan),
        None if greedy is None else len(greedy),
        active - nx.number_connected_components(graph),
        max(len(givers), len(takers), -(-active // 2)),
    )


def print_netting(problems: Iterable[tuple[int, ExchangeProblem]]) -> None:
    """Print the pairs that trade beside greedy netting and the bounds."""
    kept = True
    for seed, problem in problems:
        outcome = solve_exchange(problem, Form.BILATERAL, budget=Budget(distance_nodes=1))
        found = count_pairs(problem, outcome.transfers)
        kept &= found.least <= found.pairs <= found.most
        kept &= found.greedy is None or found.pairs <= found.greedy
        stuck = "gets stuck" if found.greedy is None else str(found.greedy)
        print(
            f"seed {seed}: {found.pairs} pairs, greedy netting {stuck}, "
            f"bounds {found.least} to {found.most}",
            flush=True,
        )
    print("every bound kept" if kept else "A BOUND IS BROKEN")


def changed_problems(problem: ExchangeProblem, changes: int = CHANGES) -> list[ExchangeProblem]:
    """Return the problem with half the room of each of its largest takers, one at a time."""
    largest = np.argsort(-problem.take_limit, kind="stable")[:changes]
    changed = []
    for party in largest.tolist():
        room = problem.take_limit.copy()
        room[party] //= 2
        changed.append(replace(problem, take_limit=room))
    return changed


def print_changed(problems: Iterable[tuple[int, ExchangeProblem]], form: Form) -> None:
    """Print the time and the gaps of a plan after one changed figure, without a search."""
    slowest = 0.0
    for seed, problem in problems:
        for changed in changed_problems(problem):
            run = timed(_plan_again, changed, form)
            slowest = max(slowest, run.cpu)
            gaps = ", ".join(
                f"{stage.name} {stage.objective} (bound {stage.bound})"
                for stage in run.answer.stages
            )
            print(f"seed {seed}: {run}, {gaps}", flush=True)
    print(f"slowest {slowest:.2f} CPU s")


def _plan_again(problem: ExchangeProblem, form: Form) -> ExchangeOutcome:
    outcome = solve_exchange(problem, form, budget=Budget(nodes=0, rounds=0))
    check_transfers(problem, outcome.transfers)
    return outcome
