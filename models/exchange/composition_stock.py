"""Households that parties hand over in all, several sizes in one number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.exchange.composition_sums import MOST_BITS, TooManySumsError
from models.exchange.problem import BoolArray, IntArray


class Stock:
    """What parties may hand over: no more of any size than they expect.

    A size has some bits of a number, and one bit above them that a difference borrows from
    where it is below nothing.
    """

    def __init__(self, expected: IntArray) -> None:
        self.most: list[int] = expected.max(axis=0).tolist()
        # What is at hand may be added to one excess, counted as one more than the most.
        widths = [(2 * most + 1).bit_length() + 1 for most in self.most]
        if sum(widths) > MOST_BITS:
            raise TooManySumsError
        self.starts = [sum(widths[:k]) for k in range(len(widths))]
        self.guard = sum(1 << s + w - 1 for s, w in zip(self.starts, widths, strict=True))
        units = np.array([1 << start for start in self.starts], dtype=np.int64)
        self.stock = expected @ units + self.guard
        self.largest = int(np.array(self.most) @ units) + self.guard

    def taken(self, nets: Sequence[IntArray]) -> IntArray:
        """What must be handed over to others that change so much together."""
        sent = np.zeros_like(nets[0])
        for start, most, net in zip(self.starts, self.most, nets, strict=True):
            sent += np.minimum(np.maximum(net, 0), most + 1) << start
        return sent

    def has(self, party: int | IntArray, sent: IntArray) -> BoolArray:
        """Whether a party, or each of some, expects that many households."""
        return np.asarray((self.stock[party] - sent) & self.guard == self.guard)

    def has_any(self, sent: IntArray) -> BoolArray:
        """Whether no size is more than what the party with most of it expects."""
        return np.asarray((self.largest - sent) & self.guard == self.guard)

    def is_more(self, sent: IntArray, least: IntArray) -> BoolArray:
        """Whether households are as many as others in every size."""
        return np.asarray(((sent | self.guard) - least) & self.guard == self.guard)
