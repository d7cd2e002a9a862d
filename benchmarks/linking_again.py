"""A changed problem solved again from the old plan, beside solving it from nothing.

Usage::

    python -m benchmarks.linking_again 7000x352 --seeds 1-3
    python -m benchmarks.linking_again 7000x352 --fit-alone

Changes: a pin, fifty pins, two dwellings fewer, another count of one class; each once with the
changed municipalities named and once without. CPU seconds are beside those of the changed problem
solved from nothing; the gap is (bound - value) / value on the stated objective. ``--cold`` solves
every changed problem from nothing as well; otherwise the first solve stands in for it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.linking_instances import Recipe, make_problem
from models.linking.again import solve_again
from models.linking.outcome import LinkOutcome
from models.linking.prices import solve_by_prices
from models.linking.problem import NO_DWELLING, LinkPlan, LinkProblem


@dataclass(frozen=True, slots=True)
class Change:
    """A changed problem, its municipalities with another supply, and who was pinned."""

    name: str
    problem: LinkProblem
    municipalities: tuple[int, ...]


def main() -> None:
    """Solve, change and solve again, as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="+", help="HOUSEHOLDSxMUNICIPALITIES")
    parser.add_argument("--seeds", default="1", help="one seed or FIRST-LAST")
    parser.add_argument("--fit-alone", action="store_true", help="points are fit only")
    parser.add_argument("--cold", action="store_true", help="solve changes from nothing as well")
    asked = parser.parse_args()
    first, _, last = asked.seeds.partition("-")
    for size in asked.sizes:
        households, municipalities = map(int, size.split("x"))
        for seed in range(int(first), int(last or first) + 1):
            print(f"{size}, seed {seed}{', fit alone' * asked.fit_alone}")
            _compare(Recipe(households, municipalities, seed, asked.fit_alone), cold=asked.cold)


def _compare(recipe: Recipe, *, cold: bool) -> None:
    problem = make_problem(recipe)
    since = time.process_time()
    old = solve_by_prices(problem)
    seconds = time.process_time() - since
    assert old.plan is not None and old.prices is not None
    _say("from nothing", old, seconds, seconds, 0)
    for change in _changes(problem, old.plan, recipe.seed):
        if cold:
            since = time.process_time()
            anew = solve_by_prices(change.problem)
            seconds = time.process_time() - since
            assert anew.plan is not None
            moved = int((anew.plan.municipality != old.plan.municipality).sum())
            _say(f"{change.name}, from nothing", anew, seconds, seconds, moved)
        for named in (True, False):
            since = time.process_time()
            again = solve_again(
                change.problem,
                old.prices,
                old.plan,
                changed=change.municipalities if named else None,
            )
            taken = time.process_time() - since
            name = change.name + ("" if named else ", not named")
            _say(name, again.outcome, taken, seconds, len(again.moved))


def _changes(problem: LinkProblem, plan: LinkPlan, seed: int) -> Iterator[Change]:
    rng = np.random.default_rng(seed)
    for count in (1, 50):
        yield _pins(rng, problem, plan, count)
    # Dwellings that somebody holds: taking them away changes the plan.
    rows = np.flatnonzero(plan.dwelling_class != NO_DWELLING)
    chosen = rng.choice(rows, 2, replace=False)
    cells = [(int(plan.municipality[h]), int(plan.dwelling_class[h])) for h in chosen]
    yield _supply("two dwellings fewer", problem, dict.fromkeys(cells, -1))
    at = int(rng.integers(problem.shape[1]))
    yield _supply("three more of a class", problem, {(at, int(rng.integers(3))): 3})


def _pins(rng: np.random.Generator, problem: LinkProblem, plan: LinkPlan, count: int) -> Change:
    """Free households pinned to a municipality that they did not get."""
    free = np.flatnonzero(problem.allowed.sum(axis=1) > 1)
    allowed = problem.allowed.copy()
    for h in rng.choice(free, count, replace=False).tolist():
        others = np.flatnonzero(problem.allowed[h])
        goal = rng.choice(others[others != plan.municipality[h]])
        allowed[h] = np.arange(allowed.shape[1]) == goal
    changed = replace(problem, allowed=allowed)
    return Change(f"{count} pin{'s' * (count > 1)}", changed, ())


def _supply(name: str, problem: LinkProblem, more: dict[tuple[int, int], int]) -> Change:
    dwellings = problem.dwellings.copy()
    for cell, number in more.items():
        dwellings[cell] = max(0, dwellings[cell] + number)
    municipalities = tuple(sorted({m for m, _ in more}))
    return Change(name, replace(problem, dwellings=dwellings), municipalities)


def _say(name: str, outcome: LinkOutcome, taken: float, cold: float, moved: int) -> None:
    assert outcome.bounds is not None
    value, bound = outcome.bounds.objective, outcome.bounds.bound
    print(
        f"  {name:34} value {value} gap {100 * (bound - value) / abs(value):.4f} %  "
        f"{taken:6.2f} CPU s, 1/{cold / taken:.1f} of cold, moved {moved}",
        flush=True,
    )


if __name__ == "__main__":
    main()
