"""A half-year week by week beside the half-year known in advance, on generated problems.

``python -m benchmarks.weekly HOUSEHOLDS MUNICIPALITIES SEED [--mix]`` prints a line per policy.
With ``--mix`` families come late and singles early; ``--only keep_back`` leaves the others out.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from benchmarks.linking_instances import Recipe, make_problem
from models.linking.online import Policy, Weeks, replay
from models.linking.prices import solve_by_prices
from models.linking.problem import NO_DWELLING, IntArray, LinkPlan, LinkProblem, value_of

WEEKS, WEEKS_IN_VIEW, MARGIN_PART = 26, 12, 20


def main() -> None:
    """Draw, replay and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("households", "municipalities", "seed"):
        parser.add_argument(name, type=int)
    parser.add_argument("--mix", action="store_true")
    parser.add_argument("--only", choices=list(Policy), nargs="+", default=list(Policy))
    asked = parser.parse_args()
    recipe = Recipe(asked.households, asked.municipalities, asked.seed)
    problem = make_problem(recipe)
    alone = Recipe(recipe.households, recipe.municipalities, recipe.seed, fit_alone=True)
    fit = make_problem(alone).points
    rng = np.random.default_rng(recipe.seed)
    weeks = Weeks(
        problem, _arrival(rng, problem, mixed=asked.mix), _view(rng, problem), MARGIN_PART
    )
    since = time.process_time()
    known = solve_by_prices(problem).plan
    if known is None:
        raise SystemExit("no plan was found")
    best = (value_of(problem, known), _fit(fit, known))
    _say("known", problem, fit, known, best, time.process_time() - since)
    for policy in map(Policy, asked.only):
        since = time.process_time()
        plan = replay(weeks, policy).plan
        _say(policy, problem, fit, plan, best, time.process_time() - since)


def _arrival(rng: np.random.Generator, problem: LinkProblem, *, mixed: bool) -> IntArray:
    """Week of each household, evenly or with a mix that changes."""
    count = len(problem.sizes)
    evenly = rng.integers(0, WEEKS, count)
    if not mixed:
        return evenly
    late, early = (np.floor(WEEKS * rng.beta(a, b, count)) for a, b in ((2.5, 1.2), (1.1, 1.3)))
    drawn = np.where(problem.sizes >= 3, late, early).astype(np.int64)
    return np.minimum(drawn, WEEKS - 1)


def _view(rng: np.random.Generator, problem: LinkProblem) -> IntArray:
    """Dwellings in view: half are there at the start, the others come evenly."""
    stock = problem.dwellings
    since = rng.integers(-WEEKS, WEEKS, stock.sum())
    cell = np.repeat(np.arange(stock.size), stock.ravel())
    view = [
        np.bincount(cell[since <= week + WEEKS_IN_VIEW], minlength=stock.size).reshape(stock.shape)
        for week in range(WEEKS)
    ]
    return np.array(view, dtype=np.int64)


def _fit(fit: IntArray, plan: LinkPlan) -> int:
    return int(fit[np.arange(len(fit)), plan.municipality].sum())


def _say(
    name: str,
    problem: LinkProblem,
    fit: IntArray,
    plan: LinkPlan,
    best: tuple[int, int],
    seconds: float,
) -> None:
    persons = np.zeros(len(problem.dwellings), dtype=np.int64)
    np.add.at(persons, plan.municipality, problem.sizes)
    lacking = int((problem.needs_dwelling & (plan.dwelling_class == NO_DWELLING)).sum())
    away = int(np.abs(persons - problem.quota.target).sum())
    value, earned = value_of(problem, plan), _fit(fit, plan)
    print(
        f"{name:12} value {value / best[0]:.4f} fit {earned / best[1]:.4f} without dwelling "
        f"{lacking} deviation {away} CPU {seconds:.1f} s"
    )


if __name__ == "__main__":
    main()
