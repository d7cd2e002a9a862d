"""V4 to V6 and V10: the links as a plan: who goes where, in which dwelling, and how many."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from allocator.verify.core.fits import fits_of
from allocator.verify.core.folder import Result
from allocator.verify.core.reader import CONTRACT, Stop, compare

_FILE, _COUNTS = "vertrouwelijk/koppelvoorstel.csv", "koppelingen_per_gemeente.csv"
Numbers = np.ndarray[Any, Any]


class Plan:
    """Households, municipalities and dwelling classes as indices, and the plan for them.

    ``opens``, ``fits`` and ``distances`` hold per household a row over the municipalities,
    ``suits`` one over the classes; ``new`` marks who is not linked yet, ``joins`` joining family.
    ``listed`` are the dwellings on offer, ``supply`` those that count, ``reserved`` those to be
    kept free. Wishes of a run change these and ``opens``, and mark the ``pinned``; ``before`` is
    where a household that they name may go without them.
    """

    def __init__(self, result: Result) -> None:
        self.result, self.log, self.rule = result, result.log, result.parameters["link"]
        self.people = people = result.table("huishoudens")
        self.ids, self.codes = people["huishouden_id"], result.table("gemeenten")["gemeente_code"]
        self.town = {code: m for m, code in enumerate(self.codes)}
        self.region = np.isin(self.codes, [*result.region("link")])
        self.today = self.rule.get("stand_per", "") or "9999"
        self.persons = np.array([*map(int, people["personen"])], np.int64)
        self.fixed = np.isin(people["status"], ["gekoppeld", "verhuisfase"])
        self.sponsor = np.array([bool(code) for code in people["referent_gemeente"]], bool)
        self.new, self.joins = ~self.fixed, self.sponsor & ~self.fixed
        self.place, self.dwelling = (np.full(len(self.ids), -1, np.int64) for _ in range(2))
        self._read_dwellings()
        pairs = zip(self.fixed, people.pick(*CONTRACT["choices"]), strict=True)
        opens, far = cache(self._open), result.kilometres
        away = cache(lambda home: np.array([far(home, code) for code in self.codes]))
        self.opens = [opens(linked if fixed else "", *rest) for fixed, (linked, *rest) in pairs]
        self.distances = [away(home) for home in people["opvang_gemeente"]]
        self.fits = fits_of(result)
        self.pinned, self.before = np.zeros(len(self.ids), bool), dict[str, Numbers]()
        if "wensen" in result.tables or "wishes" in self.rule:
            result.helper("wishes")(self)

    def _read_dwellings(self) -> None:
        """Read classes and dwellings, and which classes suit each household."""
        classes = self.result.rows("woningklassen", "woningklasse", "personen_min", "personen_max")
        self.kind = {name: s for s, (name, _, _) in enumerate(classes)}
        self.kinds = [*self.kind, ""]
        self.supply = np.zeros((len(self.town), len(self.kind)), np.int64)
        for code, name, count, since, until in self.result.rows("aanbod", *CONTRACT["supply"]):
            gone = "" < until < self.today < "9999"
            if since <= self.today and not gone:
                self.supply[self.town[code], self.kind[name]] += int(count)
        self.listed, self.reserved = self.supply.copy(), np.zeros_like(self.supply)
        ends = [(int(least), int(most)) for _, least, most in classes]
        self.room = self._room(max((most for _, most in ends), default=0))
        suits = cache(lambda size: np.array([a <= size <= b for a, b in ends], bool))
        self.suits = [suits(size) for size in self.room.tolist()]

    def _room(self, largest: int) -> Numbers:
        """Persons whom a dwelling has to suit; with those to come where the run placed ahead."""
        if not self.rule["vooruit_plaatsen"]:
            return self.persons
        expected = [int(text or 0) for text in self.people["verwachte_nareizigers"]]
        ahead = self.persons + np.where(self.fixed, 0, np.array(expected, np.int64))
        return np.asarray(np.maximum(self.persons, np.minimum(ahead, largest)))

    def _open(self, linked: str, sponsor: str, pinned: str, allowed: str, barred: str) -> Numbers:
        only = linked or sponsor or pinned or allowed
        mask = np.isin(self.codes, only.split("|")) if only else np.ones(len(self.codes), bool)
        shut = [] if linked or sponsor or pinned else barred.split("|")
        return np.asarray(mask & self.region & ~np.isin(self.codes, shut))

    def read_plan(self) -> bool:
        """V4 to V6: every household once; say whether the plan can be computed any further."""
        before, left, region = len(self.log), [], self.rule["region"]
        names = ("huishouden_id", "gemeente_code", "verwachte_woningklasse")
        rows = {name: row for name, *row in self.result.rows("koppelvoorstel", *names)}
        columns = ("huishouden_id", "opvang_gemeente", "datum_vergunning")
        for h, (name, home, since) in enumerate(self.people.pick(*columns)):
            here = self.fixed[h] or (home and self.region[self.town[home]])
            outside = not self.opens[h].any() or (region and not here)
            if outside and not region:
                raise Stop("V6D", _FILE, name)
            if outside or (since > self.today and not self.fixed[h]):
                left.append((name, "buiten_regio" if outside else "later"))
            elif name in rows:
                self._read_row(h, *rows.pop(name))
            else:
                self.log.add("V4B", _FILE, name)
        for name in rows:
            self.log.add("V4C", _FILE, name)
        compare(self.result.table("niet_gekoppeld"), 1, left, self.log, "V4")
        return len(self.log) == before

    def _read_row(self, h: int, code: str, kind: str) -> None:
        place, dwelling = self.town.get(code, -1), self.kind.get(kind, -1)
        is_open = place >= 0 and self.opens[h][place]
        suits = not kind or (dwelling >= 0 and self.suits[h][dwelling] and not self.joins[h])
        free = kind or self.fixed[h] or self.joins[h] or self.rule["zonder_woning"]
        for code, sound in (("V6D", is_open), ("V5D", suits), ("V5G", free)):
            self.log.unless(sound, code, _FILE, self.ids[h])
        self.place[h], self.dwelling[h] = place, dwelling

    def count(self, who: Numbers, weights: Numbers | int = 1) -> Numbers:
        """Add up some households per municipality and class; the last column has no dwelling."""
        table = np.zeros((len(self.town) + 1, len(self.kinds)), np.int64)
        np.add.at(table, (self.place, self.dwelling), who * weights)
        return table[:-1]

    def check_caps(self) -> None:
        """V5: nobody new beyond a cap; links that stood already count, and stay."""
        sums = (self.count(who, self.persons).sum(axis=1) for who in (self.new, self.fixed))
        self.added, self.held = (total.tolist() for total in sums)
        self.caps = dict[int, int]()
        for code, most in self.result.rows("koppelgrenzen", "gemeente_code", "personen_max"):
            self.caps[self.town[code]] = room = max(0, int(most) - self.held[self.town[code]])
            self.log.unless(self.added[self.town[code]] <= room, "V5H", _COUNTS, code, "personen")

    def check_counts(self) -> None:
        """V5 and V10: dwellings used once, first by existing links; recount every cell."""
        self.used, linked = self.count(self.new)[:, :-1], self.place >= 0
        self.left = self.supply - self.count(self.fixed)[:, :-1]
        # The contract leaves open whether an existing link of joining family holds a dwelling.
        for h in np.flatnonzero(self.fixed & linked & (self.dwelling < 0) & ~self.sponsor):
            free = self.suits[h] & (self.left[self.place[h]] > 0)
            self.log.unless(not free.any(), "V5F", _FILE, self.ids[h])
        self.left -= self.reserved
        self.check_caps()
        for m, s in np.argwhere(self.used > self.left):
            self.log.add("V5E", _COUNTS, f"{self.codes[m]},{self.kinds[s]}")
        homes, sums = (self.count(linked, weight) for weight in (1, self.persons))
        cells = [(m, s) for m in np.flatnonzero(self.region) for s in (*range(len(self.kind)), -1)]
        rows = [(self.codes[m], self.kinds[s], str(homes[m, s]), str(sums[m, s])) for m, s in cells]
        compare(self.result.table("koppelingen_per_gemeente"), 2, rows, self.log, "V10")
