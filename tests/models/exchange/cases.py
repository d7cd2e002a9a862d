"""Small exchange problems for the tests, and every plan of such a problem by enumeration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from models.exchange import ExchangeProblem, Form, Transfer


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
        quota=rng.integers(0, 20, n).tolist(),
    )


def with_pins(rng: np.random.Generator, problem: ExchangeProblem) -> ExchangeProblem:
    """Add a lot, a partner limit, forbidden, wished and signed pairs, each now and then.

    Three times in four the wished and signed pairs are ones that can relieve, as people would
    choose them: otherwise hardly any instance with pins could relieve everything.
    """
    pairs = [(int(i), int(j)) for i, j in problem.pairs]
    rng.shuffle(pairs)
    useful = problem.useful_give()
    deals = list(pairs)
    if rng.random() < 0.75:
        deals.sort(key=lambda pair: not (useful[pair[0]] and problem.take_limit[pair[1]]))
    wished = tuple(deals[: int(rng.random() < 0.3)])
    signed = tuple((i, j, int(rng.integers(1, 4))) for i, j in deals[1 : 1 + (rng.random() < 0.3)])
    forbidden = tuple(pair for pair in pairs[: int(rng.random() < 0.3)] if pair not in deals[:2])
    return replace(
        problem,
        lot=int(rng.choice([1, 1, 2, 3])),
        max_partners=[None, 1, 2][int(rng.integers(3))],
        forbidden=forbidden,
        wished=wished,
        signed=signed,
    )


def every_plan(problem: ExchangeProblem) -> Iterator[tuple[Transfer, ...]]:
    """Yield every plan that meets the hard rules, amount by amount and pair by pair."""
    signed = {(i, j): x for i, j, x in problem.signed}
    pairs = {(int(i), int(j)) for i, j in problem.pairs} - set(problem.forbidden)
    rows = []
    for i, j in sorted(pairs | set(signed)):
        amounts = [0, *range(problem.lot, 99)]
        if (i, j) in problem.wished:
            amounts = amounts[1:]
        if (i, j) in signed:
            amounts = [signed[i, j]]
        rows.append((i, j, amounts))
    none = [0] * problem.parties
    return _extend(problem, rows, none.copy(), none.copy(), none.copy())


def _extend(
    problem: ExchangeProblem,
    rows: list[tuple[int, int, list[int]]],
    gives: list[int],
    takes: list[int],
    partners: list[int],
) -> Iterator[tuple[Transfer, ...]]:
    if not rows:
        yield ()
        return
    (i, j, amounts), rest = rows[0], rows[1:]
    for x in amounts:
        if not x:
            yield from _extend(problem, rest, gives, takes, partners)
            continue
        limit = problem.max_partners
        if takes[i] or gives[j] or (limit is not None and max(partners[i], partners[j]) >= limit):
            return
        if gives[i] + x > problem.give_limit[i] or takes[j] + x > problem.take_limit[j]:
            return
        for table, party, more in (
            (gives, i, x),
            (takes, j, x),
            (partners, i, 1),
            (partners, j, 1),
        ):
            table[party] += more
        for plan in _extend(problem, rest, gives, takes, partners):
            yield ((i, j, x), *plan)
        for table, party, more in (
            (gives, i, x),
            (takes, j, x),
            (partners, i, 1),
            (partners, j, 1),
        ):
            table[party] -= more


def keeps_the_rules(problem: ExchangeProblem, plan: tuple[Transfer, ...]) -> bool:
    """Judge a plan from the rules as written, apart from the code under test."""
    gives: Counter[int] = Counter()
    takes: Counter[int] = Counter()
    partners: Counter[int] = Counter()
    signed = {(i, j): x for i, j, x in problem.signed}
    allowed = {(int(i), int(j)) for i, j in problem.pairs} - set(problem.forbidden)
    for i, j, x in plan:
        gives[i] += x
        takes[j] += x
        partners.update((i, j))
        if (i, j) not in signed and ((i, j) not in allowed or x < problem.lot):
            return False
    most = problem.max_partners
    return (
        set(signed) | set(problem.wished) <= {(i, j) for i, j, _ in plan}
        and all((i, j, x) in plan for (i, j), x in signed.items())
        and not set(gives) & set(takes)
        and all(x <= problem.give_limit[i] for i, x in gives.items())
        and all(x <= problem.take_limit[j] for j, x in takes.items())
        and (most is None or all(k <= most for k in partners.values()))
    )


def measures(
    problem: ExchangeProblem, plan: tuple[Transfer, ...], form: Form
) -> tuple[int, Fraction, int, int, int]:
    """Judge a plan in the order of the stages, counted by hand."""
    left = left_over(problem, plan)
    worst = max(
        (Fraction(r, int(q)) for r, q in zip(left, problem.quota, strict=True) if q),
        default=Fraction(0),
    )
    parties = {party for i, j, _ in plan for party in (i, j)}
    agreements = len(plan) if form is Form.BILATERAL else len(parties)
    persons = sum(x for _, _, x in plan)
    return (sum(left), worst, agreements, persons, kilometres(problem, plan))


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
    return sum(x * table.get((i, j), 0) for i, j, x in plan)
