"""Which bounds of a swap proposal anyone can recompute from the result folder alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, floor

import numpy as np

from models.exchange import ExchangeOutcome, ExchangeProblem, Form, Pair
from models.exchange.cut import find_cut
from models.exchange.outcome import remaining_shortfall

RECOMPUTED, COUNTED, SEARCHED = "recomputed", "counted", "searched"


@dataclass(frozen=True)
class Proofs:
    """How each stage of an outcome is proven, with the witness of the second.

    A stage is ``recomputed`` when the inputs, the cut and ``level_givers`` show its bound again by
    the counting that docs/reference/result-folder.md writes out; otherwise it rests on what the
    engine counted (``counted``) or searched (``searched``).
    """

    problem: ExchangeProblem
    outcome: ExchangeOutcome
    form: Form

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Kind of proof by the engine's name of the stage."""
        bound = {
            "shortfall": self.problem.total_shortfall - self.outcome.relief_bound,
            "persons": self._persons(),
            "agreements": self._agreements(),
        }
        found = {}
        for stage in self.outcome.stages:
            shown = bound.get(stage.name)
            is_shown = stage.name == "worst" and self._shows_level()
            if is_shown or (shown is not None and shown >= stage.bound):
                found[stage.name] = RECOMPUTED
            else:
                found[stage.name] = COUNTED if stage.proof == "count" else SEARCHED
        return found

    def _shows_level(self) -> bool:
        return not self.outcome.stage("worst").bound or bool(self.level_givers)

    @cached_property
    def level_givers(self) -> tuple[int, ...]:
        """Givers that cannot all come below the bound on the worst remainder, together or alone.

        Empty where the bound is nought, or where only lots or signed deals hold it up.
        """
        level = self.outcome.stage("worst").bound
        if not level:
            return ()
        problem, needs = self.problem, np.zeros(self.problem.parties, dtype=np.int64)
        signed = {giver for giver, _, _ in problem.signed}
        for i in np.flatnonzero((problem.quota > 0) & (problem.shortfall > 0)).tolist():
            # Below the level means at most one person fewer than the level allows, rounded up.
            need = int(problem.shortfall[i]) - (ceil(level * int(problem.quota[i])) - 1)
            needs[i] = max(need, 0 if i in signed else problem.lot) if need > 0 else 0
        alone = np.flatnonzero(needs > problem.give_limit).tolist()
        if alone:
            return (alone[0],)
        demand = replace(problem, shortfall=needs, wished=(), lot=1, max_partners=None)
        cut = find_cut(demand)
        return cut.givers if cut.size < int(needs.sum()) else ()

    @cached_property
    def _relief(self) -> int:
        left = int(remaining_shortfall(self.problem, self.outcome.transfers).sum())
        return self.problem.total_shortfall - left

    def _persons(self) -> int:
        """Every person that is moved relieves one at most; signed deals may relieve none."""
        given = np.zeros(self.problem.parties, dtype=np.int64)
        for giver, _, persons in self.problem.signed:
            given[giver] += persons
        beyond = np.maximum(0, given - self.problem.shortfall)
        return self._relief + int(beyond.sum())

    def _agreements(self) -> int:
        """Fewest agreements by counting: sides that are full, and the largest limits."""
        useful, room = self._limits
        givers, takers = self._pinned
        giving = {i for i in useful if self._keeps_too_much(i)} | givers
        is_joint = self.form is Form.JOINT
        if self._relief < self.outcome.relief_bound:
            fewest = (
                fewest_parties(useful, giving, self._relief),
                fewest_parties(room, takers, self._relief),
            )
            return sum(fewest) if is_joint else max(fewest)
        parts = self._parts()
        inside = [{pair[k] for pairs in parts for pair in pairs} for k in (0, 1)]
        elsewhere = len(givers - inside[0]) + len(takers - inside[1])
        return elsewhere * is_joint + sum(self._part(pairs, giving, takers) for pairs in parts)

    @cached_property
    def _limits(self) -> tuple[dict[int, int], dict[int, int]]:
        """Most that each party relieves, and most that it takes."""
        useful, room = self.problem.useful_give().tolist(), self.problem.take_limit.tolist()
        return dict(enumerate(useful)), dict(enumerate(room))

    @cached_property
    def _pinned(self) -> tuple[set[int], set[int]]:
        """Who gives and who takes by a wished or signed deal."""
        deals = [*self.problem.wished, *((i, j) for i, j, _ in self.problem.signed)]
        return {i for i, _ in deals}, {j for _, j in deals}

    def _keeps_too_much(self, party: int) -> bool:
        """Whether a giver without any deal would be worse off than the level allows."""
        level, quota = self.outcome.stage("worst").objective, int(self.problem.quota[party])
        return bool(quota and self.problem.shortfall[party] > floor(level * quota))

    def _parts(self) -> list[list[Pair]]:
        """Connected pairs on either side of the cut; no others relieve anybody."""
        inside, full = set(self.outcome.cut_givers), set(self.outcome.cut_takers)
        useful, room = self._limits
        sides: dict[bool, list[Pair]] = {True: [], False: []}
        for i, j in self.problem.open_pairs()[0].tolist():
            if useful[i] and room[j] and (i in inside) == (j in full):
                sides[i in inside].append((i, j))
        return [part for pairs in sides.values() for part in connected_parts(pairs)]

    def _part(self, pairs: list[Pair], giving: set[int], taking: set[int]) -> int:
        """Fewest agreements among connected pairs of which one side is used in full."""
        useful, room = self._limits
        givers, takers = ({pair[k] for pair in pairs} for k in (0, 1))
        full, free = {j: room[j] for j in takers}, {i: useful[i] for i in givers}
        must = giving & givers
        if not givers <= set(self.outcome.cut_givers):
            full, free, must = free, full, taking & takers
            pairs = [(j, i) for i, j in pairs]
        fewest = fewest_parties(free, must, sum(full.values()))
        if self.form is Form.JOINT:
            return fewest + len(full)
        partners: dict[int, list[int]] = {party: [] for party in full}
        for other, party in pairs:
            partners[party].append(free[other])
        return max(fewest, sum(fewest_of(partners[v], limit) for v, limit in full.items()))


def connected_parts(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """Pairs in groups that share no giver and no taker."""
    groups: list[tuple[set[int], set[int], list[Pair]]] = []
    for giver, taker in pairs:
        joined = [group for group in groups if giver in group[0] or taker in group[1]]
        givers, takers, own = {giver}, {taker}, [(giver, taker)]
        for group in joined:
            givers |= group[0]
            takers |= group[1]
            own = [*group[2], *own]
            groups.remove(group)
        groups.append((givers, takers, own))
    return [own for _, _, own in groups]


def fewest_parties(limits: dict[int, int], must: set[int], persons: int) -> int:
    """Fewest parties that carry some persons: who must anyhow, and the largest of the others."""
    left = persons - sum(limits[party] for party in must)
    return len(must) + fewest_of((n for v, n in limits.items() if v not in must), left)


def fewest_of(limits: Iterable[int], persons: int) -> int:
    """How many of the largest limits hold some persons."""
    count = 0
    for limit in sorted(limits, reverse=True):
        if persons <= 0:
            break
        persons -= limit
        count += 1
    return count
