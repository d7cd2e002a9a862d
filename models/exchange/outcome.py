"""What an exchange answers: the transfers, a bound for every stage, and the cut that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from models.exchange.problem import ExchangeProblem, Form, IntArray, Transfer
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
    proof: str = "count"
    """What closes the bound: ``count`` (flow, cut and counting of our own) or ``search`` (an
    engine says that nothing is better)."""

    @property
    def objective(self) -> Fraction:
        """The value reached."""
        return Fraction(self.bounds.objective, self.denominator)

    @property
    def bound(self) -> Fraction:
        """What no plan that is equal in the earlier stages can beat."""
        return Fraction(self.bounds.bound, self.denominator)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A party whose signed and wished deals cannot all be kept."""

    party: int
    rule: str
    """``role`` (gives and takes), ``give_limit``, ``take_limit`` or ``max_partners``."""


@dataclass(frozen=True, slots=True)
class ExchangeOutcome:
    """A plan of transfers with what is proven of it."""

    transfers: tuple[Transfer, ...]
    """Giver, taker and persons, sorted, signed deals among them; no pair stands twice."""
    stages: tuple[Stage, ...]
    cut_givers: tuple[int, ...]
    """Givers on the source side of the minimum cut."""
    cut_takers: tuple[int, ...]
    """Every party that an open pair joins to a giver of ``cut_givers``."""
    relief_bound: int
    """Persons of shortfall that no plan can relieve more than: the size of the cut, which
    knows nothing of lots, partner limits, wishes and signed deals."""
    status: Status = Status.OPTIMAL
    """Optimal if every stage is; infeasible, without transfers, if pins clash."""
    conflicts: tuple[Conflict, ...] = ()

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


def count_agreements(transfers: tuple[Transfer, ...], form: Form) -> int:
    """Count pairs that trade, or parties whose quota changes."""
    if form is Form.BILATERAL:
        return len(transfers)
    return len({party for giver, taker, _ in transfers for party in (giver, taker)})


def remaining_shortfall(problem: ExchangeProblem, transfers: tuple[Transfer, ...]) -> IntArray:
    """Expected shortfall per party after the transfers, shape (n,) [persons]."""
    after = problem.shortfall + net_change(transfers, problem.parties)
    return np.maximum(np.where(problem.shortfall > 0, after, 0), 0)


def worst_remaining(problem: ExchangeProblem, transfers: tuple[Transfer, ...]) -> Fraction:
    """Largest remaining shortfall per person of quota; parties without a quota are left out."""
    left = remaining_shortfall(problem, transfers).tolist()
    return max(
        (Fraction(a, q) for a, q in zip(left, problem.quota.tolist(), strict=True) if q),
        default=Fraction(0),
    )


def check_transfers(problem: ExchangeProblem, transfers: tuple[Transfer, ...]) -> None:
    """Refuse transfers that break a hard rule.

    Raises
    ------
    TransfersRejectedError
        If a transfer is empty, below the lot or uses a pair that is not open, a pair stands
        twice, a wish or a signed deal is not kept, a party both gives and takes, has too many
        partners or goes beyond its limit.
    """
    used = {(giver, taker): persons for giver, taker, persons in transfers}
    if len(used) != len(transfers):
        raise TransfersRejectedError("a pair stands twice")
    _check_deals(problem, used)
    if {giver for giver, _ in used} & {taker for _, taker in used}:
        raise TransfersRejectedError("a party both gives and takes")
    partners = [party for pair in used for party in pair]
    if problem.max_partners is not None and any(
        partners.count(party) > problem.max_partners for party in set(partners)
    ):
        raise TransfersRejectedError("a party has too many partners")
    change = net_change(transfers, problem.parties)
    if (-change > problem.give_limit).any() or (change > problem.take_limit).any():
        raise TransfersRejectedError("a party goes beyond its limit")


def _check_deals(problem: ExchangeProblem, used: dict[tuple[int, int], int]) -> None:
    signed = {(giver, taker): persons for giver, taker, persons in problem.signed}
    if any(used.get(pair) != persons for pair, persons in signed.items()):
        raise TransfersRejectedError("a signed deal is changed")
    if not set(problem.wished) <= set(used):
        raise TransfersRejectedError("a wished pair does not trade")
    allowed = {(int(giver), int(taker)) for giver, taker in problem.pairs}
    for pair, persons in used.items():
        if pair in signed:
            continue
        if pair not in allowed or pair in problem.forbidden:
            raise TransfersRejectedError("a transfer uses a pair that is not allowed")
        if persons < problem.lot:
            raise TransfersRejectedError("a transfer moves nobody, or less than a lot")
