"""Gap, time and memory of the price road on generated problems.

Usage::

    python -m benchmarks.linking 7000x352 --seeds 1-10
    python -m benchmarks.linking 12000x352 14000x704
    python -m benchmarks.linking 100000x1000
    python -m benchmarks.linking 7000x352 --seeds 1-3 --fit-alone
    python -m benchmarks.linking 7000x352 --caps 20
    python -m benchmarks.linking 7000x352 --all-at 105

Each problem is solved in a process of its own, so that its peak memory is its own. The gap is
(bound - value) / value on the stated objective; CPU seconds count user and system time of the
solve with its children, without drawing the problem. With ``--caps`` that many percent of the
municipalities may have seven eighths of their target at most; how many are full is printed. Full
is a municipality with not even room for one person more. With ``--all-at`` every municipality
has that many percent of its target at most; where this leaves no plan, the conflict is printed.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time

import numpy as np

from benchmarks.linking_instances import Recipe, cap_all, draw_caps, make_problem
from models.linking.problem import LinkProblem

_CLASH = (
    "{size} seed {seed}: no plan exists: {clash} households may go to {places} municipalities "
    "only, {short} persons too many for their caps  {cpu_seconds:.1f} CPU s"
)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="+", help="HOUSEHOLDSxMUNICIPALITIES")
    parser.add_argument("--seeds", default="1", help="one seed or FIRST-LAST")
    parser.add_argument("--fit-alone", action="store_true", help="points are fit only")
    parser.add_argument(
        "--caps", type=int, nargs="?", const=20, default=0, help="percent of municipalities capped"
    )
    parser.add_argument("--all-at", type=int, default=0, help="percent of its target, for all")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    first, _, last = asked.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    for size in asked.sizes:
        households, municipalities = map(int, size.split("x"))
        recipes = [Recipe(households, municipalities, s, asked.fit_alone) for s in seeds]
        if asked.one:
            print(json.dumps(_measure(recipes[0], asked.caps, asked.all_at)))
        else:
            lines = [_in_child(size, recipe, asked.caps, asked.all_at) for recipe in recipes]
            _report(size, [line for line in lines if "clash" not in line])


def _in_child(size: str, recipe: Recipe, caps: int, all_at: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.linking", size, "--one"]
    command += ["--seeds", str(recipe.seed)] + ["--fit-alone"] * recipe.fit_alone
    command += ["--caps", str(caps), "--all-at", str(all_at)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    line: dict[str, float] = json.loads(done.stdout)
    if "clash" in line:
        print(_CLASH.format(size=size, seed=recipe.seed, **line), flush=True)
        return line
    print(
        "{households:>7} x {municipalities:<5} seed {seed:<3} value {value} bound {bound} "
        "gap {gap_percent:.4f} %  {cpu_seconds:.1f} CPU s  {wall_seconds:.1f} s  "
        "{peak_gigabytes:.2f} GB  without dwelling {lacking}".format(**line)
        + (", {capped} caps, {full} full".format(**line) if caps or all_at else ""),
        flush=True,
    )
    return line


def _report(size: str, lines: list[dict[str, float]]) -> None:
    if not lines:
        return
    gaps = [line["gap_percent"] for line in lines]
    print(
        f"{size}: gap median {statistics.median(gaps):.4f} % worst {max(gaps):.4f} %, "
        f"CPU median {statistics.median(line['cpu_seconds'] for line in lines):.1f} s, "
        f"peak {max(line['peak_gigabytes'] for line in lines):.2f} GB"
    )


def _measure(recipe: Recipe, caps: int, all_at: int) -> dict[str, float]:
    from models.linking.prices import solve_by_prices
    from models.linking.problem import NO_DWELLING, UNCAPPED

    problem = make_problem(recipe)
    most = np.full(recipe.municipalities, UNCAPPED)
    if caps:
        problem = draw_caps(problem, recipe.seed, caps)
        most = most if problem.quota.most is None else problem.quota.most
    if all_at:
        problem = cap_all(problem, all_at)
        most = most if problem.quota.most is None else problem.quota.most
    cpu, wall = _cpu_seconds(), time.perf_counter()
    outcome = solve_by_prices(problem)
    if outcome.plan is None:
        return _why(problem)
    assert outcome.plan is not None and outcome.bounds is not None
    persons = np.zeros_like(most)
    np.add.at(persons, outcome.plan.municipality, problem.sizes)
    value, bound = outcome.bounds.objective, outcome.bounds.bound
    return {
        "households": recipe.households,
        "municipalities": recipe.municipalities,
        "seed": recipe.seed,
        "value": value,
        "bound": bound,
        "gap_percent": 100 * (bound - value) / max(1, abs(value)),
        "cpu_seconds": _cpu_seconds() - cpu,
        "wall_seconds": time.perf_counter() - wall,
        "peak_gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
        "capped": int((most < UNCAPPED).sum()),
        "full": int((persons == most).sum()),
        "lacking": int((outcome.plan.dwelling_class == NO_DWELLING).sum()),
    }


def _why(problem: LinkProblem) -> dict[str, float]:
    """Who clashes where caps leave no plan."""
    from models.linking.caps import why_no_plan

    conflict = why_no_plan(problem).conflict
    assert conflict is not None, "no plan was found, and no conflict either"
    return {
        "clash": len(conflict.households),
        "places": len(conflict.municipalities),
        "short": conflict.shortage,
        "cpu_seconds": _cpu_seconds(),
    }


def _cpu_seconds() -> float:
    used = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
