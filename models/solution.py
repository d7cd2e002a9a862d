"""What every formulation returns: a status, an objective and a bound of our own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """What is known of a plan, proven rather than reported by a solver."""

    OPTIMAL = "optimal"
    """The bound equals the objective."""
    FEASIBLE = "feasible"
    """A plan that meets every rule, not proven best."""
    INFEASIBLE = "infeasible"
    """No plan meets the hard rules; proven."""
    UNKNOWN = "unknown"
    """Nothing found within the budget; says nothing about existence."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """An objective and what no plan can beat, in the same whole points."""

    objective: int
    bound: int

    @property
    def difference(self) -> int:
        """Distance between bound and objective, never negative."""
        return abs(self.bound - self.objective)

    @property
    def is_closed(self) -> bool:
        """Whether the bound proves the objective."""
        return self.bound == self.objective


class SolverError(Exception):
    """Base of what goes wrong around a solver."""

    engine: str = ""
    """Name of the engine at fault, where that is known."""


class SolverDisagreementError(SolverError):
    """A solver's answer does not survive recomputation in whole numbers."""


class SolverFailedError(SolverError):
    """A solver died or found nothing within its budget: not the same as impossible."""


class SolverMemoryError(SolverFailedError):
    """A solve needs more memory than it may use."""


class SolverClockError(SolverFailedError):
    """A solve was stopped by the clock that guards it."""
