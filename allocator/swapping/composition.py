"""What a request about household sizes holds: packages, every municipality, and the proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from allocator.findings import Finding
from allocator.position import Position
from allocator.settings import Pairs
from allocator.swapping.expected import ExpectedHouseholds
from allocator.swapping.household_mix import Mix
from allocator.swapping.stages import StageName, entry
from models.exchange import CompositionOutcome, CompositionProblem, households_after
from models.exchange.compose import (
    fewest_agreements,
    fewest_households,
    pooled_bound,
    shown_bound,
)

STAGES = (
    StageName("samenstelling_over", "left_over", 0),
    StageName("samenstelling_afspraken", "agreements", 0),
    StageName("samenstelling_huishoudens", "households", 0),
)


@dataclass(frozen=True, slots=True)
class CompositionTerms:
    """What holds for one run."""

    pairs: Pairs
    region: str
    triangles: bool
    mix: Mix

    def as_parameters(self) -> dict[str, object]:
        """What the manifest says of them."""
        return {
            "pairs": self.pairs,
            "region": self.region,
            "driehoek": self.triangles,
            "aanname": self.mix.is_default,
            "aandelen": {str(size): str(share) for size, share in self.mix.shares.items()},
        }


class HouseholdMove(NamedTuple):
    """Households of one size that COA is asked to link to the taker instead of the giver."""

    giver: str
    taker: str
    size: int
    """Persons per household."""
    households: int

    @property
    def persons(self) -> int:
        """Persons in them."""
        return self.size * self.households

    @property
    def size_text(self) -> str:
        """Size as ``overdrachten.csv`` has it."""
        return f"{self.size}-persoons"


@dataclass(frozen=True, slots=True)
class CompositionRow:
    """One municipality: persons left over without a dwelling that fits, midden."""

    position: Position
    left_before: int
    left_after: int
    label: str


@dataclass(frozen=True, slots=True)
class CompositionProposal:
    """Packages with their proof."""

    terms: CompositionTerms
    scenarios: tuple[str, ...]
    expected: ExpectedHouseholds
    problem: CompositionProblem
    outcome: CompositionOutcome
    rows: tuple[CompositionRow, ...]
    notices: tuple[Finding, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Municipality codes in the order of the parties."""
        return tuple(row.position.code for row in self.rows)

    @property
    def left_before(self) -> int:
        """Persons left over before."""
        return sum(row.left_before for row in self.rows)

    @property
    def left_after(self) -> int:
        """Persons left over after."""
        return sum(row.left_after for row in self.rows)

    @property
    def moves(self) -> tuple[HouseholdMove, ...]:
        """Moves of all packages together, in the order of ``overdrachten.csv``."""
        total: Counter[tuple[str, str, int]] = Counter()
        for package in self._packages():
            for move in package:
                total[move.giver, move.taker, move.size] += move.households
        moves = (HouseholdMove(*key, count) for key, count in total.items())
        return tuple(sorted(moves, key=lambda move: (move.giver, move.taker, move.size_text)))

    def _packages(self) -> Iterator[list[HouseholdMove]]:
        for package in self.outcome.packages:
            yield [
                HouseholdMove(
                    self.codes[move.giver],
                    self.codes[move.taker],
                    self.expected.sizes[move.size],
                    move.households,
                )
                for move in package.moves
            ]

    @property
    def stages(self) -> list[dict[str, object]]:
        """Stages as the manifest has them."""
        return [entry(own, self.outcome.stage(own.engine)) for own in STAGES]

    def certificate(self) -> dict[str, object]:
        """What lets anyone check the claims."""
        codes, expected = self.codes, self.expected
        return {
            "scenarios": list(self.scenarios),
            "sizes": list(expected.sizes),
            "expected": {c: list(row) for c, row in zip(codes, expected.counts, strict=True)},
            "remainder": {c: n for c, n in zip(codes, expected.remainders, strict=True) if n},
            "row_multipliers": {
                c: str(a) for c, a in zip(codes, expected.row_multipliers, strict=True)
            },
            "column_multipliers": [str(b) for b in expected.column_multipliers],
            "packages": [
                {
                    "members": [codes[i] for i in package.members],
                    "moves": [list(move) for move in moves],
                }
                for package, moves in zip(self.outcome.packages, self._packages(), strict=True)
            ],
            "pooled": pooled_bound(self.problem),
            "prices": [
                {"members": [codes[i] for i in own.parties], "prices": list(own.prices)}
                for own in self.outcome.prices
            ],
            "proof": self._proof(),
        }

    def _proof(self) -> dict[str, str]:
        """Which bounds anyone can recompute from the result folder alone."""
        shown = {
            "left_over": shown_bound(self.problem, self.outcome.prices),
            "agreements": fewest_agreements(self.problem, self.outcome),
            "households": fewest_households(self.problem, self.outcome),
        }
        kinds = {}
        for name, engine, _ in STAGES:
            stage = self.outcome.stage(engine)
            is_shown = shown[engine] >= stage.bounds.bound
            kinds[name] = "recomputed" if is_shown else "searched"
        return kinds


def proposal_of(
    terms: CompositionTerms,
    scenarios: tuple[str, ...],
    standing: tuple[Position, ...],
    expected: ExpectedHouseholds,
    problem: CompositionProblem,
    outcome: CompositionOutcome,
    notices: tuple[Finding, ...],
) -> CompositionProposal:
    """Put codes and labels to what the engine answered."""
    before = problem.households_left_over(problem.expected)
    after = problem.households_left_over(households_after(problem, outcome.packages))
    falls = [bool(better) for better in np.any(after < before, axis=0)]
    rows = tuple(
        CompositionRow(position, int(old), int(new), "voordeel" if better else "neutraal")
        for position, old, new, better in zip(standing, before[0], after[0], falls, strict=True)
    )
    return CompositionProposal(terms, scenarios, expected, problem, outcome, rows, notices)
