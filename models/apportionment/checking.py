"""Check a division from its definition, in Python integers, without the code that made it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn

import numpy.typing as npt

from models.apportionment.division import (
    CeilingSurplus,
    Division,
    DivisorInterval,
    RemainderCut,
)
from models.apportionment.errors import CertificateError
from models.apportionment.method import Method

Values = Sequence[int] | npt.NDArray[Any]
Limits = Sequence[int | None] | npt.NDArray[Any] | None


@dataclass(frozen=True, slots=True)
class _Question:
    """What was asked, as plain integers; bounds as the method sees them."""

    method: Method
    total: int
    weights: list[int]
    lower: list[int]
    upper: list[int]
    ranks: list[int]


def check(
    division: Division,
    method: Method | str,
    total: int,
    weights: Values,
    lower: Limits = None,
    upper: Limits = None,
    tie_order: Values | None = None,
) -> None:
    """Check every statement of a division against the question it answers.

    Parameters
    ----------
    division
        The answer to check.
    method, total, weights, lower, upper, tie_order
        The question, as for :func:`divide`; it is taken to be well-formed.

    Raises
    ------
    CertificateError
        If the parts, the ties, the certificate, the quota violations or the surplus are
        not what the definition of the method says.

    Notes
    -----
    O(n), no float, no search: the certificate is proved or refused by comparison alone.

    Examples
    --------
    >>> from models.apportionment import divide
    >>> check(divide("adams", 11, [5, 3, 2]), "adams", 11, [5, 3, 2])
    """
    question = _question(Method(method), int(total), weights, lower, upper, tie_order)
    _check_parts(division, question)
    match division.certificate:
        case CeilingSurplus() if question.method is Method.CEILING:
            _check_ceiling(division, division.certificate, question)
        case RemainderCut() if question.method is Method.LARGEST_REMAINDER:
            _check_cut(division, division.certificate, question)
        case DivisorInterval() if question.method in SIGNPOST_OF:
            _check_interval(division, division.certificate, question)
        case _:
            _refuse(f"the certificate is not one for {question.method}")
    _check_violations(division, question)


def _question(
    method: Method, total: int, weights: Values, lower: Limits, upper: Limits, order: Values | None
) -> _Question:
    plain = [int(w) for w in weights]
    floors = _filled(lower, len(plain), 0)
    # A missing cap closes no side: no part reaches it.
    caps = _filled(upper, len(plain), total + 1)
    caps = [cap if w else floor for w, floor, cap in zip(plain, floors, caps, strict=True)]
    if method in {Method.ADAMS, Method.HILL}:
        floors = [
            max(floor, 1) if w and cap else floor
            for w, floor, cap in zip(plain, floors, caps, strict=True)
        ]
    ranks = list(range(len(plain)))
    if order is not None:
        for rank, unit in enumerate(order):
            ranks[int(unit)] = rank
    return _Question(method, total, plain, floors, caps, ranks)


def _filled(limits: Limits, size: int, missing: int) -> list[int]:
    if limits is None:
        return [missing] * size
    return [missing if value is None else int(value) for value in limits]


def _refuse(message: str) -> NoReturn:
    raise CertificateError(message)


def _check_parts(division: Division, question: _Question) -> None:
    if len(division.parts) != len(question.weights):
        _refuse(f"{len(division.parts)} parts for {len(question.weights)} weights")
    if sum(division.parts) != question.total + division.surplus:
        _refuse(f"the parts sum to {sum(division.parts)}, not to {question.total} and the surplus")
    if question.method is Method.CEILING:
        return
    if division.surplus:
        _refuse(f"{question.method} has no surplus")
    limits = zip(division.parts, question.lower, question.upper, strict=True)
    for unit, (x, floor, cap) in enumerate(limits):
        if not floor <= x <= cap:
            _refuse(f"part {unit} is {x}, outside {floor}..{cap}")


def _check_ceiling(division: Division, surplus: CeilingSurplus, question: _Question) -> None:
    weight_sum = sum(question.weights)
    if (surplus.total, surplus.weight_sum) != (question.total, weight_sum) or division.tied:
        _refuse("the exact share is not total over the sum of the weights")
    for unit, (w, x) in enumerate(zip(question.weights, division.parts, strict=True)):
        if not 0 <= x * weight_sum - w * question.total < weight_sum:
            _refuse(f"part {unit} is not its share rounded up")


def _check_violations(division: Division, question: _Question) -> None:
    weight_sum = sum(question.weights)
    outside = tuple(
        unit
        for unit, (w, x) in enumerate(zip(question.weights, division.parts, strict=True))
        if abs(w * question.total - x * weight_sum) >= weight_sum
    )
    if outside != division.quota_violations:
        _refuse(f"the parts outside their quota are {outside}")


def _check_order(question: _Question, winners: list[int], losers: list[int]) -> None:
    """Among equals, those served stand before those not served."""
    ranks = question.ranks
    if max(ranks[unit] for unit in winners) > min(ranks[unit] for unit in losers):
        _refuse("the tie is not broken in the given order")


# Divisor methods. Signposts are written out here once more, on purpose.
SIGNPOST_OF: dict[Method, Callable[[int], Fraction]] = {
    Method.ADAMS: lambda x: Fraction(x - 1),
    Method.WEBSTER: lambda x: Fraction(2 * x - 1, 2),
    Method.JEFFERSON: lambda x: Fraction(x),
    Method.HILL: lambda x: Fraction(x * (x - 1)),
}


def _check_interval(division: Division, interval: DivisorInterval, question: _Question) -> None:
    if interval.squared != (question.method is Method.HILL):
        _refuse("only hill has an interval of squared divisors")
    low, losers = _attained(
        question, [(i, x + 1) for i, x in enumerate(division.parts) if x < question.upper[i]], True
    )
    high, winners = _attained(
        question, [(i, x) for i, x in enumerate(division.parts) if x > question.lower[i]], False
    )
    if (low, high) != (interval.low, interval.high):
        _refuse(f"the divisor interval is [{low}, {high}]")
    if low is None or high is None or low < high:
        tied: list[int] = []
    elif low == high:
        tied = sorted(losers + winners)
        _check_order(question, winners, losers)
    else:
        _refuse(f"no divisor gives these parts: {low} > {high}")
    if division.tied != tuple(tied):
        _refuse(f"the tied units are {tied}")


def _attained(
    question: _Question, seats: list[tuple[int, int]], largest: bool
) -> tuple[Fraction | None, list[int]]:
    """Return the extreme claim w / s(x) over ``seats`` (unit, x) and who attains it."""
    signpost = SIGNPOST_OF[question.method]
    power = 2 if question.method is Method.HILL else 1
    best: Fraction | None = None
    units: list[int] = []
    for unit, x in seats:
        post = signpost(x)
        claim = Fraction(question.weights[unit] ** power * post.denominator, post.numerator)
        if best is None or (claim > best if largest else claim < best):
            best, units = claim, [unit]
        elif claim == best:
            units.append(unit)
    return best, units


def _check_cut(division: Division, cut: RemainderCut, question: _Question) -> None:
    """Prove the clipped shares by their sum, then the rounding by the cut."""
    base, remainders = _clipped_shares(cut, question)
    scale = cut.shared_weights
    if sum(base) * scale + sum(remainders) != question.total * scale:
        _refuse("the shares at this rate do not sum to the total")
    raised = [x - floor for x, floor in zip(division.parts, base, strict=True)]
    pairs = list(zip(remainders, raised, strict=True))
    if not set(raised) <= {0, 1}:
        _refuse("a part is not its share rounded down or up")
    lowest_up = min((r for r, is_up in pairs if is_up), default=None)
    highest_down = max((r for r, is_up in pairs if not is_up), default=None)
    if (sum(raised), lowest_up, highest_down) != (
        cut.rounded_up,
        cut.lowest_up,
        cut.highest_down,
    ):
        _refuse("the remainders at the cut are not as stated")
    tied: list[int] = []
    if lowest_up is not None and highest_down is not None and lowest_up <= highest_down:
        if lowest_up < highest_down:
            _refuse("a smaller remainder is rounded up before a larger one")
        tied = [unit for unit, r in enumerate(remainders) if r == lowest_up]
        winners = [unit for unit in tied if raised[unit]]
        _check_order(question, winners, [unit for unit in tied if not raised[unit]])
    if division.tied != tuple(tied):
        _refuse(f"the tied units are {tied}")


def _clipped_shares(cut: RemainderCut, question: _Question) -> tuple[list[int], list[int]]:
    """Return floor and remainder of clip(w_i * shared_total / shared_weights, l_i, u_i)."""
    if cut.shared_weights <= 0:
        _refuse("there is no weight to share over")
    base, remainders = [], []
    for w, floor, cap in zip(question.weights, question.lower, question.upper, strict=True):
        share, rest = divmod(w * cut.shared_total, cut.shared_weights)
        inside = floor <= share < cap
        base.append(share if inside else min(max(share, floor), cap))
        remainders.append(rest if inside else 0)
    return base, remainders
