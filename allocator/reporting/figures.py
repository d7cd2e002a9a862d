"""The big numbers of a result, summed from its rows."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.reporting.division import statutory_figure
from allocator.reporting.result import Result


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all municipalities [persons, households]; None where the stage did not run."""

    national_total: int | None
    quota_sum: int
    difference: int | None
    statutory_sum: int | None
    deals: int | None
    shifted: int | None
    changed_sum: int | None
    shortfall_before: int | None
    shortfall_after: int | None
    left_before: int | None
    left_after: int | None
    linked_households: int | None
    linked_persons: int | None
    not_linked: int | None


def totals(result: Result) -> Totals:
    """Sum the rows of a result."""
    total = None
    if result.instance.get("scope") != "regio":
        total = result.instance.get("national_total")
    quota_sum = sum(row.quota for row in result.quotas)
    deals = [row for row in result.transfers or () if row.kind == "herverdeling"]
    after, left, links = result.after_swap, result.left_over, result.links
    return Totals(
        national_total=total,
        quota_sum=quota_sum,
        difference=None if total is None else quota_sum - total,
        statutory_sum=statutory_sum(result),
        deals=None if after is None else len(deals),
        shifted=None if after is None else sum(row.persons for row in deals),
        changed_sum=None if after is None else sum(row.changed_quota for row in after),
        shortfall_before=None if after is None else sum(row.shortfall_before for row in after),
        shortfall_after=None if after is None else sum(row.shortfall_after for row in after),
        left_before=None if left is None else sum(row.shortfall_before for row in left),
        left_after=None if left is None else sum(row.shortfall_after for row in left),
        linked_households=None if links is None else sum(row.households for row in links),
        linked_persons=None if links is None else sum(row.persons for row in links),
        not_linked=result.households_not_linked if links is not None else None,
    )


def statutory_sum(result: Result) -> int | None:
    """Sum of the shares rounded up, None where no national total is given."""
    figures = [statutory_figure(result, row) for row in result.quotas]
    return None if None in figures else sum(figure or 0 for figure in figures)
