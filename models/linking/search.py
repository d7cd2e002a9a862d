"""What the stages of the exact road share: the problem, its prices, its engines and their names."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from models.linking.choices import choices_within
from models.linking.formulation import Formulation, formulate
from models.linking.problem import (
    IntArray,
    LinkPlan,
    LinkPrices,
    LinkProblem,
    check_plan,
    value_of,
)
from models.linking.seating import seat_households
from models.solution import SolverDisagreementError, Status
from models.solver.choose import Engine
from models.solver.limits import Limits
from models.solver.program import UNBOUNDED, Answer, LinearProgram


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """A problem on the exact road."""

    problem: LinkProblem
    prices: LinkPrices
    bound: int
    """What the prices prove [points x scale]."""
    limits: Limits
    pair_limit: int
    """Open pairs beyond which no proof is attempted."""
    finder: Engine
    """Finds; what it calls the best, the prover must confirm."""
    prover: Engine
    answered: set[str] = field(default_factory=set)
    """Names of the engines that answered."""

    @property
    def price_bound(self) -> int:
        """What the prices prove [points]."""
        return self.bound // self.prices.scale

    def at_least(self, value: int) -> tuple[Formulation, LinearProgram]:
        """Program over all plans worth at least ``value`` points, without and with that row."""
        budget = self.bound - self.prices.scale * value
        form = formulate(self.problem, choices_within(self.problem, self.prices, budget))
        return form, with_floor(form, value)

    def ask(self, engine: Engine, program: LinearProgram, start: IntArray | None = None) -> Answer:
        """Ask an engine and remember that it answered."""
        answer = engine(program, self.limits, start)
        self.answered.add(answer.engine)
        return answer


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A plan that was recomputed from the problem, and what the engine said of it."""

    plan: LinkPlan
    value: int
    is_best: bool
    """Whether the engine says that its program has nothing better."""
    engine: str = ""
    """Name of that engine."""


def with_floor(form: Formulation, value: int) -> LinearProgram:
    """Ask for at least ``value`` points on top of the rules.

    Parameters
    ----------
    form
        Any formulation.
    value
        Points that some plan attains.

    Returns
    -------
    LinearProgram
        The program with one more row, which lets an engine fix far more than the rules do.
    """
    used = np.flatnonzero(form.program.objective)
    return form.program.with_row(used, form.program.objective[used], value, UNBOUNDED)


def read_plan(problem: LinkProblem, form: Formulation, answer: Answer) -> Found:
    """Turn an answer into a plan that is checked and valued by the problem itself.

    Parameters
    ----------
    problem
        The problem.
    form
        The program that was asked, whatever its objective was.
    answer
        An answer with values.

    Returns
    -------
    Found
        The plan with its dwellings given by rule.

    Raises
    ------
    SolverDisagreementError
        If a household is linked other than once, or the plan is worth less than the solution.
    """
    assert answer.values is not None
    chosen = answer.values[: form.arcs] > 0
    where = np.full(problem.shape[0], -1, dtype=np.int64)
    where[form.choices.household[chosen]] = form.choices.municipality[chosen]
    if int(chosen.sum()) != len(where) or (where < 0).any():
        raise SolverDisagreementError("a solution does not link every household once")
    plan = LinkPlan(where, seat_households(problem, where))
    check_plan(problem, plan)
    value, said = value_of(problem, plan), form.program.value(answer.values)
    if value < said:
        raise SolverDisagreementError("a plan is worth less than its solution says")
    name = answer.engine.partition(" ")[0]
    return Found(plan, value, answer.status is Status.OPTIMAL, name)
