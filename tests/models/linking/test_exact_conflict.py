from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from models.linking import conflict
from models.linking.conflict import find_conflicts
from models.linking.exact import solve_exactly
from models.linking.outcome import ConflictKind, LinkOutcome
from models.linking.problem import LinkProblem, QuotaPenalty
from models.solution import Bounds, SolverDisagreementError, Status
from tests.models.linking.exact_cases import draw, every_plan


def whole(values):
    return np.array(values, dtype=np.int64)


def problem_of(sizes, allowed, dwellings, **changes):
    """Classes for 1, for 1-2 and for 3-5 persons."""
    allowed = np.array(allowed, dtype=bool)
    H, M = allowed.shape
    problem = LinkProblem(
        sizes=whole(sizes),
        points=np.zeros((H, M), dtype=np.int64),
        allowed=allowed,
        needs_dwelling=np.ones(H, dtype=bool),
        without_dwelling=np.full(H, 500, dtype=np.int64),
        class_min=whole([1, 1, 3]),
        class_max=whole([1, 2, 5]),
        dwellings=whole(dwellings),
        quota=QuotaPenalty(np.zeros(M, np.int64), np.ones(M, np.int64)),
        may_lack_dwelling=False,
    )
    return replace(problem, **changes)


def test_a_household_with_nowhere_to_go_is_a_conflict_of_its_own_kind():
    problem = problem_of([1, 1], [[True], [False]], [[9, 9, 9]], may_lack_dwelling=True)
    outcome = solve_exactly(problem)
    assert outcome.status is Status.INFEASIBLE
    assert outcome.plan is outcome.bounds is None
    assert outcome.conflict.kind is ConflictKind.NO_OPEN_MUNICIPALITY
    assert (outcome.conflict.households, outcome.conflict.shortage) == ((1,), 1)
    assert outcome.conflict.municipalities == ()


def test_three_households_compete_for_two_dwellings():
    # Rows 1, 2, 3 fit only what is in 0 (one for singles, one for 1-2); row 0 may go to 1.
    allowed = [[True, True], [True, False], [True, False], [True, False]]
    (found,) = find_conflicts(problem_of([1, 1, 1, 2], allowed, [[1, 1, 3], [1, 0, 0]]))
    assert found.kind is ConflictKind.DWELLINGS
    assert (found.households, found.municipalities, found.shortage) == ((1, 2, 3), (0,), 1)


def test_conflicts_that_share_no_dwelling_are_named_apart_the_smallest_first():
    allowed = [[True, False], [False, True], [True, False], [False, True], [False, True]]
    found = find_conflicts(problem_of([1, 4, 1, 4, 4], allowed, [[1, 0, 5], [5, 5, 1]]))
    assert [one.households for one in found] == [(0, 2), (1, 3, 4)]
    assert [one.shortage for one in found] == [1, 2]
    assert [one.municipalities for one in found] == [(0,), (1,)]


def test_a_size_that_no_class_suits_is_a_conflict():
    (found,) = find_conflicts(problem_of([9, 1], [[True], [True]], [[1, 0, 0]]))
    assert (found.households, found.shortage) == ((0,), 1)


def test_who_needs_no_dwelling_is_in_no_conflict():
    needs = np.array([False, True])
    assert (
        find_conflicts(problem_of([1, 1], [[True], [True]], [[1, 0, 0]], needs_dwelling=needs))
        == ()
    )


def test_where_dwellings_may_lack_there_is_no_conflict_about_them():
    problem = problem_of([1, 1], [[True], [True]], [[0, 0, 0]], may_lack_dwelling=True)
    assert find_conflicts(problem) == ()


def test_a_conflict_is_named_exactly_when_counting_finds_no_plan():
    rng = np.random.default_rng(12)
    infeasible = 0
    for _ in range(250):
        problem = draw(rng, "must house")
        found = find_conflicts(problem)
        assert bool(found) == (not every_plan(problem))
        infeasible += bool(found)
        for one in found:
            assert some_can_stay_out(only(problem, list(one.households)), one.shortage)
    assert 60 <= infeasible <= 190


def some_can_stay_out(problem, count):
    """Whether a plan exists once ``count`` well chosen households stay out, and not with fewer."""

    def exists(out):
        H = problem.shape[0]
        for rows in map(list, combinations(range(H), H - out)):
            if not rows or every_plan(only(problem, rows)):
                return True
        return False

    return exists(count) and not exists(count - 1)


def only(problem, rows):
    return replace(
        problem,
        sizes=problem.sizes[rows],
        points=problem.points[rows],
        allowed=problem.allowed[rows],
        needs_dwelling=problem.needs_dwelling[rows],
        without_dwelling=problem.without_dwelling[rows],
        canonical=None,
    )


def test_a_cut_that_names_the_wrong_households_is_caught(monkeypatch):
    problem = problem_of([1, 1, 4], [[True], [True], [True]], [[1, 0, 1]])
    honest = conflict._left_out

    def lie(asked, rows):
        shortage, group = honest(asked, rows)
        return (shortage, rows) if len(rows) == 3 else (shortage, group)

    monkeypatch.setattr(conflict, "_left_out", lie)
    with pytest.raises(SolverDisagreementError, match="does not hold"):
        find_conflicts(problem)


@pytest.mark.parametrize(
    ("parts", "match"),
    [
        ({"plan": None, "bounds": Bounds(1, 1)}, "together"),
        ({"status": Status.INFEASIBLE}, "does not go with"),
        ({"bounds": Bounds(1, 0), "status": Status.FEASIBLE}, "below its own objective"),
        ({"bounds": Bounds(1, 2)}, "a bound that it reaches"),
        ({"plan": None, "bounds": None, "status": Status.INFEASIBLE}, "only a conflict"),
    ],
)
def test_an_outcome_that_contradicts_itself_is_refused(parts, match):
    whole_outcome = {
        "plan": object(),
        "status": Status.OPTIMAL,
        "bounds": Bounds(1, 1),
        "prices": None,
        "price_bound": None,
    }
    LinkOutcome(**whole_outcome)
    with pytest.raises(ValueError, match=match):
        LinkOutcome(**{**whole_outcome, **parts})
