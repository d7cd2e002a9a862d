"""Plans near a plan: a whole-number programme over the choices that cost least at some prices.

Prices say which few choices matter; rows for the floors and for lost points then hold for whole
households, which no price does where a group has but a few of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.linking.choices import all_choices
from models.linking.fairness import WHOLE, Floors
from models.linking.formulation import Formulation, formulate
from models.linking.priced.dual import FloatArray, soft_tables
from models.linking.priced.layout import Layout
from models.linking.priced.sided import SidedAnswer
from models.linking.problem import IntArray, LinkPlan, LinkProblem
from models.linking.search import read_plan
from models.solver.choose import solve_program
from models.solver.limits import Limits
from models.solver.program import UNBOUNDED, LinearProgram

_FAR = 1e12
_OUTSIDE = 20.0
"""Points that a choice seems to lose more for each end where no lagging group may be."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """How far a programme looks, and how long."""

    pairs: int
    """Choices beside those of the plan itself, at most."""
    places: int
    """Best places of a household of a lagging group, by the prices and by fit."""
    few: int
    """Households of a group up to which it gets these."""


def near(
    problem: LinkProblem,
    layout: Layout,
    answer: SidedAnswer,
    floors: Floors,
    plan: LinkPlan,
    size: Nearby,
) -> LinkProblem:
    """Close all but the choices of a plan and those that cost least at some prices.

    Parameters
    ----------
    problem, layout
        The problem and its kinds.
    answer
        Prices of its relaxation.
    floors
        Groups below these lag: more is open to them, and others make room for them.
    plan
        Any plan of the problem; it stays open.
    size
        How much is left open.

    Returns
    -------
    LinkProblem
        The same with fewer pairs allowed.
    """
    net = _net(problem, layout, answer, floors)
    everyone = np.arange(len(problem.sizes))
    lagging = floors.shares(plan) < floors.level
    is_open = np.zeros_like(problem.allowed)
    members = np.bincount(floors.group, minlength=len(lagging))
    small = lagging & (members <= size.few)
    for h in np.flatnonzero(small[floors.group]).tolist():
        fit = np.where(problem.allowed[h], floors.fits[h], -1)
        for order in (np.argsort(-net[h], kind="stable"), np.lexsort((-net[h], -fit))):
            is_open[h, order[: size.places]] = True
    is_open &= problem.allowed
    is_open[everyone, plan.municipality] = True
    touched = is_open[small[floors.group]].any(axis=0)
    loss = net[everyone, plan.municipality][:, None] - net
    outside = np.asarray(~touched, dtype=np.float64)
    loss += _OUTSIDE * (outside[plan.municipality][:, None] + outside)
    loss[is_open | ~problem.allowed] = _FAR
    left = max(0, size.pairs - (int(is_open.sum()) - len(everyone)))
    cheapest = np.argsort(loss, axis=None, kind="stable")[:left]
    is_open.reshape(-1)[cheapest[loss.reshape(-1)[cheapest] < _FAR]] = True
    return replace(problem, allowed=is_open, canonical=None)


def _net(problem: LinkProblem, layout: Layout, answer: SidedAnswer, floors: Floors) -> FloatArray:
    """What each pair is worth at the prices, shape (H, M)."""
    persons, dwelling = soft_tables(layout, answer.prices)
    kind, lack = layout.kind, layout.lack_cost[:, None] * (1.0 + answer.lost)
    worth = problem.points + answer.fit[floors.group][:, None] * floors.fits
    net = worth - persons[kind] - np.minimum(dwelling[kind], lack)
    return np.where(problem.allowed, net, -_FAR)


def highest_near(problem: LinkProblem, floors: Floors, most: int, nodes: int) -> LinkPlan | None:
    """The plan with the highest floor among few choices, or the best within some nodes.

    Parameters
    ----------
    problem
        A problem with few pairs.
    floors
        Groups and the limit on lost points; the level does not count.
    most
        A level that none exceeds.
    nodes
        Branch-and-bound nodes.
    """
    form = formulate(problem, all_choices(problem))
    found = solve_program(_with_level(form, floors, most), Limits(nodes=nodes))
    if found.values is None:
        return None
    return read_plan(problem, form, replace(found, values=found.values[:-1])).plan


def best_near(problem: LinkProblem, floors: Floors, nodes: int) -> LinkPlan | None:
    """The plan worth most that keeps floors, among few choices or the best within some nodes."""
    form = formulate(problem, all_choices(problem))
    found = solve_program(floors.on(form), Limits(nodes=nodes))
    return None if found.values is None else read_plan(problem, form, found).plan


def _with_level(form: Formulation, floors: Floors, most: int) -> LinearProgram:
    """One more column: the level in thousandths, which is all that counts."""
    program, column = form.program, len(form.program.objective)
    program = LinearProgram(
        objective=np.append(0 * program.objective, 1),
        row=program.row,
        column=program.column,
        coefficient=program.coefficient,
        row_lower=program.row_lower,
        row_upper=program.row_upper,
        lower=np.append(program.lower, 0),
        upper=np.append(program.upper, most),
        integral=np.append(program.integral, True),
    )
    program = replace(floors, level=0).limit_on(program, form)
    fit = floors.fits[form.choices.household, form.choices.municipality].astype(np.int64)
    for group, best in enumerate(floors.best.tolist()):
        arcs = np.flatnonzero((floors.group[form.choices.household] == group) & (fit > 0))
        if best > 0:
            values: IntArray = np.append(WHOLE * fit[arcs], -best)
            program = program.with_row(np.append(arcs, column), values, 0, UNBOUNDED)
    return program
