"""One goal before the next: dwellings in view, then quotas, then points, with a bound for each.

The later goals are weighed, not fixed by rows: both roads stay as they are. For any weights the
bound of the weighed problem proves a bound for its own goal among the plans that do no worse in
the earlier ones, so no weight has to be large. Larger ones only make the plan keep to the order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from models.linking.by_groups import GroupEffort, prices_of_equals
from models.linking.outcome import LinkOutcome
from models.linking.prices import replay_from_prices, solve_by_prices
from models.linking.problem import NO_DWELLING, LinkPlan, LinkProblem
from models.solution import Bounds, Status
from models.solver.milp import highs_version

Road = Callable[[LinkProblem], LinkOutcome]
"""Solves one problem; ``models.linking.exact.solve_exactly`` or ``solve_by_prices``."""

_FIRST, _GROWTH, _ROUNDS = 1, 8, 4
"""Effort: the first weight of a goal, how it grows, and how often."""
_MANY = 1_000
"""Effort: households beyond which equal ones share a row where points do not count."""
_EQUALS = GroupEffort(close=1e-6)
_SAFE = 2**40
"""Points up to which an engine still tells one plan from the next in its floating numbers."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a point, a point lost without a dwelling and one lost on quotas weigh in a problem."""

    points: int
    dwelling: int
    quota: int


@dataclass(frozen=True, slots=True)
class Goals:
    """What a plan attains; the two losses are better the smaller they are."""

    lacking: int
    """Points lost by links without a dwelling in view."""
    missed: int
    """Points lost by missed quotas."""
    points: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """Sorts plans by the goals in their order, the best first."""
        return (self.lacking, self.missed, -self.points)

    def of(self, weights: Weights) -> int:
        """What the weighed problem makes of them."""
        losses = weights.dwelling * self.lacking + weights.quota * self.missed
        return weights.points * self.points - losses


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One goal: what the plan attains, the bound on it, and the weighed problem that proves it.

    Objective and bound are to be as large as can be, so a loss is below zero. The bound is for
    plans that do no worse in the earlier goals than the plan that is proposed.
    """

    weights: Weights
    outcome: LinkOutcome
    """Of the weighed problem, whose own plan need not be the one proposed."""
    objective: int
    bound: int
    price_bound: int
    """What the prices of the weighed problem prove alone."""


@dataclass(frozen=True, slots=True, eq=False)
class OrderedOutcome:
    """A plan with the bound of its last goal, and all three levels; none where no plan is."""

    outcome: LinkOutcome
    levels: tuple[Level, ...] = ()


def weigh(problem: LinkProblem, weights: Weights) -> LinkProblem:
    """The same plans, with other weights; the canonical plan only where points count."""
    quota = problem.quota
    return replace(
        problem,
        points=weights.points * problem.points,
        without_dwelling=weights.dwelling * problem.without_dwelling,
        quota=replace(
            quota,
            short_first=weights.quota * quota.short_first,
            short_beyond=weights.quota * quota.short_beyond,
            over_first=weights.quota * quota.over_first,
            over_beyond=weights.quota * quota.over_beyond,
            beyond_most=max(weights.points, weights.dwelling, weights.quota) * quota.beyond_most,
        ),
        canonical=problem.canonical if weights.points else None,
    )


def goals_of(problem: LinkProblem, plan: LinkPlan) -> Goals:
    """What a plan attains in each goal, recomputed in whole numbers."""
    persons = np.zeros(problem.shape[1], dtype=np.int64)
    np.add.at(persons, plan.municipality, problem.sizes)
    lacking = problem.needs_dwelling & (plan.dwelling_class == NO_DWELLING)
    earned = problem.points[np.arange(problem.shape[0]), plan.municipality]
    return Goals(
        int(problem.without_dwelling[lacking].sum(dtype=np.int64)),
        int(problem.quota.at(persons).sum(dtype=np.int64)),
        int(earned.sum(dtype=np.int64)),
    )


def solve_ordered(problem: LinkProblem, road: Road) -> OrderedOutcome:
    """Find a plan that is best in the first goal, among those in the second, then in points.

    Parameters
    ----------
    problem
        The problem with its ordinary weights.
    road
        What solves a problem. The first two goals try the price road first: where its bound
        closes, it proves more than an engine's word.

    Returns
    -------
    OrderedOutcome
        The plan with three levels, or what the road says where it gives none.

    Notes
    -----
    With L, Q, F the losses and points of a plan, and B(a, w, v) a bound on a·F − w·L − v·Q: among
    the plans that lose no more than L on dwellings, −Q ≤ B(0, w, 1) + w·L; among those that also
    lose no more than Q on quotas, F ≤ B(1, w, v) + w·L + v·Q. Weights grow eightfold until the
    plan of a stage does no worse in the earlier goals, at most four times; every problem tried
    proves a bound, and the least stands.
    """
    first = _by_prices_first(weigh(problem, Weights(0, 1, 0)), road)
    if first.plan is None:
        return OrderedOutcome(first)
    stages = [[(Weights(0, 1, 0), first)]]
    best, plan = goals_of(problem, first.plan), first.plan
    for points in (0, 1):
        # The last stage weighs dwellings against quotas as the stage before found it has to.
        ratio = stages[-1][-1][0].dwelling
        tried = list(_growing(problem, points, best, road, ratio))
        plans = [own.plan for _, own in tried if own.plan is not None]
        if not plans:
            return OrderedOutcome(tried[-1][1])
        goals = [goals_of(problem, own) for own in plans]
        best, plan = min(zip(goals, plans, strict=True), key=lambda pair: pair[0].rank)
        stages.append([pair for pair in tried if pair[1].plan is not None])
    # Every problem that was tried bounds its goal; the least bound stands.
    levels = tuple(
        min((_level(*pair, best) for pair in tried), key=lambda level: level.bound)
        for tried in stages
    )
    return OrderedOutcome(_outcome(plan, levels), levels)


def _by_prices_first(problem: LinkProblem, road: Road) -> LinkOutcome:
    if not len(problem.sizes):
        return road(problem)
    found = _without_points(problem)
    return found if found.status is Status.OPTIMAL or road is solve_by_prices else road(problem)


def _without_points(problem: LinkProblem) -> LinkOutcome:
    """The price road where points do not count: many households are equal then."""
    is_large = len(problem.sizes) > _MANY and bool(problem.allowed.any(axis=1).all())
    prices = prices_of_equals(problem, _EQUALS) if is_large else None
    if prices is None:
        return solve_by_prices(problem)
    found = replay_from_prices(problem, prices)
    return replace(found, engines=tuple(sorted({*found.engines, highs_version()})))


def _growing(
    problem: LinkProblem, points: int, best: Goals, road: Road, ratio: int
) -> Iterator[tuple[Weights, LinkOutcome]]:
    """Solve with growing weights until no earlier goal does worse than it did."""
    weight = _FIRST
    for turn in range(_ROUNDS):
        weights = Weights(points, weight * ratio, weight if points else 1)
        weighed = weigh(problem, weights)
        outcome = road(weighed) if points else _by_prices_first(weighed, road)
        yield weights, outcome
        if outcome.plan is None:
            return
        own = goals_of(problem, outcome.plan)
        is_kept = own.lacking <= best.lacking and (not points or own.missed <= best.missed)
        # Where a gap is left, one more weight often finds a better plan of the same order.
        is_kept = is_kept and (turn > 0 or outcome.status is Status.OPTIMAL)
        if is_kept or turn == _ROUNDS - 1 or not _is_safe(problem, weight * _GROWTH * ratio):
            return
        weight *= _GROWTH


def _is_safe(problem: LinkProblem, weight: int) -> bool:
    """Whether all that the weighed problem can add up stays where engines can be trusted."""
    quota = problem.quota
    rate = max(quota.short_beyond, quota.over_beyond)
    persons = int(problem.sizes.sum()) + int(quota.target.sum())
    most = int(np.abs(problem.points).max(initial=0)) * problem.shape[0]
    most += weight * (int(problem.without_dwelling.sum()) + rate * persons)
    return most < _SAFE


def _level(weights: Weights, outcome: LinkOutcome, goals: Goals) -> Level:
    """Bound of one goal among the plans that do no worse in the earlier ones."""
    assert outcome.bounds is not None
    assert outcome.price_bound is not None
    earlier = goals.of(replace(weights, points=0))
    if weights.points:
        own = goals.points
    elif weights.quota:
        own, earlier = -goals.missed, -weights.dwelling * goals.lacking
    else:
        own, earlier = -goals.lacking, 0
    bound, by_prices = outcome.bounds.bound - earlier, outcome.price_bound - earlier
    return Level(weights, outcome, own, bound, by_prices)


def _outcome(plan: LinkPlan, levels: tuple[Level, ...]) -> LinkOutcome:
    last = levels[-1]
    bounds = Bounds(last.objective, last.bound)
    engines = {name for level in levels for name in level.outcome.engines}
    return LinkOutcome(
        plan,
        Status.OPTIMAL if bounds.is_closed else Status.FEASIBLE,
        bounds,
        last.outcome.prices,
        last.price_bound,
        tuple(sorted(engines)),
        last.outcome.plan is plan and last.outcome.alternatives_excluded,
    )
