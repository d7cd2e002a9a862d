"""The tiny instances by trying every plan: the working on paper in their expected.toml holds.

Reads the files with the csv module and does its own arithmetic, without the engine.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations, product
from math import isqrt

from tests.golden.bundle import (
    balances,
    expected,
    expected_by_code,
    expected_one,
    read_table,
    read_toml,
)


def quotas(instance: str) -> dict[str, int]:
    """Exact shares: these instances are made so that no rounding is needed."""
    rows = read_table(instance, "gemeenten")
    total = read_toml(instance, "instance.toml")["national_total"]
    everyone = sum(int(row["inwoners"]) for row in rows)
    shares = {
        row["gemeente_code"]: Fraction(int(row["inwoners"]) * total, everyone) for row in rows
    }
    assert all(share.denominator == 1 for share in shares.values())
    return {code: int(share) for code, share in shares.items()}


class SwapTable:
    """A swap instance as plain dictionaries, in persons per municipality."""

    def __init__(self, name: str) -> None:
        places = read_table(name, "gemeenten")
        self.province = {row["gemeente_code"]: row["provincie_code"] for row in places}
        planned = {
            row["woningklasse"]: int(row["personen_gepland"])
            for row in read_table(name, "woningklassen")
        }
        self.placeable: dict[str, int] = defaultdict(int)
        for row in read_table(name, "aanbod"):
            persons = int(row["aantal"]) * planned[row["woningklasse"]]
            self.placeable[row["gemeente_code"]] += persons
        joining = {row["gemeente_code"]: int(row["personen"]) for row in read_table(name, "nareis")}
        standing = {row["gemeente_code"]: row for row in read_table(name, "standen")}
        room = {row["gemeente_code"]: row for row in read_table(name, "ruilruimte")}
        self.need, self.gives, self.takes = {}, {}, {}
        for code, quota in quotas(name).items():
            task = quota + balances(name)[code] - int(standing[code]["realisatie_tot_peildatum"])
            need = task - joining.get(code, 0)
            free = max(0, need - int(standing[code]["gekoppeld_open"]))
            slack = max(0, self.placeable[code] - max(0, need))
            self.need[code] = need
            self.gives[code] = min(int(room[code]["minder_max"]), quota, free)
            self.takes[code] = min(int(room[code]["extra_max"]), slack)

    def pairs(self) -> list[tuple[str, str]]:
        return [
            (a, b)
            for a, b in permutations(self.province, 2)
            if self.province[a] == self.province[b] and self.gives[a] and self.takes[b]
        ]

    def plans(self) -> Iterator[dict[tuple[str, str], int]]:
        pairs = self.pairs()
        ranges = (range(min(self.gives[a], self.takes[b]) + 1) for a, b in pairs)
        for amounts in product(*ranges):
            plan = dict(zip(pairs, amounts, strict=True))
            net = self.net(plan)
            if all(-self.gives[code] <= net[code] <= self.takes[code] for code in net):
                yield plan

    def net(self, plan: dict[tuple[str, str], int]) -> dict[str, int]:
        net = dict.fromkeys(self.need, 0)
        for (a, b), amount in plan.items():
            net[a] -= amount
            net[b] += amount
        return net

    def shortfalls(self, plan: dict[tuple[str, str], int]) -> dict[str, int]:
        net = self.net(plan)
        return {code: max(0, self.need[code] + net[code] - self.placeable[code]) for code in net}


def test_tiny_swap_by_trying_every_plan() -> None:
    name = "tiny-ruil"
    table = SwapTable(name)

    def rank(plan: dict[tuple[str, str], int]) -> tuple[int, int]:
        return sum(table.shortfalls(plan).values()), sum(plan.values())

    ranked = sorted(table.plans(), key=rank)
    best, second = ranked[:2]
    assert rank(best) < rank(second)
    assert rank(best) == (expected_one(name, "shortfall_after"), expected_one(name, "swap_persons"))
    assert rank({})[0] == expected_one(name, "shortfall_before")
    relief = rank({})[0] - rank(best)[0]
    assert relief == expected_one(name, "swap_relief")
    assert best == {
        (item["code"], item["to_code"]): item["value"] for item in expected(name, "transfer")
    }
    found = {
        "placeable": dict(table.placeable),
        "municipality_shortfall_before": table.shortfalls({}),
        "municipality_shortfall_after": table.shortfalls(best),
        "net_transfer": table.net(best),
    }
    for what, values in found.items():
        assert values == expected_by_code(name, what), what


class LinkTable:
    """A linking instance as plain dictionaries, and what a plan in it is worth."""

    def __init__(self, name: str) -> None:
        self.households = read_table(name, "huishoudens")
        self.places = {row["gemeente_code"]: row for row in read_table(name, "gemeenten")}
        self.classes = {row["woningklasse"]: row for row in read_table(name, "woningklassen")}
        self.stock = Counter(
            {
                (row["gemeente_code"], row["woningklasse"]): int(row["aantal"])
                for row in read_table(name, "aanbod")
            }
        )
        self.fit = {
            (row["arbeidsmarktregio"], row["beroepsgroep"]): int(Fraction(row["waarde"]) * 1000)
            for row in read_table(name, "arbeidsmarkt")
        }
        housed = {
            row["gemeente_code"]: int(row["realisatie_tot_peildatum"])
            for row in read_table(name, "standen")
        }
        self.target = {
            code: max(0, quota + balances(name).get(code, 0) - housed.get(code, 0))
            for code, quota in quotas(name).items()
        }

    def options(self, household: dict[str, str]) -> list[tuple[str, str]]:
        """Open municipalities with each fitting class that is there, and with none."""
        allowed = set(filter(None, household["gemeenten_toegestaan"].split("|"))) or {*self.places}
        allowed -= set(household["gemeenten_uitgesloten"].split("|"))
        if household["vaste_gemeente"]:
            allowed = {household["vaste_gemeente"]}
        size = int(household["personen"])
        fitting = [
            name
            for name, row in self.classes.items()
            if int(row["personen_min"]) <= size <= int(row["personen_max"])
        ]
        pairs = product(sorted(allowed), [*fitting, ""])
        return [pair for pair in pairs if not pair[1] or self.stock[pair]]

    def plans(self) -> Iterator[tuple[tuple[str, str], ...]]:
        for plan in product(*(self.options(household) for household in self.households)):
            used = Counter(pair for pair in plan if pair[1])
            if used <= self.stock:
                yield plan

    def parts(self, plan: tuple[tuple[str, str], ...]) -> tuple[int, int, int, int]:
        """Fit, distance, without dwelling, quota, in points."""
        fit = distance = lacking = 0
        persons: Counter[str] = Counter()
        for household, (code, dwelling) in zip(self.households, plan, strict=True):
            size, weeks = int(household["personen"]), int(household["weken_wachtend"])
            here, there = self.places[household["opvang_gemeente"]], self.places[code]
            fit += self.fit[there["arbeidsmarktregio"], household["beroepsgroep"]]
            square = sum((int(here[axis]) - int(there[axis])) ** 2 for axis in ("x_rd", "y_rd"))
            distance += isqrt(square) // 1000
            lacking += 0 if dwelling else (500 + 10 * min(weeks, 60)) * (size + 3)
            persons[code] += size
        quota = sum(self.quota_points(code, persons[code]) for code in self.target)
        return fit, distance, lacking, quota

    def quota_points(self, code: str, persons: int) -> int:
        target = self.target[code]
        margin = max(1, -(-target // 20))
        short, over = max(0, target - persons), max(0, persons - target)
        cheap = 60 * min(short, margin) + 40 * min(over, margin)
        return cheap + 200 * max(0, short - margin) + 150 * max(0, over - margin)


def test_tiny_link_by_trying_every_plan() -> None:
    name = "tiny-koppel"
    table = LinkTable(name)
    assert table.target == expected_by_code(name, "link_target")
    worth = {plan: (p := table.parts(plan))[0] - sum(p[1:]) for plan in table.plans()}
    best = max(worth.values())
    (plan,) = (plan for plan, value in worth.items() if value == best)
    assert best == expected_one(name, "link_objective")
    kinds = ("fit", "distance", "without_dwelling", "quota")
    points = tuple(expected_one(name, f"link_{kind}_points") for kind in kinds)
    assert table.parts(plan) == points
    identity = [household["huishouden_id"] for household in table.households]
    where = dict(zip(identity, plan, strict=True))
    assert {h: place for h, (place, _) in where.items()} == expected_by_code(
        name, "link_municipality"
    )
    assert {h: dwelling for h, (_, dwelling) in where.items()} == expected_by_code(
        name, "link_class"
    )
    without = sum(not dwelling for _, dwelling in plan)
    assert without == expected_one(name, "link_without_dwelling")


def test_impossible_links_clash_exactly_where_expected() -> None:
    name = "tiny-onmogelijk"
    table = LinkTable(name)
    assert not read_toml(name, "instance.toml")["link"]["zonder_woning"]
    fewest = min(sum(not dwelling for _, dwelling in plan) for plan in table.plans())
    assert fewest == expected_one(name, "conflict_missing_dwellings")
    clash = set(expected_one(name, "conflict_households"))
    inside = [h for h in table.households if h["huishouden_id"] in clash]
    homes = {pair for household in inside for pair in table.options(household) if pair[1]}
    assert {code for code, _ in homes} == set(expected_one(name, "conflict_municipalities"))
    assert len(inside) - sum(table.stock[pair] for pair in homes) == fewest
