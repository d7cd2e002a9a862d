"""V16: what stands beside the links: fairness, a rule of thumb, phasing, what explains the fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from allocator.verify.core.folder import INSTANCE
from allocator.verify.core.links import Links
from allocator.verify.core.reader import compare
from allocator.verify.studies.small_counts import public_sizes

_Numbers = np.ndarray[Any, Any]
_LOWEST = np.iinfo(np.int64).min


def check_beside(links: Links, quotas: Counter[str]) -> None:
    """Recompute the tables, household by household."""
    tables = _Beside(links, quotas)
    fairness = list(tables.fairness())
    for name, key, rows in (
        ("eerlijkheid", 2, iter(fairness)),
        ("eerlijkheid_grootte", 1, public_sizes(fairness)),
        ("vuistregel", 1, tables.plans()),
        ("fasering", 2, tables.phasing()),
        ("kenmerken", 1, tables.traits()),
    ):
        texts = [tuple(map(str, row)) for row in rows]
        compare(links.result.table(name), key, texts, links.log, "V16")


def _share(part: int | Fraction, whole: int) -> str:
    """Six decimals, half up; nothing where there is no whole."""
    if whole <= 0:
        return ""
    millionths = (2 * 10**6 * Fraction(part, whole) + 1) // 2
    return f"{millionths // 10**6}.{millionths % 10**6:06d}"


class _Beside:
    """The proposals of a run, and where they are: one entry for each."""

    def __init__(self, links: Links, quotas: Counter[str]) -> None:
        self.links, self.quotas = links, quotas
        self.who: list[int] = np.flatnonzero(links.new & (links.place >= 0)).tolist()
        towns = links.result.rows("gemeenten", "coa_regio", "provincie_code")
        self.area = np.array([coa or province for coa, province in towns])
        homes = links.people["opvang_gemeente"]
        self.home = [self.area[links.town[x]] if x else "" for x in homes]
        self.weeks = [int(text or 0) for text in links.people["weken_wachtend"]]
        self.queue = sorted(self.who, key=lambda h: (-self.weeks[h], links.ids[h]))
        self.towns = np.flatnonzero(links.region).tolist()
        goals = links.goals(quotas)
        self.goal = {m: goals[links.codes[m]] for m in self.towns}

    def fairness(self) -> Iterator[tuple[object, ...]]:
        """Add up per household size, per class that fits and for all what it got and could."""
        links, sums = self.links, dict[tuple[str, str], list[int]]()
        sums["totaal", ""] = [0] * 8
        sums |= {("woningklasse", name): [0] * 8 for name in links.kind}
        for h in self.who:
            fits, opens, size = links.fits[h], links.opens[h], int(links.persons[h])
            points, m = fits - links.distances[h], links.place[h]
            seen = links.joins[h] or links.dwelling[h] >= 0
            can = links.joins[h] or (links.left[opens][:, links.suits[h]] > 0).any()
            own = [1, size, int(seen), int(can), fits[m], fits[opens].max()]
            own += [points[m], points[opens].max()]
            groups = [("totaal", ""), ("personen", str(size))]
            groups += [
                ("woningklasse", name) for name, s in links.kind.items() if links.suits[h][s]
            ]
            for group in groups:
                old = sums.get(group, [0] * 8)
                sums[group] = [a + int(b) for a, b in zip(old, own, strict=True)]
        for group, (homes, persons, seen, can, got, best, *ends) in sums.items():
            row = (homes, persons, seen, can, _share(seen, can), got, best, _share(got, best))
            yield (*group, *row, *ends)

    def plans(self) -> Iterator[tuple[object, ...]]:
        """Value the proposal, and what the rule of thumb makes of the same households."""
        links = self.links
        own = {h: (int(links.place[h]), int(links.dwelling[h])) for h in self.who}
        for name, plan in (("voorstel", own), ("vuistregel", self._rule_of_thumb())):
            fit, away, lost, home, seen = 0, 0, 0, 0, 0
            persons = Counter[int]()
            for h, (m, s) in plan.items():
                fit, away = fit + int(links.fits[h][m]), away + int(links.distances[h][m])
                housed = s >= 0 or bool(links.joins[h])
                lost += self._kept(h, m) + (0 if housed else int(links.lacking[h]))
                seen, home = seen + housed, home + int(self.area[m] == self.home[h])
                persons[m] += int(links.persons[h])
            off = 0
            for m in self.towns:
                goal, linked = self.goal[m]
                target = max(0, goal - linked)
                off, lost = off + abs(target - persons[m]), lost + links.missed(target, persons[m])
            yield name, len(plan), seen, fit, away, home, off, fit - away - lost

    def _kept(self, h: int, m: int) -> int:
        """Return what is charged for those who come later, for one household in one place."""
        links, size = self.links, int(self.links.persons[h])
        suits = links.suits[h].any() and not links.joins[h]
        least = int(links.charge[int(links.room[h])][m]) if suits else 0
        return size * int(links.kept[m, -1]) + least

    def _rule_of_thumb(self) -> dict[int, tuple[int, int]]:
        """Place the households one by one: each wish narrows the choice, unless nothing is left."""
        links, stock = self.links, self.links.left.copy()
        ends = links.result.rows("woningklassen", "personen_max", "personen_min")
        tightest = sorted(range(len(ends)), key=lambda s: (*map(int, ends[s]), s))
        left = np.array([0] * len(links.codes), np.int64)
        for town, (goal, linked) in self.goal.items():
            left[town] = min(max(0, goal - linked), links.caps.get(town, goal))
        plan = {}
        for h in self.queue:
            has = (stock[:, links.suits[h]] > 0).any(axis=1) & ~links.joins[h]
            choice = links.opens[h]
            for wish in (has, left > 0, self.area == self.home[h]):
                choice = choice & wish if (choice & wish).any() else choice
            m = int(np.where(choice, left, _LOWEST).argmax())
            kinds = [s for s in tightest if links.suits[h][s] and stock[m, s] > 0]
            s = kinds[0] if kinds and not links.joins[h] else -1
            left[m] -= links.persons[h]
            stock[m, s] -= s >= 0
            plan[h] = m, s
        return plan

    def phasing(self) -> Iterator[tuple[object, ...]]:
        """Hold the links against the day by which COA must have made enough of them."""
        links = self.links
        year, _, half = links.result.documents[INSTANCE]["half_year"].partition("-")
        day = f"{year}-{'04' if half == '1' else '10'}-01"
        dates, groups = links.people["datum_vergunning"], dict[tuple[str, str], Any]()
        for m in self.towns:
            for group in self._groups(m):
                groups.setdefault(group, ([], []))[0].append(m)
        for h in self.queue:
            for group in self._groups(int(links.place[h])):
                groups[group][1].append(h)
        for (kind, name), (towns, here) in groups.items():
            timely = [h for h in here if dates[h] <= day]
            home = [h for h in here if self.area[links.place[h]] == self.home[h]]
            proposed, in_time, own = (int(links.persons[x].sum()) for x in (here, timely, home))
            quota = sum(self.quotas[links.codes[m]] for m in towns)
            goal, linked = (sum(self.goal[m][n] for m in towns) for n in (0, 1))
            row = (quota, goal, linked, proposed, in_time, linked + in_time - goal, own)
            ends = self._reached(timely, goal - linked) if kind != "gemeente" else ("", "")
            yield (kind, name, day, *row, *ends)

    def _groups(self, m: int) -> list[tuple[str, str]]:
        return [("gemeente", self.links.codes[m]), ("regio", self.area[m]), ("totaal", "")]

    def _reached(self, queue: list[int], wanted: int) -> tuple[object, object]:
        if wanted <= 0:
            return 0, ""
        for n, h in enumerate(queue, 1):
            wanted -= int(self.links.persons[h])
            if wanted <= 0:
                return n, self.weeks[h]
        return "", ""

    def traits(self) -> Iterator[tuple[object, ...]]:
        """Find per trait how much of fit, and of having a dwelling in view, lies between groups."""
        links, adults = self.links, dict[str, list[tuple[str, ...]]]()
        names = ("beroepsgroep", "opleiding", "taalniveau_nl")
        people, grown = links.people, links.result.table("volwassenen")
        for name, *values in grown.pick("huishouden_id", *names):
            adults.setdefault(name, []).append(tuple(values))
        own = people.pick(*names)
        fit = [int(links.fits[h][links.place[h]]) for h in self.who]
        seen = [int(links.joins[h] or links.dwelling[h] >= 0) for h in self.who]
        for n, name in enumerate(names):
            if name in people.columns or name in grown.columns:
                rows = [adults.get(links.ids[h], [own[h]]) for h in self.who]
                yield self._between(
                    name, [str(sorted(x[n] for x in row)) for row in rows], fit, seen
                )
        yield self._between("personen", [str(links.persons[h]) for h in self.who], fit, seen)

    def _between(self, name: str, groups: list[str], *values: list[int]) -> tuple[object, ...]:
        shares = []
        for numbers in values:
            sums, sizes, count = Counter[str](), Counter(groups), len(numbers)
            for group, x in zip(groups, numbers, strict=True):
                sums[group] += x
            # Deviations from the mean, times the count, so that all are whole numbers.
            spread = count * sum((count * x - sums.total()) ** 2 for x in numbers)
            parts = ((n, n * sums.total() - count * sums[group]) for group, n in sizes.items())
            shares.append(_share(count * sum(Fraction(x * x, n) for n, x in parts), spread))
        return name, len(groups), len({*groups}), *shares
