"""Another national number in mid-period: quotas again, agreements kept, and what moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from allocator.errors import ConflictError
from allocator.findings import Finding, Findings
from allocator.quota import QuotaTable, compute_quotas
from allocator.reading import Instance
from allocator.revising.agreements import (
    IN_PROPORTION,
    LAPSES,
    Agreement,
    Kept,
    after_revision,
    changes_of,
    refuse_negative,
)
from allocator.revising.earlier import Earlier
from allocator.swapping.lawful import check_key


@dataclass(frozen=True, slots=True)
class RevisedRow:
    """One municipality before and after [persons]; ``swap`` is the signed change by agreements."""

    code: str
    name: str
    province: str
    old_quota: int
    old_swap: int
    new_quota: int
    new_swap: int

    @property
    def old(self) -> int:
        """Quota after agreements, before the revision."""
        return self.old_quota + self.old_swap

    @property
    def new(self) -> int:
        """Quota after agreements, after the revision."""
        return self.new_quota + self.new_swap

    @property
    def moved(self) -> int:
        """Difference between the two."""
        return self.new - self.old


@dataclass(frozen=True, slots=True)
class Revision:
    """The whole outcome."""

    earlier: Earlier
    instance: Instance
    quotas: QuotaTable
    rows: tuple[RevisedRow, ...]
    kept: tuple[Kept, ...]
    notices: tuple[Finding, ...]

    @property
    def old_total(self) -> int:
        """National number before."""
        return self.earlier.total

    @property
    def new_total(self) -> int:
        """National number after."""
        total = self.instance.settings.national_total
        assert total is not None, "a revision has a national number"
        return total


def revise_quotas(
    earlier: Earlier, new_total: int, agreements: Sequence[Agreement], divisor: str | None = None
) -> Revision:
    """Recompute the quotas on another national number and keep what was agreed.

    Parameters
    ----------
    earlier
        A result as it was.
    new_total
        The national number as revised [persons].
    agreements
        What municipalities agreed, with a clause each.
    divisor
        For a regional instance: the country's own divisor for the new number.

    Raises
    ------
    InputRefusedError
        If the result cannot be recomputed on another number, an agreement never fitted it, or
        the quotas that it changes are computed from reception places.
    ConflictError
        If an agreement makes a quota negative: each is named, and nothing is changed.
    """
    findings = Findings()
    instance = _revised(earlier, new_total, divisor, findings)
    old = {code: row.quota for code, row in earlier.rows.items()}
    pairs = [(agreement, agreement.persons) for agreement in agreements]
    refuse_negative(old, pairs, "agreement_never_fitted", findings)
    findings.refuse_errors()
    quotas = compute_quotas(instance, earlier.rounding, earlier.key)
    kept = after_revision(agreements, earlier.total, new_total)
    new = {row.code: row.quota for row in quotas.rows}
    after = [(own.agreement, own.persons) for own in kept]
    refuse_negative(new, after, "agreement_negative", findings)
    if findings.errors:
        raise ConflictError(findings.errors)
    _note(earlier, agreements, kept, new_total, findings)
    swaps = changes_of(pairs), changes_of(after)
    rows = tuple(
        RevisedRow(
            row.code,
            row.name,
            row.province,
            old[row.code],
            swaps[0].get(row.code, 0),
            row.quota,
            swaps[1].get(row.code, 0),
        )
        for row in quotas.rows
    )
    # What was agreed changes quotas, so these must be such as may be changed.
    of_key = check_key(instance, quotas, by_option=False) if agreements else ()
    notices = (*instance.notices, *quotas.notices, *of_key, *findings.notices)
    return Revision(earlier, instance, quotas, rows, kept, notices)


def _revised(earlier: Earlier, new_total: int, divisor: str | None, findings: Findings) -> Instance:
    """The same instance on the new number; quotas published for the old one are set aside."""
    instance, settings = earlier.instance, earlier.instance.settings
    changed: dict[str, object] = {"national_total": new_total}
    if settings.scope == "regio":
        if divisor is None or settings.national_inhabitants is None:
            findings.error("revise_needs_divisor", "--divisor")
            findings.refuse_errors()
        changed["divisor"] = divisor
    elif divisor is not None:
        findings.error("divisor_not_regional", "--divisor")
        findings.refuse_errors()
    published = instance.rows("vastgesteld")
    if published:
        findings.notice("revise_published", "vastgesteld.csv", count=len(published))
    tables = {name: table for name, table in instance.tables.items() if name != "vastgesteld"}
    return replace(instance, settings=settings.model_copy(update=changed), tables=tables)


def _note(
    earlier: Earlier,
    agreements: Sequence[Agreement],
    kept: Sequence[Kept],
    new_total: int,
    findings: Findings,
) -> None:
    """Say of each agreement what nobody should find out by himself."""
    corrected = [row for row in earlier.instance.rows("correcties") if int(row["correctie"])]
    if corrected:
        findings.notice("revise_corrections", "correcties.csv", count=len(corrected))
    for own in kept:
        agreement = own.agreement
        if agreement.clause == LAPSES and earlier.total != new_total:
            _about(agreement, "agreement_lapses", findings, persons=agreement.persons)
        elif agreement.clause == IN_PROPORTION and not own.persons:
            exact = str(own.exact)
            _about(
                agreement, "agreement_rounds_away", findings, persons=agreement.persons, exact=exact
            )
    stated = {(own.giver, own.taker): own.persons for own in agreements}
    for proposed in earlier.transfers:
        persons = stated.get((proposed.giver, proposed.taker))
        if persons is None:
            _about(proposed, "transfer_not_agreed", findings, persons=proposed.persons)
        elif persons != proposed.persons:
            _about(
                proposed, "agreement_differs", findings, agreed=persons, persons=proposed.persons
            )


def _about(agreement: Agreement, code: str, findings: Findings, **values: object) -> None:
    """A notice without a row number: it goes into the manifest, whatever the order of rows."""
    file = "afspraken.csv" if agreement.row else "overdrachten.csv"
    findings.notice(code, file, 0, "personen", found=agreement.name, **values)
