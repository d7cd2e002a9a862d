"""The price road on small problems: plans that hold, bounds that are true, equal bytes."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.linking_instances import Recipe, make_problem
from models.linking.outcome import LinkOutcome
from models.linking.prices import (
    Effort,
    PriceEffort,
    PriceRangeError,
    explain_gap,
    replay_from_prices,
    solve_by_prices,
)
from models.linking.problem import (
    LinkPlan,
    LinkPrices,
    LinkProblem,
    PlanRejectedError,
    QuotaPenalty,
    bound_of,
    check_plan,
    value_of,
)
from models.solution import Status
from tests.models.linking.price_cases import best_value, draw, is_enumerable

COARSE = Effort(prices=PriceEffort(master_rounds=0))


def digest(outcome: LinkOutcome) -> str:
    assert outcome.plan is not None and outcome.prices is not None
    parts = (
        outcome.plan.municipality,
        outcome.plan.dwelling_class,
        outcome.prices.per_person,
        outcome.prices.per_dwelling,
    )
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


def two_towns() -> LinkProblem:
    """Two singles and a couple; town 0 is better for all and has one small dwelling."""
    return LinkProblem(
        sizes=np.array([1, 1, 2]),
        points=np.array([[50, 10], [40, 30], [60, 20]]),
        allowed=np.ones((3, 2), dtype=np.bool_),
        needs_dwelling=np.ones(3, dtype=np.bool_),
        without_dwelling=np.array([100, 100, 100]),
        class_min=np.array([1, 2]),
        class_max=np.array([1, 3]),
        dwellings=np.array([[1, 1], [1, 1]]),
        quota=QuotaPenalty(target=np.array([3, 1]), margin=np.array([1, 1])),
    )


def test_a_plan_on_paper() -> None:
    # One small dwelling each: one single goes to town 1, and 50 + 30 beats 10 + 40. The couple
    # takes 60 in town 0. Persons 3 and 1 meet the targets: 50 + 30 + 60 - 0 = 140.
    outcome = solve_by_prices(two_towns())
    assert outcome.plan is not None and outcome.bounds is not None
    assert outcome.status is Status.OPTIMAL
    assert outcome.bounds.objective == outcome.bounds.bound == 140
    assert outcome.plan.municipality.tolist() == [0, 1, 0]
    assert outcome.plan.dwelling_class.tolist() == [0, 0, 1]


@pytest.mark.parametrize("seed", range(60))
def test_a_plan_never_beats_the_best_and_its_bound_is_never_below_it(seed: int) -> None:
    problem = draw(seed, households=1 + seed % 6, municipalities=1 + seed % 3)
    if not is_enumerable(problem):
        problem = dataclasses.replace(problem, allowed=_first_open(problem.allowed, 1))
    best = best_value(problem)
    outcome = solve_by_prices(problem)
    if outcome.plan is None:
        assert outcome.status is Status.UNKNOWN
        assert best is None, "a plan exists that the flow on all pairs would have found"
        return
    assert best is not None and outcome.bounds is not None
    assert outcome.bounds.objective == value_of(problem, outcome.plan)
    assert outcome.bounds.objective <= best <= outcome.bounds.bound


def _first_open(allowed: np.ndarray, most: int) -> np.ndarray:
    return np.asarray(allowed & (np.cumsum(allowed, axis=1) <= most))


def test_most_small_plans_are_the_best_ones() -> None:
    problems = [draw(seed, households=5, municipalities=2) for seed in range(40)]
    problems = [problem for problem in problems if is_enumerable(problem)]
    outcomes = [solve_by_prices(problem) for problem in problems]
    reached = [
        outcome.bounds.objective == best_value(problem)
        for problem, outcome in zip(problems, outcomes, strict=True)
        if outcome.bounds is not None
    ]
    assert len(reached) >= 20
    assert sum(reached) >= 0.85 * len(reached)


@pytest.mark.parametrize("seed", range(25))
def test_the_parts_of_the_gap_add_up_for_any_plan_and_any_prices(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = dataclasses.replace(
        draw(seed, households=12, municipalities=3), may_lack_dwelling=True
    )
    plan = solve_by_prices(problem, effort=COARSE).plan
    assert plan is not None
    moved = plan.municipality.copy()
    moved[:4] = problem.allowed[:4].argmax(axis=1)
    bare = plan.dwelling_class.copy()
    bare[:4] = -1
    prices = LinkPrices(
        per_person=rng.integers(-30, 30, 3),
        per_dwelling=rng.integers(0, 90, problem.dwellings.shape),
        scale=int(rng.integers(1, 4)),
    )
    for one in (plan, LinkPlan(moved, bare)):
        parts = explain_gap(problem, one, prices)
        assert parts.total == bound_of(problem, prices) - prices.scale * value_of(problem, one)
        assert min(p.min() for p in (parts.regret, parts.quota_slack, parts.unused)) >= 0


def test_the_gap_of_a_plan_that_breaks_a_rule_is_refused() -> None:
    problem = two_towns()
    crowded = LinkPlan(np.array([0, 0, 0]), np.array([0, 0, 1]))
    prices = LinkPrices(np.zeros(2, np.int64), np.zeros((2, 2), np.int64), 1)
    with pytest.raises(PlanRejectedError):
        explain_gap(problem, crowded, prices)


@pytest.mark.parametrize(
    ("person", "dwelling", "scale"),
    [
        ([0, 0], [[0, 0], [0, -1]], 1),
        ([0, 0], [[0, 0], [0, 0]], 0),
        ([0, 0, 0], [[0, 0], [0, 0]], 1),
        ([0, 0], [[0], [0]], 1),
        ([0, 1 << 61], [[0, 0], [0, 0]], 1),
    ],
)
def test_prices_that_prove_nothing_or_overflow_are_refused(
    person: list[int], dwelling: list[list[int]], scale: int
) -> None:
    prices = LinkPrices(np.array(person), np.array(dwelling), scale)
    with pytest.raises(PriceRangeError):
        replay_from_prices(two_towns(), prices)
    with pytest.raises(PriceRangeError):
        solve_by_prices(two_towns(), warm=prices)


def test_prices_in_floats_are_refused() -> None:
    prices = LinkPrices(np.array([0.5, 0.5]), np.zeros((2, 2), np.int64), 1)  # type: ignore[arg-type]
    with pytest.raises(PriceRangeError):
        replay_from_prices(two_towns(), prices)


def test_points_too_large_for_64_bits_are_refused() -> None:
    problem = dataclasses.replace(two_towns(), points=two_towns().points << 52)
    with pytest.raises(PriceRangeError):
        solve_by_prices(problem)


def test_any_prices_give_a_plan_and_a_true_bound() -> None:
    problem = make_problem(Recipe(200, 8))
    good = solve_by_prices(problem)
    poor = replay_from_prices(
        problem, LinkPrices(np.zeros(8, np.int64), np.zeros((8, 6), np.int64), 1)
    )
    assert good.bounds is not None and poor.bounds is not None and poor.plan is not None
    check_plan(problem, poor.plan)
    assert poor.bounds.bound >= good.bounds.objective
    assert good.bounds.bound >= poor.bounds.objective
    assert good.bounds.difference < poor.bounds.difference


def test_the_bound_is_the_one_anybody_recomputes() -> None:
    problem = make_problem(Recipe(300, 12))
    outcome = solve_by_prices(problem)
    assert outcome.bounds is not None and outcome.prices is not None
    assert outcome.bounds.bound == bound_of(problem, outcome.prices) // outcome.prices.scale
    assert outcome.price_bound == outcome.bounds.bound


def test_a_generated_region_is_solved_within_a_quarter_of_a_percent() -> None:
    problem = make_problem(Recipe(400, 12))
    outcome = solve_by_prices(problem)
    assert outcome.bounds is not None
    assert outcome.bounds.difference <= 0.0025 * outcome.bounds.objective


def test_replay_from_prices_gives_the_same_bytes() -> None:
    problem = make_problem(Recipe(300, 12, seed=4))
    outcome = solve_by_prices(problem)
    assert outcome.prices is not None
    assert digest(replay_from_prices(problem, outcome.prices)) == digest(outcome)


def test_a_warm_start_proves_no_less_than_its_own_prices() -> None:
    problem = make_problem(Recipe(300, 12, seed=5))
    cold = solve_by_prices(problem)
    assert cold.prices is not None and cold.price_bound is not None
    warm = solve_by_prices(problem, warm=cold.prices)
    assert warm.price_bound is not None and warm.price_bound <= cold.price_bound


def test_row_order_is_only_a_matter_of_names() -> None:
    problem = make_problem(Recipe(200, 8, seed=6))
    rows = np.random.default_rng(0).permutation(200)
    back = np.argsort(rows)
    shuffled = _reordered(problem, rows)
    assert digest(solve_by_prices(_reordered(shuffled, back))) == digest(solve_by_prices(problem))
    one, other = solve_by_prices(problem, effort=COARSE), solve_by_prices(shuffled, effort=COARSE)
    assert one.bounds is not None and other.bounds is not None
    assert one.bounds.objective <= other.bounds.bound
    assert other.bounds.objective <= one.bounds.bound


def _reordered(problem: LinkProblem, rows: np.ndarray) -> LinkProblem:
    names = ("sizes", "points", "allowed", "needs_dwelling", "without_dwelling")
    return dataclasses.replace(problem, **{name: getattr(problem, name)[rows] for name in names})


def test_small_integers_for_points_change_nothing() -> None:
    problem = make_problem(Recipe(200, 8, seed=7))
    assert problem.points.dtype == np.int32
    wide = dataclasses.replace(problem, points=problem.points.astype(np.int64))
    assert digest(solve_by_prices(wide)) == digest(solve_by_prices(problem))


def digests_of_processes(households: int, municipalities: int, runs: int) -> set[str]:
    """Digests of a problem solved by so many processes, on one thread and on two by turns."""
    program = (
        "from benchmarks.linking_instances import Recipe, make_problem\n"
        "from tests.models.linking.test_prices import digest\n"
        "from models.linking.prices import solve_by_prices\n"
        f"problem = make_problem(Recipe({households}, {municipalities}, seed=8))\n"
        "print(digest(solve_by_prices(problem)))\n"
    )
    root = Path(__file__).parents[3]
    return {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env={
                **os.environ,
                "OMP_NUM_THREADS": str(1 + run % 2),
                "OPENBLAS_NUM_THREADS": str(1 + run % 2),
                "PYTHONHASHSEED": str(run),
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for run in range(runs)
    }


def test_two_processes_with_one_and_two_threads_agree_to_the_byte() -> None:
    (said,) = digests_of_processes(300, 12, runs=2)
    assert len(said) == 64


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("households", "municipalities", "runs"), [(400, 12, 20), (2_000, 120, 20), (7_000, 352, 4)]
)
def test_many_processes_agree_to_the_byte(households: int, municipalities: int, runs: int) -> None:
    assert len(digests_of_processes(households, municipalities, runs)) == 1


def test_nobody_to_link_is_a_plan_too() -> None:
    problem = draw(1, households=4, municipalities=2)
    nobody = _reordered(problem, np.zeros(0, dtype=np.int64))
    outcome = solve_by_prices(nobody)
    assert outcome.status is Status.OPTIMAL
    assert outcome.bounds is not None
    assert outcome.bounds.objective == -int(problem.quota.at(np.zeros(2, np.int64)).sum())


def test_a_household_with_nowhere_to_go_is_unknown_and_never_called_impossible() -> None:
    problem = two_towns()
    closed = dataclasses.replace(problem, allowed=problem.allowed & np.array([[1], [1], [0]], bool))
    assert solve_by_prices(closed).status is Status.UNKNOWN


def test_too_few_dwellings_without_leave_to_lack_is_unknown() -> None:
    problem = dataclasses.replace(
        two_towns(), dwellings=np.array([[1, 0], [0, 1]]), may_lack_dwelling=False
    )
    outcome = solve_by_prices(problem)
    assert outcome.status is Status.UNKNOWN
    assert outcome.plan is None and outcome.bounds is None


def test_a_household_larger_than_every_class_is_linked_without_a_dwelling() -> None:
    problem = dataclasses.replace(two_towns(), sizes=np.array([1, 1, 9]))
    outcome = solve_by_prices(problem)
    assert outcome.plan is not None
    assert outcome.plan.dwelling_class[2] == -1


def test_those_who_join_a_household_hold_no_dwelling() -> None:
    problem = dataclasses.replace(two_towns(), needs_dwelling=np.array([True, False, True]))
    outcome = solve_by_prices(problem)
    assert outcome.plan is not None
    assert outcome.plan.dwelling_class[1] == -1
    # Nobody competes for the small dwelling of town 0 any more: 50 + 40 + 60, one person over
    # there (40) and one short here (60), against 50 + 30 + 60 at the targets.
    assert outcome.bounds is not None and outcome.bounds.objective == 140


def test_progress_counts_up_to_its_total() -> None:
    seen: list[tuple[int, int]] = []
    solve_by_prices(two_towns(), on_progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1][0] == seen[-1][1]


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(1, 11))
def test_the_country_is_linked_within_the_promised_gap(seed: int) -> None:
    problem = make_problem(Recipe(7000, 352, seed=seed))
    outcome = solve_by_prices(problem)
    assert outcome.plan is not None and outcome.bounds is not None
    assert len(outcome.plan.municipality) == 7000
    assert outcome.bounds.difference <= 0.0015 * outcome.bounds.objective


@pytest.mark.nightly
def test_two_national_runs_agree_to_the_byte() -> None:
    problem = make_problem(Recipe(7000, 352, seed=2))
    first, second = solve_by_prices(problem), solve_by_prices(problem)
    assert first.prices is not None
    assert digest(first) == digest(second) == digest(replay_from_prices(problem, first.prices))
