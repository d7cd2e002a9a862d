"""Divisions in a row: with all periods known, one after another, and without memory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy.typing as npt

from models.apportionment.divide import divide
from models.apportionment.errors import HistoryError
from models.apportionment.intake import IntegerSequence, read_claims, read_ranks, read_total
from models.apportionment.method import Method

Periods = Sequence[IntegerSequence] | npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class History:
    """What has been given and what was due, up to now.

    Attributes
    ----------
    shares
        Cumulative exact shares Q_i [persons].
    parts
        Cumulative parts X_i [persons]; the same sum as the shares.
    """

    shares: tuple[Fraction, ...]
    parts: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.shares) != len(self.parts):
            raise HistoryError(f"{len(self.shares)} shares and {len(self.parts)} parts")
        if sum(self.shares) != sum(self.parts):
            raise HistoryError("the cumulative shares and parts have different sums")

    @classmethod
    def none(cls, size: int) -> History:
        """Return the history of ``size`` units before the first period."""
        return cls((Fraction(0),) * size, (0,) * size)


@dataclass(frozen=True, slots=True)
class OnlineStep:
    """One period divided with the remainders of the earlier ones carried over.

    Attributes
    ----------
    parts
        x_i of this period, never negative [persons].
    history
        Shares and parts including this period.
    is_bounded
        Whether every |X_i - Q_i| < 1 holds after this period, by the condition below.
    floor_sum, cumulative_total
        The condition: sum of max(floor(Q_i), X_i before) is at most the cumulative total
        (and no X_i before is above ceil(Q_i)). Where it fails the worst shortfall is made
        as small as possible, and no bound holds.
    worst
        Largest |X_i - Q_i| after this period.
    tied
        Units with an equal claim to the last person.
    """

    parts: tuple[int, ...]
    history: History
    is_bounded: bool
    floor_sum: int
    cumulative_total: int
    worst: Fraction
    tied: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """Where repeated division without memory ends up.

    Attributes
    ----------
    parts
        Parts of each period [persons].
    shares
        Exact shares of each period [persons].
    deviations
        X_i(t) - Q_i(t): cumulative parts minus cumulative exact shares after each period.
    worst
        Largest absolute deviation of any unit after any period.
    """

    parts: tuple[tuple[int, ...], ...]
    shares: tuple[tuple[Fraction, ...], ...]
    deviations: tuple[tuple[Fraction, ...], ...]
    worst: Fraction


def exact_shares(total: int, weights: IntegerSequence) -> tuple[Fraction, ...]:
    """Return the exact shares w_i * total / sum(w).

    Parameters
    ----------
    total
        Units to divide [persons].
    weights
        Claims, shape (n,).

    Returns
    -------
    tuple of Fraction
        Shares, summing to ``total`` [persons].

    Raises
    ------
    WeightError, TotalError
        As for :func:`divide`.

    Examples
    --------
    >>> exact_shares(3, [1, 1, 2])
    (Fraction(3, 4), Fraction(3, 4), Fraction(3, 2))
    """
    total = read_total(total)
    claims = read_claims(weights, total)
    return tuple(Fraction(w * total, claims.weight_sum) for w in claims.weights.tolist())


def divide_online(
    total: int,
    weights: IntegerSequence,
    history: History | None = None,
    tie_order: IntegerSequence | None = None,
) -> OnlineStep:
    """Divide one period by largest remainder on the cumulative shares.

    Parameters
    ----------
    total
        Units to divide in this period [persons].
    weights
        Claims of this period, shape (n,); they may change from period to period.
    history
        What came before; ``None`` in the first period.
    tie_order
        Permutation of the units, first served first.

    Returns
    -------
    OnlineStep
        Parts, the new history, and whether the bound holds.

    Raises
    ------
    WeightError, TotalError, TieOrderError
        As for :func:`divide`.
    HistoryError
        If the history is of another number of units.

    Notes
    -----
    Each next person goes to the unit with the largest shortfall Q_i - X_i. While the
    condition in :class:`OnlineStep` holds this keeps X_i between max(floor(Q_i), X_i before)
    and ceil(Q_i). It always holds where every share of the period is at least one.

    Examples
    --------
    >>> first = divide_online(1, [1, 1])
    >>> divide_online(1, [1, 1], first.history).parts
    (0, 1)
    """
    shares = exact_shares(total, weights)
    before = History.none(len(shares)) if history is None else history
    if len(before.parts) != len(shares):
        raise HistoryError(f"a history of {len(before.parts)} units for {len(shares)} weights")
    due = tuple(q + now for q, now in zip(before.shares, shares, strict=True))
    ranks = read_ranks(tie_order, len(shares)).tolist()
    cumulative = sum(before.parts) + int(total)
    given, tied = _serve_shortfalls(due, before.parts, cumulative, ranks)
    floor_sum = _raised_sum([math.floor(q) for q in due], before.parts, 0)
    bounded = floor_sum <= cumulative and all(
        x <= math.ceil(q) for x, q in zip(before.parts, due, strict=True)
    )
    return OnlineStep(
        tuple(after - x for after, x in zip(given, before.parts, strict=True)),
        History(due, given),
        bounded,
        floor_sum,
        cumulative,
        max(abs(x - q) for x, q in zip(given, due, strict=True)),
        tied,
    )


def _raised_sum(floors: Sequence[int], before: Sequence[int], depth: int) -> int:
    return sum(max(floor - depth, x) for floor, x in zip(floors, before, strict=True))


def _serve_shortfalls(
    due: Sequence[Fraction], before: Sequence[int], cumulative: int, ranks: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Raise the cumulative parts to their new sum, largest shortfall first.

    Up to the least depth at which max(floor(Q_i) - depth, X_i) fits into the total every
    shortfall is served; the rest goes by the fractions of those that stand at that level.
    """
    floors = [math.floor(q) for q in due]
    low, depth = -1, max(max(f - x for f, x in zip(floors, before, strict=True)), 0)
    while depth - low > 1:
        middle = (low + depth) // 2
        if _raised_sum(floors, before, middle) <= cumulative:
            depth = middle
        else:
            low = middle
    given = [max(floor - depth, x) for floor, x in zip(floors, before, strict=True)]
    missing = cumulative - sum(given)
    level = [i for i, x in enumerate(before) if x <= floors[i] - depth]
    level.sort(key=lambda i: (floors[i] - due[i], ranks[i]))
    for i in level[:missing]:
        given[i] += 1
    return tuple(given), _tied_at(level, missing, [q - f for q, f in zip(due, floors, strict=True)])


def _tied_at(ordered: Sequence[int], taken: int, fractions: Sequence[Fraction]) -> tuple[int, ...]:
    """Return the units whose fraction equals both sides of the cut."""
    if not 0 < taken < len(ordered):
        return ()
    cut = fractions[ordered[taken - 1]]
    if fractions[ordered[taken]] != cut:
        return ()
    return tuple(sorted(i for i in ordered if fractions[i] == cut))


def measure_drift(
    method: Method | str,
    totals: Sequence[int],
    weights: Periods,
    tie_order: IntegerSequence | None = None,
) -> Drift:
    """Divide each period by itself and add up how far the parts leave the exact shares.

    Parameters
    ----------
    method
        Any method; ``adams`` and ``ceiling`` have no bound.
    totals
        Units to divide in each period, shape (T,) [persons].
    weights
        Claims of each period, shape (T, n).
    tie_order
        Permutation of the units, first served first, for every period.

    Returns
    -------
    Drift
        Parts, shares and cumulative deviations.

    Raises
    ------
    ApportionmentError
        As for :func:`divide`; ``HistoryError`` if the periods are malformed.

    Examples
    --------
    >>> measure_drift("ceiling", [1, 1], [[1, 2], [1, 2]]).deviations[-1]
    (Fraction(4, 3), Fraction(2, 3))
    """
    size = check_periods(totals, weights)
    parts, shares, deviations = [], [], []
    deviation = (Fraction(0),) * size
    for total, claims in zip(totals, weights, strict=True):
        parts.append(divide(method, total, claims, tie_order=tie_order).parts)
        shares.append(exact_shares(total, claims))
        deviation = tuple(
            d + x - q for d, x, q in zip(deviation, parts[-1], shares[-1], strict=True)
        )
        deviations.append(deviation)
    worst = max(abs(d) for period in deviations for d in period)
    return Drift(tuple(parts), tuple(shares), tuple(deviations), worst)


def check_periods(totals: Sequence[int], weights: Periods) -> int:
    """Check that there is a period and every period has the same units; return how many."""
    sizes = {len(claims) for claims in weights}
    if not len(totals) or len(totals) != len(weights) or len(sizes) != 1:
        raise HistoryError(
            f"{len(totals)} totals and {len(weights)} lists of weights of lengths {sorted(sizes)}"
        )
    return sizes.pop()
