"""What stops a run, each with its exit code."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from allocator.findings import Finding


class AllocatorError(Exception):
    """Base of every way in which a run ends without a result."""

    exit_code = 1


class InputRefusedError(AllocatorError):
    """The input has errors; all of them are in ``findings``."""

    exit_code = 3

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = tuple(findings)


class ConflictError(AllocatorError):
    """No plan can meet the hard rules; ``findings`` name the rules and cases that clash."""

    exit_code = 4

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} conflicts")
        self.findings = tuple(findings)


class VerificationFailedError(AllocatorError):
    """A result did not survive the verifier; ``messages`` say where, per language."""

    exit_code = 6

    def __init__(self, messages: Mapping[str, Sequence[str]], quarantine: str = "") -> None:
        super().__init__("verification failed")
        self.messages = {lang: tuple(lines) for lang, lines in messages.items()}
        self.quarantine = quarantine


class SolverGaveNothingError(AllocatorError):
    """A solver died or found nothing in its budget: not the same as impossible."""

    exit_code = 7

    def __init__(self, detail: str, key: str = "screen_solver_nothing") -> None:
        super().__init__(detail)
        self.key = key


class OutputTroubleError(AllocatorError):
    """Disk, rights, or a folder in use; the old result is untouched."""

    exit_code = 8

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def output_trouble(path: Path, error: OSError) -> OutputTroubleError:
    """What a refusal of the system means: a full disk, missing rights, or in its own words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OutputTroubleError("out_disk_full", path=path, free=_free(path))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return OutputTroubleError("out_no_rights", path=path)
    return OutputTroubleError("out_trouble", path=path, reason=error.strerror or str(error))


def _free(path: Path) -> str:
    """Room on the disk of a path, in whole kilobytes; a question mark where nobody can tell."""
    there = next((own for own in (path.absolute(), *path.absolute().parents) if own.exists()), None)
    try:
        return "?" if there is None else str(shutil.disk_usage(there).free // 1000)
    except OSError:
        return "?"
