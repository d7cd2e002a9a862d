"""Concept Word files for a result with swaps: decisions, notices, council letters, agenda sheets.

Everything comes from the result folder alone; ``docs/reference/papers.md`` says what is in them.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from allocator.errors import InputRefusedError, output_trouble
from allocator.findings import Finding
from allocator.papers.fields import (
    CLAUSES,
    Fields,
    common_fields,
    exchange_fields,
    group_fields,
    names_of,
    own_fields,
)
from allocator.papers.groups import (
    BILATERAL,
    EXCHANGE,
    JOINT,
    REDISTRIBUTION,
    Group,
    connected,
    own_name,
    pairs,
)
from allocator.papers.rendering import KINDS, Templates, template_files, templates_in
from allocator.papers.wordfile import base_template
from allocator.reporting.account import is_exercise
from allocator.reporting.result import Result, load_result
from allocator.reporting.voice import Voice

__all__ = ["CLAUSES", "FOLDER", "KINDS", "has_quotas_of_law", "papers_of", "write_templates"]

FOLDER, KEY_FILE = "stukken", "invoer/sleutel.toml"


def papers_of(
    folder: Path,
    clause: str = "vast",
    templates: Path | None = None,
    joint_only: bool = False,
    leave_out: Container[str] = (),
) -> dict[str, bytes]:
    """Draft the papers of a result.

    Parameters
    ----------
    folder
        A result folder; only its public tables are read.
    clause
        What a revised national total does to the transfers: one of ``CLAUSES``.
    templates
        A folder with the user's own ``KIND.docx``; ours stand in for what is not there.
    joint_only
        Only the papers that a group has once: notices, agenda sheets, requests to COA.
    leave_out
        Paths that need not be drafted.

    Returns
    -------
    dict of str to bytes
        Content by path inside the result folder, ``stukken/…docx``; empty without swaps. An
        exercise (``oefening``) gets no decision and no notice of one.

    Raises
    ------
    InputRefusedError
        If the folder or a template cannot be read, there is no such clause, or the quotas are
        not those of the law.
    """
    if clause not in CLAUSES:
        values = (("clause", clause), ("known", ", ".join(CLAUSES)))
        raise InputRefusedError([Finding("papers_no_clause", "--clausule", values=values)])
    result = load_result(folder)
    if not has_quotas_of_law(result):
        name = (("name", str(result.key["name"])),)
        raise InputRefusedError([Finding("papers_key_not_statutory", KEY_FILE, values=name)])
    chosen = Templates() if templates is None else templates_in(templates)
    common = common_fields(result, clause)
    drafts = [*_redistribution(result, joint_only), *_exchanges(result)]
    return {
        path: chosen.render(kind, common | fields, title)
        for kind, name, fields, title in drafts
        if (path := f"{FOLDER}/{kind}-{name}.docx") not in leave_out
    }


def has_quotas_of_law(result: Result) -> bool:
    """Whether every quota follows from the law's own key or was published.

    References
    ----------
    Huisvestingswet 2014 art. 29(1), text of 2015-07-01: no other quota can be changed by (2).
    """
    return not result.key or all(row.published is not None for row in result.quotas)


def write_templates(folder: Path) -> tuple[Path, ...]:
    """Write our templates for a user to change; a file that is there already stays.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    OutputTroubleError
        If the disk or its rights refuse; no file is left half.
    """
    there = {path.stem.lower() for path in template_files(folder)}
    written = [(folder / f"{kind}.docx", kind) for kind in KINDS if kind not in there]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, kind in written:
            beside = path.with_name(f".{path.name}.part")
            try:
                beside.write_bytes(base_template(kind))
                beside.rename(path)
            finally:
                beside.unlink(missing_ok=True)
    except OSError as error:
        raise output_trouble(folder, error) from error
    return tuple(path for path, _ in written)


_Draft = tuple[str, str, Fields, str]
"""Kind, the rest of the file name, the fields of its own, the title of the document."""


def _redistribution(result: Result, joint_only: bool) -> Iterator[_Draft]:
    transfers = [row for row in result.transfers or () if row.kind == REDISTRIBUTION]
    tables = connected(transfers)
    form = result.parameters.get("swap", {}).get("form", JOINT)
    decisions = pairs(transfers) if form == BILATERAL else tables
    for group in tables:
        fields = group_fields(result, group, decisions)
        yield _draft("agenda", group.name, fields)
        if not joint_only:
            yield from _per_party("raadsbrief", result, group, fields, group.parties)
    # Real people and made-up homes, or the reverse: nothing that anybody could sign.
    for group in () if is_exercise(result) else decisions:
        fields = group_fields(result, group, decisions)
        for kind in ("melding-coa", "melding-gs"):
            yield _draft(kind, group.name, fields)
        if not joint_only:
            yield from _per_party("besluit", result, group, fields, group.parties)


def _exchanges(result: Result) -> Iterator[_Draft]:
    rows = [row for row in result.transfers or () if row.kind == EXCHANGE]
    for group in connected(rows):
        yield _draft("verzoek-coa", group.name, exchange_fields(result, group))


def _per_party(
    kind: str, result: Result, group: Group, fields: Fields, parties: Sequence[str]
) -> Iterator[_Draft]:
    for code in parties:
        own = fields | own_fields(result, group, code)
        name = own_name(group, code) if kind == "besluit" else code
        yield _draft(kind, name, own, names_of(result)[code])


def _draft(kind: str, name: str, fields: Fields, of: str = "") -> _Draft:
    title = Voice("nl").say(f"papers_title_{kind.replace('-', '_')}", name=of or name)
    return kind, name, fields, title
