"""The most groups that settle among themselves, by going through all subsets of parties."""

from __future__ import annotations

import numpy as np

from models.exchange.block import Block
from models.exchange.flows import Demand
from models.exchange.problem import IntArray

MOST_PARTIES = 20
"""Parties up to which all subsets are gone through: a million of them."""


def fewest_pairs_by_groups(block: Block, demand: Demand) -> int:
    """Bound on the pairs that trade: parties less the most groups they can fall into.

    Returns
    -------
    int
        0 where no side is used in full, or there are too many parties.

    Notes
    -----
    Pairs without a cycle are parties less connected groups, and each group must settle by
    itself: what its full side must trade fits in the limits of the others. Pairs, lots and
    floors are left aside, so that the bound holds with them. A party that need not trade is a
    group of its own and costs nothing.
    """
    useful, room = np.maximum(block.useful, block.lot), block.room
    if len(useful) + len(room) > MOST_PARTIES or not demand.relief:
        return 0
    if demand.relief == int(block.useful.sum()):
        balance = np.concatenate([-useful, room])
    elif demand.relief == int(room.sum()):
        balance = np.concatenate([-room, np.maximum(block.useful, block.give)])
    else:
        return 0
    return len(balance) - most_groups(balance)


def most_groups(balance: IntArray) -> int:
    """Most groups into which all parties fall such that no group has a negative sum.

    Parameters
    ----------
    balance
        What each party can take (positive) or must place (negative), shape (n,), with a sum of
        at least zero.

    Returns
    -------
    int
        0 if the sum is negative.

    Notes
    -----
    Which groups were made does not matter for what is left over, only which parties are in
    them: k groups can be made of a set when some smaller set makes k - 1 of them and the rest
    has no negative sum. With w_k(M) the least sum of a subset of M that makes k groups, M makes
    k + 1 when its sum is at least the least w_k(M without v). O(n 2^n) per group.
    """
    n = len(balance)
    total = np.zeros(1 << n, dtype=np.int64)
    for v in range(n):
        total[1 << v : 2 << v] = total[: 1 << v] + balance[v]
    never = np.iinfo(np.int64).max // 4
    makes = total >= 0
    makes[0] = False
    groups = 0
    while makes[-1]:
        groups += 1
        least = np.where(makes, total, never)
        smaller = np.full(1 << n, never, dtype=np.int64)
        for v in range(n):
            pair = least.reshape(-1, 2, 1 << v)
            np.minimum(pair[:, 1], pair[:, 0], out=pair[:, 1])
        for v in range(n):
            with_v = smaller.reshape(-1, 2, 1 << v)[:, 1]
            np.minimum(with_v, least.reshape(-1, 2, 1 << v)[:, 0], out=with_v)
        makes = total >= smaller
        makes &= smaller < never
    return groups
