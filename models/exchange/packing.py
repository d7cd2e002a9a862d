"""Plans with few pairs, built by putting whole amounts into the room of the other side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.exchange.problem import BoolArray, IntArray
from models.exchange.sides import Side

_STEPS_PER_PARTY = 8
"""Effort: changes that are tried per party."""
_FAR = 1 << 40
_EACH = 10
"""Price of a bin that misfits at all: each asks for one more pair."""


@dataclass(slots=True, eq=False)
class Packing:
    """Items of one side, each in one bin of the other; a bin may hold too much or too little.

    ``place`` is -1 for an item without any bin it may enter.
    """

    size: IntArray
    allowed: BoolArray
    """Whether item i may enter bin j, shape (items, bins)."""
    limit: IntArray
    floor: IntArray
    """Least that a bin must hold."""
    place: IntArray
    load: IntArray

    def misfit(self, load: IntArray) -> IntArray:
        """Persons too many or too few at a load, shape (bins,)."""
        return _misfit(load, self.limit, self.floor)

    def price(self, load: IntArray, bins: IntArray | None = None) -> IntArray:
        """Misfit with the price of misfitting at all, of some bins at their new loads."""
        where = slice(None) if bins is None else bins
        misfit = _misfit(load, self.limit[where], self.floor[where])
        return misfit + _EACH * (misfit > 0)


def _misfit(load: IntArray, limit: IntArray, floor: IntArray) -> IntArray:
    over = np.maximum(load - limit, 0)
    return np.asarray(over + np.maximum(floor - load, 0), dtype=np.int64)


def pack(
    side: Side, open_: BoolArray, lot: int, seed: int, start: IntArray | None = None
) -> BoolArray:
    """Choose arcs that carry the items of a side with few of them divided.

    Parameters
    ----------
    side
        Items and bins.
    open_
        Arcs that may trade, shape (e,).
    lot
        Least size of a piece.
    seed
        Of the order in which equals are tried.
    start
        Bins in which items begin, -1 for those that are not in any, shape (items,).

    Returns
    -------
    BoolArray
        Arcs to open, shape (e,): a proposal that may still fail as a flow.
    """
    index = np.full((len(side.amount), len(side.limit)), -1, dtype=np.int64)
    index[side.item[open_], side.bin[open_]] = np.flatnonzero(open_)
    rng = np.random.default_rng(seed)
    packing = Packing(
        size=side.amount,
        allowed=(index >= 0) & (side.amount > 0)[:, None],
        limit=side.limit,
        floor=side.floor,
        place=np.full(len(side.amount), -1, dtype=np.int64),
        load=np.zeros(len(side.limit), dtype=np.int64),
    )
    if start is not None:
        packing.place[:] = start
        np.add.at(packing.load, start[start >= 0], side.amount[start >= 0])
    _first_fit(packing, rng)
    _improve(packing, rng)
    used = np.zeros(len(side.item), dtype=bool)
    for item, bin_ in _divide(packing, lot):
        used[index[item, bin_]] = True
    return used


def _first_fit(packing: Packing, rng: np.random.Generator) -> None:
    """Largest first, each where it leaves the least; bins with a floor before the others."""
    size, limit, floor = packing.size, packing.limit, packing.floor
    for item in np.lexsort((rng.random(len(size)), -size)).tolist():
        if packing.place[item] >= 0 or not packing.allowed[item].any():
            continue
        left = limit - packing.load - size[item]
        waits = packing.load < floor
        cost = np.where(left >= 0, left, _FAR - left) - np.where(waits & (left >= 0), _FAR, 0)
        place = int(np.argmin(np.where(packing.allowed[item], cost, 4 * _FAR)))
        packing.place[item] = place
        packing.load[place] += size[item]


def _improve(packing: Packing, rng: np.random.Generator) -> None:
    """Move and exchange items until nothing is too full or too empty, or the steps are over.

    Notes
    -----
    A tabu search: the best move from a bin that misfits, not undone for some steps.
    """
    until = np.zeros(packing.allowed.shape, dtype=np.int64)
    best, kept = _FAR, (packing.place.copy(), packing.load.copy())
    for step in range(_STEPS_PER_PARTY * sum(packing.allowed.shape)):
        misfit = packing.price(packing.load)
        total = int(misfit.sum())
        if total < best:
            best, kept = total, (packing.place.copy(), packing.load.copy())
        if total == 0:
            break
        open_ = packing.allowed & (until <= step)
        bin_ = int(rng.choice(np.flatnonzero(misfit)))
        if not _step(packing, bin_, open_, until, step, rng):
            until[:] = 0
    packing.place, packing.load = kept


def _step(
    packing: Packing,
    bin_: int,
    open_: BoolArray,
    until: IntArray,
    step: int,
    rng: np.random.Generator,
) -> bool:
    """Take the best move that touches a bin; false if every move is closed."""
    moves = _moves(packing, bin_, open_)
    swaps = _swaps(packing, bin_, open_)
    least = min(int(moves[0].min(initial=_FAR)), int(swaps[0].min(initial=_FAR)))
    if least >= _FAR:
        return False
    gain, items, places = moves if (moves[0] == least).any() else swaps
    pick = int(rng.choice(np.flatnonzero(gain == least)))
    for item, place in zip(items[pick].tolist(), places[pick].tolist(), strict=True):
        old = int(packing.place[item])
        packing.load[old] -= packing.size[item]
        packing.load[place] += packing.size[item]
        packing.place[item] = place
        until[item, old] = step + 5 + int(rng.integers(10))
    return True


def _moves(packing: Packing, bin_: int, open_: BoolArray) -> tuple[IntArray, IntArray, IntArray]:
    """Change of misfit, item and new place for each move out of or into a bin."""
    load, size = packing.load, packing.size
    inside = np.flatnonzero(packing.place == bin_)
    outside = np.flatnonzero((packing.place != bin_) & (packing.place >= 0))
    item, place = np.nonzero(open_[inside])
    item = inside[item]
    stays = place != bin_
    enters = outside[open_[outside, bin_]]
    item = np.concatenate([item[stays], enters])
    place = np.concatenate([place[stays], np.full(len(enters), bin_)])
    old = packing.place[item]
    before = packing.price(load)
    gain = packing.price(load[old] - size[item], old) - before[old]
    gain += packing.price(load[place] + size[item], place) - before[place]
    return gain, item[:, None], place[:, None]


def _swaps(packing: Packing, bin_: int, open_: BoolArray) -> tuple[IntArray, IntArray, IntArray]:
    """Change of misfit, items and new places for each exchange with a bin."""
    load, size = packing.load, packing.size
    inside = np.flatnonzero(packing.place == bin_)
    outside = np.flatnonzero((packing.place != bin_) & (packing.place >= 0))
    outside = outside[open_[outside, bin_]]
    mine, theirs = (part.ravel() for part in np.meshgrid(inside, outside, indexing="ij"))
    other = packing.place[theirs]
    keep = open_[mine, other] & (size[mine] != size[theirs])
    mine, theirs, other = mine[keep], theirs[keep], other[keep]
    change = size[theirs] - size[mine]
    before = packing.price(load)
    here = np.full(len(mine), bin_)
    gain = packing.price(load[bin_] + change, here) - before[bin_]
    gain += packing.price(load[other] - change, other) - before[other]
    return gain, np.stack([mine, theirs], axis=1), np.stack([other, here], axis=1)


def _divide(packing: Packing, lot: int) -> list[tuple[int, int]]:
    """Pairs of item and bin, with more pairs where a bin is too full or too empty."""
    pairs = [(item, int(place)) for item, place in enumerate(packing.place) if place >= 0]
    load = packing.load.copy()
    for _ in range(2 * len(load)):
        misfit = packing.misfit(load)
        if not misfit.any():
            break
        bin_ = int(np.argmax(misfit))
        pair = _relieve_bin(packing, load, bin_, lot)
        if pair is None:
            break
        pairs.append(pair)
    return sorted(set(pairs))


def _relieve_bin(packing: Packing, load: IntArray, bin_: int, lot: int) -> tuple[int, int] | None:
    """Divide one item between a bin that misfits and another; change the load."""
    is_over = load[bin_] > packing.limit[bin_]
    spare = packing.limit - load if is_over else load - packing.floor
    need = max(int(packing.misfit(load)[bin_]), lot)
    best: tuple[int, int, int, int] | None = None
    for item in np.flatnonzero(packing.place >= 0).tolist():
        home = int(packing.place[item])
        if (home == bin_) != is_over:
            continue
        ends = np.flatnonzero(packing.allowed[item]).tolist() if is_over else [bin_]
        for end in ends:
            other = end if is_over else home
            if other == bin_ or not packing.allowed[item, bin_]:
                continue
            piece = min(need, int(spare[other]), int(packing.size[item]) - lot)
            if piece >= lot:
                best = min(best or (1, 0, 0, 0), (-piece, int(spare[other]), item, other))
    if best is None:
        return None
    piece, _, item, other = best
    load[bin_] += piece if is_over else -piece
    load[other] -= piece if is_over else -piece
    return (item, other if is_over else bin_)
