"""Dividing wishes so that nobody gains by stating another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Net changes that sum to zero, each between zero and the wish."""

    change: tuple[int, ...]
    """Signed change of quota per party, shape (n,) [persons]."""
    is_short_side: tuple[bool, ...]
    """Parties whose side got all it wished."""
    tied: tuple[int, ...]
    """Parties among whom the published order decided over a last person; empty if none."""


def adjust_single_peaked(wishes: Sequence[int], order: Sequence[int] | None = None) -> Adjustment:
    """Give the short side its wishes and fill the long side one person at a time.

    Parameters
    ----------
    wishes
        Signed change of quota that each party likes best, shape (n,) [persons].
    order
        Parties by precedence in a tie, fixed and published before wishes are read; by index
        if not given.

    Returns
    -------
    Adjustment
        Net changes; their sum is zero.

    Raises
    ------
    ValueError
        If the order is not a permutation of the parties.

    Notes
    -----
    Uniform rationing in whole persons: the next person of the long side goes to whoever has
    least so far and still wishes more. For preferences that fall on both sides of one peak, in
    the own net change alone, no misstated wish gives a better outcome, nobody passes its wish
    or moves against it, and no other division is better for all. This holds where any giver may
    deal with any taker, without lots, partner limits and classes, and says nothing of what
    parties state about their supply. O(n log n).

    References
    ----------
    Y. Sprumont, "The division problem with single-peaked preferences", Econometrica 59 (1991)
    509-519.

    Examples
    --------
    >>> adjust_single_peaked([-4, -1, 3])
    Adjustment(change=(-2, -1, 3), is_short_side=(False, False, True), tied=())
    """
    n = len(wishes)
    order = range(n) if order is None else order
    if sorted(order) != list(range(n)):
        raise ValueError("the order must name every party once")
    down, up = sum(-w for w in wishes if w < 0), sum(w for w in wishes if w > 0)
    traded = min(down, up)
    change, tied = [0] * n, set()
    for sign, total in ((-1, down), (1, up)):
        side = [i for i in order if wishes[i] * sign > 0]
        parts, at_tie = _ration([abs(wishes[i]) for i in side], traded)
        for i, part in zip(side, parts, strict=True):
            change[i] = sign * part
        if total > traded:
            tied |= {side[k] for k in at_tie}
    short = tuple(wish == 0 or (down if wish < 0 else up) == traded for wish in wishes)
    return Adjustment(tuple(change), short, tuple(sorted(tied)))


def _ration(wishes: list[int], total: int) -> tuple[list[int], list[int]]:
    """Fill wishes to a common level; the persons above it go by position.

    Returns the parts and the positions among which order decided.
    """
    if total >= sum(wishes):
        return wishes, []
    level, left = 0, total
    # The highest level that everybody can have: each step lifts all who still wish more.
    for height in sorted(set(wishes)):
        eager = sum(wish > level for wish in wishes)
        lift = min(height - level, left // eager)
        level += lift
        left -= lift * eager
        if level < height:
            break
    parts = [min(wish, level) for wish in wishes]
    eager_positions = [k for k, wish in enumerate(wishes) if wish > level]
    for k in eager_positions[:left]:
        parts[k] += 1
    return parts, eager_positions if left else []
