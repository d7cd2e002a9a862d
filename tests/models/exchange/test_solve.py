"""Exchanges small enough to solve on paper."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from models.exchange import (
    Budget,
    Conflict,
    ExchangeProblem,
    Form,
    TransfersRejectedError,
    agreements,
    check_transfers,
    model,
    relief,
    remaining_shortfall,
    solve_exchange,
)
from models.exchange.block import build_blocks
from models.exchange.filling import fill
from models.exchange.flows import Demand
from models.exchange.prices import price_bound
from models.solution import SolverDisagreementError, Status
from models.solver.limits import Limits
from models.solver.program import Answer, LinearProgram
from models.solver.progress import listening
from tests.models.exchange.cases import make, random_problem


def test_two_givers_and_one_taker_fill_its_room() -> None:
    # 3 + 4 persons short, room for 5: 2 remain short, whoever gives.
    outcome = solve_exchange(make([3, 4, 0], [9, 9, 9], [0, 0, 5]))
    assert outcome.stage("shortfall").objective == 2
    assert outcome.relief_bound == 5
    assert sum(persons for _, _, persons in outcome.transfers) == 5
    assert all(stage.status is Status.OPTIMAL for stage in outcome.stages)


def test_whoever_listens_hears_of_each_stage() -> None:
    told: list[tuple[int, int]] = []
    with listening(lambda done, total: told.append((done, total))):
        outcome = solve_exchange(make([3, 4, 0], [9, 9, 9], [0, 0, 5]))
    assert told == [(k + 1, len(outcome.stages)) for k in range(len(outcome.stages))]


def test_nothing_to_relieve_moves_nobody() -> None:
    outcome = solve_exchange(make([0, 0], [5, 5], [5, 5]))
    assert outcome.transfers == ()
    assert outcome.relief_bound == 0
    assert [stage.objective for stage in outcome.stages] == [0, 0, 0, 0, 0]


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


def test_the_form_decides_what_an_agreement_is() -> None:
    # 4 and 2 short; room 3 and 3. One of them must be divided: three pairs, four parties.
    problem = make([4, 2, 0, 0], [4, 2, 0, 0], [0, 0, 3, 3])
    assert solve_exchange(problem, Form.BILATERAL).stage("agreements").objective == 3
    assert solve_exchange(problem, Form.JOINT).stage("agreements").objective == 4


def test_fewer_parties_change_before_the_way_gets_shorter() -> None:
    # Two near takers have room for 2 each, a far one for 4: the far one alone means two parties.
    problem = make(
        [4, 0, 0, 0],
        [4, 0, 0, 0],
        [0, 2, 2, 4],
        pairs=[(0, 1), (0, 2), (0, 3)],
        distance=[1, 1, 90],
    )
    for form in Form:
        assert solve_exchange(problem, form).transfers == ((0, 3, 4),)


def test_the_worst_off_per_quota_is_helped_first() -> None:
    # Room for 2: party 0 stands at 3/30, party 1 at 3/10. At best 3/30 and 1/10.
    problem = make([3, 3, 0], [3, 3, 0], [0, 0, 2], quota=[30, 10, 10])
    outcome = solve_exchange(problem)
    assert outcome.transfers == ((1, 2, 2),)
    assert outcome.stage("worst").objective == Fraction(1, 10)
    assert outcome.stage("worst").bound == Fraction(1, 10)


def test_a_lot_keeps_small_deals_out_and_may_cost_a_person_more() -> None:
    # Short by 3 with lots of 5: five persons change for three of relief.
    problem = replace(make([3, 2, 0], [9, 4, 0], [0, 0, 9]), lot=5)
    outcome = solve_exchange(problem, Form.BILATERAL)
    assert outcome.transfers == ((0, 2, 5),)
    assert outcome.stage("shortfall").objective == 2
    assert outcome.relief_bound == 5


def test_a_partner_limit_is_kept() -> None:
    problem = replace(make([6, 0, 0, 0], [6, 0, 0, 0], [0, 2, 2, 2]), max_partners=2)
    outcome = solve_exchange(problem, Form.BILATERAL)
    assert outcome.stage("shortfall").objective == 2
    assert len(outcome.transfers) == 2


def test_signed_wished_and_forbidden_pairs_are_kept() -> None:
    problem = replace(
        make([6, 0, 0, 0], [6, 0, 0, 0], [0, 9, 9, 9]),
        signed=((0, 1, 1),),
        wished=((0, 2),),
        forbidden=((0, 3),),
    )
    outcome = solve_exchange(problem, Form.BILATERAL)
    assert outcome.transfers == ((0, 1, 1), (0, 2, 5))
    assert outcome.stage("agreements").objective == 2


def test_a_wish_of_who_has_no_shortfall_is_kept() -> None:
    problem = replace(make([0, 0], [3, 0], [0, 3]), wished=((0, 1),), lot=2)
    outcome = solve_exchange(problem)
    assert outcome.transfers == ((0, 1, 2),)
    assert outcome.stage("persons").bound == 2


@pytest.mark.parametrize(
    ("change", "conflict"),
    [
        ({"signed": ((0, 1, 9),)}, Conflict(0, "give_limit")),
        ({"signed": ((0, 1, 5),)}, Conflict(1, "take_limit")),
        ({"signed": ((0, 1, 1), (1, 2, 1))}, Conflict(1, "role")),
        ({"wished": ((0, 1), (0, 2)), "max_partners": 1}, Conflict(0, "max_partners")),
        ({"wished": ((0, 1),), "lot": 5}, Conflict(1, "take_limit")),
    ],
)
def test_pins_that_clash_name_the_party_and_the_rule(
    change: dict[str, object], conflict: Conflict
) -> None:
    problem = replace(make([6, 0, 0], [6, 6, 0], [0, 4, 4]), **change)
    outcome = solve_exchange(problem)
    assert outcome.status is Status.INFEASIBLE
    assert conflict in outcome.conflicts
    assert outcome.transfers == outcome.stages == ()


def test_without_a_search_the_bounds_are_kept_and_the_plan_stands() -> None:
    rng = np.random.default_rng(3)
    for _ in range(12):
        problem = replace(random_problem(rng, most=9, persons=12), lot=3)
        for form in Form:
            quick = solve_exchange(problem, form, budget=Budget(nodes=0, rounds=0))
            full = solve_exchange(problem, form)
            check_transfers(problem, quick.transfers)
            first, best = quick.stage("shortfall"), full.stage("shortfall")
            assert first.bound <= best.objective <= first.objective


def test_groups_are_picked_by_an_engine_only_where_there_may_be_a_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # 3 and 3 into rooms of 2 and 4, 3 and 3: two changes too many in the plan that we start with.
    block = build_blocks(make([3, 3, 0, 0, 0, 0], [3, 3, 0, 0, 0, 0], [0, 0, 2, 4, 3, 3]))[0]
    demand, start = Demand(6, np.zeros(2, dtype=np.int64)), np.array([2, 0, 1, 0, 0, 3, 0, 0])
    asked: list[int] = []
    monkeypatch.setattr(agreements, "poured", lambda *_: None)
    monkeypatch.setattr(agreements, "candidates", lambda *_: iter(()))
    monkeypatch.setattr(agreements, "plan_in_groups", lambda *given: asked.append(given[-1]))
    for budget, is_asked in ((Budget(arcs=0), True), (Budget(nodes=0, rounds=0), False)):
        asked.clear()
        part = agreements.fewest_agreements(block, demand, Form.JOINT, start, budget)
        assert part.bound < block.count(part.flow, Form.JOINT)
        assert bool(asked) is is_asked


def test_an_engine_that_opens_pairs_that_carry_nothing_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = model.solve_program

    def other(program: LinearProgram, limits: Limits) -> Answer:
        answer = honest(program, limits)
        nobody = np.zeros(len(program.objective), dtype=np.int64)
        return replace(answer, status=Status.OPTIMAL, values=nobody)

    monkeypatch.setattr("models.exchange.model.solve_program", other)
    # Two lots of 2 fit in the rooms and the third does not: the flow says 6, so it is searched.
    problem = replace(make([2, 2, 2, 0, 0], [2, 2, 2, 0, 0], [0, 0, 0, 3, 3]), lot=2)
    with pytest.raises(SolverDisagreementError):
        solve_exchange(problem)


def test_a_flow_that_can_be_made_cheaper_is_no_proof() -> None:
    # Two ways from node 0 to node 1; the flow takes the dear one.
    tails, heads = np.array([0, 0]), np.array([1, 1])
    capacities, costs = np.array([1, 1]), np.array([1, 2])
    supplies = np.array([1, -1])
    assert price_bound(tails, heads, capacities, costs, supplies, np.array([1, 0])) == 1
    with pytest.raises(SolverDisagreementError):
        price_bound(tails, heads, capacities, costs, supplies, np.array([0, 1]))


def test_a_block_is_searched_as_a_whole_up_to_its_budget_of_pairs(monkeypatch):
    """Lots of 3 from three givers of 4 and 5 into rooms of 7: no plan relieves all at once."""
    problem = replace(make([5, 4, 4, 0, 0], [5, 4, 4, 0, 0], [0, 0, 0, 7, 7]), lot=3)
    (block,) = build_blocks(problem)
    asked = []
    monkeypatch.setattr(relief, "_searched", lambda best, _: asked.append("whole") or best)
    monkeypatch.setattr(
        relief, "improve_relief", lambda _, flow, bound, rounds: asked.append(rounds) or flow
    )
    pairs = len(block.arcs)
    for arcs in (pairs - 1, pairs, pairs + 1):
        found = relief.relieve_most(block, Budget(arcs=arcs, rounds=7))
        assert found.relief < found.bound
    assert relief.relieve_most(block, Budget(nodes=0)).relief < 13
    assert asked == [7, "whole", "whole"]


def test_agreements_are_searched_as_a_whole_up_to_the_budget_of_pairs(monkeypatch):
    """Three givers of 5, 4 and 4 into rooms of 7 and 6: pairs that only a search makes fewest."""
    problem = make([5, 4, 4, 0, 0], [5, 4, 4, 0, 0], [0, 0, 0, 7, 6])
    (block,) = build_blocks(problem)
    demand = Demand(13, np.zeros(3, dtype=np.int64))
    start = fill(block, 0)
    asked = []
    monkeypatch.setattr(agreements, "settle_in_groups", lambda part, _: part)
    monkeypatch.setattr(agreements, "_tries", lambda *_: iter(()))
    monkeypatch.setattr(agreements, "_counted", lambda *_: 0)
    monkeypatch.setattr(agreements, "_searched", lambda part, *_: asked.append("whole") or part)
    monkeypatch.setattr(
        agreements, "improve_pairs", lambda *given: asked.append(given[-1]) or given[2]
    )
    for form in (Form.BILATERAL, Form.JOINT):
        for arcs in (len(block.arcs) - 1, len(block.arcs), len(block.arcs) + 1):
            budget = Budget(arcs=arcs, rounds=7)
            agreements.fewest_agreements(block, demand, form, start, budget)
        agreements.fewest_agreements(block, demand, form, start, Budget(nodes=0, rounds=3))
    assert asked == [7, "whole", "whole", 3, "whole", "whole"]
