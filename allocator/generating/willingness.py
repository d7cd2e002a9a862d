"""What municipalities would give and take: ``ruilruimte``."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.random import Generator

from allocator.generating.base import Row
from allocator.generating.draft import Draft
from allocator.generating.drawing import pick
from allocator.position import MIDDEN, Position

_OPEN_PER_100 = 85
_GIVES_PER_1000 = (500, 1200)  # of the own shortfall
_TAKES_PER_1000 = (300, 900)  # of the own room to spare
_IDLE_MOST = 3  # what somebody at ease says about the other side
_TEXT_PER_100 = 30
_IN_RETURN = (
    "samen een tussenvoorziening inrichten",
    "kennis delen over grote gezinnen",
    "deelname aan regionale inburgeringsklassen",
    "voorrang bij flexwoningen in de regio",
)


def make_willingness(draft: Draft, rng: Generator) -> list[Row]:
    """Draw limits for most municipalities, led by their shortfall and room to spare.

    In each province the municipality with the largest shortfall and the one with the most room
    always take part: otherwise a small province could have nothing to swap by bad luck alone.
    """
    positions = draft.positions()
    always = _extremes(draft, positions)
    rows: list[Row] = []
    for i, position in enumerate(positions):
        row = _row(position, rng)
        joins = int(rng.integers(0, 100)) < _OPEN_PER_100
        if joins or i in always:
            rows.append(row)
    return rows


def least_slack(position: Position) -> int:
    """Room to spare in every scenario [persons]."""
    return min(position.slack(scenario) for scenario in position.room)


def _extremes(draft: Draft, positions: Sequence[Position]) -> set[int]:
    found: set[int] = set()
    for province in range(len(draft.places.provinces)):
        own = draft.places.in_province(province).tolist()
        found.add(max(own, key=lambda i: positions[i].shortfall(MIDDEN)))
        found.add(max(own, key=lambda i: least_slack(positions[i])))
    return found


def _row(position: Position, rng: Generator) -> Row:
    shortfall, slack = position.shortfall(MIDDEN), least_slack(position)
    gives = -(-shortfall * int(rng.integers(*_GIVES_PER_1000, endpoint=True)) // 1000)
    takes = -(-slack * int(rng.integers(*_TAKES_PER_1000, endpoint=True)) // 1000)
    idle = int(rng.integers(0, _IDLE_MOST + 1))
    fewer = min(gives if shortfall else idle, position.quota)
    extra = takes if slack else 0
    text = _IN_RETURN[int(pick(rng, [1] * len(_IN_RETURN), 1)[0])]
    asks = int(rng.integers(0, 100)) < _TEXT_PER_100 and extra > 0
    return {
        "gemeente_code": position.code,
        "extra_max": str(extra),
        "minder_max": str(fewer),
        "tegenprestatie": text if asks else "",
        "wens": str(-min(shortfall, fewer) if shortfall else extra // 2),
    }
