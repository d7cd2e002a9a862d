"""The drift of rounding without memory, recomputed half-year by half-year."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache

from allocator.planning.recheck.folder import Folder, Row
from allocator.planning.recheck.halfyears import text_of, totals_of
from allocator.planning.recheck.quotas import check_quotas

COURSE, ENDS = "verloop.csv", "verloop_gemeenten.csv"
Parts = Mapping[str, list[list[int]]]


def check_drift(folder: Folder) -> None:
    """``verloop.csv`` and ``verloop_gemeenten.csv``; under another key only the sums are known."""
    check_quotas(folder)
    totals, people = totals_of(folder), folder.inhabitants()
    rows, ends = folder.rows(COURSE), folder.rows(ENDS)
    over: dict[str, int] = {}
    for row in rows:
        rounding, total = row["afronding"], totals[row["halfjaar"]]
        over[rounding] = over.get(rounding, 0) + int(row["som"]) - total
        found = int(row["landelijk_totaal"]), int(row["som_tot_nu_te_veel"])
        folder.same(COURSE, row["halfjaar"], "som_tot_nu_te_veel", found, (total, over[rounding]))
        folder.holds(rounding == "wettelijk" or not over[rounding], COURSE, rounding)
    for rounding, surplus in over.items():
        own = [int(row["personen_tot_nu"]) for row in ends if row["afronding"] == rounding]
        folder.same(ENDS, rounding, "personen_tot_nu", sum(own), sum(totals.values()) + surplus)
    if folder.is_statutory:
        parts = _every_rule(list(people.values()), list(totals.values()))
        _check_course(folder, rows, totals, people, parts)
        _check_ends(folder, ends, totals, people, parts)


def _every_rule(weights: Sequence[int], totals: Sequence[int]) -> Parts:
    """Persons of every half-year under every rule, from their definitions."""
    whole = sum(weights)

    @cache
    def adams(total: int) -> list[int]:
        queue = [(Fraction(-w), i) for i, w in enumerate(weights) if w]
        parts = [int(w > 0) for w in weights]
        heapq.heapify(queue)
        for _ in range(total - sum(parts)):
            i = queue[0][1]
            parts[i] += 1
            heapq.heapreplace(queue, (Fraction(-weights[i], parts[i]), i))
        return parts

    def nearest(due: Sequence[Fraction], least: Sequence[int], total: int) -> list[int]:
        order = sorted(range(len(due)), key=lambda i: (least[i] - due[i], i))
        up = set(order[: total - sum(least)])
        return [x + (i in up) for i, x in enumerate(least)]

    def remainder(total: int) -> list[int]:
        due = [Fraction(w * total, whole) for w in weights]
        return nearest(due, [q.__floor__() for q in due], total)

    carried: list[list[int]] = []
    before, so_far = [0] * len(weights), 0
    for total in totals:
        so_far += total
        due = [Fraction(w * so_far, whole) for w in weights]
        # The claims stay the same, so that nobody is ever ahead of what is due rounded up.
        least = [max(q.__floor__(), x) for q, x in zip(due, before, strict=True)]
        behind = [q if q > x else Fraction(x) for q, x in zip(due, least, strict=True)]
        after = nearest(behind, least, so_far)
        carried.append([b - a for a, b in zip(before, after, strict=True)])
        before = after
    return {
        "sluitend": [adams(total) for total in totals],
        "wettelijk": [[-(-w * total // whole) for w in weights] for total in totals],
        "grootste-rest": [remainder(total) for total in totals],
        "meegenomen rest": carried,
    }


def _check_course(
    folder: Folder,
    rows: Sequence[Row],
    totals: Mapping[str, int],
    people: Mapping[str, int],
    parts: Parts,
) -> None:
    codes, whole = list(people), sum(people.values())
    found = {(row["afronding"], row["halfjaar"]): row for row in rows}
    folder.same(
        COURSE, "", "afronding", sorted(found), sorted((r, h) for r in parts for h in totals)
    )
    for rounding, periods in parts.items():
        given, due_total = [0] * len(codes), 0
        for (half_year, total), own in zip(totals.items(), periods, strict=True):
            given = [a + b for a, b in zip(given, own, strict=True)]
            due_total += total
            apart = [x - Fraction(people[c] * due_total, whole) for c, x in zip(codes, given)]  # noqa: B905
            above = max(range(len(codes)), key=apart.__getitem__)
            below = min(range(len(codes)), key=apart.__getitem__)
            row = found[rounding, half_year]
            wanted = [str(sum(own)), codes[above], text_of(apart[above]), codes[below],
                      text_of(apart[below])]  # fmt: skip
            names = ("som", "meest_boven_code", "meest_boven", "meest_onder_code", "meest_onder")
            folder.same(COURSE, half_year, rounding, [row[name] for name in names], wanted)


def _check_ends(
    folder: Folder,
    rows: Sequence[Row],
    totals: Mapping[str, int],
    people: Mapping[str, int],
    parts: Parts,
) -> None:
    names = {row["gemeente_code"]: row["gemeente"] for row in folder.rows("invoer/gemeenten.csv")}
    number = {code: i for i, code in enumerate(people)}
    due_total, whole = sum(totals.values()), sum(people.values())
    folder.same(ENDS, "", "", len(rows), len(people) * len(parts))
    for row in rows:
        code, rounding = row["gemeente_code"], row["afronding"]
        given = sum(own[number[code]] for own in parts[rounding])
        due = Fraction(people[code] * due_total, whole)
        wanted = {
            "gemeente": names[code],
            "inwoners": str(people[code]),
            "exact_tot_nu": text_of(due),
            "personen_tot_nu": str(given),
            "afwijking": text_of(given - due),
            "afwijking_procent": text_of(100 * (given - due) / due) if due else "",
        }
        for name, value in wanted.items():
            folder.same(ENDS, f"{code} {rounding}", name, row[name], value)
