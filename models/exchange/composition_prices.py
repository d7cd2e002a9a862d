"""Prices per household size that prove how few persons can be left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.exchange.composition_changes import Changes
from models.exchange.problem import IntArray
from models.solver.linear import solve_relaxation
from models.solver.program import LinearProgram

PARTS = 420
"""Parts of a person in which prices are counted: every fraction in sevenths or coarser is whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """Parties whose changes are weighed at one price per size."""

    prices: IntArray
    """What taking over a household of each size costs, in parts of a person, shape (K,)."""
    changes: tuple[Changes, ...]
    least: tuple[int, ...]
    """Least of persons left over plus what a change costs, per party, in parts of a person."""

    @property
    def bound(self) -> int:
        """Persons left over that no packages go below."""
        return -(-sum(self.least) // PARTS)

    @property
    def slack(self) -> int:
        """What the parties together can be above their least and still reach the bound."""
        return self.bound * PARTS - sum(self.least)

    def weighed(self) -> list[IntArray]:
        """Persons left over plus what it costs, of each change of each party, in parts."""
        return [own.left * PARTS + own.net @ self.prices for own in self.changes]

    def tight(self) -> list[Changes]:
        """Changes that plans with as few persons left over as the bound are made of."""
        return [
            own.only(weight <= least + self.slack)
            for own, weight, least in zip(self.changes, self.weighed(), self.least, strict=True)
        ]


def priced(changes: Sequence[Changes]) -> Priced:
    """Price households so that the bound is as high as prices can make it.

    Notes
    -----
    All changes together are zero in every size, so whatever a household costs, the sum over
    parties of persons left over plus cost is the persons left over in all: its least is a bound.
    The best prices are those of a linear program that mixes each party's changes. They are
    rounded and the bound is recomputed in whole numbers, so that its floats prove nothing.
    """
    prices = dual_prices(changes)
    least = tuple(int((own.left * PARTS + own.net @ prices).min()) for own in changes)
    return Priced(prices, tuple(changes), least)


def dual_prices(changes: Sequence[Changes]) -> IntArray:
    """Prices of the relaxation that mixes each party's changes, in parts, shape (K,)."""
    # The least size costs nothing: persons are equal, so one price is free.
    found = solve_relaxation(_mixing(changes)).row_prices[len(changes) :]
    return np.concatenate([[0], -np.rint(found * PARTS)]).astype(np.int64)


def priced_moves(changes: Sequence[Changes]) -> Priced:
    """Price households so that what parties change at least is as much as prices can make it.

    ``left`` then counts the households that a party takes over and hands over. Over parties whose
    changes cancel the sum of ``least`` is no more than what they change in all, which is twice
    what they hand over.
    """
    return priced([Changes(own.net, np.abs(own.net).sum(axis=1)) for own in changes])


def _mixing(changes: Sequence[Changes]) -> LinearProgram:
    """One column per party and change; a party has one of it in all, a size nets to zero."""
    parties, kinds = len(changes), changes[0].net.shape[1]
    net = np.concatenate([own.net[:, 1:] for own in changes])
    party = np.repeat(np.arange(parties), [len(own.left) for own in changes])
    column, kind = np.nonzero(net)
    columns = len(net)
    goal = np.concatenate([np.ones(parties), np.zeros(kinds - 1)]).astype(np.int64)
    return LinearProgram(
        objective=np.concatenate([own.left for own in changes]),
        row=np.concatenate([party, parties + kind]),
        column=np.concatenate([np.arange(columns), column]),
        coefficient=np.concatenate([np.ones(columns, dtype=np.int64), net[column, kind]]),
        row_lower=goal,
        row_upper=goal,
        lower=np.zeros(columns, dtype=np.int64),
        upper=np.ones(columns, dtype=np.int64),
        integral=np.zeros(columns, dtype=bool),
        maximise=False,
    )
