"""Which municipalities decide together: connected groups of transfers, or pairs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allocator.reporting.rows import Transfer

REDISTRIBUTION, EXCHANGE = "herverdeling", "samenstelling"
SIGNED = "getekend"
JOINT, BILATERAL = "regiobesluit", "bilateraal"


@dataclass(frozen=True, slots=True)
class Group:
    """Municipalities that one paper is about; ``name`` is its part of a file name.

    ``parties`` are codes in order; ``transfers`` are those among them.
    """

    name: str
    parties: tuple[str, ...]
    transfers: tuple[Transfer, ...]

    def change(self, code: str) -> int:
        """What the group's transfers add to the quota of a party [persons]."""
        takes = sum(row.persons for row in self.transfers if row.taker == code)
        return takes - sum(row.persons for row in self.transfers if row.giver == code)


def connected(transfers: Iterable[Transfer]) -> tuple[Group, ...]:
    """Groups of municipalities that transfers tie together, each named by its lowest code."""
    rows = tuple(transfers)
    home: dict[str, set[str]] = {}
    for row in rows:
        joined = home.get(row.giver, {row.giver}) | home.get(row.taker, {row.taker})
        home |= dict.fromkeys(joined, joined)
    parties = sorted({tuple(sorted(together)) for together in home.values()})
    return tuple(
        Group(codes[0], codes, tuple(row for row in rows if row.giver in codes))
        for codes in parties
    )


def pairs(transfers: Iterable[Transfer]) -> tuple[Group, ...]:
    """One group for every pair that trades, named by both codes."""
    rows = tuple(transfers)
    found = sorted({tuple(sorted((row.giver, row.taker))) for row in rows})
    return tuple(
        Group(
            f"{first}-met-{second}",
            (first, second),
            tuple(row for row in rows if {row.giver, row.taker} == {first, second}),
        )
        for first, second in found
    )


def own_name(group: Group, code: str) -> str:
    """The part of a file name for the paper of one party: its own code comes first."""
    if "-met-" not in group.name:
        return code
    (other,) = (party for party in group.parties if party != code)
    return f"{code}-met-{other}"
