"""Tiny linking problems, and every plan of each of them counted out."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np

from models.linking.problem import LinkProblem, QuotaPenalty

KINDS = ("plain", "ties", "lacking", "must house", "joining", "alike")


def whole(values):
    return np.array(values, dtype=np.int64)


def draw(rng, kind):
    """A problem of at most five households, three municipalities and three classes."""
    H, M = int(rng.integers(1, 6)), int(rng.integers(1, 4))
    few = kind in ("ties", "alike")
    sizes = rng.integers(1, 3 if few else 5, H)
    allowed = rng.random((H, M)) < 0.75
    allowed[np.arange(H), rng.integers(0, M, H)] = True
    points = rng.integers(0, 3, (H, M)) * 20 if few else rng.integers(-50, 400, (H, M))
    lost = (500 + 10 * rng.integers(0, 3, H)) * (sizes + 3)
    hashes = rng.integers(0, 1 << 30, (H, M))
    if kind == "alike":
        # Whoever changes places with another leaves value and hash sum as they are.
        sizes[:], points[:], lost[:], allowed[:] = sizes[0], 20, lost[0], True
        hashes[:] = hashes[0]
    needs = rng.random(H) < 0.6 if kind == "joining" else np.ones(H, dtype=bool)
    low = whole([1, 1, 3])
    high = whole([1, 2, 5])
    most = {"lacking": 2, "must house": 2}.get(kind, 3)
    target = rng.multinomial(int(sizes.sum()), np.full(M, 1 / M)) + rng.integers(-1, 2, M)
    return LinkProblem(
        sizes=sizes,
        points=points,
        allowed=allowed,
        needs_dwelling=needs,
        without_dwelling=np.where(needs, lost, 0),
        class_min=low,
        class_max=high,
        dwellings=rng.integers(0, most, (M, 3))
        + (kind == "must house") * rng.integers(0, 2, (M, 3)),
        quota=QuotaPenalty(np.maximum(target, 0), rng.integers(1, 3, M)),
        may_lack_dwelling=kind != "must house",
        canonical=hashes,
    )


def least_lost(problem, m, rows):
    """Least points lost by lack of a dwelling among ``rows`` in ``m``; None if some must not."""
    stock = problem.dwellings[m].tolist()
    fits = [
        [s for s in range(len(stock)) if problem.class_min[s] <= size <= problem.class_max[s]]
        for size in problem.housed_sizes[list(rows)].tolist()
    ]
    lost = problem.without_dwelling[list(rows)].tolist()
    needs = problem.needs_dwelling[list(rows)].tolist()

    @cache
    def rest(at, left):
        if at == len(lost):
            return 0
        if not needs[at]:
            return rest(at + 1, left)
        ways = [rest(at + 1, (*left[:s], left[s] - 1, *left[s + 1 :])) for s in fits[at] if left[s]]
        if problem.may_lack_dwelling:
            without = rest(at + 1, left)
            ways.append(None if without is None else without + lost[at])
        ways = [way for way in ways if way is not None]
        return min(ways) if ways else None

    return rest(0, tuple(stock))


def missed(quota, m, persons):
    """Penalty of one municipality, person by person."""
    target, margin, total = int(quota.target[m]), int(quota.margin[m]), 0
    for k in range(1, max(0, target - persons) + 1):
        total += quota.short_first if k <= margin else quota.short_beyond
    for k in range(1, max(0, persons - target) + 1):
        total += quota.over_first if k <= margin else quota.over_beyond
    return total


def every_plan(problem):
    """Each choice of municipalities that has a plan, with the value of its best plan."""
    H, M, _ = problem.shape
    lost = cache(lambda m, rows: least_lost(problem, m, rows))
    plans = {}
    for where in product(*[np.flatnonzero(problem.allowed[h]).tolist() for h in range(H)]):
        value = sum(int(problem.points[h, m]) for h, m in enumerate(where))
        for m in range(M):
            rows = tuple(h for h in range(H) if where[h] == m)
            lack = lost(m, rows)
            if lack is None:
                break
            value -= lack + missed(problem.quota, m, int(problem.sizes[list(rows)].sum()))
        else:
            plans[where] = value
    return plans


def canonical_sum(weights, where):
    return sum(int(weights[h, m]) for h, m in enumerate(where))
