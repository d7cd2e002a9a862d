"""The tables of a replay; none of them is about one household."""

from __future__ import annotations

from fractions import Fraction

from allocator.canonical import csv_bytes, six_decimals
from allocator.publishing import Files
from allocator.replaying.calendar import Calendar
from allocator.replaying.figures import KNOWN, Figures

WEEKS, PLACES, TOTALS = (
    "herhaling.csv",
    "herhaling_gemeenten.csv",
    "herhaling_samenvatting.csv",
)


def replay_files(figures: Figures, calendar: Calendar) -> Files:
    """``herhaling.csv``, ``herhaling_gemeenten.csv`` and ``herhaling_samenvatting.csv``."""
    return {
        WEEKS: csv_bytes(
            ("beleid", "week", "datum", "huishoudens", "personen", "woning_in_zicht", "passing"),
            (
                (
                    row.policy,
                    row.week + 1,
                    calendar.days[row.week].isoformat(),
                    row.households,
                    row.persons,
                    row.with_dwelling,
                    row.fit,
                )
                for row in sorted(figures.weeks, key=lambda row: (row.policy, row.week))
            ),
        ),
        PLACES: csv_bytes(
            ("beleid", "gemeente_code", "opgave", "personen", "afwijking"),
            (
                (policy, code, target, persons, persons - target)
                for policy, code, target, persons in sorted(figures.persons)
            ),
        ),
        TOTALS: _totals(figures),
    }


def _totals(figures: Figures) -> bytes:
    known = figures.total(KNOWN)
    columns = (
        "beleid",
        "waarde",
        "waarde_deel",
        "passing",
        "passing_deel",
        "huishoudens_zonder_woning",
        "personen_zonder_woning",
        "afwijking",
    )
    return csv_bytes(
        columns,
        (
            (
                row.policy,
                row.value,
                share_text(row.value, known.value),
                row.fit,
                share_text(row.fit, known.fit),
                row.households_without,
                row.persons_without,
                row.deviation,
            )
            for row in sorted(figures.totals, key=lambda row: row.policy)
        ),
    )


def share_text(part: int, whole: int) -> str:
    """A share with six decimals; empty where there is nothing to take a share of, or of a loss."""
    return six_decimals(Fraction(part, whole)) if whole > 0 and part >= 0 else ""
