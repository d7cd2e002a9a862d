from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.linking_instances import Recipe, make_problem
from models.linking import canonical
from models.linking.canonical import CANONICAL_BITS, canonical_weights
from models.linking.exact import solve_exactly
from models.linking.problem import (
    NO_DWELLING,
    LinkProblem,
    QuotaPenalty,
    bound_of,
    check_plan,
    value_of,
)
from models.solution import SolverDisagreementError, Status
from models.solver.child import call_here, run_in_child
from models.solver.limits import Limits
from models.solver.milp import cbc_version, highs_version, solve_with_cbc, solve_with_highs
from models.solver.program import UNBOUNDED
from tests.models.linking.exact_cases import draw


def whole(values):
    return np.array(values, dtype=np.int64)


def with_hashes(problem, seed=7, top=1 << 30):
    hashes = np.random.default_rng(seed).integers(0, top, problem.points.shape)
    return replace(problem, canonical=hashes)


@functools.cache
def region():
    """Sixty households, four municipalities; the best plan lies below the price bound."""
    return with_hashes(make_problem(Recipe(60, 4, seed=2)))


@functools.cache
def crowd():
    """A hundred households, six municipalities, and a wide gap to the price bound."""
    return with_hashes(make_problem(Recipe(100, 6, seed=1)))


def small():
    """Two households and two municipalities; by hand.

    Household 0 (2 persons) earns 100 in 0 and 90 in 1, household 1 (1 person) 50 and 45. Only 0
    has a dwelling, for at most 2 persons. Penalties 3000 and 2000. Targets 2 and 1, margin 1.
    Household 0 in 0 with the dwelling, household 1 in 1 without: 100 + 45 - 2000 = -1855.
    Household 1 in 0 as well: 100 + 50 - 2000 - 40 - 60 = -1950, and any plan without the
    dwelling for household 0 loses a thousand more.
    """
    return LinkProblem(
        sizes=whole([2, 1]),
        points=whole([[100, 90], [50, 45]]),
        allowed=np.ones((2, 2), dtype=bool),
        needs_dwelling=np.ones(2, dtype=bool),
        without_dwelling=whole([3000, 2000]),
        class_min=whole([1]),
        class_max=whole([2]),
        dwellings=whole([[1], [0]]),
        quota=QuotaPenalty(whole([2, 1]), whole([1, 1])),
    )


def test_a_plan_by_hand():
    outcome = solve_exactly(small())
    assert outcome.plan.municipality.tolist() == [0, 1]
    assert outcome.plan.dwelling_class.tolist() == [0, NO_DWELLING]
    assert (outcome.bounds.objective, outcome.bounds.bound) == (-1855, -1855)


def test_an_optimum_carries_plan_bounds_prices_and_the_engines_that_answered():
    outcome = solve_exactly(region())
    check_plan(region(), outcome.plan)
    assert outcome.status is Status.OPTIMAL
    assert outcome.bounds.is_closed
    assert outcome.bounds.objective == value_of(region(), outcome.plan)
    assert outcome.price_bound == bound_of(region(), outcome.prices) // outcome.prices.scale
    assert outcome.price_bound >= outcome.bounds.objective
    assert outcome.engines == (cbc_version(), highs_version())
    assert outcome.conflict is None
    assert outcome.alternatives_excluded


def test_either_order_of_the_engines_gives_the_same_bytes():
    one = solve_exactly(crowd())
    other = solve_exactly(crowd(), finder=solve_with_cbc, prover=solve_with_highs)
    assert one.alternatives_excluded
    assert other.alternatives_excluded
    assert one.plan.municipality.tobytes() == other.plan.municipality.tobytes()
    assert one.plan.dwelling_class.tobytes() == other.plan.dwelling_class.tobytes()
    assert one.prices.per_person.tobytes() == other.prices.per_person.tobytes()
    assert one.bounds == other.bounds


def test_a_child_gives_the_same_and_tells_its_steps():
    steps = []
    here = call_here(solve_exactly, region())
    there = run_in_child(solve_exactly, region(), on_progress=lambda *step: steps.append(step))
    assert here.plan.municipality.tobytes() == there.plan.municipality.tobytes()
    assert here.plan.dwelling_class.tobytes() == there.plan.dwelling_class.tobytes()
    assert here.prices.per_dwelling.tobytes() == there.prices.per_dwelling.tobytes()
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_nobody_to_link_is_an_empty_optimum():
    problem = replace(
        small(),
        sizes=whole([]),
        points=np.zeros((0, 2), np.int64),
        allowed=np.zeros((0, 2), bool),
        needs_dwelling=np.zeros(0, bool),
        without_dwelling=whole([]),
        canonical=np.zeros((0, 2), np.int64),
    )
    outcome = solve_exactly(problem)
    # Targets 2 and 1 with a margin of 1 are missed whole: 60 + 200 and 60.
    assert (outcome.status, outcome.bounds.objective) == (Status.OPTIMAL, -320)
    assert outcome.price_bound == -320
    assert len(outcome.plan.municipality) == 0


def test_without_hashes_the_plan_is_best_and_nothing_is_said_of_others():
    bare = replace(region(), canonical=None)
    outcome = solve_exactly(bare)
    assert outcome.bounds == solve_exactly(region()).bounds
    assert not outcome.alternatives_excluded


def test_where_all_places_are_equal_the_hash_decides_alone():
    """No points, no dwellings short, targets met: every even division is best."""
    hashes = whole([[5, 1], [1, 5], [4, 2], [3, 3]])
    problem = LinkProblem(
        sizes=np.ones(4, np.int64),
        points=np.zeros((4, 2), np.int64),
        allowed=np.ones((4, 2), bool),
        needs_dwelling=np.ones(4, bool),
        without_dwelling=np.full(4, 500, dtype=np.int64),
        class_min=whole([1]),
        class_max=whole([1]),
        dwellings=whole([[4], [4]]),
        quota=QuotaPenalty(whole([2, 2]), whole([1, 1])),
        canonical=hashes,
    )
    outcome = solve_exactly(problem)
    # Two in each: 1 -> 0 and 3 -> 0 (1 + 3), 0 -> 1 and 2 -> 1 (1 + 2) is 7; no other reaches it.
    assert outcome.plan.municipality.tolist() == [1, 0, 1, 0]
    assert outcome.alternatives_excluded
    tied = solve_exactly(replace(problem, canonical=np.ones((4, 2), np.int64)))
    assert tied.bounds == outcome.bounds
    assert not tied.alternatives_excluded


def test_a_plan_does_not_depend_on_the_order_of_rows():
    order = np.random.default_rng(1).permutation(region().shape[0])
    base = region()
    turned = replace(
        base,
        sizes=base.sizes[order],
        points=base.points[order],
        allowed=base.allowed[order],
        needs_dwelling=base.needs_dwelling[order],
        without_dwelling=base.without_dwelling[order],
        canonical=base.canonical[order],
    )
    one, other = solve_exactly(base), solve_exactly(turned)
    assert one.plan.municipality[order].tolist() == other.plan.municipality.tolist()


def test_only_the_leading_bits_of_a_hash_count():
    problem = with_hashes(small())
    weights = canonical_weights(problem)
    assert weights.max() < 1 << CANONICAL_BITS
    assert (weights == problem.canonical >> 10).all() or problem.canonical.max() < 1 << 29
    low = with_hashes(small(), top=1 << CANONICAL_BITS)
    assert (canonical_weights(low) == low.canonical).all()


def test_a_negative_hash_is_refused():
    with pytest.raises(ValueError, match="hashes"):
        solve_exactly(replace(small(), canonical=whole([[1, -1], [0, 2]])))


# Engines that lie about a problem whose answers are known.


def honest_but(change, only_call=None):
    """An engine that changes what HiGHS says, at one call or at all."""
    calls = []

    def engine(program, limits, start=None):
        answer = solve_with_highs(program, limits, start)
        calls.append(answer)
        return answer if only_call not in (None, len(calls)) else change(program, answer)

    return engine


def is_last_question(program):
    """Whether it asks for the plan that differs most from the canonical one."""
    return set(program.objective.tolist()) == {-1, 0}


def unknown(_, answer):
    return replace(answer, status=Status.UNKNOWN, values=None, objective=None)


def infeasible(_, answer):
    return replace(answer, status=Status.INFEASIBLE, values=None, objective=None)


def unproven(_, answer):
    return replace(answer, status=Status.FEASIBLE)


def worse(program, answer):
    """The worst solution instead of the best, called optimal."""
    if answer.values is None:
        return answer
    turned = program.with_objective(-program.objective, maximise=program.maximise)
    values = solve_with_highs(turned, Limits()).values
    return replace(answer, values=values, objective=program.value(values))


def second_best(program, answer):
    """The best solution but one, called optimal."""
    if answer.values is None:
        return answer
    pairs = program.column[program.row < region().shape[0]]
    chosen = pairs[answer.values[pairs] > 0]
    ones = np.ones_like(chosen)
    return solve_with_highs(program.with_row(chosen, ones, -UNBOUNDED, len(chosen) - 1))


def test_a_budget_that_ends_gives_an_honest_bound():
    full = solve_exactly(crowd())
    cut = solve_exactly(crowd(), finder=honest_but(unproven))
    check_plan(crowd(), cut.plan)
    assert cut.status is Status.FEASIBLE
    assert cut.bounds.objective <= full.bounds.objective < cut.bounds.bound
    assert cut.bounds.bound == cut.price_bound
    assert cut.price_bound == bound_of(crowd(), cut.prices) // cut.prices.scale
    assert not cut.alternatives_excluded


def test_too_many_open_pairs_for_a_proof_give_a_plan_with_an_honest_bound():
    full = solve_exactly(region())
    cut = solve_exactly(region(), pair_limit=1)
    assert cut.status is Status.FEASIBLE
    assert cut.bounds.objective <= full.bounds.objective < cut.bounds.bound == cut.price_bound


def test_the_canonical_plan_is_sought_among_fewer_pairs_than_the_best():
    full = solve_exactly(region())
    between = solve_exactly(region(), pair_limit=100)
    assert between.bounds == full.bounds
    assert between.status is Status.OPTIMAL
    assert not between.alternatives_excluded


def test_one_node_is_enough_for_a_plan_and_never_for_a_lie():
    full, cut = solve_exactly(crowd()), solve_exactly(crowd(), 1)
    check_plan(crowd(), cut.plan)
    assert cut.bounds.objective <= full.bounds.objective <= cut.bounds.bound
    assert cut.status is (Status.OPTIMAL if cut.bounds.is_closed else Status.FEASIBLE)


def test_a_finder_that_calls_the_second_best_the_best_is_contradicted():
    with pytest.raises(SolverDisagreementError, match="one engine calls"):
        solve_exactly(region(), finder=honest_but(second_best))


def wasteful(program, answer):
    """The same links counted as badly as can be (persons both short and over), called optimal."""
    if answer.values is None:
        return answer
    pairs = program.column[program.row < region().shape[0]]
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[pairs] = upper[pairs] = answer.values[pairs]
    return worse(replace(program, lower=lower, upper=upper), answer)


def test_a_finder_whose_solution_is_worth_less_than_its_plan_is_caught():
    lax = QuotaPenalty(region().quota.target, region().quota.margin, 1, 1, 1, 1)
    with pytest.raises(SolverDisagreementError, match="worth less than its plan"):
        solve_exactly(replace(region(), quota=lax), finder=honest_but(wasteful))


@pytest.mark.parametrize("call", [1, 2])
def test_a_prover_that_excludes_the_plan_it_was_given_is_caught(call):
    with pytest.raises(SolverDisagreementError, match="excludes the plan"):
        solve_exactly(region(), prover=honest_but(infeasible, call))


def test_a_finder_that_sees_no_plan_where_one_must_exist_is_caught():
    with pytest.raises(SolverDisagreementError, match="no plan where one must exist"):
        solve_exactly(region(), finder=honest_but(infeasible))


def test_a_finder_that_loses_its_own_plan_is_caught():
    calls = []
    solve_exactly(region(), finder=honest_but(lambda _, a: calls.append(1) or a))
    with pytest.raises(SolverDisagreementError, match="loses a plan"):
        solve_exactly(region(), finder=honest_but(infeasible, len(calls)))


def test_an_engine_whose_canonical_plan_is_not_canonical_is_contradicted():
    problem = replace(
        small(), points=np.zeros((2, 2), np.int64), dwellings=whole([[2], [2]]), sizes=whole([1, 1])
    )
    problem = replace(problem, quota=QuotaPenalty(whole([1, 1]), whole([1, 1])))
    problem = replace(problem, canonical=whole([[1, 5], [5, 1]]))
    assert solve_exactly(problem).plan.municipality.tolist() == [0, 1]
    with pytest.raises(SolverDisagreementError, match="smaller sum of hashes"):
        solve_exactly(problem, prover=honest_but(worse, 2))


def test_a_solution_that_links_a_household_twice_is_caught():
    def twice(program, answer):
        values = answer.values.copy()
        values[np.flatnonzero(values[:4] == 0)[0]] = 1
        return replace(answer, values=values)

    with pytest.raises(SolverDisagreementError, match="every household once"):
        solve_exactly(small(), finder=honest_but(twice))


def test_a_solution_that_promises_more_than_its_plan_is_caught():
    def boast(program, answer):
        values = answer.values.copy()
        values[program.objective < 0] = 0
        return replace(answer, values=values, objective=program.value(values))

    with pytest.raises(SolverDisagreementError, match="worth less than its solution"):
        solve_exactly(small(), finder=honest_but(boast))


@pytest.mark.parametrize("change", [unknown, unproven])
def test_an_optimum_that_nobody_confirms_is_not_called_one(change):
    outcome = solve_exactly(region(), prover=honest_but(change, 1))
    assert outcome.price_bound > solve_exactly(region()).bounds.objective
    assert outcome.status is Status.FEASIBLE
    assert outcome.bounds.objective == solve_exactly(region()).bounds.objective


def test_a_plan_that_meets_our_own_bound_needs_no_engine_to_confirm_it():
    problem = replace(small(), dwellings=whole([[1], [1]]))
    outcome = solve_exactly(problem, prover=honest_but(unknown))
    assert outcome.price_bound == outcome.bounds.objective
    assert outcome.status is Status.OPTIMAL
    assert not outcome.alternatives_excluded


@pytest.mark.parametrize("change", [unknown, unproven])
def test_without_a_proof_of_the_canonical_plan_others_are_not_excluded(change):
    full = solve_exactly(region())
    for roles in (
        {"prover": honest_but(change, 2)},
        {"finder": honest_but(lambda p, a: change(p, a) if is_last_question(p) else a)},
    ):
        outcome = solve_exactly(region(), **roles)
        assert outcome.bounds == full.bounds
        assert outcome.status is Status.OPTIMAL
        assert not outcome.alternatives_excluded


def test_when_the_finder_errs_the_other_engine_finds():
    outcome = solve_exactly(region(), finder=honest_but(unknown, 1))
    assert outcome.bounds == solve_exactly(region()).bounds
    assert outcome.status is Status.OPTIMAL
    assert outcome.plan.municipality.tolist() == solve_exactly(region()).plan.municipality.tolist()


def test_when_no_plan_is_found_it_is_never_called_impossible():
    silent = honest_but(unknown)
    outcome = solve_exactly(region(), finder=silent, prover=silent)
    assert outcome.status in (Status.FEASIBLE, Status.UNKNOWN)
    assert outcome.conflict is None


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(1, 6))
def test_regional_problems_are_solved_to_the_end(seed):
    outcome = solve_exactly(with_hashes(make_problem(Recipe(400, 12, seed))))
    assert outcome.status is Status.OPTIMAL
    assert outcome.alternatives_excluded


def test_small_budgets_on_tiny_problems_stay_honest():
    rng = np.random.default_rng(3)
    for _ in range(12):
        problem = draw(rng, "lacking")
        full, cut = solve_exactly(problem), solve_exactly(problem, 1)
        assert cut.bounds.objective <= full.bounds.objective <= cut.bounds.bound


def test_the_canonical_rule_keeps_to_hashes_that_engines_can_add():
    # A sum over ten thousand pairs stays far inside what a float holds exactly.
    assert canonical.CANONICAL_BITS + 14 < 53
