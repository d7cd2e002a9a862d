"""The child's side of ``run_in_child``: one job, one answer, and no survivors."""

from __future__ import annotations

import copy
import os
import shutil
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from typing import IO

from models.solution import SolverDisagreementError, SolverFailedError, SolverMemoryError
from models.solver.frames import read_frame, write_frame
from models.solver.progress import listening
from models.solver.roll import OUT_OF_MEMORY, Roll, blamed, recording

Job = tuple[Callable[..., object], tuple[object, ...], frozenset[str]]
"""A function, its arguments, and the engines that it must not ask."""


def main(memory_bytes: int) -> None:
    """Take a job from standard input, do it, and send back its progress and its end.

    Parameters
    ----------
    memory_bytes
        Address space of this process and of each of its children [bytes].
    """
    inbox = os.fdopen(os.dup(0), "rb", buffering=0)
    outbox = _private_stdout()
    _limit(memory_bytes)
    roll = Roll(tell=lambda name: write_frame(outbox, ("asked", name)))
    try:
        job, arguments, roll.excluded = _job(inbox)
        threading.Thread(target=_die_with_parent, args=(inbox,), daemon=True).start()
        with recording(roll):
            frame = _answer(job, arguments, outbox)
        write_frame(outbox, (*frame, sorted(roll.answered)))
    except BaseException as error:  # noqa: BLE001 - every failure travels to the parent
        # An answer may be too large to be packed: the reason is small and always fits.
        write_frame(outbox, ("error", _told(error, roll)))
    # Not sys.exit: nothing is left to tidy, and a hanging engine thread must not keep us here.
    os._exit(0)


def _private_stdout() -> IO[bytes]:
    """Keep the pipe to the parent for frames; whatever an engine prints goes to stderr."""
    outbox = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return outbox


def _limit(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # not on this platform: the clock remains the only guard
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        memory_bytes = min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, hard))
    # A core file would hold the households of the problem.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _job(inbox: IO[bytes]) -> Job:
    content = read_frame(inbox)
    assert isinstance(content, tuple)
    function, arguments, excluded = content
    return function, arguments, excluded


def _answer(
    job: Callable[..., object], arguments: tuple[object, ...], outbox: IO[bytes]
) -> tuple[str, object]:
    def send(done: int, total: int) -> None:
        write_frame(outbox, ("progress", (done, total)))

    with listening(send):
        return ("result", job(*arguments))


def _told(error: BaseException, roll: Roll) -> BaseException:
    """The error as the parent will raise it, with the engine at fault where there is one."""
    if isinstance(error, MemoryError):
        return SolverMemoryError(OUT_OF_MEMORY)
    if isinstance(error, SolverDisagreementError):
        # Found out after the engine was done: it is the last one that was asked.
        blamed(error, roll.last)
    error.add_note(f"In the child process:\n{traceback.format_exc()}")
    return _portable(error)


def _portable(error: BaseException) -> BaseException:
    """Return the error itself where it survives the journey, otherwise its words."""
    try:
        copied = copy.copy(error)
    except Exception:  # noqa: BLE001 - an error class may fail to rebuild in any way
        copied = None
    if type(copied) is type(error) and type(error).__module__ != "__main__":
        return error
    return SolverFailedError(f"{type(error).__name__}: {error}")


def _die_with_parent(inbox: IO[bytes]) -> None:
    """Wait for the parent to end, then take the whole group along.

    The parent holds the other end of the pipe until it dies, however it dies. Without this an
    engine that runs as a process of its own would go on computing for nobody.
    """
    while inbox.read(1):
        pass
    folder = tempfile.gettempdir()
    if folder == os.environ.get("TMPDIR"):
        shutil.rmtree(folder, ignore_errors=True)
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
