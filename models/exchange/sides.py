"""One side of a block as items, the other as bins that they go into."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.exchange.block import Block
from models.exchange.counting import fewest_partners, find_musts
from models.exchange.flows import Demand
from models.exchange.problem import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """Items and bins; arcs as positions in both."""

    amount: IntArray
    """Least that each item trades in any plan, shape (items,)."""
    most: IntArray
    """Most that each item trades, shape (items,)."""
    limit: IntArray
    """Room of each bin, shape (bins,)."""
    floor: IntArray
    """Least that a plan puts into each bin, shape (bins,)."""
    item: IntArray
    """Item of each arc, shape (e,)."""
    bin: IntArray
    """Bin of each arc, shape (e,)."""

    def needs(self) -> IntArray:
        """Least partners of each item, shape (items,)."""
        return fewest_partners(self.amount, self.limit, self.item, self.bin)


def sides(block: Block, demand: Demand) -> tuple[Side, Side]:
    """Givers as items, and takers as items."""
    musts = find_musts(block, demand)
    givers, takers = block.arcs[:, 0], block.arcs[:, 1]
    return (
        Side(musts.give, block.give, block.room, musts.take, givers, takers),
        Side(musts.take, block.room, block.give, musts.give, takers, givers),
    )


def full_side(block: Block, demand: Demand) -> Side | None:
    """Return the side that is used in full, as items; None if neither is."""
    givers, takers = sides(block, demand)
    if demand.relief == int(block.useful.sum()):
        return givers
    if demand.relief == int(block.room.sum()):
        return takers
    return None


def place_of(side: Side, used: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> IntArray:
    """Bin of each item whose arc is used, -1 for the others, shape (items,)."""
    place = np.full(len(side.amount), -1, dtype=np.int64)
    place[side.item[used]] = side.bin[used]
    return place
