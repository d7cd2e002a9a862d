"""What each wish costs: by solving without it where that is quick, otherwise by prices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allocator.linking.arrays import Arrays
from allocator.linking.households import Task
from allocator.linking.wishes import FORBID, PIN, RESERVE, Wish, WishCost, with_wishes
from models.linking.exact import solve_exactly
from models.linking.outcome import LinkOutcome
from models.linking.problem import LinkPrices, LinkProblem, net_points
from models.solution import Status
from models.solver.child import run_in_child
from models.solver.limits import Limits

SOLVED, PRICED = "opgelost", "prijzen"
SOLVED_PAIRS, SOLVED_WISHES = 5_000, 8
"""Open pairs and wishes up to which every wish is costed by solving without it."""


def costs_of(
    arrays: Arrays, before: Task, problem: LinkProblem, outcome: LinkOutcome
) -> tuple[WishCost, ...]:
    """What each wish costs beside the others, in points.

    Parameters
    ----------
    arrays, problem, outcome
        The run with all wishes.
    before
        Its task before any wish.

    Notes
    -----
    By solving: best value without this wish (and with the others) less the best value with all.
    By prices: the fall of the bound at the prices of the certificate; for dwellings that is
    their number times their price. That is an estimate, exact where prices leave no gap.
    """
    assert outcome.prices is not None
    is_small = len(arrays.wishes) <= SOLVED_WISHES and problem.allowed.sum() <= SOLVED_PAIRS
    found = []
    for wish in arrays.wishes:
        points = None
        if is_small and outcome.status is Status.OPTIMAL:
            points = _by_solving(arrays, before, wish, outcome)
        if points is None:
            points = _by_prices(arrays, before, wish, outcome.prices)
            found.append(WishCost(wish, points, PRICED))
        else:
            found.append(WishCost(wish, points, SOLVED))
    return tuple(found)


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


def _by_prices(arrays: Arrays, before: Task, wish: Wish, prices: LinkPrices) -> int:
    if wish.household:
        fall = _fall_of_household(arrays, before, wish, prices)
    else:
        m, s = arrays.at[wish.municipality], arrays.classes.index(wish.dwelling)
        count = int(wish.count)
        lost = count if wish.kind == RESERVE else int(arrays.listed[m, s]) - count
        fall = lost * int(prices.per_dwelling[m, s])
    # Rounded half up to whole points.
    return (2 * fall + prices.scale) // (2 * prices.scale)


def _fall_of_household(arrays: Arrays, before: Task, wish: Wish, prices: LinkPrices) -> int:
    """How much better the household could do at these prices without this wish."""
    h = next(h for h, row in enumerate(before.waiting) if row["huishouden_id"] == wish.household)
    own = [other for other in arrays.wishes if other.household == wish.household]
    best = [_best_net(arrays, before, h, prices, own)]
    best.append(_best_net(arrays, before, h, prices, [other for other in own if other != wish]))
    return best[1] - best[0]


def _best_net(arrays: Arrays, before: Task, h: int, prices: LinkPrices, wishes: list[Wish]) -> int:
    open_to = before.open_to[h] - {wish.municipality for wish in wishes if wish.kind == FORBID}
    for wish in wishes:
        open_to &= {wish.municipality} if wish.kind == PIN else open_to
    problem = arrays.problem()
    allowed = np.array([[code in open_to for code in arrays.codes]])
    row = replace(
        problem,
        sizes=problem.sizes[h : h + 1],
        points=problem.points[h : h + 1],
        allowed=allowed,
        needs_dwelling=problem.needs_dwelling[h : h + 1],
        without_dwelling=problem.without_dwelling[h : h + 1],
        canonical=None,
    )
    return int(net_points(row, prices).max())
