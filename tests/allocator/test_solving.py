"""A solver that lies or dies: an exit code and a sentence, never a result."""

from __future__ import annotations

import pytest

from allocator.errors import AllocatorError
from allocator.solving import solver_trouble
from models.solution import SolverDisagreementError, SolverError, SolverFailedError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SolverDisagreementError("0.6 persons"), 6),
        (SolverFailedError("gone"), 7),
        (SolverError("x"), 7),
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


def test_a_fault_of_ours_stays_one() -> None:
    with pytest.raises(ZeroDivisionError), solver_trouble():
        raise ZeroDivisionError
