"""Solves in a process of their own, so that an engine's death or hang is not ours."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any, NoReturn, TypeVar, cast

from models.solution import SolverClockError, SolverDisagreementError, SolverFailedError
from models.solver.frames import PipeClosedError, read_frame, write_frame
from models.solver.limits import Limits
from models.solver.progress import Progress, listener, listening
from models.solver.roll import Roll, blamed, current_roll
from models.solver.worker import Job

T = TypeVar("T")

_BOOT = (
    "import sys; sys.path[:] = sys.argv[2:]; "
    "from models.solver.worker import main; main(int(sys.argv[1]))"
)
_ONE_THREAD = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
_NOT_IMPOSSIBLE = "this does not mean that no plan exists"
_LAST_BREATH_SECONDS = 5.0


def run_in_child(
    function: Callable[..., T],
    *args: object,
    limits: Limits | None = None,
    on_progress: Progress | None = None,
    fall_back: bool = True,
) -> T:
    """Call ``function(*args)`` in a fresh process and return what it returns.

    Where an engine dies, or gives an answer that is refused, the function is called once more in
    another process in which that engine is not asked: others stand in for it.

    Parameters
    ----------
    function
        A top-level function of an importable module, or a ``functools.partial`` of one.
    args
        Its arguments; they and the result travel as pickles.
    limits
        Guards on time and memory; ``limits.nodes`` is not read here.
    on_progress
        Called in this thread with each (done, total) that the function reports through
        ``report_progress``; if not given, whoever listens here.
    fall_back
        Whether others may stand in. After the clock they never do: a plan must not depend on it.

    Returns
    -------
    T
        The result of the function. The roll of ``recording`` says which engines answered, and
        for which ones others stood in.

    Raises
    ------
    SolverFailedError
        If the process dies, runs out of memory or outlives the clock; where others stood in,
        if they failed as well.
    SolverDisagreementError
        If an answer was refused and it is not known whose it was.
    KeyboardInterrupt
        If the user interrupts; by then the process and its own children are gone.
    Exception
        Whatever the function raises.

    Notes
    -----
    The process leads its own session: an interrupt of the terminal reaches only us, and one
    signal ends it with all that it started. Its temporary folder is private (mode 0700) and
    removed whatever happens. When we die ourselves, it notices and does the same.
    """
    _refuse_local(function)
    roll = current_roll()
    told = on_progress or listener()
    once = partial(_run_once, (function, args), limits or Limits(), told, roll)
    try:
        return cast(T, once(roll.excluded))
    except (SolverDisagreementError, SolverFailedError) as error:
        if not (fall_back and error.engine):
            raise
        first = error
    try:
        result = once(roll.excluded | {first.engine})
    except (SolverDisagreementError, SolverFailedError) as second:
        # Twice for the same reason is worth telling; two reasons are only a failure.
        kind = type(second) if isinstance(second, SolverFailedError) else SolverFailedError
        kind = kind if type(first) is kind else SolverFailedError
        raise kind(f"{first}; without {first.engine}: {second}") from second
    roll.replaced.append(first.engine)
    return cast(T, result)


def _run_once(
    call: tuple[Callable[..., object], tuple[object, ...]],
    limits: Limits,
    on_progress: Progress | None,
    roll: Roll,
    excluded: frozenset[str],
) -> object:
    folder = Path(tempfile.mkdtemp(prefix="allocator-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        with (folder / "stderr").open("wb") as errors:
            process = _start(folder, errors, limits)
        result, answered = _converse(process, (*call, excluded), limits, on_progress, folder)
        roll.answered.update(answered)
        return result
    finally:
        if process is not None:
            _end(process)
        shutil.rmtree(folder, ignore_errors=True)


def call_here(
    function: Callable[..., T],
    *args: object,
    limits: Limits | None = None,
    on_progress: Progress | None = None,
) -> T:
    """Call ``function(*args)`` in this process; the unguarded twin of ``run_in_child``.

    Parameters
    ----------
    function, args, limits, on_progress
        As for ``run_in_child``; the limits guard nothing here.

    Returns
    -------
    T
        The result of the function.
    """
    del limits
    with listening(on_progress):
        return function(*args)


def _refuse_local(function: Callable[..., object]) -> None:
    named = getattr(function, "func", function)
    name = getattr(named, "__qualname__", "<")
    if "<" in name or getattr(named, "__module__", "__main__") == "__main__":
        raise ValueError("only a top-level function of an importable module can run in a child")


def _start(folder: Path, errors: IO[bytes], limits: Limits) -> subprocess.Popen[bytes]:
    # A bare clone is not installed: the child finds modules exactly where we do.
    path = [str(Path(entry or ".").resolve()) for entry in sys.path]
    own = {name: str(folder) for name in ("TMPDIR", "TEMP", "TMP")}
    single = dict.fromkeys(_ONE_THREAD, "1")
    return subprocess.Popen(
        [sys.executable, "-c", _BOOT, str(limits.memory_bytes), *path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        bufsize=0,
        env={**os.environ, **own, **single, "PYTHONHASHSEED": "0"},
        start_new_session=True,
    )


def _converse(
    process: subprocess.Popen[bytes],
    job: Job,
    limits: Limits,
    on_progress: Progress | None,
    folder: Path,
) -> tuple[object, list[str]]:
    assert process.stdin is not None and process.stdout is not None
    deadline = time.monotonic() + limits.wall_seconds
    inbox: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(process.stdout, inbox), daemon=True).start()
    # A child that cannot take its job, for want of memory, ends before all is written; what it
    # said about that is in the other pipe.
    with contextlib.suppress(BrokenPipeError):
        write_frame(process.stdin, job)
    engine = ""
    while True:
        try:
            kind, content, *more = inbox.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise SolverClockError(
                f"a solve was stopped after {limits.wall_seconds:g} seconds; {_NOT_IMPOSSIBLE}"
            ) from None
        if kind == "result":
            return content, more[0]
        if kind == "closed":
            _report_death(process, folder, engine)
        if kind == "error":
            raise content
        if kind == "asked":
            engine = content
        elif on_progress is not None:
            on_progress(*content)


def _listen(pipe: IO[bytes], inbox: queue.SimpleQueue[tuple[Any, ...]]) -> None:
    """Move frames to a queue; a queue can be waited for with a clock on every platform."""
    try:
        while True:
            frame = read_frame(pipe)
            assert isinstance(frame, tuple)
            inbox.put(frame)
    except (PipeClosedError, OSError):
        inbox.put(("closed", None))
    except Exception as error:  # noqa: BLE001 - an answer that cannot be read is an answer
        inbox.put(("error", SolverFailedError(f"a solve's answer cannot be read: {error}")))


def _report_death(process: subprocess.Popen[bytes], folder: Path, engine: str) -> NoReturn:
    try:
        code = process.wait(timeout=_LAST_BREATH_SECONDS)
    except subprocess.TimeoutExpired:
        how = "closed its pipe"
    else:
        how = f"died of signal {-code} ({_signal_name(-code)})" if code < 0 else f"ended ({code})"
    last = (folder / "stderr").read_text(encoding="utf-8", errors="replace").strip()[-200:]
    said = f"; it last said: {last.splitlines()[-1]}" if last else ""
    raise blamed(SolverFailedError(f"a solve {how}; {_NOT_IMPOSSIBLE}{said}"), engine)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and all that it started; harmless when they are gone."""
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
