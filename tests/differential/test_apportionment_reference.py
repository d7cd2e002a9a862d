"""Two roads, one answer: the engine against a heap of fractions, and against enumeration."""

from __future__ import annotations

import math
import random
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from models.apportionment import ApportionmentError, Division, RemainderCut, check, divide
from tests.models.apportionment.reference import (
    CLAIM,
    DIVISOR_METHODS,
    METHODS,
    WEIGHTS,
    Answer,
    Question,
    bounds,
    every_division,
    few_values,
    random_question,
    solve,
)


def ask(method: str, question: Question) -> Division | None:
    try:
        return divide(method, *question.arguments)
    except ApportionmentError:
        return None


def as_answer(division: Division) -> Answer:
    certificate = division.certificate
    if isinstance(certificate, RemainderCut):
        return Answer(division.parts, division.tied)
    low, high = certificate.low, certificate.high  # type: ignore[union-attr]
    return Answer(division.parts, division.tied, low, high)


def compare(instances: int, seed: int) -> Counter[str]:
    """Ask both on ``instances`` questions for every method; return the class mix."""
    dice, mix = random.Random(seed), Counter[str]()
    kinds = [*WEIGHTS, "few values", "few values", "multiples"]
    for number in range(instances):
        kind = kinds[number % len(kinds)]
        question = random_question(dice, kind)
        mix[kind] += 1
        for method in METHODS:
            expected, division = solve(method, question), ask(method, question)
            mix["asked"] += 1
            if expected is None:
                assert division is None, (method, question)
                mix["impossible"] += 1
                continue
            assert division is not None, (method, question)
            assert as_answer(division) == expected, (method, question)
            check(division, method, *question.arguments)
            mix["tied"] += bool(expected.tied)
            mix["bounded"] += min(question.upper) <= question.total
    return mix


def assert_mixed(mix: Counter[str]) -> None:
    """At least a fifth of the answers are ties, and bounds and refusals both occur."""
    print(dict(mix))
    answered = mix["asked"] - mix["impossible"]
    assert 5 * mix["tied"] >= answered, mix
    assert 20 * mix["impossible"] >= mix["asked"], mix
    assert 3 * answered >= 2 * mix["asked"], mix
    assert 10 * mix["bounded"] >= answered, mix


def test_engine_and_reference_agree() -> None:
    assert_mixed(compare(800, seed=20210101))


@pytest.mark.nightly
def test_engine_and_reference_agree_on_a_hundred_thousand() -> None:
    assert_mixed(compare(100_000, seed=20210701))


def small_question(dice: random.Random) -> Question:
    n = dice.randint(1, 5)
    total = dice.randint(0, 12)
    weights = (
        few_values(dice, n) if dice.random() < 0.5 else [dice.randint(0, 60) for _ in range(n)]
    )
    weights = weights if any(weights) else [1] * n
    lower = [dice.choice((0, 0, 1, 2)) for _ in range(n)]
    upper = [max(a, dice.choice((total, total, dice.randint(0, 6)))) for a in lower]
    return Question(total, *map(tuple, (weights, lower, upper, range(n))))


def cost(
    method: str, weights: tuple[int, ...], floors: list[int], parts: tuple[int, ...]
) -> Fraction:
    """Multiply s(x) / w over every person above the floor: least where the method is met.

    For Hill its square; the order is the same.
    """
    claims = (
        CLAIM[method](w, seat)
        for w, floor, x in zip(weights, floors, parts, strict=True)
        for seat in range(floor + 1, x + 1)
    )
    return 1 / math.prod(claims, start=Fraction(1))


def by_enumeration(method: str, question: Question) -> set[tuple[int, ...]]:
    floors, caps = bounds(method, question)
    narrowed = question._replace(lower=tuple(floors), upper=tuple(caps))
    costs = {
        parts: cost(method, question.weights, floors, parts) for parts in every_division(narrowed)
    }
    best = min(costs.values(), default=None)
    return {parts for parts, value in costs.items() if value == best}


def moved(best: set[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the units whose part differs between equally good divisions."""
    return tuple(i for i, column in enumerate(zip(*best, strict=True)) if len(set(column)) > 1)


def compare_with_enumeration(instances: int) -> Counter[str]:
    dice, mix = random.Random(42), Counter[str]()
    for _ in range(instances):
        question = small_question(dice)
        for method in DIVISOR_METHODS:
            best, division = by_enumeration(method, question), ask(method, question)
            if division is None:
                assert not best, (method, question)
                mix["impossible"] += 1
                continue
            assert division.parts in best, (method, question)
            assert division.tied == moved(best), (method, question)
            mix["tied" if division.tied else "unique"] += 1
    return mix


def test_no_division_is_better_than_the_engines() -> None:
    mix = compare_with_enumeration(300)
    assert min(mix["tied"], mix["unique"], mix["impossible"]) > 50, mix


@pytest.mark.nightly
def test_no_division_is_better_than_the_engines_at_length() -> None:
    mix = compare_with_enumeration(8_000)
    assert min(mix["tied"], mix["unique"], mix["impossible"]) > 1_000, mix


# The objectives by which the methods are usually stated, as sums over the units.
def webster_distance(w: int, share: Fraction, x: int) -> Fraction:
    return (x - share) ** 2 / w


def hill_distance(w: int, share: Fraction, x: int) -> Fraction:
    return Fraction(w) ** 2 / x if x else Fraction(10**30)


def adams_ratio(parts: tuple[int, ...], weights: tuple[int, ...]) -> Fraction:
    return max(
        Fraction(w, x) if x else Fraction(10**9) for w, x in zip(weights, parts, strict=True)
    )


def jefferson_ratio(parts: tuple[int, ...], weights: tuple[int, ...]) -> Fraction:
    return max(Fraction(x, w) for w, x in zip(weights, parts, strict=True))


def test_each_method_is_best_for_its_textbook_objective() -> None:
    dice = random.Random(7)
    for _ in range(150):
        n = dice.randint(2, 4)
        weights = tuple(dice.randint(1, 30) for _ in range(n))
        total = dice.randint(n, 12)
        free = Question(total, weights, (0,) * n, (total,) * n, tuple(range(n)))
        shares = [Fraction(w * total, sum(weights)) for w in weights]
        every = list(every_division(free))
        for method, distance in (("webster", webster_distance), ("hill", hill_distance)):
            chosen = divide(method, total, weights).parts
            spread = {parts: sum(map(distance, weights, shares, parts)) for parts in every}
            assert spread[chosen] == min(spread.values())
        assert adams_ratio(divide("adams", total, weights).parts, weights) == min(
            adams_ratio(parts, weights) for parts in every
        )
        assert jefferson_ratio(divide("jefferson", total, weights).parts, weights) == min(
            jefferson_ratio(parts, weights) for parts in every
        )
        largest = divide("largest_remainder", total, weights).parts
        assert distance_to(largest, shares) == min(distance_to(parts, shares) for parts in every)


def distance_to(parts: tuple[int, ...], shares: list[Fraction]) -> Fraction:
    return sum((abs(x - q) for x, q in zip(parts, shares, strict=True)), Fraction())


def test_large_instances_agree_too() -> None:
    rng = np.random.default_rng(5)
    for size, total in ((352, 2_000), (1_000, 700)):
        weights = np.maximum(1, np.exp(rng.normal(5, 2, size))).astype(np.int64).tolist()
        caps = [total + 1] * size
        question = Question(total, *map(tuple, (weights, [0] * size, caps, range(size))))
        for method in METHODS:
            expected, division = solve(method, question), ask(method, question)
            if expected is None:
                assert division is None
                continue
            assert division is not None
            assert as_answer(division) == expected
