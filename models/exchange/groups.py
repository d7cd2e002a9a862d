"""A bound on the pairs that trade, from prices of parties, and the groups that it is made of.

Pairs without a cycle are parties less connected groups. So the fewest pairs are the cheapest
groups, parties less one each, that hold who must trade once and anybody else at most once. The
groups are too many to write down; those that matter are found one by one at the prices of a
relaxation, and the prices prove the bound by themselves, in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.exchange.block import Block, connected
from models.exchange.counting import find_musts
from models.exchange.flows import Demand
from models.exchange.loads import NEVER, Loads, weigh_loads
from models.exchange.problem import BoolArray, IntArray
from models.solver.linear import solve_relaxation
from models.solver.program import UNBOUNDED, LinearProgram

_SCALE = 1_000_000
"""Prices are whole millionths of a pair."""
_ROUNDS, _PER_ROUND = 200, 60
"""Effort: rounds of prices, and groups that each adds."""
_ALONE = 50
"""Effort: pairs that a party without a group costs while groups are looked for."""
_TURNS, _NOISE = 5, 100_000
"""Effort: how often prices are moved to find other groups, and how far."""
_MOST_CELLS = 4_000_000
"""Parties times persons up to which prices are looked for; about eight times the country."""


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """Parties with equal limits are one kind: givers' kinds first, then takers'."""

    low: IntArray
    """Least that a party of the kind trades if it trades, shape (kinds,)."""
    high: IntArray
    """Most that it trades, shape (kinds,)."""
    must: BoolArray
    """Whether it trades in every plan, shape (kinds,)."""
    count: IntArray
    """Parties of the kind, shape (kinds,)."""
    gives: BoolArray
    """Whether it is of the givers, shape (kinds,)."""
    kind_of: IntArray
    """Kind of each giver, then each taker; -1 for who cannot trade, shape (a + b,)."""

    @property
    def most_load(self) -> int:
        """Most persons that either side can trade."""
        whole = self.high * self.count
        return int(min(whole[self.gives].sum(), whole[~self.gives].sum()))

    @property
    def most_groups(self) -> int:
        """Most groups that a plan can fall into."""
        return int(min(self.count[self.gives].sum(), self.count[~self.gives].sum()))


def find_kinds(block: Block, demand: Demand) -> Kinds:
    """Part the parties of a block by what they can and must trade."""
    musts = find_musts(block, demand)
    a, b = len(block.givers), len(block.takers)
    must = np.concatenate([musts.give, musts.take])
    high = np.concatenate([block.give, block.room])
    low = np.maximum(must, block.lot)
    gives = np.arange(a + b) < a
    able = np.flatnonzero(low <= high)
    table = np.stack([~gives, low, high, must > 0], axis=1).astype(np.int64)
    rows, kind, count = np.unique(table[able], axis=0, return_inverse=True, return_counts=True)
    kind_of = np.full(a + b, -1, dtype=np.int64)
    kind_of[able] = kind.ravel()
    return Kinds(rows[:, 1], rows[:, 2], rows[:, 3] > 0, count, rows[:, 0] == 0, kind_of)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Groups that may make up a plan, and what no plan can beat."""

    kinds: Kinds
    members: IntArray
    """Parties of each kind in each group, shape (groups, kinds)."""
    prices: IntArray
    """Price of a party of each kind, in millionths of a pair, shape (kinds,)."""
    bound: int
    """Fewest pairs of any plan."""


def price_groups(block: Block, demand: Demand, flow: IntArray | None) -> Groups | None:
    """Find the groups that matter, and a bound on the pairs of every plan.

    Parameters
    ----------
    block, demand
        What must be carried.
    flow
        A plan, shape (e,): its groups are the first ones. Without one, parties may stay alone
        at a high cost until groups for all are found.

    Returns
    -------
    Groups or None
        None where nobody trades, or there are too many parties and persons to price.

    Raises
    ------
    SolverFailedError
        If a relaxation is not solved.

    Notes
    -----
    With whole prices p_v (at most 0 for who need not trade), G the most groups and d the
    largest p(g) - (parties of g - 1) over all groups g, no plan has fewer pairs than
    sum p_v - G max(d, 0). A group is any set whose givers and takers can carry an equal load;
    pairs, lots of single pieces and partner limits are left aside, so the bound holds with them.
    The best group follows from the best choice of either side at each load (``loads.py``).
    """
    kinds = find_kinds(block, demand)
    if not kinds.most_groups or int(kinds.count.sum()) * kinds.most_load > _MOST_CELLS:
        return None
    first = np.eye(len(kinds.count), dtype=np.int64)
    first = first if flow is None else _of_plan(block, kinds, flow)
    members = np.unique(np.concatenate([first, _couples(kinds)]), axis=0)
    prices, bound = np.zeros_like(kinds.count), 0
    for _ in range(_ROUNDS):
        prices = _prices(kinds, members)
        shelf = _Shelf(kinds, prices)
        total = int((prices * kinds.count).sum())
        bound = max(bound, -((kinds.most_groups * shelf.most - total) // _SCALE))
        fresh = shelf.groups(max(1, shelf.most // 10), kinds.most_load, _PER_ROUND)
        more = np.unique(np.concatenate([members, fresh]), axis=0)
        if len(more) == len(members):
            break
        members = more
    return Groups(kinds, members[members.sum(axis=1) > 1], prices, bound)


def widen_groups(groups: Groups, pairs: int, seed: int) -> Groups:
    """Add groups that a plan of so many pairs may have.

    Parameters
    ----------
    groups
        With prices that prove their bound.
    pairs
        Of the plan that is looked for.
    seed
        Of the prices at which the best groups are taken.

    Notes
    -----
    What the groups of a plan cost above their prices adds up to its pairs less the sum of the
    prices, so no single one costs more than that. Of those, the best at every load are taken,
    at the prices and at some near them.
    """
    kinds, rng = groups.kinds, np.random.default_rng(seed)
    above = pairs * _SCALE - int((groups.prices * kinds.count).sum())
    members = [groups.members]
    for turn in range(_TURNS):
        noise = rng.integers(-_NOISE, _NOISE + 1, len(groups.prices)) if turn or seed else 0
        shelf = _Shelf(kinds, groups.prices + noise)
        found = shelf.groups(-above, 2 * int(kinds.high.max()), kinds.most_load)
        worth = (found * (groups.prices - _SCALE)).sum(axis=1) + _SCALE
        members.append(found[worth >= -above])
    return replace(groups, members=np.unique(np.concatenate(members), axis=0))


def _of_plan(block: Block, kinds: Kinds, flow: IntArray) -> IntArray:
    """Groups of a plan, as parties of each kind."""
    label = connected(block.arcs[flow > 0], len(block.givers), len(block.takers))
    rows = [
        np.bincount(kinds.kind_of[label == group], minlength=len(kinds.count))
        for group in np.unique(label).tolist()
        if int((label == group).sum()) > 1
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, len(kinds.count))


def _couples(kinds: Kinds) -> IntArray:
    """Every group of one giver and one taker."""
    meet = (kinds.low[:, None] <= kinds.high) & (kinds.low <= kinds.high[:, None])
    giver, taker = np.nonzero(meet & kinds.gives[:, None] & ~kinds.gives)
    rows = np.zeros((len(giver), len(kinds.count)), dtype=np.int64)
    rows[np.arange(len(giver)), giver] = rows[np.arange(len(giver)), taker] = 1
    return rows


def _prices(kinds: Kinds, members: IntArray) -> IntArray:
    """Prices of the parties of each kind at the groups known so far, in millionths."""
    prices = solve_relaxation(cover(kinds, members)).row_prices[: len(kinds.count)]
    whole = np.rint(prices * _SCALE).astype(np.int64)
    return np.where(kinds.must, whole, np.minimum(whole, 0))


def cover(kinds: Kinds, members: IntArray, low: int = 0) -> LinearProgram:
    """Return the program that picks groups: who must trade once, others at most once.

    Parameters
    ----------
    kinds, members
        Groups to pick from.
    low
        Bound on the pairs, as a last row.
    """
    group, kind = np.nonzero(members)
    size = members.sum(axis=1)
    pairs = np.where(size > 1, size - 1, _ALONE)
    groups, n = len(members), len(kinds.count)
    return LinearProgram(
        objective=pairs,
        row=np.concatenate([kind, np.full(groups, n)]),
        column=np.concatenate([group, np.arange(groups)]),
        coefficient=np.concatenate([members[group, kind], pairs]),
        row_lower=np.append(np.where(kinds.must, kinds.count, -UNBOUNDED), low),
        row_upper=np.append(kinds.count, UNBOUNDED),
        lower=np.zeros(groups, dtype=np.int64),
        # The rows hold it; a limit of its own would take a price away from them.
        upper=np.full(groups, UNBOUNDED, dtype=np.int64),
        integral=np.ones(groups, dtype=bool),
        maximise=False,
    )


class _Shelf:
    """The best group at each load, at given prices."""

    def __init__(self, kinds: Kinds, prices: IntArray) -> None:
        self.kinds = kinds
        self.sides: list[tuple[IntArray, Loads]] = []
        for side in (kinds.gives, ~kinds.gives):
            kind = np.repeat(np.flatnonzero(side), kinds.count[side])
            low, high, worth = kinds.low[kind], kinds.high[kind], prices[kind] - _SCALE
            self.sides.append((kind, weigh_loads(low, high, worth, kinds.most_load)))
        self.value = sum(loads.best[-1] for _, loads in self.sides) + _SCALE
        self.value[0] = NEVER

    @property
    def most(self) -> int:
        """By how much the best group is worth more than it costs; 0 if none is."""
        return max(int(self.value.max()), 0)

    def groups(self, least: int, most_load: int, most: int) -> IntArray:
        """Up to ``most`` groups worth at least so much above cost, best first, one row each."""
        loads = np.flatnonzero(self.value[: most_load + 1] >= least)
        loads = loads[np.argsort(-self.value[loads], kind="stable")][:most]
        rows = np.zeros((len(loads), len(self.kinds.count)), dtype=np.int64)
        for row, load in zip(rows, loads.tolist(), strict=True):
            for kind, own in self.sides:
                np.add.at(row, kind[own.choice(load)], 1)
        return rows
