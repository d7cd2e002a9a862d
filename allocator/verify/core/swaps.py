"""V3: recompute what the swaps do and the rules they keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from allocator.verify.core.folder import Result
from allocator.verify.core.reader import CONTRACT, compare
from allocator.verify.core.swap_proofs import Proofs, check_proofs

_FILE, _AFTER = "overdrachten.csv", "na_uitruil.csv"
_DEAL = ("van_code", "naar_code", "personen")


class Standing:
    """Persons by municipality: needs and room in every scenario, and what may be moved."""

    def __init__(self, result: Result, quotas: Counter[str], inside: Collection[str]) -> None:
        self.result, self.log, self.quotas, self.inside = result, result.log, quotas, {*inside}
        self.backlog, self.lead = result.totals("standen", "achterstand", "voorsprong")
        done, linked = result.totals("standen", "realisatie_tot_peildatum", "gekoppeld_open")
        less, more = result.totals("ruilruimte", "minder_max", "extra_max")
        rows = result.rows
        size = dict(rows("woningklassen", "woningklasse", "personen_gepland"))
        base = {c: n + self.backlog[c] - self.lead[c] - done[c] for c, n in quotas.items()}
        self.need, self.room = dict[str, Counter[str]](), dict[str, Counter[str]]()
        for s in ("midden", "laag", "hoog"):
            joining = rows("nareis", "gemeente_code", "personen", s)
            supply = rows("aanbod", "gemeente_code", "aantal", s, "woningklasse")
            if s == "midden" or any(row[2] for row in joining + supply):
                self.need[s], self.room[s] = Counter(base), Counter()
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

    proofs: Proofs

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
            for kind in ("verboden", "gewenst", "getekend", "vastgezet")
        }
        self.deals = {(x, y): int(n) for x, y, n in rows("overdrachten", *_DEAL)}
        self.changed = Counter({c: n + self.takes[c] - self.gives[c] for c, n in quotas.items()})
        self.group = dict(rows("gemeenten", "gemeente_code", CONTRACT["pairs"][self.mode]))
        self.near = {frozenset(x) for x in rows("buren", "gemeente_code_a", "gemeente_code_b")}

    def allowed(self, giver: str, taker: str) -> bool:
        """Whether two may swap: by an agreement made beforehand, otherwise by the rule."""
        if giver == taker or not {giver, taker} <= self.inside:
            return False
        own = [kind for kind, pairs in self.pinned.items() if (giver, taker) in pairs]
        if own:
            return own != ["verboden"]
        if self.mode == "buren":
            return {giver, taker} in self.near
        return self.mode == "alle" or bool(self.group[giver] == self.group[taker] != "")

    def check_rules(self) -> None:
        """V3: every transfer as it should be, between allowed pairs and within the limits."""
        fixed = CONTRACT["transfers"]
        rows = self.result.rows("overdrachten", *_DEAL, "reden", *fixed)
        for giver, taker, persons, reason, *fields in rows:
            key, made = f"{giver},{taker}", ("gewenst", "getekend", "vastgezet")
            known = (kind for kind in made if (giver, taker) in self.pinned[kind])
            sound = fields == [*fixed.values()] and persons != "0"
            sound &= reason == next(known, "minder_tekort")
            self.log.unless(sound, "V3J", _FILE, key)
            self.log.unless(self.allowed(giver, taker), "V3D", _FILE, key)
        for code in self.quotas:
            pairs = (self.gives[code], self.may_give[code]), (self.takes[code], self.may_take[code])
            self.log.unless(0 in (self.gives[code], self.takes[code]), "V3E", _FILE, code)
            for letter, (moved, most) in zip("FG", pairs, strict=True):
                self.log.unless(moved <= most, f"V3{letter}", _FILE, code, "personen", moved, most)

    def check_table(self) -> None:
        """V3: every municipality before and after."""
        expected = []
        for code, quota in self.quotas.items():
            change = self.changed[code] - quota
            lacks = [(self.shortfall(s, code), self.shortfall(s, code, change)) for s in self.need]
            rises, falls = any(a < b for a, b in lacks), any(a > b for a, b in lacks)
            self.log.unless(not rises, "V3H", _AFTER, code)
            verdict = "tegenprestatie" if self.takes[code] and code in self.asks else "neutraal"
            verdict = "voordeel" if falls and not rises else verdict
            numbers = [quota, change, self.changed[code], self.backlog[code], self.lead[code]]
            numbers += [self.room["midden"][code], *lacks[0]]
            expected.append((code, *map(str, numbers), verdict))
        compare(self.result.table("na_uitruil"), 1, expected, self.log, "V3")


def check_swaps(result: Result, quotas: Counter[str]) -> Swaps:
    """V3: check rules, sums and bounds of the swaps."""
    swaps = Swaps(result, quotas)
    swaps.check_rules()
    swaps.check_table()
    swaps.proofs = check_proofs(swaps)
    return swaps
