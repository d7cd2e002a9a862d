"""Packages of a tree of pairs, read back from the tables of sums that weighed it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.exchange.composition import Move, Package
from models.exchange.composition_hung import Hung, meetings
from models.exchange.composition_lightest import Members
from models.exchange.composition_shapes import parties_of, sides_of, splits_of
from models.exchange.composition_sums import find
from models.exchange.composition_trees import GroupTrees, households_of


def packages_of(trees: GroupTrees, members: Members, count: int) -> tuple[Package, ...]:
    """Packages of a tree over some parties that moves so many households.

    Parameters
    ----------
    trees
        Tables by which ``count`` was found.
    members
        Parties, ascending, two at least.
    count
        What :meth:`GroupTrees.fewest` said of them.

    Raises
    ------
    ValueError
        If no tree within reach moves so many.

    Notes
    -----
    Tables do not remember what their sums are made of: that is looked for again, from the centre
    outwards, in the tables that stand, so that no more work is done on them.
    """
    for centre, side, rest in sides_of(members):
        # Only what was asked for while weighing stands in the tables.
        one = trees.open(centre, side)
        other = None if one is None else trees.under(centre, rest)
        if one is None or other is None:
            continue
        row, at = meetings(one, other, 0)
        fits = one.cost[row] + other.cost[at] == count
        fits &= trees.stock.has(centre, one.sent[row] + other.sent[at])
        for met in np.flatnonzero(fits)[:1].tolist():
            reader = _Reader(trees)
            deals = list(reader.open(centre, side, _row(one, row[met])))
            deals += reader.under(centre, rest, _row(other, at[met]))
            return tuple(sorted(deals, key=lambda deal: deal.members))
    raise ValueError(f"no tree over {members} moves {count} households")


def _row(table: Hung, at: int) -> Hung:
    """One row of a table, as a table."""
    return table.only(np.array([at]))


def _is(table: Hung, wanted: Hung) -> bool:
    """Whether a row stands in a table."""
    same = (table.code == wanted.code) & (table.cost == wanted.cost) & (table.sent == wanted.sent)
    return bool(same.any())


def _met(one: Hung, other: Hung, wanted: Hung) -> tuple[Hung, Hung] | None:
    """Rows of two tables that come to a row together."""
    row, at = meetings(one, other, int(wanted.code[0]))
    fits = one.cost[row] + other.cost[at] == wanted.cost
    fits &= one.sent[row] + other.sent[at] == wanted.sent
    for met in np.flatnonzero(fits)[:1].tolist():
        return _row(one, row[met]), _row(other, at[met])
    return None


class _Reader:
    """The deals of which a row of a table is made."""

    def __init__(self, trees: GroupTrees) -> None:
        self.trees = trees

    def open(self, root: int, members: int, wanted: Hung) -> Iterator[Package]:
        """Deals below a party whose own change is free."""
        if not members:
            return
        under = _there(self.trees.under(root, members))
        is_own, _ = find(self.trees.single[root], wanted.code - under.code)
        same = is_own & (under.cost == wanted.cost) & (under.sent == wanted.sent)
        yield from self.under(root, members, _row(under, int(np.flatnonzero(same)[0])))

    def under(self, root: int, members: int, wanted: Hung) -> Iterator[Package]:
        """Deals of the trees that hang under one root, and of the root with each of them."""
        for own, rest in splits_of(members):
            branch = self.trees.branch(own, own & self.trees.near[root])
            if branch is None:
                continue
            if not rest:
                if _is(branch, wanted):
                    yield from self._branch(root, own, wanted)
                    return
                continue
            beside = self.trees.under(root, rest)
            met = None if beside is None else _met(branch, beside, wanted)
            if met is not None:
                yield from self._branch(root, own, met[0])
                yield from self.under(root, rest, met[1])
                return
        raise AssertionError("a sum stands in a table and is made of nothing")

    def _branch(self, root: int, members: int, wanted: Hung) -> Iterator[Package]:
        """The deal of a root with the top of one branch, and the deals within it."""
        nets = self.trees.coding.nets(wanted.code)
        up = self.trees.stock.taken([-net for net in nets])
        cost = wanted.cost - households_of(nets)
        for top in parties_of(members & self.trees.near[root]):
            rest = members & ~(1 << top)
            tree = self.trees.open(top, rest)
            if tree is None:
                continue
            same = (tree.code == wanted.code) & (tree.cost == cost)
            same &= self.trees.stock.has(top, tree.sent + up)
            for at in np.flatnonzero(same)[:1].tolist():
                if any(net[0] for net in nets):
                    yield _deal(root, top, [int(net[0]) for net in nets])
                yield from self.open(top, rest, _row(tree, at))
                return
        raise AssertionError("a branch stands in a table and has no top")


def _there(table: Hung | None) -> Hung:
    assert table is not None, "a sum stands in a table that another is made of"
    return table


def _deal(root: int, top: int, net: list[int]) -> Package:
    """What a top and all that hangs under it change, handed over by the root or to it."""
    moves = [
        Move(root, top, size, count) if count > 0 else Move(top, root, size, -count)
        for size, count in enumerate(net)
        if count
    ]
    first, second = sorted((root, top))
    return Package((first, second), tuple(sorted(moves, key=_order)))


def _order(move: Move) -> tuple[int, int, int]:
    return move.giver, move.taker, move.size
