"""``herindelingen.csv``: which municipality became which, when, and by what share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from pathlib import Path

from allocator.findings import Findings
from allocator.places import KNOWN_YEARS, municipality_codes
from allocator.planning.exact import read_exact
from allocator.planning.side_tables import MERGERS, SideTable, read_side_table

ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Change:
    """One row: a share of an old municipality goes to a new one on a day.

    ``fixed`` are the inhabitants of the new one as fixed by the provincial executive (GS).
    """

    row: int
    old: str
    new: str
    name: str
    day: date
    share: Fraction
    fixed: int | None
    source: str
    province: str

    @property
    def structure_year(self) -> int:
        """First structure year in which the change holds: a structure is that of 1 January."""
        is_new_year = (self.day.month, self.day.day) == (1, 1)
        return self.day.year if is_new_year else self.day.year + 1


@dataclass(frozen=True, slots=True)
class Concordance:
    """All rows of the file; ``steps`` are those of one day together, in order of time."""

    table: SideTable
    steps: tuple[tuple[Change, ...], ...]

    @property
    def file(self) -> str:
        """Name of the file."""
        return self.table.file


def read_concordance(path: Path, first: int, last: int, findings: Findings) -> Concordance | None:
    """Read the rows that lead from one structure year to another.

    Parameters
    ----------
    path
        ``herindelingen.csv``.
    first, last
        Structure years of the instance and of what is asked; rows that took effect outside them
        are named in a notice and left out.
    findings
        Where shares that do not sum to 1, rows that contradict each other and unreadable cells
        go.
    """
    table = read_side_table(path, MERGERS, findings)
    if table is None:
        return None
    changes = [_change(table.file, line, row, findings) for line, row in table]
    read = [change for change in changes if change is not None]
    within = [change for change in read if first < change.structure_year <= last]
    if len(within) < len(read):
        findings.notice(
            "merger_outside", table.file, column="datum", count=len(read) - len(within),
            first=first, last=last,
        )  # fmt: skip
    _check_shares(table.file, within, findings)
    _check_rows_agree(table.file, within, findings)
    steps = groupby(sorted(within, key=_order), key=lambda change: change.day)
    return Concordance(table, tuple(tuple(step) for _, step in steps))


def _order(change: Change) -> tuple[date, str, str]:
    return change.day, change.old, change.new


def _change(file: str, line: int, row: Mapping[str, str], findings: Findings) -> Change | None:
    share = read_exact(row["aandeel"])
    if share is None:
        findings.error("not_exact", file, line, "aandeel", found=row["aandeel"])
        return None
    if not 0 < share <= 1:
        findings.error("merger_share_range", file, line, "aandeel", found=row["aandeel"])
        return None
    fixed = row.get("vastgestelde_inwoners", "")
    return Change(
        line,
        row["oud_code"],
        row["nieuw_code"],
        row["nieuwe_naam"],
        date.fromisoformat(row["datum"]),
        share,
        int(fixed) if fixed else None,
        row["bron"],
        row.get("provincie_code", ""),
    )


def _check_shares(file: str, changes: Sequence[Change], findings: Findings) -> None:
    """The shares of one old municipality on one day make a whole."""
    own: dict[tuple[date, str], list[Change]] = defaultdict(list)
    for change in changes:
        own[change.day, change.old].append(change)
    for (day, old), group in sorted(own.items()):
        whole = sum((change.share for change in group), Fraction(0))
        if whole != ONE:
            findings.error(
                "merger_shares", file, group[0].row, "aandeel", found=old, day=day.isoformat(),
                sum=str(whole), missing=str(ONE - whole),
            )  # fmt: skip


def _check_rows_agree(file: str, changes: Sequence[Change], findings: Findings) -> None:
    """Rows of one new municipality on one day say the same of it, where they say anything."""
    own: dict[tuple[date, str], list[Change]] = defaultdict(list)
    for change in changes:
        own[change.day, change.new].append(change)
    for (_, new), group in sorted(own.items()):
        said = {
            "nieuwe_naam": {change.name for change in group},
            "vastgestelde_inwoners": {str(c.fixed) for c in group if c.fixed is not None},
            "provincie_code": {change.province for change in group if change.province},
        }
        for column, values in said.items():
            if len(values) > 1:
                findings.error(
                    "merger_rows_differ", file, group[-1].row, column, found=new,
                    values=", ".join(sorted(values)),
                )  # fmt: skip


def is_in_force(code: str, year: int) -> bool:
    """Whether a code was in force in a structure year; true where no list can say."""
    if not code.startswith("GM") or year not in KNOWN_YEARS:
        return True
    entry = municipality_codes().get(code)
    return entry is not None and entry.first_year <= year <= entry.last_year
