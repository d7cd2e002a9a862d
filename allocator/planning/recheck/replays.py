"""A replay: every table adds up to the others, and the shares are those of the figures."""

from __future__ import annotations

from allocator.planning.recheck.folder import Folder, Row, decimal_text

WEEKS, PLACES, TOTALS = "herhaling.csv", "herhaling_gemeenten.csv", "herhaling_samenvatting.csv"
KNOWN = "vooraf_bekend"
_LINKED = ("gekoppeld", "verhuisfase")


def check_replay(folder: Folder) -> None:
    """Households and persons of the input per policy, deviations, and shares of what was known."""
    households = folder.rows("vertrouwelijk/invoer/huishoudens.csv")
    waiting = [row for row in households if row.get("status", "") not in _LINKED]
    persons = sum(int(row["personen"]) for row in waiting)
    totals = {row["beleid"]: row for row in folder.rows(TOTALS)}
    weeks = _by_policy(folder.rows(WEEKS))
    places = _by_policy(folder.rows(PLACES))
    folder.same(TOTALS, "", "beleid", sorted(totals), sorted({*weeks, KNOWN}))
    folder.same(PLACES, "", "beleid", sorted(places), sorted(totals))
    for policy, rows in weeks.items():
        sums = {name: sum(int(row[name]) for row in rows) for name in ("huishoudens", "personen")}
        folder.same(WEEKS, policy, "huishoudens", sums["huishoudens"], len(waiting))
        folder.same(WEEKS, policy, "personen", sums["personen"], persons)
        fit = sum(int(row["passing"]) for row in rows)
        folder.same(TOTALS, policy, "passing", int(totals[policy]["passing"]), fit)
        folder.same(WEEKS, policy, "week", len(rows), folder.own["weeks"])
        folder.holds(all(_is_sound(row) for row in rows), WEEKS, policy)
    for policy, rows in places.items():
        folder.same(PLACES, policy, "personen", sum(int(row["personen"]) for row in rows), persons)
        away = [int(row["personen"]) - int(row["opgave"]) for row in rows]
        folder.same(PLACES, policy, "afwijking", [int(row["afwijking"]) for row in rows], away)
        found = int(totals[policy]["afwijking"])
        folder.same(TOTALS, policy, "afwijking", found, sum(map(abs, away)))
    for policy, row in totals.items():
        for name in ("waarde", "passing"):
            whole, part = int(totals[KNOWN][name]), int(row[name])
            share = decimal_text(part, whole) if whole > 0 and part >= 0 else ""
            folder.same(TOTALS, policy, f"{name}_deel", row[f"{name}_deel"], share)


def _is_sound(row: Row) -> bool:
    return 0 <= int(row["woning_in_zicht"]) <= int(row["huishoudens"]) <= int(row["personen"])


def _by_policy(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["beleid"], []).append(row)
    return found
