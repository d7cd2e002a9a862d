"""How far a long solve is, for whoever listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Progress = Callable[[int, int], None]

_listener: ContextVar[Progress | None] = ContextVar("progress_listener", default=None)


def report_progress(done: int, total: int) -> None:
    """Tell the listener, if there is one, that ``done`` of ``total`` steps are behind us.

    Parameters
    ----------
    done, total
        Steps; what a step is depends on the solve. Never part of a result.
    """
    listener = _listener.get()
    if listener is not None:
        listener(done, total)


def listener() -> Progress | None:
    """Who listens now, for a solve that goes on in another process."""
    return _listener.get()


@contextmanager
def listening(listener: Progress | None) -> Iterator[None]:
    """Send the progress of everything called inside the block to ``listener``.

    Parameters
    ----------
    listener
        Called with (done, total); ``None`` drops the reports.
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
