"""Caps on persons: whether any plan keeps them, who clashes where none does, and by how much."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.linking.outcome import ConflictKind, LinkConflict, LinkOutcome, Raise
from models.linking.priced.layout import prohibitive
from models.linking.problem import UNCAPPED, IntArray, LinkProblem, QuotaPenalty
from models.solution import Status
from models.solver.flow import max_flow

EXACT_PAIRS = 50_000
"""Open pairs up to which an exact search decides what a cut leaves open."""
_CORE = 40
"""Effort: households up to which a conflict is made as small as can be."""


@dataclass(frozen=True, slots=True, eq=False)
class CapSearch:
    """Whether the caps can be kept."""

    where: IntArray
    """A municipality for each who has none without a cap; -1 for the others, shape (H,)."""
    conflict: LinkConflict | None = None
    is_decided: bool = True
    """False where the budget ended first: then nothing is said of existence."""


def with_caps(problem: LinkProblem, most: IntArray, number: IntArray | None = None) -> LinkProblem:
    """The problem under caps.

    Parameters
    ----------
    problem
        Any problem.
    most
        Persons at most, shape (M,); ``UNCAPPED`` where nothing limits them.
    number
        How many households each row stands for, shape (H,), if not one: those of a
        ``GroupedProblem``, whose ``one_each`` is ``problem``.

    Returns
    -------
    LinkProblem
        The same problem where no cap is lower than everybody together.
    """
    everybody = problem.sizes if number is None else problem.sizes * number
    if (most >= int(everybody.sum())).all():
        return problem
    dear = prohibitive(problem) + int(problem.without_dwelling.max(initial=0))
    return replace(problem, quota=replace(problem.quota, most=most, beyond_most=dear))


def search_caps(problem: LinkProblem) -> CapSearch:
    """Look for a conflict of caps.

    Parameters
    ----------
    problem
        A problem in which everybody has an open municipality and, where a link without a
        dwelling is no plan, dwellings suffice.

    Returns
    -------
    CapSearch
        The smallest conflict found, or where those may go who have no municipality without a
        cap.

    Notes
    -----
    Who has an open municipality without a cap is in nobody's way, unless everybody needs a
    dwelling. The others fall into parts that share no municipality. In each a minimum cut over
    persons proves that there are too many, were households divisible; where it does not, an
    exact search for the least excess over the caps decides, and the price bound of that search
    where there are too many pairs for it.
    """
    where = np.full(problem.shape[0], -1, dtype=np.int64)
    if problem.quota.most is None:
        return CapSearch(where)
    conflicts, is_decided = [], True
    for rows in _parts(problem):
        eased = _least_excess(problem.rows(rows))
        conflict = _conflict(problem, rows, eased)
        if conflict is not None:
            conflicts.append(conflict)
        elif eased.plan is None or eased.bounds is None or eased.bounds.objective < 0:
            is_decided = False
        else:
            where[rows] = eased.plan.municipality
    if conflicts:
        return CapSearch(where, min(conflicts, key=_size_first))
    return CapSearch(where, None, is_decided)


def why_no_plan(problem: LinkProblem) -> LinkOutcome:
    """Say of a problem without a plan whether its caps are the reason.

    Returns
    -------
    LinkOutcome
        ``INFEASIBLE`` with the conflict, or ``UNKNOWN``.
    """
    found = search_caps(problem).conflict
    status = Status.UNKNOWN if found is None else Status.INFEASIBLE
    return LinkOutcome(None, status, None, None, None, conflict=found)


def _size_first(conflict: LinkConflict) -> tuple[int, tuple[int, ...]]:
    return len(conflict.households), conflict.households


def _capped(problem: LinkProblem) -> NDArray[np.bool_]:
    assert problem.quota.most is not None
    return np.asarray(problem.quota.most < UNCAPPED)


def _parts(problem: LinkProblem) -> list[IntArray]:
    """Rows that compete for the same caps, part by part."""
    if not problem.may_lack_dwelling:
        return [np.arange(problem.shape[0])]
    free = np.asarray((problem.allowed & ~_capped(problem)).any(axis=1))
    return _divided(problem, ~free)


def _divided(problem: LinkProblem, left: NDArray[np.bool_]) -> list[IntArray]:
    """Divide the marked rows into parts that share no municipality."""
    parts, everyone, left = [], np.arange(problem.shape[0]), left.copy()
    while left.any():
        inside = np.zeros(len(left), dtype=np.bool_)
        inside[left.argmax()] = True
        while True:
            shared = problem.allowed[inside].any(axis=0)
            grown = left & problem.allowed[:, shared].any(axis=1)
            if (grown == inside).all():
                break
            inside = grown
        parts.append(everyone[inside])
        left &= ~inside
    return parts


def eased_of(problem: LinkProblem) -> LinkProblem:
    """The same households where only persons above a cap cost something: a point each."""
    most = problem.quota.most
    assert most is not None
    total = int(problem.sizes.sum())
    ones = np.ones_like(most)
    quota = QuotaPenalty(np.minimum(most, total), ones, 0, 0, 1, 1)
    return replace(
        problem,
        points=np.zeros_like(problem.points),
        without_dwelling=np.zeros_like(problem.without_dwelling),
        needs_dwelling=problem.needs_dwelling & (not problem.may_lack_dwelling),
        quota=quota,
        canonical=None,
    )


def _least_excess(problem: LinkProblem) -> LinkOutcome:
    """Persons above the caps, as few as can be: a plan with that many points below zero."""
    # Imported here: both roads ask this module.
    from models.linking.exact import solve_exactly
    from models.linking.prices import QUICK, Effort, solve_by_prices

    eased = eased_of(problem)
    if problem.allowed.sum() > EXACT_PAIRS:
        # Without an exact search to follow, coarse prices and every move that helps.
        return solve_by_prices(eased, effort=Effort(prices=QUICK.prices))
    quick = solve_by_prices(eased, effort=QUICK)
    if quick.bounds is not None and quick.bounds.objective == 0:
        return quick
    return solve_exactly(eased)


def _conflict(problem: LinkProblem, rows: IntArray, eased: LinkOutcome) -> LinkConflict | None:
    """Describe what clashes among some rows; nothing where nothing is proven to."""
    if eased.bounds is not None and eased.bounds.objective == 0:
        return None
    short, core = _cut(problem, rows)
    if not short:
        if eased.bounds is None or eased.bounds.bound >= 0:
            return None
        short, core = -eased.bounds.bound, _smaller(problem, rows)
    open_to = np.flatnonzero(problem.allowed[core].any(axis=0) & _capped(problem))
    return LinkConflict(
        ConflictKind.CAPS,
        tuple(core.tolist()),
        tuple(open_to.tolist()),
        short,
        _raises(problem, rows, eased),
    )


def _raises(problem: LinkProblem, rows: IntArray, eased: LinkOutcome) -> tuple[Raise, ...]:
    """By how much which caps have to rise so that these rows fit, as little as was found."""
    if eased.plan is None:
        return ()
    assert problem.quota.most is not None
    persons = np.zeros(problem.shape[1], dtype=np.int64)
    np.add.at(persons, eased.plan.municipality, problem.sizes[rows])
    over = persons - problem.quota.most
    return tuple(Raise(m, int(over[m])) for m in np.flatnonzero(over > 0).tolist())


def _cut(problem: LinkProblem, rows: IntArray) -> tuple[int, IntArray]:
    """Persons too many were households divisible, and who competes for the last of the room."""
    most = problem.quota.most
    assert most is not None
    household, m = np.nonzero(problem.allowed[rows])
    cells, cell = np.unique(m, return_inverse=True)
    source, sink = len(rows) + len(cells), len(rows) + len(cells) + 1
    sizes, places = problem.sizes[rows], len(rows) + np.arange(len(cells))
    total = int(sizes.sum())
    tails = np.concatenate([np.full(len(rows), source), household, places])
    heads = np.concatenate([np.arange(len(rows)), len(rows) + cell, np.full(len(cells), sink)])
    endless = np.full(len(household), total)
    room = np.concatenate([sizes, endless, np.minimum(most[cells], total)])
    _, side = max_flow(tails, heads, room, source, sink, sink + 1)
    marked = np.zeros(problem.shape[0], dtype=np.bool_)
    marked[rows[side[: len(rows)]]] = True
    short = []
    for part in _divided(problem, marked):
        allowed = problem.allowed[part].any(axis=0)
        lacking = int(problem.sizes[part].sum() - np.minimum(most, total)[allowed].sum())
        if lacking > 0:
            short.append((len(part), lacking, part))
    if not short:
        return 0, rows
    _, lacking, part = min(short, key=lambda one: one[:2])
    return lacking, part


def _smaller(problem: LinkProblem, rows: IntArray) -> IntArray:
    """Drop households as long as the others alone cannot be placed."""
    core = rows
    if len(rows) > _CORE:
        return core
    for row in rows.tolist():
        rest = core[core != row]
        found = _least_excess(problem.rows(rest)) if len(rest) else None
        if found is not None and found.bounds is not None and found.bounds.bound < 0:
            core = rest
    return core


def is_within_caps(problem: LinkProblem, persons: IntArray) -> bool:
    """Whether ``persons`` per municipality, shape (M,), keeps every cap."""
    return problem.quota.most is None or bool((persons <= problem.quota.most).all())
