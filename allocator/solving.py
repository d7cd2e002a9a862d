"""What a solver's failure or lie means to a user."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from allocator.errors import SolverGaveNothingError, VerificationFailedError
from allocator.words import LANGUAGES, text
from models.solution import SolverDisagreementError, SolverError


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
        raise SolverGaveNothingError(str(error)) from error
