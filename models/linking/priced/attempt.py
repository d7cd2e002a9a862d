"""Making a move for real, and taking it back when it gains less than it seemed to."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from models.linking.priced.closure import Reach
from models.linking.priced.moves import Move, Step
from models.linking.priced.state import Places


@dataclass(slots=True)
class Attempt:
    """One move under way."""

    places: Places
    reach: dict[int, Reach]
    loss: int
    """Points lost so far; the change of the quota penalty to begin with."""
    made: list[tuple[int, int, int]] = field(default_factory=list)
    """Kind, household and the cell it left, in order."""
    known: list[tuple[Step, int]] = field(default_factory=list)
    """What steps lost, or would have at least."""

    def run(self, move: Move, hopes: dict[Step, int]) -> bool:
        """Make the move if it gains in full.

        Parameters
        ----------
        move
            What to do.
        hopes
            Estimated loss of each step.

        Returns
        -------
        bool
            Whether it was made; otherwise everything is as before.
        """
        before = {step.kind: self.reach[step.kind].potential for step in move.steps}
        # Bundles last: they are the likeliest to cost more than hoped.
        steps = sorted(move.steps, key=lambda step: (step.count, step))
        rest = sum(hopes[step] for step in steps)
        for step in steps:
            rest -= hopes[step]
            if not self._travel(step, rest):
                break
        else:
            return True
        self._undo()
        for kind, potential in before.items():
            self.reach[kind].potential = potential
        return False

    def _travel(self, step: Step, rest: int) -> bool:
        """Make one step; false as soon as the move can no longer gain."""
        reach = self.reach[step.kind]
        lost = 0
        for left in range(step.count, 0, -1):
            cost, hops = reach.chain(step.start, step.end)
            if not hops:
                return False
            # Each further chain of a kind costs at least as much as this one.
            at_least = lost + left * cost
            if self.loss + at_least + rest >= 0:
                self.known.append((step, at_least))
                return False
            self._go(step.kind, hops)
            lost += cost
        self.known.append((step, lost))
        self.loss += lost
        return True

    def _go(self, kind: int, hops: list[tuple[int, int]]) -> None:
        """Move one household along each hop."""
        reach = self.reach[kind]
        # All are chosen before the first moves: a chain may return to where it has been.
        chosen = reach.movers(hops)
        for household, (a, b) in zip(chosen, hops, strict=True):
            self.places.move(household, b)
            self.made.append((kind, household, a))
        reach.renew({cell for hop in hops for cell in hop})

    def _undo(self) -> None:
        touched: dict[int, set[int]] = {}
        for kind, household, old in reversed(self.made):
            touched.setdefault(kind, set()).update((int(self.places.cell[household]), old))
            self.places.move(household, old)
        for kind, cells in touched.items():
            self.reach[kind].renew(cells)


def penalty_of(places: Places, move: Move) -> int:
    """Change of the quota penalty by a move."""
    change = np.zeros_like(places.persons)
    for step in move.steps:
        persons = step.count * int(places.layout.size[step.kind])
        change[step.start % len(change)] -= persons
        change[step.end % len(change)] += persons
    quota = places.problem.quota
    return int(quota.at(places.persons + change).sum()) - int(quota.at(places.persons).sum())


def fits(places: Places, move: Move) -> bool:
    """Whether all who should leave are there, and all can be housed afterwards."""
    municipalities = len(places.persons)
    change: dict[int, dict[int, int]] = {}
    for step in move.steps:
        for cell, count in ((step.start, -step.count), (step.end, step.count)):
            if cell < municipalities:
                here = change.setdefault(cell, {})
                here[step.kind] = here.get(step.kind, 0) + count
    hall = places.layout.hall
    for municipality, kinds in change.items():
        after = places.housed[municipality].copy()
        for kind, count in kinds.items():
            after[kind] += count
        used = (hall * after).sum(axis=1)
        if after.min() < 0 or (used > places.layout.room[municipality]).any():
            return False
    return True
