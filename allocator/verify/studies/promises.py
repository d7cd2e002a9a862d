"""V3: promised returns: what was promised, what is shown of it, and whether it can be kept."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from math import floor

from allocator.verify.core.folder import INSTANCE, Result
from allocator.verify.core.reader import compare
from allocator.verify.core.swaps import Swaps

_TABLE, _STATED = "toezeggingen_stand.csv", "invoer/toezeggingen.csv"


def check_promises(result: Result, swaps: Swaps) -> None:
    """V3: what promised returns come to; they are in no figure of the swaps."""
    columns = ("van_code", "naar_code", "halfjaar", "personen", "laagste_landelijk", "laagste_deel")
    stated, deals = result.rows("toezeggingen", *columns), swaps.deals
    promised = {(giver, taker): half for giver, taker, half, *_ in stated}
    table = result.table("overdrachten")
    for giver, taker, half in table.pick("van_code", "naar_code", "toezegging_halfjaar"):
        wanted = promised.get((giver, taker), "")
        key = f"{giver},{taker}"
        result.log.same("V3P", table.file, key, "toezegging_halfjaar", half, wanted)
    sums, lowest, expected = Counter[tuple[str, str]](), dict[tuple[str, str], int](), []
    for giver, taker, half, persons, *_ in stated:
        if (giver, taker) in deals:
            sums[taker, half] += int(persons)
    for giver, taker, half, persons, *bases in stated:
        low = _lowest(result, swaps.quotas, giver, taker, half, *bases)
        if low is not None and lowest.setdefault((taker, half), low) != low:
            result.log.add("V3P", _STATED, f"{giver},{taker}", "", low, lowest[taker, half])
        fits = "toereikend" if sums[taker, half] <= (low or 0) else "ontoereikend"
        verdict = "onbekend" if low is None else fits
        verdict = verdict if (giver, taker) in deals else "geen_overdracht"
        moved, least = deals.get((giver, taker), 0), "" if low is None else str(low)
        expected.append((giver, taker, half, persons, str(moved), least, verdict))
    there = "toezeggingen_stand" in result.tables
    result.log.same("V3P", _TABLE, "", "", there, bool(stated))
    compare(result.table("toezeggingen_stand"), 2, expected, result.log, "V3")


def _lowest(
    result: Result, quotas: Counter[str], giver: str, taker: str, half: str, total: str, part: str
) -> int | None:
    """Return the lowest plausible quota of who returns, from the one base that is stated."""
    instance, towns = result.documents[INSTANCE], result.table("gemeenten")
    people = dict(towns.pick("gemeente_code", "inwoners"))
    is_later = re.fullmatch("[12][0-9]{3}-[12]", half) and half > instance["half_year"]
    everyone = instance.get("national_inhabitants", 0)
    if instance["scope"] == "landelijk":
        everyone = sum(map(int, people.values()))
    sound = is_later and giver != taker and not (total and (part or not everyone))
    result.log.unless(sound, "V3P", _STATED, f"{giver},{taker}", "", half)
    if total and everyone:
        return int(people[taker]) * int(total) // int(everyone)
    return floor(Fraction(part) * quotas[taker]) if part else None
