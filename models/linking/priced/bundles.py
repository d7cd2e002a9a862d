"""What several households of one kind lose at least on one way: each takes a chain of its own."""

from __future__ import annotations

import numpy as np

from models.linking.priced.closure import Reach, losses
from models.linking.priced.state import AnyInt


def bundle_loss(reach: Reach, chained: AnyInt, start: int, end: int, count: int) -> int:
    """Points that ``count`` chains from one cell to another lose at least.

    No two chains begin with the same household, and no two end with the same: what the best
    ``count`` beginnings lose, or the best ``count`` endings, is lost.

    Parameters
    ----------
    reach
        Moves of the kind as the plan stands.
    chained
        Loss by chains between its nodes, shape (N, N), as `Reach.closed` gives it.
    start, end
        The cells, not the same.
    count
        Households that are to go, at least 1.

    Returns
    -------
    int
        A lower bound where ``chained`` is of the plan as it stands, otherwise an estimate;
        ``reach.far`` or more where there are too few households.
    """
    return max(
        _least_beginnings(reach, chained, start, end, count),
        _least_endings(reach, chained, start, end, count),
    )


def _least_beginnings(reach: Reach, chained: AnyInt, start: int, end: int, count: int) -> int:
    places, first, last = reach.places, reach.node[start], reach.node[end]
    who = reach.members[places.cell[reach.members] == start]
    if len(who) < count:
        return reach.far
    onwards = chained[:, last].copy()
    # Whoever has arrived goes no further, also where nobody stood before.
    onwards[last] = 0
    through = losses(places, who, reach.far, reach.nodes[len(places.persons) :]) + onwards
    # Nobody sets out by staying.
    through[:, first] = reach.far
    return _sum_of_least(through.min(axis=1), count)


def _least_endings(reach: Reach, chained: AnyInt, start: int, end: int, count: int) -> int:
    places = reach.places
    who = reach.members[places.cell[reach.members] != end]
    if len(who) < count:
        return reach.far
    so_far = chained[reach.node[start], reach.node[places.cell[who]]]
    return _sum_of_least(so_far + reach.arrivals(who, end), count)


def _sum_of_least(loss: AnyInt, count: int) -> int:
    return int(np.partition(loss, count - 1)[:count].sum(dtype=np.int64))
