"""A plan piece by piece: as much relief as fits in lots, without looking back."""

from __future__ import annotations

import numpy as np

from models.exchange.block import Block
from models.exchange.problem import IntArray


def fill(block: Block, seed: int) -> IntArray:
    """Relieve what fits: wishes first, then whole amounts, then pieces.

    Parameters
    ----------
    block
        Any block.
    seed
        Of the order among givers of equal size; 0 takes them by position.

    Returns
    -------
    IntArray
        Persons per arc, shape (e,), that keep every rule; not always the most relief.
    """
    filling = _Filling(block)
    rng = np.random.default_rng(seed)
    tie = rng.random(len(block.givers)) if seed else np.arange(len(block.givers))
    order = np.lexsort((tie, -block.useful)).tolist()
    for giver in order:
        filling.place_whole(giver)
    for giver in order:
        while filling.place_piece(giver):
            pass
    return filling.flow


class _Filling:
    """A plan under way."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.flow = block.wished * block.lot
        used = self.flow > 0
        degrees = block.degrees(used)
        self.room = block.room - block.taken(self.flow)
        self.need = block.short - block.given(self.flow)
        self.spare = block.give - block.given(self.flow)
        self.giver_left = block.giver_partners - degrees[0]
        self.taker_left = block.taker_partners - degrees[1]
        self.arcs = [np.flatnonzero(block.arcs[:, 0] == i) for i in range(len(block.givers))]

    def place_whole(self, giver: int) -> None:
        """Give all that a giver lacks to the taker where it leaves the least room."""
        amount = int(min(max(self.need[giver], self.block.lot), self.spare[giver]))
        if self.need[giver] <= 0 or amount < self.block.lot:
            return
        arcs = self._open(giver)
        room = self.room[self.block.arcs[arcs, 1]]
        fits = arcs[room >= amount]
        if len(fits):
            left = self.room[self.block.arcs[fits, 1]]
            self._send(int(fits[np.argmin(left)]), amount)

    def place_piece(self, giver: int) -> bool:
        """Give a part of what a giver lacks to the taker with the most room."""
        if self.need[giver] <= 0:
            return False
        arcs = self._open(giver)
        room = self.room[self.block.arcs[arcs, 1]]
        least = np.where(self.flow[arcs] > 0, 1, self.block.lot)
        can = arcs[np.minimum(room, self.spare[giver]) >= least]
        if not len(can):
            return False
        arc = int(can[np.argmax(self.room[self.block.arcs[can, 1]])])
        wanted = int(self.need[giver])
        if not self.flow[arc]:
            wanted = max(wanted, self.block.lot)
        self._send(
            arc, min(wanted, int(self.room[self.block.arcs[arc, 1]]), int(self.spare[giver]))
        )
        return True

    def _open(self, giver: int) -> IntArray:
        """Arcs of a giver that partner limits leave open."""
        arcs = self.arcs[giver]
        fresh = (self.giver_left[giver] > 0) & (self.taker_left[self.block.arcs[arcs, 1]] > 0)
        return np.asarray(arcs[fresh | (self.flow[arcs] > 0)])

    def _send(self, arc: int, persons: int) -> None:
        giver, taker = self.block.arcs[arc].tolist()
        if not self.flow[arc]:
            self.giver_left[giver] -= 1
            self.taker_left[taker] -= 1
        self.flow[arc] += persons
        self.room[taker] -= persons
        self.need[giver] -= persons
        self.spare[giver] -= persons
