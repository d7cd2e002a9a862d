"""Our roads beside four engines on one formulation, in one run.

Usage::

    python -m benchmarks.linking_side_by_side 400x12 1000x60 2000x120 7000x352
    python -m benchmarks.linking_side_by_side 2000x120 --only prices "cbc (pulp)"

"near ties" is the exact road without its proof. Each line is a process of its own with one
thread. CPU seconds count user and system time with children, without drawing the problem, with
building the model. The gap is to the best bound known in this run: (bound - value) / value on the
stated objective. Budgets are CPU seconds where an engine counts those (CBC); the others count wall
seconds, which are stretched by what the machine gives a busy process just then.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time

import numpy as np

from benchmarks.linking_instances import Recipe, make_problem
from benchmarks.linking_peers import PEERS
from models.linking.problem import LinkProblem

BUDGETS = {"400x12": 60, "1000x60": 60, "2000x120": 120, "7000x352": 300}
"""Seconds of an engine; other sizes get 60."""
ROADS = ("relaxation", "prices", "prices, quick", "near ties", "exact road")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_PROVABLE = ("400x12", "1000x60")
_FEW_PAIRS = 1
"""Open pairs for a proof, so few that none is attempted."""
_HARD_LIMIT = 2400
"""Wall seconds after which a process that builds or solves is ended."""


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="+", help="HOUSEHOLDSxMUNICIPALITIES")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fit-alone", action="store_true")
    parser.add_argument("--only", nargs="+", default=[*ROADS, *PEERS])
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    for size in asked.sizes:
        if asked.one:
            households, municipalities = map(int, size.split("x"))
            recipe = Recipe(households, municipalities, asked.seed, asked.fit_alone)
            print(json.dumps(_measure(recipe, asked.only[0], BUDGETS.get(size, 60))))
        else:
            _table(size, asked)


def _table(size: str, asked: argparse.Namespace) -> None:
    lines = []
    for name in asked.only:
        if name == "exact road" and size not in _PROVABLE:
            continue
        lines.append(_in_child(size, name, asked))
        print(f"{size} {name}: {lines[-1]}", file=sys.stderr, flush=True)
    bounds = [line["bound"] for line in lines if line.get("bound") is not None]
    best = min(bounds) if bounds else None
    print(f"{size}, seed {asked.seed}: best bound {best}")
    for line in lines:
        value = line.get("value")
        known = value is not None and best is not None
        gap = f"{100 * (best - value) / abs(value):9.4f} %" if known else ""
        print(
            f"  {line['name']:18} value {value!s:>9} gap {gap:>11} "
            f"{line['cpu_seconds']:8.1f} CPU s "
            f"{line['wall_seconds']:7.1f} s {line['peak_gigabytes']:6.2f} GB  {line['said']}",
            flush=True,
        )


def _in_child(size: str, name: str, asked: argparse.Namespace) -> dict[str, object]:
    command = [sys.executable, "-m", "benchmarks.linking_side_by_side", size, "--one"]
    command += ["--seed", str(asked.seed), "--only", name] + ["--fit-alone"] * asked.fit_alone
    before, start = _cpu_seconds(), time.perf_counter()
    try:
        done = subprocess.run(
            command,
            check=True,
            capture_output=True,
            text=True,
            timeout=_HARD_LIMIT,
            env={**os.environ, **ONE_THREAD},
        )
        line: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        line = {
            "name": name,
            "cpu_seconds": _cpu_seconds() - before,
            "wall_seconds": time.perf_counter() - start,
            "peak_gigabytes": 0.0,
            "said": f"ended without an answer: {type(error).__name__}",
        }
    return line


def _measure(recipe: Recipe, name: str, seconds: float) -> dict[str, object]:
    problem = make_problem(recipe)
    cpu, wall = _cpu_seconds(), time.perf_counter()
    found = _ours(problem, name) if name in ROADS else _peer(problem, name, seconds)
    usage = [
        resource.getrusage(w).ru_maxrss for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return {
        "name": name,
        **found,
        "cpu_seconds": _cpu_seconds() - cpu,
        "wall_seconds": time.perf_counter() - wall,
        "peak_gigabytes": sum(usage) * 1024 / 1e9,
    }


def _ours(problem: LinkProblem, name: str) -> dict[str, object]:
    from models.linking.exact import solve_exactly
    from models.linking.priced.layout import layout_of
    from models.linking.priced.search import PriceEffort, search_prices
    from models.linking.prices import QUICK, solve_by_prices

    if name == "relaxation":
        found = search_prices(problem, layout_of(problem), PriceEffort())
        share = 100 * found.shared / len(problem.sizes)
        bound = found.bound // found.prices.scale
        return {"bound": bound, "said": f"bound {bound}, {share:.1f} % of households split"}
    if name == "exact road":
        outcome = solve_exactly(problem)
    elif name == "near ties":
        outcome = solve_exactly(problem, pair_limit=_FEW_PAIRS)
    else:
        outcome = solve_by_prices(problem, effort=QUICK if name == "prices, quick" else None)
    if outcome.bounds is None:
        return {"said": str(outcome.status)}
    return {
        "value": outcome.bounds.objective,
        "bound": outcome.bounds.bound,
        "said": str(outcome.status),
    }


def _peer(problem: LinkProblem, name: str, seconds: float) -> dict[str, object]:
    from models.linking.choices import all_choices
    from models.linking.formulation import formulate
    from models.linking.problem import LinkPlan, check_plan, value_of
    from models.linking.seating import seat_households

    form = formulate(problem, all_choices(problem))
    values = PEERS[name](form.program, seconds * (1 if "cbc" in name else _stretch()))
    if values is None:
        return {"said": "no plan within the budget"}
    chosen = values[: form.arcs] > 0.5
    where = np.full(problem.shape[0], -1, dtype=np.int64)
    where[form.choices.household[chosen]] = form.choices.municipality[chosen]
    if int(chosen.sum()) != len(where) or (where < 0).any():
        return {"said": "a plan that does not link everyone once"}
    plan = LinkPlan(where, seat_households(problem, where))
    check_plan(problem, plan)
    return {"value": value_of(problem, plan), "said": "plan"}


def _stretch() -> float:
    """Wall seconds per CPU second of a busy process just now."""
    wall, cpu = time.perf_counter(), time.process_time()
    while time.process_time() - cpu < 0.5:
        sum(range(10_000))
    return max(1.0, (time.perf_counter() - wall) / (time.process_time() - cpu))


def _cpu_seconds() -> float:
    used = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
