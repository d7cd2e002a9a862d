"""Divide in tiers: first over groups, then within each group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from models.apportionment.divide import divide
from models.apportionment.division import Division
from models.apportionment.errors import GroupsError
from models.apportionment.intake import IntegerSequence, as_integers, read_claims, read_total
from models.apportionment.limits import Bounds, read_side
from models.apportionment.method import SIGNPOSTS, Method

Groups = Sequence[int] | npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class TieredDivision:
    """A division over groups and, within each group, over its members.

    Attributes
    ----------
    parts
        Parts of the units, in their own order [persons].
    groups
        The division over the groups.
    members
        For each group its units, in their own order.
    within
        For each group the division over its members; ``None`` for a group that weighs
        nothing, whose members stand at their floors.
    """

    parts: tuple[int, ...]
    groups: Division
    members: tuple[tuple[int, ...], ...]
    within: tuple[Division | None, ...]


def divide_in_tiers(
    method: Method | str,
    total: int,
    weights: IntegerSequence,
    groups: Groups,
    lower: Bounds = None,
    upper: Bounds = None,
    tie_order: IntegerSequence | None = None,
) -> TieredDivision:
    """Divide over groups by the sums of their weights, then within each group.

    Parameters
    ----------
    method
        One of :class:`Method` but ``ceiling``, used on both tiers.
    total
        Units to divide [persons].
    weights
        Claims of the units, shape (n,).
    groups
        Group of each unit, shape (n,), numbered 0..g-1 without a gap.
    lower, upper
        Floors and caps of the units; a group's are their sums.
    tie_order
        Permutation of the units for ties within a group; ties between groups go to the
        group whose first member comes first in it.

    Returns
    -------
    TieredDivision
        Parts, and both tiers with their certificates.

    Raises
    ------
    GroupsError
        If the groups are malformed.
    ApportionmentError
        As for :func:`divide`, for either tier.

    Notes
    -----
    Where the method gives every positive claim at least one, a group's floor counts its
    positive members, so that the second tier is always possible.

    Examples
    --------
    >>> divide_in_tiers("adams", 10, [50, 30, 20, 10], [0, 0, 1, 1]).parts
    (4, 3, 2, 1)
    """
    method = Method(method)
    if method is Method.CEILING:
        raise GroupsError("rounding each share up by itself does not close a group's sum")
    claims = read_claims(weights, read_total(total)).weights.tolist()
    members = _members(groups, len(claims))
    order = list(range(len(claims))) if tie_order is None else as_integers(tie_order).tolist()
    floors, caps = _sides(method, claims, lower, upper)
    first = divide(
        method,
        total,
        [sum(claims[i] for i in group) for group in members],
        [sum(floors[i] for i in group) for group in members],
        [_cap_sum([caps[i] for i in group]) for group in members],
        _group_order(order, members),
    )
    within = tuple(
        _within(method, part, group, claims, floors, caps, order)
        for part, group in zip(first.parts, members, strict=True)
    )
    parts = dict(enumerate(floors))
    for group, division in zip(members, within, strict=True):
        if division is not None:
            parts.update(zip(group, division.parts, strict=True))
    return TieredDivision(tuple(parts.values()), first, members, within)


def _members(groups: Groups, size: int) -> tuple[tuple[int, ...], ...]:
    numbers = as_integers(groups).tolist()
    count = max(numbers, default=-1) + 1
    if len(numbers) != size or set(numbers) != set(range(count)):
        raise GroupsError(f"every one of {size} units needs a group, numbered without a gap")
    members: list[list[int]] = [[] for _ in range(count)]
    for unit, group in enumerate(numbers):
        members[group].append(unit)
    return tuple(map(tuple, members))


def _sides(
    method: Method, claims: Sequence[int], lower: Bounds, upper: Bounds
) -> tuple[list[int], list[int | None]]:
    """Return the bounds of the units as the method sees them."""
    floors = [floor or 0 for floor in read_side(lower, len(claims), "lower")]
    caps = [
        cap if weight else floor
        for weight, floor, cap in zip(
            claims, floors, read_side(upper, len(claims), "upper"), strict=True
        )
    ]
    if method in SIGNPOSTS and SIGNPOSTS[method].first_is_free:
        floors = [
            max(floor, 1) if weight and cap != 0 else floor
            for weight, floor, cap in zip(claims, floors, caps, strict=True)
        ]
    return floors, caps


def _cap_sum(caps: Sequence[int | None]) -> int | None:
    return None if None in caps else sum(cap for cap in caps if cap is not None)


def _group_order(order: Sequence[int], members: Sequence[tuple[int, ...]]) -> list[int]:
    rank = {unit: place for place, unit in enumerate(order)}
    first = [min(rank[unit] for unit in group) for group in members]
    return sorted(range(len(members)), key=first.__getitem__)


def _within(
    method: Method,
    part: int,
    group: Sequence[int],
    claims: Sequence[int],
    floors: Sequence[int],
    caps: Sequence[int | None],
    order: Sequence[int],
) -> Division | None:
    """Divide a group's part over its members, ties in the common order."""
    if not any(claims[i] for i in group):
        return None
    place = {unit: at for at, unit in enumerate(group)}
    return divide(
        method,
        part,
        [claims[i] for i in group],
        [floors[i] for i in group],
        [caps[i] for i in group],
        [place[unit] for unit in order if unit in place],
    )
