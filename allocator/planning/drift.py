"""Where rounding without memory ends up after several half-years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocator.errors import ConflictError
from allocator.findings import Findings
from allocator.period import HalfYear
from allocator.planning.over_time import claims_over_time
from allocator.planning.question import Question
from allocator.quota import METHODS
from models.apportionment import (
    Drift,
    History,
    TotalBelowClaimsError,
    divide_online,
    measure_drift,
)

MEMORYLESS = ("sluitend", "wettelijk", "grootste-rest")
"""Roundings whose drift is shown; the first two have no bound."""
CARRIED = "meegenomen rest"
"""The rule that carries remainders over, beside them for comparison."""


@dataclass(frozen=True, slots=True)
class DriftTable:
    """For each rule the parts and the deviations X - Q, by half-year, then by municipality."""

    question: Question
    totals: Mapping[str, int]
    drifts: Mapping[str, Drift]


def repeated_totals(first: HalfYear, total: int, count: int) -> dict[str, int]:
    """Return the same national number for ``count`` half-years in a row.

    Examples
    --------
    >>> repeated_totals(HalfYear(2021, 2), 10, 2)
    {'2021-2': 10, '2022-1': 10}
    """
    start = 2 * first.year + first.half - 1
    return {f"{at // 2}-{at % 2 + 1}": total for at in range(start, start + count)}


def drift_over(question: Question, totals: Mapping[str, int]) -> DriftTable:
    """Divide every half-year by itself under several roundings and add up what is left over.

    Raises
    ------
    ConflictError
        If a total is too small for a rounding that gives everybody at least one.
    """
    claims, numbers = claims_over_time(question, totals), list(totals.values())
    drifts: dict[str, Drift] = {}
    for rounding in MEMORYLESS:
        try:
            drifts[rounding] = measure_drift(METHODS[rounding], numbers, claims)
        except TotalBelowClaimsError as error:
            raise _too_small(rounding, error) from None
    drifts[CARRIED] = _carried(numbers, claims)
    return DriftTable(question, totals, drifts)


def _too_small(rounding: str, error: TotalBelowClaimsError) -> ConflictError:
    findings = Findings()
    findings.error(
        "total_below_claims",
        "halfjaren.csv",
        column="landelijk_totaal",
        rounding=rounding,
        total=error.total,
        units=error.lower_sum,
    )
    return ConflictError(findings.errors)


def _carried(totals: Sequence[int], claims: Sequence[Sequence[int]]) -> Drift:
    """The same half-years with remainders carried over."""
    history = History.none(len(claims[0]))
    parts, shares, deviations = [], [], []
    for total, own in zip(totals, claims, strict=True):
        before = history
        step = divide_online(total, own, before)
        history = step.history
        parts.append(step.parts)
        shares.append(tuple(a - b for a, b in zip(history.shares, before.shares, strict=True)))
        deviations.append(
            tuple(Fraction(x) - q for x, q in zip(history.parts, history.shares, strict=True))
        )
    worst = max(abs(value) for period in deviations for value in period)
    return Drift(tuple(parts), tuple(shares), tuple(deviations), worst)
