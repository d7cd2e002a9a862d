"""Which class of dwelling everyone who stands housed gets."""

from __future__ import annotations

import numpy as np

from models.linking.priced.state import Places
from models.linking.problem import NO_DWELLING, IntArray, LinkPlan
from models.solution import SolverDisagreementError


def plan_of(places: Places) -> LinkPlan:
    """Give each housed household a class.

    Parameters
    ----------
    places
        A plan by municipality and lack.

    Returns
    -------
    LinkPlan
        The same plan with classes; among equals the lower household gets the smaller dwelling.

    Raises
    ------
    SolverDisagreementError
        If somebody who stands housed finds no dwelling left.

    Notes
    -----
    Sizes in ascending order take, of the classes that suit, the one that ends first: with
    ranges of sizes this houses everyone whenever anything does [1]_.

    References
    ----------
    .. [1] F. Glover, "Maximum matching in a convex bipartite graph", Naval Research Logistics
       Quarterly 14 (1967), 313-316.
    """
    problem, layout = places.problem, places.layout
    left = problem.dwellings.copy()
    dwelling = np.full(len(places.where), NO_DWELLING, dtype=np.int64)
    for kind in np.flatnonzero(layout.needs):
        who = layout.members(int(kind))
        who = who[~places.lacks[who]]
        who = who[np.argsort(places.where[who], kind="stable")]
        dwelling[who] = _hand_out(left, layout.suits[kind], problem.class_max, places.where[who])
    return LinkPlan(municipality=places.where.copy(), dwelling_class=dwelling)


def _hand_out(left: IntArray, suits: np.ndarray, class_max: IntArray, where: IntArray) -> IntArray:
    """Classes for households of one kind, sorted by municipality; takes them from ``left``."""
    municipalities = len(left)
    waiting = np.bincount(where, minlength=municipalities)
    first = np.cumsum(waiting) - waiting
    rank = np.arange(len(where)) - first[where]
    given = np.full(len(where), NO_DWELLING, dtype=np.int64)
    served = np.zeros(municipalities, dtype=np.int64)
    classes = np.flatnonzero(suits)
    for cls in classes[np.argsort(class_max[classes], kind="stable")]:
        upto = served + np.minimum(left[:, cls], waiting - served)
        given[(rank >= served[where]) & (rank < upto[where])] = cls
        left[:, cls] -= upto - served
        served = upto
    if (served < waiting).any():
        raise SolverDisagreementError("somebody who stands housed finds no dwelling left")
    return given
