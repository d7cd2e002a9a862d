"""How the parties of one group trade with as few pairs as there can be."""

from __future__ import annotations

from typing import NamedTuple

_STEPS = 300
"""Effort: steps after which a tree is given up."""


class Party(NamedTuple):
    """A party of a group and what is left for it to trade."""

    name: int
    low: int
    """Least that it still trades."""
    high: int
    """Most that it still trades."""


Arc = tuple[int, int]
"""Names of a giver and a taker."""


def find_tree(givers: list[Party], takers: list[Party], lot: int) -> list[Arc] | None:
    """Find pairs without a cycle that join all parties, each piece a lot at least.

    Parameters
    ----------
    givers, takers
        Parties of either side, with 1 <= low <= high and at least a lot.
    lot
        Least size of a piece.

    Returns
    -------
    list of Arc or None
        One pair fewer than parties; None if there are none, or none is found in the steps.

    Notes
    -----
    A tree has leaves. Taking away a leaf that trades low to high leaves its neighbour with that
    much less, and with a lot at least for the rest of the tree; two parties are left in the end.
    So going through all leaves and neighbours is exact, and limits are all that must be kept.
    """
    return _Search(lot).run(tuple(givers), tuple(takers))


class _Search:
    """What was tried; what is left is the same however it came about."""

    def __init__(self, lot: int) -> None:
        self.lot, self.steps = lot, 0
        self.failed: set[tuple[tuple[tuple[int, int], ...], ...]] = set()

    def run(self, givers: tuple[Party, ...], takers: tuple[Party, ...]) -> list[Arc] | None:
        """Join what is left."""
        if len(givers) == len(takers) == 1:
            (giver,), (taker,) = givers, takers
            meets = max(giver.low, taker.low) <= min(giver.high, taker.high)
            return [(giver.name, taker.name)] if meets else None
        state = tuple(tuple(sorted((p.low, p.high) for p in side)) for side in (givers, takers))
        if state in self.failed or self.steps >= _STEPS or not _can_meet(givers, takers):
            return None
        self.steps += 1
        tree = self._without_leaf(givers, takers, giver_leads=True)
        if tree is None:
            tree = self._without_leaf(takers, givers, giver_leads=False)
        if tree is None:
            self.failed.add(state)
        return tree

    def _without_leaf(
        self, leaves: tuple[Party, ...], others: tuple[Party, ...], *, giver_leads: bool
    ) -> list[Arc] | None:
        """Take away one leaf of a side at a time, from each possible neighbour."""
        if len(leaves) == 1:
            return None  # The centre of a star is no leaf while it has more than one neighbour.
        for i, leaf in enumerate(leaves):
            rest = leaves[:i] + leaves[i + 1 :]
            for j, other in enumerate(others):
                low, high = max(other.low - leaf.high, self.lot), other.high - leaf.low
                if low > high:
                    continue
                fewer = (*others[:j], Party(other.name, low, high), *others[j + 1 :])
                tree = self.run(rest, fewer) if giver_leads else self.run(fewer, rest)
                if tree is not None:
                    arc = (leaf.name, other.name) if giver_leads else (other.name, leaf.name)
                    return [*tree, arc]
        return None


def _can_meet(givers: tuple[Party, ...], takers: tuple[Party, ...]) -> bool:
    """Whether both sides can carry an equal load."""
    least = max(sum(p.low for p in givers), sum(p.low for p in takers))
    return least <= min(sum(p.high for p in givers), sum(p.high for p in takers))
