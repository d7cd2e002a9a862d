"""The quotas in the form of the ministry's circular: every municipality, its quota, its source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from allocator.comparing.tables import table_bytes
from allocator.publishing import Files
from allocator.quota import QuotaRow, QuotaTable

ANNEX = "provincie_code gemeente_code gemeente inwoners taakstelling bron formule correctie"


class Origin(StrEnum):
    """Where a quota comes from; the value is what files say."""

    FORMULA = "formule"
    CORRECTION = "correctie"
    PUBLISHED = "vastgesteld"


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


def annex_rows(quotas: QuotaTable) -> tuple[AnnexRow, ...]:
    """Every municipality with its quota and where that comes from, by province and code.

    A published quota leads; otherwise the formula, with a correction where there is one. The sum
    of ``quota`` is that of the table.
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
        for row in quotas.rows
    )
    return tuple(sorted(rows, key=lambda row: (row.province, row.code)))


def _origin(row: QuotaRow) -> Origin:
    if row.published is not None:
        return Origin.PUBLISHED
    return Origin.CORRECTION if row.correction else Origin.FORMULA


def annex_files(quotas: QuotaTable) -> Files:
    """``bijlage.csv``."""
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
        for row in annex_rows(quotas)
    )
    return {"bijlage.csv": table_bytes(ANNEX, rows)}
