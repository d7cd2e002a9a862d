"""Floors under the fit of each group of households, and the highest floor that all can have.

A group is all households of one size. Its share is the fit that it gets over the best that each
of its households could have alone. Exact road: a few rows more on the same programme. Beyond it
``fair_prices`` gives each group a price.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.linking.choices import all_choices, choices_within
from models.linking.exact import NODES, PAIRS, solve_exactly
from models.linking.formulation import Formulation, columns_of, formulate
from models.linking.ordered import goals_of
from models.linking.outcome import LinkOutcome
from models.linking.problem import IntArray, LinkPlan, LinkPrices, LinkProblem
from models.linking.search import Found, Search, read_plan
from models.solution import Bounds, SolverDisagreementError, Status
from models.solver.choose import Engine, two_engines
from models.solver.limits import Limits
from models.solver.program import UNBOUNDED, Answer, LinearProgram

WHOLE = 1000
"""A floor is so many thousandths of the best of a group."""
_FIRST_WIDTH, _WIDENINGS = 25, 6
"""Effort: points within which choices are open at first, and times that more are."""


@dataclass(frozen=True, slots=True, eq=False)
class Floors:
    """What every group must get at least."""

    fits: IntArray
    """Fit of household h in municipality m, shape (H, M), non-negative."""
    group: IntArray
    """Group of each household, shape (H,)."""
    best: IntArray
    """Best fit of a group if each of its households chose alone, shape (G,)."""
    level: int
    """Thousandths of the best."""
    most_lost: int | None = None
    """Points that may be lost without dwellings and on quotas together; no limit if not given."""

    @property
    def least(self) -> IntArray:
        """Fit that each group must reach, shape (G,)."""
        return -(-self.level * self.best // WHOLE)

    def shares(self, plan: LinkPlan) -> IntArray:
        """Thousandths of the best that each group gets, rounded down, shape (G,)."""
        got = np.zeros_like(self.best)
        everyone = np.arange(len(self.group))
        np.add.at(got, self.group, self.fits[everyone, plan.municipality])
        return np.where(self.best > 0, WHOLE * got // np.maximum(self.best, 1), WHOLE)

    def on(self, form: Formulation) -> LinearProgram:
        """The programme with these rows."""
        program, choices = form.program, form.choices
        fit = self.fits[choices.household, choices.municipality]
        for group, least in enumerate(self.least.tolist()):
            arcs = np.flatnonzero((self.group[choices.household] == group) & (fit > 0))
            if least > 0:
                program = program.with_row(arcs, fit[arcs], least, UNBOUNDED)
        return self.limit_on(program, form)

    def limit_on(self, program: LinearProgram, form: Formulation) -> LinearProgram:
        """A programme that begins with the columns of ``form``, with the limit on lost points."""
        if self.most_lost is not None:
            # Behind the arcs only lacking and missed persons have points, all below zero.
            lost = form.arcs + np.flatnonzero(form.program.objective[form.arcs :])
            row = form.program.objective[lost]
            program = program.with_row(lost, row, -self.most_lost, UNBOUNDED)
        return program


@dataclass(frozen=True, slots=True, eq=False)
class LevelProof:
    """No plan within the limit on lost points gives every group more than ``level``.

    Whole prices, in the same unit throughout, that prove it.
    """

    level: int
    """Thousandths of the best."""
    prices: LinkPrices
    per_fit: IntArray
    """Of a point of fit of each group, shape (G,), non-negative."""
    per_lost: int
    """Of a point lost without a dwelling or on a quota, non-negative."""


@dataclass(frozen=True, slots=True, eq=False)
class FairOutcome:
    """A plan under floors beside the best plan without them."""

    outcome: LinkOutcome
    """``UNKNOWN`` where no plan with these floors was found or none exists."""
    level: int
    """The floor, in thousandths."""
    plain: LinkOutcome
    plain_lost: int
    """Points that the best plan loses without dwellings and on quotas."""
    is_impossible: bool = False
    """Whether two engines say that no plan has this floor."""
    is_highest: bool = False
    """Whether two engines say that one thousandth more has no plan; never of a given floor."""
    per_fit: IntArray | None = None
    """Price of a point of fit of each group, shape (G,), non-negative, in points x scale of the
    prices: it tightens the bound beyond the exact road. In order of size."""
    per_lost: int = 0
    """Price of a lost point beside what it costs anyway, in the same unit, non-negative."""
    highest: LevelProof | None = None
    """What bounds the level beyond the exact road; never of a given floor."""


def floors_of(problem: LinkProblem, fits: IntArray, level: int) -> Floors:
    """Floors for every household size, in order of size."""
    sizes, group = np.unique(problem.sizes, return_inverse=True)
    best = np.zeros(len(sizes), dtype=np.int64)
    np.add.at(best, group, np.where(problem.allowed, fits, 0).max(axis=1, initial=0))
    return Floors(fits, np.asarray(group, dtype=np.int64).reshape(-1), best, level)


def solve_fairly(problem: LinkProblem, fits: IntArray, level: int | None) -> FairOutcome:
    """Solve with a floor for every household size.

    Parameters
    ----------
    problem
        A problem for the exact road.
    fits
        Fit of every pair, shape (H, M) [points].
    level
        The floor in thousandths of each group's best; the highest that all groups can have if
        not given. Then no plan may lose more points without dwellings and on quotas than the
        best plan without floors: else everybody would go where the fit is best.

    Returns
    -------
    FairOutcome
        ``OPTIMAL`` where two engines prove the plan at its floor; ``is_highest`` where they also
        say that one thousandth more has no plan.
    """
    plain = solve_exactly(problem)
    if plain.plan is None:
        return FairOutcome(plain, level or 0, plain, 0)
    goals = goals_of(problem, plain.plan)
    lost = goals.lacking + goals.missed
    if not len(problem.sizes):
        return FairOutcome(plain, WHOLE if level is None else level, plain, lost)
    road = _Road(problem, plain)
    if level is not None:
        outcome, impossible = road.solve(floors_of(problem, fits, level))
        return FairOutcome(outcome, level, plain, lost, impossible)
    floors = replace(floors_of(problem, fits, 0), most_lost=lost)
    low, high = int(floors.shares(plain.plan).min()), WHOLE
    best, _ = road.solve(replace(floors, level=low))
    is_proven = True
    while low < high and best.plan is not None:
        # What a plan reaches by chance is a floor too; a guess halfway is one otherwise.
        guess = (low + high + 1) // 2
        outcome, impossible = road.solve(replace(floors, level=guess))
        if outcome.plan is not None:
            low, best = guess, outcome
        else:
            high, is_proven = guess - 1, is_proven and impossible
    return FairOutcome(best, low, plain, lost, is_highest=is_proven and best.plan is not None)


class _Road:
    """One problem under several floors: prices and bound are those without floors."""

    def __init__(self, problem: LinkProblem, plain: LinkOutcome) -> None:
        assert plain.prices is not None
        assert plain.price_bound is not None
        self._problem, self._prices = problem, plain.prices
        self._plain = plain
        # One point more than the prices prove, so that rounding down loses no choice.
        bound = plain.prices.scale * (plain.price_bound + 1)
        limits = Limits(nodes=NODES)
        self._search = Search(problem, plain.prices, bound, limits, PAIRS, *two_engines())

    def solve(self, floors: Floors) -> tuple[LinkOutcome, bool]:
        """The best plan with these floors, and whether none is proven to exist."""
        search = self._search
        width = search.prices.scale * max(_FIRST_WIDTH, 5 * self._problem.shape[1])
        found: Found | None = None
        for widening in range(_WIDENINGS):
            everything = widening == _WIDENINGS - 1
            form = self._form(width, everything)
            answer = self._ask(search.finder, floors.on(form))
            if answer.status is Status.INFEASIBLE and not everything:
                width *= 8
                continue
            if answer.status is Status.INFEASIBLE:
                again = self._ask(search.prover, floors.on(form))
                return self._nothing(), again.status is Status.INFEASIBLE
            if answer.values is None:
                return self._nothing(), False
            found = self._read(form, answer, floors)
            needed = search.bound - search.prices.scale * found.value
            if not found.is_best or needed <= width or everything:
                break
            width = needed
        if found is None:
            return self._nothing(), False
        return self._outcome(found, found.is_best and self._confirm(found, floors)), False

    def _form(self, width: int, everything: bool) -> Formulation:
        problem = self._problem
        if everything:
            return formulate(problem, all_choices(problem))
        return formulate(problem, choices_within(problem, self._prices, width))

    def _ask(self, engine: Engine, program: LinearProgram) -> Answer:
        return self._search.ask(engine, program)

    def _read(self, form: Formulation, answer: Answer, floors: Floors) -> Found:
        found = read_plan(self._problem, form, answer)
        if (floors.shares(found.plan) < floors.level).any():
            raise SolverDisagreementError("a plan breaks a floor that its solution meets")
        goals = goals_of(self._problem, found.plan)
        if floors.most_lost is not None and goals.lacking + goals.missed > floors.most_lost:
            raise SolverDisagreementError("a plan loses more than its solution does")
        return found

    def _confirm(self, found: Found, floors: Floors) -> bool:
        """Have the prover look for a better plan among all that could be one."""
        search = self._search
        form, _ = search.at_least(found.value)
        if columns_of(form, self._problem, found.plan) is None:
            raise SolverDisagreementError("a plan makes a choice that its own value rules out")
        answer = self._ask(search.prover, floors.on(form))
        if answer.values is None:
            return False
        other = self._read(form, answer, floors)
        if other.value > found.value:
            raise SolverDisagreementError("one engine shows a better plan than the best of another")
        return other.is_best

    def _outcome(self, found: Found, is_proven: bool) -> LinkOutcome:
        assert self._plain.price_bound is not None
        # Without a proof what bounds all plans bounds those with floors.
        bound = found.value if is_proven else self._plain.price_bound
        status = Status.OPTIMAL if bound == found.value else Status.FEASIBLE
        return LinkOutcome(
            found.plan,
            status,
            Bounds(found.value, bound),
            self._prices,
            self._plain.price_bound,
            tuple(sorted(self._search.answered | set(self._plain.engines))),
        )

    def _nothing(self) -> LinkOutcome:
        return LinkOutcome(None, Status.UNKNOWN, None, self._prices, self._plain.price_bound)
