"""V2: recompute the quotas and their certificate, exactly and by a road of its own."""

from __future__ import annotations

import heapq
import re
import tomllib
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

from allocator.verify.core.folder import CERTIFICATE, INSTANCE, MANIFEST, Result
from allocator.verify.core.reader import Stop, Table, compare

_FILE, _KEY = "taakstellingen.csv", "invoer/sleutel.toml"
_Limits = list[tuple[Fraction, int]]


def _weights(result: Result, rows: Table, total: int) -> list[int]:
    """Return what each municipality weighs in the division under the key of the result."""
    key, content = result.parameters["key"], result.files.get(_KEY)
    if content is not None:
        result.log.same("V2A", MANIFEST, "", "key", key, tomllib.loads(content.decode())["name"])
        return [*result.helper("key")(content, rows, total)]
    if key != "inwoners":
        raise Stop("V2E", MANIFEST, "", "key", key)
    return [int(text) for text in rows["inwoners"]]


def _signpost(method: str, k: int) -> Fraction:
    """Return what divides the claim to the k-th person; for Hill its square."""
    twice = {"sluitend": 2 * k - 2, "webster": 2 * k - 1, "jefferson": 2 * k}
    return Fraction((twice | {"hill": 2 * k * (k - 1)})[method], 2)


def divide(method: str, weights: list[int], total: int) -> tuple[list[int], _Limits, _Limits]:
    """Hand out ``total`` one by one, each to the largest claim; of equal claims to the first.

    Also returns what bounds the divisor: per municipality the claim to the last person held, of
    which it is at most the least, and to one more, of which it is at least the largest.
    """
    claims = {i: w * w if method == "hill" else w for i, w in enumerate(weights) if w}
    # A signpost of zero is a claim without end: everybody with a weight first gets one. And at
    # the divisor sum / (total - n) no more than total claims are as large as the divisor, so
    # whoever has a whole number of those holds at least that many.
    sure = [w * max(0, total - len(claims)) // (sum(weights) or 1) for w in weights]
    parts = [max(n, int(i in claims and not _signpost(method, 1))) for i, n in enumerate(sure)]
    if sum(parts) > total or not claims:
        raise Stop("V2E", _FILE, "", "formule", total)
    queue = [(-claim / _signpost(method, parts[i] + 1), i) for i, claim in claims.items()]
    heapq.heapify(queue)
    for _ in range(total - sum(parts)):
        i = queue[0][1]
        parts[i] += 1
        heapq.heapreplace(queue, (-claims[i] / _signpost(method, parts[i] + 1), i))
    last = [(_signpost(method, parts[i]), i) for i in claims if parts[i]]
    held = [(claims[i] / signpost, i) for signpost, i in last if signpost]
    return parts, held, [(-claim, i) for claim, i in queue]


def national(method: str, weights: list[int], total: int) -> tuple[list[int], dict[str, Any]]:
    """Divide a total; return the parts and the certificate that goes with them."""
    whole = sum(weights)
    up = [-(-w * total // whole) for w in weights]
    names, parts, lows, highs = ("divisor_high", "divisor_low"), up, _Limits(), _Limits()
    if method == "grootste-rest":
        names = ("remainder_low", "remainder_high")
        rests = sorted((-(w * total % whole), i) for i, w in enumerate(weights))
        left = total - sum(w * total // whole for w in weights)
        # In whole-ths, so that only the two at the cut are brought to lowest terms.
        lows, highs = (
            [(Fraction(-rest), i) for rest, i in x] for x in (rests[:left], rests[left:])
        )
        raised = {i for _, i in lows}
        parts = [w * total // whole + (i in raised) for i, w in enumerate(weights)]
    elif method != "wettelijk":
        parts, lows, highs = divide(method, weights, total)
    least, largest = min(lows, default=(None,))[0], max(highs, default=(None,))[0]
    tied = sorted({i for value, i in lows + highs if value == least == largest})
    if method == "grootste-rest":
        least, largest = (None if x is None else x / whole for x in (least, largest))
    surplus = {"statutory_sum": sum(up), "statutory_surplus": sum(up) - total, "tied": tied}
    return parts, {"method": method, "total": total, names[0]: least, names[1]: largest} | surplus


def _regional(method: str, weights: list[int], share: Fraction, divisor: Fraction) -> list[int]:
    """Round with the divisor given; ``share`` is the national total per inhabitant."""
    exact = [w * share if method == "wettelijk" else w / divisor for w in weights]
    if method == "jefferson":
        return [x // 1 for x in exact]
    half = Fraction({"sluitend": 0, "wettelijk": 0, "webster": 1}[method], 2)  # a half goes down
    return [-((half - x) // 1) for x in exact]


def _exact(value: object) -> Fraction | None:
    """Read a whole number, a decimal number or the text of a fraction, of any sane length."""
    if not re.fullmatch(r"[0-9]{1,20000}([./][0-9]{1,20000})?", str(value)):
        return None
    # Through decimals: Python itself reads no whole number of more than 4,300 digits.
    top, _, bottom = str(value).partition("/")
    return Fraction(Decimal(top)) / Fraction(Decimal(bottom or "1"))


def check_quotas(result: Result) -> Counter[str]:
    """V2: recompute every quota and the certificate; return the quotas by municipality."""
    given, instance, rows = result.parameters, result.documents[INSTANCE], result.table("gemeenten")
    total, regional = instance.get("national_total"), instance["scope"] == "regio"
    method, weights = given["rounding"], _weights(result, rows, total or 0)
    divisor = _exact(instance.get("divisor")) if regional else None
    base = instance.get("national_inhabitants") if regional else sum(weights)
    share = Fraction(total, base) if total is not None and base else None
    parts, certificate = list[int](), dict[str, Any](method=method, divisor=divisor)
    if divisor:
        parts = _regional(method, weights, share or Fraction(0), divisor)
    elif not regional and total is not None:
        parts, certificate = national(method, weights, total)
        certificate["tied"] = [rows["gemeente_code"][i] for i in certificate["tied"]]
    check_proof(result, "quota", result.documents[CERTIFICATE]["quota"], certificate)
    # Six decimals, half up.
    millionths = [(2 * 10**6 * w * share + 1) // 2 for w in weights] if share is not None else []
    exact = [f"{m // 10**6}.{m % 10**6:06d}" for m in millionths] or [""] * len(weights)
    return _check_table(result, exact, [str(part) for part in parts] or [""] * len(weights))


def check_proof(
    result: Result, place: str, found: dict[str, Any], certificate: dict[str, Any]
) -> None:
    """V2: what the certificate says of one division, against what it should say."""
    for name in found.keys() | certificate.keys():
        value, wanted = found.get(name), certificate.get(name)
        value = _exact(value) if isinstance(wanted, Fraction) else value
        # Nothing at all may be written as null, as an empty list or by leaving the field out.
        value, wanted = (None if x == [] else x for x in (value, wanted))
        result.log.same("V2D", CERTIFICATE, name, place, value, wanted)


def _check_table(result: Result, exact: list[str], parts: list[str]) -> Counter[str]:
    fixed = dict(result.rows("vastgesteld", "gemeente_code", "taakstelling"))
    (changes,), expected, quotas = result.totals("correcties", "correctie"), [], Counter[str]()
    names = ("gemeente_code", "gemeente", "provincie_code", "inwoners")
    for row, share, part in zip(result.rows("gemeenten", *names), exact, parts, strict=True):
        code, change = row[0], changes[row[0]]
        if not part and code not in fixed:
            raise Stop("V2E", _FILE, code, "taakstelling")
        quotas[code] = int(fixed.get(code) or int(part) + change)
        result.log.unless(quotas[code] >= 0, "V2F", _FILE, code, "taakstelling", quotas[code])
        expected.append((*row, share, part, str(change), str(quotas[code]), fixed.get(code, "")))
    compare(result.table("taakstellingen"), 1, expected, result.log, "V2")
    return quotas
