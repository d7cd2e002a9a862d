"""Whether persons are the division that they claim to be, by the definition of the rounding."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Bound = int | None
ZERO = Fraction(0)


def signpost(rounding: str, x: int) -> Fraction:
    """What divides the claim to the x-th person; for hill its square."""
    twice = {"sluitend": 2 * x - 2, "webster": 2 * x - 1, "jefferson": 2 * x}
    return Fraction((twice | {"hill": 2 * x * (x - 1)})[rounding], 2)


def is_division(
    rounding: str,
    total: int,
    weights: Sequence[int],
    parts: Sequence[int],
    lower: Sequence[Bound] | None = None,
    upper: Sequence[Bound] | None = None,
) -> bool:
    """Whether ``parts`` divide ``total`` by the rounding within the bounds; ties to the first."""
    floors = [bound or 0 for bound in lower or [0] * len(weights)]
    caps = [total if bound is None else bound for bound in upper or [None] * len(weights)]
    if rounding in {"sluitend", "hill"}:
        floors = [
            max(floor, min(cap, 1)) if weight else floor
            for floor, cap, weight in zip(floors, caps, weights, strict=True)
        ]
    caps = [cap if w else floor for floor, cap, w in zip(floors, caps, weights, strict=True)]
    bounds = zip(floors, parts, caps, strict=True)
    if sum(parts) != total or any(not low <= x <= high for low, x, high in bounds):
        return False
    if rounding == "grootste-rest":
        return list(parts) == _largest_remainder(total, weights, floors, caps)
    return _is_ordered(rounding, weights, parts, floors, caps)


def _is_ordered(
    rounding: str,
    weights: Sequence[int],
    parts: Sequence[int],
    floors: Sequence[int],
    caps: Sequence[int],
) -> bool:
    """No claim to one more is above a claim to the last; of equal ones the first is served."""
    power = 2 if rounding == "hill" else 1
    last, more = [], []
    for i, (w, x) in enumerate(zip(weights, parts, strict=True)):
        if x > floors[i]:
            last.append((Fraction(w**power) / signpost(rounding, x), -i))
        if x < caps[i]:
            more.append((Fraction(w**power) / signpost(rounding, x + 1), -i))
    return not last or not more or min(last) > max(more)


def _largest_remainder(
    total: int, weights: Sequence[int], floors: Sequence[int], caps: Sequence[int]
) -> list[int]:
    """Shares filled up like water between the bounds, then the largest fractions rounded up."""
    shares = _fill(total, weights, floors, caps)
    parts = [share.__floor__() for share in shares]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def _fill(
    total: int, weights: Sequence[int], floors: Sequence[int], caps: Sequence[int]
) -> list[Fraction]:
    """Shares w_i times one rate, clipped to the bounds, that sum to the total exactly."""

    def at(rate: Fraction) -> list[Fraction]:
        rows = zip(weights, floors, caps, strict=True)
        return [min(max(w * rate, Fraction(low)), Fraction(high)) for w, low, high in rows]

    turns = {
        Fraction(b, w) for w, *own in zip(weights, floors, caps, strict=True) if w for b in own
    }
    ordered = sorted(turns)
    first, last = 0, len(ordered) - 1
    while first < last:
        middle = (first + last) // 2
        if sum(at(ordered[middle]), ZERO) >= total:
            last = middle
        else:
            first = middle + 1
    high = ordered[first]
    excess = sum(at(high), ZERO) - total
    if excess <= 0 or first == 0:
        return at(high)
    inside = (ordered[first - 1] + high) / 2
    rows = zip(weights, floors, caps, strict=True)
    slope = sum(w for w, low, most in rows if low < w * inside < most)
    return at(high - excess / slope)
