"""V2: the weights of a key, recomputed from its definition and the indicators."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from allocator.verify.core.reader import Stop, Table

_NUMBER = re.compile(r"-?[0-9]{1,15}([.,][0-9]{1,9})?")
_Row = list[Fraction]


def key_weights(content: bytes, rows: Table, total: int) -> list[int]:
    """Return whole weights in the proportions of ``docs/reference/keys.md``."""
    return weights_of(tomllib.loads(content.decode()), rows, total)


def weights_of(key: dict[str, Any], rows: Table, total: int) -> list[int]:
    """Return whole weights in the proportions of a key."""
    shares = key_shares(key, rows, total)
    common = math.lcm(*(share.denominator for share in shares))
    return [int(share * common) for share in shares]


def key_shares(key: dict[str, Any], rows: Table, total: int) -> list[Fraction]:
    """Return the exact share of every municipality; they sum to one."""
    shares = _mixed([(part, _contribution(part, rows)) for part in key["parts"]])
    if "credit" in key:
        borne = _column(key["credit"], rows)
        shares = [r * (total + sum(borne)) - c for r, c in zip(shares, borne, strict=True)]
    kept = [max(Fraction(0), share) for share in shares]
    whole = sum(kept)
    shares = [share / whole for share in kept]
    if "floor" in key or "ceiling" in key:
        low, high = Fraction(key.get("floor", "0")), Fraction(key.get("ceiling", "1"))
        shares = _filled(shares, low, high)
    return shares


def _column(name: str, rows: Table) -> _Row:
    """Return an indicator as exact numbers."""
    if name not in rows.columns or not all(map(_NUMBER.fullmatch, rows[name])):
        raise Stop("V2E", rows.file, "", name)
    return [Fraction(text.replace(",", ".")) for text in rows[name]]


def _contribution(part: dict[str, Any], rows: Table) -> _Row:
    """Return weight times share, before any cap."""
    values = _column(part["indicator"], rows)
    for name in part.get("times", []):
        values = [a * b for a, b in zip(values, _column(name, rows), strict=True)]
    if "one_plus" in part:
        own = _column(part["one_plus"], rows)
        values = [a * (1 + b) for a, b in zip(values, own, strict=True)]
    values = [value ** part.get("exponent", 1) for value in values]
    values = [1 / value for value in values] if part.get("inverse") else values
    rate = Fraction(part.get("weight", "1")) / sum(values)
    return [rate * value for value in values]


def _mixed(parts: Sequence[tuple[dict[str, Any], _Row]]) -> _Row:
    """Add contributions up, each within its cap, and scale them to one."""
    base = [sum(own) for own in zip(*(x for part, x in parts if "cap" not in part), strict=True)]
    full = sum(sum(own) for _, own in parts)
    sums = list(base)
    for part, own in parts:
        if "cap" in part:
            cap = Fraction(part["cap"])
            sums = [a + min(x, cap * b) for a, x, b in zip(sums, own, base, strict=True)]
    cut = Fraction(full - sum(sums)) / sum(base)
    return [(a + cut * b) / full for a, b in zip(sums, base, strict=True)]


def _filled(shares: _Row, low: Fraction, high: Fraction) -> _Row:
    """Clip shares and scale those inside the bounds by one factor, found by halving the set."""
    fixed: dict[int, Fraction] = {i: share for i, share in enumerate(shares) if not share}
    while True:
        free = [i for i in range(len(shares)) if i not in fixed]
        factor = Fraction(1 - sum(fixed.values())) / (sum(shares[i] for i in free) or 1)
        under = {i: low - shares[i] * factor for i in free if shares[i] * factor < low}
        over = {i: shares[i] * factor - high for i in free if shares[i] * factor > high}
        if not under and not over:
            return [fixed.get(i, share * factor) for i, share in enumerate(shares)]
        # The side that lacks or exceeds more in sum stays at its bound for good.
        lacking = sum(under.values()) > sum(over.values())
        fixed |= dict.fromkeys(under, low) if lacking else dict.fromkeys(over, high)
        if sum(under.values()) == sum(over.values()):
            fixed |= dict.fromkeys(under, low)
