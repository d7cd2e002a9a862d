"""Sum-preserving transfers between parties."""

from models.exchange.compose import solve_composition
from models.exchange.composition import (
    CompositionOutcome,
    CompositionProblem,
    Move,
    Package,
    PackagesRejectedError,
    check_packages,
    households_after,
)
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
    "CompositionOutcome",
    "CompositionProblem",
    "Conflict",
    "ExchangeOutcome",
    "ExchangeProblem",
    "Fairness",
    "Form",
    "Move",
    "Package",
    "PackagesRejectedError",
    "Pair",
    "Stage",
    "Transfer",
    "TransfersRejectedError",
    "Withdrawal",
    "adjust_single_peaked",
    "check_packages",
    "check_transfers",
    "count_agreements",
    "households_after",
    "net_change",
    "remaining_shortfall",
    "solve_composition",
    "solve_exchange",
    "without",
    "without_party",
    "worst_remaining",
]
