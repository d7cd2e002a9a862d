"""Carry inhabitants and counts from old municipalities to new ones, whole and without loss."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from allocator.findings import Findings, nearest
from allocator.merging.concordance import Change, Concordance, is_in_force
from allocator.schema import TABLE_BY_NAME
from models.apportionment import integer_weights, largest_remainder

INHABITANTS, SOURCE = "inwoners", "inwoners_bron"
FILE = "gemeenten.csv"
DESCRIBING = frozenset(TABLE_BY_NAME["gemeenten"].column_names) - {INHABITANTS}
"""Columns that describe a municipality; the others are indicators, and only counts add up."""
WRITTEN = frozenset({"gemeente_code", "gemeente", "provincie_code", SOURCE})
"""Columns that a new row always gets afresh."""
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Flow:
    """What one old municipality brought into one new one, of one column."""

    day: str
    old: str
    new: str
    column: str
    share: Fraction
    whole: int
    """What the old municipality had."""
    amount: int

    @property
    def exact(self) -> Fraction:
        """The share before rounding."""
        return self.share * self.whole


@dataclass(frozen=True, slots=True)
class FixedFigure:
    """Inhabitants as fixed by the provincial executive beside the sum of the parts."""

    day: str
    code: str
    parts: int
    fixed: int


@dataclass(slots=True)
class Carried:
    """The municipalities as they stand, and how they came to it."""

    rows: dict[str, Row]
    counts: tuple[str, ...]
    flows: list[Flow] = field(default_factory=list)
    fixed: list[FixedFigure] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    emptied: set[str] = field(default_factory=set)
    """Columns in which a changed municipality has nothing: no figure that is known of it."""

    def total(self, column: str) -> int:
        """Sum of a column over all municipalities."""
        return sum(int(row[column]) for row in self.rows.values() if row.get(column, ""))


def carry(
    rows: Mapping[str, Row],
    concordance: Concordance,
    counts: tuple[str, ...],
    checked: bool,
    findings: Findings,
) -> Carried:
    """Apply every step in order of time.

    Parameters
    ----------
    rows
        Rows of ``gemeenten`` by code.
    concordance
        The changes.
    counts
        Columns besides ``inwoners`` that add up over municipalities and go by the same shares.
    checked
        Whether codes are held against the dated list (not for made-up municipalities).
    findings
        Where old codes that are not there and new codes that are not in force go.

    Raises
    ------
    InputRefusedError
        After the first day with an error: later days stand on it.

    References
    ----------
    Huisvestingswet 2014 art. 30(1), text of 2015-07-01: for a municipality in a boundary change
    the provincial executive fixes the number, as far as possible from the parts.
    """
    carried = Carried({code: dict(row) for code, row in rows.items()}, (INHABITANTS, *counts))
    for changes in concordance.steps:
        step = _Step(changes, carried, concordance.file, findings)
        step.check(checked)
        findings.refuse_errors()
        step.apply()
        findings.refuse_errors()
    return carried


class _Step:
    """The changes of one day; all of them see the municipalities as they were before it.

    Notices carry no row number: they go into the manifest, which no order of rows may change.
    """

    def __init__(
        self, changes: Sequence[Change], carried: Carried, file: str, findings: Findings
    ) -> None:
        self.changes, self.carried, self.file, self.findings = changes, carried, file, findings
        self.before = {code: dict(row) for code, row in carried.rows.items()}
        self.leaving: dict[str, list[Change]] = defaultdict(list)
        self.coming: dict[str, list[Change]] = defaultdict(list)
        for change in changes:
            self.leaving[change.old].append(change)
            self.coming[change.new].append(change)

    def check(self, checked: bool) -> None:
        for change in self.changes:
            row = self.before.get(change.old)
            if row is None:
                suggestion = nearest(change.old, self.before) or "-"
                self.findings.error(
                    "merger_old_unknown", self.file, change.row, "oud_code", found=change.old,
                    day=change.day.isoformat(), suggestion=suggestion,
                )  # fmt: skip
            if checked and not is_in_force(change.new, change.structure_year):
                self.findings.error(
                    "merger_new_not_in_force", self.file, change.row, "nieuw_code",
                    found=change.new, year=change.structure_year,
                )  # fmt: skip
        for code in sorted(self.leaving.keys() | self.coming.keys()):
            self._check_counts(code, self.before.get(code, {}))

    def _check_counts(self, code: str, row: Row) -> None:
        for column in self.carried.counts:
            cell = row.get(column, "")
            if cell and not (cell.isascii() and cell.isdigit()):
                self.findings.error(
                    "merger_not_a_count", FILE, column=column, found=cell, municipality=code
                )

    def apply(self) -> None:
        """Split every old municipality, then put the parts together."""
        flows = [flow for old in sorted(self.leaving) for flow in self._split(old)]
        for old in self.leaving.keys() - self.coming.keys():
            del self.carried.rows[old]
        for new in sorted(self.coming):
            row = self._joined(new, [flow for flow in flows if flow.new == new])
            self.carried.rows[new] = row
        self.carried.flows.extend(flows)
        self.carried.changed |= self.leaving.keys() | self.coming.keys()

    def _split(self, old: str) -> list[Flow]:
        """Whole parts of an old municipality: largest remainder, of equals the lowest code."""
        own = self.leaving[old]  # in the order of the new codes, as the step is
        weights = integer_weights([change.share for change in own])
        flows = []
        for column in self.carried.counts:
            cell = self.before[old].get(column, "")
            if not cell:
                continue
            division = largest_remainder(int(cell), weights)
            if division.tied and column == INHABITANTS:
                codes = ", ".join(own[i].new for i in division.tied)
                self.findings.notice(
                    "merger_tied", self.file, column="aandeel", found=old, codes=codes
                )
            for change, amount in zip(own, division.parts, strict=True):
                day = change.day.isoformat()
                flows.append(Flow(day, old, change.new, column, change.share, int(cell), amount))
        return flows

    def _joined(self, new: str, flows: Sequence[Flow]) -> Row:
        """The row of a new municipality from its parts and, if it gives nothing up, its own."""
        changes = self.coming[new]
        kept = self.before.get(new) if new not in self.leaving else None
        is_whole = kept is None and len(changes) == 1 and changes[0].share == 1
        row = self._described(new, is_whole)
        for column in self.carried.counts:
            parts = [flow.amount for flow in flows if flow.column == column]
            own = [] if kept is None else [kept.get(column, "")]
            known = len(parts) == len(changes) and all(own)
            row[column] = str(sum(parts) + sum(map(int, own))) if known else ""
            if not known and (parts or any(own)):
                self.carried.emptied.add(column)
        if not is_whole:
            row[SOURCE] = "afgeleid"
        self._fix(new, row)
        return row

    def _described(self, new: str, is_whole: bool) -> Row:
        """What a row says besides numbers: its own where it stays, else where all agree."""
        changes = self.coming[new]
        stays = new in self.before and (
            new not in self.leaving or any(change.old == new for change in changes)
        )
        parents = [self.before[new if stays else change.old] for change in changes]
        row: Row = {}
        for column in parents[0]:
            values = {parent.get(column, "") for parent in parents}
            agreed = len(values) == 1 and (is_whole or column in DESCRIBING)
            row[column] = values.pop() if agreed else ""
            afresh = column in WRITTEN or column in self.carried.counts
            if not row[column] and any(values) and not afresh:
                self.carried.emptied.add(column)
        row["gemeente_code"], row["gemeente"] = new, changes[0].name
        stated = {change.province for change in changes if change.province}
        row["provincie_code"] = stated.pop() if stated else row["provincie_code"]
        if not row["provincie_code"]:
            values = {parent["provincie_code"] for parent in parents}
            self.findings.error(
                "merger_province", self.file, changes[0].row, "provincie_code", found=new,
                values=", ".join(sorted(values)),
            )  # fmt: skip
        return row

    def _fix(self, new: str, row: Row) -> None:
        """The figure of the provincial executive leads; a difference with the parts is shown."""
        for change in self.coming[new]:
            if change.fixed is None:
                continue
            parts = int(row[INHABITANTS])
            if parts != change.fixed:
                self.findings.notice(
                    "merger_fixed_differs", self.file, column="vastgestelde_inwoners", found=new,
                    fixed=change.fixed, parts=parts, difference=change.fixed - parts,
                )  # fmt: skip
            self.carried.fixed.append(FixedFigure(change.day.isoformat(), new, parts, change.fixed))
            row[INHABITANTS], row[SOURCE] = str(change.fixed), "gs"
            return
