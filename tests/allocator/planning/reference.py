"""Slow recomputation from the definitions, sharing nothing with the program."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

Limit = tuple[int, int]


def highest_claims(
    rounding: str, total: int, weights: Sequence[int], limits: Sequence[Limit]
) -> list[int]:
    """Person by person to the largest claim that a cap leaves open; of equals the first."""
    parts = [low for low, _ in limits]
    while sum(parts) < total:
        open_ = [i for i, (_, high) in enumerate(limits) if parts[i] < high and weights[i]]
        best = max(open_, key=lambda i: (claim(rounding, weights[i], parts[i] + 1), -i))
        parts[best] += 1
    return parts


def claim(rounding: str, weight: int, person: int) -> Fraction:
    """Claim to one more person; a signpost of zero is a claim beyond all others."""
    doubled = {"sluitend": 2 * person - 2, "webster": 2 * person - 1, "jefferson": 2 * person}
    if doubled[rounding] == 0:
        return Fraction(10**12 + weight)
    return Fraction(2 * weight, doubled[rounding])


def band(previous: Sequence[int], total: int, width: Fraction, on_persons: bool) -> list[Limit]:
    """Floors and caps straight from the formula of the band."""
    base = sum(previous)
    scale = Fraction(1) if on_persons else Fraction(total, base)
    return [
        (
            math.ceil(max(Fraction(0), 1 - width) * own * scale),
            math.floor((1 + width) * own * scale),
        )
        for own in previous
    ]


def whole_vectors(total: int, limits: Sequence[Limit]) -> Iterator[tuple[int, ...]]:
    """Every way to divide a total within bounds."""
    if not limits:
        if total == 0:
            yield ()
        return
    (low, high), rest = limits[0], limits[1:]
    for own in range(low, min(high, total) + 1):
        for others in whole_vectors(total - own, rest):
            yield (own, *others)
