"""The tables that planning writes, as ``docs/reference/planning.md`` has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from allocator.canonical import csv_bytes
from allocator.planning.bands import BandTable
from allocator.planning.drift import DriftTable
from allocator.planning.exact import decimals, exact_text
from allocator.planning.over_time import HalfYearPlan, LedgerRow
from allocator.planning.tiers import TierTable
from allocator.planning.two_way import WholeTable

Row = Mapping[str, object]


def rows_bytes(columns: str, rows: Iterable[Row]) -> bytes:
    """A table with these columns in this order; a column that a row lacks stays empty."""
    names = columns.split()
    return csv_bytes(names, ([row.get(name) for name in names] for row in rows))


def band_bytes(table: BandTable) -> bytes:
    """``band.csv``."""
    columns = (
        "gemeente_code gemeente provincie_code gewicht exact_aandeel vorige zonder_grenzen"
        " minimaal maximaal personen verschil_zonder verschil_vorige verandering_aandeel grens"
    )
    return rows_bytes(columns, _band_rows(table))


def _band_rows(table: BandTable) -> Iterator[Row]:
    question = table.question
    before = sum(table.band.previous.values()) if table.band else 0
    places = question.instance.municipalities
    for place, claim, row in zip(places, question.claims, table.rows, strict=True):
        change = None
        if row.previous and question.total:
            change = decimals(Fraction(row.persons * before, row.previous * question.total) - 1)
        yield {
            "gemeente_code": row.code,
            "gemeente": place.name,
            "provincie_code": place.province,
            "gewicht": claim,
            "exact_aandeel": decimals(row.share),
            "vorige": row.previous,
            "zonder_grenzen": row.without,
            "minimaal": row.floor,
            "maximaal": row.cap,
            "personen": row.persons,
            "verschil_zonder": row.persons - row.without,
            "verschil_vorige": None if row.previous is None else row.persons - row.previous,
            "verandering_aandeel": change,
            "grens": row.stands_at,
        }


def tier_bytes(table: TierTable) -> dict[str, bytes]:
    """``trappen.csv`` and ``trappen_groepen.csv``."""
    return {
        "trappen.csv": rows_bytes(
            "gemeente_code gemeente groep gewicht exact_aandeel zonder_trap personen verschil",
            _tier_rows(table),
        ),
        "trappen_groepen.csv": rows_bytes(
            "groep gemeenten gewicht exact_aandeel zonder_trap personen verschil",
            _group_rows(table),
        ),
    }


def _tier_rows(table: TierTable) -> Iterator[Row]:
    question = table.question
    group = {i: part.name for part in table.groups for i in part.members}
    for i, place in enumerate(question.instance.municipalities):
        yield {
            "gemeente_code": place.code,
            "gemeente": place.name,
            "groep": group[i],
            "gewicht": question.claims[i],
            "exact_aandeel": decimals(question.shares[i]),
            "zonder_trap": question.formula[i],
            "personen": table.persons[i],
            "verschil": table.persons[i] - question.formula[i],
        }


def _group_rows(table: TierTable) -> Iterator[Row]:
    question = table.question
    for part in table.groups:
        without = sum(question.formula[i] for i in part.members)
        yield {
            "groep": part.name,
            "gemeenten": len(part.members),
            "gewicht": sum(question.claims[i] for i in part.members),
            "exact_aandeel": decimals(sum((question.shares[i] for i in part.members), Fraction(0))),
            "zonder_trap": without,
            "personen": part.persons,
            "verschil": part.persons - without,
        }


def table_bytes(table: WholeTable) -> dict[str, bytes]:
    """``tabel.csv`` and ``tabel_marges.csv``."""
    return {
        "tabel.csv": rows_bytes(
            "gemeente_code kolom gewicht minimaal maximaal personen uniek", _cell_rows(table)
        ),
        "tabel_marges.csv": rows_bytes("soort naam totaal factor", _margin_rows(table)),
    }


def _cell_rows(table: WholeTable) -> list[Row]:
    tied = set(table.tied)
    return [
        {
            "gemeente_code": code,
            "kolom": column,
            "gewicht": table.weights[i][j],
            "minimaal": table.limits[i][j][0],
            "maximaal": table.limits[i][j][1],
            "personen": table.division.parts[i][j],
            "uniek": "nee" if (code, column) in tied else "ja",
        }
        for i, code in enumerate(table.margins.rows)
        for j, column in enumerate(table.margins.columns)
    ]


def _margin_rows(table: WholeTable) -> Iterator[Row]:
    division = table.division
    sides = (
        ("kolom", table.margins.columns, division.column_multipliers),
        ("rij", table.margins.rows, division.row_multipliers),
    )
    for kind, totals, factors in sides:
        for (name, total), factor in zip(totals.items(), factors, strict=True):
            yield {"soort": kind, "naam": name, "totaal": total, "factor": exact_text(factor)}


def plan_bytes(plan: HalfYearPlan) -> bytes:
    """``plan.csv``."""
    columns = "halfjaar gemeente_code exact_aandeel personen exact_tot_nu personen_tot_nu afwijking"
    return rows_bytes(columns, _plan_rows(plan))


def _plan_rows(plan: HalfYearPlan) -> Iterator[Row]:
    codes = plan.question.codes
    due, given = [Fraction(0)] * len(codes), [0] * len(codes)
    for half_year, shares, parts in zip(plan.totals, plan.shares, plan.plan.parts, strict=True):
        for i, code in enumerate(codes):
            due[i] += shares[i]
            given[i] += parts[i]
            yield {
                "halfjaar": half_year,
                "gemeente_code": code,
                "exact_aandeel": decimals(shares[i]),
                "personen": parts[i],
                "exact_tot_nu": decimals(due[i]),
                "personen_tot_nu": given[i],
                "afwijking": decimals(given[i] - due[i]),
            }


def ledger_bytes(ledger: Iterable[LedgerRow]) -> bytes:
    """``historie.csv``: exact fractions, to be handed to the next half-year."""
    return rows_bytes(
        "halfjaar gemeente_code personen exact_aandeel",
        (
            {
                "halfjaar": row.half_year,
                "gemeente_code": row.code,
                "personen": row.persons,
                "exact_aandeel": exact_text(row.share),
            }
            for row in sorted(ledger, key=lambda row: (row.half_year, row.code))
        ),
    )


def drift_bytes(table: DriftTable) -> dict[str, bytes]:
    """``verloop.csv`` and ``verloop_gemeenten.csv``."""
    return {
        "verloop.csv": rows_bytes(
            "afronding halfjaar landelijk_totaal som som_tot_nu_te_veel meest_boven_code"
            " meest_boven meest_onder_code meest_onder",
            _drift_rows(table),
        ),
        "verloop_gemeenten.csv": rows_bytes(
            "gemeente_code afronding gemeente inwoners exact_tot_nu personen_tot_nu afwijking"
            " afwijking_procent",
            _drift_ends(table),
        ),
    }


def _drift_rows(table: DriftTable) -> Iterator[Row]:
    codes = table.question.codes
    for rounding in sorted(table.drifts):
        drift = table.drifts[rounding]
        periods = zip(table.totals.items(), drift.parts, drift.deviations, strict=True)
        for (half_year, total), parts, deviations in periods:
            # The first of equals, so that the lowest code is named.
            above = max(range(len(codes)), key=deviations.__getitem__)
            below = min(range(len(codes)), key=deviations.__getitem__)
            yield {
                "afronding": rounding,
                "halfjaar": half_year,
                "landelijk_totaal": total,
                "som": sum(parts),
                "som_tot_nu_te_veel": sum(deviations, Fraction(0)),
                "meest_boven_code": codes[above],
                "meest_boven": decimals(deviations[above]),
                "meest_onder_code": codes[below],
                "meest_onder": decimals(deviations[below]),
            }


def _drift_ends(table: DriftTable) -> Iterator[Row]:
    question = table.question
    for i, place in enumerate(question.instance.municipalities):
        for rounding in sorted(table.drifts):
            drift = table.drifts[rounding]
            due = sum((shares[i] for shares in drift.shares), Fraction(0))
            apart = drift.deviations[-1][i]
            yield {
                "gemeente_code": place.code,
                "gemeente": place.name,
                "inwoners": place.inhabitants,
                "afronding": rounding,
                "exact_tot_nu": decimals(due),
                "personen_tot_nu": sum(parts[i] for parts in drift.parts),
                "afwijking": decimals(apart),
                "afwijking_procent": decimals(100 * apart / due) if due else None,
            }
