"""Transfers that relieve the most with the fewest persons, proven."""

from __future__ import annotations

import numpy as np

from models.exchange.network import (
    Network,
    build_network,
    distance_bound,
    nearest_flow,
    relieve_most,
    source_side,
    transfers_of,
)
from models.exchange.outcome import (
    ExchangeOutcome,
    Stage,
    check_transfers,
    remaining_shortfall,
)
from models.exchange.problem import ExchangeProblem, IntArray, Transfer
from models.solution import Bounds, SolverDisagreementError, Status


def solve_exchange(problem: ExchangeProblem) -> ExchangeOutcome:
    """Find the transfers that leave the least shortfall, then move the fewest persons.

    Parameters
    ----------
    problem
        Limits, shortfalls and pairs [persons].

    Returns
    -------
    ExchangeOutcome
        Transfers with the stages ``shortfall`` (least total), ``persons`` (fewest) and
        ``distance`` (least persons-kilometres), each proven, and the minimum cut.

    Raises
    ------
    SolverDisagreementError
        If an engine's answer does not survive recomputation.
    SolverFailedError
        If an engine does not answer, or the costs are too large for it.

    Notes
    -----
    Order of the pairs does not decide; order of the parties breaks ties. A maximum flow and one
    cheapest flow.
    """
    network = build_network(problem)
    largest = relieve_most(network)
    relief = int(network.per_pair(largest).sum())
    cut_givers, cut_takers, bound = _cut(problem, network, largest)
    flow = nearest_flow(network, relief)
    transfers = transfers_of(network, network.per_pair(flow))
    check_transfers(problem, transfers)
    stages = (
        _shortfall_stage(problem, transfers, bound),
        _stage("persons", sum(persons for _, _, persons in transfers), relief),
        _stage(
            "distance",
            int((network.per_pair(flow) * network.distance).sum()),
            distance_bound(network, flow, relief),
        ),
    )
    return ExchangeOutcome(transfers, stages, cut_givers, cut_takers, bound)


def _cut(
    problem: ExchangeProblem, network: Network, flow: IntArray
) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """Both sides of the minimum cut and its size, counted over all parties and pairs."""
    reached = source_side(network, flow)
    useful = problem.useful_give()
    # A giver that no pair joins to room stays on the source side: it cannot use its limit.
    inside = useful > 0
    inside[network.givers] = reached[1 : len(network.givers) + 1]
    joined = np.zeros(problem.parties, dtype=bool)
    joined[problem.pairs[inside[problem.pairs[:, 0]], 1]] = True
    size = int(useful[~inside].sum()) + int(problem.take_limit[joined].sum())
    return tuple(np.flatnonzero(inside).tolist()), tuple(np.flatnonzero(joined).tolist()), size


def _shortfall_stage(
    problem: ExchangeProblem, transfers: tuple[Transfer, ...], relief_bound: int
) -> Stage:
    left = int(remaining_shortfall(problem, transfers).sum())
    return _stage("shortfall", left, problem.total_shortfall - relief_bound)


def _stage(name: str, objective: int, bound: int) -> Stage:
    """Pack a stage that its own bound must prove."""
    if objective != bound:
        raise SolverDisagreementError(f"stage {name}: {objective} found, {bound} proven")
    return Stage(name, Status.OPTIMAL, Bounds(objective, bound))
