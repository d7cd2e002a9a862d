"""The tables of a comparison, as ``docs/reference/comparison.md`` has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from allocator.canonical import csv_bytes
from allocator.comparing.comparison import Comparison, KeyDivision
from allocator.comparing.figures import decimals, optional_decimals, per_thousand, total_of
from allocator.comparing.groups import SIZE, URBANITY, Group

Row = Mapping[str, object]

MUNICIPALITIES = (
    "gemeente_code sleutel gemeente provincie_code inwoners grootteklasse stedelijkheid afronding"
    " exact_aandeel personen verschil verschil_sleutel verschil_afronding richting"
    " per_1000_inwoners per_1000_corporatiewoningen"
)
GROUPS = (
    "soort groep sleutel inwoners_van inwoners_tot gemeenten inwoners corporatiewoningen personen"
    " verschil verschil_sleutel verschil_afronding hoger lager gelijk"
    " per_1000_inwoners per_1000_corporatiewoningen"
)
SENSITIVITY = "gemeente_code sleutel deel indicator personen_per_procentpunt"


def table_bytes(columns: str, rows: Iterable[Row]) -> bytes:
    """A table with these columns in this order; a column that a row lacks stays empty."""
    names = columns.split()
    return csv_bytes(names, ([row.get(name) for name in names] for row in rows))


def direction(difference: int) -> str:
    """Whether a quota is higher or lower than under the law's key."""
    return "hoger" if difference > 0 else "lager" if difference < 0 else "gelijk"


def municipality_rows(comparison: Comparison) -> list[Row]:
    """``vergelijking.csv``: every municipality under every key."""
    rows = chain.from_iterable(_own_rows(comparison, own) for own in comparison.divisions)
    return sorted(rows, key=lambda row: (str(row["gemeente_code"]), str(row["sleutel"])))


def _own_rows(comparison: Comparison, own: KeyDivision) -> Iterator[Row]:
    sizes, degrees = _names(comparison, SIZE), _names(comparison, URBANITY)
    dwellings = comparison.dwellings or (None,) * len(comparison.inhabitants)
    shares, persons, difference = own.shares, own.persons, own.difference
    key, rounding = own.key_part, own.rounding_part
    for i, place in enumerate(comparison.instance.municipalities):
        yield {
            "gemeente_code": place.code,
            "sleutel": own.name,
            "gemeente": place.name,
            "provincie_code": place.province,
            "inwoners": place.inhabitants,
            "grootteklasse": sizes[i],
            "stedelijkheid": degrees.get(i),
            "afronding": own.own.rounding,
            "exact_aandeel": decimals(shares[i]),
            "personen": persons[i],
            "verschil": difference[i],
            "verschil_sleutel": key[i],
            "verschil_afronding": rounding[i],
            "richting": direction(difference[i]),
            "per_1000_inwoners": optional_decimals(per_thousand(persons[i], place.inhabitants)),
            "per_1000_corporatiewoningen": optional_decimals(
                per_thousand(persons[i], dwellings[i])
            ),
        }


def _names(comparison: Comparison, kind: str) -> dict[int, str]:
    """Name of the group of this kind for every municipality that has one."""
    return {
        i: group.name for group in comparison.groups if group.kind == kind for i in group.members
    }


def group_rows(comparison: Comparison) -> list[Row]:
    """``vergelijking_groepen.csv``: country, provinces, sizes, degrees of urbanisation."""
    return [
        _group_row(comparison, group, own)
        for group in comparison.groups
        for own in sorted(comparison.divisions, key=lambda division: division.name)
    ]


def _group_row(comparison: Comparison, group: Group, own: KeyDivision) -> Row:
    def add(values: tuple[int, ...]) -> int:
        return sum(values[i] for i in group.members)

    persons, inhabitants = add(own.persons), add(comparison.inhabitants)
    known = comparison.dwellings
    dwellings = total_of([known[i] for i in group.members]) if known else None
    turns = [direction(own.difference[i]) for i in group.members]
    return {
        "soort": group.kind,
        "groep": group.name,
        "sleutel": own.name,
        "inwoners_van": group.least,
        "inwoners_tot": group.below,
        "gemeenten": len(group.members),
        "inwoners": inhabitants,
        "corporatiewoningen": dwellings,
        "personen": persons,
        "verschil": add(own.difference),
        "verschil_sleutel": add(own.key_part),
        "verschil_afronding": add(own.rounding_part),
        **{turn: turns.count(turn) for turn in ("hoger", "lager", "gelijk")},
        "per_1000_inwoners": optional_decimals(per_thousand(persons, inhabitants)),
        "per_1000_corporatiewoningen": optional_decimals(per_thousand(persons, dwellings)),
    }


def sensitivity_rows(comparison: Comparison) -> list[Row]:
    """``vergelijking_gevoeligheid.csv``: what a percentage point of weight does."""
    return [
        {
            "gemeente_code": place.code,
            "sleutel": own.name,
            "deel": number,
            "indicator": own.key.parts[number - 1].indicator,
            "personen_per_procentpunt": decimals(changes[i]),
        }
        for i, place in enumerate(comparison.instance.municipalities)
        for own in sorted(comparison.divisions, key=lambda division: division.name)
        for number, changes in enumerate(own.sensitivity, 1)
        if changes is not None
    ]
