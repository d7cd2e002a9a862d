"""How far a solve may go."""

from __future__ import annotations

from dataclasses import dataclass

GIBIBYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets of a solve.

    Nodes end a search at the same place on every machine. Time and memory only guard: they
    end a run without an answer and never shape a plan.
    """

    nodes: int = 200_000
    """Branch-and-bound nodes per search, at least 1."""
    wall_seconds: float = 1800.0
    """Guard on a child process [s]."""
    memory_bytes: int = 8 * GIBIBYTE
    """Address space of a child process and of each of its own children [bytes]."""

    def __post_init__(self) -> None:
        if self.nodes < 1 or self.wall_seconds <= 0 or self.memory_bytes < 1:
            raise ValueError("limits are positive")
