"""The tables of a look back, as ``docs/reference/comparison.md`` has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple
from importlib.metadata import version

from allocator import __version__
from allocator.canonical import csv_bytes
from allocator.comparing.backtest import BacktestHalfYear, BacktestTable
from allocator.comparing.described import KEYS, key_rows
from allocator.comparing.published import CORRECTION_COLUMNS, PROVINCE_COLUMNS, YEAR_COLUMNS
from allocator.comparing.tables import Row, table_bytes
from allocator.publishing import Files
from allocator.results import input_files

NAME = "terugblik"
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
    """Everything of the result folder but the manifest; ``invoer/`` is a folder to look back on.

    The number housed stands once for each province and half-year, beside the published quota; the
    quotas under the keys stand in columns of their own, ``taakstelling_`` and the key's name.
    """
    names = sorted(key.name for key in table.keys)
    columns = " ".join((PROVINCES, *map(_column, names), "opmerking"))
    return {
        **_inputs(table),
        "terugblik.csv": table_bytes(columns, _province_rows(table)),
        "terugblik_halfjaren.csv": table_bytes(HALF_YEARS, map(_half_year_row, table.half_years)),
        "terugblik_correcties.csv": table_bytes(CORRECTIONS, _correction_rows(table)),
        "terugblik_sleutels.csv": table_bytes(f"halfjaar {KEYS}", _key_rows(table)),
    }


def backtest_manifest(table: BacktestTable, lang: str) -> Mapping[str, object]:
    """Everything of the manifest but the hashes."""
    return {
        "name": NAME,
        "parameters": {
            "command": "backtest",
            "lang": lang,
            "backtest": {"keys": [key.name for key in table.keys], "rounding": table.rounding},
        },
        "versions": {"allocator": __version__, "numpy": version("numpy")},
        "stages": [{"name": "taakstelling", "status": "optimal", "gap_target": 0}],
        "retention": "",
    }


def _inputs(table: BacktestTable) -> Files:
    """The canonical copy of everything that was read."""
    files: Files = {
        f"invoer/{half.about.half_year}/{path.removeprefix('invoer/')}": content
        for half in table.half_years
        for path, content in input_files(half.instance).items()
    }
    copies = (
        ("halfjaren", YEAR_COLUMNS, _year_cells),
        ("provincies", PROVINCE_COLUMNS, _province_cells),
        ("correcties_provincies", CORRECTION_COLUMNS, _correction_cells),
    )
    for name, columns, cells in copies:
        header = columns.replace("#", "").split()
        rows = (row for half in table.half_years for row in cells(half))
        files[f"invoer/{name}.csv"] = csv_bytes(header, rows)
    return files | {f"invoer/sleutels/{key.name}.toml": key.as_toml() for key in table.keys}


def _year_cells(half: BacktestHalfYear) -> Iterator[tuple[object, ...]]:
    about = half.about
    known = (about.printed_total, about.total_origin, about.population_origin, about.housed_until)
    yield (about.half_year, *known, about.note["nl"], about.note["en"])


def _province_cells(half: BacktestHalfYear) -> Iterator[tuple[object, ...]]:
    for row in half.rows:
        yield astuple(row.published)


def _correction_cells(half: BacktestHalfYear) -> Iterator[tuple[object, ...]]:
    for row in half.rows:
        if row.correction is not None:
            reason = row.correction.reason
            place = (half.about.half_year, row.published.code)
            yield (*place, row.correction.persons, reason["nl"], reason["en"])


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
