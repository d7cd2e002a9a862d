"""Fewer pairs and a better bound from packing the amounts of a side as wholes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.exchange.flows import settle
from models.exchange.packing import pack
from models.exchange.part import Part
from models.exchange.problem import Form
from models.exchange.sides import Side, place_of, sides
from models.exchange.undivided import Undivided, build_divided, pack_undivided

_TRIES = 3
_ROUNDS = 2
"""Packings of a side: first all items whole, then those left out divided over real bins."""
_LIKELY = 0.9
"""Part of the bound that the least partners of a side must make up for it to be packed."""


def pack_wholes(part: Part, nodes: int) -> Part:
    """Raise the bound, and lower the number of pairs, of a part.

    Parameters
    ----------
    part
        A plan of the bilateral form with a bound by counting.
    nodes
        Budget of each packing.

    Returns
    -------
    Part
        With no more pairs and no lower bound.
    """
    for side in sides(part.block, part.demand):
        least = int(side.needs().sum())
        if least and least >= _LIKELY * part.bound and not part.is_closed(Form.BILATERAL):
            part = _pack_side(part, side, nodes)
    return part


def _pack_side(part: Part, side: Side, nodes: int) -> Part:
    free = np.zeros(len(side.amount), dtype=bool)
    for _ in range(_ROUNDS):
        packed = pack_undivided(side, free, part.block.lot, part.bound, nodes)
        if packed.is_final and packed.pairs > part.bound:
            part = replace(part, bound=packed.pairs, proof="search")
        part = _repacked(part, side, packed)
        free = free | packed.left_out
        if not part.is_closed(Form.BILATERAL):
            flow = build_divided(part.block, part.demand, side, free, nodes)
            part = part if flow is None else part.better(flow, Form.BILATERAL)
        if part.is_closed(Form.BILATERAL) or not packed.is_final:
            break
    return part


def _repacked(part: Part, side: Side, packed: Undivided) -> Part:
    """Divide what a packing left out, with few changes to where the others are."""
    start = place_of(side, packed.used)
    everything = np.ones(len(side.item), dtype=bool)
    for seed in range(_TRIES):
        if part.is_closed(Form.BILATERAL):
            break
        used = pack(side, everything, part.block.lot, seed, start) | part.block.wished
        flow = settle(part.block, used, part.demand)
        if flow is not None and part.block.keeps_rules(flow):
            part = part.better(flow, Form.BILATERAL)
    return part
