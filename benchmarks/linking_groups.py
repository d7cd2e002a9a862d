"""Groups of equal households: gap, time and memory as the households grow.

Usage::

    python -m benchmarks.linking_groups 500x200:10000 3000x500:100000 1000x1000:200000
    python -m benchmarks.linking_groups 5000x5000:1000000

Each argument is GROUPSxMUNICIPALITIES:HOUSEHOLDS and is solved in a process of its own. The gap is
(bound - value) / value on the stated objective; CPU seconds are those of the solve.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import time

from benchmarks.linking_instances import Recipe, make_groups
from models.linking.by_groups import GroupEffort, solve_groups
from models.linking.problem import NO_DWELLING


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="+", help="GROUPSxMUNICIPALITIES:HOUSEHOLDS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programmes", type=int, default=GroupEffort().master_rounds)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    for size in asked.sizes:
        if asked.one:
            print(json.dumps(_measure(size, asked.seed, asked.programmes)))
            continue
        command = [sys.executable, "-m", "benchmarks.linking_groups", size, "--one"]
        command += ["--seed", str(asked.seed), "--programmes", str(asked.programmes)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        print(
            "{households:>8} households in {groups} groups x {municipalities}: value {value} "
            "bound {bound} gap {gap_percent:.4f} %  {cpu_seconds:.1f} CPU s  {wall_seconds:.1f} s  "
            "{peak_gigabytes:.2f} GB  without dwelling {lacking}".format(**json.loads(done.stdout)),
            flush=True,
        )


def _measure(size: str, seed: int, programmes: int) -> dict[str, float]:
    groups, municipalities, households = map(int, re.split("[x:]", size))
    grouped = make_groups(Recipe(groups, municipalities, seed), households)
    cpu, wall = time.process_time(), time.perf_counter()
    outcome = solve_groups(grouped, GroupEffort(master_rounds=programmes))
    assert outcome.plan is not None and outcome.bounds is not None
    value, bound = outcome.bounds.objective, outcome.bounds.bound
    lacking = outcome.plan.dwelling_class == NO_DWELLING
    return {
        "households": grouped.households,
        "groups": groups,
        "municipalities": municipalities,
        "value": value,
        "bound": bound,
        "gap_percent": 100 * (bound - value) / max(1, abs(value)),
        "cpu_seconds": time.process_time() - cpu,
        "wall_seconds": time.perf_counter() - wall,
        "peak_gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
        "lacking": int(outcome.plan.households[lacking].sum()),
    }


if __name__ == "__main__":
    main()
