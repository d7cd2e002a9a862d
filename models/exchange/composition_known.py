"""A division made only of groups of which it is known what they move."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from models.exchange.composition_lightest import Members
from models.exchange.rows import Rows
from models.solver.choose import solve_program
from models.solver.limits import Limits
from models.solver.program import LinearProgram


def divide_by_known(
    households: Mapping[Members, int], parties: int, limits: Limits
) -> tuple[Members, ...] | None:
    """Choose the most groups that take every party in once, and of those the lightest.

    Parameters
    ----------
    households
        What each group moves.
    parties
        Number of parties.
    limits
        Nodes per search.

    Returns
    -------
    tuple or None
        Groups, ascending; None where no choice was found.
    """
    names = sorted(households)
    moved = [households[members] for members in names]
    most = _choice(names, [-1] * len(names), parties, None, limits)
    if most is None:
        return None
    lightest = _choice(names, moved, parties, len(most), limits)
    return most if lightest is None else lightest


def _choice(
    names: list[Members], goal: list[int], parties: int, groups: int | None, limits: Limits
) -> tuple[Members, ...] | None:
    answer = solve_program(_program(names, goal, parties, groups), limits)
    if answer.values is None:
        return None
    return tuple(names[place] for place in np.flatnonzero(answer.values).tolist())


def _program(
    names: list[Members], goal: list[int], parties: int, groups: int | None
) -> LinearProgram:
    rows = Rows()
    inside: list[list[tuple[int, int]]] = [[] for _ in range(parties)]
    columns = [rows.column(1) for _ in names]
    for members, column in zip(names, columns, strict=True):
        for member in members:
            inside[member].append((column, 1))
    for terms in inside:
        rows.row(terms, 1, 1)
    if groups is not None:
        rows.row([(column, 1) for column in columns], groups, groups)
    return rows.program(list(zip(columns, goal, strict=True)))
