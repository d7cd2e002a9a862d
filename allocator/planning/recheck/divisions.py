"""Bands and tiers, recomputed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from allocator.planning.recheck.arithmetic import Bound, is_division
from allocator.planning.recheck.folder import Folder, Row, decimal_text
from allocator.planning.recheck.quotas import check_quotas

BAND, TIERS, GROUPS = "band.csv", "trappen.csv", "trappen_groepen.csv"
ENDS = {
    (True, False): "minimaal",
    (False, True): "maximaal",
    (True, True): "beide",
    (False, False): "",
}


def bound(text: str) -> Bound:
    """A floor or cap; none where the cell is empty."""
    return int(text) if text else None


def _check_claims(folder: Folder, file: str, rows: list[Row], without: str) -> list[int]:
    """What a table repeats of the quotas, and its claims: inhabitants under the law's key."""
    quotas = check_quotas(folder)
    # Through decimals: Python itself reads no whole number of more than 4,300 digits.
    claims = [int(Decimal(row["gewicht"])) for row in rows]
    copied = {"gemeente_code": "gemeente_code", "gemeente": "gemeente", without: "formule"}
    for own, name in copied.items():
        folder.same(file, "", own, [row[own] for row in rows], [row[name] for row in quotas])
    if folder.is_statutory:
        folder.same(file, "", "gewicht", claims, list(folder.inhabitants().values()))
    for row, claim in zip(rows, claims, strict=True):
        share = decimal_text(claim * folder.total, sum(claims))
        folder.same(file, row["gemeente_code"], "exact_aandeel", row["exact_aandeel"], share)
    return claims


def check_band(folder: Folder) -> None:
    """``band.csv``: bounds from last period and the table, and the division within them."""
    rows = folder.rows(BAND)
    claims = _check_claims(folder, BAND, rows, "zonder_grenzen")
    given = folder.rows("invoer/vorige.csv")
    previous = {row["gemeente_code"]: int(row["taakstelling"]) for row in given}
    lower, upper = _bounds(folder, rows, previous)
    for row, floor, cap in zip(rows, lower, upper, strict=True):
        for name, wanted in _stated(folder, row, floor, cap, previous).items():
            found = row[name]
            folder.same(BAND, row["gemeente_code"], name, found, "" if wanted is None else wanted)
    provinces = [row["provincie_code"] for row in folder.rows("taakstellingen.csv")]
    folder.same(BAND, "", "provincie_code", [row["provincie_code"] for row in rows], provinces)
    parts = [int(row["personen"]) for row in rows]
    sound = is_division(folder.rounding, folder.total, claims, parts, lower, upper)
    folder.holds(sound, BAND, "personen")


def _stated(
    folder: Folder, row: Row, floor: Bound, cap: Bound, previous: dict[str, int]
) -> dict[str, str | None]:
    """Every field of a row that follows from its persons and its bounds."""
    persons = int(row["personen"])
    before = previous.get(row["gemeente_code"])
    change = None
    if before:
        apart = persons * sum(previous.values()) - before * folder.total
        change = decimal_text(apart, before * folder.total)
    return {
        "minimaal": _text(floor),
        "maximaal": _text(cap),
        "vorige": _text(before),
        "verschil_zonder": str(persons - int(row["zonder_grenzen"])),
        "verschil_vorige": _text(None if before is None else persons - before),
        "verandering_aandeel": change,
        "grens": ENDS[persons == floor, persons == cap],
    }


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _bounds(
    folder: Folder, rows: list[Row], previous: dict[str, int]
) -> tuple[list[Bound], list[Bound]]:
    table = {row["gemeente_code"]: row for row in folder.rows("invoer/grenzen.csv")}
    codes = [row["gemeente_code"] for row in rows]
    lower = [bound(table.get(code, {}).get("minimaal", "")) for code in codes]
    upper = [bound(table.get(code, {}).get("maximaal", "")) for code in codes]
    if "width" not in folder.own:
        return lower, upper
    width = Fraction(folder.own["width"])
    size = sum(previous.values()) if folder.own["on_persons"] else folder.total
    scale = Fraction(size, sum(previous.values()))
    for i, code in enumerate(codes):
        middle = previous[code] * scale
        # Rounded towards the middle: up for the floor, down for the cap.
        least = -(-(max(1 - width, Fraction(0)) * middle) // 1)
        most = int((1 + width) * middle // 1)
        own = upper[i]
        lower[i] = max(int(least), lower[i] or 0)
        upper[i] = most if own is None else min(most, own)
    return lower, upper


def check_tiers(folder: Folder) -> None:
    """``trappen.csv``: every group meets its total and divides it; the groups divide the whole."""
    rows, groups = folder.rows(TIERS), folder.rows(GROUPS)
    claims = _check_claims(folder, TIERS, rows, "zonder_trap")
    parts = [int(row["personen"]) for row in rows]
    for row in rows:
        wanted = int(row["personen"]) - int(row["zonder_trap"])
        folder.same(TIERS, row["gemeente_code"], "verschil", int(row["verschil"]), wanted)
    column = folder.own["column"]
    places = [row[column] for row in folder.rows("invoer/gemeenten.csv")]
    folder.same(TIERS, "", "groep", [row["groep"] for row in rows], places)
    folder.same(GROUPS, "", "groep", [row["groep"] for row in groups], sorted({*places}))
    floors = [
        _check_group(folder, group, [i for i, own in enumerate(places) if own == group["groep"]],
                     rows, claims)
        for group in groups
    ]  # fmt: skip
    totals = [int(group["personen"]) for group in groups]
    given = {row["groep"]: int(row["taakstelling"]) for row in folder.rows("invoer/groepen.csv")}
    if given:
        folder.same(GROUPS, "", "personen", totals, [given[group["groep"]] for group in groups])
    else:
        sums = [int(Decimal(group["gewicht"])) for group in groups]
        sound = is_division(folder.rounding, folder.total, sums, totals, floors)
        folder.holds(sound, GROUPS, "personen")
    folder.same(TIERS, "", "personen", sum(parts), folder.total)


def _check_group(
    folder: Folder, group: Row, members: list[int], rows: list[Row], claims: list[int]
) -> int:
    """One group: its figures and the division within it; returns the persons that it is owed."""
    own = [claims[i] for i in members]
    within = [int(rows[i]["personen"]) for i in members]
    without = sum(int(rows[i]["zonder_trap"]) for i in members)
    total = int(group["personen"])
    stated = {
        "gemeenten": str(len(members)),
        "gewicht": str(Decimal(sum(own))),
        "exact_aandeel": decimal_text(sum(own) * folder.total, sum(claims)),
        "zonder_trap": str(without),
        "verschil": str(total - without),
    }
    for name, wanted in stated.items():
        folder.same(GROUPS, group["groep"], name, group[name], wanted)
    sound = is_division(folder.rounding, total, own, within) if any(own) else not any(within)
    folder.holds(sound, TIERS, group["groep"])
    return sum(map(bool, own)) if folder.rounding in {"sluitend", "hill"} else 0
