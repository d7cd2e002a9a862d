"""Moves that improve a plan: relocations and exchanges along chains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.linking.priced.closure import Reach
from models.linking.priced.layout import BoolArray
from models.linking.priced.state import Places
from models.linking.problem import IntArray


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """One chain, or two in opposite directions; what it loses is negative."""

    loss: int
    legs: tuple[tuple[int, int, int], ...]
    """Kind, first and last cell of each chain."""


@dataclass(frozen=True, slots=True, eq=False)
class Doors:
    """Who can still come in, as far as dwellings go."""

    enters: BoolArray
    """Whether one more of kind k can be housed in m, shape (K, M)."""
    replaces: BoolArray
    """Whether one of kind k can when one of kind q leaves, shape (K, K, M)."""


def doors_of(places: Places) -> Doors:
    """Hall's condition after every single arrival and every exchange. O(M K² R)."""
    spare = places.spare() >= 1
    hall = places.layout.hall
    kinds = places.layout.kinds
    housable = ~places.layout.needs | places.layout.suits.any(axis=1)
    enters = np.empty((kinds, len(spare)), dtype=np.bool_)
    replaces = np.empty((kinds, kinds, len(spare)), dtype=np.bool_)
    for k in range(kinds):
        enters[k] = spare[:, hall[:, k]].all(axis=1) & housable[k]
        for q in range(kinds):
            replaces[k, q] = spare[:, hall[:, k] & ~hall[:, q]].all(axis=1) & housable[k]
    return Doors(enters, replaces)


def penalty_change(places: Places, persons: int) -> IntArray:
    """Change of the quota penalty when ``persons`` more stand in m, shape (M,)."""
    quota = places.problem.quota
    return quota.at(np.maximum(places.persons + persons, 0)) - quota.at(places.persons)


def relocations(places: Places, reach: Reach, doors: Doors) -> list[Move]:
    """Best improving move out of each cell of a kind."""
    municipalities = len(places.persons)
    size = int(places.layout.size[reach.kind])
    leave, come = penalty_change(places, -size), penalty_change(places, size)
    source, target = reach.cells % municipalities, np.arange(2 * municipalities) % municipalities
    loss = reach.chained.astype(np.int64)
    stays = source[:, None] == target[None, :]
    loss += np.where(stays, 0, leave[source][:, None] + come[target][None, :])
    shut = np.concatenate([~doors.enters[reach.kind], np.zeros(municipalities, np.bool_)])
    loss[:, shut] = reach.far
    best = loss.argmin(axis=1)
    least = loss[np.arange(len(best)), best]
    return [
        Move(int(least[i]), ((reach.kind, int(reach.cells[i]), int(best[i])),))
        for i in np.flatnonzero(least < 0)
    ]


def exchanges(places: Places, one: Reach, other: Reach, doors: Doors) -> list[Move]:
    """Best improving exchange of two kinds, both housed, out of each municipality."""
    municipalities = len(places.persons)
    there, back = _housed_rows(one, municipalities), _housed_rows(other, municipalities)
    if not len(there) or not len(back):
        return []
    a, b = one.cells[there], other.cells[back]
    extra = int(places.layout.size[one.kind] - places.layout.size[other.kind])
    loss = one.chained[there][:, b].astype(np.int64) + other.chained[back][:, a].T
    loss += penalty_change(places, -extra)[a][:, None] + penalty_change(places, extra)[b][None, :]
    loss[:, ~doors.replaces[one.kind, other.kind][b]] = one.far
    loss[~doors.replaces[other.kind, one.kind][a]] = one.far
    best = loss.argmin(axis=1)
    least = loss[np.arange(len(best)), best]
    return [
        Move(
            int(least[i]),
            ((one.kind, int(a[i]), int(b[best[i]])), (other.kind, int(b[best[i]]), int(a[i]))),
        )
        for i in np.flatnonzero(least < 0)
    ]


def _housed_rows(reach: Reach, municipalities: int) -> IntArray:
    return np.flatnonzero(reach.cells < municipalities)
