"""What was published for past half-years: quotas, housed persons, standings, corrections."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from allocator.errors import InputRefusedError
from allocator.findings import Findings
from allocator.places import instances_dir
from allocator.reading.rawtext import read_csv
from allocator.words import LANGUAGES

FOLDER = "backtest-2019-2021"
_WHOLE = re.compile(r"-?[0-9]{1,9}")
Texts = dict[str, str]
"""A sentence per language."""
Key = tuple[str, str]
"""Half-year and province."""


@dataclass(frozen=True, slots=True)
class PublishedProvince:
    """One province in one half-year, as printed [persons].

    ``opening`` and ``closing`` are positive for persons still to be housed. ``remark`` is that of
    the data, in Dutch.
    """

    half_year: str
    code: str
    name: str
    opening: int
    quota: int
    housed: int
    closing: int
    remark: str


@dataclass(frozen=True, slots=True)
class PublishedHalfYear:
    """One half-year: how its inputs are known.

    ``total_origin`` is gepubliceerd or afgeleid (inferred from the fit), ``population_origin`` is
    cbs or schatting (an estimate).
    """

    half_year: str
    printed_total: int
    total_origin: str
    population_origin: str
    housed_until: str
    note: Texts


@dataclass(frozen=True, slots=True)
class Correction:
    """Published minus formula [persons], written down with what the source says of it."""

    persons: int
    reason: Texts


@dataclass(frozen=True, slots=True)
class Published:
    """A folder of past half-years; every half-year is an instance in ``folder``."""

    folder: Path
    half_years: tuple[PublishedHalfYear, ...]
    provinces: dict[Key, PublishedProvince]
    corrections: dict[Key, Correction]


def read_published(folder: Path | None = None) -> Published:
    """Read the tables beside the half-years; by default those that come with the program.

    Raises
    ------
    InputRefusedError
        If a table is missing, misses a column or has a cell that is no whole number.
    """
    place = folder or instances_dir().joinpath(FOLDER)
    findings = Findings()
    years = _rows(place, "halfjaren.csv", YEAR_COLUMNS, findings)
    provinces = _rows(place, "provincies.csv", PROVINCE_COLUMNS, findings)
    corrections = _rows(place, "correcties_provincies.csv", CORRECTION_COLUMNS, findings)
    findings.refuse_errors()
    return Published(
        place,
        tuple(map(_half_year, sorted(years, key=lambda row: row["halfjaar"]))),
        {_key(row): _province(row) for row in provinces},
        {_key(row): Correction(int(row["correctie"]), _texts(row)) for row in corrections},
    )


YEAR_COLUMNS = (
    "halfjaar landelijk_gedrukt# landelijk_herkomst inwoners_herkomst realisatie_tot"
    " toelichting_nl toelichting_en"
)
PROVINCE_COLUMNS = (
    "halfjaar provincie_code provincie stand_begin# taakstelling# realisatie# stand_eind# opmerking"
)
CORRECTION_COLUMNS = "halfjaar provincie_code correctie# toelichting_nl toelichting_en"


def _rows(folder: Path, file: str, columns: str, findings: Findings) -> list[dict[str, str]]:
    """Rows of a table; a column marked # must hold whole numbers."""
    path = folder.joinpath(file)
    raw = read_csv(path.read_bytes(), file, findings) if path.is_file() else None
    names = columns.replace("#", "").split()
    if raw is None:
        findings.error("missing_table", file, columns=", ".join(names))
        return []
    for name in names:
        if name not in raw.header:
            present = ", ".join(raw.header)
            findings.error("missing_column", file, 1, name, present=present, suggestion="-")
    if findings.errors:
        return []
    rows = [dict(zip(raw.header, cells, strict=True)) for _, cells in raw.rows]
    for (line, _), row in zip(raw.rows, rows, strict=True):
        for name in (name[:-1] for name in columns.split() if name.endswith("#")):
            if not _WHOLE.fullmatch(row[name]):
                findings.error("not_whole", file, line, name, found=row[name])
    return rows


def _key(row: dict[str, str]) -> Key:
    return row["halfjaar"], row["provincie_code"]


def _texts(row: dict[str, str]) -> Texts:
    return {lang: row[f"toelichting_{lang}"] for lang in LANGUAGES}


def _half_year(row: dict[str, str]) -> PublishedHalfYear:
    return PublishedHalfYear(
        row["halfjaar"],
        int(row["landelijk_gedrukt"]),
        row["landelijk_herkomst"],
        row["inwoners_herkomst"],
        row["realisatie_tot"],
        _texts(row),
    )


def _province(row: dict[str, str]) -> PublishedProvince:
    return PublishedProvince(
        row["halfjaar"],
        row["provincie_code"],
        row["provincie"],
        int(row["stand_begin"]),
        int(row["taakstelling"]),
        int(row["realisatie"]),
        int(row["stand_eind"]),
        row["opmerking"],
    )


def refuse(code: str, file: str, **values: object) -> InputRefusedError:
    """The one finding that stops a look back."""
    findings = Findings()
    findings.error(code, file, 0, "", **values)
    return InputRefusedError(findings.errors)
