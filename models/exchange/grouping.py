"""Plans with few pairs, made of groups that settle among themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from models.exchange.block import Block
from models.exchange.flows import Demand, settle
from models.exchange.groups import Groups, Kinds, cover, price_groups, widen_groups
from models.exchange.part import Part
from models.exchange.problem import BoolArray, Form, IntArray
from models.exchange.trees import Party, find_tree
from models.solver.choose import solve_program
from models.solver.limits import Limits

_PARTIES = 10
"""Effort: parties of a group up to which it is picked; the best plans hardly have larger ones."""

_WIDENINGS = 6
"""Effort: times that more groups are looked for where the bound is not met."""


def settle_in_groups(part: Part, nodes: int) -> Part:
    """Raise the bound, and lower the number of pairs, of a part.

    Parameters
    ----------
    part
        A plan of the bilateral form with a bound by counting.
    nodes
        Budget of picking the groups.

    Returns
    -------
    Part
        With no more pairs and no lower bound.

    Raises
    ------
    SolverDisagreementError
        If an engine's pick does not survive recomputation.
    """
    groups = price_groups(part.block, part.demand, part.flow)
    if groups is None:
        return part
    if groups.bound > part.bound:
        part = replace(part, bound=groups.bound, proof="count")
    if part.is_closed(Form.BILATERAL) or not _is_free(part.block):
        return part
    for flow in _picked_plans(part.block, part.demand, groups, part.bound, nodes):
        part = part.better(flow, Form.BILATERAL)
        if part.is_closed(Form.BILATERAL):
            break
    return part


def plan_in_groups(block: Block, demand: Demand, nodes: int) -> IntArray | None:
    """Plan that meets a demand, with few pairs, shape (e,); None if none is found.

    Parameters
    ----------
    block, demand
        What must be carried.
    nodes
        Budget of picking the groups.

    Raises
    ------
    SolverDisagreementError
        If an engine's pick does not survive recomputation.
    """
    groups = price_groups(block, demand, None) if _is_free(block) else None
    if groups is None:
        return None
    return next(_picked_plans(block, demand, groups, groups.bound, nodes), None)


def _picked_plans(
    block: Block, demand: Demand, groups: Groups, pairs: int, nodes: int
) -> Iterator[IntArray]:
    """Plans of the cheapest groups, of more and more groups, shape (e,) each."""
    for seed in range(_WIDENINGS + 1):
        groups = widen_groups(groups, pairs, seed) if seed else groups
        picked = _pick(groups, block.lot, pairs, nodes)
        if picked is None:
            continue
        flow = settle(block, _used(block, groups.kinds, picked), demand)
        if flow is not None and block.keeps_rules(flow):
            yield flow


def _is_free(block: Block) -> bool:
    """Whether anybody of a kind can stand for another: everyone may trade with everyone."""
    is_full = len(block.arcs) == len(block.givers) * len(block.takers)
    return is_full and not block.has_partner_limits and not bool(block.wished.any())


def _pick(groups: Groups, lot: int, pairs: int, nodes: int) -> IntArray | None:
    """Cheapest groups that hold who must trade, one row per group; None if none are found."""
    members = _with_trees(groups, lot)
    if not len(members):
        return None
    answer = solve_program(cover(groups.kinds, members, pairs), Limits(nodes=nodes))
    return None if answer.values is None else np.repeat(members, answer.values, axis=0)


def _with_trees(groups: Groups, lot: int) -> IntArray:
    """Small groups that can trade with one pair less than parties, in pieces of a lot."""
    small = groups.members[groups.members.sum(axis=1) <= _PARTIES]
    keep = [_tree(groups.kinds, row, lot) is not None for row in small]
    return np.asarray(small[np.array(keep, dtype=bool)])


def _tree(kinds: Kinds, row: IntArray, lot: int) -> list[tuple[int, int]] | None:
    """Pairs of a group; parties are counted through the kinds."""
    kind = np.repeat(np.arange(len(row)), row).tolist()
    party = [Party(i, int(kinds.low[k]), int(kinds.high[k])) for i, k in enumerate(kind)]
    givers = [p for p, k in zip(party, kind, strict=True) if kinds.gives[k]]
    takers = [p for p, k in zip(party, kind, strict=True) if not kinds.gives[k]]
    return find_tree(givers, takers, lot)


def _used(block: Block, kinds: Kinds, picked: IntArray) -> BoolArray:
    """Arcs of picked groups, each kind's parties in order, shape (e,)."""
    a = len(block.givers)
    waiting = [np.flatnonzero(kinds.kind_of == k).tolist() for k in range(len(kinds.count))]
    used = np.zeros(len(block.arcs), dtype=bool)
    for row in picked:
        party = [waiting[k].pop(0) for k in np.repeat(np.arange(len(row)), row).tolist()]
        tree = _tree(kinds, row, block.lot)
        for giver, taker in tree or ():
            used[party[giver] * len(block.takers) + party[taker] - a] = True
    return used
