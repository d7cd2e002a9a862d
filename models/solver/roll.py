"""Which engines may answer, which one is at work, and which ones answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from models.solution import (
    SolverDisagreementError,
    SolverError,
    SolverFailedError,
    SolverMemoryError,
)

HIGHS, CBC, SCIP, GLOP, FLOW = "highs", "cbc", "scip", "glop", "ortools-flow"
"""Engines by name. CBC runs as a process of its own; HiGHS is scipy's, the rest ortools'."""

OUT_OF_MEMORY = "a solve needs more memory than it may use"


@dataclass(slots=True)
class Roll:
    """Engines of one solve, or of all solves of one run."""

    excluded: frozenset[str] = frozenset()
    """Engines that must not be asked: they died, or gave an answer that was refused."""
    answered: set[str] = field(default_factory=set)
    """Names and versions of the engines that answered."""
    replaced: list[str] = field(default_factory=list)
    """Engines that others stood in for, in the order in which that happened."""
    last: str = ""
    """Engine that was asked last."""
    busy: str = ""
    """Engine that is at work."""
    tell: Callable[[str], None] = lambda _name: None
    """Told each engine that begins, and nothing when it is done."""


_roll: ContextVar[Roll | None] = ContextVar("roll_of_engines", default=None)


@contextmanager
def recording(roll: Roll | None = None) -> Iterator[Roll]:
    """Keep the roll of everything that is solved inside the block.

    Parameters
    ----------
    roll
        What to write in; a new one without it.

    Yields
    ------
    Roll
        What was written in by the end of the block. An outer roll takes over the rest.
    """
    own = Roll() if roll is None else roll
    token = _roll.set(own)
    try:
        yield own
    finally:
        _roll.reset(token)


def current_roll() -> Roll:
    """The roll of the innermost block, or one that nobody reads."""
    return _roll.get() or Roll()


def allowed(*names: str) -> tuple[str, ...]:
    """Those of ``names`` that may be asked, in order.

    Raises
    ------
    SolverFailedError
        If none of them may.
    """
    excluded = current_roll().excluded
    found = tuple(name for name in names if name not in excluded)
    if not found:
        raise SolverFailedError(f"no engine is left of {', '.join(names)}")
    return found


@contextmanager
def at_work(name: str) -> Iterator[None]:
    """Say that an engine is at work inside the block, so that its death has a name.

    Raises
    ------
    SolverFailedError
        If the engine runs out of memory.
    """
    roll = current_roll()
    outer, roll.last, roll.busy = roll.busy, name, name
    roll.tell(name)
    try:
        yield
    except MemoryError:
        raise blamed(SolverMemoryError(OUT_OF_MEMORY), name) from None
    except SolverError as error:
        blamed(error, name)
        raise
    finally:
        roll.busy = outer
        roll.tell(outer)


def note_answer(label: str) -> None:
    """Note the name and version of an engine that answered."""
    current_roll().answered.add(label)


def blamed(error: SolverError, name: str) -> SolverError:
    """Say which engine an error is about, unless it says so already."""
    if not error.engine and isinstance(error, SolverDisagreementError | SolverFailedError):
        error.engine = name
    return error
