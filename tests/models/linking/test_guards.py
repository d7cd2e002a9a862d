"""Floors and pins: what an engine's answer is held against, and how prices of fit are halved."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.linking_instances import Recipe, make_problem
from models.linking import fair_highest, fair_prices, fairness
from models.linking.fairness import WHOLE, floors_of
from models.linking.ordered import goals_of
from models.linking.priced.closure import far_for
from models.linking.priced.dual import no_prices
from models.linking.priced.improve import Improver
from models.linking.priced.layout import layout_of
from models.linking.priced.moves import Step
from models.linking.priced.nearby import Nearby, highest_near, near
from models.linking.priced.passes import PriceRangeError
from models.linking.priced.sided import SidedAnswer
from models.linking.priced.state import Places, place
from models.linking.problem import LinkPlan, LinkProblem, QuotaPenalty
from models.linking.search import Found
from models.solution import SolverDisagreementError


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


def test_near_a_plan_its_own_places_and_a_counted_number_of_others_stay_open() -> None:
    problem = make_problem(Recipe(60, 8, 3))
    fits = make_problem(Recipe(60, 8, 3, fit_alone=True)).points.astype(np.int64)
    layout, none = layout_of(problem), no_prices(problem)
    floors = floors_of(problem, fits, 900)
    answer = SidedAnswer(none, np.zeros(60), np.zeros(len(floors.best)), 0.0, 0.0)
    plan = LinkPlan(problem.allowed.argmax(axis=1), np.full(60, -1))
    for pairs in (0, 25, 70):
        few = near(problem, layout, answer, floors, plan, Nearby(pairs, 2, 0))
        assert few.allowed[np.arange(60), plan.municipality].all()
        assert few.allowed.sum() == 60 + pairs
        assert not (few.allowed & ~problem.allowed).any()
    # A small group that lags gets its best places by points and by fit whatever they cost.
    few = near(problem, layout, answer, floors, plan, Nearby(0, 1, 60))
    lagging = floors.shares(plan)[floors.group] < 900
    who = np.flatnonzero(lagging & (problem.allowed.sum(axis=1) > 1))
    assert len(who) > 5
    best, among = (np.where(one, fits, -1).max(axis=1) for one in (problem.allowed, few.allowed))
    assert (best[who] == among[who]).all()
    assert (few.allowed[~lagging].sum(axis=1) == 1).all()


def test_the_highest_floor_among_few_choices_keeps_to_the_limit_on_lost_points() -> None:
    problem = replace(two_by_two(), sizes=np.array([1, 2]), dwellings=np.ones((2, 2), np.int64))
    # Both fit best in the first municipality; together there they lose 3 + 5 over and 3 short.
    fits = np.array([[10, 6], [10, 4]])
    floors = floors_of(problem, fits, 0)
    levels = {}
    for most_lost in (100, 3, 0):
        plan = highest_near(problem, replace(floors, most_lost=most_lost), WHOLE, 100)
        if plan is not None:
            goals = goals_of(problem, plan)
            assert goals.lacking + goals.missed <= most_lost
            levels[most_lost] = int(floors.shares(plan).min())
    assert levels == {100: 1000, 3: 600}
    plan = highest_near(problem, replace(floors, most_lost=100), 700, 100)
    assert plan is not None and floors.shares(plan).min() >= 700


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


@pytest.mark.parametrize(
    ("gains", "asked"),
    [
        ([0, 0, 0, 0, 0], [(455, 1), (455, 2), (455, 4)]),
        ([90, 90, 90, 90, 90], [(455, 1), (500, 1), (545, 1), (590, 1), (635, 1)]),
        ([90, 2, 0, 90, 0], [(455, 1), (500, 1), (501, 2), (501, 4), (546, 4)]),
        ([889], [(455, 1)]),
    ],
)
def test_a_higher_floor_is_looked_for_further_off_only_where_none_is_near(
    gains: list[int], asked: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    search, seen, left = object.__new__(fair_highest._Search), [], list(gains)
    search.kept = SimpleNamespace(level=10)
    search.problem = None
    search._floors = lambda level: SimpleNamespace(level=level)
    search._prices_at = lambda floors: floors
    search._near = lambda answer, floors, wider: seen.append((floors.level, wider)) or seen

    def keep(gain: int) -> None:
        search.kept.level += gain

    search._keep = keep
    monkeypatch.setattr(fair_highest, "highest_near", lambda *_: left.pop(0))
    monkeypatch.setattr(fair_highest, "best_near", lambda *_: 0)
    search.climb(900)
    assert seen == asked


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
