"""What a solver's failure or lie means to a user."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from allocator.errors import SolverGaveNothingError, VerificationFailedError
from allocator.findings import Finding, Findings
from allocator.words import LANGUAGES, text
from models.solution import (
    SolverClockError,
    SolverDisagreementError,
    SolverError,
    SolverMemoryError,
)
from models.solver.roll import Roll


@contextlib.contextmanager
def solver_trouble() -> Iterator[None]:
    """Turn what goes wrong around a solver into the errors that users see.

    Raises
    ------
    VerificationFailedError
        If an answer did not survive recomputation, or two engines disagree.
    SolverGaveNothingError
        If a solver died or found nothing in its budget: not the same as impossible.
    """
    try:
        yield
    except SolverDisagreementError as error:
        messages = {lang: (text("solver_disagrees", lang, detail=error),) for lang in LANGUAGES}
        raise VerificationFailedError(messages) from error
    except SolverError as error:
        raise gave_nothing(error) from error


def gave_nothing(error: SolverError) -> SolverGaveNothingError:
    """The error that users see, with its reason where that is known."""
    if isinstance(error, SolverMemoryError):
        return SolverGaveNothingError(str(error), "screen_solver_memory")
    if isinstance(error, SolverClockError):
        return SolverGaveNothingError(str(error), "screen_solver_clock")
    return SolverGaveNothingError(str(error))


def stand_ins(roll: Roll) -> tuple[Finding, ...]:
    """What a user must know of engines that others stood in for, one notice each."""
    findings = Findings()
    for name in dict.fromkeys(roll.replaced):
        findings.notice("solver_replaced", "manifest.json", engine=name)
    return findings.notices


def answered(roll: Roll) -> dict[str, str]:
    """Versions of the engines that answered, by name."""
    parts = (label.partition(" ") for label in sorted(roll.answered))
    return {name: number for name, _, number in parts}
