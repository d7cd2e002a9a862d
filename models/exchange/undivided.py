"""Plans and bounds from putting as many amounts as possible undivided into the other side.

A party of a side that is used in full has a pair of its own, and a second one only where its
amount is divided. So few pairs are many undivided amounts: a multiple-knapsack problem, which
engines solve at sizes where they are lost on the exchange itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.exchange.block import Block
from models.exchange.flows import Demand, settle
from models.exchange.problem import BoolArray, IntArray
from models.exchange.sides import Side
from models.solution import Status
from models.solver.choose import solve_program
from models.solver.limits import Limits
from models.solver.program import UNBOUNDED, LinearProgram

_VARIANTS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Undivided:
    """What a packing of undivided items says."""

    pairs: int
    """Fewest pairs of the packing: a bound on every plan where ``is_final``."""
    is_final: bool
    left_out: BoolArray
    """Items that the packing divides without saying where, shape (items,)."""
    used: BoolArray
    """Arcs of all other items, shape (e,)."""


def pack_undivided(side: Side, free: BoolArray, lot: int, low: int, nodes: int) -> Undivided:
    """Find the fewest pairs when items are whole, free or left out.

    Parameters
    ----------
    side
        Items and bins.
    free
        Items that may be divided over real bins, in pieces of a lot at least, shape (items,).
        Any other item is whole in one bin, or left out: that counts its least number of
        partners, two at least, and takes up no room. So the answer is a bound on every plan.
    lot
        Least size of a piece.
    low
        Bound that is known already.
    nodes
        Budget of the search.
    """
    knapsacks = _Knapsacks(side, free, lot)
    answer = solve_program(knapsacks.program(low), Limits(nodes=nodes))
    used = np.zeros(len(side.item), dtype=bool)
    left_out = (side.amount > 0) & ~free
    if answer.values is None or answer.objective is None:
        return Undivided(low, False, left_out, used)
    used[knapsacks.arcs] = answer.values[: len(knapsacks.arcs)] > 0
    left_out[side.item[used]] = False
    return Undivided(answer.objective, answer.status is Status.OPTIMAL, left_out, used)


class _Knapsacks:
    """Columns: open pairs, then persons on pairs of free items, then items left out."""

    def __init__(self, side: Side, free: BoolArray, lot: int) -> None:
        amount, limit = side.amount[side.item], side.limit[side.bin]
        is_free = free[side.item]
        fits = np.where(is_free, np.minimum(amount, limit) >= lot, amount <= limit)
        self.side, self.free, self.lot = side, free, lot
        self.arcs = np.flatnonzero((amount > 0) & fits)
        self.divisible = np.flatnonzero(is_free[self.arcs])
        self.whole = np.flatnonzero(~is_free[self.arcs])
        self.others = np.flatnonzero((side.amount > 0) & ~free)
        self.columns = len(self.arcs) + len(self.divisible) + len(self.others)

    def program(self, low: int) -> LinearProgram:
        """Pack columns and rows: items, bins, pieces and the bound."""
        side, a, d = self.side, len(self.arcs), len(self.divisible)
        n, m = len(side.amount), len(side.limit)
        item, bin_ = side.item[self.arcs], side.bin[self.arcs]
        piece, left = np.arange(d) + a, np.arange(len(self.others)) + a + d
        most = np.minimum(side.most[item], side.limit[bin_])[self.divisible]
        cost = np.ones(self.columns, dtype=np.int64)
        cost[piece] = 0
        cost[left] = np.maximum(side.needs()[self.others], 2)
        counted = np.flatnonzero(cost)
        above, below = np.arange(d) + n + m, np.arange(d) + n + m + d
        ones = np.ones(d, dtype=np.int64)
        entries = [
            (item[self.whole], self.whole, np.ones(len(self.whole), dtype=np.int64)),
            (self.others, left, np.ones(len(left), dtype=np.int64)),
            (item[self.divisible], piece, ones),
            (bin_[self.whole] + n, self.whole, side.amount[item[self.whole]]),
            (bin_[self.divisible] + n, piece, ones),
            (above, piece, ones),
            (above, self.divisible, -most),
            (below, piece, ones),
            (below, self.divisible, -self.lot * ones),
            (np.full(len(counted), n + m + 2 * d), counted, cost[counted]),
        ]
        row, column, value = (np.concatenate(part) for part in zip(*entries, strict=True))
        asked = np.where(self.free & (side.amount > 0), side.amount, 0)
        allowed = np.where(self.free & (side.amount > 0), side.most, 0)
        asked[self.others] = allowed[self.others] = 1
        nothing = np.zeros(d, dtype=np.int64)
        endless = np.full(d, UNBOUNDED, dtype=np.int64)
        upper = np.ones(self.columns, dtype=np.int64)
        upper[piece] = most
        integral = np.ones(self.columns, dtype=bool)
        integral[piece] = False
        return LinearProgram(
            objective=cost,
            row=row,
            column=column,
            coefficient=value,
            row_lower=np.concatenate([asked, np.full(m, -UNBOUNDED), -endless, nothing, [low]]),
            row_upper=np.concatenate([allowed, side.limit, nothing, endless, [UNBOUNDED]]),
            lower=np.zeros(self.columns, dtype=np.int64),
            upper=upper,
            integral=integral,
            maximise=False,
        )


def build_divided(
    block: Block, demand: Demand, side: Side, divided: BoolArray, nodes: int
) -> IntArray | None:
    """Plan in which only chosen items are divided: a piece fills a bin, the rest is an item.

    Parameters
    ----------
    block, demand, side
        What must be carried, and the side that is kept whole.
    divided
        Items to divide, shape (items,).
    nodes
        Budget of each search.

    Returns
    -------
    IntArray or None
        Persons per arc, shape (e,), of the first choice of pieces for which all other items
        stay whole.
    """
    nobody = np.zeros(len(side.amount), dtype=bool)
    for variant in range(_VARIANTS):
        rest, fixed = _fill_bins(side, divided, block.lot, variant)
        packed = pack_undivided(rest, nobody, block.lot, 0, nodes)
        if packed.left_out.any():
            continue
        packed.used[fixed] = True
        packed.used[block.wished] = True
        flow = settle(block, packed.used, demand)
        if flow is not None and block.keeps_rules(flow):
            return flow
    return None


def _fill_bins(side: Side, divided: BoolArray, lot: int, variant: int) -> tuple[Side, list[int]]:
    """Let each divided item fill a large bin; return what is left and the arcs that fill.

    The variant is how many larger bins are passed over.
    """
    amount, limit = side.amount.copy(), side.limit.copy()
    fixed: list[int] = []
    for item in np.argsort(-np.where(divided, amount, 0), kind="stable")[: divided.sum()]:
        arcs = np.flatnonzero(side.item == item)
        while True:
            room = limit[side.bin[arcs]]
            fits = arcs[(room >= lot) & (room <= amount[item] - lot)]
            if not len(fits):
                break
            order = np.argsort(-limit[side.bin[fits]], kind="stable")
            arc = int(fits[order[min(variant, len(fits) - 1)]])
            amount[item] -= limit[side.bin[arc]]
            limit[side.bin[arc]] = 0
            fixed.append(arc)
            if amount[item] <= limit[side.bin[arcs]].max():
                break
    floor = np.minimum(side.floor, limit)
    return replace(side, amount=amount, most=amount, limit=limit, floor=floor), fixed
