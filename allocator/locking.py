"""One writer at a time: a lock beside the place of a result, freed by the kernel at any death."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from allocator.errors import OutputTroubleError, output_trouble

_LOCK = ".allocator-slot-"
_held: dict[Path, int] = {}
_filled: list[tuple[str, Path]] = []


@contextlib.contextmanager
def only_writer(out: Path) -> Iterator[None]:
    """Hold the place of a result, so that nobody else writes there meanwhile.

    Parameters
    ----------
    out
        Where the result stands or is to stand; its parent folder must exist.

    Raises
    ------
    OutputTroubleError
        At once, without waiting, if somebody else holds the place; the text names the process.
    OSError
        If the lock file cannot be made.

    Notes
    -----
    The lock is an advisory ``flock`` on a file beside ``out`` that holds its owner's process id.
    The kernel frees it when the owner ends in whatever way, so a lock is never stale; the file
    that a killed owner leaves is taken over and removed by the next writer. A thread that holds
    the place may enter again.
    """
    path = out.absolute().parent / f"{_LOCK}{out.absolute().name}"
    if _held.get(path) == threading.get_ident():
        yield
        return
    descriptor = _take(path, out)
    _held[path] = threading.get_ident()
    try:
        yield
    finally:
        del _held[path]
        # Removed before it is freed: whoever opened it meanwhile sees that it is gone.
        with contextlib.suppress(OSError):
            path.unlink()
        with contextlib.suppress(OSError):
            os.close(descriptor)


def fill(out: Path, key: str = "screen_interrupted_after") -> None:
    """Note that a command has put something in its place, and what to say if it ends there."""
    _filled.append((key, out))


def last_filled() -> tuple[str, Path] | None:
    """What a command has put in its place: broken off after that, it has written something."""
    return _filled[-1] if _filled else None


@contextlib.contextmanager
def from_the_start(out: Path | None) -> Iterator[None]:
    """Hold a place during a whole command, where there is a place already.

    Raises
    ------
    OutputTroubleError
        If somebody else holds it, or the place does not allow writing.
    """
    _filled.clear()
    if out is None or not out.absolute().parent.is_dir():
        yield
        return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(only_writer(out))
        except OSError as error:
            raise output_trouble(out, error) from error
        yield


def _take(path: Path, out: Path) -> int:
    """Descriptor of a lock file that is ours and still the one in the folder."""
    while True:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(path, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(descriptor, path):
                _sign(descriptor, path)
                return descriptor
        except BlockingIOError:
            owner = os.pread(descriptor, 20, 0).decode("ascii", "replace") or "?"
            os.close(descriptor)
            raise OutputTroubleError("out_in_use", path=out, process=owner) from None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _sign(descriptor: int, path: Path) -> None:
    """Write who we are in a lock file that is ours; on a full disk nothing stays behind."""
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode("ascii"))
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is still the one at a path: its last owner may have removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False
