"""Another national number in mid-period: recompute, show what moved, keep what was agreed."""

from __future__ import annotations

import json
from pathlib import Path

from allocator.canonical import table_bytes
from allocator.findings import Findings
from allocator.planning.exact import read_exact
from allocator.planning.outcome import Outcome, Summary, outcome, publish_outcome
from allocator.planning.side_tables import LARGEST_TOTAL
from allocator.publishing import MANIFEST, refuse_foreign
from allocator.revising.agreements import Agreement, after_revision, read_agreements
from allocator.revising.earlier import read_earlier
from allocator.revising.files import revision_files, revision_parameters, revision_summary
from allocator.revising.revision import Revision, revise_quotas
from allocator.verifying import verify_or_refuse

__all__ = ["Agreement", "Revision", "after_revision", "revise", "revise_quotas", "revised"]


def revised(
    result: Path,
    new_total: int,
    agreements: Path | None = None,
    divisor: str | None = None,
    lang: str = "nl",
) -> Outcome:
    """Recompute a result on another national number; nothing is written yet.

    Parameters
    ----------
    result
        A result folder; it is verified first.
    new_total
        The national number as revised [persons].
    agreements
        ``afspraken.csv``: the full list of what was agreed, a clause each. Without it the
        transfers of the result count as agreed and fixed in persons.
    divisor
        For a regional instance: the country's own divisor for the new number.
    lang
        Language of the call, for the manifest.

    Raises
    ------
    VerificationFailedError
        If the result is not what its own files say.
    InputRefusedError
        If it cannot be recomputed, or ``afspraken.csv`` is wrong.
    ConflictError
        If an agreement makes a quota negative.
    """
    verify_or_refuse(result)
    earlier = read_earlier(result)
    findings = Findings()
    if not 0 < new_total <= LARGEST_TOTAL:
        findings.error("total_out_of_range", "--total", found=new_total, most=LARGEST_TOTAL)
    exact = read_exact(divisor) if divisor is not None else None
    if divisor is not None and not exact:
        findings.error("not_exact", "--divisor", found=divisor)
    parameters = json.loads((result / MANIFEST).read_bytes())["parameters"]
    if not agreements and "what_if" in parameters:
        findings.error("revise_what_if", result.name)
    read = read_agreements(agreements, set(earlier.rows), findings) if agreements else None
    findings.refuse_errors()
    agreed = read[1] if read else earlier.transfers
    revision = revise_quotas(earlier, new_total, agreed, str(exact) if exact else None)
    files = revision_files(revision)
    if read:
        files["invoer/afspraken.csv"] = table_bytes(read[0].data)
    summary = revision_summary(revision)
    return outcome(revision.instance, files, summary, revision_parameters(revision), lang)


def revise(
    result: Path,
    new_total: int,
    out: Path,
    agreements: Path | None = None,
    divisor: str | None = None,
    lang: str = "nl",
) -> Summary:
    """Recompute a result on another national number and publish the revision.

    Raises
    ------
    AllocatorError
        As :func:`revised` and the disk refuse.
    """
    refuse_foreign(out)
    return publish_outcome(revised(result, new_total, agreements, divisor, lang), out)
