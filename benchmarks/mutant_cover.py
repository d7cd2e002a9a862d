"""Which test runs which function of the code under mutation, in its own process or in a child.

A probe is put at the head of every function that has a drawn change; tracing every line would take
several times as long and see nothing of children. As a pytest plugin (``-p
benchmarks.mutant_cover``) this file times the tests; the environment says where to write.
"""

from __future__ import annotations

import ast
import json
import os
import time
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path

import pytest

SEEN, SECONDS = "MUTANTS_SEEN", "MUTANTS_SECONDS"
OUTSIDE = "-"
"""Name of the place of a change outside any function."""

_PROBE = f'''

def _mutant_probe(place, _known=set()):
    import os

    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
    if test and (test, place) not in _known and "{SEEN}" in os.environ:
        _known.add((test, place))
        with open(os.environ["{SEEN}"], "a") as file:
            file.write(place + "\\t" + test + "\\n")
'''
_seconds: dict[str, float] = {}
_failed: list[str] = []


def place_of(text: str, line: int) -> str:
    """Name of the innermost function around a line, with its own line; ``-`` outside any."""
    around = [own for own in _functions(text) if own.lineno <= line <= (own.end_lineno or 0)]
    if not around:
        return OUTSIDE
    inner = max(around, key=lambda own: own.lineno)
    return f"{inner.name}:{inner.lineno}"


def probed(text: str, file: str, places: Collection[str]) -> str:
    """Return a file of code with a probe in each of the named functions."""
    lines = text.splitlines(keepends=True)
    for own in sorted(_functions(text), key=lambda own: own.lineno, reverse=True):
        place = f"{own.name}:{own.lineno}"
        if place not in places:
            continue
        body = own.body
        is_note = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        first = body[1] if is_note and len(body) > 1 else body[0]
        at = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))]) - 1
        call = f"_mutant_probe({f'{file}:{place}'!r})"
        lines[at:at] = [f"{' ' * first.col_offset}{call}\n"]
    return "".join(lines) + _PROBE


@lru_cache(maxsize=1)
def _functions(text: str) -> tuple[ast.FunctionDef, ...]:
    return tuple(own for own in ast.walk(ast.parse(text)) if isinstance(own, ast.FunctionDef))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Time one test with its fixtures."""
    began = time.monotonic()
    try:
        return (yield)
    finally:
        _seconds[item.nodeid] = time.monotonic() - began


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a test that failed."""
    if report.failed:
        _failed.append(report.nodeid)


def pytest_sessionfinish() -> None:
    """Write the seconds of every test, and which failed."""
    noted = json.dumps({"seconds": _seconds, "failed": _failed})
    Path(os.environ[SECONDS]).write_text(noted, encoding="utf-8")
