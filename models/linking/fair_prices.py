"""Floors under the fit of each group beyond the exact road: a price per group and point of fit.

For any prices ν_g ≥ 0 the best plan of the problem in which a point of fit of group g earns ν_g
more, less Σ ν_g · floor_g, is worth no less than the best plan that keeps the floors. So every
ν tried proves a bound, and the plans found on the way that keep the floors are candidates.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.linking.fairness import FairOutcome, Floors, floors_of
from models.linking.ordered import Weights, goals_of, weigh
from models.linking.outcome import LinkOutcome
from models.linking.priced.floors import raised
from models.linking.priced.layout import layout_of
from models.linking.prices import QUICK, Effort, solve_by_prices
from models.linking.problem import IntArray, LinkPlan, LinkPrices, LinkProblem, value_of
from models.solution import Bounds, Status

STEPS = 8
"""Steps of ν in one point for a point of fit."""
_ROUNDS, _LAST = 10, 2
"""Effort: rounds of halving, and of raising afterwards."""
_MOST = 64 * STEPS
"""Effort: steps beyond which no group is raised any further."""


@dataclass(slots=True)
class _Best:
    """The best plan that keeps the floors and the least bound, with what proves it."""

    plan: LinkPlan | None = None
    value: int = 0
    bound: int | None = None
    prices: LinkPrices | None = None
    steps: IntArray | None = None
    """Price of a point of fit per group, in points x scale of the prices, shape (G,)."""
    engines: frozenset[str] = frozenset()


def solve_fairly_by_prices(problem: LinkProblem, fits: IntArray, level: int) -> FairOutcome:
    """Find a good plan with a floor for every household size, and bound all such plans.

    Parameters
    ----------
    problem
        A problem for the price road.
    fits
        Fit of every pair, shape (H, M) [points], non-negative.
    level
        The floor in thousandths of each group's best.

    Returns
    -------
    FairOutcome
        ``FEASIBLE`` with a bound for plans that keep the floors; ``UNKNOWN`` where no plan with
        them was found, which says nothing about existence. ``per_fit`` proves the bound.

    Notes
    -----
    The prices per group are found by halving: a quick plan at each guess says which groups stay
    below their floor. The last solves are whole ones.
    """
    plain = solve_by_prices(problem)
    if plain.plan is None or not len(problem.sizes):
        return FairOutcome(plain, level, plain, 0)
    goals = goals_of(problem, plain.plan)
    lost = goals.lacking + goals.missed
    floors = floors_of(problem, fits, level)
    search = _Search(problem, fits, floors)
    search.note(np.zeros_like(floors.best), plain, 1)
    if search.lacking(plain.plan).any():
        steps, warm = _guess(search, plain)
        for _ in range(_LAST):
            found = search.solve(steps, warm, Effort())
            lacking = search.lacking(found.plan)
            warm = found.prices
            if not lacking.any():
                break
            steps = np.minimum(steps + lacking * np.maximum(1, steps // 16), _MOST)
    outcome = search.outcome()
    plain = _no_worse(plain, outcome)
    return FairOutcome(outcome, level, plain, lost, per_fit=search.best.steps)


def _no_worse(plain: LinkOutcome, fair: LinkOutcome) -> LinkOutcome:
    """A plan with floors is one without too: the better of both stands for the latter."""
    assert plain.bounds is not None
    if fair.bounds is None or fair.bounds.objective <= plain.bounds.objective:
        return plain
    bounds = Bounds(fair.bounds.objective, plain.bounds.bound)
    status = Status.OPTIMAL if bounds.is_closed else Status.FEASIBLE
    return replace(plain, plan=fair.plan, bounds=bounds, status=status)


def _guess(search: _Search, plain: LinkOutcome) -> tuple[IntArray, LinkPrices | None]:
    """Steps per group at which a quick plan keeps the floors, as few as halving finds."""
    groups = len(search.floors.best)
    low, high = np.full(groups, -1, dtype=np.int64), np.full(groups, -1, dtype=np.int64)
    lacking = search.lacking(plain.plan)
    low[lacking] = 0
    # A group that keeps its floor by itself is raised by nothing, until others crowd it out.
    high[~lacking] = 0
    warm = None
    steps = np.where(lacking, STEPS, 0)
    for _ in range(_ROUNDS):
        found = search.solve(steps, warm, QUICK)
        warm = found.prices
        lacking = search.lacking(found.plan)
        low = np.where(lacking, np.maximum(low, steps), low)
        high = np.where(lacking, np.where(high <= steps, -1, high), steps)
        low = np.minimum(low, np.where(high >= 0, high - 1, low))
        open_ended = np.where(steps > 0, 2 * steps, 1)
        halved = (low + high + 1) // 2
        steps = np.minimum(np.where(high < 0, open_ended, halved), _MOST)
        if (high >= 0).all() and (high - low <= np.maximum(1, high // 16)).all():
            break
    return np.where(high >= 0, high, steps), warm


class _Search:
    """One problem under floors, at several prices of fit."""

    def __init__(self, problem: LinkProblem, fits: IntArray, floors: Floors) -> None:
        self.problem, self.fits, self.floors = problem, fits, floors
        self.best = _Best()
        self._layout = layout_of(problem)
        self._weighed = weigh(problem, Weights(STEPS, STEPS, STEPS))

    def lacking(self, plan: LinkPlan | None) -> np.ndarray:
        """Groups below their floor, shape (G,); all where there is no plan."""
        if plan is None:
            return np.ones(len(self.floors.best), dtype=np.bool_)
        return np.asarray(self.floors.shares(plan) < self.floors.level)

    def solve(self, steps: IntArray, warm: LinkPrices | None, effort: Effort) -> LinkOutcome:
        """Solve with ``steps`` per point of fit of each group, and keep what it proves."""
        points = self._weighed.points + steps[self.floors.group][:, None] * self.fits
        priced = replace(self._weighed, points=points, canonical=None)
        found = solve_by_prices(priced, warm=warm, effort=effort)
        self.note(steps, found, STEPS)
        return found

    def note(self, steps: IntArray, found: LinkOutcome, weight: int) -> None:
        """Keep a better plan or bound; the problem weighed every point ``weight`` times."""
        best = self.best
        best.engines |= set(found.engines)
        plan = found.plan
        if plan is not None and self.lacking(plan).any():
            floors = self.floors
            plan = raised(self.problem, self._layout, plan, self.fits, floors.group, floors.least)
        if plan is not None:
            value = value_of(self.problem, plan)
            if best.plan is None or value > best.value:
                best.plan, best.value = plan, value
        if found.price_bound is None or found.prices is None:
            return
        bound = (found.price_bound - int((steps * self.floors.least).sum())) // weight
        if best.bound is None or bound < best.bound:
            prices = replace(found.prices, scale=weight * found.prices.scale)
            best.bound, best.prices, best.steps = bound, prices, steps * found.prices.scale

    def outcome(self) -> LinkOutcome:
        """What stands."""
        best = self.best
        engines = tuple(sorted(best.engines))
        if best.plan is None or best.bound is None:
            return LinkOutcome(None, Status.UNKNOWN, None, best.prices, best.bound, engines)
        bounds = Bounds(best.value, best.bound)
        status = Status.OPTIMAL if bounds.is_closed else Status.FEASIBLE
        return LinkOutcome(best.plan, status, bounds, best.prices, best.bound, engines)
