"""One agreement of a plan: what is left without it, and the best plan that does without."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from allocator.errors import SolverGaveNothingError
from allocator.position import MIDDEN
from allocator.solving import solver_trouble
from allocator.swapping.again import SwapResult, read_swap_result
from allocator.swapping.parties import compared, transfers_of
from allocator.swapping.proposal import Transfer
from models.exchange import ExchangeProblem, solve_exchange
from models.solution import Status
from models.solver.child import run_in_child
from models.solver.limits import Limits


@dataclass(frozen=True, slots=True)
class DealAlternative:
    """A plan without one of its agreements."""

    standing: int
    """Agreements that stay as they are when this one falls: all others."""
    left: int
    """Total expected shortfall when it falls and nothing takes its place [persons]."""
    objectives: dict[str, tuple[Fraction, Fraction]]
    """Of each stage: the plan, and the best plan in which these two do not swap this way."""
    added: tuple[Transfer, ...]
    """Agreements of that best plan that are new or other than in the plan."""
    dropped: tuple[Transfer, ...]
    """Agreements of the plan that are gone or other there, this one left out."""
    shortfall: dict[str, tuple[int, int]]
    """Expected shortfall, midden, of giver and taker: in the plan and in that one [persons]."""


def deal_alternative(folder: Path, giver: str, taker: str) -> DealAlternative:
    """What a verified plan is without one agreement, signed or not.

    Parameters
    ----------
    folder
        A result folder with swaps.
    giver, taker
        Municipality codes of an agreement in it.

    Raises
    ------
    InputRefusedError
        If the folder has no swaps.
    SolverGaveNothingError
        If no plan without it was found in the budget.
    """
    result = read_swap_result(folder)
    pair = result.codes.index(giver), result.codes.index(taker)
    terms = result.terms
    with solver_trouble():
        other = run_in_child(
            solve_exchange,
            without_pair(result.problem, pair),
            terms.counted_as,
            terms.fairness,
            limits=Limits(),
        )
    if other.status is Status.INFEASIBLE:
        raise SolverGaveNothingError("no plan without this agreement")
    rest = [deal for deal in result.outcome.transfers if deal[:2] != pair]
    now, then = {*result.outcome.transfers}, {*other.transfers}
    net, best = (
        outcome.net(result.problem.parties).tolist() for outcome in (result.outcome, other)
    )
    return DealAlternative(
        len(rest),
        _left(result, rest),
        compared(result.objectives, other),
        transfers_of(result, sorted(then - now)),
        transfers_of(result, sorted(deal for deal in now - then if deal[:2] != pair)),
        {
            result.codes[i]: (
                result.standing[i].shortfall(MIDDEN, net[i]),
                result.standing[i].shortfall(MIDDEN, best[i]),
            )
            for i in pair
        },
    )


def without_pair(problem: ExchangeProblem, pair: tuple[int, int]) -> ExchangeProblem:
    """The problem in which the first does not hand over to the second."""
    return replace(
        problem,
        forbidden=tuple(sorted({*problem.forbidden, pair})),
        wished=tuple(own for own in problem.wished if own != pair),
        signed=tuple(deal for deal in problem.signed if deal[:2] != pair),
    )


def _left(result: SwapResult, deals: list[tuple[int, int, int]]) -> int:
    change = [0] * result.problem.parties
    for giver, taker, persons in deals:
        change[giver] -= persons
        change[taker] += persons
    return sum(
        position.shortfall(MIDDEN, own)
        for position, own in zip(result.standing, change, strict=True)
    )
