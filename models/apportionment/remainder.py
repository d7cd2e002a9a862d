"""Largest remainder within bounds (exact water-filling first) and the literal ceiling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.apportionment.division import CeilingSurplus, RemainderCut
from models.apportionment.intake import Claims, Integers
from models.apportionment.limits import Limits


@dataclass(frozen=True, slots=True)
class Level:
    """The rate at which water-filling ends: shares w_i * total / weights, then clipped."""

    total: int
    weights: int


def fill_level(total: int, claims: Claims, limits: Limits) -> Level:
    """Find the rate at which the clipped shares sum to the total exactly.

    Notes
    -----
    Pegging: at a trial rate compare what the caps cut off with what the floors add. The
    larger side shows on which side of the trial the true rate lies, hence which units
    certainly stand at their bound; they are taken out and the rest is shared anew. All in
    whole numbers; each round takes out at least one unit.
    """
    weights = claims.weights
    lower, upper = limits.lower.astype(weights.dtype), limits.upper.astype(weights.dtype)
    level = Level(total, claims.weight_sum)
    while True:
        shares = weights * level.total
        over = shares > upper * level.weights
        under = shares < lower * level.weights
        cut = int((shares[over] - upper[over] * level.weights).sum())
        added = int((lower[under] * level.weights - shares[under]).sum())
        if cut == added:
            return level
        pegged, bounds = (over, upper) if cut > added else (under, lower)
        level = Level(
            level.total - int(bounds[pegged].sum()), level.weights - int(weights[pegged].sum())
        )
        weights, lower, upper = weights[~pegged], lower[~pegged], upper[~pegged]


def divide_by_remainder(
    total: int,
    claims: Claims,
    limits: Limits | None,
    ranks: Integers | None,
) -> tuple[Integers, RemainderCut, tuple[int, ...]]:
    """Give each its share rounded down and the rest to the largest remainders.

    Parameters
    ----------
    total
        Units to divide [persons].
    claims
        Checked weights.
    limits
        Effective bounds, or ``None``.
    ranks
        Rank of each unit among equal remainders; ``None`` is the order of the units.

    Returns
    -------
    tuple
        Parts, the cut, and the tied units.
    """
    level = Level(total, claims.weight_sum)
    if limits is not None:
        level = fill_level(total, claims, limits)
    product = claims.weights * level.total
    parts = product // level.weights
    remainders = product - parts * level.weights
    if limits is not None:
        clipped = np.minimum(np.maximum(parts, limits.lower), limits.upper)
        remainders[(clipped != parts) | (parts == limits.upper)] = 0
        parts = clipped
    up = total - int(parts.sum())
    if up == 0:
        return parts, RemainderCut(level.total, level.weights, 0, None, 0), ()
    return _round_up(parts, remainders, up, level, ranks)


def _round_up(
    parts: Integers, remainders: Integers, up: int, level: Level, ranks: Integers | None
) -> tuple[Integers, RemainderCut, tuple[int, ...]]:
    """Raise the ``up`` units with the largest remainders by one."""
    # More than ``up`` remainders are positive: they sum to ``up`` and each is below one.
    at = remainders.size - up
    ordered = np.partition(remainders, (at - 1, at))
    lowest_up, highest_down = int(ordered[at]), int(ordered[at - 1])
    cut = RemainderCut(level.total, level.weights, up, lowest_up, highest_down)
    if lowest_up > highest_down:
        return parts + (remainders >= lowest_up), cut, ()
    raised = remainders > lowest_up
    tied = np.flatnonzero(remainders == lowest_up)
    served = tied if ranks is None else tied[np.argsort(ranks[tied], kind="stable")]
    raised[served[: up - int(raised.sum())]] = True
    return parts + raised, cut, tuple(tied.tolist())


def divide_by_ceiling(total: int, claims: Claims) -> tuple[Integers, CeilingSurplus]:
    """Round every exact share up by itself."""
    parts = -(-claims.weights * total // claims.weight_sum)
    return parts, CeilingSurplus(total, claims.weight_sum)


def quota_violations(total: int, claims: Claims, parts: Integers) -> tuple[int, ...]:
    """Return the units outside the floor and the ceiling of their exact share."""
    # Parts take the road of the weights: the product of both sums is what the guard measured.
    apart = parts.astype(claims.weights.dtype, copy=False) * claims.weight_sum
    apart -= claims.weights * total
    outside = np.absolute(apart, out=apart) >= claims.weight_sum
    return tuple(np.flatnonzero(outside).tolist())
