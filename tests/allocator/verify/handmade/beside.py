"""The tables beside the links of a plan, added up household by household."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.allocator.verify.handmade.case import csv_text, half_up
from tests.allocator.verify.handmade.sizes import size_file

FAIRNESS, RULE = "vertrouwelijk/eerlijkheid.csv", "vuistregel.csv"
PHASING, TRAITS = "fasering.csv", "kenmerken.csv"


@dataclass
class Home:
    """A household of the plan, with what every open municipality would mean to it."""

    name: str
    size: int
    weeks: int
    region: str
    date: str
    joins: bool
    lacking: int
    fit: dict[str, int]
    away: dict[str, int]
    place: str
    kind: str
    traits: dict[str, Any]

    @property
    def seen(self) -> bool:
        return self.joins or self.kind != ""


@dataclass
class Town:
    """A municipality; ``goal`` and ``linked`` are persons, before this run."""

    code: str
    region: str
    quota: int
    goal: int
    linked: int
    penalty: Callable[[int], int]

    @property
    def target(self) -> int:
        return max(0, self.goal - self.linked)


@dataclass
class Plan:
    homes: list[Home]
    towns: list[Town]
    classes: dict[str, tuple[int, int]]
    free: dict[tuple[str, str], int]
    day: str
    traits: list[str]

    def kinds(self, home: Home) -> list[str]:
        return [k for k, (least, most) in self.classes.items() if least <= home.size <= most]

    def can(self, home: Home) -> bool:
        return home.joins or any(self.free[c, k] for c in home.fit for k in self.kinds(home))


def decimals(value: Fraction) -> str:
    millionths = half_up(value * 10**6)
    return f"{millionths // 10**6}.{str(millionths % 10**6).zfill(6)}"


def ratio(part: int, whole: int) -> str:
    return decimals(Fraction(part, whole)) if whole > 0 else ""


def fairness(plan: Plan) -> list[list[Any]]:
    sizes, every = sorted({home.size for home in plan.homes}), plan.homes
    groups = [
        ("totaal", "", every),
        *(("personen", str(size), [h for h in every if h.size == size]) for size in sizes),
        *(("woningklasse", k, [h for h in every if k in plan.kinds(h)]) for k in plan.classes),
    ]
    rows = []
    for name, group, homes in groups:
        seen, can = sum(h.seen for h in homes), sum(plan.can(h) for h in homes)
        fit, best = sum(h.fit[h.place] for h in homes), sum(max(h.fit.values()) for h in homes)
        own = sum(h.fit[h.place] - h.away[h.place] for h in homes)
        most = sum(max(h.fit[c] - h.away[c] for c in h.fit) for h in homes)
        row = [name, group, len(homes), sum(h.size for h in homes), seen, can, ratio(seen, can)]
        rows.append([*row, fit, best, ratio(fit, best), own, most])
    return sorted(rows, key=lambda row: row[:2])


def by_rule(plan: Plan) -> dict[str, tuple[str, str]]:
    """Who waits longest chooses first; the best place is the largest of a list of wishes."""
    free, left = dict(plan.free), {town.code: town.target for town in plan.towns}
    region = {town.code: town.region for town in plan.towns}
    codes = [town.code for town in plan.towns]
    made = {}
    for home in sorted(plan.homes, key=lambda h: (-h.weeks, h.name)):
        kinds = sorted(plan.kinds(home), key=lambda k: (plan.classes[k][1], plan.classes[k][0], k))

        def worth(code: str, home: Home = home, kinds: list[str] = kinds) -> tuple[Any, ...]:
            housed = home.joins or any(free[code, k] for k in kinds)
            wishes = (housed, left[code] > 0, region[code] == home.region)
            return (*wishes, left[code], -codes.index(code))

        code = max(home.fit, key=worth)
        kind = next((k for k in kinds if free[code, k] and not home.joins), "")
        left[code] -= home.size
        if kind:
            free[code, kind] -= 1
        made[home.name] = (code, kind)
    return made


def plans(plan: Plan) -> list[list[Any]]:
    own = {home.name: (home.place, home.kind) for home in plan.homes}
    region = {town.code: town.region for town in plan.towns}
    rows = []
    for name, made in (("voorstel", own), ("vuistregel", by_rule(plan))):
        places = [(home, *made[home.name]) for home in plan.homes]
        fit = sum(home.fit[code] for home, code, _ in places)
        away = sum(home.away[code] for home, code, _ in places)
        bare = [home for home, _, kind in places if not kind and not home.joins]
        near = sum(region[code] == home.region for home, code, _ in places)
        value, off = fit - away - sum(home.lacking for home in bare), 0
        for town in plan.towns:
            persons = sum(home.size for home, code, _ in places if code == town.code)
            off, value = off + abs(persons - town.target), value - town.penalty(persons)
        seen = len(places) - len(bare)
        rows.append([name, len(places), seen, fit, away, near, off, value])
    return rows


def phasing(plan: Plan) -> list[list[Any]]:
    regions = sorted({town.region for town in plan.towns})
    groups = [
        *(("gemeente", town.code, [town]) for town in plan.towns),
        *(("regio", name, [t for t in plan.towns if t.region == name]) for name in regions),
        ("totaal", "", plan.towns),
    ]
    rows = []
    for kind, name, towns in groups:
        at = {town.code: town for town in towns}
        here = [home for home in plan.homes if home.place in at]
        timely = [home for home in here if home.date <= plan.day]
        home_region = [home for home in here if home.region == at[home.place].region]
        goal, linked = sum(t.goal for t in towns), sum(t.linked for t in towns)
        persons = [sum(h.size for h in some) for some in (here, timely, home_region)]
        row = [kind, name, plan.day, sum(t.quota for t in towns), goal, linked, *persons[:2]]
        row += [linked + persons[1] - goal, persons[2]]
        ends: list[Any] = ["", ""]
        if kind != "gemeente":
            queue = sorted(timely, key=lambda h: (-h.weeks, h.name))
            enough = [
                n for n in range(len(queue) + 1) if linked + sum(h.size for h in queue[:n]) >= goal
            ]
            if enough:
                ends = [enough[0], queue[enough[0] - 1].weeks if enough[0] else ""]
        rows.append([*row, *ends])
    return rows


def between(groups: list[Any], values: list[int]) -> str:
    """One minus what is left within the groups."""
    if len(set(values)) < 2:
        return ""

    def squares(some: list[int]) -> Fraction:
        mean = Fraction(sum(some), len(some))
        return sum(((value - mean) ** 2 for value in some), Fraction())

    pairs = list(zip(groups, values, strict=True))
    within = sum((squares([v for g, v in pairs if g == one]) for one in set(groups)), Fraction())
    return decimals(1 - within / squares(values))


def traits(plan: Plan) -> list[list[Any]]:
    homes = plan.homes
    columns = {name: [h.traits[name] for h in homes] for name in plan.traits}
    columns["personen"] = [home.size for home in homes]
    fit, seen = [h.fit[h.place] for h in homes], [int(h.seen) for h in homes]
    return [
        [name, len(homes), len(set(groups)), between(groups, fit), between(groups, seen)]
        for name, groups in sorted(columns.items())
    ]


def beside_files(plan: Plan) -> dict[str, str]:
    return {
        **size_file(plan.homes),
        FAIRNESS: csv_text(
            "soort groep huishoudens personen met_woning woning_mogelijk aandeel_woning passing"
            " beste_passing aandeel_passing punten beste_punten",
            fairness(plan),
        ),
        RULE: csv_text(
            "plan huishoudens met_woning passing kilometers eigen_regio afwijking waarde",
            plans(plan),
        ),
        PHASING: csv_text(
            "soort groep koppelpeildatum taakstelling doel gekoppeld voorgesteld op_tijd verschil"
            " eigen_regio huishoudens_tot_doel weken_tot_doel",
            phasing(plan),
        ),
        TRAITS: csv_text(
            "kenmerk huishoudens groepen aandeel_passing aandeel_woning", traits(plan)
        ),
    }


def penalty_of(rule: dict[str, Any], target: int) -> Callable[[int], int]:
    """Person by person, dearer beyond the margin."""

    def penalty(persons: int) -> int:
        margin = max(1, math.ceil(Fraction(target, rule["marge_deel"])))
        name = "tekort" if persons < target else "over"
        nth = range(1, abs(persons - target) + 1)
        return int(sum(rule[f"{name}_{'eerste' if n <= margin else 'verder'}"] for n in nth))

    return penalty
