"""Half-years in a row: all of them planned at once, or one after another with a ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from allocator.findings import Finding, Findings
from allocator.period import HalfYear
from allocator.planning.exact import read_exact
from allocator.planning.question import Question, claims_of
from allocator.planning.regime_choice import check_regimes
from allocator.planning.side_tables import (
    EXACT_SHARE,
    HISTORY,
    TOTALS,
    SideTable,
    read_side_table,
)
from models.apportionment import (
    History,
    OnlineStep,
    Plan,
    divide_online,
    exact_shares,
    plan_over_time,
)

Shares = tuple[Fraction, ...]
Solve = Callable[[Sequence[int], Sequence[Sequence[int]]], Plan]


@dataclass(frozen=True, slots=True)
class HalfYearPlan:
    """A plan for several half-years; shares and parts by half-year, then by municipality.

    ``plan`` carries the largest deviations in one half-year and over all, both below one person.
    """

    question: Question
    totals: Mapping[str, int]
    shares: tuple[Shares, ...]
    plan: Plan


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What was due to and given to one municipality in one half-year [persons]."""

    half_year: str
    code: str
    share: Fraction
    persons: int


@dataclass(frozen=True, slots=True)
class NextHalfYear:
    """One more half-year on the ledger: the step with its condition, and the whole ledger."""

    question: Question
    step: OnlineStep
    earlier: tuple[LedgerRow, ...]
    ledger: tuple[LedgerRow, ...]

    @property
    def tied(self) -> tuple[str, ...]:
        """Codes with an equal claim to the last person."""
        return tuple(self.question.codes[i] for i in self.step.tied)


def read_totals(
    path: Path, question_regime: str, findings: Findings
) -> tuple[SideTable, dict[str, int]] | None:
    """Read the half-years of a plan with their national numbers, in order of time."""
    table = read_side_table(path, TOTALS, findings)
    if table is None:
        return None
    totals: dict[str, int] = {}
    for line, row in table:
        half_year = parse_half_year(row["halfjaar"])
        if half_year is None:
            findings.error("bad_half_year", table.file, line, "halfjaar", found=row["halfjaar"])
            continue
        totals[str(half_year)] = int(row["landelijk_totaal"])
    check_regimes(map(HalfYear.parse, totals), question_regime, table.file, findings)
    return table, totals


def parse_half_year(text: str) -> HalfYear | None:
    """Read ``2021-1``; none for anything else."""
    try:
        return HalfYear.parse(text)
    except ValueError:
        return None


def claims_over_time(question: Question, totals: Mapping[str, int]) -> list[tuple[int, ...]]:
    """Claims of every half-year; they differ only where a key sets credits off against a total."""
    key = question.plain.key
    return [claims_of(question.instance, key, total) for total in totals.values()]


def note_one_population(question: Question, half_years: Sequence[str]) -> tuple[Finding, ...]:
    """Say for which half-years the law would take inhabitants of another day."""
    findings = Findings()
    used = question.instance.settings.population_date
    others = [name for name in half_years if HalfYear.parse(name).population_date != used]
    if others:
        findings.notice(
            "plan_one_population",
            "halfjaren.csv",
            column="halfjaar",
            found=", ".join(others),
            used=used.isoformat(),
        )
    return findings.notices


def plan_halfyears(
    question: Question, totals: Mapping[str, int], solve: Solve = plan_over_time
) -> HalfYearPlan:
    """Divide all half-years at once: each in floor or ceiling of its share, and so their sums.

    Parameters
    ----------
    question
        Claims of the municipalities; its own total plays no part.
    totals
        National number of each half-year, in order of time [persons].
    solve
        What finds the plan: the model itself, or the model in a process of its own.

    Returns
    -------
    HalfYearPlan
        Every half-year sums to its total; nobody is ever a person or more from its exact share,
        in a half-year or over the half-years so far.
    """
    claims = claims_over_time(question, totals)
    numbers = list(totals.values())
    shares = tuple(exact_shares(*pair) for pair in zip(numbers, claims, strict=True))
    return HalfYearPlan(question, totals, shares, solve(numbers, claims))


def read_history(
    path: Path, question: Question, findings: Findings
) -> tuple[SideTable, tuple[LedgerRow, ...]] | None:
    """Read the ledger: whole half-years before this one, shares and persons with equal sums."""
    table = read_side_table(path, HISTORY, findings)
    if table is None:
        return None
    if not table.data.has(EXACT_SHARE):
        present = ", ".join(table.data.columns)
        findings.error(
            "missing_column", table.file, 1, EXACT_SHARE, present=present, suggestion="-"
        )
        return None
    rows = [_ledger_row(table.file, line, row, findings) for line, row in table]
    ledger = tuple(row for row in rows if row is not None)
    if not findings.errors:
        _check_ledger(table.file, ledger, question, findings)
    return table, ledger


def _ledger_row(
    file: str, line: int, row: Mapping[str, str], findings: Findings
) -> LedgerRow | None:
    half_year, share = parse_half_year(row["halfjaar"]), read_exact(row[EXACT_SHARE])
    if half_year is None:
        findings.error("bad_half_year", file, line, "halfjaar", found=row["halfjaar"])
    if share is None:
        findings.error("not_exact", file, line, EXACT_SHARE, found=row[EXACT_SHARE][:60])
    if half_year is None or share is None:
        return None
    return LedgerRow(str(half_year), row["gemeente_code"], share, int(row["personen"]))


def _check_ledger(
    file: str, ledger: Sequence[LedgerRow], question: Question, findings: Findings
) -> None:
    own = question.instance.settings.period
    codes = set(question.codes)
    for name in sorted({row.half_year for row in ledger}):
        rows = [row for row in ledger if row.half_year == name]
        if HalfYear.parse(name) >= own:
            findings.error(
                "history_not_before", file, column="halfjaar", found=name, half_year=str(own)
            )
        if {row.code for row in rows} != codes:
            strange = sorted({row.code for row in rows} ^ codes)
            findings.error(
                "history_codes",
                file,
                column="gemeente_code",
                half_year=name,
                found=", ".join(strange[:5]),
                count=len(strange),
            )
        due, given = sum((row.share for row in rows), Fraction(0)), sum(r.persons for r in rows)
        if due != given:
            findings.error(
                "history_sum", file, column="personen", half_year=name, due=str(due), found=given
            )


def next_halfyear(question: Question, ledger: Sequence[LedgerRow]) -> NextHalfYear:
    """Divide the half-year of the instance with the remainders of the ledger carried over.

    Parameters
    ----------
    question
        The half-year to divide.
    ledger
        Every municipality in every earlier half-year; empty for the first one.

    Returns
    -------
    NextHalfYear
        The step, whether its condition holds, and the ledger with this half-year added.
    """
    place = {code: i for i, code in enumerate(question.codes)}
    due, given = [Fraction(0)] * len(place), [0] * len(place)
    for row in ledger:
        due[place[row.code]] += row.share
        given[place[row.code]] += row.persons
    step = divide_online(question.total, question.claims, History(tuple(due), tuple(given)))
    now = str(question.instance.settings.period)
    columns = zip(question.codes, question.shares, step.parts, strict=True)
    added = tuple(LedgerRow(now, *column) for column in columns)
    return NextHalfYear(question, step, tuple(ledger), (*ledger, *added))
