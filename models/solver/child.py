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
from pathlib import Path
from typing import IO, NoReturn, TypeVar, cast

from models.solution import SolverFailedError
from models.solver.frames import PipeClosedError, read_frame, write_frame
from models.solver.limits import Limits
from models.solver.progress import Progress, listening

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
) -> T:
    """Call ``function(*args)`` in a fresh process and return what it returns.

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
        ``report_progress``.

    Returns
    -------
    T
        The result of the function.

    Raises
    ------
    SolverFailedError
        If the process dies, runs out of memory or outlives the clock.
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
    limits = limits or Limits()
    _refuse_local(function)
    folder = Path(tempfile.mkdtemp(prefix="allocator-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        with (folder / "stderr").open("wb") as errors:
            process = _start(folder, errors, limits)
        return cast(T, _converse(process, (function, args), limits, on_progress, folder))
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
    job: tuple[object, tuple[object, ...]],
    limits: Limits,
    on_progress: Progress | None,
    folder: Path,
) -> object:
    assert process.stdin is not None and process.stdout is not None
    deadline = time.monotonic() + limits.wall_seconds
    inbox: queue.SimpleQueue[tuple[str, object]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(process.stdout, inbox), daemon=True).start()
    try:
        write_frame(process.stdin, job)
    except BrokenPipeError:
        _report_death(process, folder)
    while True:
        try:
            kind, content = inbox.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise SolverFailedError(
                f"a solve was stopped after {limits.wall_seconds:g} seconds; {_NOT_IMPOSSIBLE}"
            ) from None
        if kind == "result":
            return content
        if kind == "closed":
            _report_death(process, folder)
        if kind == "error":
            assert isinstance(content, BaseException)
            raise content
        if on_progress is not None:
            assert isinstance(content, tuple)
            on_progress(*content)


def _listen(pipe: IO[bytes], inbox: queue.SimpleQueue[tuple[str, object]]) -> None:
    """Move frames to a queue; a queue can be waited for with a clock on every platform."""
    try:
        while True:
            frame = read_frame(pipe)
            assert isinstance(frame, tuple)
            inbox.put(frame)
    except (PipeClosedError, OSError, ValueError):
        inbox.put(("closed", None))
    except Exception as error:  # noqa: BLE001 - an answer that cannot be read is an answer
        inbox.put(("error", SolverFailedError(f"a solve's answer cannot be read: {error}")))


def _report_death(process: subprocess.Popen[bytes], folder: Path) -> NoReturn:
    try:
        code = process.wait(timeout=_LAST_BREATH_SECONDS)
    except subprocess.TimeoutExpired:
        how = "closed its pipe"
    else:
        how = f"died of signal {-code} ({_signal_name(-code)})" if code < 0 else f"ended ({code})"
    last = (folder / "stderr").read_text(encoding="utf-8", errors="replace").strip()[-200:]
    said = f"; it last said: {last.splitlines()[-1]}" if last else ""
    raise SolverFailedError(f"a solve {how}; {_NOT_IMPOSSIBLE}{said}")


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
