"""A revision of the national number, recomputed."""

from __future__ import annotations

from collections import Counter

from allocator.planning.recheck.folder import Folder, Row
from allocator.planning.recheck.quotas import check_quotas

QUOTAS, CHANGES, KEPT = "taakstellingen.csv", "herziening.csv", "herziening_afspraken.csv"


def check_revision(folder: Folder) -> None:
    """The division on the new number, every agreement by its clause, and what moved."""
    old_total, new_total = folder.own["old_total"], folder.own["new_total"]
    folder.same("manifest.json", "", "new_total", folder.total, new_total)
    check_quotas(folder)
    agreements = _agreements(folder)
    kept = folder.rows(KEPT)
    found = [(row["van_code"], row["naar_code"], row["clausule"]) for row in kept]
    folder.same(KEPT, "", "", found, [place[:3] for place in agreements])
    moved: list[Counter[str]] = [Counter(), Counter()]
    for row, (giver, taker, clause, persons) in zip(kept, agreements, strict=True):
        after = _after(clause, persons, old_total, new_total)
        folder.same(KEPT, f"{giver} {taker}", "personen_oud", int(row["personen_oud"]), persons)
        folder.same(KEPT, f"{giver} {taker}", "personen_nieuw", int(row["personen_nieuw"]), after)
        for swap, amount in zip(moved, (persons, after), strict=True):
            swap[giver] -= amount
            swap[taker] += amount
    _check_rows(folder, moved)


def _agreements(folder: Folder) -> list[tuple[str, str, str, int]]:
    """Agreements as given, or the redistributions of the earlier result, fixed."""
    given = folder.rows("invoer/afspraken.csv")
    if not given:
        rows = folder.rows("invoer/eerder/overdrachten.csv")
        given = [{**row, "clausule": "vast"} for row in rows if row["soort"] == "herverdeling"]
    return sorted(
        (row["van_code"], row["naar_code"], row["clausule"], int(row["personen"])) for row in given
    )


def _after(clause: str, persons: int, old: int, new: int) -> int:
    if clause == "naar rato":
        return persons * new // old  # down, as the clause of the decision reads
    return 0 if clause == "vervalt" and old != new else persons


def _check_rows(folder: Folder, moved: list[Counter[str]]) -> None:
    before = _quotas(folder.rows("invoer/eerder/taakstellingen.csv"))
    after = _quotas(folder.rows(QUOTAS))
    rows = folder.rows(CHANGES)
    folder.same(CHANGES, "", "gemeente_code", [r["gemeente_code"] for r in rows], list(after))
    for row in rows:
        code = row["gemeente_code"]
        old, new = (quotas[code] + swap[code] for quotas, swap in zip((before, after), moved))  # noqa: B905
        wanted = {
            "taakstelling_oud": before[code],
            "overdracht_oud": moved[0][code],
            "gewijzigd_oud": old,
            "taakstelling_nieuw": after[code],
            "overdracht_nieuw": moved[1][code],
            "gewijzigd_nieuw": new,
            "verschil_taakstelling": after[code] - before[code],
            "verschil": new - old,
        }
        for column, value in wanted.items():
            folder.same(CHANGES, code, column, int(row[column]), value)
        folder.holds(new >= 0, CHANGES, code)
    folder.holds(not sum(moved[0].values()) and not sum(moved[1].values()), KEPT, "")


def _quotas(rows: list[Row]) -> dict[str, int]:
    return {row["gemeente_code"]: int(row["taakstelling"]) for row in rows}
