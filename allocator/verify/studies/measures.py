"""How evenly a division lies: Gini, Theil, extremes and leximin by exact roads of their own."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Context, Decimal
from fractions import Fraction

_PRECISE = Context(prec=60)
Burden = tuple[bool, Fraction]


def text_of(value: Fraction | int | None, places: int = 6) -> str:
    """Return decimal text, half away from zero; nothing where there is no number."""
    if value is None:
        return ""
    units = math.floor(abs(value) * 10**places + Fraction(1, 2))
    digits = str(units).zfill(places + 1)
    return f"{'-' * (value < 0 < units)}{digits[:-places]}.{digits[-places:]}"


def half_moved(one: Sequence[int], other: Sequence[int]) -> Fraction:
    """Return half the sum of absolute differences."""
    return Fraction(sum(abs(a - b) for a, b in zip(one, other, strict=True)), 2)


def _burden(persons: int, base: Fraction | int) -> Burden:
    """Return persons per unit; without base it is larger than any number."""
    return (not base, Fraction(persons) / (base or 1))


def gini(persons: Sequence[int], base: Sequence[Fraction | int]) -> Fraction | None:
    """Return one minus twice the area under the Lorenz curve, summed by trapezia."""
    if not sum(persons) or not sum(base):
        return None
    pairs = sorted(zip(persons, base, strict=True), key=lambda pair: _burden(*pair))
    height, twice = 0, Fraction(0)
    for own, width in pairs:
        twice += width * (2 * height + own)
        height += own
    return 1 - twice / (sum(persons) * sum(base))


def theil(persons: Sequence[int], base: Sequence[Fraction | int]) -> Fraction | None:
    """Return the sum of q/Q ln((q/Q)/(b/B)), to more digits than are printed."""
    if not sum(persons) or any(q and not b for q, b in zip(persons, base, strict=True)):
        return None
    mean, found = Fraction(sum(persons)) / sum(base), Fraction(0)
    for own, width in zip(persons, base, strict=True):
        if own:
            ratio = Fraction(own) / width / mean
            log = _PRECISE.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))
            found += own * Fraction(_PRECISE.ln(log))
    return found / sum(persons)


def between(
    persons: Sequence[int], base: Sequence[Fraction | int], groups: Sequence[str]
) -> Fraction | None:
    """Return Theil's measure over the groups, each as if it were one."""
    sums, widths = Counter[str](), dict.fromkeys(groups, Fraction(0))
    for own, width, group in zip(persons, base, groups, strict=True):
        sums[group] += own
        widths[group] += width
    return theil([sums[g] for g in widths], [*widths.values()])


def evenness(
    persons: Sequence[int], base: Sequence[Fraction | int], codes: Sequence[str], groups: list[str]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield measure, value, exact value and municipality."""
    even = gini(persons, base)
    yield "gini", text_of(even), "" if even is None else str(even), ""
    whole, part = theil(persons, base), between(persons, base, groups)
    within = None if whole is None or part is None else whole - part
    yield "theil", text_of(whole, 9), "", ""
    yield "theil_tussen_provincies", text_of(None if whole is None else part, 9), "", ""
    yield "theil_binnen_provincies", text_of(within, 9), "", ""
    found = [(_burden(q, b), c) for q, b, c in zip(persons, base, codes, strict=True) if q or b]
    top, bottom = max(found)[0], min(found)[0]
    for name, own in (("hoogste_per_1000", top), ("laagste_per_1000", bottom)):
        code = min(c for burden, c in found if burden == own)
        number = None if own[0] else 1000 * own[1]
        yield name, text_of(number), "" if number is None else str(number), code
    ratio = top[1] / bottom[1] if bottom[1] and not top[0] else None
    yield "grootste_verhouding", text_of(ratio), "" if ratio is None else str(ratio), ""


def descending(persons: Sequence[int], base: Sequence[Fraction | int]) -> list[Burden]:
    """Return the burdens from high to low."""
    pairs = zip(persons, base, strict=True)
    return sorted((_burden(q, b) for q, b in pairs if q or b), reverse=True)


def first_apart(one: list[Burden], other: list[Burden]) -> str:
    """Return the place from which two orders differ; nothing where they never do."""
    apart = [n for n, (a, b) in enumerate(zip(one, other, strict=False), 1) if a != b]
    if apart:
        return str(apart[0])
    return "" if len(one) == len(other) else str(min(len(one), len(other)) + 1)
