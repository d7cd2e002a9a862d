"""What an exchange answers: the transfers, a bound for every stage, and the cut that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from models.exchange.problem import ExchangeProblem, IntArray, Transfer
from models.solution import Bounds, Status


class TransfersRejectedError(ValueError):
    """Transfers break a hard rule of their problem."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One objective in the order of objectives, all to be made small."""

    name: str
    """``shortfall``, ``worst``, ``agreements``, ``persons`` or ``distance``."""
    status: Status
    bounds: Bounds
    """Objective and bound, both times ``denominator``."""
    denominator: int = 1

    @property
    def objective(self) -> Fraction:
        """The value reached."""
        return Fraction(self.bounds.objective, self.denominator)

    @property
    def bound(self) -> Fraction:
        """What no plan that is equal in the earlier stages can beat."""
        return Fraction(self.bounds.bound, self.denominator)


@dataclass(frozen=True, slots=True)
class ExchangeOutcome:
    """A plan of transfers with what is proven of it."""

    transfers: tuple[Transfer, ...]
    """Giver, taker and persons, sorted; no pair stands twice."""
    stages: tuple[Stage, ...]
    cut_givers: tuple[int, ...]
    """Givers on the source side of the minimum cut."""
    cut_takers: tuple[int, ...]
    """Every party that an allowed pair joins to a giver of ``cut_givers``."""
    relief_bound: int
    """Persons of shortfall that no plan can relieve more than: the size of the cut."""

    def stage(self, name: str) -> Stage:
        """Return the stage of that name.

        Raises
        ------
        KeyError
            If the stage did not run.
        """
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(name)

    def net(self, parties: int) -> IntArray:
        """Signed change of quota per party, shape (n,), summing to zero [persons]."""
        return net_change(self.transfers, parties)


def net_change(transfers: tuple[Transfer, ...], parties: int) -> IntArray:
    """Signed change of quota per party, shape (n,): what it takes minus what it gives."""
    change = np.zeros(parties, dtype=np.int64)
    for giver, taker, persons in transfers:
        change[giver] -= persons
        change[taker] += persons
    return change


def remaining_shortfall(problem: ExchangeProblem, transfers: tuple[Transfer, ...]) -> IntArray:
    """Expected shortfall per party after the transfers, shape (n,) [persons]."""
    after = problem.shortfall + net_change(transfers, problem.parties)
    return np.maximum(np.where(problem.shortfall > 0, after, 0), 0)


def check_transfers(problem: ExchangeProblem, transfers: tuple[Transfer, ...]) -> None:
    """Refuse transfers that break a hard rule.

    Raises
    ------
    TransfersRejectedError
        If a transfer is empty or uses a pair that is not allowed, a pair stands twice, a party
        both gives and takes, or goes beyond its limit.
    """
    allowed = {(int(giver), int(taker)) for giver, taker in problem.pairs}
    used = [(giver, taker) for giver, taker, _ in transfers]
    if len(set(used)) != len(used):
        raise TransfersRejectedError("a pair stands twice")
    if not set(used) <= allowed:
        raise TransfersRejectedError("a transfer uses a pair that is not allowed")
    if any(persons <= 0 for _, _, persons in transfers):
        raise TransfersRejectedError("a transfer moves nobody")
    if {giver for giver, _ in used} & {taker for _, taker in used}:
        raise TransfersRejectedError("a party both gives and takes")
    change = net_change(transfers, problem.parties)
    if (-change > problem.give_limit).any() or (change > problem.take_limit).any():
        raise TransfersRejectedError("a party goes beyond its limit")
