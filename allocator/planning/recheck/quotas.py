"""The quotas that stand beside every planning result, recomputed."""

from __future__ import annotations

from allocator.planning.recheck.arithmetic import is_division
from allocator.planning.recheck.folder import Folder, Row, decimal_text

FILE, PLACES = "taakstellingen.csv", "invoer/gemeenten.csv"
COPIED = ("gemeente_code", "gemeente", "provincie_code", "inwoners")


def check_quotas(folder: Folder) -> list[Row]:
    """``taakstellingen.csv``: the municipalities of the input, formula, correction and quota."""
    rows = folder.rows(FILE)
    places = folder.rows(PLACES)
    for name in COPIED:
        folder.same(FILE, "", name, [row[name] for row in rows], [row[name] for row in places])
    corrections = _column(folder, "invoer/correcties.csv", "correctie")
    published = _column(folder, "invoer/vastgesteld.csv", "taakstelling")
    for row in rows:
        code = row["gemeente_code"]
        correction = corrections.get(code, 0)
        quota = published.get(code, int(row["formule"] or 0) + correction)
        found = int(row["correctie"]), int(row["taakstelling"])
        folder.same(FILE, code, "taakstelling", found, (correction, quota))
        folder.same(FILE, code, "vastgesteld", row["vastgesteld"], str(published.get(code, "")))
    if folder.settings["scope"] == "landelijk":
        _check_division(folder, rows)
    return rows


def _column(folder: Folder, file: str, name: str) -> dict[str, int]:
    return {row["gemeente_code"]: int(row[name]) for row in folder.rows(file)}


def _check_division(folder: Folder, rows: list[Row]) -> None:
    """Under the law's key the claims are known: the formula is the division of the total."""
    parts = [int(row["formule"]) for row in rows]
    if not folder.is_statutory:
        folder.holds(folder.rounding == "wettelijk" or sum(parts) == folder.total, FILE, "formule")
        return
    claims = list(folder.inhabitants().values())
    for row, claim in zip(rows, claims, strict=True):
        share = decimal_text(claim * folder.total, sum(claims))
        folder.same(FILE, row["gemeente_code"], "exact_aandeel", row["exact_aandeel"], share)
    if folder.rounding == "wettelijk":
        wanted = [-(-claim * folder.total // sum(claims)) for claim in claims]
        folder.same(FILE, "", "formule", parts, wanted)
    else:
        folder.holds(is_division(folder.rounding, folder.total, claims, parts), FILE, "formule")
