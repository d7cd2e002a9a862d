"""One cell at a time: canonical text, or a finding with what was read and what is wanted."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from allocator.findings import Findings, nearest
from allocator.reading.swap_columns import refusal_of_kind
from allocator.schema import MUNICIPALITY_CODE, Column, Kind

PROVINCE = re.compile(r"PV[0-9]{2}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_WHOLE = re.compile(r"[0-9]+")
_SIGNED = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,6}))?")
_FRACTION = re.compile(r"([0-9]{1,9}) ?/ ?([0-9]{1,9})")
_EXACT_DECIMAL = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,9}))?")
_SIGNED_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,9})?")
# 1.234 and 1,234: a thousand and more to one reader, one and a bit to another.
_AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
_SHORT_CODE = re.compile(r"[A-Z]{2}[0-9]{1,3}|[0-9]{1,4}")
_MOST_DIGITS = {Kind.INHABITANTS: 13}
_FEW_DIGITS = 7
"""More persons, dwellings or weeks than this are a mistake; places have seven digits too."""
_NUMBERS = {Kind.COUNT, Kind.INHABITANTS, Kind.POSITIVE, Kind.SIGNED, Kind.DECIMAL}
_HALF_YEAR = re.compile(r"[12][0-9]{3}-[12]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_cell(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    """Canonical text of a cell; an empty text stands beside a finding when it is refused."""
    if cell == "":
        if column.required:
            findings.error("empty_cell", file, row, column.name)
        return ""
    reader = _READERS[column.kind]
    if column.kind in _NUMBERS:
        cell = plain_minus(cell)
    return reader(column, cell, file, row, findings)


def _municipality(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    if MUNICIPALITY_CODE.fullmatch(cell):
        return cell
    if _SHORT_CODE.fullmatch(cell):
        digits = re.sub(r"[^0-9]", "", cell)
        findings.error(
            "lost_zero", file, row, column.name, found=cell, suggestion=f"GM{digits:0>4}"
        )
    else:
        findings.error("bad_code", file, row, column.name, found=cell, example="GM0363")
    return ""


def _province(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    if PROVINCE.fullmatch(cell):
        return cell
    findings.error("bad_code", file, row, column.name, found=cell, example="PV24")
    return ""


def _identifier(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    if _IDENTIFIER.fullmatch(cell):
        return cell
    # What stands there may be a name: it is not repeated.
    findings.error("bad_identifier", file, row, column.name)
    return ""


def _name(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    if len(cell) <= 300:
        return cell
    findings.error("text_too_long", file, row, column.name, limit=300)
    return ""


def _count(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    if _WHOLE.fullmatch(cell):
        return _not_too_large(column, cell, file, row, findings)
    _refuse_number(column, cell, file, row, findings)
    return ""


def _not_too_large(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    """Plain text of a whole number, unless it has more digits than its column can mean."""
    digits = cell.lstrip("+-").lstrip("0") or "0"
    if len(digits) <= _MOST_DIGITS.get(column.kind, _FEW_DIGITS):
        return str(int(cell))
    findings.error("too_large", file, row, column.name, digits=len(digits))
    return ""


def _positive(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    if _WHOLE.fullmatch(cell) and cell.strip("0"):
        return _not_too_large(column, cell, file, row, findings)
    if _WHOLE.fullmatch(cell):
        findings.error("not_positive", file, row, column.name, found=cell)
    else:
        _refuse_number(column, cell, file, row, findings)
    return ""


def _signed(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    if _SIGNED.fullmatch(cell):
        return _not_too_large(column, cell, file, row, findings)
    _refuse_number(column, cell, file, row, findings, signed=True)
    return ""


def _decimal(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    if _AMBIGUOUS.fullmatch(cell):
        _refuse_number(column, cell, file, row, findings)
        return ""
    match = _DECIMAL.fullmatch(cell)
    if match is None:
        code = "negative" if cell.startswith("-") else "not_decimal"
        findings.error(code, file, row, column.name, found=cell)
        return ""
    part = (match[2] or "").rstrip("0")
    return str(int(match[1])) + (f".{part}" if part else "")


def _share(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    fraction = _FRACTION.fullmatch(cell)
    if fraction is not None and int(fraction[2]):
        return str(Fraction(int(fraction[1]), int(fraction[2])))
    match = _EXACT_DECIMAL.fullmatch(cell)
    if match is None or _AMBIGUOUS.fullmatch(cell):
        findings.error("not_a_share", file, row, column.name, found=cell)
        return ""
    part = (match[2] or "").rstrip("0")
    return str(int(match[1])) + (f".{part}" if part else "")


def _refuse_number(
    column: Column, cell: str, file: str, row: int, findings: Findings, signed: bool = False
) -> None:
    if _AMBIGUOUS.fullmatch(cell):
        plain = re.sub(r"[.,]", "", cell)
        findings.error("ambiguous_number", file, row, column.name, found=cell, suggestion=plain)
    elif _SIGNED.fullmatch(cell) and cell.startswith("-") and not signed:
        findings.error("negative", file, row, column.name, found=cell)
    else:
        findings.error("not_whole", file, row, column.name, found=cell)


def _date(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    if _DAY.fullmatch(cell):
        try:
            return date.fromisoformat(cell).isoformat()
        except ValueError:
            pass
    findings.error("bad_date", file, row, column.name, found=cell)
    return ""


def _half_year(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    if _HALF_YEAR.fullmatch(cell):
        return cell
    findings.error("bad_half_year", file, row, column.name, found=cell)
    return ""


def _codes(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    codes = [part.strip() for part in cell.split("|")]
    read = [_municipality(column, code, file, row, findings) for code in codes if code]
    return "|".join(sorted({code for code in read if code}))


def _choice(column: Column, cell: str, file: str, row: int, findings: Findings) -> str:
    if cell.lower() in column.choices:
        return cell.lower()
    if refused := refusal_of_kind(column.choices, cell):
        findings.error(refused, file, row, column.name)
        return ""
    findings.error(
        "bad_choice",
        file,
        row,
        column.name,
        found=cell,
        choices=", ".join(column.choices),
        suggestion=nearest(cell.lower(), column.choices) or column.choices[0],
    )
    return ""


_READERS = {
    Kind.MUNICIPALITY: _municipality,
    Kind.PROVINCE: _province,
    Kind.IDENTIFIER: _identifier,
    Kind.NAME: _name,
    Kind.COUNT: _count,
    Kind.INHABITANTS: _count,
    Kind.POSITIVE: _positive,
    Kind.SIGNED: _signed,
    Kind.DECIMAL: _decimal,
    Kind.SHARE: _share,
    Kind.DATE: _date,
    Kind.HALF_YEAR: _half_year,
    Kind.CODES: _codes,
    Kind.CHOICE: _choice,
}


def plain_minus(cell: str) -> str:
    """A number with the minus sign of the keyboard: a word processor writes a longer one."""
    return cell.replace("\N{MINUS SIGN}", "-")


def read_indicator(cell: str) -> str | None:
    """Canonical text of an indicator used by a key, or nothing when it is not a plain number."""
    if _AMBIGUOUS.fullmatch(cell) or not _SIGNED_DECIMAL.fullmatch(cell):
        return None
    return cell.replace(",", ".")
