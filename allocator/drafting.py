"""Put the papers of a swap, or the sheet for a council, into a result folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from allocator.errors import InputRefusedError
from allocator.findings import Finding
from allocator.publishing import add_to_result
from allocator.verifying import failures_of

TRANSFERS = "overdrachten.csv"


def missing_papers(folder: Path, joint_only: bool) -> Mapping[str, bytes]:
    """The papers of a result that are not in its folder yet.

    None without swaps, or where the quotas are not those of the law.
    """
    from allocator.papers import FOLDER, has_quotas_of_law, papers_of
    from allocator.reporting.result import load_result

    if not (folder / TRANSFERS).is_file() or not has_quotas_of_law(load_result(folder)):
        return {}
    # Ours: what somebody drafted with a clause or a template of their own stays.
    there = {f"{FOLDER}/{path.name}" for path in (folder / FOLDER).glob("*.docx")}
    return papers_of(folder, joint_only=joint_only, leave_out=there)


def add_papers(folder: Path, clause: str, templates: Path | None) -> list[str]:
    """Draft all papers of a result anew.

    Parameters
    ----------
    folder
        A result folder with swaps.
    clause, templates
        As for :func:`allocator.papers.papers_of`.

    Returns
    -------
    list of str
        Paths inside the folder; empty where nothing is transferred.

    Raises
    ------
    AllocatorError
        If the result has no swap stage, or as the templates, the verifier or the disk refuse.
    """
    from allocator.papers import papers_of
    from allocator.papers.rendering import template_files

    if not (folder / TRANSFERS).is_file():
        raise InputRefusedError([Finding("papers_no_swaps", TRANSFERS)])
    own = () if templates is None else template_files(templates)
    files = {path.stem.lower(): path.name for path in own}
    names: list[str] = []

    def drafts(copy: Path) -> Mapping[str, bytes]:
        files = papers_of(copy, clause, templates)
        names.extend(sorted(files))
        return files

    def check(copy: Path) -> Mapping[str, tuple[str, ...]]:
        failures = failures_of(copy)
        if names and any(failures.values()):
            _refuse_templates(copy, files)
        return failures

    add_to_result(folder, drafts, check)
    return names


def _refuse_templates(copy: Path, files: Mapping[str, str]) -> None:
    """Blame the user's templates for papers that do not verify: nothing is written then."""
    from allocator.papers.refusing import template_findings
    from allocator.verify import verify_result

    findings = template_findings(verify_result(copy), files)
    if findings:
        raise InputRefusedError(findings)


def add_council_sheet(folder: Path, code: str, lang: str) -> str:
    """Add the one-page sheet about a municipality; its name.

    Raises
    ------
    AllocatorError
        If the result does not have the municipality, or as the verifier or the disk refuse.
    """
    from allocator.reporting.council import council_file, council_page
    from allocator.reporting.result import load_result

    def sheet(copy: Path) -> Mapping[str, bytes]:
        return {council_file(code): council_page(load_result(copy), code, lang).encode()}

    add_to_result(folder, sheet, failures_of)
    return council_file(code)
