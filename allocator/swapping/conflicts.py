"""Signed and wished deals that clash: who, which rule, and what would mend it."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.findings import Findings
from allocator.position import Position
from allocator.reading import Instance
from allocator.swapping.agreements import declared_by, place_of
from allocator.swapping.limits import DECLARED, give_limits, take_limits
from models.exchange import Conflict, ExchangeProblem

_CODES = {
    "role": "conflict_swap_role",
    "give_limit": "conflict_swap_gives",
    "take_limit": "conflict_swap_takes",
    "max_partners": "conflict_swap_partners",
}


def conflict_findings(
    instance: Instance,
    standing: tuple[Position, ...],
    scenarios: tuple[str, ...],
    problem: ExchangeProblem,
    conflicts: tuple[Conflict, ...],
) -> Findings:
    """One finding for each party whose deals cannot all be kept, and one for a lot that may be."""
    findings = Findings()
    for conflict in conflicts:
        position = standing[conflict.party]
        gives = conflict.rule == "give_limit"
        own = declared_by(instance).get(position.code, {})
        limits = give_limits(position, own) if gives else take_limits(position, scenarios, own)
        pinned = _pinned(problem, conflict.party)
        wanted = sum(persons for role, persons in pinned if role == ("van" if gives else "naar"))
        most = min(limits.values())
        place = place_of(instance, _deals_of(instance, problem, conflict.party))
        findings.error(
            _CODES[conflict.rule] + _what_holds(limits, wanted, conflict.rule),
            place,
            party=position.code,
            wanted=wanted,
            most=most,
            excess=wanted - most,
            declared=limits[DECLARED],
            ceiling=min(persons for name, persons in limits.items() if name != DECLARED),
            places=max(_missing(position, scenario, wanted) for scenario in scenarios),
            deals=len(pinned),
            partners=problem.max_partners,
        )
        is_wished = any(conflict.party in pair for pair in problem.wished)
        if is_wished and problem.lot > 1 and conflict.rule in ("give_limit", "take_limit"):
            findings.error("conflict_swap_lot", place, party=position.code, lot=problem.lot)
    return findings


def _what_holds(limits: Mapping[str, int], wanted: int, rule: str) -> str:
    """What must change: what a party declared, where it stands, or both."""
    if rule not in ("give_limit", "take_limit"):
        return ""
    by_standing = any(most < wanted for name, most in limits.items() if name != DECLARED)
    if limits[DECLARED] >= wanted:
        return "_standing"
    return "_both" if by_standing else "_declared"


def _missing(position: Position, scenario: str, wanted: int) -> int:
    """Places that a party lacks to take over so many without a rise of its shortfall."""
    return wanted - position.room[scenario] + max(0, position.need(scenario))


def _deals_of(instance: Instance, problem: ExchangeProblem, party: int) -> list[tuple[str, str]]:
    """Codes of the signed and wished deals of a party."""
    codes = [place.code for place in instance.municipalities]
    deals = [*problem.wished, *((i, j) for i, j, _ in problem.signed)]
    return [(codes[i], codes[j]) for i, j in deals if party in (i, j)]


def _pinned(problem: ExchangeProblem, party: int) -> list[tuple[str, int]]:
    """Role and persons of a party in its signed and wished deals; a wish counts for a lot."""
    deals = [*((i, j, problem.lot) for i, j in problem.wished), *problem.signed]
    return [
        ("van" if i == party else "naar", persons) for i, j, persons in deals if party in (i, j)
    ]
