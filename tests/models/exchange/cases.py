"""Small exchange problems for the tests, and every plan of such a problem by enumeration."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.exchange import ExchangeProblem, Transfer


def make(
    shortfall: list[int],
    give: list[int],
    take: list[int],
    pairs: list[tuple[int, int]] | None = None,
    distance: list[int] | None = None,
    quota: list[int] | None = None,
) -> ExchangeProblem:
    n = len(shortfall)
    if pairs is None:
        pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    array = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return ExchangeProblem(
        give_limit=np.array(give, dtype=np.int64),
        take_limit=np.array(take, dtype=np.int64),
        shortfall=np.array(shortfall, dtype=np.int64),
        quota=np.array(quota or [10] * n, dtype=np.int64),
        pairs=array,
        distance=np.array(distance or [0] * len(pairs), dtype=np.int64),
    )


def random_problem(rng: np.random.Generator, most: int = 5, persons: int = 4) -> ExchangeProblem:
    """Draw a problem of 2 to ``most`` parties, about half of them short, with sparse pairs."""
    n = int(rng.integers(2, most + 1))
    short = rng.random(n) < 0.5
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j and rng.random() < 0.7]
    return make(
        shortfall=(rng.integers(1, persons + 1, n) * short).tolist(),
        give=rng.integers(0, persons + 1, n).tolist(),
        take=(rng.integers(0, persons + 1, n) * ~short).tolist(),
        pairs=pairs,
        distance=rng.integers(0, 10, len(pairs)).tolist(),
        quota=rng.integers(1, 20, n).tolist(),
    )


def every_plan(problem: ExchangeProblem) -> Iterator[tuple[Transfer, ...]]:
    """Yield every plan that meets the hard rules, amount by amount and pair by pair."""
    pairs = [(int(i), int(j)) for i, j in problem.pairs]
    return _extend(problem, pairs, [0] * problem.parties, [0] * problem.parties)


def _extend(
    problem: ExchangeProblem, pairs: list[tuple[int, int]], gives: list[int], takes: list[int]
) -> Iterator[tuple[Transfer, ...]]:
    if not pairs:
        yield ()
        return
    (i, j), rest = pairs[0], pairs[1:]
    yield from _extend(problem, rest, gives, takes)
    if takes[i] or gives[j]:
        return
    most = min(problem.give_limit[i] - gives[i], problem.take_limit[j] - takes[j])
    for x in range(1, int(most) + 1):
        gives[i] += x
        takes[j] += x
        for plan in _extend(problem, rest, gives, takes):
            yield ((i, j, x), *plan)
        gives[i] -= x
        takes[j] -= x


def left_over(problem: ExchangeProblem, plan: tuple[Transfer, ...]) -> list[int]:
    """Shortfall per party after the plan, counted by hand."""
    given = [0] * problem.parties
    for i, _, x in plan:
        given[i] += x
    return [max(0, int(t) - g) for t, g in zip(problem.shortfall, given, strict=True)]


def kilometres(problem: ExchangeProblem, plan: tuple[Transfer, ...]) -> int:
    """Persons times kilometres of a plan."""
    table = {
        (int(i), int(j)): int(d) for (i, j), d in zip(problem.pairs, problem.distance, strict=True)
    }
    return sum(x * table[i, j] for i, j, x in plan)
