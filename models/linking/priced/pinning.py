"""Places of a few households chosen whole after a relaxation; the others then make up for it.

A group of a few households moves in jumps, which no price divides. With its places fixed the
relaxation of the others reckons with the jump.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.linking.fairness import Floors
from models.linking.priced.columns import Columns
from models.linking.priced.dual import FloatArray
from models.linking.priced.layout import Layout
from models.linking.priced.sided import SidedAnswer
from models.linking.problem import IntArray, LinkProblem
from models.solver.choose import solve_program
from models.solver.limits import Limits
from models.solver.program import UNBOUNDED, LinearProgram

NOBODY = -1
"""Stands for a household whose place is left open."""
_FINE = 100
"""Units of the programme's objective per point."""
_NEAR = 24
"""Best places of a household, and best of those that fit it best, between which it chooses."""
_NODES = 500


@dataclass(frozen=True, slots=True, eq=False)
class _Choices:
    """Household (index among the few), municipality and class, or -1 without a dwelling."""

    who: IntArray
    where: IntArray
    dwelling: IntArray
    worth: FloatArray


def pinned(
    problem: LinkProblem,
    layout: Layout,
    answer: SidedAnswer,
    floors: Floors,
    few: IntArray,
) -> IntArray | None:
    """Places for some households that keep the floors of their groups.

    Parameters
    ----------
    problem, layout
        The problem and its kinds.
    answer
        Prices of its relaxation; they stand for everybody else.
    floors
        What every group must get.
    few
        All households of some groups, ascending.

    Returns
    -------
    IntArray or None
        A municipality, or ``NOBODY`` for the others, shape (H,); nothing where none were found.
    """
    choices = _choices(problem, layout, answer, floors, few)
    found = solve_program(_program(problem, choices, floors, few), Limits(nodes=_NODES))
    if found.values is None:
        return None
    where = np.full(len(problem.sizes), NOBODY)
    taken = np.flatnonzero(found.values)
    where[few[choices.who[taken]]] = choices.where[taken]
    return where


def _choices(
    problem: LinkProblem, layout: Layout, answer: SidedAnswer, floors: Floors, few: IntArray
) -> _Choices:
    """The best places of each of the few at the prices, by class."""
    prices, parts = answer.prices, list[tuple[IntArray, IntArray, IntArray, FloatArray]]()
    for row, household in enumerate(few.tolist()):
        kind, fit = layout.kind[household], floors.fits[household]
        price = answer.fit[floors.group[household]]
        net = problem.points[household] + price * fit
        net = net - prices.person * problem.sizes[household]
        near = _near(problem.allowed[household], net, fit * (1.0 + np.abs(net).max()) + net)
        classes = np.flatnonzero(layout.suits[kind])
        lack = layout.lack_cost[household] * (1 + answer.lost)
        options = [(-1, np.full(len(near), -lack if layout.needs[kind] else 0.0))]
        options += [(int(s), -prices.dwelling[near, s]) for s in classes]
        if layout.needs[kind] and not problem.may_lack_dwelling and len(classes):
            options = options[1:]
        for dwelling, charge in options:
            own = np.full(len(near), dwelling), net[near] + charge
            parts.append((np.full(len(near), row), near, *own))
    who, where, kinds = (np.concatenate([part[i] for part in parts]) for i in range(3))
    worth = np.concatenate([part[3] for part in parts])
    return _Choices(who, where, kinds, worth)


def _near(is_open: np.ndarray, *by: FloatArray) -> IntArray:
    """Open places among the best by each of some orders, ascending."""
    places = np.flatnonzero(is_open)
    best = [places[np.argsort(-order[places], kind="stable")[:_NEAR]] for order in by]
    return np.unique(np.concatenate(best))


def _program(
    problem: LinkProblem, choices: _Choices, floors: Floors, few: IntArray
) -> LinearProgram:
    """One choice each, dwellings once, floors of the groups."""
    households, classes = len(few), problem.dwellings.shape[1]
    columns = np.arange(len(choices.who))
    housed = np.flatnonzero(choices.dwelling >= 0)
    cells, cell = np.unique(
        choices.where[housed] * classes + choices.dwelling[housed], return_inverse=True
    )
    groups, group = np.unique(floors.group[few], return_inverse=True)
    fit = floors.fits[few[choices.who], choices.where].astype(np.int64)
    some = np.flatnonzero(fit)
    ones = np.ones(len(columns), dtype=np.int64)
    stock = problem.dwellings.reshape(-1)[cells]
    return LinearProgram(
        objective=np.rint(_FINE * choices.worth).astype(np.int64),
        row=np.concatenate(
            [
                choices.who,
                households + cell.reshape(-1),
                households + len(cells) + group.reshape(-1)[choices.who[some]],
            ]
        ),
        column=np.concatenate([columns, housed, some]),
        coefficient=np.concatenate([ones, ones[: len(housed)], fit[some]]),
        row_lower=np.concatenate([np.ones(households, np.int64), 0 * stock, floors.least[groups]]),
        row_upper=np.concatenate(
            [np.ones(households, np.int64), stock, np.full(len(groups), UNBOUNDED)]
        ),
        lower=0 * ones,
        upper=ones,
        integral=ones > 0,
    )


def with_pins(problem: LinkProblem, where: IntArray) -> LinkProblem:
    """The problem in which fixed households have one open municipality."""
    fixed = np.flatnonzero(where != NOBODY)
    allowed = problem.allowed.copy()
    allowed[fixed] = False
    allowed[fixed, where[fixed]] = True
    return replace(problem, allowed=allowed, canonical=None)


def columns_for(columns: Columns, layout: Layout, where: IntArray, problem: LinkProblem) -> Columns:
    """The columns that are left open, and all those of the fixed places."""
    municipalities = problem.allowed.shape[1]
    fixed = np.flatnonzero(where != NOBODY)
    own = fixed * municipalities + where[fixed]
    is_open = problem.allowed.reshape(-1)
    housed = np.union1d(columns.housed[is_open[columns.housed]], own)
    lacking = np.union1d(
        columns.lacking[is_open[columns.lacking]], own[layout.needs[layout.kind[fixed]]]
    )
    return Columns(housed, lacking)
