"""V17 and V18: what swaps could relieve, and wishes divided, by roads of their own."""

from __future__ import annotations

import hashlib
from collections import Counter

from allocator.verify.core.folder import INSTANCE, MANIFEST, Result
from allocator.verify.core.reader import compare
from allocator.verify.core.swaps import Standing

_LIMITS = ("niets", "geven", "ruimte", "regiogrens")


def _regions(result: Result, part: str, family: str) -> dict[str, str]:
    """Return the region of every municipality by the column that the study names."""
    own = result.parameters[part]
    result.log.same(f"{family}A", MANIFEST, part, "", sorted(own), ["by"])
    column, table = own["by"], result.table("gemeenten")
    result.log.unless(column in table.columns, f"{family}A", MANIFEST, part, "by", column)
    return dict(table.pick("gemeente_code", column))


def _potential(standing: Standing, codes: list[str], scenario: str) -> tuple[int, int, str]:
    """Return shortfall, relief and what limits it.

    Relief is the smaller of what may be handed over to use and what may be taken in. Who has a
    shortfall in a scenario has no room left in it, so nobody counts on both sides; and as all
    pairs of a group may deal, nothing else stands between the two sums: cutting off all givers or
    all takers are the only cuts that matter.
    """
    lack = {code: standing.shortfall(scenario, code) for code in codes}
    useful = sum(min(standing.may_give[code], lack[code]) for code in codes)
    room = sum(standing.may_take[code] for code in codes if not lack[code])
    relief, total = min(useful, room), sum(lack.values())
    limit = _LIMITS[1] if useful <= room else _LIMITS[2]
    return total, relief, _LIMITS[0] if relief == total else limit


def check_potential(result: Result, quotas: Counter[str]) -> None:
    """V17: every sum, every relief and what limits it."""
    region = _regions(result, "potential", "V17")
    standing = Standing(result, quotas, [*quotas])
    rows: list[tuple[str, ...]] = []

    def add(name: str, pairs: str, scenario: str, codes: int, found: tuple[int, int, str]) -> None:
        total, relief, limit = found
        numbers = (codes, total, relief, relief, total - relief)
        rows.append((name, pairs, scenario, *map(str, numbers), limit))

    for scenario in standing.need:
        sums = Counter[str]()
        for name in sorted({*region.values()} - {""}):
            codes = [code for code, own in region.items() if own == name]
            found = _potential(standing, codes, scenario)
            sums["relief"] += found[1]
            add(name, "binnen", scenario, len(codes), found)
        total, across, limit = _potential(standing, [*region], scenario)
        within = sums["relief"]
        add("", "alle", scenario, len(region), (total, across, limit))
        limit = limit if within == across else _LIMITS[3]
        add("", "binnen", scenario, len(region), (total, within, limit))
    compare(result.table("potentieel"), 3, rows, result.log, "V17")


def check_wishes(result: Result, quotas: Counter[str]) -> None:
    """V18: who gets what, by the rule alone; the order; and that the claim holds here."""
    region, log = _regions(result, "wishes", "V18"), result.log
    wishes = {c: int(x or 0) for c, x in result.rows("ruilruimte", "gemeente_code", "wens")}
    swap = result.documents[INSTANCE].get("swap", {})
    is_plain = swap.get("lot", 1) == 1 and swap.get("partners_max") is None
    is_plain &= not result.table("uitruilafspraken").size
    log.unless(is_plain and any(wishes.values()), "V18D", INSTANCE, "", "swap")
    for code, wish in wishes.items():
        sound = quotas[code] + wish >= 0
        log.unless(sound, "V18D", "wensen_verdeling.csv", code, "wens", wish, -quotas[code])
    rank = _ranks(result, [*region])
    names = dict(result.rows("gemeenten", "gemeente_code", "gemeente"))
    rows, sums = [], []
    for name in sorted({*region.values()}):
        codes = [code for code, own in region.items() if own == name]
        counted = {code: wishes.get(code, 0) if name else 0 for code in codes}
        given, tied = _divide(counted, rank)
        down, up = (sum(max(0, sign * n) for n in counted.values()) for sign in (-1, 1))
        longer = "geen" if up == down else "meer" if up > down else "minder"
        for code in codes:
            side = "meer" if counted[code] > 0 else "minder"
            kind = "geen" if not counted[code] else "lang" if side == longer else "kort"
            numbers = [str(wishes.get(code, 0)), str(given[code])]
            told = "ja" if code in tied else "nee"
            rows.append((code, names[code], name, *numbers, kind, told, str(rank[code])))
        if name:
            told = "ja" if tied else "nee"
            sums.append((name, str(len(codes)), str(min(down, up)), longer, told))
    compare(result.table("wensen_regio"), 1, sums, log, "V18")
    compare(result.table("wensen_verdeling"), 1, rows, log, "V18")


def _ranks(result: Result, codes: list[str]) -> dict[str, int]:
    """Return the published order: by the hash of seed, half-year and code, and by nothing else."""
    seed, half = result.parameters["seed"], result.documents[INSTANCE]["half_year"]

    def order(code: str) -> bytes:
        return hashlib.sha256(f"{seed}|{half}|{code}".encode()).digest()

    return {code: number for number, code in enumerate(sorted(codes, key=order), 1)}


def _divide(wishes: dict[str, int], rank: dict[str, int]) -> tuple[dict[str, int], set[str]]:
    """Return what each gets, and among whom the order decided over a last person.

    Everybody of the long side gets its wish up to a level: the highest at which the sum does not
    pass what the short side wishes. What is left then goes by the order, one each, to those who
    wish more than the level.
    """
    given, tied = dict(wishes), set[str]()
    down, up = (sum(max(0, sign * wish) for wish in wishes.values()) for sign in (-1, 1))
    if down == up:
        return given, tied
    sign, traded = (1, down) if up > down else (-1, up)
    side = {c: abs(wish) for c, wish in wishes.items() if wish * sign > 0}
    low, high = 0, traded
    while low < high:
        level = (low + high + 1) // 2
        if sum(min(wish, level) for wish in side.values()) <= traded:
            low = level
        else:
            high = level - 1
    left = traded - sum(min(wish, low) for wish in side.values())
    eager = sorted((c for c, wish in side.items() if wish > low), key=lambda c: rank[c])
    more = {*eager[:left]}
    given |= {code: sign * (min(wish, low) + (code in more)) for code, wish in side.items()}
    return given, {*eager} if left else tied
