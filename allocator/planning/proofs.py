"""The proof of a division, as ``certificaat.json`` has it."""

from __future__ import annotations

from fractions import Fraction

from allocator.exact_text import fraction_text, whole_text
from allocator.planning.two_way import WholeTable
from models.apportionment import Division, DivisorInterval, RemainderCut


def proof_of(division: Division, rounding: str, total: int) -> dict[str, object]:
    """Method, total and the interval of divisors, or the remainders at the cut."""
    proof: dict[str, object] = {"method": rounding, "total": total}
    certificate = division.certificate
    if isinstance(certificate, DivisorInterval):
        proof["divisor_low"] = fraction_text(certificate.low)
        proof["divisor_high"] = fraction_text(certificate.high)
    elif isinstance(certificate, RemainderCut):
        whole = certificate.shared_weights
        proof |= {
            "shared_total": certificate.shared_total,
            "shared_weights": whole_text(whole),
            "rounded_up": certificate.rounded_up,
            "remainder_low": _part(certificate.lowest_up, whole),
            "remainder_high": _part(certificate.highest_down, whole),
        }
    return proof


def proof_of_table(table: WholeTable) -> dict[str, object]:
    """Multipliers of rows and columns, and the cells that could be otherwise."""
    division = table.division
    return {
        "method": table.rounding,
        "rows": dict(zip(table.margins.rows, map(str, division.row_multipliers), strict=True)),
        "columns": dict(
            zip(table.margins.columns, map(str, division.column_multipliers), strict=True)
        ),
        "squared": division.squared,
        "tied": [list(cell) for cell in table.tied],
    }


def _part(part: int | None, whole: int) -> str | None:
    return None if part is None else fraction_text(Fraction(part, whole))
