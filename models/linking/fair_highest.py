"""The highest floor under the fit of every group beyond the exact road, by prices.

Prices ν_g ≥ 0 of a point of fit of group g and ρ ≥ 0 of a lost point prove a bound on the level:
a plan that gives each group ⌈t · best_g⌉ and loses no more than L has
Σ ν_g ⌈t · best_g⌉ ≤ max over all plans of [Σ ν_g fit_g − ρ lost] + ρ L.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from models.linking.fairness import WHOLE, FairOutcome, Floors, LevelProof, floors_of
from models.linking.ordered import Weights, goals_of, weigh
from models.linking.outcome import LinkOutcome
from models.linking.priced.columns import Columns, first_columns, join, more_columns
from models.linking.priced.dual import SoftPrices, no_prices
from models.linking.priced.layout import layout_of
from models.linking.priced.nearby import Nearby, best_near, highest_near, near
from models.linking.priced.passes import exact_bound
from models.linking.priced.raising import Wanted, raise_by_prices
from models.linking.priced.search import SCALE
from models.linking.priced.sided import SidedAnswer, Sides, solve_sided
from models.linking.prices import solve_by_prices
from models.linking.problem import IntArray, LinkPlan, LinkPrices, LinkProblem, value_of
from models.solution import Bounds, Status
from models.solver.milp import highs_version
from models.solver.progress import listening, report_progress


@dataclass(frozen=True, slots=True)
class Budget:
    """Effort: all that the search may do; none of it is a clock, so it ends at the same place."""

    level_rounds: int = 6
    """Linear programmes for the bound on the level."""
    programs: int = 5
    """Whole-number programmes for a higher floor near the plan at hand."""
    pairs: int = 1_000
    """Choices in the first of them beside those of the plan at hand, at least; the next has
    twice as many where one won next to nothing."""
    share: int = 3
    """Or else one choice for so many households."""
    widest: int = 4
    """Times as many choices, at most."""
    places: int = 8
    """Places open to a household of a lagging small group, by prices and by fit."""
    few: int = 100
    """Households of a group up to which it counts as small: it moves in jumps."""
    nodes: int = 10
    """Branch-and-bound nodes of such a programme."""
    width: int = 2
    """Thousandths between floor and bound at which the search ends; so few won are nothing."""
    value_rounds: int = 4
    """Linear programmes for the value in the end."""


BUDGET = Budget()
_STEPS = BUDGET.programs + 2
_CLOSE = 20_000
"""Effort: the value's programmes end within a share of 1 / CLOSE of their bound."""


def solve_highest_by_prices(problem: LinkProblem, fits: IntArray) -> FairOutcome:
    """Look for the highest floor that all household sizes can have, and bound it.

    Parameters
    ----------
    problem
        A problem for the price road.
    fits
        Fit of every pair, shape (H, M) [points], non-negative.

    Returns
    -------
    FairOutcome
        A plan that loses no more points without dwellings and on quotas than the plan found
        without floors. ``level`` is reached, ``highest`` proves that none above its bound is;
        ``outcome`` bounds the value of plans with that level, which ``per_fit`` and
        ``per_lost`` prove.

    Notes
    -----
    The relaxation with a row per group says how high the level can be at most. Its prices
    halfway between that and the level at hand say which choices matter; a whole-number programme
    over these looks for the highest level near the plan at hand. ``BUDGET`` is all it may do.
    """
    with listening(None):
        plain = solve_by_prices(problem)
    if plain.plan is None or not len(problem.sizes):
        return FairOutcome(plain, WHOLE if plain.plan is not None else 0, plain, 0)
    search = _Search(problem, fits, plain)
    proof = search.bound_level()
    search.climb(proof.level)
    report_progress(_STEPS - 1, _STEPS)
    found = search.finish(proof)
    report_progress(_STEPS, _STEPS)
    return found


@dataclass(slots=True)
class _Kept:
    """The best plan at the highest level reached."""

    plan: LinkPlan
    level: int
    value: int


class _Search:
    """One problem, its columns so far and the best plan so far."""

    def __init__(self, problem: LinkProblem, fits: IntArray, plain: LinkOutcome) -> None:
        assert plain.plan is not None
        assert plain.prices is not None
        assert plain.bounds is not None
        self.problem, self.fits, self.plain = problem, fits, plain
        goals = goals_of(problem, plain.plan)
        self.lost = goals.lacking + goals.missed
        self.floors = floors_of(problem, fits, 0)
        self._layout = layout_of(problem)
        scale = plain.prices.scale
        self._soft = SoftPrices(plain.prices.per_person / scale, plain.prices.per_dwelling / scale)
        self._columns: Columns = first_columns(problem, self._layout, self._soft)
        self.kept = _Kept(plain.plan, self._level(plain.plan), plain.bounds.objective)

    def bound_level(self) -> LevelProof:
        """The least bound on the level that the relaxation's prices prove."""
        groups = len(self.floors.best)
        best = self._level_proof(_answer_of(self.problem, groups, no_prices(self.problem)))
        everything = int(self.floors.best.sum())
        for _ in range(BUDGET.level_rounds):
            answer = solve_sided(self.problem, self._layout, self._columns, self._sides(None))
            if answer is None or best.level <= self.kept.level:
                break
            best = min(best, self._level_proof(answer), key=lambda proof: proof.level)
            # The share itself is a fraction, its bound a whole number of thousandths.
            is_close = WHOLE * answer.value >= (best.level - 1) * everything
            if is_close or not self._grow(answer, 0):
                break
        return best

    def climb(self, highest: int) -> None:
        """Look near the plan at hand for one with a higher floor, further off where none is."""
        wider, answer, few = 1, None, self.problem
        for done in range(BUDGET.programs):
            report_progress(done + 1, _STEPS)
            low = self.kept.level
            if highest - low <= BUDGET.width or wider > BUDGET.widest:
                break
            floors = self._floors((low + highest + 1) // 2)
            answer = answer or self._prices_at(floors)
            if answer is None:
                break
            few = self._near(answer, floors, wider)
            self._keep(highest_near(few, self._floors(0), highest, BUDGET.nodes))
            if self.kept.level > low:
                answer = None
            if self.kept.level - low <= BUDGET.width:
                wider *= 2
        if few is not self.problem:
            self._keep(best_near(few, self._floors(self.kept.level), BUDGET.nodes))

    def finish(self, proof: LevelProof) -> FairOutcome:
        """Bound the value at the level reached, and see whether its prices find a better plan."""
        floors = replace(self.floors, level=self.kept.level)
        # What bounds all plans bounds these too.
        best = self._bounded(_answer_of(self.problem, len(floors.best), self._soft), floors)
        for _ in range(BUDGET.value_rounds):
            answer = solve_sided(
                self.problem, self._layout, self._columns, self._sides(floors.least)
            )
            if answer is None:
                break
            best = min(best, self._bounded(answer, floors), key=lambda one: one[0])
            close = abs(best[0]) // _CLOSE
            if best[0] - SCALE * answer.value <= close or not self._grow(answer, 1):
                break
        self._make(best[1], floors)
        if self.kept.level > floors.level:
            floors = replace(floors, level=self.kept.level)
            best = self._bounded(best[1], floors)
        return self._outcome(best[1], best[0] // SCALE, proof)

    def _outcome(self, answer: SidedAnswer, bound: int, proof: LevelProof) -> FairOutcome:
        kept, plain = self.kept, self.plain
        per_fit, per_lost = _whole(answer)
        prices = replace(self._prices(answer, 1), scale=SCALE)
        assert plain.bounds is not None
        bounds = Bounds(kept.value, bound)
        status = Status.OPTIMAL if bounds.is_closed else Status.FEASIBLE
        engines = tuple(sorted({*plain.engines, highs_version()}))
        outcome = LinkOutcome(kept.plan, status, bounds, prices, bound, engines)
        if kept.value > plain.bounds.objective:
            better = Bounds(kept.value, plain.bounds.bound)
            status = Status.OPTIMAL if better.is_closed else Status.FEASIBLE
            plain = replace(plain, plan=kept.plan, bounds=better, status=status)
        return FairOutcome(
            outcome,
            kept.level,
            plain,
            self.lost,
            per_fit=per_fit,
            per_lost=per_lost,
            highest=proof,
        )

    def _floors(self, level: int) -> Floors:
        return replace(self.floors, level=level, most_lost=self.lost)

    def _near(self, answer: SidedAnswer, floors: Floors, wider: int) -> LinkProblem:
        pairs = wider * max(BUDGET.pairs, len(self.problem.sizes) // BUDGET.share)
        size = Nearby(pairs, BUDGET.places, BUDGET.few)
        return near(self.problem, self._layout, answer, floors, self.kept.plan, size)

    def _prices_at(self, floors: Floors) -> SidedAnswer | None:
        sides = self._sides(floors.least)
        answer = solve_sided(self.problem, self._layout, self._columns, sides)
        if answer is not None:
            self._grow(answer, 1)
        return answer

    def _make(self, answer: SidedAnswer, floors: Floors) -> None:
        """Make plans at some prices and keep the best."""
        wanted = Wanted(self.fits, floors.group, floors.least, self.lost)
        for plan in raise_by_prices(self.problem, answer.prices, answer.fit, answer.lost, wanted):
            self._keep(plan)

    def _keep(self, plan: LinkPlan | None) -> None:
        if plan is None:
            return
        level, value = self._level(plan), value_of(self.problem, plan)
        if (level, value) > (self.kept.level, self.kept.value):
            self.kept = _Kept(plan, level, value)

    def _level(self, plan: LinkPlan) -> int:
        return int(self.floors.shares(plan).min())

    def _sides(self, least: IntArray | None) -> Sides:
        return Sides(self.fits, self.floors.group, self.floors.best, self.lost, least)

    def _grow(self, answer: SidedAnswer, points: int) -> bool:
        """Let in the columns that beat the prices; whether there were any."""
        worth = points * self.problem.points + answer.fit[self.floors.group][:, None] * self.fits
        # While searching points may be broken: only floats are made of them.
        lack_cost = self._layout.lack_cost * (points + answer.lost)
        problem = replace(self.problem, points=cast("IntArray", worth))
        layout = replace(self._layout, lack_cost=cast("IntArray", lack_cost))
        more = more_columns(problem, layout, answer.prices, self._columns, answer.paid)
        self._columns = join(self._columns, more)
        return len(more.housed) + len(more.lacking) > 0

    def _priced(self, answer: SidedAnswer, points: int) -> LinkProblem:
        """The problem in which prices of fit and of lost points are part of the points."""
        per_fit, per_lost = _whole(answer)
        weight = SCALE * points
        priced = weigh(self.problem, Weights(weight, weight + per_lost, weight + per_lost))
        worth = priced.points + per_fit[self.floors.group][:, None] * self.fits
        return replace(priced, points=worth, canonical=None)

    def _prices(self, answer: SidedAnswer, points: int) -> LinkPrices:
        """Whole prices of persons and dwellings, no further out than any that prove more."""
        quota = self._priced(answer, points).quota
        person = np.rint(SCALE * answer.prices.person)
        person = np.clip(person, -quota.short_beyond, quota.highest)
        dwelling = np.rint(SCALE * answer.prices.dwelling)
        return LinkPrices(person.astype(np.int64), dwelling.astype(np.int64), 1)

    def _level_proof(self, answer: SidedAnswer) -> LevelProof:
        per_fit, per_lost = _whole(answer)
        prices, problem = self._prices(answer, 0), self._priced(answer, 0)
        most = exact_bound(problem, layout_of(problem), prices) + per_lost * self.lost
        floors, level = self.floors, WHOLE
        while level > 0 and int((per_fit * replace(floors, level=level).least).sum()) > most:
            level -= 1
        return LevelProof(level, prices, per_fit, per_lost)

    def _bounded(self, answer: SidedAnswer, floors: Floors) -> tuple[int, SidedAnswer]:
        """What prices prove of the value of plans with these floors, times SCALE."""
        per_fit, per_lost = _whole(answer)
        problem = self._priced(answer, 1)
        most = exact_bound(problem, layout_of(problem), self._prices(answer, 1))
        return most - int((per_fit * floors.least).sum()) + per_lost * self.lost, answer


def _whole(answer: SidedAnswer) -> tuple[IntArray, int]:
    """Prices of fit and of lost points in whole numbers of 1 / SCALE."""
    return np.rint(SCALE * answer.fit).astype(np.int64), round(SCALE * answer.lost)


def _answer_of(problem: LinkProblem, groups: int, prices: SoftPrices) -> SidedAnswer:
    """Prices of persons and dwellings alone."""
    nothing = np.zeros(len(problem.sizes))
    return SidedAnswer(prices, nothing, np.zeros(groups), 0.0, 0.0)
