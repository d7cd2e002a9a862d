"""Households that come week by week, beside the half-year known in advance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from models.linking.claims import hold_claims
from models.linking.keeping import charge_of
from models.linking.outcome import LinkOutcome
from models.linking.priced.dual import Cooling, SoftPrices, descend, no_prices
from models.linking.priced.improve import Stage
from models.linking.priced.layout import layout_of
from models.linking.prices import Effort, ImproveEffort, PriceEffort, solve_by_prices
from models.linking.problem import (
    NO_DWELLING,
    UNCAPPED,
    IntArray,
    LinkPlan,
    LinkPrices,
    LinkProblem,
)
from models.solver.progress import report_progress


class Policy(StrEnum):
    """How a week decides."""

    FIRST_COME = "first_come"
    """One after the other, each the best place that is left."""
    OWN_OPTIMUM = "own_optimum"
    """The week's best plan, as if nobody came later."""
    KEEP_BACK = "keep_back"
    """The week's best plan with the scarcity of the weeks to come charged."""


@dataclass(frozen=True, slots=True, eq=False)
class Weeks:
    """A half-year in weeks."""

    problem: LinkProblem
    """Everybody, with the supply and the targets of the whole half-year."""
    arrival: IntArray
    """Week in which household h can be linked first, shape (H,), 0 to W - 1."""
    in_view: IntArray
    """Dwellings in view in week w, shape (W, M, S); those of earlier weeks included."""
    margin_part: int
    """The margin of a target is that part of it, rounded up and at least 1."""
    stated: LinkPrices | None = None
    """Prices to keep back by; without them they follow from those who came lately."""


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """What a policy did, household by household."""

    plan: LinkPlan
    """Municipalities as proposed; classes as held at the end, from the supply of the half-year."""
    had_dwelling: IntArray
    """Whether h had a dwelling in view in its own week (1) or not (0), shape (H,)."""


_COLD = (
    Cooling(temperature=100, candidates=60, steps=60, stride=200),
    Cooling(temperature=30, candidates=60, steps=60, stride=60),
    Cooling(temperature=10, candidates=40, steps=60, stride=20),
)
"""Effort: temperatures of the first week."""
_WARM = (Cooling(temperature=10, candidates=40, steps=60, stride=20),)
"""Effort: temperatures of later weeks."""
_SAMPLE = 2_000
"""Effort: households from which scarcity is learnt: more only cost time."""
_LATELY = 8
"""Weeks back from which they are taken."""
_WEEKLY = Effort(
    # A week's few hundred households settle early: deeper rings and further programmes cost a
    # third of the time and gain nothing that the weeks to come do not undo.
    prices=PriceEffort(master_rounds=2),
    improve=ImproveEffort(rounds=20, stages=(Stage(2, 4), Stage(2, 2), Stage(2, 1), Stage(2, 0))),
)
"""Effort: of one week."""


def replay(weeks: Weeks, policy: Policy) -> Replayed:
    """Link week after week, without knowing who comes later.

    Parameters
    ----------
    weeks
        The half-year.
    policy
        How a week decides.

    Returns
    -------
    Replayed
        The links, none of them ever undone.

    Raises
    ------
    SolverDisagreementError
        If a week's plan does not survive recomputation.

    Notes
    -----
    Who is linked holds a dwelling before anybody new; one without a dwelling in view takes the
    first that comes into view in its municipality (``hold_claims``). ``KEEP_BACK`` charges each
    link the scarcity of the rest of the half-year, from the stated prices or from a smoothed dual
    in which those of the last eight weeks, at most 2,000 evenly spaced, stand in for those to
    come; the targets and dwellings left are scaled to them. The last week charges nothing.
    Caps hold for the half-year; a week that cannot keep them breaks them by as little as it finds.
    """
    run = _Run(weeks, policy)
    for week in range(len(weeks.in_view)):
        run.link(week)
        report_progress(week + 1, len(weeks.in_view))
    return run.replayed()


def side_by_side(weeks: Weeks) -> tuple[LinkOutcome, dict[Policy, Replayed]]:
    """The half-year known in advance by the price road, and every policy without that."""
    known = solve_by_prices(weeks.problem)
    return known, {policy: replay(weeks, policy) for policy in Policy}


class _Run:
    """The state of a half-year on its way."""

    def __init__(self, weeks: Weeks, policy: Policy) -> None:
        self.weeks, self.policy = weeks, policy
        households, municipalities, _ = weeks.problem.shape
        self.where = np.full(households, -1, dtype=np.int64)
        self.had_dwelling = np.zeros(households, dtype=np.int64)
        self.persons = np.zeros(municipalities, dtype=np.int64)
        self.soft: SoftPrices | None = None
        self.prices: LinkPrices | None = None

    def link(self, week: int) -> None:
        """Link those who came this week."""
        who = np.flatnonzero(self.weeks.arrival == week)
        if not len(who):
            return
        today = self._today(who, self._left(self.weeks.in_view[week]))
        if self.policy is Policy.FIRST_COME:
            plan = first_come(today)
        else:
            is_last = not (self.weeks.arrival > week).any()
            if self.policy is Policy.KEEP_BACK and not is_last:
                today = replace(today, points=today.points - self._charge(today, week))
            plan = self._best(today)
        self.where[who] = plan.municipality
        housed = (plan.dwelling_class != NO_DWELLING) | ~today.needs_dwelling
        self.had_dwelling[who] = housed
        np.add.at(self.persons, plan.municipality, today.sizes)

    def _best(self, today: LinkProblem) -> LinkPlan:
        found = solve_by_prices(today, warm=self.prices, effort=_WEEKLY)
        self.prices = found.prices
        return found.plan if found.plan is not None else first_come(today)

    def _today(self, who: IntArray, left: IntArray) -> LinkProblem:
        """The problem of some households with what is left."""
        problem = self.weeks.problem
        target = np.maximum(0, problem.quota.target - self.persons)
        margin = np.maximum(1, -(-target // self.weeks.margin_part))
        quota = replace(problem.quota, target=target, margin=margin, most=self._room())
        return replace(problem.rows(who), dwellings=left, quota=quota)

    def _room(self) -> IntArray | None:
        """Persons whom the caps still let in."""
        most = self.weeks.problem.quota.most
        if most is None:
            return None
        return np.where(most < UNCAPPED, np.maximum(0, most - self.persons), UNCAPPED)

    def _left(self, supply: IntArray) -> IntArray:
        """Dwellings that nobody linked earlier holds."""
        held, rows = self._held(supply)
        left = supply.copy()
        housed = held != NO_DWELLING
        np.subtract.at(left, (self.where[rows[housed]], held[housed]), 1)
        return left

    def _held(self, supply: IntArray) -> tuple[IntArray, IntArray]:
        problem = self.weeks.problem
        rows = np.flatnonzero((self.where >= 0) & problem.needs_dwelling)
        held = hold_claims(
            problem.housed_sizes[rows],
            self.where[rows],
            problem.without_dwelling[rows],
            problem.class_min,
            problem.class_max,
            supply,
        )
        return held, rows

    def _charge(self, today: LinkProblem, week: int) -> IntArray:
        prices = self._scarcity(week)
        person = np.floor(prices.person - prices.person.min()).astype(np.int64)
        dwelling = np.floor(prices.dwelling).astype(np.int64)
        suits = today.fits()
        return charge_of(person, dwelling, today.sizes, today.needs_dwelling, suits)

    def _scarcity(self, week: int) -> SoftPrices:
        stated = self.weeks.stated
        if stated is not None:
            return SoftPrices(stated.per_person / stated.scale, stated.per_dwelling / stated.scale)
        # Who came lately resembles those to come most, should the mix change.
        lately = self.weeks.arrival > week - _LATELY
        seen = np.flatnonzero((self.weeks.arrival <= week) & lately)
        seen = seen[:: -(-len(seen) // _SAMPLE)]
        rest = self._today(seen, self._left(self.weeks.problem.dwellings))
        share = int(rest.sizes.sum()) / max(1, int(rest.quota.target.sum()))
        start, schedule = (no_prices(rest), _COLD) if self.soft is None else (self.soft, _WARM)
        self.soft = descend(rest, layout_of(rest), start, schedule, min(share, 1.0))
        return self.soft

    def replayed(self) -> Replayed:
        """Everybody's place, with the dwellings of the whole half-year handed out."""
        dwelling = np.full(len(self.where), NO_DWELLING, dtype=np.int64)
        held, rows = self._held(self.weeks.problem.dwellings)
        dwelling[rows] = held
        return Replayed(LinkPlan(self.where.copy(), dwelling), self.had_dwelling)


def first_come(problem: LinkProblem, order: IntArray | None = None) -> LinkPlan:
    """Link one household after the other to the best place that is left.

    Parameters
    ----------
    problem
        The problem.
    order
        Who comes first, shape (H,); the order of the rows if not given.

    Returns
    -------
    LinkPlan
        Each household where points, lack of a dwelling and the change of the quota penalty add
        up to the most at its turn; the lower municipality of equals, the class that ends first.

    Notes
    -----
    O(H (M + S)).
    """
    best = _best_place(problem)
    return take_turns(problem, best, order)


Choose = Callable[[int, np.ndarray, np.ndarray], int]
"""Household, whether a dwelling is left per municipality, persons so far: the municipality."""


def take_turns(problem: LinkProblem, choose: Choose, order: IntArray | None = None) -> LinkPlan:
    """Link one household after the other by a rule of choice; dwellings go to who comes first.

    Parameters
    ----------
    problem
        The problem.
    choose
        The rule; what it answers must be open to the household.
    order
        Who comes first, shape (H,); the order of the rows if not given.
    """
    left = problem.dwellings.copy()
    persons = np.zeros(len(left), dtype=np.int64)
    where = np.zeros(len(problem.sizes), dtype=np.int64)
    dwelling = np.full(len(problem.sizes), NO_DWELLING, dtype=np.int64)
    fits = problem.fits()
    tight = np.lexsort((problem.class_min, problem.class_max))
    for h in range(len(where)) if order is None else order.tolist():
        classes = tight[fits[h, tight]] if problem.needs_dwelling[h] else tight[:0]
        there = (left[:, classes] > 0).any(axis=1) if len(classes) else ~np.ones(len(left), bool)
        m = choose(h, there | ~problem.needs_dwelling[h], persons)
        where[h] = m
        persons[m] += problem.sizes[h]
        free = classes[left[m, classes] > 0]
        if len(free):
            dwelling[h] = free[0]
            left[m, free[0]] -= 1
    return LinkPlan(where, dwelling)


def _best_place(problem: LinkProblem) -> Choose:
    quota = problem.quota

    def choose(h: int, there: np.ndarray, persons: np.ndarray) -> int:
        open_to = np.flatnonzero(problem.allowed[h])
        most = None if quota.most is None else quota.most[open_to]
        before = replace(
            quota, target=quota.target[open_to], margin=quota.margin[open_to], most=most
        )
        change = before.at(persons[open_to] + problem.sizes[h]) - before.at(persons[open_to])
        net = problem.points[h, open_to] - change
        net = net - np.where(there[open_to], 0, problem.without_dwelling[h])
        return int(open_to[int(net.argmax())])

    return choose
