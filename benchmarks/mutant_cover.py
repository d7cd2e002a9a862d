"""A pytest plugin that notes which test runs which line of the code under mutation, and its time.

Loaded by ``benchmarks.mutants`` with ``-p benchmarks.mutant_cover``; the environment names a file
with the lines to watch and where to write what was seen. Of other lines of these files only the
first of a function is noted. Lines that run when a module is imported belong to no test, also where
it is a test that happens to import it first.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

WATCHED, SEEN = "MUTANTS_WATCHED", "MUTANTS_SEEN"

_watched: dict[str, frozenset[int]] = {}
_wanted: dict[CodeType, int] = {}
_NO, _ENTRY, _LINES = range(3)
_seen: dict[str, set[str]] = defaultdict(set)
_seconds: dict[str, float] = {}
_test = ""


def pytest_configure() -> None:
    """Read which lines to watch."""
    lines = json.loads(Path(os.environ[WATCHED]).read_text(encoding="utf-8"))
    _watched.update({file: frozenset(own) for file, own in lines.items()})


def _enter(frame: FrameType, event: str, _: Any) -> Any:
    code = frame.f_code
    wanted = _wanted.get(code)
    if wanted is None:
        wanted = _wanted[code] = _interest(code)
    if wanted == _NO:
        return None
    _seen[f"{code.co_filename}:{code.co_firstlineno}"].add(_test)
    return _line if wanted == _LINES else None


def _interest(code: CodeType) -> int:
    """What to watch of a piece of code: tracing every line costs much time."""
    # Only functions have optimised locals: a body of a module or a class runs at import.
    if code.co_filename not in _watched or not code.co_flags & inspect.CO_OPTIMIZED:
        return _NO
    own = {line for _, _, line in code.co_lines() if line is not None}
    return _LINES if own & _watched[code.co_filename] else _ENTRY


def _line(frame: FrameType, event: str, _: Any) -> Any:
    if event == "line":
        _seen[f"{frame.f_code.co_filename}:{frame.f_lineno}"].add(_test)
    return _line


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Watch one test with its fixtures."""
    global _test
    _test = item.nodeid
    began = time.monotonic()
    sys.settrace(_enter)
    try:
        return (yield)
    finally:
        sys.settrace(None)
        _seconds[_test] = time.monotonic() - began


def pytest_sessionfinish() -> None:
    """Write the tests of every line, and the seconds of every test."""
    lines = {line: sorted(tests) for line, tests in sorted(_seen.items())}
    seen = json.dumps({"lines": lines, "seconds": _seconds})
    Path(os.environ[SEEN]).write_text(seen, encoding="utf-8")
