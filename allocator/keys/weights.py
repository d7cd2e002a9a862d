"""From a key and the rows of ``gemeenten`` to exact weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocator.errors import ConflictError, InputRefusedError
from allocator.findings import Findings
from allocator.keys.definition import Key, Part
from allocator.reading.cells import read_indicator
from allocator.reading.tables import TableData
from models.apportionment import MAX_WEIGHT_BITS, integer_weights

FILE = "gemeenten.csv"
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class KeyWeights:
    """Exact weights that sum to 1, in the order of the rows, and what they are made of."""

    key: Key
    weights: tuple[Fraction, ...]
    contributions: tuple[tuple[Fraction, ...], ...]
    """Share of each part in each municipality before caps, credits and bounds: (parts, n)."""


def key_weights(key: Key, table: TableData, total: int) -> KeyWeights:
    """Weight of every municipality under a key.

    Parameters
    ----------
    key
        The key; see ``docs/reference/keys.md`` for the arithmetic.
    table
        ``gemeenten``.
    total
        National number that the weights will divide [persons]; credits are set off against it.

    Raises
    ------
    InputRefusedError
        If an indicator is missing, no plain number or negative.
    ConflictError
        If the bounds of the key cannot hold together.
    """
    findings = Findings()
    values = [_values(part, table, findings) for part in key.parts]
    credits_ = _column(key.credit, table, findings) if key.credit else None
    findings.refuse_errors()
    shares = [_shares(part, own, findings) for part, own in zip(key.parts, values, strict=True)]
    findings.refuse_errors()
    raw = _mix(key.parts, shares, findings)
    findings.refuse_errors()
    weights = _positive(_after_credit(raw, credits_, total), findings)
    findings.refuse_errors()
    bounded = _bounded(weights, key, findings)
    return KeyWeights(key, tuple(bounded), tuple(tuple(own) for own in shares))


def whole_weights(key: Key, table: TableData, total: int) -> list[int]:
    """Whole numbers in the proportions of a key, by their least common denominator.

    Parameters
    ----------
    key, table, total
        As for :func:`key_weights`.

    Raises
    ------
    InputRefusedError, ConflictError
        As ``key_weights`` does, and if the whole numbers are longer than a division takes.
    """
    return refuse_long(key, integer_weights(key_weights(key, table, total).weights))


def refuse_long(key: Key, weights: list[int]) -> list[int]:
    """Return whole weights of a key, unless they are longer than a division takes.

    Raises
    ------
    InputRefusedError
        If one has more than ``MAX_WEIGHT_BITS`` binary digits.
    """
    longest = max(weight.bit_length() for weight in weights)
    if longest <= MAX_WEIGHT_BITS:
        return weights
    findings = Findings()
    inverted = next((part.indicator for part in key.parts if part.inverse), "")
    findings.error(
        "key_too_fine", FILE, column=inverted, found=key.name, bits=longest, most=MAX_WEIGHT_BITS
    )
    raise InputRefusedError(findings.errors)


def _column(
    name: str, table: TableData, findings: Findings, least: Fraction | None = ZERO
) -> list[Fraction]:
    """Numbers of a column; every cell that is none becomes a finding."""
    if not table.has(name):
        findings.error("indicator_missing", table.place, 1, name)
        return [ZERO] * len(table.rows)
    numbers, place = [], table.place
    for line, row in zip(table.lines, table.rows, strict=True):
        cell = read_indicator(row[name])
        number = ZERO if cell is None else Fraction(cell)
        if cell is None:
            findings.error("indicator_not_a_number", place, line, name, found=row[name])
        elif least is not None and number < least:
            findings.error("indicator_too_low", place, line, name, found=row[name], least=least)
        numbers.append(number)
    return numbers


def _values(part: Part, table: TableData, findings: Findings) -> list[Fraction]:
    values = _column(part.indicator, table, findings)
    for name in part.times:
        own = _column(name, table, findings)
        values = [a * b for a, b in zip(values, own, strict=True)]
    if part.one_plus:
        own = _column(part.one_plus, table, findings, least=Fraction(-1))
        values = [a * (1 + b) for a, b in zip(values, own, strict=True)]
    values = [value**part.exponent for value in values]
    if not part.inverse:
        return values
    for line, value in zip(table.lines, values, strict=True):
        if value == 0:
            findings.error("indicator_zero", table.place, line, part.indicator)
    return [Fraction(1, value) if value else ZERO for value in values]


def _shares(part: Part, values: Sequence[Fraction], findings: Findings) -> list[Fraction]:
    whole = sum(values, ZERO)
    if whole == 0:
        findings.error("indicator_all_zero", FILE, column=part.indicator)
        return list(values)
    rate = Fraction(1, whole)
    return [value * rate for value in values]


def _mix(
    parts: Sequence[Part], shares: Sequence[Sequence[Fraction]], findings: Findings
) -> list[Fraction]:
    """Contributions added up, caps applied, scaled to sum 1."""
    everyone = sum((Fraction(part.weight) for part in parts), ZERO)
    size = len(shares[0])
    base = [ZERO] * size
    capped = []
    for part, own in zip(parts, shares, strict=True):
        contribution = [Fraction(part.weight) * share for share in own]
        if part.cap is None:
            base = [a + b for a, b in zip(base, contribution, strict=True)]
        else:
            capped.append((Fraction(part.cap), contribution))
    if everyone <= 0 or (capped and sum(base, ZERO) <= 0):
        findings.error("key_without_weight", "sleutel.toml", column="weight")
        return base
    total = list(base)
    for cap, contribution in capped:
        within = [min(own, cap * b) for own, b in zip(contribution, base, strict=True)]
        total = [a + b for a, b in zip(total, within, strict=True)]
    # What a cap cuts off goes to everybody in proportion to the uncapped parts.
    cut = everyone - sum(total, ZERO)
    if cut:
        rate = Fraction(cut, sum(base, ZERO))
        total = [a + rate * b for a, b in zip(total, base, strict=True)]
    part_of_all = Fraction(1, everyone)
    return [value * part_of_all for value in total]


def _after_credit(
    raw: Sequence[Fraction], credits_: Sequence[Fraction] | None, total: int
) -> list[Fraction]:
    """Persons that the key asks, less what a municipality already bears."""
    if credits_ is None:
        return list(raw)
    everything = total + sum(credits_, ZERO)
    return [own * everything - credit for own, credit in zip(raw, credits_, strict=True)]


def _positive(weights: Sequence[Fraction], findings: Findings) -> list[Fraction]:
    """Nobody below zero; the others scaled so that the sum is 1."""
    kept = [max(ZERO, weight) for weight in weights]
    whole = sum(kept, ZERO)
    if whole == 0:
        findings.error("no_inhabitants", FILE)
        return kept
    rate = Fraction(1, whole)
    return [weight * rate for weight in kept]


def _bounded(weights: list[Fraction], key: Key, findings: Findings) -> list[Fraction]:
    """Water-filling: one factor for all inside the bounds, the others at their bound."""
    if key.floor is None and key.ceiling is None:
        return weights
    low, high = Fraction(key.floor or 0), Fraction(key.ceiling or 1)
    holders = sum(1 for weight in weights if weight > 0)
    if low > high or low * holders > 1 or high * holders < 1:
        findings.error(
            "key_bounds", "sleutel.toml", low=low * holders, high=high * holders, units=holders
        )
        raise ConflictError(findings.errors)
    factor = _factor([weight for weight in weights if weight > 0], low, high)
    return [min(max(weight * factor, low), high) if weight > 0 else ZERO for weight in weights]


def _factor(weights: Sequence[Fraction], low: Fraction, high: Fraction) -> Fraction:
    """Factor at which the clipped weights sum to 1: exact, over the sorted break points."""
    points = sorted({Fraction(bound, weight) for weight in weights for bound in (low, high)})

    def filled(factor: Fraction) -> Fraction:
        return sum((min(max(weight * factor, low), high) for weight in weights), ZERO)

    first, last = 0, len(points) - 1
    while first < last:  # smallest break point at which the sum reaches 1
        middle = (first + last) // 2
        if filled(points[middle]) >= 1:
            last = middle
        else:
            first = middle + 1
    upper = points[first]
    if first == 0 or filled(upper) == 1:
        return upper
    between = Fraction(points[first - 1] + upper, 2)
    inside = [weight for weight in weights if low < weight * between < high]
    missing = filled(upper) - 1
    return upper - Fraction(missing, sum(inside, ZERO))
