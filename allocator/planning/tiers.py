"""Quotas in tiers: first over groups (by default provinces), then within each group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from allocator.errors import ConflictError
from allocator.findings import Findings, nearest
from allocator.planning.question import Question
from allocator.planning.side_tables import GROUP_TOTALS, SideTable, read_side_table
from models.apportionment import (
    Division,
    InfeasibleBoundsError,
    TieredDivision,
    divide,
    divide_in_tiers,
)

GEMEENTEN = "gemeenten.csv"


@dataclass(frozen=True, slots=True)
class GroupPart:
    """One group: its members (places in the order of the municipalities) and its persons.

    ``within`` is the division over the members; none where nobody in the group weighs anything.
    """

    name: str
    members: tuple[int, ...]
    persons: int
    within: Division | None


@dataclass(frozen=True, slots=True)
class TierTable:
    """Both tiers; ``first`` is the division over the groups, none where their totals were given."""

    question: Question
    column: str
    groups: tuple[GroupPart, ...]
    first: Division | None
    persons: tuple[int, ...]

    @property
    def tied_groups(self) -> tuple[str, ...]:
        """Groups with an equal claim to the last person of the first tier."""
        return tuple(self.groups[i].name for i in self.first.tied) if self.first else ()

    @property
    def tied(self) -> tuple[str, ...]:
        """Municipalities with an equal claim to the last person of their group."""
        codes = self.question.codes
        return tuple(
            codes[group.members[i]]
            for group in self.groups
            if group.within is not None
            for i in group.within.tied
        )


def groups_by(question: Question, column: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Names of the groups in order, and the group of each municipality.

    Raises
    ------
    InputRefusedError
        If the column is not there, or a municipality has no group.
    """
    findings = Findings()
    table = question.instance.tables["gemeenten"]
    if not table.has(column):
        suggestion = nearest(column, table.columns) or "provincie_code"
        findings.error("unknown_grouping", GEMEENTEN, 1, column, suggestion=suggestion)
        findings.refuse_errors()
    for line, row in zip(table.lines, table.rows, strict=True):
        if not row[column]:
            findings.error("group_missing", GEMEENTEN, line, column, found=row["gemeente_code"])
    findings.refuse_errors()
    names = tuple(sorted({row[column] for row in table.rows}))
    number = {name: i for i, name in enumerate(names)}
    return names, tuple(number[row[column]] for row in table.rows)


def read_group_totals(
    path: Path, names: tuple[str, ...], total: int, findings: Findings
) -> SideTable | None:
    """Read given totals of the groups; they must be all there and sum to the national number."""
    table = read_side_table(path, GROUP_TOTALS, findings)
    if table is None:
        return None
    given = {row["groep"] for _, row in table}
    for line, row in table:
        if row["groep"] not in names:
            suggestion = nearest(row["groep"], names) or "-"
            findings.error(
                "group_unknown",
                table.file,
                line,
                "groep",
                found=row["groep"],
                suggestion=suggestion,
            )
    for name in names:
        if name not in given:
            findings.error("group_without_total", table.file, column="groep", found=name)
    found = sum(int(row["taakstelling"]) for _, row in table)
    if found != total:
        findings.error("groups_sum", table.file, column="taakstelling", found=found, expected=total)
    return table


def divide_tiers(
    question: Question, column: str = "provincie_code", totals: Mapping[str, int] | None = None
) -> TierTable:
    """Divide over groups by the sums of their claims, then within each group.

    Parameters
    ----------
    question
        What is divided.
    column
        Column of ``gemeenten`` that names the group of each municipality.
    totals
        Persons of each group by name, where they are given; otherwise the first tier divides.

    Raises
    ------
    InputRefusedError
        If the column is unknown or a municipality has no group.
    ConflictError
        If a given total is too small for the rounding.
    """
    names, groups = groups_by(question, column)
    if totals is not None:
        return _with_totals(question, column, names, groups, totals)
    tiers = divide_in_tiers(question.method, question.total, question.claims, groups)
    return TierTable(question, column, _parts(names, tiers), tiers.groups, tiers.parts)


def _parts(names: tuple[str, ...], tiers: TieredDivision) -> tuple[GroupPart, ...]:
    columns = zip(names, tiers.members, tiers.groups.parts, tiers.within, strict=True)
    return tuple(GroupPart(*column) for column in columns)


def _with_totals(
    question: Question,
    column: str,
    names: tuple[str, ...],
    groups: tuple[int, ...],
    totals: Mapping[str, int],
) -> TierTable:
    findings = Findings()
    persons = [0] * len(groups)
    parts = []
    for number, name in enumerate(names):
        members = tuple(i for i, group in enumerate(groups) if group == number)
        claims = [question.claims[i] for i in members]
        within = _within(question, name, claims, totals[name], findings)
        parts.append(GroupPart(name, members, totals[name], within))
        for i, part in zip(members, within.parts if within else (0,) * len(members), strict=True):
            persons[i] = part
    if findings.errors:
        raise ConflictError(findings.errors)
    return TierTable(question, column, tuple(parts), None, tuple(persons))


def _within(
    question: Question, name: str, claims: list[int], total: int, findings: Findings
) -> Division | None:
    """Divide a given total over the members of a group."""
    if any(claims):
        try:
            return divide(question.method, total, claims)
        except InfeasibleBoundsError as error:
            findings.error(
                "group_too_small", "groepen.csv", found=name, total=total, units=error.lower_sum
            )
    elif total:
        findings.error("group_without_claims", "groepen.csv", found=name, total=total)
    return None
