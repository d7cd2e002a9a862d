"""V5, V7 and V8: what the links are worth, household by household, and the bound on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import mul
from typing import Any

import numpy as np

from allocator.verify.core.folder import CERTIFICATE, Result, check_stage
from allocator.verify.core.plan import Numbers, Plan
from allocator.verify.core.reader import CONTRACT, Stop, compare

_CHUNK = 2048
"""Effort: households that are looked at together."""


class Links(Plan):
    """The points of a plan and the bound on them.

    Prices are times ``scale``, and so are ``best``, the bound, and ``regret``, what the plan stays
    below it. ``weights`` are those of points, of points lost without a dwelling, and of those lost
    on quotas, in the problem that the prices are for. ``per_fit`` is what a point of fit of each
    household earns beside them, and ``per_lost`` what a point lost without a dwelling or on a
    quota costs beside them, times the scale.
    """

    def __init__(self, result: Result) -> None:
        super().__init__(result)
        names = ("basis", "per_week", "weken_max", "personen")
        basis, per_week, longest, extra = (self.rule[f"zonder_woning_{name}"] for name in names)
        weeks = np.array([int(text or 0) for text in self.people["weken_wachtend"]], object)
        each = basis + per_week * np.minimum(weeks, longest)
        self.lacking = each * (self.persons.astype(object) + extra)
        self.fit, self.reasons, self.per_fit = 0, dict[int, str](), [0] * len(self.ids)
        self.per_lost, self.nets = 0, dict[str, Numbers]()

    def _chunks(self, who: Numbers) -> Iterator[tuple[Numbers, Numbers, Numbers, Numbers]]:
        """Yield some households at a time, with fits, points and openness of every place."""
        for start in range(0, len(self.ids), _CHUNK):
            some = np.flatnonzero(who[start : start + _CHUNK]) + start
            if len(some):
                rows = (self.fits, self.distances, self.opens)
                fits, far, opens = (np.array([row[h] for h in some]) for row in rows)
                yield some, fits, fits - far, opens

    def check_rows(self) -> None:
        """V5 and V7: recompute every row of the plan."""
        rows = list[tuple[str, ...]]()
        for some, fits, points, opens in self._chunks(self.place >= 0):
            place, here = self.place[some], np.arange(len(some))
            passing, most = fits[here, place], np.where(opens, points, np.iinfo(np.int64).min)
            cases = [self.fixed[some], self.joins[some], self.pinned[some]]
            cases += [opens.sum(axis=1) == 1, points[here, place] == most.max(axis=1)]
            reasons = np.select(cases, CONTRACT["reasons"], "verdeling").tolist()
            for h, fit, reason in zip(some.tolist(), passing.tolist(), reasons, strict=True):
                kind, self.reasons[h] = self.kinds[self.dwelling[h]], reason
                seen = "ja" if kind or reason == "nareis" else "nee"
                texts = (kind, seen, str(self.persons[h]), str(fit), reason)
                rows.append((self.ids[h], self.codes[self.place[h]], *texts))
            self.fit += int(passing[self.new[some]].sum())
        compare(
            self.result.table("koppelvoorstel"), 1, rows, self.log, "V5", passing="V7", reden="V7"
        )

    def bound(
        self, found: dict[str, Any], quotas: Counter[str], weights: tuple[int, int, int] = (1, 1, 1)
    ) -> int:
        """V8: recompute the bound at some prices; that less the value is all that is regret."""
        self.points = self.lost = self.off = self.best = self.regret = 0
        self._read_prices(found, weights)
        for some, fits, points, opens in self._chunks(self.new & (self.place >= 0)):
            self._add_choices(some, fits, points - self._charges(some), opens)
        self._add_quotas(quotas)
        dwellings = self.prices[:, :-1].astype(object)
        self.best += sum((dwellings * self.left).ravel().tolist())
        self.regret += sum((dwellings * (self.left - self.used)).ravel().tolist())
        own = self.scale * self.value - self.per_lost * (self.lost + self.off)
        self.log.unless(self.best - own == self.regret, "V8F", CERTIFICATE)
        return int(self.best // self.scale)

    @property
    def value(self) -> int:
        """What the plan is worth in the problem that the prices are for."""
        return sum(map(mul, self.weights, (self.points, -self.lost, -self.off)))

    def _read_prices(self, found: dict[str, Any], weights: tuple[int, int, int]) -> None:
        """V8: read the prices as whole numbers that cannot overflow."""
        self.found, self.weights, self.scale = found, weights, found["scale"]
        prices, kept = self._price_table(found), np.zeros((len(self.town), len(self.kinds)), object)
        if "keep_sha256" in self.rule:
            proof = self.result.documents[CERTIFICATE]["link"]
            kept = self._price_table(proof["keep"], least=0)
        if type(self.scale) is not int or self.scale < 1:
            raise Stop("V8E", CERTIFICATE, "", "scale", self.scale)
        most, size = (int(np.abs(x).max(initial=0)) for x in (prices, self.persons))
        far = max((int(np.max(row)) for row in self.fits + self.distances), default=0)
        points = weights[0] * (2 * far + int(kept.max(initial=0)) * (1 + size))
        dear = (self.scale * weights[1] + self.per_lost) * max(self.lacking, default=0)
        most = most * (1 + size) + far * max(self.per_fit, default=0)
        self.reach = self.scale * points + most + dear
        # Python's own integers where 64 bits might not hold the difference of two sums.
        self.type: Any = np.int64 if self.reach < 2**62 else object
        self.prices, self.kept = prices.astype(self.type), kept.astype(self.type)
        self.least, self.charge = self._least_of(self.prices), self._least_of(self.kept)

    def _price_table(self, found: dict[str, Any], least: int | None = None) -> Numbers:
        """Prices per municipality and class, the last column per person."""
        cells = [(m, kind, x) for m, row in found["mu"].items() for kind, x in row.items()]
        cells += [(m, "", price) for m, price in found["lambda"].items()]
        table = np.zeros((len(self.town), len(self.kinds)), object)
        for code, kind, price in cells:
            known = code in self.town and self.region[self.town[code]] and kind in self.kinds
            if not known or type(price) is not int or (price < 0 and (kind or least == 0)):
                raise Stop("V8E", CERTIFICATE, code, kind, price)
            table[self.town[code], self.kinds.index(kind)] = price
        return table

    def _least_of(self, prices: Numbers) -> dict[int, Numbers]:
        """Per size the least price of a class that fits, in each municipality."""
        return {
            size: np.where(row, prices[:, :-1], self.reach).min(axis=1, initial=self.reach)
            for size, row in dict(zip(self.room.tolist(), self.suits, strict=True)).items()
        }

    def _charges(self, some: Numbers) -> Numbers:
        """What is charged for those who come later: per person, and for the least dear class."""
        least = np.array([self.charge[room] for room in self.room[some].tolist()])
        least[self.joins[some] | ~np.array([self.suits[h].any() for h in some])] = 0
        return np.asarray(np.outer(self.persons[some], self.kept[:, -1]) + least)

    def _add_choices(self, some: Numbers, fits: Numbers, points: Numbers, opens: Numbers) -> None:
        """Add what the plan gets from some households, and the best that each could get."""
        here, place, dwelling = np.arange(len(some)), self.place[some], self.dwelling[some]
        joins, rooms = self.joins[some], self.room[some].tolist()
        worth, alone, _ = (weight * self.scale for weight in self.weights)
        net = points.astype(self.type) * worth - np.outer(self.persons[some], self.prices[:, -1])
        alone = self.lacking[some].astype(self.type) * (alone + self.per_lost)
        self.points += int(points[here, place].sum())
        self.lost += sum(self.lacking[some][(dwelling < 0) & ~joins].tolist())
        needs = np.array([self.least[room] for room in rooms])
        needs = np.minimum(needs, alone[:, None]) if self.rule["zonder_woning"] else needs
        needs[joins] = 0
        paid = np.where(joins, 0, np.where(dwelling >= 0, self.prices[place, dwelling], alone))
        offers = net - needs
        pairs = zip((self.ids[h] for h in some), offers, strict=True)
        self.nets |= {name: row for name, row in pairs if name in self.before}
        offers = offers + fits * np.array([self.per_fit[h] for h in some], self.type)[:, None]
        # What is not open counts as the worst there is, and so never as better than the best.
        best = np.where(opens, offers, offers.min()).max(axis=1)
        # What the own place earns by its fit stays in: a study takes the floor off both sides.
        regrets = (best - net[here, place] + paid).tolist()
        self.best, self.regret = self.best + sum(best.tolist()), self.regret + sum(regrets)
        self.log.unless(min(regrets) >= 0, "V8F", CERTIFICATE)

    def missed(self, target: int, persons: int) -> int:
        """Return what it costs a municipality to get other than its target."""
        margin = max(1, -(-target // int(self.rule["marge_deel"])))
        name, off = ("over", persons - target) if persons > target else ("tekort", target - persons)
        first, further = int(self.rule[f"{name}_eerste"]), int(self.rule[f"{name}_verder"])
        return first * min(off, margin) + further * max(0, off - margin)

    def goals(self, quotas: Counter[str]) -> dict[str, tuple[int, int]]:
        """Return persons to link by the day, and persons linked before, by municipality."""
        columns = ("achterstand", "voorsprong", "realisatie_tot_peildatum", "gekoppeld_open")
        backlog, lead, done, noted = self.result.totals("standen", *columns)
        wanted = {c: quotas[c] + backlog[c] - lead[c] - done[c] for c in self.codes}
        return {c: (max(0, wanted[c]), self.held[m] or noted[c]) for c, m in self.town.items()}

    def _add_quotas(self, quotas: Counter[str]) -> None:
        """Add the penalties, the best numbers of persons and what theirs fall short."""
        rate, goals = self.scale * self.weights[2] + self.per_lost, self.goals(quotas)
        everybody = sum(self.added)
        for m in np.flatnonzero(self.region).tolist():
            goal, linked = goals[self.codes[m]]
            price, own, target = int(self.prices[m, -1]), self.added[m], max(0, goal - linked)
            margin = max(1, -(-target // self.rule["marge_deel"]))
            # The penalty is straight between these, so the best number of persons is one of them.
            most = min(everybody, self.caps.get(m, everybody))
            bends = (0, target - margin, target, target + margin, most)
            totals = [*(min(max(0, bend), most) for bend in bends), own]
            worth = [price * z - rate * self.missed(target, z) for z in totals]
            self.best, self.regret = self.best + max(worth), self.regret + max(worth) - worth[-1]
            self.off += self.missed(target, own)

    def check_bound(
        self, stage: str, value: int, bound: int, base: int, more: dict[str, Any] | None = None
    ) -> None:
        """V7 and V8: compare objective and bound with what certificate and manifest claim.

        ``more`` is what else the certificate holds of the stage.
        """
        found, exact = self.found, self.found["proof"] == "milp"
        names = ["scale", "lambda", "mu"]
        names += ["keep"] if stage == "koppeling" and "keep_sha256" in self.rule else []
        claim = {name: found[name] for name in names} | (more or {})
        claim |= {"objective": value, "price_bound": bound, "bound": value if exact else bound}
        claim |= {"proof": "milp" if exact else "prices"}
        for name in claim.keys() | found.keys():
            self.log.same("V8D", CERTIFICATE, name, "link", found.get(name), claim.get(name))
        check_stage(self.result, stage, (value, claim["bound"], base), 0 if exact else 0.0015)


def check_links(result: Result, quotas: Counter[str]) -> Links | None:
    """V4 to V8 and V10: check the plan, what it is worth and what proves it.

    Returns nothing where the plan cannot be computed.
    """
    links = Links(result)
    if not links.read_plan():
        return None
    links.check_counts()
    links.check_rows()
    if links.rule["order"] == "strikt":
        result.helper("strict")(links, quotas)
        return links
    bound, more = links.bound(result.documents[CERTIFICATE]["link"], quotas), dict[str, Any]()
    if links.rule["eerlijk"] != "geen":
        bound, more = result.helper("fair")(links, bound, quotas)
    links.check_bound("koppeling", links.value, bound, links.fit + links.lost + links.off, more)
    return links
