"""Where each municipality stands: what it must house and what it has room for, in persons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allocator.quota import QuotaTable
from allocator.reading import Instance
from allocator.reading.tables import whole

MIDDEN = "midden"
SCENARIOS = ("laag", MIDDEN, "hoog")


@dataclass(frozen=True, slots=True)
class Position:
    """One municipality before any swap [persons]."""

    code: str
    quota: int
    backlog: int
    lead: int
    realised: int
    linked_open: int
    follow_on: dict[str, int]
    """Expected follow-on family members per scenario."""
    room: dict[str, int]
    """Persons that its dwellings are planned for, per scenario (``plaatsbaar``)."""

    @property
    def to_house(self) -> int:
        """Quota plus opening balance (``opgave``)."""
        return self.backlog - self.lead + self.quota

    def need(self, scenario: str) -> int:
        """Persons that still need room in a scenario; may be negative."""
        return self.to_house - self.realised - self.follow_on[scenario]

    def shortfall(self, scenario: str, change: int = 0) -> int:
        """Expected shortfall after the quota changes by ``change``: a planning figure."""
        return max(0, self.need(scenario) + change - self.room[scenario])

    def slack(self, scenario: str) -> int:
        """Room that nobody of its own needs."""
        return max(0, self.room[scenario] - max(0, self.need(scenario)))


def scenarios_of(instance: Instance) -> tuple[str, ...]:
    """Scenarios that the tables give; midden is always one of them."""
    rows = (*instance.rows("aanbod"), *instance.rows("nareis"))
    return tuple(
        scenario
        for scenario in SCENARIOS
        if scenario == MIDDEN or any(row.get(scenario, "") for row in rows)
    )


def positions(instance: Instance, quotas: QuotaTable) -> tuple[Position, ...]:
    """Position of each municipality, in the order of the instance."""
    return positions_of(instance, [(row.code, row.quota) for row in quotas.rows])


def positions_of(instance: Instance, quotas: Iterable[tuple[str, int]]) -> tuple[Position, ...]:
    """Position of each municipality, given by code and quota [persons]."""
    scenarios = scenarios_of(instance)
    balances = {row["gemeente_code"]: row for row in instance.rows("standen")}
    room = _room(instance, scenarios)
    follow_on = _follow_on(instance, scenarios)
    nothing = dict.fromkeys(scenarios, 0)
    found = []
    for code, quota in quotas:
        balance = balances.get(code, {})
        found.append(
            Position(
                code=code,
                quota=quota,
                backlog=whole(balance, "achterstand"),
                lead=whole(balance, "voorsprong"),
                realised=whole(balance, "realisatie_tot_peildatum"),
                linked_open=whole(balance, "gekoppeld_open"),
                follow_on=follow_on.get(code, nothing),
                room=room.get(code, nothing),
            )
        )
    return tuple(found)


def _count(row: dict[str, str], scenario: str, column: str) -> int:
    """Figure of a scenario; where it is empty the one of midden holds."""
    if scenario != MIDDEN and row.get(scenario, ""):
        return whole(row, scenario)
    return whole(row, column)


def _room(instance: Instance, scenarios: tuple[str, ...]) -> dict[str, dict[str, int]]:
    planned = {
        row["woningklasse"]: whole(row, "personen_gepland")
        for row in instance.rows("woningklassen")
    }
    room: dict[str, dict[str, int]] = {}
    for row in instance.rows("aanbod"):
        own = room.setdefault(row["gemeente_code"], dict.fromkeys(scenarios, 0))
        for scenario in scenarios:
            own[scenario] += _count(row, scenario, "aantal") * planned[row["woningklasse"]]
    return room


def _follow_on(instance: Instance, scenarios: tuple[str, ...]) -> dict[str, dict[str, int]]:
    follow_on: dict[str, dict[str, int]] = {}
    for row in instance.rows("nareis"):
        own = follow_on.setdefault(row["gemeente_code"], dict.fromkeys(scenarios, 0))
        for scenario in scenarios:
            own[scenario] += _count(row, scenario, "personen")
    return follow_on
