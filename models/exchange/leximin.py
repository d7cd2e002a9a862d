"""Relief spread so that the worst off has the least, then the next one, and so on."""

from __future__ import annotations

import heapq
from fractions import Fraction

import numpy as np

from models.exchange.block import Block
from models.exchange.problem import IntArray


def leximin_relief(block: Block) -> IntArray:
    """Relief per giver of the leximin plan among those of most relief, shape (a,).

    Notes
    -----
    Without lots and partner limits the reliefs that a flow allows are the whole points of a
    polymatroid, on which giving one person at a time to whoever then is worst off is exact: no
    other plan has a better sorted list of remaining shortfall per quota. Of two that are as
    badly off, the one with the smaller quota comes first: a person less leaves it with the
    smaller remainder. Equal quotas go to the lower position, parties without a quota come last,
    so of several reliefs with the same list one is taken whatever later stages would like. One
    augmenting path per person.

    References
    ----------
    A. Federgruen and H. Groenevelt, "The greedy procedure for resource allocation problems",
    Operations Research 34 (1986) 909-918.
    """
    paths = _Paths(block)
    relief = np.zeros(len(block.givers), dtype=np.int64)
    queue = [_entry(block, i, 0) for i in range(len(relief)) if block.useful[i] > 0]
    heapq.heapify(queue)
    while queue:
        *_, i = heapq.heappop(queue)
        # A giver that cannot give one more now never can: its rank is used up for good.
        if not paths.augment(i):
            continue
        relief[i] += 1
        if relief[i] < block.useful[i]:
            heapq.heappush(queue, _entry(block, i, int(relief[i])))
    return relief


def _entry(block: Block, i: int, relief: int) -> tuple[int, Fraction, int, int]:
    quota = int(block.quota[i])
    left = int(block.short[i]) - relief
    return (0, -Fraction(left, quota), quota, i) if quota else (1, Fraction(-left), 0, i)


class _Paths:
    """A flow that grows by one person at a time."""

    def __init__(self, block: Block) -> None:
        a = len(block.givers)
        self.after: list[list[int]] = [[] for _ in range(a)]
        for i, j in block.arcs.tolist():
            self.after[i].append(j)
        self.left = block.room.tolist()
        self.carried: list[dict[int, int]] = [{} for _ in self.left]

    def augment(self, giver: int) -> bool:
        """Send one more person from a giver, moving others aside where needed."""
        came: dict[int, tuple[int, int]] = {}
        seen, queue = {giver}, [giver]
        for i in queue:
            for j in self.after[i]:
                if j in came:
                    continue
                came[j] = (i, giver)
                if self.left[j]:
                    self._send(giver, j, came)
                    return True
                for other, persons in self.carried[j].items():
                    if persons and other not in seen:
                        seen.add(other)
                        queue.append(other)
                        came[-1 - other] = (j, giver)
        return False

    def _send(self, giver: int, taker: int, came: dict[int, tuple[int, int]]) -> None:
        self.left[taker] -= 1
        while True:
            i, _ = came[taker]
            self.carried[taker][i] = self.carried[taker].get(i, 0) + 1
            if i == giver:
                return
            taker, _ = came[-1 - i]
            self.carried[taker][i] -= 1
