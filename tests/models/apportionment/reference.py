"""A second implementation of every method, from the textbook: fractions and a heap."""

from __future__ import annotations

import bisect
import heapq
import itertools
import math
import random
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

DIVISOR_METHODS = ("adams", "webster", "jefferson", "hill")
METHODS = (*DIVISOR_METHODS, "largest_remainder")


class Question(NamedTuple):
    """A question to any method; bounds and order always written out."""

    total: int
    weights: tuple[int, ...]
    lower: tuple[int, ...]
    upper: tuple[int, ...]
    order: tuple[int, ...]

    @property
    def arguments(self) -> tuple[Any, ...]:
        """Return what to pass on; bounds that say nothing are left out."""
        lower = list(self.lower) if any(self.lower) else None
        upper = list(self.upper) if min(self.upper) <= self.total else None
        return self.total, list(self.weights), lower, upper, list(self.order)


class Answer(NamedTuple):
    """What a method says; ``low`` and ``high`` only for divisor methods."""

    parts: tuple[int, ...]
    tied: tuple[int, ...]
    low: Fraction | None = None
    high: Fraction | None = None


# The worth of a claim to the x-th person; for Hill its square, so that it stays a fraction.
CLAIM: dict[str, Callable[[int, int], Fraction]] = {
    "adams": lambda w, x: Fraction(w, x - 1),
    "webster": lambda w, x: Fraction(w, 1) / Fraction(2 * x - 1, 2),
    "jefferson": lambda w, x: Fraction(w, x),
    "hill": lambda w, x: Fraction(w * w, x * (x - 1)),
}


def bounds(method: str, question: Question) -> tuple[list[int], list[int]]:
    floors, caps = [], []
    for w, floor, cap in zip(question.weights, question.lower, question.upper, strict=True):
        caps.append(cap if w else floor)
        owes_one = method in {"adams", "hill"} and w > 0 and cap > 0
        floors.append(max(floor, 1) if owes_one else floor)
    return floors, caps


def solve(method: str, question: Question) -> Answer | None:
    """Answer a question, or ``None`` where the bounds cannot hold."""
    floors, caps = bounds(method, question)
    if not sum(floors) <= question.total <= sum(caps):
        return None
    if method == "largest_remainder":
        return by_remainders(question, floors, caps)
    return by_heap(method, question, floors, caps)


def by_heap(method: str, question: Question, floors: list[int], caps: list[int]) -> Answer:
    """Serve one person at a time to the largest claim."""
    claim, parts = CLAIM[method], list(floors)
    rank = {unit: place for place, unit in enumerate(question.order)}

    def entry(unit: int) -> tuple[Fraction, int, int]:
        return -claim(question.weights[unit], parts[unit] + 1), rank[unit], unit

    heap = [entry(unit) for unit in rank if parts[unit] < caps[unit]]
    heapq.heapify(heap)
    for _ in range(question.total - sum(floors)):
        unit = heapq.heappop(heap)[2]
        parts[unit] += 1
        if parts[unit] < caps[unit]:
            heapq.heappush(heap, entry(unit))
    next_claims = {unit: -negative for negative, _, unit in heap}
    last_claims = {
        unit: claim(question.weights[unit], x) for unit, x in enumerate(parts) if x > floors[unit]
    }
    low = max(next_claims.values(), default=None)
    high = min(last_claims.values(), default=None)
    tied: set[int] = set()
    if low is not None and low == high:
        both = itertools.chain(next_claims.items(), last_claims.items())
        tied = {unit for unit, value in both if value == low}
    return Answer(tuple(parts), tuple(sorted(tied)), low, high)


def by_remainders(question: Question, floors: list[int], caps: list[int]) -> Answer:
    """Clip the shares at the rate that meets the total, then round the largest remainders up."""
    rate = filling_rate(question, floors, caps)
    shares = [
        min(max(w * rate, Fraction(floor)), Fraction(cap))
        for w, floor, cap in zip(question.weights, floors, caps, strict=True)
    ]
    rank = {unit: place for place, unit in enumerate(question.order)}
    parts = [math.floor(share) for share in shares]
    rests = [share - x for share, x in zip(shares, parts, strict=True)]
    served = sorted(rank, key=lambda unit: (-rests[unit], rank[unit]))
    up = question.total - sum(parts)
    for unit in served[:up]:
        parts[unit] += 1
    tied: list[int] = []
    if 0 < up < len(served) and rests[served[up - 1]] == rests[served[up]]:
        tied = [unit for unit in sorted(served) if rests[unit] == rests[served[up]]]
    return Answer(tuple(parts), tuple(tied))


def filling_rate(question: Question, floors: list[int], caps: list[int]) -> Fraction:
    """Walk the breakpoints of the sum of clipped shares until it reaches the total."""

    def filled(rate: Fraction) -> Fraction:
        pairs = zip(question.weights, floors, caps, strict=True)
        return sum((min(max(w * rate, Fraction(a)), Fraction(b)) for w, a, b in pairs), Fraction())

    points = {Fraction(0)}
    for w, floor, cap in zip(question.weights, floors, caps, strict=True):
        if w:
            points |= {Fraction(floor, w), Fraction(cap, w)}
    ordered = sorted(points)
    at = bisect.bisect_right(ordered, question.total, key=filled) - 1
    below = ordered[at]
    if filled(below) == question.total:
        return below
    above = ordered[at + 1]
    slope = (filled(above) - filled(below)) / (above - below)
    return below + (question.total - filled(below)) / slope


def every_division(question: Question) -> Iterator[tuple[int, ...]]:
    """Enumerate all whole vectors within the bounds that sum to the total."""
    sides = [range(a, b + 1) for a, b in zip(question.lower, question.upper, strict=True)]
    return (parts for parts in itertools.product(*sides) if sum(parts) == question.total)


def random_question(dice: random.Random, kind: str) -> Question:
    """Make a question; ``kind`` names what it is made to provoke."""
    n = dice.randint(1, 7)
    total = dice.randint(0, 40)
    weights = WEIGHTS[kind](dice, n)
    if not any(weights):
        weights[dice.randrange(n)] = 1
    lower, upper = [0] * n, [total + 1] * n
    if dice.random() < 0.4:
        lower = [dice.choice((0, 0, dice.randint(0, 4))) for _ in range(n)]
        upper = [max(a, dice.choice((total + 1, dice.randint(0, 15)))) for a in lower]
    order = list(range(n))
    dice.shuffle(order)
    return Question(total, *map(tuple, (weights, lower, upper, order)))


def few_values(dice: random.Random, n: int) -> list[int]:
    return [dice.choice((0, 1, 1, 1, 2, 3)) for _ in range(n)]


def multiples(dice: random.Random, n: int) -> list[int]:
    """Odd multiples of one number: equal claims at different parts."""
    unit = dice.randint(1, 10**9)
    return [unit * dice.choice((1, 1, 2, 3, 5, 13)) for _ in range(n)]


def populations(dice: random.Random, n: int) -> list[int]:
    return [dice.randint(900, 900_000) for _ in range(n)]


def neighbours(dice: random.Random, n: int) -> list[int]:
    """Large numbers that double precision cannot tell apart."""
    return [2**60 + dice.randint(-1, 1) for _ in range(n)]


def giants(dice: random.Random, n: int) -> list[int]:
    return [dice.randint(0, 10 ** dice.randint(1, 40)) for _ in range(n)]


def endless(dice: random.Random, n: int) -> list[int]:
    """Weights as a key with inverted indicators makes them, often in simple proportion."""
    unit = dice.getrandbits(dice.choice((310, 1_000, 4_000))) | 1
    return [unit * dice.choice((0, 1, 1, 2, 3, 5)) + dice.choice((0, 0, 1)) for _ in range(n)]


def far_apart(dice: random.Random, n: int) -> list[int]:
    """Weights of which some are nothing beside others, in any number format."""
    return [dice.choice((0, 1, 3)) << dice.choice((0, 0, 1, 400, 3_000)) for _ in range(n)]


WEIGHTS: dict[str, Callable[[random.Random, int], list[int]]] = {
    "few values": few_values,
    "multiples": multiples,
    "populations": populations,
    "neighbours": neighbours,
    "giants": giants,
    "endless": endless,
    "far apart": far_apart,
}


def permuted(values: Sequence[int], order: Sequence[int]) -> list[int]:
    return [values[unit] for unit in order]
