"""Who of the households in a municipality holds which of its dwellings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.linking.problem import NO_DWELLING, IntArray
from models.solver.flow import min_cost_flow


def hold_claims(
    sizes: IntArray,
    municipality: IntArray,
    weights: IntArray,
    class_min: IntArray,
    class_max: IntArray,
    dwellings: IntArray,
) -> IntArray:
    """Give dwellings to households that already have a municipality.

    Parameters
    ----------
    sizes
        Persons per household, shape (H,).
    municipality
        Index of its municipality, shape (H,).
    weights
        What is lost when it has no dwelling, shape (H,), non-negative [points].
    class_min, class_max
        Persons that a class suits, shape (S,).
    dwellings
        Dwellings of class s in municipality m, shape (M, S).

    Returns
    -------
    IntArray
        Class of each household, or ``NO_DWELLING``, shape (H,).

    Notes
    -----
    Per municipality the most weight is housed; among those the tightest classes are used (those
    that end first), so that large dwellings stay free; among those the lower row goes first.
    One minimum-cost flow per municipality, exact.
    """
    held = np.full(len(sizes), NO_DWELLING, dtype=np.int64)
    fits = (class_min <= sizes[:, None]) & (sizes[:, None] <= class_max)
    order = np.lexsort((class_min, class_max))
    for m in np.unique(municipality):
        rows = np.flatnonzero(municipality == m)
        held[rows] = _hold(weights[rows], fits[rows], dwellings[m], order)
    return held


def _hold(weights: IntArray, fits: NDArray[np.bool_], stock: IntArray, order: IntArray) -> IntArray:
    """Classes of the households of one municipality, in three orders of weight."""
    households, classes = fits.shape
    rank = np.empty(classes, dtype=np.int64)
    rank[order] = np.arange(classes)
    rows, cols = np.nonzero(fits & (stock > 0))
    # A swap between equals is decided by row times rank; a class by its rank; both together
    # never outweigh one point.
    by_class = households * households * (classes + 1) + 1
    by_point = by_class * households * (classes + 1) + 1
    row = np.arange(households)
    house = by_class * rank[cols] + rows * (classes - rank[cols])
    lack = by_point * weights + by_class * classes
    sink = households + classes
    tails = np.concatenate([rows, row, households + np.arange(classes)])
    heads = np.concatenate([households + cols, np.full(households, sink), np.full(classes, sink)])
    flow = min_cost_flow(
        tails,
        heads,
        np.concatenate([np.ones(len(rows) + households, np.int64), stock.astype(np.int64)]),
        np.concatenate([house, lack, np.zeros(classes, np.int64)]).astype(np.int64),
        np.concatenate([np.ones(households), np.zeros(classes), [-households]]).astype(np.int64),
    )
    held = np.full(households, NO_DWELLING, dtype=np.int64)
    used = flow[: len(rows)] > 0
    held[rows[used]] = cols[used]
    return held
