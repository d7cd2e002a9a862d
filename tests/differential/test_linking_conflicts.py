"""Planted conflicts: each one is named, holds alone, and shrinks to nothing less.

The kinds are those that hard rules can have: nowhere to go, and a group with too few dwellings,
plain or through chains of classes and municipalities; beside them sound problems, in which nothing
may be named.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from models.linking.conflict import find_conflicts
from models.linking.exact import solve_exactly
from models.linking.outcome import ConflictKind
from models.linking.prices import QUICK, solve_by_prices
from models.linking.problem import LinkProblem, QuotaPenalty, check_plan
from models.solution import Status

Rng, Array = np.random.Generator, np.ndarray
KINDS = ("nowhere", "too large", "one place", "chain of classes", "chain of places", "sound")


def drawn(rng: np.random.Generator, kind: str) -> tuple[LinkProblem, set[int]]:
    """A problem in which everybody must be housed, and the rows of the conflict planted in it."""
    households, municipalities = int(rng.integers(12, 30)), int(rng.integers(4, 8))
    sizes = rng.integers(1, 6, households)
    allowed = rng.random((households, municipalities)) < 0.7
    allowed[:, -1] = True
    low, high = np.array([1, 1, 3]), np.array([1, 2, 5])
    dwellings = rng.integers(1, 4, (municipalities, 3))
    dwellings[-1] = households  # whoever is not planted finds a dwelling in the last one
    planted = {
        "nowhere": _nowhere,
        "too large": _too_large,
        "one place": _one_place,
        "chain of classes": _chain_of_classes,
        "chain of places": _chain_of_places,
        "sound": _sound,
    }[kind](rng, sizes, allowed, dwellings)
    return (
        LinkProblem(
            sizes=sizes,
            points=rng.integers(0, 500, (households, municipalities)),
            allowed=allowed,
            needs_dwelling=np.ones(households, dtype=np.bool_),
            without_dwelling=np.full(households, 2_000),
            class_min=low,
            class_max=high,
            dwellings=dwellings,
            quota=QuotaPenalty(
                rng.multinomial(int(sizes.sum()), np.full(municipalities, 1 / municipalities)),
                np.full(municipalities, 2),
            ),
            may_lack_dwelling=False,
            canonical=rng.integers(0, 1 << 30, (households, municipalities)),
        ),
        planted,
    )


def _some(rng: np.random.Generator, sizes: np.ndarray, number: int) -> np.ndarray:
    return np.sort(rng.choice(len(sizes), number, replace=False))


def _nowhere(rng: Rng, sizes: Array, allowed: Array, dwellings: Array) -> set[int]:
    rows = _some(rng, sizes, int(rng.integers(1, 4)))
    allowed[rows] = False
    return set(rows.tolist())


def _too_large(rng: Rng, sizes: Array, allowed: Array, dwellings: Array) -> set[int]:
    rows = _some(rng, sizes, 1)
    sizes[rows] = 9
    return set(rows.tolist())


def _one_place(rng: Rng, sizes: Array, allowed: Array, dwellings: Array) -> set[int]:
    stock = int(rng.integers(0, 4))
    rows = _some(rng, sizes, stock + int(rng.integers(1, 4)))
    sizes[rows] = rng.integers(3, 6, len(rows))
    allowed[rows] = False
    allowed[rows, 0] = True
    dwellings[0, 2] = stock
    return set(rows.tolist())


def _chain_of_classes(rng: Rng, sizes: Array, allowed: Array, dwellings: Array) -> set[int]:
    """Singles fill the class for one and spill into that for two, where couples need it."""
    small, middle = int(rng.integers(1, 3)), int(rng.integers(1, 3))
    rows = _some(rng, sizes, small + middle + 1)
    sizes[rows] = 1
    sizes[rows[: int(rng.integers(1, middle + 1))]] = 2
    allowed[rows] = False
    allowed[rows, 0] = True
    dwellings[0, :2] = small, middle
    return set(rows.tolist())


def _chain_of_places(rng: Rng, sizes: Array, allowed: Array, dwellings: Array) -> set[int]:
    """A ring of municipalities, each open to neighbours: no single one has too few."""
    rows = _some(rng, sizes, 4)
    sizes[rows] = 4
    allowed[rows] = False
    for at, row in enumerate(rows):
        allowed[row, [at % 3, (at + 1) % 3]] = True
    dwellings[:3, 2] = 1
    return set(rows.tolist())


def _sound(rng: Rng, sizes: Array, allowed: Array, dwellings: Array) -> set[int]:
    return set()


def only(problem: LinkProblem, rows: list[int]) -> LinkProblem:
    names = ("sizes", "points", "allowed", "needs_dwelling", "without_dwelling", "canonical")
    return replace(problem, **{name: getattr(problem, name)[rows] for name in names})


def check(problem: LinkProblem, planted: set[int], kind: str, seen: Counter[str]) -> None:
    outcome, priced = solve_exactly(problem), solve_by_prices(problem, effort=QUICK)
    assert priced.status is not Status.INFEASIBLE, "the price road may not say impossible"
    if not planted:
        assert find_conflicts(problem) == () and outcome.status is not Status.INFEASIBLE
        for found in (outcome, priced):
            assert found.plan is not None
            check_plan(problem, found.plan)
        seen[kind] += 1
        return
    assert outcome.status is Status.INFEASIBLE and priced.plan is None
    named = find_conflicts(problem)
    assert outcome.conflict == named[0]
    # Where a class is empty each household is a conflict of its own.
    assert {row for one in named for row in one.households} == planted
    assert sum(len(one.households) for one in named) == len(planted)
    wanted = ConflictKind.NO_OPEN_MUNICIPALITY if kind == "nowhere" else ConflictKind.DWELLINGS
    for one in named:
        assert one.kind is wanted
        _check_core(problem, list(one.households), one.shortage)
    rest = sorted(set(range(len(problem.sizes))) - planted)
    assert _most_that_fit(problem, rest) == len(rest)
    seen[kind] += 1


def _check_core(problem: LinkProblem, rows: list[int], shortage: int) -> None:
    """Alone they cannot all be linked; as many as the shortage says may leave, and no fewer."""
    assert solve_exactly(only(problem, rows)).status is Status.INFEASIBLE
    placed = _most_that_fit(problem, rows)
    assert placed == len(rows) - shortage


def _most_that_fit(problem: LinkProblem, rows: list[int]) -> int:
    """Size of a maximum matching, by augmenting paths: no code in common with the finder."""
    fits = problem.fits()
    seats = [
        (m, s, i)
        for m, s in zip(*np.nonzero(problem.dwellings), strict=True)
        for i in range(min(len(rows), int(problem.dwellings[m, s])))
    ]
    holder: dict[int, int] = {}

    def seat(row: int, tried: set[int]) -> bool:
        for at, (m, s, _) in enumerate(seats):
            if at in tried or not (problem.allowed[row, m] and fits[row, s]):
                continue
            tried.add(at)
            if at not in holder or seat(holder[at], tried):
                holder[at] = row
                return True
        return False

    return sum(seat(row, set()) for row in rows)


def run(seed: int, rounds: int) -> Counter[str]:
    rng, seen = np.random.default_rng(seed), Counter[str]()
    for _ in range(rounds):
        for kind in KINDS:
            problem, planted = drawn(rng, kind)
            check(problem, planted, kind, seen)
    print(dict(seen))
    return seen


def test_every_planted_conflict_is_named_and_holds_alone() -> None:
    assert run(1, 2) == dict.fromkeys(KINDS, 2)


@pytest.mark.nightly
def test_a_thousand_planted_conflicts_are_named_and_hold_alone() -> None:
    assert run(2, 200) == dict.fromkeys(KINDS, 200)
