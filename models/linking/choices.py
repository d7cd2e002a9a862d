"""Which choices a plan can make: all that the rules leave, or those that prices leave too."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.linking.problem import (
    IntArray,
    LinkPrices,
    LinkProblem,
    dwelling_cost,
    net_points,
    quota_slope_value,
)


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """What is left open: household to municipality, and how many sit in which class or in none.

    A group is a size in a municipality, a lacking group in addition a penalty.
    """

    household: IntArray
    """Household of each arc, ascending, shape (A,)."""
    municipality: IntArray
    """Municipality of each arc, shape (A,)."""
    may_lack: NDArray[np.bool_]
    """Whether the arc may be without a dwelling, shape (A,)."""
    seats: NDArray[np.bool_]
    """Whether profile k of the problem may sit in class s in m, shape (M, K, S)."""
    fewest_persons: IntArray
    """Persons in a municipality, shape (M,)."""
    most_persons: IntArray
    """Persons in a municipality, shape (M,)."""
    fewest_seats: IntArray
    """Dwellings in use, shape (M, S)."""


def all_choices(problem: LinkProblem) -> Choices:
    """Return every choice that the hard rules leave.

    Parameters
    ----------
    problem
        Any problem in which every household has an open municipality.

    Returns
    -------
    Choices
        One arc per open pair.
    """
    household, municipality = np.nonzero(problem.allowed)
    _, sizes, _ = problem.profiles()
    fits = (problem.class_min <= sizes[:, None]) & (sizes[:, None] <= problem.class_max)
    seats = fits[None, :, :] & (problem.dwellings > 0)[:, None, :]
    everyone = np.full(problem.shape[1], int(problem.sizes.sum()), dtype=np.int64)
    if problem.quota.most is not None:
        everyone = np.minimum(everyone, problem.quota.most)
    return Choices(
        household=household,
        municipality=municipality,
        may_lack=problem.needs_dwelling[household] & problem.may_lack_dwelling,
        seats=seats,
        fewest_persons=np.zeros_like(everyone),
        most_persons=everyone,
        fewest_seats=np.zeros_like(problem.dwellings),
    )


def choices_within(problem: LinkProblem, prices: LinkPrices, budget: int) -> Choices:
    """Return the choices that a plan within ``budget`` of the price bound can make.

    Parameters
    ----------
    problem
        The problem.
    prices
        Any prices.
    budget
        Points x scale. Every plan of at least (bound_of - budget) / scale points uses only
        these choices.

    Returns
    -------
    Choices
        A superset of the choices of all those plans.

    Notes
    -----
    The bound exceeds a plan's value by a sum of terms that are never negative: the regret of
    each household at these prices, the slack of each quota and the price of each dwelling that
    stays empty. A choice whose own term exceeds the budget is in no such plan. All in integers.
    """
    household, municipality, earned = _regret_before_dwelling(problem, prices)
    lack = earned + prices.scale * problem.without_dwelling[household]
    housed = earned + dwelling_cost(_with_dwelling(problem), prices)[household, municipality]
    may_lack = problem.needs_dwelling[household] & problem.may_lack_dwelling & (lack <= budget)
    needs = problem.needs_dwelling[household]
    keep = np.where(needs, may_lack | (housed <= budget), earned <= budget)
    fewest, most = _persons_within(problem, prices, budget)
    return Choices(
        household=household[keep],
        municipality=municipality[keep],
        may_lack=may_lack[keep],
        seats=_seats_within(problem, prices, budget, (household, municipality, earned)),
        fewest_persons=fewest,
        most_persons=most,
        fewest_seats=_seats_in_use(problem, prices, budget),
    )


def _with_dwelling(problem: LinkProblem) -> LinkProblem:
    """The same problem when nobody may lack a dwelling."""
    return replace(problem, may_lack_dwelling=False)


def _regret_before_dwelling(
    problem: LinkProblem, prices: LinkPrices
) -> tuple[IntArray, IntArray, IntArray]:
    """Open pairs, and how far each falls short of its household's best before any dwelling."""
    best = net_points(problem, prices).max(axis=1)
    household, municipality = np.nonzero(problem.allowed)
    points = problem.points[household, municipality] * prices.scale
    price = problem.sizes[household] * prices.per_person[municipality]
    return household, municipality, best[household] - (points - price)


def _seats_within(
    problem: LinkProblem,
    prices: LinkPrices,
    budget: int,
    arcs: tuple[IntArray, IntArray, IntArray],
) -> NDArray[np.bool_]:
    household, municipality, earned = arcs
    _, sizes, profile = problem.profiles()
    size = profile[household]
    least = np.full((problem.shape[1], len(sizes)), np.iinfo(np.int64).max // 8, dtype=np.int64)
    needs = problem.needs_dwelling[household]
    np.minimum.at(least, (municipality[needs], size[needs]), earned[needs])
    fits = (problem.class_min <= sizes[:, None]) & (sizes[:, None] <= problem.class_max)
    regret = least[:, :, None] + prices.per_dwelling[:, None, :]
    return np.asarray(fits & (problem.dwellings > 0)[:, None, :] & (regret <= budget))


def _seats_in_use(problem: LinkProblem, prices: LinkPrices, budget: int) -> IntArray:
    """At least so many dwellings are used: each that stays empty costs its price."""
    spare = budget // np.maximum(prices.per_dwelling, 1)
    used = np.maximum(problem.dwellings - spare, 0)
    return np.where(prices.per_dwelling > 0, used, 0)


def _persons_within(
    problem: LinkProblem, prices: LinkPrices, budget: int
) -> tuple[IntArray, IntArray]:
    """Fewest and most persons whose quota slack fits the budget; the slack is convex."""
    persons = np.arange(int(problem.sizes.sum()) + 1)[:, None]
    worth = prices.per_person * persons - prices.scale * problem.quota.at(persons)
    inside = quota_slope_value(problem, prices) - worth <= budget
    if problem.quota.most is not None:
        inside &= persons <= problem.quota.most
    return inside.argmax(axis=0), len(persons) - 1 - inside[::-1].argmax(axis=0)
