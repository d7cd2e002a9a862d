"""The check refuses every wrong statement and passes every right one."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from models.apportionment import (
    ApportionmentError,
    CeilingSurplus,
    CertificateError,
    Division,
    DivisorInterval,
    Method,
    RemainderCut,
    check,
    divide,
)
from tests.models.apportionment.reference import WEIGHTS, Question, random_question

# Shares of 10 over 50, 30, 20, 3.
WEIGHTS_OF_FOUR = [50, 30, 20, 3]


def refused(division: Division, method: str, *question: Any) -> str:
    with pytest.raises(CertificateError) as refusal:
        check(division, method, *question)
    return str(refusal.value)


def test_each_answer_passes_its_own_check_only() -> None:
    for method in Method:
        for other in Method:
            division = divide(method, 10, WEIGHTS_OF_FOUR)
            if method is other:
                check(division, method, 10, WEIGHTS_OF_FOUR)
            elif (division.certificate, division.parts) != (
                divide(other, 10, WEIGHTS_OF_FOUR).certificate,
                divide(other, 10, WEIGHTS_OF_FOUR).parts,
            ):
                refused(division, other, 10, WEIGHTS_OF_FOUR)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parts": (5, 3, 2)}, "3 parts for 4 weights"),
        ({"parts": (5, 3, 3, 0)}, "sum to 11"),
        ({"parts": (6, 2, 2, 0)}, "divisor interval"),
        ({"parts": (5, 3, 3, -1)}, "part 3 is -1"),
        # 30/2.5 and 50/5.5, as the ends of these parts really lie.
        (
            {
                "parts": (6, 2, 2, 0),
                "certificate": DivisorInterval(Fraction(12), Fraction(100, 11)),
            },
            "no divisor gives these parts",
        ),
        ({"tied": (0, 1)}, "tied units are"),
        ({"quota_violations": (0,)}, "outside their quota"),
        ({"surplus": 1}, "not to 10"),
        ({"parts": (6, 3, 2, 0), "surplus": 1}, "has no surplus"),
        ({"certificate": DivisorInterval(Fraction(10), Fraction(11))}, "divisor interval is"),
        ({"certificate": DivisorInterval(None, Fraction(100, 9))}, "divisor interval is"),
        ({"certificate": CeilingSurplus(10, 103)}, "not one for webster"),
        ({"certificate": RemainderCut(10, 103, 3, 88, 30)}, "not one for webster"),
    ],
)
def test_a_wrong_word_about_a_divisor_division_is_refused(
    change: dict[str, Any], words: str
) -> None:
    division = divide("webster", 10, WEIGHTS_OF_FOUR)
    assert words in refused(replace(division, **change), "webster", 10, WEIGHTS_OF_FOUR)


def test_a_squared_interval_is_for_hill_only() -> None:
    for method in ("webster", "hill"):
        division = divide(method, 10, WEIGHTS_OF_FOUR)
        interval = division.certificate
        assert isinstance(interval, DivisorInterval)
        wrong = replace(division, certificate=replace(interval, squared=not interval.squared))
        assert "only hill" in refused(wrong, method, 10, WEIGHTS_OF_FOUR)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parts": (4, 3, 3, 0)}, "not its share rounded"),
        ({"parts": (5, 3, 1, 1)}, "at the cut"),
        ({"parts": (6, 2, 2, 0)}, "not its share rounded"),
        ({"tied": (0,)}, "tied units are"),
        ({"certificate": RemainderCut(10, 103, 2, 88, 30)}, "not as stated"),
        ({"certificate": RemainderCut(10, 103, 3, 94, 30)}, "not as stated"),
        ({"certificate": RemainderCut(10, 103, 3, 88, 31)}, "not as stated"),
        ({"certificate": RemainderCut(9, 103, 3, 88, 30)}, "do not sum to the total"),
        ({"certificate": RemainderCut(10, 0, 3, 88, 30)}, "no weight"),
        ({"certificate": RemainderCut(10, -103, 3, 88, 30)}, "no weight"),
        ({"certificate": DivisorInterval(Fraction(1), Fraction(2))}, "not one for largest"),
    ],
)
def test_a_wrong_word_about_remainders_is_refused(change: dict[str, Any], words: str) -> None:
    division = divide("largest_remainder", 10, WEIGHTS_OF_FOUR)
    assert words in refused(replace(division, **change), "largest_remainder", 10, WEIGHTS_OF_FOUR)


def test_a_smaller_remainder_before_a_larger_one_is_refused() -> None:
    # Shares 4 r 88, 2 r 94, 1 r 97, 0 r 30: with the cut stated as it lies, still refused.
    wrong = Division((4, 3, 2, 1), certificate=RemainderCut(10, 103, 3, 30, 88))
    assert "before a larger" in refused(wrong, "largest_remainder", 10, WEIGHTS_OF_FOUR)


def test_a_whole_share_may_not_be_raised() -> None:
    # Shares 1, 1.5, 0.5.
    wrong = Division((2, 1, 0), certificate=RemainderCut(3, 6, 1, 0, 3))
    assert "before a larger" in refused(wrong, "largest_remainder", 3, [2, 3, 1])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parts": (5, 3, 2, 0), "surplus": 0}, "part 3 is not"),
        ({"parts": (6, 3, 2, 1), "surplus": 2}, "part 0 is not"),
        ({"surplus": 0}, "sum to 11"),
        ({"tied": (1,)}, "exact share"),
        ({"certificate": CeilingSurplus(11, 103)}, "exact share"),
        ({"certificate": CeilingSurplus(10, 104)}, "exact share"),
        ({"certificate": RemainderCut(10, 103, 3, 88, 30)}, "not one for ceiling"),
    ],
)
def test_a_wrong_word_about_the_ceiling_is_refused(change: dict[str, Any], words: str) -> None:
    division = divide("ceiling", 10, WEIGHTS_OF_FOUR)
    assert words in refused(replace(division, **change), "ceiling", 10, WEIGHTS_OF_FOUR)


@pytest.mark.parametrize("method", ["jefferson", "largest_remainder"])
def test_a_tie_broken_against_the_order_is_refused(method: str) -> None:
    first, last = divide(method, 1, [3, 3]), divide(method, 1, [3, 3], tie_order=[1, 0])
    check(first, method, 1, [3, 3])
    check(last, method, 1, [3, 3], tie_order=[1, 0])
    assert "given order" in refused(last, method, 1, [3, 3])
    assert "given order" in refused(first, method, 1, [3, 3], None, None, [1, 0])


def test_every_winner_of_a_tie_stands_before_every_loser() -> None:
    for method in ("jefferson", "largest_remainder"):
        wrong = replace(divide(method, 2, [3, 3, 3]), parts=(1, 0, 1))
        assert "given order" in refused(wrong, method, 2, [3, 3, 3])
        check(wrong, method, 2, [3, 3, 3], tie_order=[2, 0, 1])


def test_a_whole_share_rounded_up_by_one_is_refused() -> None:
    wrong = Division((2, 2, 3), certificate=CeilingSurplus(6, 6), surplus=1)
    assert "part 0 is not" in refused(wrong, "ceiling", 6, [1, 2, 3])


def test_an_unreported_tie_is_refused() -> None:
    for method in ("jefferson", "largest_remainder"):
        division = replace(divide(method, 1, [3, 3]), tied=())
        assert "tied units" in refused(division, method, 1, [3, 3])


def test_parts_outside_a_bound_are_refused() -> None:
    division = divide("webster", 10, WEIGHTS_OF_FOUR)
    assert "outside" in refused(division, "webster", 10, WEIGHTS_OF_FOUR, [0, 0, 0, 1])
    assert "outside" in refused(division, "webster", 10, WEIGHTS_OF_FOUR, None, [4, 9, 9, 9])


def test_the_interval_depends_on_the_bounds_that_close_a_side() -> None:
    division = divide("jefferson", 3, [10, 2])
    assert "interval" in refused(division, "jefferson", 3, [10, 2], None, [3, None])


def sabotage(division: Division, dice: random.Random) -> Division:
    """Move one person, or change one statement."""
    parts = list(division.parts)
    kind = dice.choice(("move", "drop", "tied", "outside", "certificate"))
    if kind == "move" and len(parts) > 1:
        giver, taker = dice.sample(range(len(parts)), 2)
        parts[giver] -= 1
        parts[taker] += 1
        return replace(division, parts=tuple(parts))
    if kind == "drop":
        parts[dice.randrange(len(parts))] += dice.choice((-1, 1))
        return replace(division, parts=tuple(parts))
    if kind == "tied":
        return replace(division, tied=() if division.tied else (0,))
    if kind == "outside":
        return replace(division, quota_violations=(*division.quota_violations, len(parts)))
    return replace(division, certificate=falsified(division.certificate))


def falsified(certificate: Any) -> Any:
    if isinstance(certificate, DivisorInterval):
        return replace(certificate, low=(certificate.low or Fraction(1)) * Fraction(1001, 1000))
    if isinstance(certificate, RemainderCut):
        return replace(certificate, rounded_up=certificate.rounded_up + 1)
    return replace(certificate, weight_sum=certificate.weight_sum + 1)


def random_answer(dice: random.Random) -> tuple[str, Question, Division] | None:
    question = random_question(dice, dice.choice(list(WEIGHTS)))
    method = dice.choice([m for m in Method if m != "ceiling"])
    try:
        return method, question, divide(method, *question.arguments)
    except ApportionmentError:
        return None


def test_every_sabotaged_answer_is_caught() -> None:
    dice, mix = random.Random(3), Counter[str]()
    while mix["caught"] < 1500:
        found = random_answer(dice)
        if found is None:
            continue
        method, question, division = found
        wrong = sabotage(division, dice)
        with pytest.raises(CertificateError):
            check(wrong, method, *question.arguments)
        mix["caught"] += 1
        mix["tied"] += bool(division.tied)
    assert mix["tied"] > 200, mix
