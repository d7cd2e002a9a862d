"""Engines that die or lie, put in place inside a child process.

``boot`` makes every child begin with such an engine; the names are those of the roll.
"""

from __future__ import annotations

import os
import signal
from importlib import import_module

import numpy as np

from models.linking.exact import solve_exactly
from models.solution import Status
from models.solver import child, milp, spare
from models.solver.choose import solve_program
from models.solver.flow import max_flow, min_cost_flow
from models.solver.linear import solve_relaxation
from models.solver.program import Claim

_FLOWS = (("min_cost_flow", "SimpleMinCostFlow"), ("max_flow", "SimpleMaxFlow"))


class Crash:
    """A flow engine that takes its process along."""

    def __init__(self):
        os.kill(os.getpid(), signal.SIGSEGV)


def dies(*_arguments, **_options):
    os.kill(os.getpid(), signal.SIGSEGV)


def lacks_memory(*_arguments, **_options):
    raise MemoryError


def lies(program, *_arguments):
    """Values that are not whole, called the best."""
    values = np.full(len(program.objective), 0.5)
    return Claim(Status.OPTIMAL, values, float(program.objective.sum()) / 2)


FAULTS = {"dies": dies, "lies": lies, "memory": lacks_memory}


def break_engines(*faults):
    """Put faults such as ``highs dies`` in the place of engines, in this process."""
    for fault in faults:
        name, _, how = fault.partition(" ")
        if name == "ortools-flow":
            for module, kind in _FLOWS:
                setattr(import_module(f"ortools.graph.python.{module}"), kind, Crash)
        elif name == "scip":
            spare.mathopt_claim = FAULTS[how]
        elif name == "highs" and how == "dies":
            import scipy.optimize

            milp._ask_highs = scipy.optimize.linprog = dies
        else:
            setattr(milp, f"_ask_{name}", FAULTS[how])


def boot(monkeypatch, *faults):
    """Make every child of this process begin with these faults."""
    breaking = f"from tests.models.solver.fakes import break_engines; break_engines(*{faults!r}); "
    start, _, rest = child._BOOT.partition("from models")
    monkeypatch.setattr(child, "_BOOT", f"{start}{breaking}from models{rest}")


def pack(program):
    return solve_program(program)


def relax(program):
    return solve_relaxation(program).objective


def cheapest(*arrays):
    flow = min_cost_flow(*arrays)
    return int((flow * arrays[3]).sum())


def largest(*arguments):
    return max_flow(*arguments)


def link(problem):
    return solve_exactly(problem)
