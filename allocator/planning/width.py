"""The least width at which a band can hold, with floors and caps of its own beside it."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Room:
    """What bounds a municipality apart from the band [persons].

    ``owed`` is 1 where the rounding gives every positive claim at least one; ``weighs`` is
    whether it has a claim at all: without one it stands at its floor.
    """

    floor: int = 0
    cap: int | None = None
    weighs: bool = True
    owed: int = 0

    def within(self, low: int, high: int) -> tuple[int, int, bool]:
        """Floor and cap that hold when the band is ``low`` to ``high``, and whether they cross."""
        least = max(low, self.floor)
        most = high if self.cap is None else min(high, self.cap)
        crossed = least > most
        if not self.weighs:
            return least, least, crossed
        return max(least, min(most, self.owed)), most, crossed


def least_width(scaled: Sequence[Fraction], rooms: Sequence[Room], total: int) -> Fraction | None:
    """Return the least x at which floors and caps enclose the total and none cross.

    Parameters
    ----------
    scaled
        Last period's parts at the size of this one, p_i H / P, shape (n,) [persons].
    rooms
        What else bounds each, shape (n,).
    total
        Persons to divide now.

    Returns
    -------
    Fraction or None
        The least x for which ceil((1 - x) p_i H / P) and floor((1 + x) p_i H / P), together with
        the other bounds, can be met; none where no x will do.

    Notes
    -----
    The bounds change at countably many x; a heap walks them upward from 0, so no width between
    two of them is missed and nothing is assumed about the shape of what is possible. O(events
    log n), about 2 x H events up to the answer.
    """
    if not _is_ever_possible(scaled, rooms, total):
        return None
    low, high = [math.ceil(q) for q in scaled], [math.floor(q) for q in scaled]
    walk = _Walk(scaled, rooms, total, low, high)
    width = Fraction(0)
    while not walk.is_possible:
        following = walk.step()
        if following is None:
            return None
        width = following
    return width


def _is_ever_possible(scaled: Sequence[Fraction], rooms: Sequence[Room], total: int) -> bool:
    """Whether the bounds of their own alone leave room: says at once what a walk would not."""
    floors = caps = 0
    for q, room in zip(scaled, rooms, strict=True):
        _, cap, crossed = room.within(0, total if q else 0)
        if crossed:
            return False
        # One owed is not counted: a band may be so narrow that the cap is 0 and nothing is owed.
        floors += room.floor
        # One without a claim stands at its floor, which is highest in the narrowest band.
        caps += cap if room.weighs else max(math.ceil(q), room.floor)
    return floors <= total <= caps


class _Walk:
    """The bounds at one width, and the widths at which they change."""

    def __init__(
        self,
        scaled: Sequence[Fraction],
        rooms: Sequence[Room],
        total: int,
        low: list[int],
        high: list[int],
    ) -> None:
        self.scaled, self.rooms, self.total, self.low, self.high = scaled, rooms, total, low, high
        self.floors = self.caps = self.crossed = 0
        self.events: list[tuple[Fraction, int, int]] = []
        for i in range(len(rooms)):
            self._count(i, 1)
            self._expect(i, -1)
            self._expect(i, 1)

    @property
    def is_possible(self) -> bool:
        return not self.crossed and self.floors <= self.total <= self.caps

    def step(self) -> Fraction | None:
        """Go to the next width at which anything changes."""
        if not self.events:
            return None
        width = self.events[0][0]
        while self.events and self.events[0][0] == width:
            _, i, side = heapq.heappop(self.events)
            self._count(i, -1)
            if side < 0:
                self.low[i] -= 1
            else:
                self.high[i] += 1
            self._count(i, 1)
            self._expect(i, side)
        return width

    def _count(self, i: int, sign: int) -> None:
        floor, cap, crossed = self.rooms[i].within(self.low[i], self.high[i])
        self.floors += sign * floor
        self.caps += sign * cap
        self.crossed += sign * crossed

    def _expect(self, i: int, side: int) -> None:
        """Put the next change of one side of a unit in the heap."""
        q, cap = self.scaled[i], self.rooms[i].cap
        if q == 0:
            return
        if side < 0 and self.low[i] > 0:
            heapq.heappush(self.events, (1 - (self.low[i] - 1) / q, i, side))
        most = self.total if cap is None else min(self.total, cap)
        if side > 0 and self.high[i] < most:
            heapq.heappush(self.events, ((self.high[i] + 1) / q - 1, i, side))
