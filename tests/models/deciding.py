"""An engine that says the same wherever answers are equal, and keeps what it was asked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields, is_dataclass, replace

import numpy as np

from models.exchange.problem import IntArray
from models.solution import Status
from models.solver.limits import Limits
from models.solver.milp import solve_with_highs
from models.solver.program import Answer, LinearProgram

_STEP, _PRIME = 7_919, 10_007
_LONGEST = 160


@dataclass
class Decided:
    """Answers of HiGHS, of equal ones the same on every machine and with every version."""

    asked: list[str] = field(default_factory=list)
    """Budget, sum over the programme and what was said, of each question."""
    silent: int = 0
    """Every so many questions the nodes end before there is an answer; never if zero."""
    unsure: int = 0
    """Every so many questions they end before there is a proof."""

    def __call__(
        self, program: LinearProgram, limits: Limits | None = None, start: IntArray | None = None
    ) -> Answer:
        answer = self._answer(program)
        nodes = None if limits is None else limits.nodes
        begun = "" if start is None else digest(text_of(start))
        self.asked.append(f"{nodes} {digest(text_of(program))}{begun} {answer.objective}")
        turn = len(self.asked)
        if self.silent and turn % self.silent == 0:
            return Answer(Status.UNKNOWN, None, None, answer.engine)
        if self.unsure and turn % self.unsure == 0 and answer.values is not None:
            return replace(answer, status=Status.FEASIBLE)
        return answer

    @staticmethod
    def _answer(program: LinearProgram) -> Answer:
        first = solve_with_highs(program, Limits(nodes=1_000_000))
        if first.values is None or first.objective is None:
            return replace(first, engine="decided 1")
        used = np.flatnonzero(program.objective)
        held = program.with_row(used, program.objective[used], first.objective, first.objective)
        weights = 1 + _STEP * np.arange(len(program.objective)) % _PRIME
        second = solve_with_highs(
            held.with_objective(weights, maximise=False), Limits(nodes=1_000_000)
        )
        assert second.values is not None
        return Answer(first.status, second.values, first.objective, "decided 1")


def digest(text: str) -> str:
    """A short sum over a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def short(text: str) -> str:
    """A text as it is, or its head and a sum over all of it."""
    text = text.replace('"', "'")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... {digest(text)}"


def text_of(value: object) -> str:
    """Anything as a short text, arrays and dataclasses with all that is in them."""
    if is_dataclass(value):
        return "/".join(text_of(getattr(value, own.name)) for own in fields(value))
    if isinstance(value, np.ndarray):
        return " ".join(map(str, value.ravel().astype(np.int64).tolist())) or "-"
    if isinstance(value, tuple | list):
        return "; ".join(map(text_of, value)) or "-"
    return str(value)
