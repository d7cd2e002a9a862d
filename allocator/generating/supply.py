"""Dwellings meant for permit holders: ``aanbod``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.random import Generator

from allocator.generating import priors
from allocator.generating.base import Row
from allocator.generating.draft import SOURCE, Draft, DwellingClass
from allocator.generating.drawing import IntArray, between, pick

_CERTAINTIES = ("beschikbaar", "toegezegd", "verwacht")
_CERTAIN_SHARES = (0.5, 0.3, 0.2)
_FIRST_DAY = (0, 20, 60)  # days after the start of the half-year, by certainty
_LAST_DAY = (20, 90, 170)
_KINDS = ("zelfstandig", "gedeeld", "tussenvoorziening", "doorstroomlocatie")
_KINDS_FOR_ONE = (62, 20, 12, 6)
_KINDS_FOR_MORE = (90, 0, 7, 3)
_INTERIM_DAYS = {"tussenvoorziening": 730, "doorstroomlocatie": 365}
_ELSEWHERE_PER_100 = 40  # transit locations that stand in a neighbouring municipality
_WITH_SCENARIOS_PER_100 = 60


@dataclass(frozen=True, slots=True)
class _Lot:
    """Dwellings of one class and certainty in one municipality."""

    place: int
    kind: DwellingClass
    certainty: int
    count: int


def make_supply(draft: Draft, rng: Generator) -> list[Row]:
    """Draw dwellings: per province somewhat more than there are households, the large ones fewer.

    Within a province some municipalities get clearly more than they need and others clearly
    less, so that there is something to swap and something to choose.
    """
    factor = _municipality_factors(draft, rng)
    weights = np.maximum(draft.to_link() + _linked_open(draft), 0) * factor
    lots: list[_Lot] = []
    for province, wanted in enumerate(_wanted(draft, rng)):
        own = draft.places.in_province(province)
        if weights[own].sum() == 0:
            continue
        shares = weights[own] / weights[own].sum()
        for kind, total in zip(draft.classes, wanted, strict=True):
            for place, count in zip(own, rng.multinomial(total, shares), strict=True):
                lots += _by_certainty(int(place), kind, int(count), rng)
    numbers = rng.permutation(len(lots)) + 1
    rows = [_row(draft, lot, int(number), rng) for lot, number in zip(lots, numbers, strict=True)]
    return sorted(
        rows, key=lambda row: (row["gemeente_code"], row["woningklasse"], row["aanbod_id"])
    )


def best_class(size: int, classes: tuple[DwellingClass, ...]) -> tuple[int, int]:
    """The class planned for ``size`` persons and the next one that fits them too, by index."""
    fitting = [i for i, kind in enumerate(classes) if kind.fewest <= size <= kind.most]
    if not fitting:
        raise ValueError(f"no dwelling class fits {size} persons")
    tight = [i for i in fitting if classes[i].planned >= size] or fitting[-1:]
    larger = tight[1] if len(tight) > 1 else tight[0]
    return tight[0], larger


def sizes_by_province(draft: Draft, rng: Generator | None = None) -> list[Counter[int]]:
    """Households that need a dwelling, counted by size, per province.

    A household without a place of reception is counted in a drawn province, or nowhere.
    """
    index = {code: i for i, code in enumerate(draft.places.codes)}
    counts: list[Counter[int]] = [Counter() for _ in draft.places.provinces]
    for row in draft.tables["huishoudens"]:
        if row.get("referent_gemeente"):
            continue
        code = row.get("gekoppelde_gemeente") or row.get("opvang_gemeente")
        if code:
            province = int(draft.places.province[index[code]])
        elif rng is not None:
            province = int(draft.places.province[int(rng.integers(len(index)))])
        else:
            continue
        counts[province][int(row["personen"])] += 1
    return counts


def _wanted(draft: Draft, rng: Generator) -> list[IntArray]:
    """Dwellings per class for each province."""
    found: list[IntArray] = []
    for sizes in sizes_by_province(draft, rng):
        need = np.zeros(len(draft.classes), dtype=np.int64)
        for size, count in sorted(sizes.items()):
            tight, larger = best_class(size, draft.classes)
            up = priors.SINGLES_ONE_UP if size == 1 else priors.OTHERS_ONE_UP
            need[larger] += count * up // 100
            need[tight] += count - count * up // 100
        found.append(
            np.asarray(
                [n * _scarcity(kind) // 1000 for n, kind in zip(need, draft.classes, strict=True)],
                dtype=np.int64,
            )
        )
    return found


def _scarcity(kind: DwellingClass) -> int:
    for fewest, supply in priors.SUPPLY_BY_FEWEST:
        if kind.fewest >= fewest:
            return supply
    return 1000


def _linked_open(draft: Draft) -> IntArray:
    return np.asarray([position.linked_open for position in draft.positions()], dtype=np.int64)


def _municipality_factors(draft: Draft, rng: Generator) -> IntArray:
    """Supply against need, per mille, evenly spread over each province in a drawn order."""
    places = draft.places
    factor = np.zeros(len(places.codes), dtype=np.int64)
    span = priors.BEST_SUPPLIED - priors.WORST_SUPPLIED
    for province in range(len(places.provinces)):
        own = rng.permutation(places.in_province(province))
        steps = (2 * np.arange(len(own)) + 1) * span // (2 * len(own))
        factor[own] = priors.WORST_SUPPLIED + steps
    return factor


def _by_certainty(place: int, kind: DwellingClass, count: int, rng: Generator) -> list[_Lot]:
    parts = rng.multinomial(count, _CERTAIN_SHARES)
    return [_Lot(place, kind, i, int(part)) for i, part in enumerate(parts) if part]


def _row(draft: Draft, lot: _Lot, number: int, rng: Generator) -> Row:
    code = draft.places.codes[lot.place]
    shares = _KINDS_FOR_ONE if lot.kind.most == 1 else _KINDS_FOR_MORE
    kind = _KINDS[int(pick(rng, shares, 1)[0])]
    is_place = lot.kind.most == 1 and kind in {"gedeeld", "doorstroomlocatie"}
    day = int(rng.integers(_FIRST_DAY[lot.certainty], _LAST_DAY[lot.certainty] + 1))
    since = draft.half_year.start + timedelta(days=day)
    until = (
        (since + timedelta(days=_INTERIM_DAYS[kind])).isoformat() if kind in _INTERIM_DAYS else ""
    )
    low, high = _scenarios(lot, rng)
    lettings = lot.count * int(between(rng, *priors.LETTING_SHARES, 1)[0])
    return {
        "gemeente_code": code,
        "woningklasse": lot.kind.name,
        "aantal": str(lot.count),
        "aanbod_id": f"SYN-A{number:06d}",
        "locatie_gemeente_code": _location(draft, lot.place, kind, rng),
        "eenheid": "plaats" if is_place else "woning",
        "soort": kind,
        "zekerheid": _CERTAINTIES[lot.certainty],
        "laag": low,
        "hoog": high,
        "beschikbaar_van": since.isoformat(),
        "tijdelijk_tot": until,
        "mutaties_totaal": str(lettings) if kind == "zelfstandig" else "",
        "bron": SOURCE,
    }


def _scenarios(lot: _Lot, rng: Generator) -> tuple[str, str]:
    """A low and a high count, for most of what is not there yet."""
    stated = int(rng.integers(0, 100)) < _WITH_SCENARIOS_PER_100
    margin = -(-lot.count // 4)
    low = lot.count - int(rng.integers(0, margin + 1))
    high = lot.count + int(rng.integers(0, margin + 1))
    return (str(low), str(high)) if stated and lot.certainty > 0 else ("", "")


def _location(draft: Draft, place: int, kind: str, rng: Generator) -> str:
    """Where it stands: a transit location may stand with a neighbour and count here."""
    elsewhere = int(rng.integers(0, 100)) < _ELSEWHERE_PER_100
    if kind == "doorstroomlocatie" and elsewhere and len(draft.places.codes) > 1:
        return draft.places.codes[draft.places.nearest(place, 2)[1]]
    return draft.places.codes[place]
