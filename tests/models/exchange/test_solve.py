"""Exchanges small enough to solve on paper."""

from __future__ import annotations

import numpy as np
import pytest

from models.exchange import (
    ExchangeProblem,
    TransfersRejectedError,
    check_transfers,
    remaining_shortfall,
    solve_exchange,
)
from models.solution import SolverDisagreementError, Status
from tests.models.exchange.cases import make


def test_two_givers_and_one_taker_fill_its_room() -> None:
    # 3 + 4 persons short, room for 5: 2 remain short, whoever gives.
    outcome = solve_exchange(make([3, 4, 0], [9, 9, 9], [0, 0, 5]))
    assert outcome.stage("shortfall").objective == 2
    assert outcome.relief_bound == 5
    assert sum(persons for _, _, persons in outcome.transfers) == 5
    assert all(stage.status is Status.OPTIMAL for stage in outcome.stages)


def test_nothing_to_relieve_moves_nobody() -> None:
    outcome = solve_exchange(make([0, 0], [5, 5], [5, 5]))
    assert outcome.transfers == ()
    assert outcome.relief_bound == 0
    assert [stage.objective for stage in outcome.stages] == [0, 0, 0]


def test_no_pairs_and_no_parties_are_answered() -> None:
    alone = solve_exchange(make([4], [4], [0], pairs=[]))
    assert (alone.transfers, alone.relief_bound) == ((), 0)
    assert solve_exchange(make([], [], [], pairs=[], quota=[])).transfers == ()


def test_a_giver_keeps_what_its_own_limit_holds() -> None:
    # Short by 6 but willing to hand over 2.
    outcome = solve_exchange(make([6, 0], [2, 0], [0, 9]))
    assert outcome.transfers == ((0, 1, 2),)
    assert outcome.stage("shortfall").objective == 4


def test_a_party_without_a_shortfall_gives_nothing() -> None:
    outcome = solve_exchange(make([0, 3, 0], [9, 9, 9], [0, 0, 2]))
    assert outcome.transfers == ((1, 2, 2),)


def test_the_nearest_of_equal_plans_is_taken() -> None:
    # Both takers have room for all; party 2 is 7 km away, party 1 is 9.
    outcome = solve_exchange(
        make([4, 0, 0], [4, 0, 0], [0, 4, 4], pairs=[(0, 1), (0, 2)], distance=[9, 7])
    )
    assert outcome.transfers == ((0, 2, 4),)
    assert outcome.stage("distance").objective == 28


def test_the_cut_names_who_cannot_give_more_and_what_is_full() -> None:
    # 0 may only give to 2, which is full at 1; 1 gives all of its 2 to 3.
    outcome = solve_exchange(
        make([5, 2, 0, 0], [5, 2, 0, 0], [0, 0, 1, 6], pairs=[(0, 2), (1, 2), (1, 3)])
    )
    assert outcome.cut_givers == (0,)
    assert outcome.cut_takers == (2,)
    assert outcome.relief_bound == 3


def test_the_order_of_pairs_does_not_decide() -> None:
    pairs = [(0, 2), (0, 3), (1, 2), (1, 3)]
    limits = ([3, 3, 0, 0], [3, 3, 0, 0], [0, 0, 4, 4])
    forward = solve_exchange(make(*limits, pairs=pairs))
    backward = solve_exchange(make(*limits, pairs=pairs[::-1]))
    assert forward == backward


@pytest.mark.parametrize(
    ("transfers", "words"),
    [
        (((0, 2, 1), (0, 2, 1)), "twice"),
        (((1, 0, 1),), "not allowed"),
        (((0, 2, 0),), "nobody"),
        (((0, 1, 1), (1, 2, 1)), "gives and takes"),
        (((0, 2, 4),), "limit"),
        (((0, 1, 3), (0, 2, 3)), "limit"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_refused(
    transfers: tuple[tuple[int, int, int], ...], words: str
) -> None:
    problem = make([5, 0, 0], [5, 2, 0], [0, 3, 3], pairs=[(0, 1), (0, 2), (1, 2)])
    with pytest.raises(TransfersRejectedError, match=words):
        check_transfers(problem, transfers)


def test_a_taker_never_counts_as_short() -> None:
    problem = make([5, 0], [5, 0], [0, 3])
    assert remaining_shortfall(problem, ((0, 1, 3),)).tolist() == [2, 0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quota": [1]}, "one entry per party"),
        ({"distance": [1, 2, 3]}, "shape"),
        ({"give_limit": [-1, 0]}, "negative"),
        ({"take_limit": [1, 1]}, "shortfall"),
        ({"pairs": [(0, 2)], "distance": [0]}, "does not exist"),
        ({"pairs": [(1, 1)], "distance": [0]}, "itself"),
        ({"pairs": [(0, 1), (0, 1)], "distance": [0, 0]}, "twice"),
    ],
)
def test_arrays_that_are_no_problem_are_refused(change: dict[str, list[int]], words: str) -> None:
    fields = {
        "give_limit": [3, 0],
        "take_limit": [0, 3],
        "shortfall": [3, 0],
        "quota": [9, 9],
        "pairs": [(0, 1)],
        "distance": [4],
    } | change
    arrays = {name: np.array(value, dtype=np.int64) for name, value in fields.items()}
    with pytest.raises(ValueError, match=words):
        ExchangeProblem(**arrays)


def test_an_engine_that_stops_short_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def lazy(tails, *_):  # type: ignore[no-untyped-def]
        return np.zeros(len(tails), dtype=np.int64)

    monkeypatch.setattr("models.exchange.network.largest_flow", lazy)
    with pytest.raises(SolverDisagreementError):
        solve_exchange(make([3, 0], [3, 0], [0, 3]))


def test_an_engine_that_takes_the_long_way_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from models.exchange import network

    honest = network.cheapest_flow

    def costly(tails, heads, capacities, costs, supplies):  # type: ignore[no-untyped-def]
        return honest(tails, heads, capacities, -costs, supplies)

    monkeypatch.setattr("models.exchange.network.cheapest_flow", costly)
    with pytest.raises(SolverDisagreementError):
        solve_exchange(
            make([4, 0, 0], [4, 0, 0], [0, 4, 4], pairs=[(0, 1), (0, 2)], distance=[9, 7])
        )
