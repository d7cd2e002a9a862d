"""Households that cannot all be linked, named before any search."""

from __future__ import annotations

import numpy as np

from models.linking.outcome import ConflictKind, LinkConflict
from models.linking.problem import IntArray, LinkProblem
from models.solver.flow import max_flow


def find_conflict(problem: LinkProblem) -> LinkConflict | None:
    """Return a group that no plan can link, or nothing when there is none.

    Parameters
    ----------
    problem
        The problem.

    Returns
    -------
    LinkConflict or None
        Households without an open municipality; or, where everybody must have a dwelling, a
        Hall set: households whose open municipalities have too few dwellings that fit.

    Notes
    -----
    Everybody has an open municipality and quotas are no hard rule, so a plan exists exactly
    when all who need a dwelling can be matched to one. A maximum flow decides, its minimum cut
    is the Hall set. O(pairs x classes) arcs.
    """
    closed = np.flatnonzero(~problem.allowed.any(axis=1))
    if len(closed):
        return LinkConflict(
            ConflictKind.NO_OPEN_MUNICIPALITY, tuple(closed.tolist()), (), len(closed)
        )
    if problem.may_lack_dwelling:
        return None
    return _hall_set(problem, np.flatnonzero(problem.needs_dwelling))


def _hall_set(problem: LinkProblem, needing: IntArray) -> LinkConflict | None:
    municipalities, classes = problem.dwellings.shape
    fits = problem.fits()[needing]
    row, m, s = np.nonzero(problem.allowed[needing][:, :, None] & fits[:, None, :])
    cells = municipalities * classes
    source, sink = len(needing) + cells, len(needing) + cells + 1
    place = len(needing) + np.arange(cells)
    everyone = np.arange(len(needing))
    value, on_side = max_flow(
        np.concatenate([np.full(len(needing), source), row, place]),
        np.concatenate([everyone, len(needing) + m * classes + s, np.full(cells, sink)]),
        np.concatenate([np.ones(len(needing) + len(row)), problem.dwellings.ravel()]).astype(
            np.int64
        ),
        source,
        sink,
        sink + 1,
    )
    shortage = len(needing) - value
    if shortage == 0:
        return None
    group = needing[on_side[: len(needing)]]
    open_to = np.flatnonzero(problem.allowed[group].any(axis=0))
    return LinkConflict(
        ConflictKind.DWELLINGS, tuple(group.tolist()), tuple(open_to.tolist()), shortage
    )
