"""Floors under the fit of household sizes by prices, against every plan counted."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from models.linking import fair_prices
from models.linking.fair_prices import solve_fairly_by_prices
from models.linking.fairness import floors_of
from models.linking.ordered import Weights, weigh
from models.linking.outcome import LinkOutcome
from models.linking.problem import LinkPlan, LinkPrices, bound_of, check_plan, value_of
from models.solution import Bounds, Status
from tests.models.linking.exact_cases import KINDS, draw
from tests.models.linking.test_fairness import every


def proven(problem, fits, floors, outcome, per_fit):
    """What prices of persons, dwellings and fit prove, by the plain formula."""
    scale = outcome.prices.scale
    priced = weigh(problem, Weights(scale, scale, scale))
    priced.points[:] += per_fit[floors.group][:, None] * fits
    alone = LinkPrices(outcome.prices.per_person, outcome.prices.per_dwelling, 1)
    return (bound_of(priced, alone) - int((per_fit * floors.least).sum())) // scale


def check(rng, kind, seen):
    problem = draw(rng, kind)
    fits = rng.integers(0, 900, problem.points.shape)
    level = int(rng.integers(800, 1001))
    found = solve_fairly_by_prices(problem, fits, level)
    floors = floors_of(problem, fits, level)
    kept = [plan for plan in every(problem) if (floors.shares(plan) >= level).all()]
    if found.outcome.prices is not None and found.per_fit is not None:
        bound = proven(problem, fits, floors, found.outcome, found.per_fit)
        assert bound == found.outcome.price_bound
        assert all(value_of(problem, plan) <= bound for plan in kept)
    if found.outcome.plan is None:
        assert found.outcome.status is Status.UNKNOWN
        assert not (kept and problem.may_lack_dwelling), "single moves always reach a floor here"
        seen["none"] += 1
        return
    check_plan(problem, found.outcome.plan)
    assert (floors.shares(found.outcome.plan) >= level).all()
    assert found.outcome.bounds.objective == value_of(problem, found.outcome.plan)
    assert found.plain.bounds.objective >= found.outcome.bounds.objective
    best = max(value_of(problem, plan) for plan in kept)
    seen["best"] += found.outcome.bounds.objective == best
    seen["raised"] += bool(found.per_fit.any())
    seen["plans"] += 1
    seen["needed"] += found.outcome.bounds.objective < found.plain.bounds.objective


def run(seed, rounds):
    rng, seen = np.random.default_rng(seed), Counter()
    for _ in range(rounds):
        for kind in KINDS:
            check(rng, kind, seen)
    return seen


def test_floors_by_prices_hold_and_no_plan_beats_their_bound():
    seen = run(1, 2)
    assert seen["plans"] > 8 and seen["needed"] > 3 and seen["raised"], seen


@pytest.mark.nightly
def test_floors_by_prices_hold_in_many_more():
    seen = run(2, 40)
    assert seen["plans"] > 180 and seen["needed"] > 60 and seen["raised"] > 30, seen
    assert seen["best"] > seen["plans"] // 2, seen


class Thresholds:
    """A search in which a group keeps its floor from so many steps on, or never."""

    def __init__(self, needs, crowded=0):
        self.needs, self.crowded = np.array(needs), crowded
        self.floors = SimpleNamespace(best=np.zeros(len(needs)))
        self.tried, self.warm = [], []

    def lacking(self, steps):
        # The first group is crowded out by what the last one is raised by.
        pushed = np.zeros_like(self.needs)
        pushed[0] = self.crowded * steps[-1]
        return steps < self.needs + pushed

    def solve(self, steps, warm, effort):
        assert effort is fair_prices.QUICK
        self.warm.append(warm)
        self.tried.append(tuple(steps.tolist()))
        return SimpleNamespace(plan=steps, prices=len(self.tried))


GUESSES = {
    # Twice as many until the floor is kept, then half of what lies between.
    (0, 8): [(0, 8), (0, 4), (0, 6), (0, 7)],
    (0, 1): [(0, 8), (0, 4), (0, 2), (0, 1)],
    (0, 9): [(0, 8), (0, 16), (0, 12), (0, 10), (0, 9)],
    # A sixteenth is near enough.
    (0, 40): [(0, 8), (0, 16), (0, 32), (0, 64), (0, 48), (0, 40), (0, 36), (0, 38)],
    # Beyond 64 points nothing is tried, and no more than ten times.
    (0, 600): [(0, 8), (0, 16), (0, 32), (0, 64), (0, 128), (0, 256)] + 4 * [(0, 512)],
    (0, 0): [(0, 0)],
}
CROWDED = {
    # What the second group is raised by, once or twice over, the first one needs as well.
    (0, 12, 1): [
        (0, 8),
        (1, 16),
        (2, 12),
        (4, 10),
        (8, 11),
        (16, 12),
        (12, 12),
        (10, 12),
        (11, 12),
    ],
    (5, 12, 2): [(8, 8), (16, 16), (32, 12), (24, 10), (28, 11), (26, 12), (27, 12)],
}


@pytest.mark.parametrize("case", [*GUESSES, *CROWDED])
def test_steps_of_fit_are_doubled_and_then_halved(case):
    first, second, *crowded = case
    search = Thresholds([first, second], *crowded)
    found, warm = fair_prices._guess(search, SimpleNamespace(plan=np.zeros(2, dtype=np.int64)))
    assert search.tried == {**GUESSES, **CROWDED}[case]
    assert search.warm == [None, *range(1, len(search.tried))]
    assert warm == len(search.tried)
    kept = {(0, 600): [0, 512], (0, 12, 1): [12, 12], (5, 12, 2): [28, 12]}
    assert found.tolist() == kept.get(case, [first, second])


def outcome(objective=None, bound=None):
    """An outcome with a plan of its own, or none."""
    if objective is None:
        return LinkOutcome(None, Status.UNKNOWN, None, None, None)
    plan = LinkPlan(np.array([objective]), np.array([0]))
    status = Status.OPTIMAL if objective == bound else Status.FEASIBLE
    return LinkOutcome(plan, status, Bounds(objective, bound), None, None)


@pytest.mark.parametrize(
    ("fair", "objective", "status"),
    [
        (outcome(), 10, Status.FEASIBLE),
        (outcome(9, 12), 10, Status.FEASIBLE),
        (outcome(10, 11), 10, Status.FEASIBLE),
        (outcome(11, 12), 11, Status.FEASIBLE),
        (outcome(15, 15), 15, Status.OPTIMAL),
    ],
)
def test_a_better_plan_with_floors_is_a_better_plan_without(fair, objective, status):
    plain = outcome(10, 15)
    found = fair_prices._no_worse(plain, fair)
    assert (found.bounds, found.status) == (Bounds(objective, 15), status)
    assert found.plan is (fair.plan if objective > 10 else plain.plan)
