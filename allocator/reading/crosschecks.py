"""Rows that contradict each other, within and between tables."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from allocator.findings import Findings, nearest
from allocator.places import KNOWN_YEARS, municipality_codes
from allocator.reading.swap_columns import FIXED, gives_reception_as_reason
from allocator.reading.tables import TableData, whole
from allocator.schema import Kind
from allocator.settings import Settings


def check_tables(
    settings: Settings | None, tables: Mapping[str, TableData], findings: Findings
) -> None:
    """Collect every contradiction that only shows when rows are seen together."""
    if "gemeenten" not in tables:
        return
    known = {row["gemeente_code"] for row in tables["gemeenten"]}
    for table in tables.values():
        _check_codes(table, known, findings)
    if settings is not None:
        _check_in_force(settings, tables["gemeenten"], findings)
    checks = {
        "correcties": _check_corrections,
        "standen": _check_balances,
        "woningklassen": _check_classes,
        "buren": _check_neighbours,
        "uitruilafspraken": _check_agreements,
        "toezeggingen": _check_promises,
        "huishoudens": _check_households,
        "arbeidsmarkt": _check_labour_market,
        "passing": _check_scores,
    }
    for name, check in checks.items():
        if name in tables:
            check(tables[name], findings)
    _check_between(tables, findings)


def _lines(table: TableData) -> zip[tuple[int, dict[str, str]]]:
    return zip(table.lines, table.rows, strict=True)


def _check_codes(table: TableData, known: set[str], findings: Findings) -> None:
    kinds = {column.name: column.kind for column in table.table.columns}
    for line, row in _lines(table):
        for name in table.columns:
            kind = kinds.get(name)
            if kind not in {Kind.MUNICIPALITY, Kind.CODES}:
                continue
            for code in filter(None, row[name].split("|")):
                if code not in known:
                    findings.error(
                        "unknown_code",
                        table.place,
                        line,
                        name,
                        found=code,
                        suggestion=nearest(code, known) or "-",
                    )


def _check_in_force(settings: Settings, table: TableData, findings: Findings) -> None:
    if settings.synthetic is True:
        return
    if settings.structure_year not in KNOWN_YEARS:
        # A notice ends up in the manifest, which must not tell a workbook from a folder.
        findings.notice("codes_not_checked", table.table.file, year=settings.structure_year)
        return
    codes = municipality_codes()
    for line, row in _lines(table):
        code = row["gemeente_code"]
        if not code.startswith("GM"):
            continue
        entry = codes.get(code)
        if entry is None or not entry.first_year <= settings.structure_year <= entry.last_year:
            findings.error(
                "code_not_in_force",
                table.place,
                line,
                "gemeente_code",
                found=code,
                year=settings.structure_year,
                successor=(entry.successor if entry else "") or "-",
            )


def _check_corrections(table: TableData, findings: Findings) -> None:
    for line, row in _lines(table):
        # The verevening of 2021 never touched a quota; a correction does.
        if "vereven" in row["reden"].lower():
            findings.notice("correction_is_settlement", table.table.file, line, "reden")
        if gives_reception_as_reason(row["reden"]):
            findings.notice("correction_is_reception", table.table.file, line, "reden")


def _check_balances(table: TableData, findings: Findings) -> None:
    for line, row in _lines(table):
        if whole(row, "achterstand") and whole(row, "voorsprong"):
            findings.error("both_balances", table.place, line, "voorsprong")


def _check_classes(table: TableData, findings: Findings) -> None:
    for line, row in _lines(table):
        low, high = whole(row, "personen_min"), whole(row, "personen_max")
        if low > high or whole(row, "personen_gepland") > high:
            findings.error("class_bounds", table.place, line, "personen_max", found=high)


def _check_neighbours(table: TableData, findings: Findings) -> None:
    for line, row in _lines(table):
        if row["gemeente_code_a"] == row["gemeente_code_b"]:
            findings.error("own_neighbour", table.place, line, "gemeente_code_b")


def _check_agreements(table: TableData, findings: Findings) -> None:
    for line, row in _lines(table):
        if row["van_code"] == row["naar_code"]:
            findings.error("agreement_with_itself", table.place, line, "naar_code")
        is_fixed = row["soort"] in FIXED
        if is_fixed and not whole(row, "personen"):
            findings.error("agreement_of_nobody", table.place, line, "personen")
        if row["soort"] and not is_fixed and row.get("personen", ""):
            findings.error(
                "agreement_not_signed", table.place, line, "personen", found=row["soort"]
            )


def _check_promises(table: TableData, findings: Findings) -> None:
    for line, row in _lines(table):
        if row["van_code"] == row["naar_code"]:
            findings.error("agreement_with_itself", table.place, line, "naar_code")
        if row.get("laagste_landelijk", "") and row.get("laagste_deel", ""):
            findings.error("promise_two_bases", table.place, line, "laagste_deel")
        if Fraction(row.get("laagste_deel", "") or 0) > 1:
            findings.error(
                "promise_share_above_one",
                table.place,
                line,
                "laagste_deel",
                found=row["laagste_deel"],
            )


def _check_households(table: TableData, findings: Findings) -> None:
    for line, row in _lines(table):
        is_linked = row.get("status", "") in {"gekoppeld", "verhuisfase"}
        has_place = bool(row.get("gekoppelde_gemeente", ""))
        if is_linked != has_place:
            findings.error("status_contradicts", table.place, line, "gekoppelde_gemeente")
        if whole(row, "volwassenen") > whole(row, "personen"):
            findings.error("more_adults_than_persons", table.place, line, "volwassenen")
        sponsor, fixed = row.get("referent_gemeente", ""), row.get("vaste_gemeente", "")
        if sponsor and fixed and sponsor != fixed:
            findings.error("sponsor_contradicts", table.place, line, "referent_gemeente")


def _check_labour_market(table: TableData, findings: Findings) -> None:
    for line, row in _lines(table):
        if row["schaal"] == "kans":
            _check_chance(row["waarde"], table.place, line, "waarde", findings)


def _check_scores(table: TableData, findings: Findings) -> None:
    for line, row in _lines(table):
        _check_chance(row["score"], table.place, line, "score", findings)


def _check_chance(cell: str, file: str, line: int, column: str, findings: Findings) -> None:
    if cell and (Fraction(cell) > 1 or len(cell.partition(".")[2]) > 3):
        findings.error("not_a_chance", file, line, column, found=cell)


def _check_between(tables: Mapping[str, TableData], findings: Findings) -> None:
    if "woningklassen" in tables and "aanbod" in tables:
        classes = {row["woningklasse"] for row in tables["woningklassen"]}
        _check_known(tables["aanbod"], "woningklasse", classes, "unknown_class", findings)
    if "huishoudens" not in tables:
        return
    ids = {row["huishouden_id"] for row in tables["huishoudens"]}
    for name in ("volwassenen", "passing"):
        if name in tables:
            _check_known(tables[name], "huishouden_id", ids, "unknown_household", findings)
    if "woningklassen" in tables:
        _check_sizes(tables["huishoudens"], tables["woningklassen"], findings)


def _check_known(
    table: TableData, column: str, known: set[str], code: str, findings: Findings
) -> None:
    for line, row in _lines(table):
        if row[column] and row[column] not in known:
            # A pseudonym is not repeated: the row says which one.
            shown = {} if column == "huishouden_id" else {"found": row[column]}
            findings.error(code, table.place, line, column, **shown)


def _check_sizes(households: TableData, classes: TableData, findings: Findings) -> None:
    largest = max((whole(row, "personen_max") for row in classes), default=0)
    for line, row in _lines(households):
        if whole(row, "personen") > largest:
            findings.error(
                "household_too_large",
                households.place,
                line,
                "personen",
                found=row["personen"],
                largest=largest,
            )
