"""A block on its way through the stages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.exchange.block import Block
from models.exchange.flows import Demand
from models.exchange.problem import Form, IntArray
from models.solution import SolverDisagreementError


def is_proven(value: int, bound: int) -> bool:
    """Whether a bound proves a value that is made small.

    Raises
    ------
    SolverDisagreementError
        If the value is below the bound. Searching between the two would find nothing and
        seem to prove the value.
    """
    if value < bound:
        raise SolverDisagreementError(f"a plan of {value} beats a bound of {bound}")
    return value == bound


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A block with its plan and what is proven of the stage at hand."""

    block: Block
    demand: Demand
    flow: IntArray
    bound: int
    proof: str

    def count(self, form: Form) -> int:
        """Agreements of the plan."""
        return self.block.count(self.flow, form)

    def is_closed(self, form: Form) -> bool:
        """Whether the bound proves the number of agreements.

        Raises
        ------
        SolverDisagreementError
            If the plan beats the bound, which then is none.
        """
        return is_proven(self.count(form), self.bound)

    def better(self, flow: IntArray, form: Form) -> Part:
        """Take another plan if it has fewer agreements."""
        return replace(self, flow=flow) if self.block.count(flow, form) < self.count(form) else self
