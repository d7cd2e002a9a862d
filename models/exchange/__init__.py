"""Sum-preserving transfers between parties."""

from models.exchange.outcome import (
    ExchangeOutcome,
    Stage,
    TransfersRejectedError,
    check_transfers,
    net_change,
    remaining_shortfall,
)
from models.exchange.problem import ExchangeProblem, Transfer
from models.exchange.solve import solve_exchange

__all__ = [
    "ExchangeOutcome",
    "ExchangeProblem",
    "Stage",
    "Transfer",
    "TransfersRejectedError",
    "check_transfers",
    "net_change",
    "remaining_shortfall",
    "solve_exchange",
]
