"""What one more inhabitant changes: how far a municipality is from one person more or less."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, isqrt

from allocator.reporting.rows import Quota

Claim = tuple[Fraction, str]
"""What somebody has for a person, and who."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Inhabitants at which the formula changes, all other municipalities staying as they are.

    From ``more`` inhabitants on the municipality gets one person more; up to and including
    ``fewer`` it gets one less. None where no number of inhabitants does that.
    """

    more: int | None
    fewer: int | None


def edges(rows: Sequence[Quota], code: str, method: str) -> Edges | None:
    """How many inhabitants more or fewer would change the formula by one person.

    Parameters
    ----------
    rows
        Quotas by the statutory key, by a divisor method that closes.
    code
        The municipality.
    method
        ``sluitend``, ``webster``, ``jefferson`` or ``hill``.

    Returns
    -------
    Edges or None
        None where the municipality has no formula.

    Notes
    -----
    A divisor method gives every person to the largest claim w/s(x) that is left. With other
    inhabitants this municipality gains when its claim to one more beats the least claim that
    somebody else was given, and loses when its last claim falls below the largest that somebody
    else was refused; of equal claims the lower code goes first. O(n).
    """
    own = next((row for row in rows if row.code == code), None)
    if own is None or own.formula is None:
        return None
    power = 2 if method == "hill" else 1
    others = [row for row in rows if row.code != code and row.inhabitants]
    given = _claims(others, method, power, 0)
    refused = _claims(others, method, power, 1)
    more = fewer = None
    if given:
        least = min(claim for claim, _ in given)
        first = code < max(who for claim, who in given if claim == least)
        more = _least(least * _signpost(method, own.formula + 1), power, reaches=first)
    last = _signpost(method, own.formula) if own.formula else Fraction(0)
    if refused and last:
        largest = max(claim for claim, _ in refused)
        first = code < min(who for claim, who in refused if claim == largest)
        fewer = _least(largest * last, power, reaches=first) - 1
    return Edges(more, fewer)


def _claims(rows: Iterable[Quota], method: str, power: int, ahead: int) -> list[Claim]:
    """Claims to the last person held, or with ``ahead`` 1 to the next; endless ones left out."""
    found = []
    for row in rows:
        place = (row.formula or 0) + ahead
        signpost = _signpost(method, place) if place else Fraction(0)
        if signpost:
            found.append((Fraction(row.inhabitants**power) / signpost, row.code))
    return found


def _signpost(method: str, place: int) -> Fraction:
    """What divides the claim to this person; for Hill its square."""
    if method == "hill":
        return Fraction(place * (place - 1))
    return place - {"sluitend": Fraction(1), "webster": Fraction(1, 2)}.get(method, Fraction(0))


def _least(bound: Fraction, power: int, reaches: bool) -> int:
    """The least whole number whose ``power`` is above ``bound``, or at it where that is enough."""
    below = isqrt(floor(bound)) if power == 2 else floor(bound)
    return below if reaches and below**power == bound else below + 1
