"""Lists for those who work with the links: who comes where, and what each coordinator proposes.

A link coordinator (regievoerder) of COA makes the links of one linking region; the region of a
municipality is its ``coa_regio``, or its province where no such column is filled.
"""

from __future__ import annotations

from collections.abc import Iterator

from allocator.canonical import csv_bytes
from allocator.linking.proposal import EXISTING, FOLLOW_ON, LinkProposal
from allocator.publishing import Files
from allocator.reading.tables import whole

MIX = ("gemeente_code", "personen", "huishoudens", "met_woning", "zonder_woning", "nareis")
COORDINATORS = (
    "regio",
    "gemeente_code",
    "huishouden_id",
    "personen",
    "verwachte_woningklasse",
    "woning_in_zicht",
    "opvang_gemeente",
    "opvang_regio",
    "weken_wachtend",
    "reden",
)


def list_files(proposal: LinkProposal) -> Files:
    """``verwachte_samenstelling.csv`` and ``regievoerders.csv``, both confidential."""
    return {
        "vertrouwelijk/verwachte_samenstelling.csv": csv_bytes(MIX, mix_rows(proposal)),
        "vertrouwelijk/regievoerders.csv": csv_bytes(COORDINATORS, coordinator_rows(proposal)),
    }


def mix_rows(proposal: LinkProposal) -> list[tuple[object, ...]]:
    """Households linked or proposed, per municipality and number of persons."""
    counts: dict[tuple[str, int], list[int]] = {}
    for link in proposal.links:
        cell = counts.setdefault((link.municipality, link.persons), [0, 0, 0, 0])
        joins = link.reason == FOLLOW_ON
        housed = link.has_dwelling and not joins
        for at, holds in enumerate((True, housed, not link.has_dwelling, joins)):
            cell[at] += holds
    return [(*key, *counts[key]) for key in sorted(counts)]


def coordinator_rows(proposal: LinkProposal) -> list[tuple[object, ...]]:
    """Every proposal of the run under the region that it goes to, with where it comes from."""
    return sorted(_coordinator_rows(proposal))


def _coordinator_rows(proposal: LinkProposal) -> Iterator[tuple[str, ...]]:
    basis = proposal.basis
    if basis is None:
        return
    rows = {row["huishouden_id"]: row for row in basis.task.waiting}
    for link in proposal.links:
        if link.reason != EXISTING:
            row = rows[link.household]
            home = row.get("opvang_gemeente", "")
            yield (
                basis.region_of[link.municipality],
                link.municipality,
                link.household,
                str(link.persons),
                link.dwelling,
                "ja" if link.has_dwelling else "nee",
                home,
                basis.region_of[home] if home else "",
                str(whole(row, "weken_wachtend")),
                link.reason,
            )
