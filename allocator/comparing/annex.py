"""The quotas in the form of the ministry's circular: every municipality, its quota, its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from allocator.comparing.tables import table_bytes
from allocator.errors import OutputTroubleError, output_trouble
from allocator.publishing import MANIFEST, Files, add_to_result
from allocator.quota import QuotaRow, QuotaTable
from allocator.reporting.result import load_result
from allocator.reporting.rows import Quota
from allocator.steady import held, steadily
from allocator.verifying import failures_of, verify_or_refuse

ANNEX_FILE = "bijlage.csv"
ANNEX = "provincie_code gemeente_code gemeente inwoners taakstelling bron formule correctie"


class Origin(StrEnum):
    """Where a quota comes from; the value is what files say."""

    FORMULA = "formule"
    CORRECTION = "correctie"
    PUBLISHED = "vastgesteld"


Stated = QuotaRow | Quota
"""One quota with what it is made of: as computed, or as read from a result."""


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """One line of the annex [persons]; ``formula`` is none where no total was divided."""

    province: str
    code: str
    name: str
    inhabitants: int
    quota: int
    origin: Origin
    formula: int | None
    correction: int


def annex_rows(quotas: Sequence[Stated]) -> tuple[AnnexRow, ...]:
    """Every municipality with its quota and where that comes from, by province and code.

    A published quota leads; otherwise the formula, with a correction where there is one. The sum
    of ``quota`` is that of the rows given.
    """
    rows = (
        AnnexRow(
            row.province,
            row.code,
            row.name,
            row.inhabitants,
            row.quota,
            _origin(row),
            row.formula,
            row.correction,
        )
        for row in quotas
    )
    return tuple(sorted(rows, key=lambda row: (row.province, row.code)))


def _origin(row: Stated) -> Origin:
    if row.published is not None:
        return Origin.PUBLISHED
    return Origin.CORRECTION if row.correction else Origin.FORMULA


def annex_files(quotas: QuotaTable) -> Files:
    """``bijlage.csv``."""
    return {ANNEX_FILE: annex_bytes(annex_rows(quotas.rows))}


def annex_bytes(annex: Sequence[AnnexRow]) -> bytes:
    """The annex as a table."""
    rows = (
        {
            "provincie_code": row.province,
            "gemeente_code": row.code,
            "gemeente": row.name,
            "inwoners": row.inhabitants,
            "taakstelling": row.quota,
            "bron": row.origin,
            "formule": row.formula,
            "correctie": row.correction,
        }
        for row in annex
    )
    return table_bytes(ANNEX, rows)


def write_annex(folder: Path, out: Path | None = None) -> tuple[Path, tuple[AnnexRow, ...]]:
    """Verify a result and write its annex: into the result, or to a place of its own.

    Parameters
    ----------
    folder
        A result folder.
    out
        A file, or an existing folder in which ``bijlage.csv`` is put; none adds the annex to the
        result, which is then published again as a whole.

    Returns
    -------
    tuple
        The file, and what stands in it.

    Raises
    ------
    VerificationFailedError
        If the result does not verify.
    InputRefusedError
        If the result has no quotas.
    OutputTroubleError
        If the file cannot be written, or is there already and is no annex of ours.
    """
    if out is None or (out.is_dir() and folder.is_dir() and out.samefile(folder)):
        with held(folder):
            verify_or_refuse(folder)
            return folder.joinpath(ANNEX_FILE), _add_annex(folder)
    rows = steadily(folder, lambda: _verified_rows(folder))
    path = out.joinpath(ANNEX_FILE) if out.is_dir() else out
    if path.with_name(MANIFEST).exists():  # a stranger in a result would break it
        raise OutputTroubleError("annex_in_result", path=path.parent)
    try:
        _write_alone(annex_bytes(rows), path)
    except OSError as error:
        raise output_trouble(path, error) from error
    return path, rows


def _verified_rows(folder: Path) -> tuple[AnnexRow, ...]:
    verify_or_refuse(folder)
    return annex_rows(load_result(folder).quotas)


def _add_annex(folder: Path) -> tuple[AnnexRow, ...]:
    rows: list[AnnexRow] = []

    def annex(copy: Path) -> Mapping[str, bytes]:
        rows.extend(annex_rows(load_result(copy).quotas))
        return {ANNEX_FILE: annex_bytes(rows)}

    add_to_result(folder, annex, failures_of)
    return tuple(rows)


def _write_alone(content: bytes, path: Path) -> None:
    """Whole or not at all; nothing but an older annex is replaced."""
    header = content[: content.index(b"\n") + 1]
    if path.exists() and not path.read_bytes().startswith(header):
        raise OutputTroubleError("annex_not_ours", path=path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
