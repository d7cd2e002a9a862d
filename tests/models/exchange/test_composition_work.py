"""What a search of household requests comes to when its work is spent."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from benchmarks.composition import instance
from models.exchange import compose
from models.exchange.compose import GOALS, solve_composition
from models.exchange.composition import CompositionProblem, check_packages
from models.exchange.composition_cover import Cover, cover
from models.exchange.composition_known import divide_by_known
from models.exchange.composition_lightest import Members
from models.exchange.composition_parts import parts_of
from models.exchange.composition_work import Work
from models.solver.limits import Limits
from models.solver.progress import listening
from tests.models.exchange.composition_cases import ENOUGH
from tests.models.exchange.test_composition import make
from tests.models.exchange.test_composition_cover import drawn_in_kind


def test_bounds_hold_whatever_work_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = [part.problem for seed in range(12) for part in parts_of(drawn_in_kind(seed))]
    problems = [problem for problem in problems if len(problem.pairs)]
    works = (0, 50, 500, ENOUGH)
    found = [[cover(problem, 20_000, Work(work)) for work in works] for problem in problems]
    monkeypatch.setattr("models.exchange.composition_changes.MOST_CHANGES", 0)
    reached = dict.fromkeys(works, 0)
    for problem, covers in zip(problems, found, strict=True):
        whole = solve_composition(problem)
        best = [int(whole.stage(goal).objective) for goal in GOALS]
        for work, known in zip(works, covers, strict=True):
            if known.packages is not None:
                check_packages(problem, known.packages)
                assert [compose.measure(problem, known.packages, goal) for goal in GOALS] >= best
            for goal, value in zip(GOALS, best, strict=True):
                assert known.bounds.get(goal, 0) <= value
                if known.bounds.get(goal) != value:
                    break
            else:
                reached[work] += 1
    assert reached[0] < reached[ENOUGH]


def test_a_request_ends_with_a_plan_though_no_work_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = instance(4, 30, 4)
    monkeypatch.setattr(compose, "MOST_WORK", 30_000)
    outcome = solve_composition(problem)
    for goal in ("left_over", "agreements"):
        assert outcome.stage(goal).bounds.is_closed
    # Of some twelve groups no search has shown that there are no lighter ones.
    households = outcome.stage("households").bounds
    assert households.bound < households.objective < 2 * households.bound


def test_what_a_part_leaves_is_for_those_that_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted, spent = [], iter((10, 100, 0))

    def spend(problem: CompositionProblem, nodes: int, work: Work) -> Cover:
        wanted.append(work.left)
        work.spend(next(spent))
        return Cover(None)

    lacking, having = [[0, 0, 1], [4, 0, 0]], [[4, 0, 0], [0, 0, 1]]
    problem = make(lacking * 3, having * 3)
    pairs = np.array([[0, 1], [2, 3], [4, 5]])
    problem = CompositionProblem(
        problem.expected,
        problem.sizes,
        problem.dwellings,
        problem.class_min,
        problem.class_max,
        pairs,
        problem.most_members,
    )
    monkeypatch.setattr(compose, "cover", spend)
    monkeypatch.setattr(compose, "MOST_WORK", 90)
    told: list[tuple[int, int]] = []
    with listening(lambda done, total: told.append((done, total))):
        solve_composition(problem)
    assert wanted == [30, 40, 40]
    # A part that takes more than its share leaves the others theirs: 10 and 50 of 90.
    assert told == [(11, 100), (55, 100)]


def test_a_long_search_says_how_much_of_its_work_is_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem, told = instance(4, 30, 4), []
    monkeypatch.setattr(compose, "MOST_WORK", 30_000)
    with listening(lambda done, total: told.append(done)):
        heard = solve_composition(problem)
    assert told == sorted(set(told))
    assert len(told) >= 10
    assert told[-1] == 100
    assert heard == solve_composition(problem)


@pytest.mark.parametrize("seed", range(8))
def test_known_groups_are_as_many_as_can_be_and_then_as_light(seed: int) -> None:
    rng, parties = np.random.default_rng(seed), 6
    every = [m for k in (1, 2, 3) for m in itertools.combinations(range(parties), k)]
    drawn = rng.choice(len(every), 14, replace=False)
    known = {every[place]: int(rng.integers(1, 9)) for place in drawn}

    def divisions(rest: frozenset[int]) -> list[tuple[Members, ...]]:
        if not rest:
            return [()]
        own = [m for m in known if min(rest) in m and rest.issuperset(m)]
        return [(m, *more) for m in own for more in divisions(rest - set(m))]

    ways = divisions(frozenset(range(parties)))
    found = divide_by_known(known, parties, Limits(nodes=1_000))
    if not ways:
        assert found is None
        return
    assert found is not None
    weighed = [(-len(way), sum(known[m] for m in way)) for way in ways]
    assert (-len(found), sum(known[m] for m in found)) == min(weighed)
    assert sorted(itertools.chain.from_iterable(found)) == list(range(parties))


def test_a_search_that_costs_more_than_is_left_is_not_begun() -> None:
    work = Work(100)
    assert not work.search(3)
    assert work.left == 100
    assert work.search(2)
    assert work.left == 20
    assert not work.is_spent
    work.choose(1)
    assert work.is_spent
