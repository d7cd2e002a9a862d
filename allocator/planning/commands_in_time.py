"""Plans, ledgers and drift: paths and options in, files and a summary out."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from allocator.findings import Findings
from allocator.period import HalfYear
from allocator.planning.commands import PLAIN, Options, copies, question_of
from allocator.planning.drift import drift_over, repeated_totals
from allocator.planning.outcome import Outcome, outcome
from allocator.planning.over_time import (
    next_halfyear,
    note_one_population,
    plan_halfyears,
    read_history,
    read_totals,
)
from allocator.planning.question import Question
from allocator.planning.regime_choice import check_regimes
from allocator.planning.result_tables import drift_bytes, ledger_bytes, plan_bytes, rows_bytes
from allocator.planning.says import drift_summary, next_summary, plan_summary
from allocator.solving import gave_nothing, stand_ins
from models.apportionment import plan_over_time
from models.solution import SolverFailedError
from models.solver.child import run_in_child
from models.solver.roll import recording

MOST_HALF_YEARS = 200
"""Longest horizon: a century of half-years."""


def planned(instance: Path, totals: Path, options: Options = PLAIN) -> Outcome:
    """Plan several half-years at once, so that nobody is ever a person off.

    Parameters
    ----------
    instance
        A national instance; its claims hold for every half-year.
    totals
        ``halfjaren.csv``: national number of each half-year.
    options
        Key and language; shares are rounded down or up, so there is no rounding to choose.

    Raises
    ------
    InputRefusedError
        If an input is wrong, or the rule set of the instance does not govern a half-year.
    SolverGaveNothingError
        If the flow engine fails.
    """
    question = question_of(instance, options, closed=False)
    findings = Findings()
    read = read_totals(totals, question.instance.settings.regime, findings)
    findings.refuse_errors()
    assert read is not None, "a table that cannot be read is a finding"
    try:
        with recording() as roll:
            made = plan_halfyears(question, read[1], partial(run_in_child, plan_over_time))
    except SolverFailedError as error:
        raise gave_nothing(error) from error
    notices = (
        *question.notices,
        *findings.notices,
        *note_one_population(question, list(read[1])),
        *stand_ins(roll),
    )
    worst = {
        "worst_period": str(made.plan.worst_period),
        "worst_cumulative": str(made.plan.worst_cumulative),
    }
    files = question.files({"plan": worst}, **{"plan.csv": plan_bytes(made)})
    summary = plan_summary(made, notices)
    parameters = {**question.parameters(), "plan": {"half_years": list(read[1])}}
    files |= copies(read[0])
    return outcome(question.instance, files, summary, parameters, options.lang, roll)


def following(instance: Path, history: Path | None = None, options: Options = PLAIN) -> Outcome:
    """Divide the half-year of the instance with the remainders of earlier ones carried over.

    Parameters
    ----------
    instance
        A national instance.
    history
        ``historie.csv`` of the half-year before; none for the first.
    options
        Key and language.

    Raises
    ------
    InputRefusedError
        If the ledger does not fit: other municipalities, a later half-year, sums that differ.
    """
    question = question_of(instance, options, closed=False)
    findings = Findings()
    read = read_history(history, question, findings) if history else None
    findings.refuse_errors()
    made = next_halfyear(question, read[1] if read else ())
    step = made.step
    if not step.is_bounded:
        findings.notice(
            "next_no_bound", "historie.csv", floor_sum=step.floor_sum,
            cumulative=step.cumulative_total, worst=str(step.worst),
        )  # fmt: skip
    own = {
        "floor_sum": step.floor_sum,
        "cumulative_total": step.cumulative_total,
        "is_bounded": step.is_bounded,
        "worst": str(step.worst),
        "tied": list(made.tied),
    }
    files = question.files({"next": own}, **{"historie.csv": ledger_bytes(made.ledger)})
    if made.earlier:
        files["invoer/historie.csv"] = ledger_bytes(made.earlier)
    summary = next_summary(made, (*question.notices, *findings.notices))
    parameters = {**question.parameters(), "next": own}
    return outcome(question.instance, files, summary, parameters, options.lang)


def drifted(
    instance: Path, totals: Path | None = None, count: int = 20, options: Options = PLAIN
) -> Outcome:
    """Show where rounding each half-year by itself ends up.

    Parameters
    ----------
    instance
        A national instance; its claims hold for every half-year.
    totals
        ``halfjaren.csv``; without it the instance's own number for ``count`` half-years.
    count
        Half-years from the instance's own on, where ``totals`` are not given.
    options
        Key and language.

    Raises
    ------
    InputRefusedError
        If an input is wrong.
    ConflictError
        If a total is too small for a rounding that gives everybody at least one.
    """
    question = question_of(instance, options, closed=False)
    findings = Findings()
    numbers = _totals(question, totals, count, findings)
    findings.refuse_errors()
    table = drift_over(question, numbers)
    notices = (*question.notices, *findings.notices, *note_one_population(question, list(numbers)))
    rows = ({"halfjaar": name, "landelijk_totaal": own} for name, own in numbers.items())
    files = question.files(
        {"drift": {rounding: str(own.worst) for rounding, own in table.drifts.items()}},
        **drift_bytes(table),
        **{"invoer/halfjaren.csv": rows_bytes("halfjaar landelijk_totaal", rows)},
    )
    parameters = {**question.parameters(), "drift": {"half_years": list(numbers)}}
    summary = drift_summary(table, notices)
    return outcome(question.instance, files, summary, parameters, options.lang)


def _totals(
    question: Question, path: Path | None, count: int, findings: Findings
) -> dict[str, int]:
    settings = question.instance.settings
    if path is not None:
        read = read_totals(path, settings.regime, findings)
        return read[1] if read else {}
    if not 1 <= count <= MOST_HALF_YEARS:
        findings.error("half_years_range", "--half-years", found=count, most=MOST_HALF_YEARS)
        return {}
    totals = repeated_totals(settings.period, question.total, count)
    check_regimes(
        map(HalfYear.parse, totals), settings.regime, question.instance.settings_place, findings
    )
    return totals
