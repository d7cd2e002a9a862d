"""An instance on a later structure: settings, tables and control totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from allocator.findings import Finding, Findings, nearest
from allocator.merging.apply import INHABITANTS, SOURCE, Carried, carry
from allocator.merging.concordance import Concordance, is_in_force, read_concordance
from allocator.places import municipality_codes
from allocator.reading import Instance
from allocator.reading.tables import TableData
from allocator.schema import TABLE_BY_NAME, Kind
from allocator.settings import Settings

GEMEENTEN = TABLE_BY_NAME["gemeenten"]


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """Sum of a column before and after; ``fixed`` is what GS figures add to the parts."""

    column: str
    before: int
    parts: int
    fixed: int
    after: int


@dataclass(frozen=True, slots=True)
class Merged:
    """An instance before and after."""

    before: Instance
    instance: Instance
    concordance: Concordance
    carried: Carried
    totals: tuple[ControlTotal, ...]
    notices: tuple[Finding, ...]


def merge(
    instance: Instance, concordance: Path, structure_year: int, counts: Sequence[str] = ()
) -> Merged:
    """Carry an instance to the structure of a later year.

    Parameters
    ----------
    instance
        With every table that is to come along.
    concordance
        ``herindelingen.csv``.
    structure_year
        The structure of 1 January of this year.
    counts
        Indicator columns that add up over municipalities, besides ``inwoners``.

    Raises
    ------
    InputRefusedError
        If the year is not a later one, a column is not there, the concordance is wrong, or a
        table names a municipality that is gone.
    """
    findings = Findings()
    settings, table = instance.settings, instance.tables["gemeenten"]
    if structure_year <= settings.structure_year:
        findings.error(
            "merger_backwards", instance.settings_place, column="structure_year",
            found=structure_year,
            year=settings.structure_year,
        )  # fmt: skip
    for column in counts:
        if not table.has(column) or column in GEMEENTEN.column_names:
            suggestion = nearest(column, table.columns) or "-"
            findings.error("merger_no_count", table.place, 1, column, suggestion=suggestion)
    read = read_concordance(concordance, settings.structure_year, structure_year, findings)
    findings.refuse_errors()
    assert read is not None, "a table that cannot be read is a finding"
    rows = {row["gemeente_code"]: row for row in table.rows}
    checked = settings.synthetic is not True
    carried = carry(rows, read, tuple(dict.fromkeys(counts)), checked, findings)
    _check_result(carried, read, structure_year, checked, findings)
    _check_other_tables(instance, rows.keys() - carried.rows.keys(), structure_year, findings)
    findings.refuse_errors()
    _note_emptied(carried, findings)
    merged = replace(
        instance,
        settings=_settings(settings, structure_year, read),
        tables={**instance.tables, "gemeenten": _table(table, carried)},
    )
    totals = tuple(_totals(table, carried))
    return Merged(instance, merged, read, carried, totals, (*instance.notices, *findings.notices))


def _check_result(
    carried: Carried, concordance: Concordance, year: int, checked: bool, findings: Findings
) -> None:
    """Every municipality is in force in the year asked, or a row is missing."""
    for code in sorted(carried.rows):
        if checked and not is_in_force(code, year):
            entry = municipality_codes().get(code)
            findings.error(
                "merger_row_missing", concordance.file, column="oud_code", found=code, year=year,
                successor=(entry.successor if entry else "") or "-",
            )  # fmt: skip


def _check_other_tables(instance: Instance, gone: set[str], year: int, findings: Findings) -> None:
    """Only inhabitants and counts are carried over: a table that names who is gone must be new."""
    for name, data in instance.tables.items():
        if name == "gemeenten":
            continue
        kinds = {column.name: column.kind for column in data.table.columns}
        places = [c for c in data.columns if kinds.get(c) in {Kind.MUNICIPALITY, Kind.CODES}]
        for line, row in zip(data.lines, data.rows, strict=True):
            for column in places:
                for code in sorted(gone.intersection(row[column].split("|"))):
                    findings.error(
                        "merger_table_left", data.place, line, column, found=code, year=year
                    )


def _note_emptied(carried: Carried, findings: Findings) -> None:
    if carried.emptied:
        findings.notice(
            "merger_emptied", GEMEENTEN.file, column=", ".join(sorted(carried.emptied)),
            codes=", ".join(sorted(carried.changed & carried.rows.keys())),
        )  # fmt: skip


def _settings(settings: Settings, year: int, concordance: Concordance) -> Settings:
    """The same settings on the new structure, with where the change comes from."""
    sources = {change.source for step in concordance.steps for change in step}
    said = f"indeling {settings.structure_year} → {year}: {'; '.join(sorted(sources)) or '-'}"
    update = {"structure_year": year, "sources": {**settings.sources, "herindelingen": said}}
    return settings.model_copy(update=update)


def _table(before: TableData, carried: Carried) -> TableData:
    """``gemeenten`` in canonical form, with a column for where the inhabitants come from."""
    present = {*before.columns, SOURCE}
    known = [name for name in GEMEENTEN.column_names if name in present]
    columns = (*known, *sorted(present - set(known)))
    rows = tuple(
        {column: carried.rows[code].get(column, "") for column in columns}
        for code in sorted(carried.rows)
    )
    return TableData(GEMEENTEN, columns, rows, tuple(range(2, len(rows) + 2)))


def _totals(before: TableData, carried: Carried) -> Iterator[ControlTotal]:
    for column in carried.counts:
        old = sum(int(row[column]) for row in before.rows if row[column])
        fixed = sum(own.fixed - own.parts for own in carried.fixed)
        fixed = fixed if column == INHABITANTS else 0
        after = carried.total(column)
        # A count that is unknown somewhere is emptied with a notice; people are never lost.
        assert column != INHABITANTS or after - fixed == old, "inhabitants were lost"
        yield ControlTotal(column, old, after - fixed, fixed, after)
