"""V4 to V8, V10 and V16: the links, household by household, their points and the bound on them."""

from __future__ import annotations

from collections import Counter
from operator import mul
from typing import Any

import numpy as np

from allocator.verify.beside import check_beside
from allocator.verify.fairness import check_floor
from allocator.verify.folder import CERTIFICATE, Result, check_stage
from allocator.verify.link_plan import Plan
from allocator.verify.lists import check_lists
from allocator.verify.reader import CONTRACT, Stop, compare
from allocator.verify.strict import check_levels

_CHUNK = 2048
_Numbers = np.ndarray[Any, Any]


class Links(Plan):
    """The points of a plan and the bound on them.

    ``best`` becomes the bound times the scale, ``regret`` what the plan stays below it.
    """

    def read_prices(self, found: dict[str, Any], weights: tuple[int, int, int] = (1, 1, 1)) -> None:
        """V8: read the prices as whole numbers that cannot overflow.

        ``weights`` are those of points, of points lost without a dwelling, and of those lost on
        quotas, in the problem that these prices are for.
        """
        self.found, self.weights = found, weights
        self.fit = self.points = self.lost = self.off = self.best = self.regret = 0
        names = ("basis", "per_week", "weken_max", "personen")
        basis, per_week, longest, extra = (self.rule[f"zonder_woning_{name}"] for name in names)
        weeks = np.array([int(text or 0) for text in self.people["weken_wachtend"]], object)
        each = basis + per_week * np.minimum(weeks, longest)
        self.lacking = each * (self.persons.astype(object) + extra)
        proof = self.result.documents[CERTIFICATE]["link"]
        self.scale, none = self.found["scale"], dict[str, Any](mu={}, **{"lambda": {}})
        prices = self._price_table(self.found)
        kept = self._price_table(proof["keep"] if "keep_sha256" in self.rule else none, 0)
        if type(self.scale) is not int or self.scale < 1:
            raise Stop("V8E", CERTIFICATE, "", "scale", self.scale)
        most, size = (int(np.abs(x).max(initial=0)) for x in (prices, self.persons))
        points = max((int(np.max(row)) for row in self.fits + self.distances), default=0)
        points = weights[0] * (2 * points + int(kept.max(initial=0)) * (1 + size))
        points += weights[1] * max(self.lacking, default=0)
        self.never = self.scale * points + most * (1 + size) + 1
        # Python's own integers where 64 bits might not hold a sum over one chunk.
        self.type: Any = np.int64 if self.never * 4 * _CHUNK < 2**62 else object
        self.prices, self.kept = prices.astype(self.type), kept.astype(self.type)
        self.least = self._least_of(self.prices)
        self.charge = self._least_of(self.kept)

    def _price_table(self, found: dict[str, Any], least: int | None = None) -> _Numbers:
        """Prices per municipality and class, the last column per person."""
        dwellings, persons = found["mu"], found["lambda"]
        cells = [(code, kind, x) for code, row in dwellings.items() for kind, x in row.items()]
        table = np.zeros((len(self.town), len(self.kinds)), object)
        for code, kind, price in cells + [(code, "", x) for code, x in persons.items()]:
            known = code in self.town and self.region[self.town[code]] and kind in self.kinds
            if not known or type(price) is not int or (price < 0 and (kind or least == 0)):
                raise Stop("V8E", CERTIFICATE, code, kind, price)
            table[self.town[code], self.kinds.index(kind)] = price
        return table

    def _least_of(self, prices: _Numbers) -> dict[int, _Numbers]:
        """Per size the least price of a class that fits, in each municipality."""
        return {
            size: np.where(row, prices[:, :-1], self.never).min(axis=1, initial=self.never)
            for size, row in dict(zip(self.room.tolist(), self.suits, strict=True)).items()
        }

    def _kept(self, some: _Numbers) -> _Numbers:
        """What is charged for those who come later: per person, and for the least dear class."""
        sizes = self.persons[some]
        least = np.array([self.charge[room] for room in self.room[some].tolist()])
        least[self.joins[some] | ~np.array([self.suits[h].any() for h in some])] = 0
        return np.asarray(np.outer(sizes, self.kept[:, -1]) + least)

    def kept_at(self, h: int, m: int) -> int:
        """Return what is charged to one household in one municipality."""
        size, suits = int(self.persons[h]), self.suits[h].any() and not self.joins[h]
        least = int(self.charge[int(self.room[h])][m]) if suits else 0
        return size * int(self.kept[m, -1]) + least

    def add_households(self, rows_too: bool = True) -> None:
        """V5, V7 and V8: recompute every row of the plan; add points, choices and regrets."""
        rows = list[tuple[str, ...]]()
        for start in range(0, len(self.ids), _CHUNK):
            some = np.flatnonzero(self.place[start : start + _CHUNK] >= 0) + start
            if not len(some):
                continue
            fits, opens = (np.array([x[h] for h in some]) for x in (self.fits, self.opens))
            values = fits - np.array([self.distances[h] for h in some])
            place, new, here = self.place[some], self.new[some], np.arange(len(some))
            passing, points = fits[here, place], values[here, place]
            top = np.where(opens, values, np.iinfo(np.int64).min).max(axis=1)
            cases = [self.fixed[some], self.joins[some], self.pinned[some]]
            cases += [opens.sum(axis=1) == 1, points == top]
            values = values - self._kept(some)
            reasons = np.select(cases, CONTRACT["reasons"], "verdeling").tolist()
            for h, fit, reason in zip(some, passing.tolist(), reasons, strict=True):
                kind, self.reasons[int(h)] = self.kinds[self.dwelling[h]], reason
                seen = "ja" if kind or reason == "nareis" else "nee"
                texts = (kind, seen, str(self.persons[h]), str(fit), reason)
                rows.append((self.ids[h], self.codes[self.place[h]], *texts))
            self.fit += int(passing[new].sum())
            self.points += int(values[here, place][new].sum())
            self._add_choices(some[new], values[new], opens[new])
        plan, families = self.result.table("koppelvoorstel"), {"passing": "V7", "reden": "V7"}
        if rows_too:
            compare(plan, 1, rows, self.log, "V5", **families)

    def _add_choices(self, some: _Numbers, values: _Numbers, opens: _Numbers) -> None:
        here, place, dwelling = np.arange(len(some)), self.place[some], self.dwelling[some]
        joins, sizes = self.joins[some], self.persons[some]
        points, alone, _ = (weight * self.scale for weight in self.weights)
        net = values.astype(self.type) * points - np.outer(sizes, self.prices[:, -1])
        alone = self.lacking[some].astype(self.type) * alone
        self.lost += sum(self.lacking[some][(dwelling < 0) & ~joins].tolist())
        rooms = self.room[some].tolist()
        needs = np.array([self.least[room] for room in rooms]).reshape(net.shape)
        needs = np.minimum(needs, alone[:, None]) if self.rule["zonder_woning"] else needs
        needs[joins] = 0
        paid = np.where(joins, 0, np.where(dwelling >= 0, self.prices[place, dwelling], alone))
        offers = np.where(needs < self.never, net - needs, -4 * self.never)
        pairs = zip((self.ids[h] for h in some), offers, strict=True)
        self.nets |= {name: row for name, row in pairs if name in self.wishes.before}
        best = np.where(opens, offers, -4 * self.never).max(axis=1)
        regrets = (best - net[here, place] + paid).tolist()
        self.best, self.regret = self.best + sum(best.tolist()), self.regret + sum(regrets)
        self.log.unless(min(regrets, default=0) >= 0, "V8F", CERTIFICATE)

    def missed(self, target: int, persons: int) -> int:
        """Return what it costs a municipality to get other than its target."""
        margin = max(1, -(-target // int(self.rule["marge_deel"])))
        name, off = ("over", persons - target) if persons > target else ("tekort", target - persons)
        first, further = int(self.rule[f"{name}_eerste"]), int(self.rule[f"{name}_verder"])
        return first * min(off, margin) + further * max(0, off - margin)

    def add_quotas(self, quotas: Counter[str]) -> None:
        """V7 and V8: add the penalties, the best numbers of persons and what theirs fall short."""
        columns = ("achterstand", "voorsprong", "realisatie_tot_peildatum", "gekoppeld_open")
        backlog, lead, done, noted = self.result.totals("standen", *columns)
        sums = (self.count(who, self.persons).sum(axis=1) for who in (self.fixed, self.new))
        linked, persons = (total.tolist() for total in sums)
        for m in np.flatnonzero(self.region).tolist():
            code, most, price = self.codes[m], sum(persons), int(self.prices[m, -1])
            target = quotas[code] + backlog[code] - lead[code] - done[code]
            target = max(0, target - (linked[m] or noted[code]))
            margin = max(1, -(-target // self.rule["marge_deel"]))
            # The penalty is straight between these, so the best number of persons is one of them.
            bends = (0, target - margin, target, target + margin, most, persons[m])
            limit = min(most, self.caps.get(m, most))
            totals = [min(max(0, bend), limit) for bend in bends[:-1]] + [persons[m]]
            rate = self.scale * self.weights[2]
            worth = [price * z - rate * self.missed(target, z) for z in totals]
            self.best, self.regret = self.best + max(worth), self.regret + max(worth) - worth[-1]
            self.off += self.missed(target, persons[m])

    @property
    def value(self) -> int:
        """What the plan is worth in the problem that the prices are for."""
        return sum(map(mul, self.weights, (self.points, -self.lost, -self.off)))

    def close_bound(self) -> None:
        """V8: add what the dwellings are worth; the bound less the value is all that is regret."""
        dwellings = self.prices[:, :-1].astype(object)
        self.best += sum((dwellings * self.left).ravel().tolist())
        self.regret += sum((dwellings * (self.left - self.used)).ravel().tolist())
        self.log.unless(self.best - self.scale * self.value == self.regret, "V8F", CERTIFICATE)

    def check_bound(
        self, stage: str, value: int, bound: int, base: int, more: dict[str, Any] | None = None
    ) -> None:
        """V7 and V8: compare objective and bound with what certificate and manifest claim."""
        found, exact = self.found, self.found["proof"] == "milp"
        names = ["scale", "lambda", "mu"] + ["keep"] * ("keep" in found and stage == "koppeling")
        names = [name for name in names if name != "keep" or "keep_sha256" in self.rule]
        claim = {name: found[name] for name in names}
        claim |= {"objective": value, "price_bound": bound, "bound": value if exact else bound}
        claim |= {"proof": "milp" if exact else "prices"} | (more or {})
        for name in claim.keys() | found.keys():
            self.log.same("V8D", CERTIFICATE, name, "link", found.get(name), claim.get(name))
        self.log.unless(bound >= value, "V8D", CERTIFICATE, "price_bound", "link", bound, value)
        values = (value, claim["bound"], base)
        check_stage(self.result, stage, values, 0 if exact else 0.0015)

    def check_wishes(self) -> None:
        """V8: what each wish costs, at the prices or within what the bound leaves."""
        slack = self.best - self.scale * self.value
        given = (self.prices[:, :-1], self.listed, self.scale, slack)
        self.wishes.check_costs(self.nets, *given)


def check_links(result: Result, quotas: Counter[str]) -> None:
    """V4 to V8, V10 and V16: check the plan, what it is worth and what proves it."""
    links = Links(result)
    if links.read_plan():
        links.check_counts()
        if links.rule["order"] == "strikt":
            check_levels(links, quotas)
        else:
            links.read_prices(result.documents[CERTIFICATE]["link"])
            links.add_households()
            links.add_quotas(quotas)
            links.close_bound()
            base, bound = links.fit + links.lost + links.off, links.best // links.scale
            links.check_bound("koppeling", links.value, bound, base, check_floor(links, bound))
        links.check_wishes()
        check_beside(links, quotas)
        check_lists(links)
