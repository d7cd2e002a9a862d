"""Signed and wished deals that clash: who, which rule, and what would mend it."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.findings import Findings
from allocator.position import Position
from allocator.reading import Instance
from allocator.swapping.agreements import declared_by, place_of
from allocator.swapping.limits import DECLARED, give_limits, take_limits
from models.exchange import Conflict, ExchangeProblem

_ONE_WAY = {"role": "conflict_swap_role", "max_partners": "conflict_swap_partners"}
_DECLARED = {
    "give_limit": "conflict_swap_gives_declared",
    "take_limit": "conflict_swap_takes_declared",
}
_STANDING = {
    "give_limit": "conflict_swap_gives_standing",
    "take_limit": "conflict_swap_takes_standing",
}
_BOTH = {"give_limit": "conflict_swap_gives_both", "take_limit": "conflict_swap_takes_both"}


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
            _code(conflict.rule, limits, wanted),
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
        if is_wished and problem.lot > 1 and conflict.rule not in _ONE_WAY:
            findings.error("conflict_swap_lot", place, party=position.code, lot=problem.lot)
    return findings


def _code(rule: str, limits: Mapping[str, int], wanted: int) -> str:
    """What must change: what a party declared, where it stands, or both."""
    if rule in _ONE_WAY:
        return _ONE_WAY[rule]
    by_standing = any(most < wanted for name, most in limits.items() if name != DECLARED)
    if limits[DECLARED] >= wanted:
        return _STANDING[rule]
    return (_BOTH if by_standing else _DECLARED)[rule]


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
