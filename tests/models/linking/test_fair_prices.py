"""Floors under the fit of household sizes by prices, against every plan counted."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from models.linking.fair_prices import solve_fairly_by_prices
from models.linking.fairness import floors_of
from models.linking.ordered import Weights, weigh
from models.linking.problem import LinkPrices, bound_of, check_plan, value_of
from models.solution import Status
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
