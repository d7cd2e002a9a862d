"""V2: the annex of a division, from its table."""

from __future__ import annotations

from allocator.verify.core.folder import Result
from allocator.verify.core.reader import compare


def check_annex(result: Result) -> None:
    """V2: every row of ``taakstellingen.csv`` as the annex says it, with where it comes from."""
    table, rows = result.table("taakstellingen"), []
    for code, name, province, people, _, part, change, quota, fixed in table.pick(*table.columns):
        source = "vastgesteld" if fixed else "formule" if change == "0" else "correctie"
        rows.append((province, code, name, people, quota, source, part, change))
    compare(result.table("bijlage"), 2, rows, result.log, "V2")
