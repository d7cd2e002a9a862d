"""Which rule set governs a half-year: chosen by date, refused when there is none."""

from __future__ import annotations

from collections.abc import Iterable

from allocator.findings import Findings
from allocator.period import HalfYear
from allocator.regimes import Regime, regimes


def regime_for(half_year: HalfYear) -> Regime | None:
    """Return the rule set that governs a half-year; none where no rule set does.

    Where more than one does, the one that began last: a new text replaces an old one.
    """
    governing = [regime for regime in regimes().values() if regime.covers(half_year)]
    return max(governing, key=lambda regime: (regime.first, regime.name), default=None)


def check_regimes(
    half_years: Iterable[HalfYear], chosen: str, file: str, findings: Findings
) -> None:
    """Refuse half-years that a rule set does not govern, and name those after its last check.

    Parameters
    ----------
    half_years
        Half-years of a plan.
    chosen
        Name of the rule set of the instance.
    file
        File that names the half-years.
    findings
        Where an ended rule set (error) or an unchecked text (notice) goes; for an ended one the
        rule set that does govern the half-year is named.
    """
    regime = regimes()[chosen]
    unchecked = False
    for half_year in half_years:
        if not regime.covers(half_year):
            follower = regime_for(half_year)
            findings.error(
                "regime_ended",
                file,
                column="halfjaar",
                regime=regime.name,
                half_year=str(half_year),
                follower=follower.name if follower else "-",
            )
        unchecked = unchecked or not regime.is_checked_for(half_year)
    if unchecked:
        day = regime.checked_on.isoformat()
        findings.notice("law_not_checked", file, column="halfjaar", checked_on=day)
