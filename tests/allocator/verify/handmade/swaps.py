"""Shortfalls, limits and the cut, straight from the page; every cut is tried."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

from tests.allocator.verify.handmade.case import Case, csv_text, stage


class Planning:
    """Expected shortfall, limits and cut, straight from the page."""

    def __init__(self, case: Case, quotas: dict[str, int]) -> None:
        self.case, self.quotas = case, quotas
        given = [*case.rows("aanbod"), *case.rows("nareis")]
        self.scenarios = ["midden"] + [
            s for s in ("laag", "hoog") if any(str(r.get(s, "")) for r in given)
        ]

    def number(self, row: dict[str, Any], usual: str, scenario: str) -> int:
        own = str(row.get(scenario, "")) if scenario != "midden" else ""
        return int(own or row[usual])

    def room(self, code: str, scenario: str) -> int:
        size = {
            row["woningklasse"]: row["personen_gepland"] for row in self.case.rows("woningklassen")
        }
        rows = [row for row in self.case.rows("aanbod") if row["gemeente_code"] == code]
        return sum(self.number(r, "aantal", scenario) * size[r["woningklasse"]] for r in rows)

    def burden(self, code: str, change: int = 0) -> int:
        of = self.case.of
        return (
            of("standen", code, "achterstand")
            - of("standen", code, "voorsprong")
            + self.quotas[code]
            + change
        )

    def open_need(self, code: str, scenario: str, change: int = 0) -> int:
        rows = [row for row in self.case.rows("nareis") if row["gemeente_code"] == code]
        coming = sum(self.number(r, "personen", scenario) for r in rows)
        return (
            self.burden(code, change)
            - self.case.of("standen", code, "realisatie_tot_peildatum")
            - coming
        )

    def lack(self, code: str, scenario: str, change: int = 0) -> int:
        return max(0, self.open_need(code, scenario, change) - self.room(code, scenario))

    def give(self, code: str) -> int:
        of = self.case.of
        if not self.case.inside(code, self.case.swap_region):
            return 0
        left = self.open_need(code, "midden") - of("standen", code, "gekoppeld_open")
        return min(of("ruilruimte", code, "minder_max"), self.quotas[code], max(0, left))

    def take(self, code: str) -> int:
        if not self.case.inside(code, self.case.swap_region):
            return 0
        slack = min(
            max(0, self.room(code, s) - max(0, self.open_need(code, s))) for s in self.scenarios
        )
        return min(self.case.of("ruilruimte", code, "extra_max"), slack)

    def allowed(self, a: str, b: str) -> bool:
        mode = self.case.instance.get("swap", {}).get("pairs", "provincie")
        if a == b or not all(self.case.inside(c, self.case.swap_region) for c in (a, b)):
            return False
        towns = [self.case.town(c) for c in (a, b)]
        if mode == "buren":
            pairs = {(r["gemeente_code_a"], r["gemeente_code_b"]) for r in self.case.rows("buren")}
            return bool(pairs & {(a, b), (b, a)})
        column = {"provincie": "provincie_code", "regio": "regietafel"}.get(mode, "")
        values = {town.get(column, "") for town in towns}
        return mode == "alle" or (len(values) == 1 and values != {""})

    def best_cut(self) -> tuple[list[str], list[str], int]:
        """Try every set of givers; the takers that they reach must be on their side."""
        givers = [c for c in self.case.codes if min(self.give(c), self.lack(c, "midden"))]
        takers = [c for c in self.case.codes if self.take(c)]
        best: tuple[int, list[str], list[str]] | None = None
        for size in range(len(givers) + 1):
            for side in itertools.combinations(givers, size):
                reach = [t for t in takers if any(self.allowed(g, t) for g in side)]
                relief = sum(
                    min(self.give(g), self.lack(g, "midden")) for g in givers if g not in side
                )
                relief += sum(self.take(t) for t in reach)
                if best is None or relief < best[0]:
                    best = (relief, list(side), reach)
        assert best is not None
        return best[1], best[2], best[0]

    def best_transfers(self) -> list[tuple[str, str, int]]:
        """Give person by person wherever it still relieves; enough where pairs do not compete."""
        moved: dict[tuple[str, str], int] = {}
        for g, t in itertools.product(self.case.codes, repeat=2):
            if self.allowed(g, t):
                given = sum(n for (a, _), n in moved.items() if a == g)
                taken = sum(n for (_, b), n in moved.items() if b == t)
                n = min(min(self.give(g), self.lack(g, "midden")) - given, self.take(t) - taken)
                if n > 0:
                    moved[g, t] = n
        return [(a, b, n) for (a, b), n in sorted(moved.items())]

    def asked(self) -> list[str]:
        """Who may be worst off: whoever has a quota, in the region of the run."""
        inside = (c for c in self.case.codes if self.case.inside(c, self.case.swap_region))
        return [code for code in inside if self.quotas[code]]

    def level_witness(self, level: Fraction) -> list[str]:
        """Try every set of givers for one that cannot all come below a level."""
        needs = {}
        for code in self.asked():
            most = math.ceil(level * self.quotas[code]) - 1
            needs[code] = max(0, self.lack(code, "midden") - most)
        lacking = [code for code in needs if needs[code]]
        for size in range(1, len(lacking) + 1):
            for side in itertools.combinations(lacking, size):
                reach = [
                    t
                    for t in self.case.codes
                    if self.take(t) and any(self.allowed(g, t) and self.give(g) for g in side)
                ]
                if sum(needs[g] for g in side) > sum(self.take(t) for t in reach):
                    return list(side)
                if any(needs[g] > self.give(g) for g in side):
                    return list(side)
        return []

    def kilometres(self, a: str, b: str) -> int:
        places = [
            [self.case.town(code).get(axis, "") for axis in ("x_rd", "y_rd")] for code in (a, b)
        ]
        if "" in (*places[0], *places[1]):
            return 0
        return math.isqrt(sum((int(p) - int(q)) ** 2 for p, q in zip(*places, strict=True))) // 1000


def swap_stages(
    plan: Planning, case: Case, after: dict[str, int], relief: int
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The stages, honest about what is proven, and what the certificate says of them."""
    before = {code: plan.lack(code, "midden") for code in case.codes}
    total, moved = sum(after.values()), sum(n for *_, n in case.transfers)
    ratios = [Fraction(after[c], plan.quotas[c]) for c in plan.asked()]
    worst = max(ratios, default=Fraction(0))
    witness = plan.level_witness(worst) if worst else []
    bound = worst if witness or not worst else Fraction(0)
    parties = len({code for giver, taker, _ in case.transfers for code in (giver, taker)})
    far = sum(n * plan.kilometres(a, b) for a, b, n in case.transfers)
    level = stage("uitruil_zwaarst", worst, bound, worst)
    stages = [
        stage("uitruil_tekort", total, sum(before.values()) - relief, total),
        level | {"objective": str(worst), "bound": str(bound)},
        stage("uitruil_afspraken", parties, 0, parties),
        stage("uitruil_personen", moved, sum(before.values()) - total, moved),
        stage("uitruil_afstand", far, 0, far, 1),
    ]
    kinds = {entry["name"]: "recomputed" for entry in stages} | {"uitruil_afstand": "searched"}
    return stages, {"level_givers": witness, "proof": kinds}


def swap_part(
    case: Case, quotas: dict[str, int]
) -> tuple[dict[str, str], dict[str, int], dict[str, Any], list[dict[str, Any]]]:
    plan = Planning(case, quotas)
    change = dict.fromkeys(case.codes, 0)
    for giver, taker, persons in case.transfers:
        change[giver] -= persons
        change[taker] += persons
    rows: list[list[Any]] = []
    for code in case.codes:
        before = [plan.lack(code, s) for s in plan.scenarios]
        after = [plan.lack(code, s, change[code]) for s in plan.scenarios]
        asks = any(
            r["gemeente_code"] == code and bool(r.get("tegenprestatie"))
            for r in case.rows("ruilruimte")
        )
        if sum(after) < sum(before) and all(b <= a for a, b in zip(before, after, strict=True)):
            verdict = "voordeel"
        else:
            verdict = "tegenprestatie" if change[code] > 0 and asks else "neutraal"
        row = [code, quotas[code], change[code], quotas[code] + change[code]]
        row += [case.of("standen", code, "achterstand"), case.of("standen", code, "voorsprong")]
        rows.append([*row, plan.room(code, "midden"), before[0], after[0], verdict])
    givers, takers, relief = plan.best_cut()
    certificate = {
        "scenarios": plan.scenarios,
        "cut_givers": givers,
        "cut_takers": takers,
        "relief": relief,
    }
    left = {row[0]: row[8] for row in rows}
    stages, proof = swap_stages(plan, case, left, relief)
    certificate |= proof
    files = {
        "overdrachten.csv": csv_text(
            "van_code naar_code soort woningklasse huishoudens personen toezegging_halfjaar reden",
            [
                [g, t, "herverdeling", "", "", n, "", "minder_tekort"]
                for g, t, n in sorted(case.transfers)
            ],
        ),
        "na_uitruil.csv": csv_text(
            "gemeente_code taakstelling overdracht gewijzigde_taakstelling achterstand voorsprong "
            "plaatsbaar tekort_voor tekort_na oordeel",
            rows,
        ),
    }
    return files, {c: quotas[c] + change[c] for c in case.codes}, certificate, stages
