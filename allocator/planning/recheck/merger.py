"""A merged instance, recomputed from what stands beside it."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from allocator.planning.recheck.folder import Folder, Row

PARTS, TOTALS, NOW = "herleiding/delen.csv", "herleiding/controle.csv", "gemeenten.csv"


def check_merge(folder: Folder) -> None:
    """Every part whole and nearly its share, no one lost, and the result what the parts make."""
    steps = _steps(folder)
    parts = folder.rows(PARTS)
    _check_parts(folder, steps, parts)
    for column in folder.own["counts"]:
        own = {
            (row["datum"], row["oud_code"], row["nieuw_code"]): int(row["aantal"])
            for row in parts
            if row["kolom"] == column
        }
        _check_column(folder, column, steps, own)


def _steps(folder: Folder) -> dict[str, list[Row]]:
    """Rows that took effect between the two structures, by day."""
    first, last = folder.own["from_year"], folder.own["to_year"]
    steps: dict[str, list[Row]] = defaultdict(list)
    for row in folder.rows("herleiding/herindelingen.csv"):
        # ISO dates compare as text: after 1 January of the first, up to that of the last.
        if f"{first}-01-01" < row["datum"] <= f"{last}-01-01":
            steps[row["datum"]].append(row)
    return dict(sorted(steps.items()))


def _check_parts(folder: Folder, steps: dict[str, list[Row]], parts: list[Row]) -> None:
    """The parts of one old municipality: whole, summing up, the largest remainders up."""
    shares = {
        (day, row["oud_code"], row["nieuw_code"]): Fraction(row["aandeel"].replace(",", "."))
        for day, rows in steps.items()
        for row in rows
    }
    split: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in parts:
        split[row["kolom"], row["datum"], row["oud_code"]].append(row)
    for (column, day, old), rows in split.items():
        rows.sort(key=lambda row: row["nieuw_code"])
        whole = int(rows[0]["geheel"])
        exact = [shares[day, old, row["nieuw_code"]] * whole for row in rows]
        wanted = [value.__floor__() for value in exact]
        order = sorted(range(len(rows)), key=lambda i: (wanted[i] - exact[i], i))
        for i in order[: whole - sum(wanted)]:
            wanted[i] += 1
        found = [int(row["aantal"]) for row in rows]
        folder.same(PARTS, f"{column} {day} {old}", "aantal", found, wanted)


def _check_column(
    folder: Folder,
    column: str,
    steps: dict[str, list[Row]],
    parts: dict[tuple[str, str, str], int],
) -> None:
    """Replay one column from before to after."""
    before = folder.rows("herleiding/gemeenten_voor.csv")
    amounts = {row["gemeente_code"]: row[column] for row in before}
    known = sum(int(cell) for cell in amounts.values() if cell)
    gs = 0
    for day, rows in steps.items():
        sums: dict[str, int | None] = {}
        leaving = {row["oud_code"] for row in rows}
        for new in sorted({row["nieuw_code"] for row in rows}):
            olds = [row["oud_code"] for row in rows if row["nieuw_code"] == new]
            own = [amounts[new]] if new in amounts and new not in leaving else []
            complete = all(amounts[old] for old in olds) and all(own)
            brought = [parts[day, old, new] for old in olds if amounts[old]]
            sums[new] = sum(brought) + sum(map(int, own)) if complete else None
        fixed = {
            row["nieuw_code"]: int(row["vastgestelde_inwoners"])
            for row in rows
            if column == "inwoners" and row.get("vastgestelde_inwoners")
        }
        gs += sum(figure - (sums[new] or 0) for new, figure in fixed.items())
        for code in leaving:
            del amounts[code]
        for new, total in (sums | fixed).items():
            amounts[new] = "" if total is None else str(total)
    found = {row["gemeente_code"]: row[column] for row in folder.rows(NOW)}
    folder.same(NOW, "", column, found, amounts)
    after = sum(int(cell) for cell in amounts.values() if cell)
    (line,) = (row for row in folder.rows(TOTALS) if row["kolom"] == column)
    stated = tuple(int(line[name]) for name in ("voor", "vastgesteld_verschil", "na"))
    folder.same(TOTALS, column, "na", stated, (known, gs, after))
    folder.holds(column != "inwoners" or known + gs == after, TOTALS, column)
