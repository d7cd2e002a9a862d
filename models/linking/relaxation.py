"""Prices from the linear relaxation: floats search for them, whole numbers use them."""

from __future__ import annotations

import numpy as np

from models.linking.choices import all_choices
from models.linking.formulation import formulate
from models.linking.problem import IntArray, LinkPrices, LinkProblem
from models.solver.linear import solve_relaxation

SCALE = 1000
"""Price units per point."""


def relaxation_prices(problem: LinkProblem) -> LinkPrices:
    """Take the prices at which the linear relaxation is in balance, rounded once.

    Parameters
    ----------
    problem
        A problem that has a plan.

    Returns
    -------
    LinkPrices
        Whole prices; the bound they prove lies within rounding of the relaxation's value.

    Raises
    ------
    SolverFailedError
        If the relaxation is not solved.
    """
    form = formulate(problem, all_choices(problem), relaxed=True)
    prices = solve_relaxation(form.program).row_prices
    per_person = np.rint(prices[form.quota_rows] * SCALE).astype(np.int64)
    per_dwelling = np.zeros_like(problem.dwellings)
    own = np.rint(prices[form.stock_rows] * SCALE).astype(np.int64)
    per_dwelling[form.stock_cells] = np.maximum(own, 0)
    empty = problem.dwellings == 0
    per_dwelling[empty] = _price_of_nothing(problem, per_person, per_dwelling)
    return LinkPrices(per_person, per_dwelling, SCALE)


def _price_of_nothing(problem: LinkProblem, per_person: IntArray, per_dwelling: IntArray) -> int:
    """Price of a dwelling that is not there: high enough that nobody reckons with it.

    It costs the bound nothing. Without a dwelling nobody loses more than the penalty; where
    everybody must have one, no other difference between two places outweighs this price.
    """
    dearest = int(per_dwelling.max(initial=0))
    if problem.may_lack_dwelling:
        return max(dearest, SCALE * int(problem.without_dwelling.max(initial=0)))
    open_points = problem.points[problem.allowed]
    points = int(open_points.max(initial=0)) - int(open_points.min(initial=0))
    prices = int(per_person.max(initial=0)) - int(per_person.min(initial=0))
    return dearest + SCALE * points + int(problem.sizes.max(initial=0)) * prices + 1
