"""Every group of parties whose changes cancel out and that weighs little enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.exchange.composition_lightest import Members, extended
from models.exchange.composition_residues import Residues, residues_after
from models.exchange.composition_sums import MOST_BITS, Sums, TooManySumsError, fewest, find
from models.exchange.problem import IntArray

MOST_STATES, AT_ONCE, MOST_KEPT = 400_000_000, 4_000_000, 6_000_000
"""Effort: parts of groups that one more party may bring: in all, at once, and light ones."""
FLEXIBLE = 64
"""Effort: changes above which a party is looked at before those with few."""


@dataclass(frozen=True, slots=True, eq=False)
class _States:
    """Sums of parts of groups."""

    mask: IntArray
    """Members as bits, shape (s,)."""
    code: IntArray
    cost: IntArray
    level: IntArray

    def only(self, chosen: IntArray) -> _States:
        return _States(self.mask[chosen], self.code[chosen], self.cost[chosen], self.level[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """What to list groups by."""

    tables: Sequence[Sums]
    """Changes of each party with what each weighs, nothing or more."""
    weights: Sequence[int]
    """What each party weighs on top, maybe below nothing."""
    levels: Sequence[int]
    """A second weight of each party."""
    low: int
    high: int
    """Limits of a group's second weight."""

    def groups(self, most: int) -> dict[Members, int]:
        """List all groups that weigh at most so much, with the least of their changes' weights.

        Raises
        ------
        TooManySumsError
            If there are too many parts of groups.

        Notes
        -----
        Party after party, those first that weigh much in the second weight or have many changes.
        The least weight by which those still to come make up for a sum is known beforehand, of
        the first by some bits of it, of the others by all, so that only parts of groups that are
        light enough are kept.
        """
        if len(self.tables) > MOST_BITS:
            raise TooManySumsError
        order = sorted(range(len(self.tables)), key=lambda i: (not self._is_heavy(i), self._key(i)))
        heavy = [i for i in order if self._is_heavy(i)]
        light = order[len(heavy) :]
        states = _States(*(np.zeros(1, dtype=np.int64) for _ in range(4)))
        coarse = residues_after([self._weighted(i) for i in order])
        for place, party in enumerate(heavy):
            states = self._joined(states, party, order[place + 1 :], most, coarse[place + 1])
        rest = self._completions(light, most - int(states.cost.min(initial=0)))
        states = _fitting(states, rest[0], most)
        for place, party in enumerate(light):
            states = self._joined(states, party, light[place + 1 :], most, rest[place + 1])
        return self._read(states)

    def _is_heavy(self, party: int) -> bool:
        return 2 * self.levels[party] > self.low or len(self.tables[party].code) > FLEXIBLE

    def _key(self, party: int) -> tuple[bool, int, int, int]:
        # Who makes room for others comes first, then who takes most.
        level = self.levels[party]
        return level >= 0, -abs(level), -len(self.tables[party].code), party

    def _relief(self, parties: Sequence[int]) -> tuple[int, int]:
        """What parties can take off the weight and off the second weight at most, negative."""
        weight = sum(min(self.weights[i], 0) for i in parties)
        return weight, sum(min(self.levels[i], 0) for i in parties)

    def _weighted(self, party: int) -> Sums:
        table = self.tables[party]
        return Sums(table.code, table.cost + self.weights[party])

    def _completions(self, light: list[int], most: int) -> list[Sums]:
        """Least weights of subsets of the last parties by their sum, from each party on."""
        nothing = Sums(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
        found = [nothing]
        for place in range(len(light) - 1, -1, -1):
            party, before = light[place], found[-1]
            more = extended(
                before, self._weighted(party), most + 1 - self._relief(light[:place])[0]
            )
            both = zip((before.code, before.cost), (more.code, more.cost), strict=True)
            found.append(fewest(*(np.concatenate(parts) for parts in both)))
        return found[::-1]

    def _joined(
        self, states: _States, party: int, later: Sequence[int], most: int, rest: Sums | Residues
    ) -> _States:
        """Parts of groups without and with one more party that ``rest`` can make up for."""
        table, (relief, level_relief) = self.tables[party], self._relief(later)
        weight, level = self.weights[party], self.levels[party]
        cost = states.cost + weight + relief
        room = self.high - level_relief - level
        able = np.flatnonzero((cost + int(table.cost.min()) <= most) & (states.level <= room))
        if len(able) * len(table.code) > MOST_STATES:
            raise TooManySumsError
        step = max(1, AT_ONCE // len(table.code))
        found = [_fitting(states, rest, most)]
        for start in range(0, len(able), step):
            own = states.only(able[start : start + step])
            weighed = (own.cost[:, None] + (table.cost + weight)).ravel()
            light = np.flatnonzero(weighed + relief <= most)
            row, change = np.divmod(light, len(table.code))
            new = _States(
                own.mask[row] | 1 << party,
                own.code[row] + table.code[change],
                weighed[light],
                own.level[row] + level,
            )
            # Blocks are cut between members, mostly: what stands twice is but weighed twice.
            found.append(_least(_fitting(new, rest, most)))
            if sum(len(part.code) for part in found) > MOST_KEPT:
                raise TooManySumsError
        names = ("mask", "code", "cost", "level")
        return _States(*(np.concatenate([getattr(part, name) for part in found]) for name in names))

    def _read(self, states: _States) -> dict[Members, int]:
        whole = (states.code == 0) & (states.mask > 0)
        whole &= (states.level >= self.low) & (states.level <= self.high)
        found: dict[Members, int] = {}
        for at in np.flatnonzero(whole).tolist():
            mask = int(states.mask[at])
            members = tuple(i for i in range(len(self.tables)) if mask >> i & 1)
            cost = int(states.cost[at]) - sum(self.weights[i] for i in members)
            found[members] = min(cost, found.get(members, cost))
        return found


def _least(states: _States) -> _States:
    """Each mask and sum once, at its least weight."""
    order = np.lexsort((states.cost, states.code, states.mask))
    mask, code = states.mask[order], states.code[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (mask[1:] != mask[:-1]) | (code[1:] != code[:-1])
    return states.only(order[first])


def _fitting(states: _States, rest: Sums | Residues, most: int) -> _States:
    """Parts of groups that the parties still to come can make up for, or may."""
    room = most - states.cost
    if isinstance(rest, Residues):
        return states.only(np.flatnonzero(rest.make_up(states.code, room)))
    there, at = find(rest, -states.code)
    return states.only(np.flatnonzero(there & (rest.cost[at] <= room)))
