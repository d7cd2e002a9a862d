"""A solver that lies or dies: an exit code and a sentence, never a result."""

from __future__ import annotations

import pytest

from allocator.errors import AllocatorError
from allocator.screen import trouble
from allocator.solving import answered, solver_trouble, stand_ins
from models.solution import (
    SolverClockError,
    SolverDisagreementError,
    SolverError,
    SolverFailedError,
    SolverMemoryError,
)
from models.solver.roll import Roll


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SolverDisagreementError("0.6 persons"), 6),
        (SolverFailedError("gone"), 7),
        (SolverError("x"), 7),
        (SolverMemoryError("full"), 7),
        (SolverClockError("slow"), 7),
    ],
)
def test_every_trouble_has_its_exit_code(error: SolverError, code: int) -> None:
    with pytest.raises(AllocatorError) as caught, solver_trouble():
        raise error
    assert caught.value.exit_code == code


def test_a_lie_is_told_in_both_languages() -> None:
    with pytest.raises(AllocatorError) as caught, solver_trouble():
        raise SolverDisagreementError("0.6 persons")
    messages = getattr(caught.value, "messages", {})
    assert all("0.6 persons" in messages[lang][0] for lang in ("nl", "en"))


@pytest.mark.parametrize(
    ("error", "words"), [(SolverMemoryError("a"), "geheugen"), (SolverClockError("a"), "wachttijd")]
)
def test_the_reason_is_told_and_that_it_is_not_impossible(error: SolverError, words: str) -> None:
    with pytest.raises(AllocatorError) as caught, solver_trouble():
        raise error
    (line,) = trouble(caught.value, "nl")
    assert words in line
    assert "NIET dat er geen plan bestaat" in line


def test_a_fault_of_ours_stays_one() -> None:
    with pytest.raises(ZeroDivisionError), solver_trouble():
        raise ZeroDivisionError


def test_engines_that_were_stood_in_for_are_named_once_each() -> None:
    roll = Roll(answered={"cbc 2.10.3", "highs 1.12.0 (scipy 1.17)"}, replaced=["glop", "glop"])
    (notice,) = stand_ins(roll)
    assert (notice.code, notice.file) == ("solver_replaced", "manifest.json")
    assert dict(notice.values) == {"engine": "glop"}
    assert answered(roll) == {"cbc": "2.10.3", "highs": "1.12.0 (scipy 1.17)"}
    assert stand_ins(Roll()) == ()
