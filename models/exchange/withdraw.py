"""What is left of a plan when one party walks away."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.exchange.outcome import ExchangeOutcome, check_transfers
from models.exchange.problem import Budget, ExchangeProblem, Fairness, Form, Transfer
from models.exchange.solve import solve_exchange


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A plan without one of its parties."""

    fallen: tuple[Transfer, ...]
    """Agreements that end: those of the party itself and no others."""
    standing: tuple[Transfer, ...]
    """Agreements that stand as they are."""
    next_best: ExchangeOutcome
    """The best plan of the others, solved anew."""


def without(
    problem: ExchangeProblem,
    outcome: ExchangeOutcome,
    party: int,
    form: Form = Form.JOINT,
    fairness: Fairness = Fairness.WORST,
    budget: Budget | None = None,
) -> Withdrawal:
    """Take one party out of a plan.

    Parameters
    ----------
    problem, outcome
        A plan and what it answers.
    party
        Who walks away.
    form, fairness, budget
        For the plan of the others, as for ``solve_exchange``.

    Returns
    -------
    Withdrawal
        What falls, what stands, and the next best plan.

    Raises
    ------
    TransfersRejectedError
        If what is left breaks a rule of the problem without the party, which the rules exclude:
        intake counts only slack that was there before any deal.
    """
    fallen = tuple(deal for deal in outcome.transfers if party in deal[:2])
    standing = tuple(deal for deal in outcome.transfers if party not in deal[:2])
    others = without_party(problem, party)
    check_transfers(others, standing)
    return Withdrawal(fallen, standing, solve_exchange(others, form, fairness, budget))


def without_party(problem: ExchangeProblem, party: int) -> ExchangeProblem:
    """Return the problem in which a party has no partners; its shortfall stays."""
    stays = ~(problem.pairs == party).any(axis=1) if len(problem.pairs) else np.zeros(0, bool)
    return replace(
        problem,
        pairs=problem.pairs[stays],
        distance=problem.distance[stays],
        wished=tuple(pair for pair in problem.wished if party not in pair),
        signed=tuple(deal for deal in problem.signed if party not in deal[:2]),
    )
