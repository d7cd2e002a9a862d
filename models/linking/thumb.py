"""A plan by a rule of thumb, household by household: something to hold a proposal against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.linking.problem import NO_DWELLING, IntArray, LinkPlan, LinkProblem


@dataclass(frozen=True, slots=True, eq=False)
class Nearness:
    """Which municipalities lie in the region that a household stays in."""

    home: IntArray
    """Region of household h, shape (H,); -1 where nobody knows."""
    region: IntArray
    """Region of municipality m, shape (M,), non-negative."""


def rule_of_thumb(problem: LinkProblem, order: IntArray, near: Nearness) -> LinkPlan:
    """Place households one by one, looking at nothing that comes after.

    Parameters
    ----------
    problem
        Households, municipalities, classes, dwellings and targets.
    order
        Rows of the households in the order in which they are placed, shape (H,).
    near
        The region of each household and municipality.

    Returns
    -------
    LinkPlan
        Among the open municipalities those with a suitable dwelling free come first (all do for
        who needs none), of these those with persons left to their target, of these those in the
        region of the household; of what remains the one with most persons left, then the lowest
        index. The dwelling is of the tightest class: fewest at most, fewest at least, lowest
        index. A cap below the target counts as the target. No other rule is kept: also where a
        link without a dwelling is no plan at all, who finds none is placed without.

    Notes
    -----
    O(H (M + S)).
    """
    households = len(problem.sizes)
    stock, left = problem.dwellings.copy(), problem.quota.target.copy()
    if problem.quota.most is not None:
        left = np.minimum(left, problem.quota.most)
    tightest = np.lexsort((np.arange(len(problem.class_min)), problem.class_min, problem.class_max))
    classes_of = {
        int(size): tightest[
            (problem.class_min[tightest] <= size) & (size <= problem.class_max[tightest])
        ]
        for size in np.unique(problem.housed_sizes)
    }
    free_of: dict[int, NDArray[np.bool_]] = {
        size: np.asarray(stock[:, own].any(axis=1)) for size, own in classes_of.items()
    }
    place = np.zeros(households, dtype=np.int64)
    dwelling = np.full(households, NO_DWELLING, dtype=np.int64)
    for h in order.tolist():
        size = int(problem.housed_sizes[h])
        rank = 2 * (left > 0) + (near.region == near.home[h])
        if problem.needs_dwelling[h]:
            rank = rank + 4 * free_of[size]
        rank = np.where(problem.allowed[h], rank, -1)
        best = np.flatnonzero(rank == rank.max())
        m = int(best[left[best].argmax()])
        place[h] = m
        left[m] -= problem.sizes[h]
        if problem.needs_dwelling[h] and free_of[size][m]:
            dwelling[h] = next(s for s in classes_of[size].tolist() if stock[m, s])
            stock[m, dwelling[h]] -= 1
            for other, own in classes_of.items():
                free_of[other][m] = stock[m, own].any()
    return LinkPlan(place, dwelling)
