"""What a revision writes, as ``docs/reference/planning.md`` has it."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.canonical import json_bytes
from allocator.planning.exact import exact_text
from allocator.planning.outcome import Sentence, Summary
from allocator.planning.result_tables import Row, rows_bytes
from allocator.publishing import Files
from allocator.quota import certificate_of
from allocator.results import input_files, key_files, quota_files
from allocator.revising.revision import Revision

REVISION = (
    "gemeente_code gemeente provincie_code taakstelling_oud overdracht_oud gewijzigd_oud"
    " taakstelling_nieuw overdracht_nieuw gewijzigd_nieuw verschil_taakstelling verschil"
)
KEPT = "van_code naar_code clausule personen_oud exact_nieuw personen_nieuw uitkomst"


def revision_files(revision: Revision) -> Files:
    """Everything of the result but the manifest."""
    copies = revision.earlier.copies
    return {
        **input_files(revision.instance),
        **key_files(revision.quotas),
        **{f"invoer/eerder/{name}": content for name, content in copies.items()},
        **quota_files(revision.quotas),
        "herziening.csv": rows_bytes(REVISION, _rows(revision)),
        "herziening_afspraken.csv": rows_bytes(KEPT, _kept_rows(revision)),
        "certificaat.json": json_bytes({"quota": certificate_of(revision.quotas)}),
    }


def _rows(revision: Revision) -> Iterator[Row]:
    for row in revision.rows:
        yield {
            "gemeente_code": row.code,
            "gemeente": row.name,
            "provincie_code": row.province,
            "taakstelling_oud": row.old_quota,
            "overdracht_oud": row.old_swap,
            "gewijzigd_oud": row.old,
            "taakstelling_nieuw": row.new_quota,
            "overdracht_nieuw": row.new_swap,
            "gewijzigd_nieuw": row.new,
            "verschil_taakstelling": row.new_quota - row.old_quota,
            "verschil": row.moved,
        }


def _kept_rows(revision: Revision) -> Iterator[Row]:
    order = sorted(revision.kept, key=lambda own: (own.agreement.giver, own.agreement.taker))
    for own in order:
        yield {
            "van_code": own.agreement.giver,
            "naar_code": own.agreement.taker,
            "clausule": own.agreement.clause,
            "personen_oud": own.agreement.persons,
            "exact_nieuw": exact_text(own.exact),
            "personen_nieuw": own.persons,
            "uitkomst": own.outcome,
        }


def revision_parameters(revision: Revision) -> dict[str, object]:
    """What the manifest says of the revision."""
    own = {
        "old_total": revision.old_total,
        "new_total": revision.new_total,
        "revised": revision.earlier.digest,
    }
    return {
        "key": revision.quotas.key.name,
        "rounding": revision.quotas.rounding,
        "revise": own,
    }


def revision_summary(revision: Revision) -> Summary:
    """What moved, in a few lines."""
    moved = [row.moved for row in revision.rows]
    sums = sum(row.old for row in revision.rows), sum(row.new for row in revision.rows)
    figures = {
        "old_total": revision.old_total,
        "new_total": revision.new_total,
        "old_sum": sums[0],
        "new_sum": sums[1],
        "higher": sum(own > 0 for own in moved),
        "lower": sum(own < 0 for own in moved),
        "equal": sum(own == 0 for own in moved),
        "agreements": len(revision.kept),
        "agreed_old": sum(own.agreement.persons for own in revision.kept),
        "agreed_new": sum(own.persons for own in revision.kept),
    }
    sentences = (
        Sentence("revise_totals", figures | {"difference": sums[1] - sums[0]}),
        Sentence("revise_moved", figures),
        Sentence("revise_agreements", figures),
    )
    return Summary("revise", sentences, figures, revision.notices)
