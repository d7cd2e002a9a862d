"""What a swap run proposes: transfers, every municipality before and after, and the proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allocator.findings import Finding
from allocator.position import MIDDEN, Position
from allocator.reading import Instance
from allocator.swapping.agreements import Agreements, declared_by
from allocator.swapping.proofs import Proofs
from allocator.swapping.stages import STAGES, stage_entries
from allocator.swapping.terms import Terms
from models.exchange import ExchangeOutcome, ExchangeProblem

if TYPE_CHECKING:
    from allocator.swapping.promises import Promise


@dataclass(frozen=True, slots=True)
class Transfer:
    """Persons of quota from one municipality to another; nobody moves."""

    giver: str
    taker: str
    persons: int
    reason: str
    """``minder_tekort``, ``gewenst``, ``getekend`` or ``vastgezet``."""


@dataclass(frozen=True, slots=True)
class SwapRow:
    """One municipality before and after [persons]."""

    position: Position
    change: int
    shortfall_before: int
    shortfall_after: int
    label: str

    @property
    def changed_quota(self) -> int:
        """Quota after the swap."""
        return self.position.quota + self.change


@dataclass(frozen=True, slots=True)
class SwapProposal:
    """Transfers with their proof."""

    terms: Terms
    scenarios: tuple[str, ...]
    problem: ExchangeProblem
    outcome: ExchangeOutcome
    rows: tuple[SwapRow, ...]
    transfers: tuple[Transfer, ...]
    notices: tuple[Finding, ...]
    promises: tuple[Promise, ...] = ()
    """Later returns that the parties promise; none of them is in the figures."""
    agreements_without_leximin: int | None = None
    """Agreements of the plan that is only fair to whoever is worst off; None without leximin."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Municipality codes in the order of the parties."""
        return tuple(row.position.code for row in self.rows)

    @property
    def shortfall_before(self) -> int:
        """Total expected shortfall before [persons]."""
        return sum(row.shortfall_before for row in self.rows)

    @property
    def shortfall_after(self) -> int:
        """Total expected shortfall after [persons]."""
        return sum(row.shortfall_after for row in self.rows)

    @property
    def stages(self) -> list[dict[str, object]]:
        """Stages as the manifest has them."""
        return stage_entries(self.outcome)

    def certificate(self) -> dict[str, object]:
        """What lets anyone check the claims."""
        proofs = Proofs(self.problem, self.outcome, self.terms.counted_as)
        kinds = proofs.kinds
        return {
            "scenarios": list(self.scenarios),
            "cut_givers": [self.codes[i] for i in self.outcome.cut_givers],
            "cut_takers": [self.codes[i] for i in self.outcome.cut_takers],
            "relief": self.outcome.relief_bound,
            "level_givers": [self.codes[i] for i in proofs.level_givers],
            "proof": {stage.name: kinds[stage.engine] for stage in STAGES},
        }


def proposal_of(
    instance: Instance,
    terms: Terms,
    agreements: Agreements,
    standing: tuple[Position, ...],
    scenarios: tuple[str, ...],
    problem: ExchangeProblem,
    outcome: ExchangeOutcome,
    notices: tuple[Finding, ...],
) -> SwapProposal:
    """Put codes and labels to what the engine answered."""
    codes = [position.code for position in standing]
    transfers = tuple(
        Transfer(codes[i], codes[j], persons, agreements.reason(codes[i], codes[j]))
        for i, j, persons in outcome.transfers
    )
    declared = declared_by(instance)
    rows = tuple(
        _row(
            position,
            change,
            scenarios,
            bool(declared.get(position.code, {}).get("tegenprestatie", "")),
        )
        for position, change in zip(standing, outcome.net(len(standing)).tolist(), strict=True)
    )
    return SwapProposal(terms, scenarios, problem, outcome, rows, transfers, notices)


def _row(
    position: Position, change: int, scenarios: tuple[str, ...], has_compensation: bool
) -> SwapRow:
    before = [position.shortfall(scenario) for scenario in scenarios]
    after = [position.shortfall(scenario, change) for scenario in scenarios]
    if any(new < old for old, new in zip(before, after, strict=True)):
        label = "voordeel"
    else:
        label = "tegenprestatie" if change > 0 and has_compensation else "neutraal"
    return SwapRow(
        position,
        change,
        position.shortfall(MIDDEN),
        position.shortfall(MIDDEN, change),
        label,
    )
