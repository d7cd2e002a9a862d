"""What the terminal says of each planning command, in words and as figures."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from allocator.findings import Finding
from allocator.planning.bands import BandTable
from allocator.planning.drift import DriftTable
from allocator.planning.exact import decimals
from allocator.planning.outcome import Sentence, Summary
from allocator.planning.over_time import HalfYearPlan, NextHalfYear
from allocator.planning.tiers import TierTable
from allocator.planning.two_way import WholeTable

Notices = tuple[Finding, ...]


def _tied(codes: Sequence[str]) -> tuple[Sentence, ...]:
    return (Sentence("screen_tied", {"codes": ", ".join(codes)}),) if codes else ()


def band_summary(table: BandTable, notices: Notices) -> Summary:
    """Bounds that were met, the least width that works, and ties."""
    at = [row.stands_at for row in table.rows]
    persons = sum(row.persons for row in table.rows)
    sums = {
        "sum": persons,
        "total": table.question.total,
        "at_floor": at.count("minimaal") + at.count("beide"),
        "at_cap": at.count("maximaal") + at.count("beide"),
        "changed": sum(row.persons != row.without for row in table.rows),
    }
    width = str(table.band.width) if table.band else "-"
    least = "-" if table.least is None else str(table.least)
    sentences = [Sentence("band_done", sums)]
    if table.band is not None:
        base = "band_of_persons" if table.band.on_persons else "band_of_shares"
        sentences.append(Sentence(base, {"width": width, "smallest": least}))
    figures: dict[str, object] = {**sums, "tied": list(table.tied)}
    if table.band is not None:
        figures |= {"width": width, "least_width": least, "on_persons": table.band.on_persons}
    return Summary("band", (*sentences, *_tied(table.tied)), figures, notices)


def tier_summary(table: TierTable, notices: Notices) -> Summary:
    """How far the tiers differ from one division."""
    apart = [a - b for a, b in zip(table.persons, table.question.formula, strict=True)]
    sums = {
        "groups": len(table.groups),
        "sum": sum(table.persons),
        "total": table.question.total,
        "changed": sum(own != 0 for own in apart),
        "moved": sum(own for own in apart if own > 0),
    }
    sentences = [Sentence("tiers_done", {**sums, "column": table.column})]
    if table.first is None:
        sentences.append(Sentence("tiers_given", {}))
    if table.tied_groups:
        sentences.append(Sentence("tiers_tied", {"codes": ", ".join(table.tied_groups)}))
    tied = {"tied_groups": list(table.tied_groups), "tied": list(table.tied)}
    figures: dict[str, object] = {**sums, "column": table.column, **tied}
    return Summary("tiers", (*sentences, *_tied(table.tied)), figures, notices)


def table_summary(table: WholeTable, notices: Notices) -> Summary:
    """Margins, and whether the table is the only one."""
    sums = {
        "rows": len(table.margins.rows),
        "columns": len(table.margins.columns),
        "sum": sum(map(sum, table.division.parts)),
        "total": sum(table.margins.rows.values()),
    }
    cells = [f"{code} {column}" for code, column in table.tied]
    said = Sentence("table_unique", {})
    if cells:
        shown = ", ".join(cells[:10]) + (", …" if len(cells) > 10 else "")
        said = Sentence("table_tied", {"count": len(cells), "cells": shown})
    sentences = (Sentence("table_done", {**sums, "rounding": table.rounding}), said)
    figures: dict[str, object] = {**sums, "rounding": table.rounding, "unique": not cells}
    return Summary("table", sentences, {**figures, "tied": cells}, notices)


def plan_summary(made: HalfYearPlan, notices: Notices) -> Summary:
    """The totals and the largest deviations, both below one person."""
    worst = {"worst_period": made.plan.worst_period, "worst_sum": made.plan.worst_cumulative}
    counts = {"half_years": len(made.totals), "total": sum(made.totals.values())}
    sentences = (Sentence("plan_done", counts), Sentence("plan_bound", worst))
    figures: dict[str, object] = {**counts, **{name: str(own) for name, own in worst.items()}}
    return Summary("plan", sentences, figures, notices)


def next_summary(made: NextHalfYear, notices: Notices) -> Summary:
    """The condition in numbers, and what follows from it."""
    step = made.step
    condition = {"floor_sum": step.floor_sum, "cumulative": step.cumulative_total}
    counts = {
        "total": made.question.total,
        "sum": sum(step.parts),
        "earlier": len({row.half_year for row in made.earlier}),
    }
    verdict = "next_bounded" if step.is_bounded else "next_unbounded"
    half_year = str(made.question.instance.settings.period)
    sentences = (
        Sentence("next_done", {**counts, "half_year": half_year}),
        Sentence("next_condition", condition),
        Sentence(verdict, {"worst": step.worst}),
        *_tied(made.tied),
    )
    figures: dict[str, object] = {**counts, **condition, "half_year": half_year}
    more = {"is_bounded": step.is_bounded, "worst": str(step.worst), "tied": list(made.tied)}
    return Summary("next", sentences, {**figures, **more}, notices)


def drift_summary(table: DriftTable, notices: Notices) -> Summary:
    """For each rule who ends furthest above and below its exact share."""
    places = table.question.instance.municipalities
    half_years = len(table.totals)
    sentences = [Sentence("drift_done", {"half_years": half_years, "units": len(places)})]
    figures: dict[str, object] = {"half_years": half_years}
    for rounding, drift in table.drifts.items():
        last = drift.deviations[-1]
        above = max(range(len(places)), key=last.__getitem__)
        below = min(range(len(places)), key=last.__getitem__)
        surplus = int(sum(last, Fraction(0)))
        said: dict[str, int | str | Fraction] = {
            "above_place": f"{places[above].name} ({places[above].code})",
            "above": last[above],
            "below_place": f"{places[below].name} ({places[below].code})",
            "below": last[below],
            "worst": drift.worst,
        }
        sentences.append(Sentence("drift_rule", {**said, "rounding": rounding, "surplus": surplus}))
        figures[rounding] = {
            "above_code": places[above].code,
            "above": decimals(last[above]),
            "below_code": places[below].code,
            "below": decimals(last[below]),
            "worst": decimals(drift.worst),
            "surplus": surplus,
        }
    return Summary("drift", tuple(sentences), figures, notices)
