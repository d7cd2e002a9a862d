"""The minimum cut: who cannot give more, and what is full."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.exchange.problem import ExchangeProblem, IntArray
from models.solver.flow import max_flow


@dataclass(frozen=True, slots=True)
class Cut:
    """Proof that no plan relieves more than ``size``, lots and wishes or not."""

    givers: tuple[int, ...]
    takers: tuple[int, ...]
    size: int


def find_cut(problem: ExchangeProblem) -> Cut:
    """Both sides of the minimum cut and its size, counted over all parties and open pairs.

    Raises
    ------
    SolverDisagreementError
        If flow and cut differ.

    Notes
    -----
    Only min(give limit, shortfall) of a giver can relieve; a pair has no limit of its own, so
    the cut never goes through one.
    """
    pairs, _ = problem.open_pairs()
    n, k = problem.parties, len(pairs)
    source, sink = 2 * n, 2 * n + 1
    useful, parties = problem.useful_give(), np.arange(n)
    endless = np.full(k, int(useful.sum()) + 1, dtype=np.int64)
    _, side = max_flow(
        np.concatenate([np.full(n, source), pairs[:, 0], parties + n]).astype(np.int64),
        np.concatenate([parties, pairs[:, 1] + n, np.full(n, sink)]).astype(np.int64),
        np.concatenate([useful, endless, problem.take_limit]),
        source,
        sink,
        2 * n + 2,
    )
    # A giver without a shortfall has nothing to relieve and does not belong to the proof.
    inside = side[:n] & (useful > 0)
    joined = np.zeros(n, dtype=bool)
    joined[pairs[inside[pairs[:, 0]], 1]] = True
    return Cut(
        givers=_positions(inside),
        takers=_positions(joined),
        size=int(useful[~inside].sum()) + int(problem.take_limit[joined].sum()),
    )


def _positions(chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[int, ...]:
    positions: IntArray = np.flatnonzero(chosen)
    return tuple(positions.tolist())
