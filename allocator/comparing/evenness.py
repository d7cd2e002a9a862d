"""The measures of a comparison as rows: evenness, extremes, who goes up, how much is shifted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from allocator.comparing.comparison import Comparison, KeyDivision
from allocator.comparing.figures import DWELLINGS, Amount, decimals, per_thousand
from allocator.comparing.measures import (
    extremes,
    first_difference,
    gini,
    half_distance,
    leximin_ranks,
    leximin_vector,
    theil,
)
from allocator.keys.definition import STATUTORY

MEASURES = "maat noemer sleutel waarde exact gemeente_code"
LOG_PLACES = 9
"""Decimals of a measure that is no exact fraction."""


def bases_of(comparison: Comparison) -> dict[str, tuple[Amount, ...]]:
    """What burdens are measured by: inhabitants, and dwellings where all of them are known."""
    found: dict[str, tuple[Amount, ...]] = {STATUTORY: comparison.inhabitants}
    known = [value for value in comparison.dwellings or () if value is not None]
    if known and len(known) == len(comparison.inhabitants):
        found[DWELLINGS] = tuple(known)
    return found


def measure_rows(comparison: Comparison) -> list[dict[str, object]]:
    """``vergelijking_maten.csv``."""
    rows = [row for own in comparison.divisions for row in _shift_rows(own)]
    for name, base in bases_of(comparison).items():
        for own in comparison.divisions:
            found = (*_spread(comparison, own, base), *_ends(comparison, own, base))
            rows += [{"noemer": name, "sleutel": own.name, **measure} for measure in found]
        rows += [{"noemer": name, **row} for row in _leximin(comparison, base)]
    return sorted(rows, key=lambda row: tuple(str(row.get(c) or "") for c in MEASURES.split()[:3]))


def _shift_rows(own: KeyDivision) -> Iterator[dict[str, object]]:
    changes = own.difference
    counts = {
        "gemeenten_hoger": sum(change > 0 for change in changes),
        "gemeenten_lager": sum(change < 0 for change in changes),
        "gemeenten_gelijk": sum(change == 0 for change in changes),
    }
    for name, count in counts.items():
        yield {"maat": name, "sleutel": own.name, "waarde": count}
    shifted = half_distance(own.persons, own.law)
    yield {"maat": "personen_verschoven", "sleutel": own.name, **_exact(shifted)}


def _spread(
    comparison: Comparison, own: KeyDivision, base: Sequence[Amount]
) -> Iterator[dict[str, object]]:
    found = gini(own.persons, base)
    yield {"maat": "gini", **_exact(found)}
    provinces = [place.province for place in comparison.instance.municipalities]
    split = theil(own.persons, base, provinces)
    names = ("theil", "theil_tussen_provincies", "theil_binnen_provincies")
    values = (split.total, split.between, split.within) if split else (None, None, None)
    for name, value in zip(names, values, strict=True):
        yield {"maat": name, "waarde": None if value is None else decimals(value, LOG_PLACES)}


def _ends(
    comparison: Comparison, own: KeyDivision, base: Sequence[Amount]
) -> Iterator[dict[str, object]]:
    found = extremes(own.persons, base)
    if found is None:
        return
    for name, i in (("hoogste_per_1000", found.highest), ("laagste_per_1000", found.lowest)):
        burden = per_thousand(own.persons[i], base[i])
        code = comparison.instance.municipalities[i].code
        yield {
            "maat": name,
            "gemeente_code": code,
            **(_exact(burden) if burden is not None else {}),
        }
    ratio = found.ratio
    yield {"maat": "grootste_verhouding", **(_exact(ratio) if ratio is not None else {})}


def _leximin(comparison: Comparison, base: Sequence[Amount]) -> Iterator[dict[str, object]]:
    vectors = [leximin_vector(own.persons, base) for own in comparison.divisions]
    ranks = leximin_ranks(vectors)
    law = leximin_vector(comparison.divisions[0].law, base)
    for own, vector, rank in zip(comparison.divisions, vectors, ranks, strict=True):
        yield {"maat": "leximin_rang", "sleutel": own.name, "waarde": rank}
        place = first_difference(vector, law)
        yield {"maat": "leximin_eerste_verschil", "sleutel": own.name, "waarde": place}


def _exact(value: Fraction | None) -> dict[str, object]:
    """The number as decimals and as a fraction; nothing where there is none."""
    return {} if value is None else {"waarde": decimals(value), "exact": str(value)}
