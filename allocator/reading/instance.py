"""A whole instance: settings and tables, read and held against each other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from allocator.findings import Finding, Findings
from allocator.places import instances_dir
from allocator.reading.cells import plain_minus
from allocator.reading.crosschecks import check_tables
from allocator.reading.rawtext import RawTable
from allocator.reading.sources import Source, open_source
from allocator.reading.tables import TableData, read_table
from allocator.schema import TABLE_BY_NAME, TABLES
from allocator.settings import SETTINGS_FILE, Settings

__all__ = ["SETTINGS_FILE", "Instance", "Municipality", "find_instance", "read_instance"]


@dataclass(frozen=True, slots=True)
class Municipality:
    """One row of ``gemeenten``: who, where, how many [inhabitants]."""

    code: str
    name: str
    province: str
    inhabitants: int
    row: dict[str, str]

    @property
    def place(self) -> tuple[int, int] | None:
        """RD coordinates [m], if known."""
        x, y = self.row.get("x_rd", ""), self.row.get("y_rd", "")
        return (int(x), int(y)) if x and y else None


@dataclass(frozen=True, slots=True)
class Instance:
    """What was read, in canonical order; municipalities sorted by code."""

    settings: Settings
    tables: dict[str, TableData]
    notices: tuple[Finding, ...]
    municipalities: tuple[Municipality, ...]
    settings_place: str = field(default=SETTINGS_FILE, compare=False)
    """Where a finding says that a setting stands: the file, or the sheet of a workbook."""

    def rows(self, table: str) -> tuple[dict[str, str], ...]:
        """Rows of a table; none when the instance does not have it."""
        data = self.tables.get(table)
        return data.rows if data is not None else ()

    def place(self, table: str) -> str:
        """Where an error says that a table stands: its file, or the sheet of a workbook.

        A notice names the file: it ends up in the manifest, and equal tables give equal results
        from a folder and from a workbook.
        """
        data = self.tables.get(table)
        return f"{table}.csv" if data is None else data.place

    @property
    def index(self) -> dict[str, int]:
        """Position of each municipality code in ``municipalities``."""
        return {place.code: i for i, place in enumerate(self.municipalities)}


def find_instance(name: Path) -> Path:
    """The folder or workbook itself, or the bundled instance of that name."""
    bundled = instances_dir() / name
    if not name.exists() and len(name.parts) == 1 and bundled.is_dir():
        return bundled
    return name


def read_instance(
    path: Path, tables: Collection[str], required: Collection[str] = ("gemeenten",)
) -> Instance:
    """Read the named tables of an instance; other tables are not opened.

    ``path`` is a folder, the name of a bundled instance, or one workbook (``.xlsx``, ``.ods``).

    Raises
    ------
    InputRefusedError
        With every finding, when anything is wrong.
    """
    findings = Findings()
    source = open_source(find_instance(path), findings)
    settings = source.settings(findings)
    raw = _read_files(source, tables, required, findings)
    raw = {name: _prepare(name, table, settings, findings) for name, table in raw.items()}
    read = {name: read_table(table, TABLE_BY_NAME[name], findings) for name, table in raw.items()}
    check_tables(settings, read, findings)
    findings.refuse_errors()
    assert settings is not None, "settings are missing without a finding"
    municipalities = tuple(
        Municipality(
            row["gemeente_code"],
            row["gemeente"],
            row["provincie_code"],
            int(row["inwoners"]),
            row,
        )
        for row in read["gemeenten"]
    )
    return Instance(settings, read, findings.notices, municipalities, source.settings_place)


def _read_files(
    source: Source, tables: Collection[str], required: Collection[str], findings: Findings
) -> dict[str, RawTable]:
    raw: dict[str, RawTable] = {}
    for table in TABLES:
        if table.name not in tables:
            continue
        if not source.has(table, findings):
            if table.name in required:
                findings.error("missing_table", table.file, columns=_required_columns(table.name))
            continue
        read = source.read(table, findings)
        if read is not None:
            raw[table.name] = read
    source.mention_strangers(findings)
    return raw


def _required_columns(table: str) -> str:
    return ", ".join(column.name for column in TABLE_BY_NAME[table].columns if column.required)


def _prepare(name: str, raw: RawTable, settings: Settings | None, findings: Findings) -> RawTable:
    """Turn a signed ``stand`` into backlog and lead, only with its declared sign."""
    if name != "standen" or "stand" not in raw.header:
        return raw
    at = raw.header.index("stand")
    if "achterstand" in raw.header or "voorsprong" in raw.header:
        findings.error("stand_twice", raw.file, 1, "stand")
        return _without(raw, at)
    teken = settings.stand_teken if settings is not None else None
    if settings is not None and teken is None:
        findings.error("stand_sign_unknown", raw.file, 1, "stand")
    sign = -1 if teken == "achterstand_negatief" else 1
    header = (*raw.header[:at], "achterstand", "voorsprong", *raw.header[at + 1 :])
    rows = []
    for number, cells in raw.rows:
        split = _split_stand(plain_minus(cells[at]), sign)
        if split is None:
            findings.error("not_whole", raw.file, number, "stand", found=cells[at])
            split = ("0", "0")
        rows.append((number, (*cells[:at], *split, *cells[at + 1 :])))
    return RawTable(raw.file, header, tuple(rows))


def _without(raw: RawTable, at: int) -> RawTable:
    """The table without one column."""
    header = (*raw.header[:at], *raw.header[at + 1 :])
    rows = ((number, (*cells[:at], *cells[at + 1 :])) for number, cells in raw.rows)
    return RawTable(raw.file, header, tuple(rows))


def _split_stand(cell: str, sign: int) -> tuple[str, str] | None:
    digits = cell[1:] if cell[:1] in {"+", "-"} else cell
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 7):
        return None
    stand = sign * int(cell)
    return (str(max(stand, 0)), str(max(-stand, 0)))
