"""Seconds of a call: processor time with that of child processes, and the clock beside it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

from models.solver.child import run_in_child
from models.solver.limits import Limits

P = ParamSpec("P")
T = TypeVar("T")


class Timed(NamedTuple, Generic[T]):
    """An answer and what it took."""

    answer: T
    cpu: float
    """User and system time, of children that ended too [s]."""
    wall: float
    """Time on the clock [s]."""

    def __str__(self) -> str:
        return f"{self.cpu:.1f} CPU s ({self.wall:.1f} wall)"


def timed(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Timed[T]:
    """Call a function and count the seconds."""
    cpu, wall = _cpu(), time.perf_counter()
    answer = function(*args, **kwargs)
    return Timed(answer, _cpu() - cpu, time.perf_counter() - wall)


def timed_in_child(function: Callable[..., T], *args: object, limits: Limits) -> Timed[T]:
    """Call a function in a process of its own and count its seconds there.

    Starting the process, reading what it is given and loading libraries are not counted: they
    take as long whoever solves, and longer than the quickest solves.
    """
    return run_in_child(_timed_alone, function, *args, limits=limits)


def _timed_alone(function: Callable[..., T], *args: Any) -> Timed[T]:
    import pulp  # noqa: F401
    from ortools.math_opt.python import mathopt  # noqa: F401

    return timed(function, *args)


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
