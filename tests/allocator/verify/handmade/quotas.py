"""Shares as fractions, divisions handed out person by person."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.allocator.verify.handmade.case import Case


def signpost(method: str, k: int) -> Fraction:
    return {
        "sluitend": Fraction(k - 1),
        "webster": Fraction(2 * k - 1, 2),
        "jefferson": Fraction(k),
        "hill": Fraction(k * (k - 1)),
    }[method]


def hand_out(method: str, weights: list[int], total: int) -> list[int]:
    """Look at every claim before every single person."""
    claims = [Fraction(w**2 if method == "hill" else w) for w in weights]
    parts = [0] * len(weights)
    for _ in range(total):
        best, winner = None, -1
        for i, claim in enumerate(claims):
            post = signpost(method, parts[i] + 1)
            worth = math.inf if post == 0 else claim / post
            if claim and (best is None or worth > best):
                best, winner = worth, i
        parts[winner] += 1
    return parts


def fraction_text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def division(case: Case) -> tuple[list[Fraction] | None, list[int] | None, dict[str, Any]]:
    """Return shares, formula and certificate."""
    weights = [int(case.town(code)["inwoners"]) for code in case.codes]
    instance, method = case.instance, case.rounding
    total: Any = instance.get("national_total")
    certificate: dict[str, Any] = {"method": method, "total": None, "tied": None}
    if instance["scope"] == "regio":
        certificate |= dict.fromkeys(("divisor_low", "divisor_high"), None)
        certificate |= dict.fromkeys(("statutory_sum", "statutory_surplus"), None)
        everyone: Any = instance.get("national_inhabitants")
        shares = [Fraction(w * total, everyone) for w in weights] if total and everyone else None
        if "divisor" not in instance:
            return shares, None, certificate
        divisor = Fraction(str(instance["divisor"]))
        certificate["divisor"] = instance["divisor"]
        formula: dict[str, Callable[[int], int]] = {
            "sluitend": lambda w: math.ceil(w / divisor),
            "jefferson": lambda w: math.floor(w / divisor),
            "webster": lambda w: math.ceil(w / divisor - Fraction(1, 2)),
            "wettelijk": lambda w: math.ceil(Fraction(w * total, everyone)),
        }
        return shares, [formula[method](w) for w in weights], certificate
    shares = [Fraction(w * total, sum(weights)) for w in weights]
    up = sum(math.ceil(share) for share in shares)
    certificate |= {"total": total, "tied": []}
    certificate |= {"statutory_sum": up, "statutory_surplus": up - total}
    if method == "wettelijk":
        certificate |= {"divisor_low": None, "divisor_high": None}
        return shares, [math.ceil(share) for share in shares], certificate
    if method == "grootste-rest":
        rests = [share - math.floor(share) for share in shares]
        order = sorted(range(len(rests)), key=lambda i: -rests[i])
        raised = order[: total - sum(math.floor(share) for share in shares)]
        parts = [math.floor(share) + (i in raised) for i, share in enumerate(shares)]
        low = min((rests[i] for i in raised), default=None)
        high = max((r for i, r in enumerate(rests) if i not in raised), default=None)
        ends, names = rests, ("remainder_low", "remainder_high")
        if low is not None and low == high:
            certificate["tied"] = [case.codes[i] for i, r in enumerate(ends) if r == low]
    else:
        parts = hand_out(method, weights, total)
        names = ("divisor_low", "divisor_high")
        claims = [Fraction(w**2 if method == "hill" else w) for w in weights]
        due = {
            i: c / signpost(method, parts[i] + 1)
            for i, c in enumerate(claims)
            if c and signpost(method, parts[i] + 1)
        }
        held = {
            i: c / signpost(method, parts[i])
            for i, c in enumerate(claims)
            if parts[i] and signpost(method, parts[i])
        }
        low, high = max(due.values(), default=None), min(held.values(), default=None)
        if low is not None and low == high:
            tied = {i for i, v in [*due.items(), *held.items()] if v == low}
            certificate["tied"] = [case.codes[i] for i in sorted(tied)]
    certificate |= {names[0]: fraction_text(low), names[1]: fraction_text(high)}
    return shares, parts, certificate


def six(share: Fraction) -> str:
    digits = str(math.floor(share * 10**6 + Fraction(1, 2))).zfill(7)
    return f"{digits[:-6]}.{digits[-6:]}"


def quota_rows(case: Case) -> tuple[list[list[Any]], dict[str, int], dict[str, Any]]:
    shares, parts, certificate = division(case)
    published = {row["gemeente_code"]: row["taakstelling"] for row in case.rows("vastgesteld")}
    rows, quotas = [], {}
    for i, code in enumerate(case.codes):
        town, change = case.town(code), case.of("correcties", code, "correctie")
        computed = 0 if parts is None else parts[i] + change
        quotas[code] = published.get(code, computed)
        row = [code, town["gemeente"], town["provincie_code"], town["inwoners"]]
        row += ["" if shares is None else six(shares[i]), "" if parts is None else parts[i]]
        rows.append([*row, change, quotas[code], published.get(code, "")])
    return rows, quotas, certificate
