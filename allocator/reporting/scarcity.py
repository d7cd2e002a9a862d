"""What scarcity says of the places of one household, at the published prices of its run.

Scarcity points of a place are those of its persons and of a dwelling: the least dear class that
fits, or the points lost without a dwelling in view where those are fewer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from allocator.reporting.alternatives import SHOWN, Place
from allocator.reporting.explanation import Figure, Step, whole
from allocator.reporting.household_tables import HouseholdTables
from allocator.reporting.result import Result
from allocator.reporting.rows import Row
from allocator.reporting.voice import Voice


@dataclass(frozen=True, slots=True)
class Netted:
    """A place with its scarcity points; ``is_full`` when no fitting dwelling is left there.

    ``cap`` is the cap on persons there where the household would exceed it, otherwise None.
    """

    place: Place
    scarcity: int
    is_full: bool
    cap: int | None = None

    @property
    def net(self) -> int:
        """Points minus scarcity points."""
        return self.place.points - self.scarcity


def scarcity_step(
    tables: HouseholdTables, household: Row, code: str, places: Sequence[Place], voice: Voice
) -> Step | None:
    """The proposed place and the best three others net of scarcity, and what stands in between.

    None where the result publishes no prices, or no other place is open.
    """
    result = tables.result
    proof = result.certificate.get("link")
    if not proof or not {"lambda", "mu", "scale"} <= proof.keys():
        return None
    prices = _Prices(tables, household, proof)
    netted = [prices.netted(place) for place in places if place.code in proof["lambda"]]
    here = next((one for one in netted if one.place.code == code), None)
    others = sorted(
        (one for one in netted if one.place.code != code),
        key=lambda one: (-one.net, one.place.code),
    )[:SHOWN]
    if here is None or not others:
        return None
    figures = [_figure(one, voice) for one in (here, *others)]
    best = others[0]
    if best.net > here.net:
        # On a day, supply that is not there yet would count as free.
        dated = "stand_per" in result.parameters["link"]
        blocker = "either" if dated else "dwelling" if best.is_full else "quota"
        values = {"name": best.place.name, "points": voice.points(best.net - here.net)}
        if best.cap is not None:
            blocker, values["cap"] = "cap", voice.persons(best.cap)
        sentence = voice.say(f"explain_scarcity_{blocker}", **values)
    else:
        overtakes = here.net - best.net + 1
        figures.append(whole(voice, "smallest_change", overtakes))
        sentence = voice.say(
            "explain_scarcity_change", name=best.place.name, points=voice.points(overtakes)
        )
    opening = voice.say("explain_scarcity")
    return Step(
        "scarcity", voice.say("explain_scarcity_title"), f"{opening} {sentence}", tuple(figures)
    )


def _figure(one: Netted, voice: Voice) -> Figure:
    points, scarcity = voice.number(one.place.points), voice.number(abs(one.scarcity))
    sign = "-" if one.scarcity >= 0 else "+"
    printed = f"{points} {sign} {scarcity} = {voice.number(one.net)}"
    return Figure(f"net_{one.place.code}", one.place.name, printed, one.net)


def room_of(result: Result, household: Row) -> int:
    """Persons whom a dwelling has to suit: with those to come where the run placed ahead."""
    persons = int(household["personen"])
    if not result.parameters.get("link", {}).get("vooruit_plaatsen"):
        return persons
    largest = max((kind.persons_max for kind in result.classes or ()), default=0)
    later = int(household.get("verwachte_nareizigers", "") or 0)
    return max(persons, min(persons + later, largest))


class _Prices:
    """Scarcity points for one household."""

    def __init__(self, tables: HouseholdTables, household: Row, proof: dict[str, Any]) -> None:
        result = tables.result
        self._proof, self._persons = proof, int(household["personen"])
        room = room_of(result, household)
        self._fitting = [
            kind.name
            for kind in result.classes or ()
            if kind.persons_min <= room <= kind.persons_max
        ]
        self._joins = bool(household.get("referent_gemeente", ""))
        rule = result.parameters["link"]
        self._lacking: int | None = None
        if rule.get("zonder_woning", True) and "zonder_woning_basis" in rule:
            weeks = min(
                int(household.get("weken_wachtend", "") or 0), rule["zonder_woning_weken_max"]
            )
            rate = rule["zonder_woning_basis"] + rule["zonder_woning_per_week"] * weeks
            self._lacking = rate * (self._persons + rule["zonder_woning_personen"])
            # Where one goal goes before the next, these points weigh more at the last level.
            self._lacking *= proof.get("weights", {}).get("woning", 1)
        self._spare = [tables.spare.get(name, {}) for name in self._fitting]
        self._tables = tables

    def netted(self, place: Place) -> Netted:
        """A place with its scarcity points, rounded half up."""
        scale = int(self._proof["scale"])
        total = self._persons * int(self._proof["lambda"][place.code])
        total += self._dwelling(self._proof["mu"][place.code], scale)
        # Under a floor a point of fit of this size is worth more to the whole.
        per_fit = self._proof.get("fair", {}).get("per_fit", {})
        total -= int(per_fit.get(str(self._persons), 0)) * place.fit
        keep = self._proof.get("keep")
        if keep:
            total += scale * self._persons * int(keep["lambda"][place.code])
            total += scale * min(self._classes(keep["mu"][place.code]), default=0)
        left = sum(own.get(place.code, 0) for own in self._spare)
        cap = self._tables.result.cap_of(place.code)
        if (
            cap is not None
            and self._tables.linked_persons.get(place.code, 0) + self._persons <= cap
        ):
            cap = None
        return Netted(place, (2 * total + scale) // (2 * scale), left <= 0, cap)

    def _classes(self, row: dict[str, int]) -> list[int]:
        return [] if self._joins else [int(row[name]) for name in self._fitting]

    def _dwelling(self, row: dict[str, int], scale: int) -> int:
        options = self._classes(row)
        if self._lacking is not None and not self._joins:
            # Under a limit on lost points these cost more than they do by themselves.
            per_lost = int(self._proof.get("fair", {}).get("per_lost", 0))
            options.append((scale + per_lost) * self._lacking)
        return min(options, default=0)
