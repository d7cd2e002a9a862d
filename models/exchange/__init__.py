"""Sum-preserving transfers between parties."""

from models.exchange.outcome import (
    Conflict,
    ExchangeOutcome,
    Stage,
    TransfersRejectedError,
    check_transfers,
    count_agreements,
    net_change,
    remaining_shortfall,
    worst_remaining,
)
from models.exchange.problem import (
    Budget,
    ExchangeProblem,
    Fairness,
    Form,
    Pair,
    Transfer,
)
from models.exchange.single_peaked import Adjustment, adjust_single_peaked
from models.exchange.solve import solve_exchange
from models.exchange.withdraw import Withdrawal, without, without_party

__all__ = [
    "Adjustment",
    "Budget",
    "Conflict",
    "ExchangeOutcome",
    "ExchangeProblem",
    "Fairness",
    "Form",
    "Pair",
    "Stage",
    "Transfer",
    "TransfersRejectedError",
    "Withdrawal",
    "adjust_single_peaked",
    "check_transfers",
    "count_agreements",
    "net_change",
    "remaining_shortfall",
    "solve_exchange",
    "without",
    "without_party",
    "worst_remaining",
]
