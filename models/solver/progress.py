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


class Hundredths:
    """Reports how much of a budget is behind us, each hundredth once.

    Parameters
    ----------
    whole
        Steps of the budget; a search that needs fewer of them ends before the last hundredth.
    """

    def __init__(self, whole: int) -> None:
        self._whole, self._told = whole, 0

    def reach(self, steps: int) -> None:
        """Report that so many steps are behind us, if that is a hundredth further."""
        done = min(100, 100 * steps // self._whole)
        if done > self._told:
            self._told = done
            report_progress(done, 100)


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
