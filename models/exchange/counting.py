"""How many agreements any plan needs, by counting alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.exchange.block import Block
from models.exchange.flows import Demand
from models.exchange.problem import BoolArray, IntArray
from models.solver.flow import max_flow


@dataclass(frozen=True, slots=True, eq=False)
class Musts:
    """What each party must give or take in any plan that meets the demand [persons]."""

    give: IntArray
    """Shape (a,)."""
    take: IntArray
    """Shape (b,)."""


def find_musts(block: Block, demand: Demand) -> Musts:
    """Least amount per party: its floor, and what the others together cannot do.

    Notes
    -----
    A party that must trade at all trades a lot. Who has a wish must trade too.
    """
    useful, room = block.useful, block.room
    give = np.maximum(demand.floor, demand.relief - (int(useful.sum()) - useful))
    take = np.maximum(0, demand.relief - (int(room.sum()) - room))
    wishes = block.degrees(block.wished)
    return Musts(
        _at_least_lots(give, wishes[0], block.lot), _at_least_lots(take, wishes[1], block.lot)
    )


def _at_least_lots(amount: IntArray, wishes: IntArray, lot: int) -> IntArray:
    amount = np.where(amount > 0, np.maximum(amount, lot), 0)
    return np.maximum(amount, wishes * lot)


def fewest_changes(block: Block, demand: Demand) -> int:
    """Bound on the parties whose quota changes anew: who must, and the largest of the rest."""
    musts = find_musts(block, demand)
    givers = _fewest_active(block.useful, musts.give > 0, block.giver_changed, demand.relief)
    takers = _fewest_active(block.room, musts.take > 0, block.taker_changed, demand.relief)
    return givers + takers


def _fewest_active(limit: IntArray, must: BoolArray, changed: BoolArray, persons: int) -> int:
    """Parties of one side that carry ``persons`` between them, those changed anyhow for free."""
    left = persons - int(limit[must | changed].sum())
    largest = np.cumsum(np.sort(limit[~(must | changed)])[::-1])
    more = 0 if left <= 0 else int(np.searchsorted(largest, left)) + 1
    return int((must & ~changed).sum()) + more


def fewest_pairs(block: Block, demand: Demand) -> int:
    """Bound on the pairs that trade.

    Notes
    -----
    On each side: partners that the amounts ask for, plus amounts that do not fit undivided.
    And no fewer pairs than parties that must trade on either side.
    """
    if not demand.relief and not block.wished.any():
        return 0
    musts = find_musts(block, demand)
    nobody_g, nobody_t = np.zeros(len(musts.give), bool), np.zeros(len(musts.take), bool)
    givers, takers = block.arcs[:, 0], block.arcs[:, 1]
    return max(
        _divided(musts.give, block.room, givers, takers),
        _divided(musts.take, block.give, takers, givers),
        _fewest_active(block.useful, musts.give > 0, nobody_g, demand.relief),
        _fewest_active(block.room, musts.take > 0, nobody_t, demand.relief),
        int(block.wished.sum()),
    )


def _divided(amount: IntArray, limit: IntArray, own: IntArray, other: IntArray) -> int:
    """Arcs that one side needs: least partners of each, and what must be divided beyond that.

    Of the parties with at least w persons, only as many stay undivided as the other side has
    room for in pieces of w; each further one needs another partner.
    """
    needs = fewest_partners(amount, limit, own, other)
    extra = 0
    for w in np.unique(amount[amount > 0]).tolist():
        large = amount >= w
        fits = large[own] & (amount[own] <= limit[other])
        undivided = _undivided(own[fits], other[fits], large, limit // w)
        extra = max(extra, int(large.sum()) - undivided - int((large & (needs > 1)).sum()))
    return int(needs.sum()) + extra


def fewest_partners(amount: IntArray, limit: IntArray, own: IntArray, other: IntArray) -> IntArray:
    """Fewest partners that have room for each amount by themselves, shape of ``amount``."""
    return np.array(
        [_partners(int(amount[v]), limit[other[own == v]]) for v in range(len(amount))],
        dtype=np.int64,
    )


def _partners(amount: int, limits: IntArray) -> int:
    """Fewest partners that together have room for an amount."""
    if amount <= 0:
        return 0
    return int(np.searchsorted(np.cumsum(np.sort(limits)[::-1]), amount)) + 1


def _undivided(own: IntArray, other: IntArray, large: BoolArray, places: IntArray) -> int:
    """Most large parties that each find one place on the other side."""
    n, m = len(large), len(places)
    value, _ = max_flow(
        np.concatenate([np.full(n, n + m), own, np.arange(m) + n]).astype(np.int64),
        np.concatenate([np.arange(n), other + n, np.full(m, n + m + 1)]).astype(np.int64),
        np.concatenate([large, np.ones(len(own)), places]).astype(np.int64),
        n + m,
        n + m + 1,
        n + m + 2,
    )
    return value
