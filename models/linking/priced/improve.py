"""Improvement of a plan, round by round, until no known move helps."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.linking.priced.closure import Reach, chain, mover, reach_of
from models.linking.priced.moves import Doors, Move, doors_of, exchanges, relocations
from models.linking.priced.placing import settle
from models.linking.priced.state import Places
from models.solution import SolverDisagreementError


@dataclass(slots=True)
class Improver:
    """A plan with the losses of all moves, renewed only where something moved."""

    places: Places
    reach: dict[int, Reach] = field(default_factory=dict)

    def refresh(self) -> None:
        """Recompute the losses of the kinds that moved."""
        for kind in range(self.places.layout.kinds):
            if kind in self.reach:
                continue
            reach = reach_of(self.places, kind)
            if reach.gains_in_a_circle:
                settle(self.places, kind)
                reach = reach_of(self.places, kind)
            self.reach[kind] = reach

    def candidates(self) -> list[Move]:
        """Improving moves, the best first."""
        doors = doors_of(self.places)
        found = [m for reach in self.reach.values() for m in relocations(self.places, reach, doors)]
        found += self._exchanges(doors)
        return sorted(found)

    def _exchanges(self, doors: Doors) -> list[Move]:
        kinds = sorted(self.reach)
        pairs = [(one, other) for one in kinds for other in kinds if other < one]
        return [
            move
            for one, other in pairs
            for move in exchanges(self.places, self.reach[one], self.reach[other], doors)
        ]

    def apply(self, moves: list[Move]) -> int:
        """Make those moves that do not touch each other; returns the points gained."""
        municipalities = len(self.places.persons)
        ends: set[int] = set()
        touched: set[tuple[int, int]] = set()
        gained = 0
        for move in moves:
            borders = {cell % municipalities for _, a, b in move.legs for cell in (a, b)}
            if borders & ends:
                continue
            hops = [
                (kind, a, b) for kind, s, e in move.legs for a, b in chain(self.reach[kind], s, e)
            ]
            cells = {(kind, cell) for kind, a, b in hops for cell in (a, b)}
            if cells & touched:
                continue
            self._make(hops)
            ends |= borders
            touched |= cells
            gained -= move.loss
        for kind in sorted({kind for kind, _ in touched}):
            del self.reach[kind]
        return gained

    def _make(self, hops: list[tuple[int, int, int]]) -> None:
        far = next(iter(self.reach.values())).far
        # All are chosen before the first moves: a chain may return to where it has been.
        chosen = [(mover(self.places, kind, a, b, far), b) for kind, a, b in hops]
        for household, cell in chosen:
            self.places.move(household, cell)


def improve(places: Places, rounds: int) -> int:
    """Improve a plan in place.

    Parameters
    ----------
    places
        The plan; every change keeps dwellings within supply.
    rounds
        Rounds at most.

    Returns
    -------
    int
        Rounds used.

    Raises
    ------
    SolverDisagreementError
        If the points gained are not those that the moves promised.
    """
    improver = Improver(places)
    for done in range(rounds):
        improver.refresh()
        before = places.worth()
        gained = improver.apply(improver.candidates())
        if places.worth() - before != gained:
            raise SolverDisagreementError("moves gained other points than they promised")
        if gained == 0:
            return done + 1
    return rounds
