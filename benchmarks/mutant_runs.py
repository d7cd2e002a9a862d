"""Runs of pytest on a tree, each in a process of its own that need not start from nothing."""

from __future__ import annotations

import contextlib
import importlib
import os
import resource
import signal
import sys
import time
from pathlib import Path

QUIET = ("-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:randomly", "-x")
"""Options of every run; the last ends it at the first failure."""
_MEMORY = 8 << 30
"""Bytes beyond which a mutant gets no more: one that only grows would take the machine along."""
_LIBRARIES = (
    *("click", "numpy", "numpy.random", "pulp", "pydantic", "pytest", "rich.console", "scipy"),
    *("scipy.optimize", "scipy.sparse.csgraph", "networkx", "tomli_w", "xlsxwriter"),
    *("ortools.graph.python.max_flow", "ortools.graph.python.min_cost_flow"),
    *("ortools.math_opt.python.mathopt", "ortools.sat.python.cp_model"),
)
_STEP = 0.02


def load_libraries() -> None:
    """Import what tests need and no mutant changes, once for all runs."""
    for name in _LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def passes(tree: Path, names: str, patience: float) -> bool | None:
    """Run tests on a tree.

    Parameters
    ----------
    tree
        Folder of code and tests; nothing is imported from elsewhere.
    names
        What to run, as pytest takes it.
    patience
        Seconds after which the run is ended.

    Returns
    -------
    bool or None
        Whether all tests pass; nothing where they did not end.
    """
    child = os.fork()
    if not child:
        _run(tree, names)
    return _ending(child, patience)


def _run(tree: Path, names: str) -> None:
    """Be the child: never returns."""
    code = 1
    try:
        os.setsid()
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, hard))
        for name in [name for name in sys.modules if name.partition(".")[0] == "benchmarks"]:
            del sys.modules[name]
        os.chdir(tree)
        sys.path[0] = str(tree)
        # A mutant and what it was may have one size and one second; compiled files know no more.
        sys.dont_write_bytecode = True
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        import pytest

        code = int(pytest.main([*QUIET, names]))
    finally:
        os._exit(code)


def _ending(child: int, patience: float) -> bool | None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(_STEP)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None
