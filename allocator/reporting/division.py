"""A divisor and quotients that a reader can check with a pocket calculator."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isqrt
from typing import Any

from allocator.exact_text import read_fraction
from allocator.reporting.result import Result
from allocator.reporting.rows import Quota

DIVISOR_METHODS = ("sluitend", "webster", "jefferson", "hill")
MOST_DECIMALS = 12
MOST_ZEROS = 6


@dataclass(frozen=True, slots=True)
class ShownDivisor:
    """A divisor under which every municipality gets its formula figure.

    ``decimals`` is None where ties leave one divisor only and no short number hits it: then the
    exact fraction is printed, and the tied municipalities are named.
    """

    value: Fraction
    decimals: int | None
    tied: tuple[str, ...]


def as_fraction(value: Any) -> Fraction | None:
    """A number or fraction as the certificate writes it."""
    return None if value is None else read_fraction(str(value))


def short_between(low: Fraction, high: Fraction | None, power: int = 1) -> tuple[Fraction, int]:
    """The roundest number whose ``power`` lies strictly between two bounds, and its decimals.

    Raises
    ------
    ValueError
        If no number of at most twelve decimals does.
    """
    for decimals in range(-MOST_ZEROS, MOST_DECIMALS + 1):
        step = Fraction(10) ** -decimals
        least = floor(low / step**power)
        found = step * ((isqrt(least) if power == 2 else least) + 1)
        if high is None or found**power < high:
            return found, max(0, decimals)
    raise ValueError("no short number between the bounds")


def shown_divisor(result: Result) -> ShownDivisor | None:
    """The divisor to print, None where the division has none."""
    said = result.certificate["quota"]
    if said.get("divisor") is not None:
        given = Fraction(str(said["divisor"]))
        return ShownDivisor(given, decimals_of(given), ())
    low, high = as_fraction(said.get("divisor_low")), as_fraction(said.get("divisor_high"))
    if said["method"] not in DIVISOR_METHODS or (low is None and high is None):
        return None
    tied = tuple(said.get("tied", ()))
    power = 2 if said["method"] == "hill" else 1
    try:
        value, decimals = short_between(low or Fraction(0), high, power)
    except ValueError:
        exact = low if low is not None else high
        return ShownDivisor(exact or Fraction(0), None, tied) if power == 1 else None
    return ShownDivisor(value, decimals, tied)


def decimals_of(value: Fraction) -> int | None:
    """Decimals that write ``value`` exactly, None where no twelve do."""
    for decimals in range(MOST_DECIMALS + 1):
        if (value * 10**decimals).denominator == 1:
            return decimals
    return None


def rounded(quotient: Fraction, method: str) -> int:
    """The whole number that ``method`` makes of a quotient that is not at a signpost."""
    if method in ("sluitend", "wettelijk"):
        return ceil(quotient)
    if method == "jefferson":
        return floor(quotient)
    whole = floor(quotient)
    if method == "hill":
        return whole + (quotient**2 > whole * (whole + 1))
    return ceil(quotient - Fraction(1, 2))  # nearest, a half goes down


def telling_decimals(quotient: Fraction, method: str, least: int = 2) -> int:
    """The fewest decimals at which rounding what is printed gives what rounding the number does."""
    for decimals in range(least, MOST_DECIMALS + 1):
        printed = Fraction(floor(quotient * 10**decimals + Fraction(1, 2)), 10**decimals)
        if rounded(printed, method) == rounded(quotient, method):
            return decimals
    return MOST_DECIMALS


def national_ratio(result: Result) -> Fraction | None:
    """National total per inhabitant, None where no total is given."""
    total = result.instance.get("national_total")
    if total is None:
        return None
    everyone = national_inhabitants(result)
    return Fraction(total, everyone) if everyone else None


def national_inhabitants(result: Result) -> int | None:
    """Inhabitants over which the national total is divided."""
    if result.instance.get("scope") == "regio":
        given = result.instance.get("national_inhabitants")
        return None if given is None else int(given)
    return sum(row.inhabitants for row in result.quotas)


def statutory_figure(result: Result, row: Quota) -> int | None:
    """Inhabitants / national inhabitants x total, rounded up (art. 29(1)), whatever the key."""
    ratio = national_ratio(result)
    return None if ratio is None else ceil(ratio * row.inhabitants)


def weights(result: Result) -> dict[str, int] | None:
    """What the shares were divided by, where the tables say so.

    A column is believed only if it gives every share in ``taakstellingen.csv`` back.
    """
    key = str(result.parameters.get("key", "inwoners"))
    if key == "inwoners":
        return {row.code: row.inhabitants for row in result.quotas}
    found = {row.code: row.columns.get(key, "") for row in result.municipalities}
    if not all(value.isdecimal() for value in found.values()):
        return None
    claims = {code: int(value) for code, value in found.items()}
    return claims if _gives_shares_back(result, claims) else None


def _gives_shares_back(result: Result, claims: dict[str, int]) -> bool:
    total, whole = result.instance.get("national_total"), sum(claims.values())
    if total is None or not whole:
        return False
    return all(
        row.exact_share is not None
        and abs(Fraction(claims[row.code] * total, whole) - row.exact_share) <= Fraction(1, 10**6)
        for row in result.quotas
    )
