"""Requests about household sizes at 8, 16 and 30 parties: what is proven, and in how long.

Usage::

    python -m benchmarks.composition --parties 8 16 30 --classes 4 --seeds 20
    python -m benchmarks.composition --parties 8 --classes 6 --members 3 --seeds 5

Every party expects households in the proportions of the national assumption and has dwellings
for as many, of classes drawn at random. Times are CPU seconds of the child that solves.
"""

from __future__ import annotations

import argparse
import itertools
import resource
from collections.abc import Iterator

import numpy as np

from models.exchange import CompositionProblem, solve_composition
from models.solution import SolverError, Status
from models.solver.child import run_in_child
from models.solver.limits import Limits

SIZES = {4: (1, 2, 4, 6), 6: (1, 2, 3, 4, 5, 6)}
SHARES = {4: (62, 18, 14, 6), 6: (62, 9, 9, 8, 6, 6)}
PROVEN_WITHIN = 60.0


def instance(seed: int, parties: int, classes: int, most_members: int = 2) -> CompositionProblem:
    """Some 20 to 90 persons a party; a class suits one size and the next smaller one."""
    rng = np.random.default_rng([seed, parties, classes])
    sizes, shares = np.array(SIZES[classes]), np.array(SHARES[classes]) / sum(SHARES[classes])
    households = rng.integers(10, 45, parties)
    expected = np.array([rng.multinomial(count, shares) for count in households])
    leanings = rng.dirichlet(3 * shares * classes, parties)
    homes = np.array([
        rng.multinomial(count, lean) for count, lean in zip(households, leanings, strict=True)
    ])  # fmt: skip
    return CompositionProblem(
        expected=expected,
        sizes=sizes,
        dwellings=homes[None],
        class_min=np.array([1, *sizes[:-1]]),
        class_max=sizes,
        pairs=np.array(list(itertools.combinations(range(parties), 2))),
        most_members=most_members,
    )


def cpu_seconds() -> float:
    """CPU time of all children that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(parties: int, classes: int, members: int, seeds: int, guard: float) -> Iterator[str]:
    """One line a seed, and one for all."""
    proven = 0
    for seed in range(seeds):
        problem = instance(seed, parties, classes, members)
        before = int(problem.households_left_over(problem.expected)[0].sum())
        start = cpu_seconds()
        try:
            outcome = run_in_child(solve_composition, problem, limits=Limits(wall_seconds=guard))
        except SolverError:
            yield f"  {seed:2d}: no answer within {guard:g} s by the wall"
            continue
        seconds = cpu_seconds() - start
        is_proven = outcome.status is Status.OPTIMAL and seconds <= PROVEN_WITHIN
        proven += is_proven
        said = ", ".join(f"{s.name} {s.bounds.objective}/{s.bounds.bound}" for s in outcome.stages)
        yield f"  {seed:2d}: {seconds:6.1f} s, before {before}, {said}{'' if is_proven else ' *'}"
    yield f"  every stage proven within {PROVEN_WITHIN:g} CPU seconds: {proven} of {seeds}"


def main() -> None:
    """Print every group of seeds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parties", type=int, nargs="+", default=[8, 16, 30])
    parser.add_argument("--classes", type=int, default=4, choices=sorted(SIZES))
    parser.add_argument("--members", type=int, default=2, choices=(2, 3))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--guard", type=float, default=180.0, help="seconds by the wall")
    asked = parser.parse_args()
    for parties in asked.parties:
        print(f"{parties} parties, {asked.classes} sizes, packages of at most {asked.members}")
        for line in run(parties, asked.classes, asked.members, asked.seeds, asked.guard):
            print(line, flush=True)


if __name__ == "__main__":
    main()
