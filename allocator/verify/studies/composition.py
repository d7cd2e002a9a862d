"""V15: recompute what a request about household sizes does, and the rules it keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import ceil

from allocator.verify.core.folder import CERTIFICATE, MANIFEST, Result, check_stage
from allocator.verify.core.quotas import divide
from allocator.verify.core.reader import CONTRACT, compare
from allocator.verify.studies.housed import Homes, fewest, least_priced, left_over

_FILE, _AFTER = "overdrachten.csv", "na_uitruil.csv"
_RULES = CONTRACT["composition"]


class Composition:
    """Persons to link, expected households and dwellings by municipality."""

    def __init__(self, result: Result, quotas: Counter[str]) -> None:
        self.result, self.log, self.quotas = result, result.log, quotas
        self.terms = result.parameters["samenstelling"]
        self.claim = result.documents[CERTIFICATE]["samenstelling"]
        self.backlog, self.lead = result.totals("standen", "achterstand", "voorsprong")
        done, linked = result.totals("standen", "realisatie_tot_peildatum", "gekoppeld_open")
        (coming,) = result.totals("nareis", "personen")
        self.persons = {
            code: max(0, quota + self.backlog[code] - self.lead[code] - gone)
            for code, quota in quotas.items()
            for gone in [done[code] + linked[code] + coming[code]]
        }
        self.inside = result.region("samenstelling")
        mode = CONTRACT["pairs"][self.terms["pairs"]]
        self.group = dict(result.rows("gemeenten", "gemeente_code", mode))
        names = ("gemeente_code_a", "gemeente_code_b")
        self.near = {frozenset(pair) for pair in result.rows("buren", *names)}
        self.room = Counter[str]()
        self.homes = self._homes()
        self.sizes = [int(size) for size in self.claim["sizes"]]
        self.scale = int(_RULES["price_parts"])
        self.expected: dict[str, list[int]] = self.claim["expected"]
        self.packages = [
            (package["members"], [(a, b, size, n) for a, b, size, n in package["moves"]])
            for package in self.claim["packages"]
        ]

    def _homes(self) -> dict[str, dict[str, Homes]]:
        """Return dwellings per scenario and municipality; count their planned persons too."""
        names = ("woningklasse", "personen_min", "personen_max", "personen_gepland")
        kinds = {name: [*map(int, x)] for name, *x in self.result.rows("woningklassen", *names)}
        columns = ("gemeente_code", "woningklasse", "aantal", "laag", "hoog")
        rows = self.result.rows("aanbod", *columns)
        own = {"laag": 3, "hoog": 4}
        filled = {name: any(row[at] for row in rows) for name, at in own.items()}
        joining = self.result.rows("nareis", "gemeente_code", "gemeente_code", "personen", *own)
        filled = {s: filled[s] or any(row[own[s]] for row in joining) for s in own}
        found: dict[str, dict[str, Homes]] = {}
        for scenario in ("midden", *(s for s in own if filled[s])):
            homes: dict[str, Homes] = {code: [] for code in self.quotas}
            for row in rows:
                count = int((scenario in own and row[own[scenario]]) or row[2])
                least, most, planned = kinds[row[1]]
                homes[row[0]].append((least, most, count))
                self.room[row[0]] += count * planned * (scenario == "midden")
            found[scenario] = homes
        return found

    def allowed(self, one: str, other: str) -> bool:
        """Whether two may deal."""
        if not {one, other} <= self.inside or not self.persons[one] * self.persons[other]:
            return False
        if self.terms["pairs"] == "buren":
            return {one, other} in self.near
        is_same = bool(self.group[one] == self.group[other] != "")
        return one != other and (self.terms["pairs"] == "alle" or is_same)

    # The expected households.

    def check_mix(self) -> dict[int, Fraction]:
        """Return the shares by size: from the table, otherwise those that the contract fixes."""
        is_assumed = "samenstelling" not in self.result.tables
        rows = self.result.rows("samenstelling", "personen", "aandeel")
        stated = {str(x): y for x, y in _RULES["shares"].items()} if is_assumed else dict(rows)
        shares = {int(size): Fraction(share) for size, share in stated.items() if Fraction(share)}
        same = self.log.same
        same("V15H", MANIFEST, "samenstelling", "aanname", self.terms["aanname"], is_assumed)
        given = {int(size): Fraction(share) for size, share in self.terms["aandelen"].items()}
        same("V15H", MANIFEST, "samenstelling", "aandelen", sorted(given.items()),
             sorted(shares.items()))  # fmt: skip
        return {size: shares[size] for size in sorted(shares)}

    def check_expected(self) -> None:
        """V15: whole households: margins, multipliers, and what fills every municipality up."""
        shares, codes = self.check_mix(), [*self.quotas]
        size = sum(k * share for k, share in shares.items()) / sum(shares.values())
        total = ceil(sum(self.persons.values()) / size - Fraction(1, 2))
        whole = 1
        for share in shares.values():
            whole *= share.denominator
        columns = divide("webster", [int(x * whole) for x in shares.values()], total)[0][1:]
        people = [self.persons[code] for code in codes]
        rows = divide("webster", people, sum(columns))[0] if sum(columns) else [0] * len(codes)
        self.log.same("V15A", CERTIFICATE, "", "sizes", self.sizes, [*shares])
        self.log.same("V15A", CERTIFICATE, "", "expected", sorted(self.expected), sorted(codes))
        table = [self.expected[code] for code in codes]
        sound = all(
            len(x) == len(shares) and all(type(n) is int and n >= 0 for n in x) for x in table
        )
        sound = sound and [sum(row[1:]) for row in table] == rows
        sound = sound and [sum(x) for x in zip(*table, strict=True)][1:] == columns
        self.log.unless(sound, "V15I", CERTIFICATE, "", "expected")
        across = [Fraction(text) for text in self.claim["column_multipliers"]]
        half, least = Fraction(1, 2), min(shares)
        for code, row in zip(codes, table, strict=True):
            own = Fraction(self.claim["row_multipliers"][code])
            best = own > 0 and all(
                b > 0 and n - half <= own * b <= n + half
                for n, b in zip(row[1:], across, strict=True)
            )
            self.log.unless(best, "V15I", CERTIFICATE, code, "row_multipliers")
            left = self.persons[code] - sum(
                k * n for k, n in zip(self.sizes[1:], row[1:], strict=True)
            )
            fill = max(0, left) // least
            self.log.same("V15A", CERTIFICATE, code, "expected", row[0], fill)
            rest = self.claim["remainder"].get(code, 0)
            self.log.same("V15A", CERTIFICATE, code, "remainder", rest, left - fill * least)

    # The packages.

    def check_packages(self) -> None:
        """V15: who deals with whom, persons equal for everyone, nothing handed on."""
        sent = Counter[tuple[str, int]]()
        seen = [tuple(sorted(members)) for members, _ in self.packages]
        most = 3 if self.terms["driehoek"] else 2
        for key, (_, moves) in zip(seen, self.packages, strict=True):
            name, balance = ",".join(key), Counter[str]()
            sound = 2 <= len({*key}) == len(key) <= most and seen.count(key) == 1
            sound &= all(self.allowed(*pair) for pair in combinations(key, 2))
            self.log.unless(sound, "V15D", CERTIFICATE, name, "members")
            for giver, taker, size, count in moves:
                known = giver != taker and {giver, taker} <= {*key} and size in self.sizes
                self.log.unless(
                    known and type(count) is int and count > 0, "V15D", CERTIFICATE, name
                )
                balance[giver] -= size * count
                balance[taker] += size * count
                sent[giver, size] += count
            for code in [code for code in balance if balance[code]]:
                self.log.add("V15E", CERTIFICATE, name, code, balance[code], 0)
            self.log.unless(moves, "V15D", CERTIFICATE, name)
        for (code, size), count in sent.items():
            own = self.expected[code][self.sizes.index(size)]
            self.log.unless(count <= own, "V15F", CERTIFICATE, code, str(size), count, own)

    def check_moves(self) -> None:
        """V15: the rows of the table are the moves of all packages together."""
        moved = Counter[tuple[str, str, int]]()
        for _, moves in self.packages:
            for giver, taker, size, count in moves:
                moved[giver, taker, size] += count
        rows = (
            (
                a,
                b,
                "samenstelling",
                _RULES["size"].format(k),
                str(n),
                str(k * n),
                "",
                _RULES["reason"],
            )
            for (a, b, k), n in moved.items()
        )
        compare(self.result.table("overdrachten"), 4, rows, self.log, "V15")

    # What it does.

    def after(self) -> dict[str, list[int]]:
        """Return the households of every municipality when all moves are made."""
        found = {code: list(row) for code, row in self.expected.items()}
        for _, moves in self.packages:
            for giver, taker, size, count in moves:
                at = self.sizes.index(size)
                found[giver][at] -= count
                found[taker][at] += count
        return found

    def left(self, households: dict[str, list[int]], scenario: str, code: str) -> int:
        """Return the persons left over in the best assignment [persons]."""
        return left_over(self.sizes, households[code], self.homes[scenario][code])

    def check_table(self) -> None:
        """V15: no quota changes, and nobody has more persons left over in any scenario."""
        rows, after = [], self.after()
        for code, quota in self.quotas.items():
            lacks = [
                (self.left(self.expected, s, code), self.left(after, s, code)) for s in self.homes
            ]
            self.log.unless(all(a >= b for a, b in lacks), "V15G", _AFTER, code)
            verdict = "voordeel" if any(a > b for a, b in lacks) else "neutraal"
            numbers = [quota, 0, quota, self.backlog[code], self.lead[code], self.room[code]]
            rows.append((code, *map(str, [*numbers, *lacks[0]]), verdict))
        compare(self.result.table("na_uitruil"), 1, rows, self.log, "V15")

    def groups(self) -> Iterator[list[str]]:
        """Yield the municipalities that allowed pairs connect, each that has none by itself."""
        waiting = sorted(self.quotas)
        while waiting:
            group, waiting = [waiting[0]], waiting[1:]
            for one in group:
                tied = [other for other in waiting if self._can_deal(one, other)]
                group += tied
                waiting = [other for other in waiting if other not in tied]
            yield group

    def _can_deal(self, one: str, other: str) -> bool:
        return all(any(self.expected[c]) for c in (one, other)) and self.allowed(one, other)

    def check_proof(self) -> None:
        """V15: the stages, their objectives, and the bounds that the page gives."""
        after, pooled, least, counted = self.after(), 0, 0, [0, 0]
        value, prices = 0, self.prices()
        for group in self.groups():
            counts = [sum(x) for x in zip(*(self.expected[c] for c in group), strict=True)]
            homes = [home for code in group for home in self.homes["midden"][code]]
            alike = left_over(self.sizes, counts, homes)
            pooled += alike
            before = [self.left(self.expected, "midden", code) for code in group]
            own = sum(self.left(after, "midden", code) for code in group)
            value += own
            active, weighed = fewest(before, sum(before) - own), 0
            if frozenset(group) in prices:
                weights = self._weigh(group, prices.pop(frozenset(group)))
                weighed = ceil(Fraction(sum(weights), self.scale))
                # What households cost cancels over a group: these falls add up to its own.
                falls = [self.scale * o - w for o, w in zip(before, weights, strict=True)]
                active = max(active, fewest(falls, self.scale * (sum(before) - own)))
            least += max(alike, weighed)
            counted[0] += ceil(Fraction(active, 2))
            counted[1] += active if self.terms["driehoek"] else ceil(Fraction(3 * active, 2))
        agreements = sum(len(members) - 1 for members, _ in self.packages)
        moved = sum(count for _, moves in self.packages for *_, count in moves)
        self.log.same("V15J", CERTIFICATE, "", "pooled", self.claim["pooled"], pooled)
        self.log.same("V15J", CERTIFICATE, "", "scenarios", self.claim["scenarios"], [*self.homes])
        self.log.unless(not prices, "V15J", CERTIFICATE, "prices", "members")
        stages = self.result.parts["composition"]["stages"]
        objectives = (value, agreements, moved)
        for name, objective, shown in zip(stages, objectives, (least, *counted), strict=True):
            self._check_stage(name, objective, shown)

    def prices(self) -> dict[frozenset[str], list[int]]:
        """V15: the prices per size of every group that has them: whole, and of a size to count."""
        found: dict[frozenset[str], list[int]] = {}
        for entry in self.claim["prices"]:
            names, own = entry["members"], entry["prices"]
            sound = len(own) == len(self.sizes) and frozenset(names) not in found
            sound = sound and all(type(p) is int and abs(p) <= _RULES["most_price"] for p in own)
            self.log.unless(sound, "V15J", CERTIFICATE, ",".join(names), "prices")
            if sound:
                found[frozenset(names)] = own
        return found

    def _weigh(self, group: list[str], prices: list[int]) -> list[int]:
        """Return the least of persons left over and price of each, in parts of a person."""
        own = [(self.expected[code], self.homes["midden"][code]) for code in group]
        most = max(sum(k * n for k, n in zip(self.sizes, row, strict=True)) for row, _ in own)
        self.log.unless(most <= _RULES["most_persons"], "V15J", CERTIFICATE, group[0], "prices")
        if most > _RULES["most_persons"]:
            return [0] * len(group)
        return [least_priced(self.sizes, row, homes, prices, self.scale) for row, homes in own]

    def _check_stage(self, name: str, objective: int, shown: int) -> None:
        (entry,) = (x for x in self.result.documents[MANIFEST]["stages"] if x["name"] == name)
        bound, kind = entry["bound"], self.claim["proof"].get(name)
        # No claim is below what the page proves, and none above what was reached.
        sound = type(bound) is int and shown <= bound <= objective
        sound = sound and kind in ("recomputed", "searched")
        sound = sound and (kind != "recomputed" or bound == shown)
        # What the page does not prove is a search's word, and is called so.
        sound = sound and (kind != "searched" or bound > shown)
        self.log.unless(sound, "V15J", CERTIFICATE, name, "proof", f"{kind} {bound}", str(shown))
        if type(bound) is int:
            check_stage(self.result, name, (objective, bound, objective))


def check_composition(result: Result, quotas: Counter[str]) -> None:
    """V15: check the expected households, the packages, what they do, and the bounds."""
    composition = Composition(result, quotas)
    composition.check_expected()
    composition.check_packages()
    composition.check_moves()
    if not any(failure.code.startswith("V15") for failure in result.log):
        composition.check_table()
        composition.check_proof()
