"""The tables of a look back, as ``docs/reference/comparison.md`` has them."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.comparing.backtest import BacktestHalfYear, BacktestTable
from allocator.comparing.described import KEYS, key_rows
from allocator.comparing.tables import Row, table_bytes
from allocator.publishing import Files

PROVINCES = (
    "halfjaar provincie_code provincie formule correctie gepubliceerd gehuisvest gehuisvest_tot"
    " stand_begin stand_eind"
)
HALF_YEARS = (
    "halfjaar landelijk_gedrukt landelijk_gebruikt landelijk_herkomst peildatum_inwoners"
    " inwoners_herkomst indeling_jaar gemeenten inwoners gepubliceerd gehuisvest gehuisvest_tot"
    " afwijking_totaal afwijkingen toelichting_nl toelichting_en"
)
CORRECTIONS = (
    "halfjaar provincie_code provincie formule correctie gepubliceerd toelichting_nl toelichting_en"
)


def backtest_files(table: BacktestTable) -> Files:
    """Everything that a look back writes, without a manifest.

    The number housed stands once for each province and half-year, beside the published quota; the
    quotas under the keys stand in columns of their own, ``taakstelling_`` and the key's name.
    """
    names = sorted(key.name for key in table.keys)
    columns = " ".join((PROVINCES, *map(_column, names), "opmerking"))
    return {
        "terugblik.csv": table_bytes(columns, _province_rows(table)),
        "terugblik_halfjaren.csv": table_bytes(HALF_YEARS, map(_half_year_row, table.half_years)),
        "terugblik_correcties.csv": table_bytes(CORRECTIONS, _correction_rows(table)),
        "terugblik_sleutels.csv": table_bytes(f"halfjaar {KEYS}", _key_rows(table)),
    }


def _column(name: str) -> str:
    return f"taakstelling_{name}"


def _key_rows(table: BacktestTable) -> Iterator[Row]:
    for half in table.half_years:
        for row in key_rows(table.keys, half.instance):
            yield {"halfjaar": half.about.half_year, **row}


def _province_rows(table: BacktestTable) -> Iterator[Row]:
    names = [_column(key.name) for key in table.keys]
    for half in table.half_years:
        for row in half.rows:
            printed = row.published
            yield {
                "halfjaar": printed.half_year,
                "provincie_code": printed.code,
                "provincie": printed.name,
                "formule": row.formula,
                "correctie": row.correction.persons if row.correction else 0,
                "gepubliceerd": printed.quota,
                "gehuisvest": printed.housed,
                "gehuisvest_tot": half.about.housed_until,
                "stand_begin": printed.opening,
                "stand_eind": printed.closing,
                **dict(zip(names, row.quotas, strict=True)),
                "opmerking": printed.remark,
            }


def _half_year_row(half: BacktestHalfYear) -> Row:
    settings = half.instance.settings
    about = half.about
    return {
        "halfjaar": about.half_year,
        "landelijk_gedrukt": about.printed_total,
        "landelijk_gebruikt": half.used_total,
        "landelijk_herkomst": about.total_origin,
        "peildatum_inwoners": settings.population_date,
        "inwoners_herkomst": about.population_origin,
        "indeling_jaar": settings.structure_year,
        "gemeenten": len(half.instance.municipalities),
        "inwoners": sum(place.inhabitants for place in half.instance.municipalities),
        "gepubliceerd": sum(row.published.quota for row in half.rows),
        "gehuisvest": sum(row.published.housed for row in half.rows),
        "gehuisvest_tot": about.housed_until,
        "afwijking_totaal": half.total_deviation,
        "afwijkingen": "|".join(f"{name} {own:+d}" for name, own in half.deviations.items()),
        "toelichting_nl": about.note["nl"],
        "toelichting_en": about.note["en"],
    }


def _correction_rows(table: BacktestTable) -> Iterator[Row]:
    for half in table.half_years:
        for row in half.rows:
            if row.correction is not None:
                yield {
                    "halfjaar": half.about.half_year,
                    "provincie_code": row.published.code,
                    "provincie": row.published.name,
                    "formule": row.formula,
                    "correctie": row.correction.persons,
                    "gepubliceerd": row.published.quota,
                    "toelichting_nl": row.correction.reason["nl"],
                    "toelichting_en": row.correction.reason["en"],
                }
