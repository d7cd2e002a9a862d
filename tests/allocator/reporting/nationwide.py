"""The 352 municipalities of the national instance as a result folder: quotas and plain rows.

Only what a page needs to be of full size; Adams' method here is its own short form.
"""

from __future__ import annotations

import csv
import heapq
from fractions import Fraction
from math import ceil
from pathlib import Path

from tests.allocator.reporting.handmade import Handmade, Rows

INSTANCE = Path(__file__).parents[3] / "instances" / "nl-2021-1"
TOTAL = 13_500


def read(name: str) -> Rows:
    """A table of the instance."""
    with (INSTANCE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def adams(weights: dict[str, int]) -> dict[str, int]:
    """Quotas by repeatedly giving one person to the largest weight per person."""
    quotas = dict.fromkeys(weights, 1)
    heap = [(-Fraction(weight), code) for code, weight in weights.items()]
    heapq.heapify(heap)
    for _ in range(TOTAL - len(weights)):
        _, code = heap[0]
        quotas[code] += 1
        heapq.heapreplace(heap, (-Fraction(weights[code], quotas[code]), code))
    return quotas


def six_decimals(share: Fraction) -> str:
    """Half up, as the contract writes an exact share."""
    units = (2 * 10**6 * share.numerator + share.denominator) // (2 * share.denominator)
    return f"{units // 10**6}.{units % 10**6:06d}"


def nationwide() -> Handmade:
    """Quotas of all municipalities, a row after swaps for each and link counts for each."""
    places, parts = read("gemeenten.csv"), Handmade()
    weights = {row["gemeente_code"]: int(row["inwoners"]) for row in places}
    quotas, people = adams(weights), sum(weights.values())
    classes = read("woningklassen.csv")
    statutory = sum(ceil(Fraction(weight * TOTAL, people)) for weight in weights.values())
    low = max(Fraction(weights[code], quotas[code]) for code in weights)
    high = min(Fraction(weights[code], quotas[code] - 1) for code in weights if quotas[code] > 1)
    parts.instance = (INSTANCE / "instance.toml").read_text(encoding="utf-8")
    parts.parameters["link"]["region"] = ""
    parts.certificate["quota"] |= {
        "total": TOTAL,
        "divisor_low": str(low),
        "divisor_high": str(high),
        "statutory_sum": statutory,
        "statutory_surplus": statutory - TOTAL,
    }
    parts.tables |= {
        "invoer/gemeenten.csv": places,
        "invoer/standen.csv": read("standen.csv"),
        "invoer/woningklassen.csv": classes,
        "taakstellingen.csv": [_quota(row, quotas, people) for row in places],
        "na_uitruil.csv": [_after(row["gemeente_code"], quotas) for row in places],
        "koppelingen_per_gemeente.csv": [
            {"gemeente_code": code, "woningklasse": kind, "huishoudens": 12, "personen": 34}
            for code in weights
            for kind in ("", *(row["woningklasse"] for row in classes))
        ],
    }
    del parts.tables["invoer/aanbod.csv"], parts.tables["vertrouwelijk/invoer/nareis.csv"]
    parts.tables["overdrachten.csv"][0] |= {"van_code": "GM0034", "naar_code": "GM0050"}
    return parts


def _quota(row: dict[str, str], quotas: dict[str, int], people: int) -> dict[str, object]:
    code = row["gemeente_code"]
    return {
        "gemeente_code": code,
        "gemeente": row["gemeente"],
        "provincie_code": row["provincie_code"],
        "inwoners": row["inwoners"],
        "exact_aandeel": six_decimals(Fraction(int(row["inwoners"]) * TOTAL, people)),
        "formule": quotas[code],
        "correctie": 0,
        "taakstelling": quotas[code],
        "vastgesteld": "",
    }


def _after(code: str, quotas: dict[str, int]) -> dict[str, object]:
    return {
        "gemeente_code": code,
        "taakstelling": quotas[code],
        "overdracht": 0,
        "gewijzigde_taakstelling": quotas[code],
        "achterstand": 0,
        "voorsprong": 0,
        "plaatsbaar": 0,
        "tekort_voor": quotas[code],
        "tekort_na": quotas[code],
        "oordeel": "neutraal",
    }
