"""Family members who join somebody already housed: ``nareis``."""

from __future__ import annotations

from datetime import timedelta

from numpy.random import Generator

from allocator.generating.base import Row
from allocator.generating.draft import Draft
from allocator.generating.drawing import pick

_PERSONS_PER_CHANCE, _CHANCE = 15, 0.3  # about 6 % of the need; ours, small on purpose
_FAMILY = (10, 20, 30, 25, 15)  # persons 1 to 5, mean 3.2
_FITS = ("ja", "nee", "onbekend")
_FITS_SHARES = (40, 25, 35)
_WITH_SCENARIOS_PER_100 = 60


def make_followers(draft: Draft, rng: Generator) -> list[Row]:
    """Draw families that are expected to join a sponsor in the half-year.

    They count towards the quota and need no dwelling of their own.
    """
    families: list[str] = []
    for position in draft.positions():
        chances = max(0, position.to_house) // _PERSONS_PER_CHANCE
        families += [position.code] * int(rng.binomial(chances, _CHANCE))
    numbers = rng.permutation(len(families)) + 1
    rows = [_row(draft, code, int(n), rng) for code, n in zip(families, numbers, strict=True)]
    return sorted(
        rows, key=lambda row: (row["gemeente_code"], row["referent_id"], row["verwacht_van"])
    )


def _row(draft: Draft, code: str, number: int, rng: Generator) -> Row:
    persons = int(pick(rng, _FAMILY, 1)[0]) + 1
    since = draft.half_year.start + timedelta(days=int(rng.integers(0, 120)))
    until = since + timedelta(days=int(rng.integers(14, 60)))
    stated = int(rng.integers(0, 100)) < _WITH_SCENARIOS_PER_100
    low = int(rng.integers(0, persons + 1))
    high = persons + int(rng.integers(0, 2))
    return {
        "gemeente_code": code,
        "personen": str(persons),
        "referent_id": f"SYN-R{number:06d}",
        "verwacht_van": since.isoformat(),
        "verwacht_tot": until.isoformat(),
        "laag": str(low) if stated else "",
        "hoog": str(high) if stated else "",
        "past_in_woning": _FITS[int(pick(rng, _FITS_SHARES, 1)[0])],
    }
