"""What municipalities agreed, and what becomes of it when the national number changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from allocator.findings import Findings
from allocator.planning.side_tables import (
    AGREEMENTS,
    SideTable,
    read_side_table,
    refuse_unknown_codes,
)

FIXED, IN_PROPORTION, LAPSES = "vast", "naar rato", "vervalt"
FILE = "afspraken.csv"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Persons of quota from one municipality to another, and the clause for another total.

    ``row`` is the row of ``afspraken.csv``, 0 for a transfer that the result itself holds.
    """

    giver: str
    taker: str
    persons: int
    clause: str
    row: int = 0

    @property
    def name(self) -> str:
        """The agreement as findings name it."""
        return f"{self.giver} → {self.taker}"


@dataclass(frozen=True, slots=True)
class Kept:
    """An agreement after the national number changed [persons].

    ``exact`` is what the clause gives before rounding; ``persons`` is the same for both sides.
    """

    agreement: Agreement
    exact: Fraction
    persons: int

    @property
    def outcome(self) -> str:
        """What became of it."""
        if self.agreement.clause == IN_PROPORTION:
            return "naar rato"
        return "blijft" if self.persons else "vervallen"


def read_agreements(
    path: Path, known: set[str], findings: Findings
) -> tuple[SideTable, tuple[Agreement, ...]] | None:
    """Read ``afspraken.csv``."""
    table = read_side_table(path, AGREEMENTS, findings)
    if table is None:
        return None
    refuse_unknown_codes(table, ("van_code", "naar_code"), known, findings)
    for line, row in table:
        if row["van_code"] == row["naar_code"]:
            findings.error("agreement_with_self", table.file, line, "naar_code")
    return table, tuple(
        Agreement(row["van_code"], row["naar_code"], int(row["personen"]), row["clausule"], line)
        for line, row in table
    )


def after_revision(
    agreements: Iterable[Agreement], old_total: int, new_total: int
) -> tuple[Kept, ...]:
    """Apply each clause.

    Parameters
    ----------
    agreements
        What was agreed.
    old_total, new_total
        National number before and after [persons].

    Returns
    -------
    tuple of Kept
        ``vast``: the persons stay. ``naar rato``: persons times new over old, rounded down to
        whole persons as the draft decision says; one number, so equal for both sides.
        ``vervalt``: falls away when the total changes.
    """
    return tuple(_kept(agreement, old_total, new_total) for agreement in agreements)


def _kept(agreement: Agreement, old_total: int, new_total: int) -> Kept:
    exact = Fraction(agreement.persons)
    if agreement.clause == IN_PROPORTION:
        exact = Fraction(agreement.persons * new_total, old_total)
    elif agreement.clause == LAPSES and old_total != new_total:
        exact = Fraction(0)
    # Ours: always down, as the clause of the draft decision reads: nobody takes over more than
    # the proportion that was signed.
    return Kept(agreement, exact, exact // 1)


def changes_of(kept: Iterable[tuple[Agreement, int]]) -> dict[str, int]:
    """Signed change of each municipality's quota; the changes sum to zero."""
    changes: dict[str, int] = {}
    for agreement, persons in kept:
        changes[agreement.giver] = changes.get(agreement.giver, 0) - persons
        changes[agreement.taker] = changes.get(agreement.taker, 0) + persons
    return changes


def refuse_negative(
    quotas: Mapping[str, int],
    agreements: Sequence[tuple[Agreement, int]],
    code: str,
    findings: Findings,
) -> None:
    """Name every agreement of a giver whose quota the agreements would bring below zero.

    Parameters
    ----------
    quotas
        Quotas before the agreements, by municipality [persons].
    agreements
        Agreements with the persons that count.
    code
        Catalogue key of the finding.
    findings
        Where they go; each says by how much the quota falls short.
    """
    changes = changes_of(agreements)
    for giver in sorted(changes):
        left = quotas[giver] + changes[giver]
        if left >= 0:
            continue
        for agreement, persons in agreements:
            if agreement.giver == giver and persons:
                findings.error(
                    code,
                    FILE if agreement.row else "overdrachten.csv",
                    agreement.row,
                    "personen",
                    found=agreement.name,
                    clause=agreement.clause,
                    persons=persons,
                    municipality=giver,
                    quota=quotas[giver],
                    left=left,
                    excess=-left,
                )
