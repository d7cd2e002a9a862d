"""Floors and pins: what an engine's answer is held against, and how prices of fit are halved."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from models.linking import fair_highest, fair_prices, fairness
from models.linking.fairness import floors_of
from models.linking.priced.closure import far_for
from models.linking.priced.improve import Improver
from models.linking.priced.layout import layout_of
from models.linking.priced.moves import Step
from models.linking.priced.passes import PriceRangeError
from models.linking.priced.pinning import _Choices, _program
from models.linking.priced.state import Places, place
from models.linking.problem import LinkPlan, LinkProblem, QuotaPenalty
from models.linking.search import Found
from models.solution import SolverDisagreementError, Status
from models.solver.milp import solve_with_highs


def two_by_two() -> LinkProblem:
    """Two alike, two municipalities, two classes and a dwelling of each in each."""
    return LinkProblem(
        sizes=np.array([1, 1]),
        points=np.zeros((2, 2), dtype=np.int64),
        allowed=np.ones((2, 2), dtype=np.bool_),
        needs_dwelling=np.ones(2, dtype=np.bool_),
        without_dwelling=np.array([7, 7]),
        class_min=np.array([1, 1]),
        class_max=np.array([2, 3]),
        dwellings=np.ones((2, 2), dtype=np.int64),
        quota=QuotaPenalty(np.array([1, 1]), np.array([1, 1]), 3, 5, 3, 5),
    )


@pytest.mark.parametrize(("most", "is_refused"), [(12, True), (13, False), (None, False)])
def test_a_plan_that_loses_more_than_was_asked_is_refused(
    most: int | None, is_refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = two_by_two()
    # One of them lacks a dwelling (7), and both are in one place: one short, one over (3 + 3).
    plan = LinkPlan(np.array([0, 0]), np.array([0, -1]))
    found = Found(plan, -13, is_best=True)
    monkeypatch.setattr(fairness, "read_plan", lambda *_: found)
    road = object.__new__(fairness._Road)
    road._problem = problem
    floors = replace(floors_of(problem, np.ones((2, 2), dtype=np.int64), 0), most_lost=most)
    if not is_refused:
        assert road._read(None, None, floors) is found
        return
    with pytest.raises(SolverDisagreementError, match="loses more"):
        road._read(None, None, floors)


def test_each_dwelling_that_is_pinned_to_is_one_of_its_own() -> None:
    problem = two_by_two()
    floors = floors_of(problem, np.ones((2, 2), dtype=np.int64), 0)
    for other, together in ((1, 2), (0, 1)):
        # The larger class of the first municipality beside the smaller of the second, or the same.
        first, second = (0, 1), (1, 0) if other else (0, 1)
        choices = _Choices(
            np.array([0, 0, 1, 1]),
            np.array([first[0], 0, second[0], 1]),
            np.array([first[1], -1, second[1], -1]),
            np.array([9.0, 0.0, 9.0, 0.0]),
        )
        answer = solve_with_highs(_program(problem, choices, floors, np.arange(2)))
        assert answer.status is Status.OPTIMAL and answer.values is not None
        assert answer.values[[0, 2]].sum() == together
        assert answer.values.sum() == 2


class _Thresholds:
    """A search that keeps the floor of a group from a number of steps on."""

    def __init__(self, needed: list[int]) -> None:
        self.needed = np.array(needed)
        self.floors = SimpleNamespace(best=self.needed)
        self.asked: list[list[int]] = []

    def solve(self, steps: np.ndarray, warm: object, effort: object) -> SimpleNamespace:
        self.asked.append(steps.tolist())
        return SimpleNamespace(plan=steps, prices=len(self.asked))

    def lacking(self, steps: np.ndarray) -> np.ndarray:
        return steps < self.needed


@pytest.mark.parametrize("needed", [[0, 1, 7], [10, 33, 2], [100, 0, 55], [0, 0, 0]])
def test_halving_finds_about_the_fewest_steps_that_keep_a_floor(needed: list[int]) -> None:
    search = _Thresholds(needed)
    plain = SimpleNamespace(plan=np.zeros(3, dtype=np.int64))
    steps, warm = fair_prices._guess(search, plain)
    assert warm == len(search.asked)
    assert not search.lacking(steps).any()
    assert (steps <= search.needed + np.maximum(1, search.needed // 8)).all()


@pytest.mark.parametrize("reachable", [900, 899, 740, 512, 12])
def test_levels_are_tried_from_the_highest_down_and_none_above_or_again(reachable: int) -> None:
    search, tried = object.__new__(fair_highest._Search), []
    search.kept = SimpleNamespace(level=10)

    def try_(level: int) -> bool:
        tried.append(level)
        if level <= reachable:
            search.kept.level = max(level, search.kept.level)
        return level <= reachable

    search._try = try_
    search.climb(900)
    assert len(set(tried)) == len(tried)
    assert all(10 <= level <= 900 for level in tried)
    assert search.kept.level <= reachable
    assert reachable - search.kept.level <= (900 - 10) // 4
    before = len(tried)
    search.climb(search.kept.level)
    assert len(tried) == before


def test_chains_are_added_in_the_smallest_numbers_that_hold_them() -> None:
    # Two municipalities: chains of up to four hops of twice the span and one.
    for most, expected in (
        (33_554_431, (np.int32, 1 << 28)),
        (33_554_432, (np.int64, 1 << 60)),
        ((1 << 57) - 1, (np.int64, 1 << 60)),
    ):
        assert far_for(at_points(0, most)) == expected
        assert far_for(at_points(-9, most - 9)) == expected
    # What a household without a dwelling loses counts too.
    assert far_for(at_points(7, 33_554_431, lack=7))[0] is np.int32
    assert far_for(at_points(7, 33_554_431, lack=8))[0] is np.int64
    with pytest.raises(PriceRangeError, match="64 bits"):
        far_for(at_points(0, 1 << 57))


def at_points(least: int, most: int, lack: int = 0) -> Places:
    problem = replace(
        two_by_two(),
        points=np.array([[least, most], [least, least]]),
        without_dwelling=np.array([0, lack]),
    )
    where = np.zeros(2, dtype=np.int64)
    return place(problem, layout_of(problem), where, np.ones(2, dtype=np.bool_))


def test_a_surprise_is_usual_from_the_tenth_on() -> None:
    places = at_points(0, 5)
    improver = Improver(places, None)
    step = Step(0, 1, 0, 1)
    assert improver._usual_surprise(step) == 0
    improver.surprise[0, 1] = (95, 9)
    assert improver._usual_surprise(step) == 0
    improver.surprise[0, 1] = (95, 10)
    assert improver._usual_surprise(step) == 9
