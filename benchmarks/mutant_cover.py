"""A pytest plugin that notes which test runs which line of the code under mutation.

Loaded by ``benchmarks.mutants`` with ``-p benchmarks.mutant_cover``; the environment names the
files to watch and where to write what was seen. Lines that run when a module is imported belong to
no test.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

WATCHED, SEEN = "MUTANTS_WATCHED", "MUTANTS_SEEN"

_watched = frozenset(os.environ.get(WATCHED, "").split(os.pathsep))
_seen: dict[str, set[str]] = defaultdict(set)
_test = ""


def _enter(frame: FrameType, event: str, _: Any) -> Any:
    return _line if frame.f_code.co_filename in _watched else None


def _line(frame: FrameType, event: str, _: Any) -> Any:
    if event == "line":
        _seen[f"{frame.f_code.co_filename}:{frame.f_lineno}"].add(_test)
    return _line


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Watch one test with its fixtures."""
    global _test
    _test = item.nodeid
    sys.settrace(_enter)
    try:
        return (yield)
    finally:
        sys.settrace(None)


def pytest_sessionfinish() -> None:
    """Write the tests of every line."""
    lines = {line: sorted(tests) for line, tests in sorted(_seen.items())}
    Path(os.environ[SEEN]).write_text(json.dumps(lines), encoding="utf-8")
