"""Concordances and merged instances for the tests of mergers."""

from __future__ import annotations

from pathlib import Path

from allocator.merging import merged
from allocator.planning import Outcome
from tests.allocator.planning.cases import Case, put_text, rows_of

HEADER = "oud_code,nieuw_code,nieuwe_naam,datum,aandeel,vastgestelde_inwoners,bron,provincie_code\n"


def concordance(folder: Path, *rows: str) -> Path:
    """A concordance; a row is ``old new share`` with, after ``|``, ``column=value`` cells."""
    lines = []
    for row in rows:
        plain, _, more = row.partition("|")
        old, new, share = plain.split()
        cells = {"datum": "2022-01-01", "bron": "verzonnen", "nieuwe_naam": f"Plaats {new}"}
        cells |= dict(cell.split("=") for cell in more.split())
        own = [old, new, cells["nieuwe_naam"], cells["datum"], share]
        own += [cells.get("vastgestelde_inwoners", ""), cells["bron"]]
        lines.append(",".join([*own, cells.get("provincie_code", "")]))
    return put_text(folder / "herindelingen.csv", HEADER + "\n".join(lines) + "\n")


def merge_case(folder: Path, case: Case, *rows: str, year: int = 2022, **more: object) -> Outcome:
    """Carry a case to another structure."""
    counts = more.get("counts", ())
    assert isinstance(counts, tuple)
    return merged(case.put(folder / "oud"), concordance(folder, *rows), year, counts)


def column(made: Outcome, name: str) -> dict[str, str]:
    """A column of the merged ``gemeenten`` by code."""
    return {row["gemeente_code"]: row[name] for row in rows_of(made.files["gemeenten.csv"])}


def inhabitants(made: Outcome) -> dict[str, int]:
    """Inhabitants after the merger by code."""
    return {code: int(cell) for code, cell in column(made, "inwoners").items()}


def totals(made: Outcome) -> dict[str, dict[str, str]]:
    """Control totals by column."""
    return {row["kolom"]: row for row in rows_of(made.files["herleiding/controle.csv"])}
