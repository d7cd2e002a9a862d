"""Two-way tables, recomputed: margins, bounds, proof, and whether there is another as good."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from allocator.planning.recheck.arithmetic import signpost
from allocator.planning.recheck.divisions import bound
from allocator.planning.recheck.folder import Folder, Row
from allocator.planning.recheck.quotas import check_quotas

CELLS, MARGINS = "tabel.csv", "tabel_marges.csv"
Place = tuple[str, str]
Sides = dict[str, list[str]]


def check_table(folder: Folder) -> None:
    """``tabel.csv``: both margins, the bounds, and the proof s(x) <= w a b <= s(x + 1)."""
    quotas = check_quotas(folder)
    cells = folder.rows(CELLS)
    given = {(row["soort"], row["naam"]): row for row in folder.rows(MARGINS)}
    for (kind, name), row in given.items():
        column = "gemeente_code" if kind == "rij" else "kolom"
        found = sum(int(cell["personen"]) for cell in cells if cell[column] == name)
        folder.same(CELLS, name, "personen", found, int(row["totaal"]))
        folder.holds(Fraction(row["factor"]) > 0, MARGINS, name)
    give: Sides = defaultdict(list)
    take: Sides = defaultdict(list)
    for cell in cells:
        a = Fraction(given["rij", cell["gemeente_code"]]["factor"])
        b = Fraction(given["kolom", cell["kolom"]]["factor"])
        sound = _is_proven(folder.own["rounding"], cell, a * b, give, take)
        folder.holds(sound, CELLS, f"{cell['gemeente_code']} {cell['kolom']}")
    tied = on_cycles(give, take)
    for cell in cells:
        place = cell["gemeente_code"], cell["kolom"]
        said = "nee" if place in tied else "ja"
        folder.same(CELLS, " ".join(place), "uniek", cell["uniek"], said)
    _check_cells(folder, cells)
    _check_margins(folder, given, quotas)


def _is_proven(rounding: str, cell: Row, factor: Fraction, give: Sides, take: Sides) -> bool:
    """Both inequalities of a cell; where one is an equality the cell may give or take for free."""
    weight, x = int(cell["gewicht"]), int(cell["personen"])
    floor, cap = bound(cell["minimaal"]) or 0, bound(cell["maximaal"])
    if not weight:
        return x == floor
    if rounding in {"sluitend", "hill"} and cap != 0:
        floor = max(floor, 1)
    if x < floor or (cap is not None and x > cap):
        return False
    scaled = weight ** (2 if rounding == "hill" else 1) * factor
    below, above = signpost(rounding, x), signpost(rounding, x + 1)
    if x > floor and below == scaled:
        give[cell["gemeente_code"]].append(cell["kolom"])
    if x != cap and above == scaled:
        take[cell["gemeente_code"]].append(cell["kolom"])
    return (x == floor or below <= scaled) and (x == cap or scaled <= above)


def on_cycles(give: Sides, take: Sides) -> set[Place]:
    """Cells on a closed walk of free moves: another table is as good exactly along those."""
    after: dict[str, set[str]] = defaultdict(set)
    for row, sources in give.items():
        for source in sources:
            after[source] |= set(take.get(row, []))
    tied = set()
    for row, sources in give.items():
        for source in sources:
            for target in take.get(row, []):
                if source in _reached(target, after):
                    tied |= {(row, source), (row, target)}
    return tied


def _reached(start: str, after: dict[str, set[str]]) -> set[str]:
    seen, waiting = {start}, [start]
    while waiting:
        fresh = after.get(waiting.pop(), set()) - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


def _check_cells(folder: Folder, cells: list[Row]) -> None:
    """Weights stand in the proportions of the input, and bounds are those of the input."""
    listed = {(row["gemeente_code"], row["kolom"]): row for row in folder.rows("invoer/cellen.csv")}
    ratios = set()
    for cell in cells:
        place = cell["gemeente_code"], cell["kolom"]
        row = listed.get(place, {})
        wanted = Fraction(row["gewicht"].replace(",", ".")) if row else Fraction(not listed)
        folder.holds(bool(wanted) == bool(int(cell["gewicht"])), CELLS, " ".join(place))
        if wanted:
            ratios.add(int(cell["gewicht"]) / wanted)
        for name in ("minimaal", "maximaal"):
            folder.same(CELLS, " ".join(place), name, cell[name], row.get(name, ""))
    folder.holds(len(ratios) <= 1, CELLS, "gewicht")


def _check_margins(folder: Folder, given: dict[Place, Row], quotas: list[Row]) -> None:
    """The margins are those of the input; rows that it leaves out are the quotas."""
    wanted = {
        (row["soort"], row["naam"]): int(row["totaal"]) for row in folder.rows("invoer/marges.csv")
    }
    if not any(kind == "rij" for kind, _ in wanted):
        for row in quotas:
            wanted["rij", row["gemeente_code"]] = int(row["taakstelling"])
    found = {place: int(row["totaal"]) for place, row in given.items()}
    folder.same(MARGINS, "", "totaal", found, wanted)
