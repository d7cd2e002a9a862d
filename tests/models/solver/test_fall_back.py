"""A first engine that dies or lies: others stand in once, say so, and are checked like it."""

from __future__ import annotations

import numpy as np
import pytest

from models.linking.exact import solve_exactly
from models.solution import SolverDisagreementError, SolverFailedError, SolverMemoryError, Status
from models.solver import child
from models.solver.child import run_in_child
from models.solver.choose import solve_program, two_engines
from models.solver.flow import FlowInfeasibleError, max_flow, min_cost_flow
from models.solver.limits import Limits
from models.solver.linear import solve_relaxation
from models.solver.roll import CBC, FLOW, GLOP, HIGHS, SCIP, Roll, allowed, recording
from tests.models.linking.test_exact import small
from tests.models.solver import child_jobs, fakes
from tests.models.solver.test_lies_and_deaths import packages
from tests.models.solver.test_milp import EMPTY, ODD, PACKAGES


def without(*names):
    return recording(Roll(excluded=frozenset(names)))


def engines_of(roll):
    return {label.partition(" ")[0] for label in roll.answered}


@pytest.fixture
def starts(monkeypatch):
    """What each child process was told not to ask."""
    excluded, start = [], child._run_once
    monkeypatch.setattr(child, "_run_once", lambda *a: excluded.append(set(a[-1])) or start(*a))
    return excluded


@pytest.mark.parametrize("how", fakes.FAULTS)
def test_another_engine_answers_once_and_is_named(monkeypatch, starts, how):
    fakes.boot(monkeypatch, f"highs {how}")
    with recording() as roll:
        answer = run_in_child(fakes.pack, PACKAGES)
    assert (answer.status, answer.objective) == (Status.OPTIMAL, 220)
    assert engines_of(roll) == {CBC}
    assert roll.replaced == [HIGHS]
    assert starts == [set(), {HIGHS}]


def test_without_trouble_nobody_stands_in(starts):
    with recording() as roll:
        assert run_in_child(fakes.pack, PACKAGES).objective == 220
    assert (engines_of(roll), roll.replaced, starts) == ({HIGHS}, [], [set()])


@pytest.mark.parametrize(("first", "second"), [("dies", "lies"), ("lies", "memory")])
def test_where_the_second_fails_too_nothing_is_answered(monkeypatch, starts, first, second):
    fakes.boot(monkeypatch, f"highs {first}", f"cbc {second}")
    with recording() as roll, pytest.raises(SolverFailedError, match="without highs"):
        run_in_child(fakes.pack, PACKAGES)
    assert roll.answered == set()
    assert starts == [set(), {HIGHS}]


def test_the_clock_ends_a_solve_and_nobody_stands_in(tmp_path, starts):
    """Otherwise the speed of a machine would choose the engine, and so the plan."""
    limits = Limits(wall_seconds=3)
    with pytest.raises(SolverFailedError, match="stopped after"):
        run_in_child(child_jobs.sleep_at_work, limits=limits)
    assert starts == [set()]


def test_a_death_without_an_engine_is_not_tried_again(starts):
    with pytest.raises(SolverFailedError, match="SIGABRT"):
        run_in_child(child_jobs.end_by_signal)
    assert starts == [set()]


def test_the_self_tests_ask_the_engine_itself(monkeypatch, starts):
    fakes.boot(monkeypatch, "highs dies")
    with pytest.raises(SolverFailedError, match="SIGSEGV"):
        run_in_child(fakes.pack, PACKAGES, fall_back=False)
    assert starts == [set()]


def test_a_flow_engine_that_dies_is_stood_in_for(monkeypatch):
    fakes.boot(monkeypatch, f"{FLOW} dies")
    arrays = [np.array(part) for part in ([0, 0, 1], [2, 1, 2], [2, 1, 1], [5, 1, 1], [2, 0, -2])]
    with recording() as roll:
        assert run_in_child(fakes.cheapest, *arrays) == 7
        value, side = run_in_child(fakes.largest, *arrays[:3], 0, 2, 3)
    assert (value, side.tolist()) == (3, [True, False, False])
    assert (engines_of(roll), roll.replaced) == ({HIGHS}, [FLOW, FLOW])


def test_a_relaxation_is_solved_by_another_simplex(monkeypatch):
    fakes.boot(monkeypatch, "highs dies")
    with recording() as roll:
        assert abs(run_in_child(fakes.relax, PACKAGES) - 240) < 1e-6
    assert (engines_of(roll), roll.replaced) == ({GLOP}, [HIGHS])


@pytest.mark.parametrize("fault", ["highs dies", "cbc lies"])
def test_links_are_the_same_whoever_stands_in(monkeypatch, fault):
    """With the canonical stage two engines of three always come to one plan."""
    plain = solve_exactly(small())
    fakes.boot(monkeypatch, fault)
    with recording() as roll:
        found = run_in_child(fakes.link, small())
    assert found.plan.municipality.tolist() == plain.plan.municipality.tolist()
    assert found.bounds == plain.bounds
    assert found.status is Status.OPTIMAL
    assert roll.replaced == [fault.partition(" ")[0]]
    assert SCIP in engines_of(roll)


def test_memory_that_lacks_twice_is_the_reason_given(monkeypatch):
    fakes.boot(monkeypatch, "highs memory", "cbc memory")
    with pytest.raises(SolverMemoryError):
        run_in_child(fakes.pack, PACKAGES)


def test_the_same_trouble_twice_gives_the_same_answer(monkeypatch):
    fakes.boot(monkeypatch, "highs lies")
    answers = [run_in_child(fakes.pack, PACKAGES) for _ in range(2)]
    assert len({(answer.engine, tuple(answer.values.tolist())) for answer in answers}) == 1


@pytest.mark.parametrize("excluded", [(), (HIGHS,), (HIGHS, CBC)])
def test_every_engine_packs_as_well_as_trying_everything(excluded):
    rng = np.random.default_rng(5)
    with without(*excluded):
        for _ in range(15):
            made, _, worth, _, _ = packages(rng)
            answer = solve_program(made)
            assert (answer.status, answer.objective) == (Status.OPTIMAL, int(worth))
        for hopeless in (ODD, EMPTY):
            assert solve_program(hopeless).status is Status.INFEASIBLE


def test_a_known_solution_is_improved_by_the_third_engine():
    with without(HIGHS, CBC):
        answer = solve_program(PACKAGES, None, np.array([1, 0, 0]))
    assert answer.objective == 220


@pytest.mark.parametrize(
    ("excluded", "asked"),
    [((), (HIGHS, CBC)), ((HIGHS,), (CBC, SCIP)), ((CBC,), (HIGHS, SCIP)), ((SCIP,), (HIGHS, CBC))],
)
def test_a_proof_by_two_engines_asks_two_that_differ_in_their_order(excluded, asked):
    with without(*excluded):
        for engine, name in zip(two_engines(), asked, strict=True):
            with recording() as roll:
                assert engine(PACKAGES, Limits(), None).objective == 220
            assert engines_of(roll) == {name}


@pytest.mark.parametrize("excluded", [(HIGHS, CBC, SCIP), (HIGHS, CBC)])
def test_too_few_engines_are_a_failure(excluded):
    with without(*excluded), pytest.raises(SolverFailedError):
        two_engines()


def test_an_engine_may_be_asked_unless_it_is_excluded():
    with without(HIGHS):
        assert allowed(HIGHS, CBC) == (CBC,)
        with pytest.raises(SolverFailedError, match="no engine is left"):
            allowed(HIGHS)


def random_flow(rng):
    nodes, arcs = int(rng.integers(3, 8)), int(rng.integers(4, 25))
    tails, heads = rng.integers(0, nodes, (2, arcs))
    amounts = rng.integers(-3, 4, nodes)
    amounts[-1] -= amounts.sum()
    return tails, heads, rng.integers(0, 6, arcs), rng.integers(-5, 20, arcs), amounts


def cost_of(arrays):
    try:
        return int((min_cost_flow(*arrays) * arrays[3]).sum())
    except FlowInfeasibleError:
        return None


def test_both_flow_engines_agree_on_cost_amount_and_cut():
    rng, impossible = np.random.default_rng(6), 0
    for _ in range(150):
        arrays = random_flow(rng)
        tails, heads, capacities, _, amounts = arrays
        asked = (tails, heads, capacities, 0, 1, len(amounts))
        plain, cut = cost_of(arrays), max_flow(*asked)
        with without(FLOW):
            assert cost_of(arrays) == plain
            other = max_flow(*asked)
        assert (other[0], other[1].tolist()) == (cut[0], cut[1].tolist())
        impossible += plain is None
    assert 15 <= impossible <= 135


def test_a_flow_of_the_stand_in_is_proven_by_its_prices(monkeypatch):
    """Cheap first: a flow that costs more than need be is refused, whatever it is called."""
    import scipy.optimize

    honest = scipy.optimize.linprog

    def dear(costs, **options):
        return honest(-costs, **options)

    monkeypatch.setattr(scipy.optimize, "linprog", dear)
    arrays = [np.array(part) for part in ([0, 0, 1], [2, 1, 2], [2, 1, 1], [5, 1, 1], [2, 0, -2])]
    with without(FLOW), pytest.raises(SolverDisagreementError, match="not proven"):
        min_cost_flow(*arrays)


def test_numbers_too_large_for_floats_are_not_given_to_the_stand_in():
    large = np.array([1 << 41])
    with without(FLOW), pytest.raises(SolverFailedError, match="too large"):
        min_cost_flow(np.array([0]), np.array([1]), large, large // large, np.array([1, -1]))


def test_relaxations_of_both_engines_are_worth_the_same():
    rng = np.random.default_rng(7)
    for _ in range(20):
        made, *_ = packages(rng)
        plain = solve_relaxation(made)
        with without(HIGHS):
            other = solve_relaxation(made)
        assert abs(plain.objective - other.objective) < 1e-6
        # One more unit of room: the same price from either, but for ties at a corner.
        assert (other.row_prices > -1e-9).all() and (plain.row_prices > -1e-9).all()
