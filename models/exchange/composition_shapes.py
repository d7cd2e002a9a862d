"""How the parties of a group fall apart where they are tied as a tree, as bits."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from models.exchange.composition_lightest import Members

_EVEN = frozenset({2, 3, 4, 5, 6, 8})
"""Members of groups whose trees all have a centre with two sides as even as can be."""


def parties_of(members: int) -> list[int]:
    """Parties that are given as bits, ascending."""
    return [party for party in range(members.bit_length()) if members >> party & 1]


def sides_of(members: Members) -> Iterator[tuple[int, int, int]]:
    """Centres of trees, and two sides of the others around each, as bits.

    Every tree has a centre of which no branch has over half of the others. Its branches fall into
    two sides, of which the smaller has a third of the others at least; half of them where the
    group has up to six members, or eight. Of two even sides either may be the first.
    """
    masks = [0]
    for member in members:
        masks += [mask | 1 << member for mask in masks]
    for place, centre in enumerate(members):
        for side, rest in _sides(len(members), place):
            yield centre, masks[side], masks[rest]


@cache
def _sides(count: int, place: int) -> list[tuple[int, int]]:
    """Two sides of so many parties but the one at a place, as bits."""
    others = count - 1
    half, last = others // 2, (1 << others) - 1
    least = half if count in _EVEN else (others + 2) // 3
    found = [side for side in range(1 << others) if least <= side.bit_count() <= half]
    some = [side for side in found if 2 * side.bit_count() < others or side & 1 or not side]
    below = (1 << place) - 1
    return [
        (side & below | side - (side & below) << 1, rest & below | rest - (rest & below) << 1)
        for side, rest in ((side, last - side) for side in some)
    ]


def splits_of(members: int) -> Iterator[tuple[int, int]]:
    """Parties that hang in one branch with the first, and the rest, as bits."""
    first = members & -members
    others = rest = members ^ first
    while True:
        yield first | others ^ rest, rest
        if not rest:
            return
        rest = rest - 1 & others
