"""Improvement of a plan, round by round, until no known move helps."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from models.linking.priced.attempt import Attempt, fits, penalty_of
from models.linking.priced.bundles import bundle_loss
from models.linking.priced.closure import Reach, reach_of
from models.linking.priced.layout import BoolArray
from models.linking.priced.moves import Move, Step, find_moves
from models.linking.priced.passes import Tables
from models.linking.priced.placing import settle
from models.linking.priced.state import AnyInt, Places
from models.solution import SolverDisagreementError

_ENOUGH = 10
"""Steps of a kind and count seen before their usual surprise is reckoned with."""
_WINDOWS = (60, 300, None)
"""Effort: points that a household may lose where its kind is settled, and wider ones."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How far to look, and how sure a move must seem."""

    depth: int
    """Municipalities in a ring."""
    caution: int
    """Quarters of the usual surprise that a move must survive to be tried."""


@dataclass(frozen=True, slots=True)
class ImproveEffort:
    """Effort: budget of the improvement; none of it is a clock."""

    rounds: int = 80
    """Rounds at most."""
    stages: tuple[Stage, ...] = (Stage(2, 4), Stage(2, 2), Stage(2, 1), Stage(2, 0), Stage(3, 0))
    """The next stage begins when a round gains too little."""
    width: int = 8_000
    """Rings followed beyond two municipalities."""
    attempts: int = 4_000
    """Moves tried per round and depth."""
    most_idle: int = 200
    """Moves in a row that are begun and come to nothing, before the rest of a round is left."""
    enough: int = 200_000
    """A round gains too little when it gains less than the plan's worth over this."""


@dataclass(slots=True)
class Improver:
    """A plan, the losses of all moves in it, and the prices that guide the search."""

    places: Places
    tables: Tables
    reach: dict[int, Reach] = field(default_factory=dict)
    chained: dict[int, AnyInt] = field(default_factory=dict)
    """Loss by chains at the last refresh; good enough to choose what to try."""
    bundles: dict[int, dict[Step, int]] = field(default_factory=dict)
    """Loss of steps of several households of a kind, by the same chains."""
    idle: int = 0
    """Moves begun since the last that gained."""
    moved: set[int] = field(default_factory=set)
    """Kinds of which somebody moved since."""
    failed: dict[tuple[Step, ...], int] = field(default_factory=dict)
    """What moves that came to nothing had promised."""
    surprise: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Sum and number of losses beyond the estimate, by kind and count."""
    near: BoolArray | None = None
    """Municipalities that a move must visit, shape (M,); those that moves change join them."""

    def refresh(self) -> None:
        """Recompute the chains of the kinds that moved."""
        for kind in range(self.places.layout.kinds):
            if kind in self.chained and kind not in self.moved:
                continue
            if kind not in self.reach:
                self.reach[kind] = reach_of(self.places, kind)
            chained = self.reach[kind].closed()
            for within in _WINDOWS:
                if (np.diagonal(chained) >= 0).all():
                    break
                settle(self.places, kind, within)
                self.reach[kind] = reach_of(self.places, kind)
                chained = self.reach[kind].closed()
            self.chained[kind] = chained
            self.bundles.pop(kind, None)
        self.moved.clear()

    def try_all(self, moves: list[Move], caution: int, most_idle: int) -> int:
        """Make the moves that gain, one after the other; returns the points gained."""
        gained, self.idle = 0, 0
        for move in moves:
            if self.idle > most_idle:
                break
            gained += self._try(move, caution)
        return gained

    def _try(self, move: Move, caution: int) -> int:
        hopes = {step: self._hope(step) for step in move.steps}
        penalty = penalty_of(self.places, move)
        promise = penalty + sum(hopes.values())
        if promise + sum(map(self._usual_surprise, move.steps)) * caution // 4 >= 0:
            return 0
        # What failed is tried again only when it promises more than it did.
        if promise >= self.failed.get(move.steps, 0) or not fits(self.places, move):
            return 0
        attempt = Attempt(self.places, self.reach, penalty)
        bundles = {step: self._bundle(step, hope) for step, hope in hopes.items()}
        hopeless = penalty + sum(bundles.values()) >= 0
        made = not hopeless and attempt.run(move, bundles)
        known = list(bundles.items()) if hopeless else attempt.known
        for step, loss in known:
            total, number = self.surprise.get((step.kind, step.count), (0, 0))
            self.surprise[step.kind, step.count] = (total + loss - hopes[step], number + 1)
        self.idle = 0 if made else self.idle + (not hopeless)
        if not made:
            self.failed[move.steps] = promise
            return 0
        self.moved.update(kind for kind, _, _ in attempt.made)
        if self.near is not None:
            left = np.array([cell for _, _, cell in attempt.made], dtype=np.int64)
            self.near[left % len(self.near)] = True
            self.near[self.places.where[[who for _, who, _ in attempt.made]]] = True
        return -attempt.loss

    def _usual_surprise(self, step: Step) -> int:
        total, number = self.surprise.get((step.kind, step.count), (0, 0))
        return total // number if number >= _ENOUGH else 0

    def _hope(self, step: Step) -> int:
        """Loss of a step by the chains of the last refresh."""
        node = self.reach[step.kind].node
        return step.count * int(self.chained[step.kind][node[step.start], node[step.end]])

    def _bundle(self, step: Step, hope: int) -> int:
        """Loss of a step whose households set out and arrive one by one; no less than hoped."""
        if step.count == 1:
            return hope
        kept = self.bundles.setdefault(step.kind, {})
        if step not in kept:
            reach, chained = self.reach[step.kind], self.chained[step.kind]
            kept[step] = bundle_loss(reach, chained, step.start, step.end, step.count)
        return max(hope, kept[step])


def improve(
    places: Places,
    tables: Tables,
    effort: ImproveEffort,
    near: BoolArray | None = None,
    good_enough: int | None = None,
) -> int:
    """Improve a plan in place.

    Parameters
    ----------
    places
        The plan; every change keeps dwellings within supply.
    tables
        Prices that guide the search; they do not enter what a move is worth.
    effort
        The budget.
    near
        Where to look, shape (M,), if not everywhere; it grows with what changes.
    good_enough
        Points at which no further round is made, if any.

    Returns
    -------
    int
        Rounds used.

    Raises
    ------
    SolverDisagreementError
        If the points gained are not those that the moves promised.
    """
    improver = Improver(places, tables, near=None if near is None else near.copy())
    stages = list(effort.stages)
    for done in range(effort.rounds):
        if not stages or (good_enough is not None and places.worth() >= good_enough):
            return done
        stage = stages[0]
        improver.refresh()
        before = places.worth()
        moves = find_moves(
            places,
            improver.reach,
            improver.chained,
            tables,
            depth=stage.depth,
            width=effort.width,
            most=effort.attempts,
            near=improver.near,
        )
        gained = improver.try_all(moves, stage.caution, effort.most_idle)
        if places.worth() - before != gained:
            raise SolverDisagreementError("moves gained other points than they promised")
        if gained * effort.enough <= abs(before):
            del stages[0]
    return effort.rounds
