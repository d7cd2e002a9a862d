"""What the terminal says of a replay."""

from __future__ import annotations

from dataclasses import asdict

from allocator.findings import Finding, Findings
from allocator.planning.outcome import Percent, Sentence, Summary
from allocator.replaying.calendar import BY_DATE, Calendar
from allocator.replaying.figures import KNOWN, Figures, Total


def replay_summary(figures: Figures, calendar: Calendar) -> Summary:
    """Each policy beside the half-year known in advance."""
    known = figures.total(KNOWN)
    sentences = [
        Sentence("replay_weeks", {"weeks": len(calendar.days), "view": calendar.weeks_in_view}),
        Sentence(
            "replay_known",
            {
                "value": known.value,
                "bound": figures.bound,
                "fit": known.fit,
                "without": known.persons_without,
                "deviation": known.deviation,
            },
        ),
        *(_sentence(total, known) for total in figures.totals if total is not known),
    ]
    sentences += _above_caps(figures)
    totals = {total.policy: _plain(total) for total in figures.totals}
    content = {"totals": totals, "bound": figures.bound, "arrivals": calendar.source}
    return Summary("replay", tuple(sentences), content, _notices(calendar))


def _sentence(total: Total, known: Total) -> Sentence:
    return Sentence(
        f"replay_{total.policy}",
        {
            "value": _percent(total.value, known.value),
            "fit": _percent(total.fit, known.fit),
            "without": total.persons_without,
            "deviation": total.deviation,
        },
    )


def _plain(total: Total) -> dict[str, object]:
    """For machines; persons above caps only where there are some."""
    return {k: v for k, v in asdict(total).items() if k != "above_caps" or v}


def _above_caps(figures: Figures) -> list[Sentence]:
    above = {total.policy: total.above_caps for total in figures.totals}
    return [Sentence("replay_above_caps", above)] if any(above.values()) else []


def _percent(part: int, whole: int) -> Percent | str:
    """A dash where a share says nothing."""
    return Percent(part, whole) if whole > 0 and part >= 0 else "–"


def _notices(calendar: Calendar) -> tuple[Finding, ...]:
    findings = Findings()
    if calendar.drawn:
        key = "weeks_drawn_some" if calendar.source == BY_DATE else "weeks_drawn_all"
        findings.notice(key, "huishoudens.csv", column="datum_vergunning", count=calendar.drawn)
    return findings.notices
