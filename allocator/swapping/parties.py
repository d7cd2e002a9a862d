"""What one municipality sees of a plan: itself before and after, and the plan without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from allocator.errors import InputRefusedError
from allocator.findings import Findings, nearest
from allocator.position import Position
from allocator.solving import solver_trouble
from allocator.swapping.again import SwapResult, read_swap_result
from allocator.swapping.agreements import declared_by
from allocator.swapping.limits import give_limits, take_limits
from allocator.swapping.proposal import Transfer
from allocator.swapping.stages import STAGES
from models.exchange import ExchangeOutcome, without
from models.solver.child import run_in_child
from models.solver.limits import Limits


@dataclass(frozen=True, slots=True)
class Alternative:
    """The best plan of the others when one municipality does not take part."""

    fallen: tuple[Transfer, ...]
    """Agreements that end: its own and no others."""
    standing: int
    """Agreements that stay as they are."""
    objectives: dict[str, tuple[Fraction, Fraction]]
    """Of each stage: with it and without it."""
    own: tuple[int, int]
    """Its own expected shortfall, midden, with and without [persons]."""
    added: tuple[Transfer, ...]
    """Agreements of the best plan without it that are new or other than in the plan."""
    dropped: tuple[Transfer, ...]
    """Agreements of the others in the plan that are gone or other there."""


@dataclass(frozen=True, slots=True)
class PartyView:
    """Everything that one municipality may see; of limits only those it declared itself."""

    position: Position
    change: int
    label: str
    shortfall: dict[str, tuple[int, int]]
    """Expected shortfall before and after, by scenario [persons]."""
    gives_at_most: dict[str, int]
    """What holds back what it hands over [persons]: ``declared``, ``quota``, ``left``."""
    takes_at_most: dict[str, int]
    """What holds back what it takes in [persons]: ``declared``, ``slack``."""
    compensation: str
    """What it wants in return for taking over, in its own words; empty for nothing."""
    dwellings: dict[str, int]
    """Dwellings on offer by class."""
    deals: tuple[Transfer, ...]
    alternative: Alternative | None
    """None where it has no agreement: then the plan without it is the plan itself."""


def party_view(folder: Path, code: str) -> PartyView:
    """Show one municipality what a verified result means for it.

    Parameters
    ----------
    folder
        A result folder with swaps.
    code
        Municipality code.

    Returns
    -------
    PartyView
        Before and after, its own limits and agreements, and the next best plan without it.

    Raises
    ------
    InputRefusedError
        If the folder has no swaps or not this municipality.
    SolverGaveNothingError
        If no plan without it was found in the budget.
    """
    result = read_swap_result(folder)
    if code not in result.codes:
        findings = Findings()
        findings.error(
            "result_without_municipality",
            "na_uitruil.csv",
            found=code,
            suggestion=nearest(code, result.codes) or "-",
        )
        raise InputRefusedError(findings.errors)
    return view_of(result, result.codes.index(code))


def view_of(result: SwapResult, party: int) -> PartyView:
    """Like :func:`party_view`, of a result that was read already; ``party`` is its position."""
    position = result.standing[party]
    change = int(result.outcome.net(result.problem.parties)[party])
    own = declared_by(result.instance).get(position.code, {})
    dwellings: dict[str, int] = {}
    for row in result.instance.rows("aanbod"):
        if row["gemeente_code"] == position.code:
            kind = row["woningklasse"]
            dwellings[kind] = dwellings.get(kind, 0) + int(row["aantal"])
    deals = transfers_of(result, [d for d in result.outcome.transfers if party in d[:2]])
    return PartyView(
        position,
        change,
        result.labels[position.code],
        {s: (position.shortfall(s), position.shortfall(s, change)) for s in result.scenarios},
        give_limits(position, own),
        take_limits(position, result.scenarios, own),
        own.get("tegenprestatie", ""),
        dwellings,
        deals,
        _alternative(result, party, change) if deals else None,
    )


def transfers_of(result: SwapResult, deals: Sequence[tuple[int, int, int]]) -> tuple[Transfer, ...]:
    """Agreements by code, with the reason for each."""
    codes = result.codes
    return tuple(
        Transfer(codes[i], codes[j], n, result.agreements.reason(codes[i], codes[j]))
        for i, j, n in deals
    )


def _alternative(result: SwapResult, party: int, change: int) -> Alternative:
    terms = result.terms
    with solver_trouble():
        found = run_in_child(
            without,
            result.problem,
            result.outcome,
            party,
            terms.counted_as,
            terms.fairness,
            limits=Limits(),
        )
    position = result.standing[party]
    now, then = {*found.standing}, {*found.next_best.transfers}
    return Alternative(
        transfers_of(result, found.fallen),
        len(found.standing),
        compared(result.objectives, found.next_best),
        (position.shortfall("midden", change), position.shortfall("midden")),
        transfers_of(result, sorted(then - now)),
        transfers_of(result, sorted(now - then)),
    )


def compared(
    objectives: dict[str, Fraction], other: ExchangeOutcome
) -> dict[str, tuple[Fraction, Fraction]]:
    """Objective of each stage in a result and in another plan."""
    return {
        stage.name: (objectives[stage.name], other.stage(stage.engine).objective)
        for stage in STAGES
    }
