"""Plans and ledgers, recomputed."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from allocator.planning.recheck.folder import Folder, Row, decimal_text
from allocator.planning.recheck.quotas import check_quotas

PLAN, LEDGER, BEFORE = "plan.csv", "historie.csv", "invoer/historie.csv"
Ledger = dict[str, dict[str, tuple[Fraction, int]]]


def text_of(value: Fraction) -> str:
    """Six decimals of a fraction."""
    return decimal_text(value.numerator, value.denominator)


def totals_of(folder: Folder) -> dict[str, int]:
    """National number of each half-year."""
    rows = folder.rows("invoer/halfjaren.csv")
    return {row["halfjaar"]: int(row["landelijk_totaal"]) for row in rows}


def check_plan(folder: Folder) -> None:
    """``plan.csv``: every half-year meets its total; nobody is ever a person off."""
    check_quotas(folder)
    totals = totals_of(folder)
    rows = folder.rows(PLAN)
    places = folder.inhabitants()
    wanted = [(half_year, code) for half_year in totals for code in places]
    folder.same(PLAN, "", "", [(r["halfjaar"], r["gemeente_code"]) for r in rows], wanted)
    for half_year, total in totals.items():
        given = sum(int(row["personen"]) for row in rows if row["halfjaar"] == half_year)
        folder.same(PLAN, half_year, "personen", given, total)
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_code[row["gemeente_code"]].append(row)
    for code, own in by_code.items():
        _check_row(folder, own, totals, Fraction(places[code], sum(places.values())))


def _check_row(folder: Folder, rows: list[Row], totals: Mapping[str, int], part: Fraction) -> None:
    """One municipality through time; under another key shares are known to six decimals only."""
    slack = Fraction(0) if folder.is_statutory else Fraction(len(rows), 10**6)
    due, given = Fraction(0), 0
    for row in rows:
        code, share = row["gemeente_code"], Fraction(row["exact_aandeel"])
        if folder.is_statutory:
            share = part * totals[row["halfjaar"]]
            folder.same(PLAN, code, "exact_aandeel", row["exact_aandeel"], text_of(share))
        due, given = due + share, given + int(row["personen"])
        folder.holds(abs(int(row["personen"]) - share) < 1 + slack, PLAN, code)
        folder.holds(abs(given - due) < 1 + slack, PLAN, code)
        folder.same(PLAN, code, "personen_tot_nu", int(row["personen_tot_nu"]), given)
        for name, value in (("exact_tot_nu", due), ("afwijking", given - due)):
            folder.holds(abs(Fraction(row[name]) - value) <= slack + _HALF, PLAN, f"{code} {name}")


_HALF = Fraction(1, 2 * 10**6)


def check_next(folder: Folder) -> None:
    """``historie.csv``: shares and persons agree, and the last half-year follows the rule."""
    check_quotas(folder)
    ledger, before = _ledger(folder, LEDGER), _ledger(folder, BEFORE)
    for half_year, rows in ledger.items():
        due = sum((share for share, _ in rows.values()), Fraction(0))
        folder.same(LEDGER, half_year, "personen", sum(x for _, x in rows.values()), due)
    now = str(folder.settings["half_year"])
    folder.same(LEDGER, "", "halfjaar", max(ledger), now)
    own = ledger.pop(now)
    folder.same(LEDGER, "", "", ledger, before)
    folder.same(LEDGER, now, "personen", sum(x for _, x in own.values()), folder.total)
    if folder.is_statutory:
        people = folder.inhabitants()
        for code, (share, _) in own.items():
            wanted = Fraction(people[code] * folder.total, sum(people.values()))
            folder.same(LEDGER, code, "exact_aandeel", share, wanted)
    found = {code: x for code, (_, x) in own.items()}
    folder.same(LEDGER, now, "personen", found, _served(ledger, own))


def _ledger(folder: Folder, file: str) -> Ledger:
    ledger: Ledger = defaultdict(dict)
    for row in folder.rows(file):
        pair = Fraction(row["exact_aandeel"]), int(row["personen"])
        ledger[row["halfjaar"]][row["gemeente_code"]] = pair
    return ledger


def _served(earlier: Ledger, own: Mapping[str, tuple[Fraction, int]]) -> dict[str, int]:
    """Person by person to whoever is furthest behind; of equals the lowest code."""
    parts = dict.fromkeys(own, 0)
    queue = []
    for code, (share, _) in own.items():
        behind = share + sum((rows[code][0] - rows[code][1] for rows in earlier.values()), 0)
        queue.append((-behind, code))
    heapq.heapify(queue)
    for _ in range(sum(x for _, x in own.values())):
        behind, code = queue[0]
        parts[code] += 1
        heapq.heapreplace(queue, (behind + 1, code))
    return parts
