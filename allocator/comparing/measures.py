"""How evenly a division lies: exact, except for the logarithms of Theil.

A burden is persons per unit of a base (inhabitants, or association dwellings); every measure
weighs a municipality by its base. Municipalities without base and without persons do not count.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import cache

from allocator.comparing.figures import Amount

# Enough for nine printed decimals of a sum over 100,000 units; ``ln`` is rounded correctly, so
# every machine gets the same digits.
_PRECISE = Context(prec=50, rounding=ROUND_HALF_EVEN)

Burden = tuple[int, Fraction]
"""Persons per unit; the first number is 1 where there are persons and no base (no limit)."""


@dataclass(frozen=True, slots=True)
class Theil:
    """Theil's T in natural units; ``between`` + ``within`` = ``total``."""

    total: Fraction
    between: Fraction
    within: Fraction


@dataclass(frozen=True, slots=True)
class Extremes:
    """Index of the highest and of the lowest burden, and how many times the one is the other.

    Equal burdens: the lowest index. ``ratio`` is none where the lowest is zero or the highest has
    no limit.
    """

    highest: int
    lowest: int
    ratio: Fraction | None


def burdens(persons: Sequence[int], base: Sequence[Amount]) -> list[tuple[Burden, int]]:
    """Burden of every municipality that counts, with its index."""
    return [
        ((0, Fraction(own, size)) if size else (1, Fraction(own)), i)
        for i, (own, size) in enumerate(zip(persons, base, strict=True))
        if own or size
    ]


def gini(persons: Sequence[int], base: Sequence[Amount]) -> Fraction | None:
    """Gini coefficient of the burden, weighted by the base.

    Parameters
    ----------
    persons
        Shape (n,), non-negative [persons].
    base
        Shape (n,), non-negative; the weights.

    Returns
    -------
    Fraction or None
        0 when everybody bears the same, towards 1 when one bears all; none when there are no
        persons or there is no base.

    Notes
    -----
    Σ_g Σ_h |q_g·b_h − q_h·b_g| divided by 2·Q·B, over the burdens in order: O(n log n).

    Examples
    --------
    >>> gini([1, 3], [1, 1])
    Fraction(1, 4)
    """
    everyone, everything = sum(persons), sum(base)
    if not everyone or not everything:
        return None
    behind_persons = 0
    behind_base: Amount = 0
    apart: Amount = 0
    for i in _from_least(persons, base):
        apart += persons[i] * behind_base - behind_persons * base[i]
        behind_persons += persons[i]
        behind_base += base[i]
    return Fraction(apart, everyone * everything)


def _from_least(persons: Sequence[int], base: Sequence[Amount]) -> list[int]:
    """Indices by burden; those without base last."""
    scale = math.lcm(*(Fraction(size).denominator for size in base))
    whole = [int(size * scale) for size in base]
    # Different burdens a/b and c/d are at least 1/(b·d) apart: a whole number after this shift.
    shift = 2 * max(whole).bit_length()
    order = {i: (own << shift) // whole[i] for i, own in enumerate(persons) if whole[i]}
    return [*sorted(order, key=order.__getitem__), *(i for i, size in enumerate(whole) if not size)]


def theil(persons: Sequence[int], base: Sequence[Amount], groups: Sequence[str]) -> Theil | None:
    """Theil's T of the burden, weighted by the base, split between and within groups.

    Parameters
    ----------
    persons, base
        As for :func:`gini`.
    groups
        Shape (n,): the group of each municipality.

    Returns
    -------
    Theil or None
        None when somebody without base has persons (the measure has no limit), or as for Gini.

    Notes
    -----
    Σ_g q_g/Q · ln((q_g/Q) / (b_g/B)), with 0·ln 0 = 0. Logarithms to 50 digits.
    """
    if not sum(persons) or any(own and not size for own, size in zip(persons, base, strict=True)):
        return None
    group_persons: dict[str, int] = defaultdict(int)
    group_base: dict[str, Amount] = defaultdict(int)
    for own, size, group in zip(persons, base, groups, strict=True):
        group_persons[group] += own
        group_base[group] += size
    names = sorted(group_persons)
    total = _divergence(persons, base)
    between = _divergence([group_persons[g] for g in names], [group_base[g] for g in names])
    return Theil(total, between, total - between)


def _divergence(persons: Sequence[int], base: Sequence[Amount]) -> Fraction:
    """Σ q/Q · (ln q − ln b) − ln Q + ln B."""
    everyone, everything = sum(persons), sum(base)
    parts = [
        _PRECISE.multiply(Decimal(own), _PRECISE.subtract(_ln(own), _ln(size)))
        for own, size in zip(persons, base, strict=True)
        if own
    ]
    mean = Fraction(sum(map(Fraction, parts)), everyone)
    return mean - Fraction(_ln(everyone)) + Fraction(_ln(everything))


@cache
def _ln(value: Amount) -> Decimal:
    exact = Fraction(value)
    top = _PRECISE.ln(Decimal(exact.numerator))
    if exact.denominator == 1:
        return top
    return _PRECISE.subtract(top, _PRECISE.ln(Decimal(exact.denominator)))


def extremes(persons: Sequence[int], base: Sequence[Amount]) -> Extremes | None:
    """Who bears most and who least; none when nobody counts."""
    found = burdens(persons, base)
    if not found:
        return None
    (top, _), (bottom, lowest) = max(found), min(found)
    highest = min(i for burden, i in found if burden == top)
    ratio = Fraction(top[1], bottom[1]) if bottom[1] and not top[0] else None
    return Extremes(highest, lowest, ratio)


def leximin_vector(persons: Sequence[int], base: Sequence[Amount]) -> tuple[Burden, ...]:
    """Burdens from the highest to the lowest: what leximin compares."""
    return tuple(sorted((burden for burden, _ in burdens(persons, base)), reverse=True))


def leximin_ranks(vectors: Sequence[tuple[Burden, ...]]) -> tuple[int, ...]:
    """Rank of each division, 1 for the best; equal vectors share a rank.

    The better of two divisions is the one whose highest burden is lower; when these are equal,
    the one whose second highest is lower, and so on.
    """
    return tuple(1 + sum(other < own for other in vectors) for own in vectors)


def first_difference(one: tuple[Burden, ...], other: tuple[Burden, ...]) -> int | None:
    """Place, from 1, at which two sorted vectors first differ; none when they are equal."""
    for place, (a, b) in enumerate(zip(one, other, strict=False), 1):
        if a != b:
            return place
    return None if len(one) == len(other) else min(len(one), len(other)) + 1


def half_distance(one: Sequence[int], other: Sequence[int]) -> Fraction:
    """Half the sum of absolute differences: persons that stand elsewhere [persons]."""
    return Fraction(sum(abs(a - b) for a, b in zip(one, other, strict=True)), 2)
