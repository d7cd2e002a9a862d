"""What some parties of one side can carry together, and who of them is worth most for that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.exchange.problem import IntArray

NEVER = -(1 << 60)
"""Worth of what cannot be."""


@dataclass(frozen=True, slots=True, eq=False)
class Loads:
    """The best choice of parties for every load, among the first k of them for every k."""

    low: IntArray
    """Least that each party carries when it is chosen, at least 1, shape (n,)."""
    high: IntArray
    """Most that each party carries, shape (n,)."""
    best: IntArray
    """Largest worth of a choice out of the first k that can carry w, shape (n + 1, W + 1)."""

    def choice(self, load: int) -> list[int]:
        """Parties of a best choice for a load that some choice can carry."""
        chosen = []
        for v in range(len(self.low) - 1, -1, -1):
            if self.best[v + 1, load] == self.best[v, load]:
                continue
            chosen.append(v)
            first = max(0, load - int(self.high[v]))
            before = self.best[v, first : load - int(self.low[v]) + 1]
            load = first + int(np.argmax(before))
        return chosen


def weigh_loads(low: IntArray, high: IntArray, worth: IntArray, most: int) -> Loads:
    """Find the best choice of parties for every load up to ``most``.

    Parameters
    ----------
    low, high
        Least and most that a chosen party carries, 1 <= low <= high, shape (n,).
    worth
        Of choosing each party, shape (n,).
    most
        Largest load W.

    Notes
    -----
    A party joins a choice of the earlier ones: with B_k(w) the best worth out of k,
    B_{k+1}(w) = max(B_k(w), worth + max over low <= x <= high of B_k(w - x)). O(n W log W).
    """
    best = np.full((len(low) + 1, most + 1), NEVER, dtype=np.int64)
    best[0, 0] = 0
    for v in range(len(low)):
        joined = _best_before(best[v], int(low[v]), int(high[v])) + worth[v]
        np.maximum(best[v], np.where(joined > NEVER // 2, joined, NEVER), out=best[v + 1])
    return Loads(low, high, best)


def _best_before(best: IntArray, low: int, high: int) -> IntArray:
    """Largest of ``best`` at ``low`` to ``high`` places before each, in steps that double."""
    found, width, wanted = best.copy(), 1, high - low + 1
    while width < min(wanted, len(best)):
        step = min(width, wanted - width, len(best) - 1)
        found[step:] = np.maximum(found[step:], found[:-step])
        width += step
    shifted = np.full_like(best, NEVER)
    shifted[low:] = found[: max(0, len(best) - low)]
    return shifted
