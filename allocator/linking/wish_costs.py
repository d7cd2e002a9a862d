"""What each wish costs: by solving without it where that is quick, otherwise by prices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from allocator.linking.arrays import Arrays
from allocator.linking.households import Task
from allocator.linking.proposal import Solved
from allocator.linking.wishes import FORBID, PIN, RESERVE, Wish, WishCost, with_wishes
from models.linking.exact import solve_exactly
from models.linking.ordered import weigh
from models.linking.outcome import LinkOutcome
from models.linking.problem import LinkPrices, LinkProblem, net_points
from models.solution import Status
from models.solver.child import run_in_child
from models.solver.limits import Limits

SOLVED, PRICED = "opgelost", "prijzen"
SOLVED_PAIRS, SOLVED_WISHES = 5_000, 8
"""Open pairs and wishes up to which every wish is costed by solving without it."""


def costs_of(
    arrays: Arrays, before: Task, problem: LinkProblem, found: Solved
) -> tuple[WishCost, ...]:
    """What each wish costs beside the others, in points.

    Parameters
    ----------
    arrays, problem, found
        The run with all wishes.
    before
        Its task before any wish.

    Notes
    -----
    By solving: best value without this wish (and with the others) less the best value with all.
    By prices: the fall of the bound at the prices of the certificate; for dwellings that is
    their number times their price. That is an estimate, exact where prices leave no gap. Where one
    goal goes before the next, the points are those of the last level with its weights.
    """
    outcome = found.outcome
    assert outcome.prices is not None
    if found.levels:
        problem = weigh(problem, found.levels[-1].weights)
    is_small = (
        not found.levels
        and found.fair is None
        and len(arrays.wishes) <= SOLVED_WISHES
        and problem.allowed.sum() <= SOLVED_PAIRS
    )
    costs = []
    for wish in arrays.wishes:
        points = None
        if is_small and outcome.status is Status.OPTIMAL:
            points = _by_solving(arrays, before, wish, outcome)
        if points is None:
            points = _by_prices(arrays, before, wish, outcome.prices, problem)
            costs.append(WishCost(wish, points, PRICED))
        else:
            costs.append(WishCost(wish, points, SOLVED))
    return tuple(costs)


def _without(arrays: Arrays, wish: Wish) -> tuple[Wish, ...]:
    return tuple(other for other in arrays.wishes if other != wish)


def _by_solving(arrays: Arrays, before: Task, wish: Wish, outcome: LinkOutcome) -> int | None:
    """Nothing where no best plan is proven."""
    others = _without(arrays, wish)
    task = with_wishes(before, others)
    plain = Arrays(arrays.instance, task, arrays.quotas, arrays.options, others).problem()
    free = run_in_child(solve_exactly, replace(plain, canonical=None), limits=Limits())
    if free.status is not Status.OPTIMAL or free.bounds is None or outcome.bounds is None:
        return None
    return int(free.bounds.objective - outcome.bounds.objective)


def _by_prices(
    arrays: Arrays, before: Task, wish: Wish, prices: LinkPrices, problem: LinkProblem
) -> int:
    if wish.household:
        fall = _fall_of_household(arrays, before, wish, prices, problem)
    else:
        m, s = arrays.at[wish.municipality], arrays.classes.index(wish.dwelling)
        count = int(wish.count)
        lost = count if wish.kind == RESERVE else int(arrays.listed[m, s]) - count
        fall = lost * int(prices.per_dwelling[m, s])
    # Rounded half up to whole points.
    return (2 * fall + prices.scale) // (2 * prices.scale)


def _fall_of_household(
    arrays: Arrays, before: Task, wish: Wish, prices: LinkPrices, problem: LinkProblem
) -> int:
    """How much better the household could do at these prices without this wish."""
    h = next(h for h, row in enumerate(before.waiting) if row["huishouden_id"] == wish.household)
    own = [other for other in arrays.wishes if other.household == wish.household]
    others = [other for other in own if other != wish]
    with_it, without = (
        _best_net(problem, prices, h, _open_to(arrays, before, h, wishes))
        for wishes in (own, others)
    )
    return without - with_it


def _open_to(arrays: Arrays, before: Task, h: int, wishes: list[Wish]) -> NDArray[np.bool_]:
    open_to = before.open_to[h] - {wish.municipality for wish in wishes if wish.kind == FORBID}
    for wish in wishes:
        open_to &= {wish.municipality} if wish.kind == PIN else open_to
    return np.array([[code in open_to for code in arrays.codes]])


def _best_net(problem: LinkProblem, prices: LinkPrices, h: int, allowed: NDArray[np.bool_]) -> int:
    row = replace(
        problem,
        sizes=problem.sizes[h : h + 1],
        room_for=problem.housed_sizes[h : h + 1],
        points=problem.points[h : h + 1],
        allowed=allowed,
        needs_dwelling=problem.needs_dwelling[h : h + 1],
        without_dwelling=problem.without_dwelling[h : h + 1],
        canonical=None,
    )
    return int(net_points(row, prices).max())
