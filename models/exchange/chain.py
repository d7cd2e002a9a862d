"""Plans that divide freely: one amount after the other poured into one bin after the other."""

from __future__ import annotations

import numpy as np

from models.exchange.problem import BoolArray, IntArray
from models.exchange.sides import Side


def pour(side: Side, open_: BoolArray, lot: int, seed: int) -> IntArray:
    """Carry a full side into nearly as little room, in pieces of a lot.

    Parameters
    ----------
    side
        Items and bins; bins without an open arc are not used.
    open_
        Arcs that may trade, shape (e,).
    lot
        Least size of a piece.
    seed
        Of the order in which equals are tried.

    Returns
    -------
    IntArray
        Persons per arc, shape (e,); something may be left that found no place.

    Notes
    -----
    What is left of an item or of a bin is nothing or at least a lot, so that a next piece is
    possible: the next bin or item is chosen for that. Bins are filled in order of size.
    """
    pouring = _Pouring(side, open_, lot, seed)
    # Largest first; later seeds let smaller ones go before somewhat larger ones.
    rank = -side.amount * (1 + (pouring.tie if seed else 0 * pouring.tie))
    for item in np.argsort(rank, kind="stable").tolist():
        while pouring.pour(item):
            pass
    return pouring.flow


class _Pouring:
    """A plan under way."""

    def __init__(self, side: Side, open_: BoolArray, lot: int, seed: int) -> None:
        self.side, self.lot = side, lot
        self.tie = np.random.default_rng(seed).random(len(side.amount))
        self.left = side.amount.copy()
        self.room = side.limit.copy()
        self.flow = np.zeros(len(side.item), dtype=np.int64)
        arcs = np.flatnonzero(open_)
        arcs = arcs[np.argsort(side.item[arcs], kind="stable")]
        starts = np.searchsorted(side.item[arcs], np.arange(1, len(side.amount)))
        self.arcs = np.split(arcs, starts)

    def pour(self, item: int) -> bool:
        """Send a piece of an item to the bin where the least is wasted; false if none is left."""
        arcs = self.arcs[item]
        arcs = arcs[(self.flow[arcs] == 0) & (self.room[self.side.bin[arcs]] >= self.lot)]
        left = int(self.left[item])
        if left < self.lot or not len(arcs):
            return False
        room = self.room[self.side.bin[arcs]]
        piece = np.minimum(left, room)
        # A piece shrinks where the rest of the item would otherwise be below a lot.
        rest = left - piece
        piece = np.where((rest > 0) & (rest < self.lot), left - self.lot, piece)
        waste = room - piece
        spoilt = np.where((waste > 0) & (waste < self.lot), waste, 0)
        # In this order: a whole lot, least spoilt, all of the item, least room; then the first arc.
        cost = (piece < self.lot) * np.int64(self.lot) + spoilt
        cost = 2 * cost + (piece != left)
        best = int((cost * (int(room.max()) + 1) + room).argmin())
        if piece[best] < self.lot:
            return False
        arc = int(arcs[best])
        self.flow[arc] = piece[best]
        self.left[item] -= piece[best]
        self.room[self.side.bin[arc]] -= piece[best]
        return True
