"""Bands, tiers and tables: paths and options in, files and a summary out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from allocator.canonical import json_bytes
from allocator.canonical import table_bytes as canonical_bytes
from allocator.findings import Findings
from allocator.planning.bands import Band, divide_within, limit_of, read_limits, read_previous
from allocator.planning.exact import read_exact
from allocator.planning.outcome import Outcome, outcome
from allocator.planning.proofs import proof_of, proof_of_table
from allocator.planning.question import Question, ask
from allocator.planning.result_tables import band_bytes, table_bytes, tier_bytes
from allocator.planning.says import band_summary, table_summary, tier_summary
from allocator.planning.side_tables import SideTable
from allocator.planning.tiers import divide_tiers, groups_by, read_group_totals
from allocator.planning.two_way import divide_table, read_cells, read_margins
from allocator.publishing import Files
from allocator.quota import certificate_of, compute_quotas
from allocator.reading import read_instance
from allocator.results import QUOTA_TABLES, input_files, key_files, quota_files


@dataclass(frozen=True, slots=True)
class Options:
    """What every planning command takes; ``rounding`` and ``key`` as for ``quota``."""

    rounding: str | None = None
    key: str | None = None
    lang: str = "nl"


PLAIN = Options()


def copies(*tables: SideTable | None) -> Files:
    """Canonical copies of the tables that a command was given."""
    return {f"invoer/{own.data.table.file}": canonical_bytes(own.data) for own in tables if own}


def question_of(instance: Path, options: Options, closed: bool = True) -> Question:
    """Read an instance and the question it puts."""
    return ask(read_instance(instance, QUOTA_TABLES), options.rounding, options.key, closed)


def banded(
    instance: Path,
    previous: Path | None = None,
    width: str | None = None,
    limits: Path | None = None,
    on_persons: bool = False,
    options: Options = PLAIN,
) -> Outcome:
    """Divide the national number within a band against last period, floors and caps.

    Parameters
    ----------
    instance
        A national instance.
    previous
        Last period's quotas: a result folder, or a table ``gemeente_code, taakstelling``.
    width
        How far a share may move, exact: ``0.05`` or ``1/20``. With ``previous`` only.
    limits
        ``grenzen.csv``: floors and caps of municipalities.
    on_persons
        Let the persons rather than the shares move by at most ``width``.
    options
        Rounding, key and language.

    Raises
    ------
    InputRefusedError
        If an input is wrong.
    ConflictError
        If the bounds cannot hold together; for a band with the least width that works.
    """
    question = question_of(instance, options)
    findings = Findings()
    if (previous is None) != (width is None) or (previous is None and limits is None):
        findings.error("band_needs", "--width")
    exact = read_exact(width) if width is not None else None
    if width is not None and exact is None:
        findings.error("not_exact", "--width", found=width)
    before = read_previous(previous, question.codes, findings) if previous else None
    own = read_limits(limits, question.codes, findings) if limits else None
    findings.refuse_errors()
    band = None
    if before is not None and exact is not None:
        parts = {row["gemeente_code"]: int(row["taakstelling"]) for _, row in before}
        band = Band(parts, exact, on_persons)
    bounds = {row["gemeente_code"]: limit_of(row) for _, row in own or ()}
    file = own.file if own else before.file if before else ""
    table = divide_within(question, band, bounds, file)
    proof = proof_of(table.division, question.plain.rounding, question.total)
    stated: dict[str, object] = {"tied": list(table.tied)}
    if band is not None:
        stated |= {
            "width": str(band.width),
            "on_persons": on_persons,
            "least_width": str(table.least),
        }
    files = question.files({"band": {**proof, **stated}}, **{"band.csv": band_bytes(table)})
    summary = band_summary(table, question.notices)
    parameters = {**question.parameters(), "band": stated}
    return outcome(
        question.instance, {**files, **copies(before, own)}, summary, parameters, options.lang
    )


def tiered(
    instance: Path,
    column: str = "provincie_code",
    totals: Path | None = None,
    options: Options = PLAIN,
) -> Outcome:
    """Divide the national number over groups first, then over the members of each.

    Parameters
    ----------
    instance
        A national instance.
    column
        Column of ``gemeenten`` that names the group.
    totals
        ``groepen.csv``: the total of every group, where they are given.
    options
        Rounding, key and language.

    Raises
    ------
    InputRefusedError, ConflictError
        As :func:`allocator.planning.tiers.divide_tiers` does.
    """
    question = question_of(instance, options)
    findings = Findings()
    names, _ = groups_by(question, column)
    given = read_group_totals(totals, names, question.total, findings) if totals else None
    findings.refuse_errors()
    parts = {row["groep"]: int(row["taakstelling"]) for _, row in given} if given else None
    table = divide_tiers(question, column, parts)
    rounding = question.plain.rounding
    proof: dict[str, object] = {
        group.name: proof_of(group.within, rounding, group.persons)
        for group in table.groups
        if group.within is not None
    }
    own: dict[str, object] = {"groups": proof, "tied": list(table.tied)}
    if table.first is not None:
        own["first"] = proof_of(table.first, rounding, question.total)
    files = question.files({"tiers": own}, **tier_bytes(table))
    summary = tier_summary(table, question.notices)
    parameters = {**question.parameters(), "tiers": {"column": column, "given": given is not None}}
    return outcome(question.instance, {**files, **copies(given)}, summary, parameters, options.lang)


def tabled(
    instance: Path,
    margins: Path,
    cells: Path | None = None,
    table_rounding: str = "webster",
    options: Options = PLAIN,
) -> Outcome:
    """Fill a table of municipalities by classes or half-years with both margins exact.

    Parameters
    ----------
    instance
        Any instance; its quotas are the row totals where the margins name none.
    margins
        ``marges.csv``: totals of columns, and of rows where they are not the quotas.
    cells
        ``cellen.csv``: weights and bounds; a cell that is not listed stays empty. Without it every
        cell weighs the same.
    table_rounding
        ``webster``, ``jefferson``, ``sluitend`` or ``hill``.
    options
        Rounding and key of the quotas, and language.

    Raises
    ------
    InputRefusedError
        If an input is wrong or the margins have different sums.
    ConflictError
        If no whole table has these margins and zeros.
    """
    whole = read_instance(instance, QUOTA_TABLES)
    quotas = compute_quotas(whole, options.rounding, options.key)
    findings = Findings()
    read = read_margins(margins, {row.code: row.quota for row in quotas.rows}, findings)
    findings.refuse_errors()
    assert read is not None, "a table that cannot be read is a finding"
    own = read_cells(cells, read[1], findings) if cells else None
    findings.refuse_errors()
    table = divide_table(read[1], own[1] if own else None, table_rounding)
    proofs = {"quota": certificate_of(quotas), "table": proof_of_table(table)}
    files = {
        **input_files(whole),
        **key_files(quotas),
        **quota_files(quotas),
        **copies(read[0], own[0] if own else None),
        **table_bytes(table),
        "certificaat.json": json_bytes(proofs),
    }
    summary = table_summary(table, (*whole.notices, *quotas.notices))
    parameters = {
        "key": quotas.key.name,
        "rounding": quotas.rounding,
        "table": {"rounding": table_rounding, "unique": not table.tied},
    }
    return outcome(whole, files, summary, parameters, options.lang)
