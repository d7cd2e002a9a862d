"""V3: recompute what the swaps do, the rules they keep and the cut that bounds them."""

from __future__ import annotations

from collections import Counter

from allocator.verify.folder import CERTIFICATE, Result, check_stage
from allocator.verify.reader import CONTRACT, compare

_FILE, _AFTER = "overdrachten.csv", "na_uitruil.csv"


class _Swaps:
    """Persons by municipality: needs and room in every scenario, what is and may be moved."""

    def __init__(self, result: Result, quotas: Counter[str]) -> None:
        self.result, self.log, self.quotas = result, result.log, quotas
        self.backlog, self.lead = result.totals("standen", "achterstand", "voorsprong")
        done, linked = result.totals("standen", "realisatie_tot_peildatum", "gekoppeld_open")
        less, more = result.totals("ruilruimte", "minder_max", "extra_max")
        rows, moved = result.rows, result.table("overdrachten")
        self.asks = {c for c, x in rows("ruilruimte", "gemeente_code", "tegenprestatie") if x}
        self.gives, self.takes = (moved.totals("personen", x) for x in ("van_code", "naar_code"))
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
        self.mode, self.inside = result.parameters["swap"]["pairs"], result.region("swap")
        for code in self.inside:
            left = max(0, self.need["midden"][code] - linked[code])
            slack = min(room[code] - max(0, self.need[s][code]) for s, room in self.room.items())
            self.may_give[code] = min(less[code], quotas[code], left)
            self.may_take[code] = min(more[code], max(0, slack))
        self.group = dict(rows("gemeenten", "gemeente_code", CONTRACT["pairs"][self.mode]))
        self.near = {frozenset(x) for x in rows("buren", "gemeente_code_a", "gemeente_code_b")}

    def allowed(self, giver: str, taker: str) -> bool:
        if giver == taker or not {giver, taker} <= self.inside:
            return False
        if self.mode == "buren":
            return {giver, taker} in self.near
        return self.mode == "alle" or bool(self.group[giver] == self.group[taker] != "")

    def shortfall(self, scenario: str, code: str, change: int = 0) -> int:
        return max(0, self.need[scenario][code] + change - self.room[scenario][code])

    def check_rules(self) -> None:
        """V3: every transfer as it should be, between allowed pairs and within the limits."""
        fixed, names = CONTRACT["transfers"], ("van_code", "naar_code", "personen")
        for giver, taker, persons, *fields in self.result.rows("overdrachten", *names, *fixed):
            sound, key = fields == [*fixed.values()] and persons != "0", f"{giver},{taker}"
            self.log.unless(sound, "V3J", _FILE, key)
            self.log.unless(self.allowed(giver, taker), "V3D", _FILE, key)
        for code in self.quotas:
            pairs = (self.gives[code], self.may_give[code]), (self.takes[code], self.may_take[code])
            self.log.unless(0 in (self.gives[code], self.takes[code]), "V3E", _FILE, code)
            for letter, (moved, most) in zip("FG", pairs, strict=True):
                self.log.unless(moved <= most, f"V3{letter}", _FILE, code, "personen", moved, most)

    def check_table(self) -> None:
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

    def check_cut(self) -> None:
        """V3, V7 and V8: the cut bounds the relief, and both stages say so."""
        found = self.result.documents[CERTIFICATE]["swap"]
        givers, takers = found["cut_givers"], found["cut_takers"]
        lacks = {c: self.shortfall("midden", c) for c in self.quotas}
        relief = sum(min(self.may_give[c], lacks[c]) for c in lacks if c not in givers)
        relief += sum(self.may_take[c] for c in takers)
        wanted = {"cut_givers": sorted({*givers} & lacks.keys()), "relief": relief}
        wanted |= {"cut_takers": sorted({*takers} & lacks.keys()), "scenarios": sorted(self.need)}
        for name in wanted.keys() | found.keys():
            value = sorted(found[name]) if name == "scenarios" else found.get(name)
            self.log.same("V3I", CERTIFICATE, name, "swap", value, wanted.get(name))
        outside = [c for c, most in self.may_take.items() if most and c not in takers]
        for giver in givers:
            leaks = any(self.allowed(giver, taker) for taker in outside)
            self.log.unless(not leaks, "V3I", CERTIFICATE, giver, "cut_givers")
        before, moved = sum(lacks.values()), sum(self.gives.values())
        after = sum(self.shortfall("midden", c, self.takes[c] - self.gives[c]) for c in lacks)
        check_stage(self.result, "uitruil_tekort", (after, before - relief, after))
        check_stage(self.result, "uitruil_personen", (moved, before - after, moved))


def check_swaps(result: Result, quotas: Counter[str]) -> Counter[str]:
    """V3: check rules, sums and bound of the swaps; return the quotas after them."""
    swaps = _Swaps(result, quotas)
    swaps.check_rules()
    swaps.check_table()
    swaps.check_cut()
    return Counter({c: q + swaps.takes[c] - swaps.gives[c] for c, q in quotas.items()})
