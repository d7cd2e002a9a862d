"""V3: recompute what the swaps do and the rules they keep."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from fractions import Fraction
from math import floor, isqrt

from allocator.verify.folder import INSTANCE, Result
from allocator.verify.reader import CONTRACT, compare
from allocator.verify.swap_proofs import check_proofs

_FILE, _AFTER = "overdrachten.csv", "na_uitruil.csv"
_PROMISES, _STATED = "toezeggingen_stand.csv", "invoer/toezeggingen.csv"
_BASES = ("laagste_landelijk", "laagste_deel")
_DEAL = ("van_code", "naar_code", "personen")


class Standing:
    """Persons by municipality: needs and room in every scenario, and what may be moved."""

    def __init__(self, result: Result, quotas: Counter[str], inside: Collection[str]) -> None:
        self.result, self.log, self.quotas, self.inside = result, result.log, quotas, inside
        self.backlog, self.lead = result.totals("standen", "achterstand", "voorsprong")
        done, linked = result.totals("standen", "realisatie_tot_peildatum", "gekoppeld_open")
        less, more = result.totals("ruilruimte", "minder_max", "extra_max")
        rows = result.rows
        size = dict(rows("woningklassen", "woningklasse", "personen_gepland"))
        self.need, self.room = dict[str, Counter[str]](), dict[str, Counter[str]]()
        for s in ("midden", "laag", "hoog"):
            joining = rows("nareis", "gemeente_code", "personen", s)
            supply = rows("aanbod", "gemeente_code", "aantal", s, "woningklasse")
            if s == "midden" or any(row[2] for row in joining + supply):
                self.need[s], self.room[s] = Counter(quotas), Counter()
                for code in quotas:
                    self.need[s][code] += self.backlog[code] - self.lead[code] - done[code]
                # A scenario's own number where its field is filled, the usual number elsewhere.
                for code, usual, own in joining:
                    self.need[s][code] -= int(own or usual)
                for code, usual, own, kind in supply:
                    self.room[s][code] += int(own or usual) * int(size[kind])
        self.may_give, self.may_take = Counter[str](), Counter[str]()
        for code in inside:
            left = max(0, self.need["midden"][code] - linked[code])
            slack = min(room[code] - max(0, self.need[s][code]) for s, room in self.room.items())
            self.may_give[code] = min(less[code], quotas[code], left)
            self.may_take[code] = min(more[code], max(0, slack))

    def shortfall(self, scenario: str, code: str, change: int = 0) -> int:
        """Return the expected shortfall after a change of the quota [persons]."""
        return max(0, self.need[scenario][code] + change - self.room[scenario][code])


class Swaps(Standing):
    """What is moved, by which rules and agreements."""

    def __init__(self, result: Result, quotas: Counter[str]) -> None:
        super().__init__(result, quotas, result.region("swap"))
        rows, moved = result.rows, result.table("overdrachten")
        self.asks = {c for c, x in rows("ruilruimte", "gemeente_code", "tegenprestatie") if x}
        self.gives, self.takes = (moved.totals("personen", x) for x in ("van_code", "naar_code"))
        self.terms = result.parameters["swap"]
        self.mode = self.terms["pairs"]
        pinned = rows("uitruilafspraken", "soort", "van_code", "naar_code", "personen")
        self.pinned = {
            kind: {(x, y): int(n or "0") for own, x, y, n in pinned if own == kind}
            for kind in ("verboden", "gewenst", "getekend")
        }
        self.deals = {(x, y): int(n) for x, y, n in rows("overdrachten", *_DEAL)}
        self.group = dict(rows("gemeenten", "gemeente_code", CONTRACT["pairs"][self.mode]))
        self.near = {frozenset(x) for x in rows("buren", "gemeente_code_a", "gemeente_code_b")}

    def allowed(self, giver: str, taker: str) -> bool:
        """Whether two may swap: by an agreement made beforehand, otherwise by the rule."""
        if giver == taker or not {giver, taker} <= {*self.inside}:
            return False
        own = [kind for kind, pairs in self.pinned.items() if (giver, taker) in pairs]
        if own:
            return own != ["verboden"]
        if self.mode == "buren":
            return {giver, taker} in self.near
        return self.mode == "alle" or bool(self.group[giver] == self.group[taker] != "")

    def distance(self, giver: str, taker: str) -> int:
        """Whole kilometres between two municipalities; 0 where one has no coordinates."""
        towns = self.result.rows("gemeenten", "gemeente_code", "x_rd", "y_rd")
        (x, y), (v, w) = ({c: xy for c, *xy in towns}[code] for code in (giver, taker))
        if "" in (x, y, v, w):
            return 0
        return isqrt((int(x) - int(v)) ** 2 + (int(y) - int(w)) ** 2) // 1000

    def check_rules(self) -> None:
        """V3: every transfer as it should be, between allowed pairs and within the limits."""
        fixed, promised = CONTRACT["transfers"], self.promised()
        for giver, taker, persons, reason, half, *fields in self.result.rows(
            "overdrachten", *_DEAL, "reden", "toezegging_halfjaar", *fixed
        ):
            key = f"{giver},{taker}"
            known = [
                kind for kind in ("gewenst", "getekend") if (giver, taker) in self.pinned[kind]
            ]
            sound = fields == [*fixed.values()] and persons != "0"
            sound &= reason == (known or ["minder_tekort"])[0]
            self.log.unless(sound, "V3J", _FILE, key)
            wanted = promised.get((giver, taker), "")
            self.log.same("V3P", _FILE, key, "toezegging_halfjaar", half, wanted)
            self.log.unless(self.allowed(giver, taker), "V3D", _FILE, key)
        for code in self.quotas:
            pairs = (self.gives[code], self.may_give[code]), (self.takes[code], self.may_take[code])
            self.log.unless(0 in (self.gives[code], self.takes[code]), "V3E", _FILE, code)
            for letter, (moved, most) in zip("FG", pairs, strict=True):
                self.log.unless(moved <= most, f"V3{letter}", _FILE, code, "personen", moved, most)

    def promised(self) -> dict[tuple[str, str], str]:
        """Return the half-year of every promised return, by giver and taker of now."""
        rows = self.result.rows("toezeggingen", "van_code", "naar_code", "halfjaar")
        return {(giver, taker): half for giver, taker, half in rows}

    def check_promises(self) -> None:
        """V3: what promised returns come to; they are in no figure of the swaps."""
        columns = ("van_code", "naar_code", "halfjaar", "personen", *_BASES)
        stated = self.result.rows("toezeggingen", *columns)
        sums, expected = Counter[tuple[str, str]](), []
        for giver, taker, half, persons, *_ in stated:
            if (giver, taker) in self.deals:
                sums[taker, half] += int(persons)
        for giver, taker, half, persons, *bases in stated:
            low = self._lowest(giver, taker, half, *bases)
            fits = "toereikend" if sums[taker, half] <= (low or 0) else "ontoereikend"
            verdict = "onbekend" if low is None else fits
            verdict = verdict if (giver, taker) in self.deals else "geen_overdracht"
            moved, least = self.deals.get((giver, taker), 0), "" if low is None else str(low)
            expected.append((giver, taker, half, persons, str(moved), least, verdict))
        there = "toezeggingen_stand" in self.result.tables
        self.log.same("V3P", _PROMISES, "", "", there, bool(stated))
        compare(self.result.table("toezeggingen_stand"), 2, expected, self.log, "V3")

    def _lowest(self, giver: str, taker: str, half: str, total: str, part: str) -> int | None:
        """Return the lowest plausible quota of who returns, from the one base that is stated."""
        instance, towns = self.result.documents[INSTANCE], self.result.table("gemeenten")
        people = dict(towns.pick("gemeente_code", "inwoners"))
        is_later = re.fullmatch("[12][0-9]{3}-[12]", half) and half > instance["half_year"]
        everyone = instance.get("national_inhabitants", 0)
        if instance["scope"] == "landelijk":
            everyone = sum(map(int, people.values()))
        sound = is_later and giver != taker and not (total and (part or not everyone))
        self.log.unless(sound, "V3P", _STATED, f"{giver},{taker}", "", half)
        if total and everyone:
            return int(people[taker]) * int(total) // int(everyone)
        return floor(Fraction(part) * self.quotas[taker]) if part else None

    def check_agreements(self) -> None:
        """V3: signed deals as signed, wished pairs at work, lots and partner limits kept."""
        signed, wished = self.pinned["getekend"], self.pinned["gewenst"]
        for pair, persons in signed.items():
            found = self.deals.get(pair, 0)
            key = ",".join(pair)
            self.log.unless(found == persons, "V3K", _FILE, key, "personen", found, persons)
        for pair in wished.keys() - self.deals.keys():
            self.log.add("V3K", _FILE, ",".join(pair))
        for pair in self.deals.keys() - signed.keys():
            low = self.deals[pair] < self.terms["lot"]
            self.log.unless(not low, "V3L", _FILE, ",".join(pair), "personen", self.deals[pair])
        most, partners = self.terms["partners_max"], Counter(c for pair in self.deals for c in pair)
        for code in partners if most is not None else ():
            self.log.unless(partners[code] <= most, "V3M", _FILE, code, "", partners[code], most)

    def check_table(self) -> None:
        """V3: every municipality before and after."""
        expected = []
        for code, quota in self.quotas.items():
            change = self.takes[code] - self.gives[code]
            lacks = [(self.shortfall(s, code), self.shortfall(s, code, change)) for s in self.need]
            rises, falls = any(a < b for a, b in lacks), any(a > b for a, b in lacks)
            self.log.unless(not rises, "V3H", _AFTER, code)
            verdict = "tegenprestatie" if self.takes[code] and code in self.asks else "neutraal"
            verdict = "voordeel" if falls and not rises else verdict
            numbers = [quota, change, quota + change, self.backlog[code], self.lead[code]]
            numbers += [self.room["midden"][code], *lacks[0]]
            expected.append((code, *map(str, numbers), verdict))
        compare(self.result.table("na_uitruil"), 1, expected, self.log, "V3")


def check_swaps(result: Result, quotas: Counter[str]) -> Counter[str]:
    """V3: check rules, sums and bounds of the swaps; return the quotas after them."""
    swaps = Swaps(result, quotas)
    swaps.check_rules()
    swaps.check_agreements()
    swaps.check_promises()
    swaps.check_table()
    check_proofs(swaps)
    return Counter({c: q + swaps.takes[c] - swaps.gives[c] for c, q in quotas.items()})
