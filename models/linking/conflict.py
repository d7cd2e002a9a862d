"""Households that cannot all be linked: found by a flow, named by its cut, proven on their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.linking.outcome import ConflictKind, LinkConflict
from models.linking.problem import IntArray, LinkProblem
from models.solution import SolverDisagreementError
from models.solver.flow import max_flow


def find_conflicts(problem: LinkProblem) -> tuple[LinkConflict, ...]:
    """Name every group of households that no plan can link.

    Parameters
    ----------
    problem
        The problem.

    Returns
    -------
    tuple
        Conflicts that share no household, the smallest first; empty exactly when a plan exists.
        Their shortages add up to the number of households that must stay out.

    Raises
    ------
    SolverDisagreementError
        If a conflict does not hold on its own.

    Notes
    -----
    Quotas are no hard rule, so with an open municipality for everyone a plan exists exactly
    when all who need a dwelling can be matched to one. The households on the source side of the
    minimum cut nearest to the source violate Hall's condition [1]_; those that share no dwelling
    are conflicts of their own.

    References
    ----------
    .. [1] P. Hall, "On representatives of subsets", Journal of the London Mathematical Society
       10 (1935), 26-30.
    """
    closed = np.flatnonzero(~problem.allowed.any(axis=1))
    if len(closed):
        kind = ConflictKind.NO_OPEN_MUNICIPALITY
        return (LinkConflict(kind, tuple(closed.tolist()), (), len(closed)),)
    if problem.may_lack_dwelling:
        return ()
    shortage, rows = _left_out(problem, np.flatnonzero(problem.needs_dwelling))
    if not shortage:
        return ()
    found = [_conflict(problem, part) for part in _parts(problem, rows)]
    if sum(conflict.shortage for conflict in found) != shortage:
        raise SolverDisagreementError("the parts of a conflict do not add up to it")
    return tuple(sorted(found, key=lambda own: (len(own.households), own.households)))


def _conflict(problem: LinkProblem, rows: IntArray) -> LinkConflict:
    """Describe a conflict and confirm that these households alone are one too many."""
    shortage, _ = _left_out(problem, rows)
    stock = int(problem.dwellings[_cells(problem, rows).any(axis=0)].sum())
    if shortage < 1 or shortage != len(rows) - stock:
        raise SolverDisagreementError("a conflict does not hold on its own")
    open_to = np.flatnonzero(problem.allowed[rows].any(axis=0))
    return LinkConflict(
        ConflictKind.DWELLINGS, tuple(rows.tolist()), tuple(open_to.tolist()), shortage
    )


def _cells(problem: LinkProblem, rows: IntArray) -> NDArray[np.bool_]:
    """Which dwelling classes of which municipality suit and are open to each row, (R, M, S)."""
    suits = problem.fits()[rows]
    there = problem.dwellings > 0
    return np.asarray(problem.allowed[rows][:, :, None] & suits[:, None, :] & there[None])


def _left_out(problem: LinkProblem, rows: IntArray) -> tuple[int, IntArray]:
    """How many of these rows at least find no dwelling, and who competes for the last ones."""
    household, m, s = np.nonzero(_cells(problem, rows))
    cells, cell = np.unique(m * problem.shape[2] + s, return_inverse=True)
    everyone, places = np.arange(len(rows)), len(rows) + np.arange(len(cells))
    source, sink = len(rows) + len(cells), len(rows) + len(cells) + 1
    tails = np.concatenate([np.full(len(rows), source), household, places])
    heads = np.concatenate([everyone, len(rows) + cell, np.full(len(cells), sink)])
    ones = np.ones(len(rows) + len(household), dtype=np.int64)
    room = np.concatenate([ones, problem.dwellings.ravel()[cells]])
    value, side = max_flow(tails, heads, room, source, sink, sink + 1)
    return len(rows) - value, rows[side[: len(rows)]]


def _parts(problem: LinkProblem, rows: IntArray) -> list[IntArray]:
    """Divide rows into groups that compete for no common dwelling."""
    cells = _cells(problem, rows).reshape(len(rows), -1)
    left = np.ones(len(rows), dtype=np.bool_)
    parts = []
    while left.any():
        inside = np.zeros(len(rows), dtype=np.bool_)
        inside[left.argmax()] = True
        while True:
            grown = (cells & cells[inside].any(axis=0)).any(axis=1) | inside
            if (grown == inside).all():
                break
            inside = grown
        parts.append(rows[inside])
        left &= ~inside
    return parts
