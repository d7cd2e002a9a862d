"""Exchange of household sizes by prices and groups that settle among themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.exchange import CompositionProblem, compose, solve_composition
from models.exchange.composition import left_over
from models.exchange.composition_changes import changes_of, divisions, persons_left
from models.exchange.composition_cover import cover
from models.exchange.composition_prices import priced
from models.solution import SolverDisagreementError
from tests.models.exchange.test_composition import GOALS, best_by_enumeration, make


def drawn(seed: int, parties: int, most: int = 3) -> CompositionProblem:
    """Draw a problem of three sizes."""
    rng = np.random.default_rng(seed)
    shape = (parties, 3)
    return make(rng.integers(0, most, shape).tolist(), rng.integers(0, most, shape).tolist())


def test_many_assignments_at_once_are_each_the_best() -> None:
    rng = np.random.default_rng(4)
    for _ in range(40):
        sizes, fits = rng.integers(1, 6, 4), rng.random((4, 3)) < 0.6
        households, dwellings = rng.integers(0, 4, (5, 4)), rng.integers(0, 4, 3)
        found = persons_left(households, dwellings, fits, sizes)
        assert found.tolist() == [left_over(row, dwellings, fits, sizes) for row in households]


def test_all_ways_to_divide_persons_are_there_once() -> None:
    ways = divisions(7, np.array([2, 1, 4]), np.array([2, 4, 9]))
    assert ways is not None
    wanted = {(a, 7 - 2 * a - 4 * c, c) for a in range(3) for c in range(2)}
    assert sorted(map(tuple, ways.tolist())) == sorted(w for w in wanted if 0 <= w[1] <= 4)


def test_prices_never_promise_more_than_the_best_packages_reach() -> None:
    tight = 0
    for seed in range(25):
        problem = drawn(seed, 3)
        changes = changes_of(problem)
        assert changes is not None
        bound, best = priced(changes).bound, best_by_enumeration(problem)[0]
        assert bound <= best
        tight += bound == best
    assert tight >= 15


def test_groups_and_the_whole_program_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = [drawn(seed, 4 + seed % 2, 4) for seed in range(8)]
    covered = [solve_composition(problem) for problem in problems]
    assert sum(cover(problem, 20_000).packages is not None for problem in problems) >= 4
    monkeypatch.setattr("models.exchange.composition_changes.MOST_CHANGES", 0)
    for problem, outcome in zip(problems, covered, strict=True):
        whole = solve_composition(problem)
        for goal in GOALS:
            assert outcome.stage(goal).bounds == whole.stage(goal).bounds


def test_a_bound_that_a_plan_beats_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = make([[0, 0, 1], [4, 0, 0]], [[4, 0, 0], [0, 0, 1]])
    honest = cover(problem, 1_000)
    for goal in GOALS:
        wrong = replace(honest, bounds={**honest.bounds, goal: honest.bounds[goal] + 1})
        monkeypatch.setattr(compose, "cover", lambda *_, wrong=wrong: wrong)
        with pytest.raises(SolverDisagreementError, match="beats a bound"):
            solve_composition(problem)
