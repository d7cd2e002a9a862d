"""The links of a case: every number worked out one by one, every plan tried."""

from __future__ import annotations

import functools
import itertools
import math
from fractions import Fraction
from typing import Any

from tests.allocator.verify.handmade.beside import Home, Plan, Town, beside_files
from tests.allocator.verify.handmade.case import SETTINGS, Case, csv_text, half_up, stage
from tests.allocator.verify.handmade.lists import Row, list_files


class Linking:
    """The linking problem of a case, with every number worked out one by one."""

    def __init__(self, case: Case, quotas: dict[str, int]) -> None:
        self.case, self.quotas = case, quotas
        self.rule = SETTINGS | case.instance.get("link", {})
        self.open_codes = [c for c in case.codes if case.inside(c, case.link_region)]
        self.classes = sorted(row["woningklasse"] for row in case.rows("woningklassen"))
        self.homes = case.rows("huishoudens")
        fixed = [h for h in self.homes if h.get("status") in ("gekoppeld", "verhuisfase")]
        self.fixed = [h for h in fixed if h["gekoppelde_gemeente"] in self.open_codes]
        self.new = [h for h in self.homes if h not in fixed and not self.outside(h)]
        self.left = [h for h in self.homes if h not in self.fixed and h not in self.new]
        self.hold()

    def outside(self, home: dict[str, Any]) -> bool:
        reception = home.get("opvang_gemeente", "")
        if not self.case.link_region:
            return False
        return reception not in self.open_codes or not self.options(home)

    def options(self, home: dict[str, Any]) -> list[str]:
        if home.get("referent_gemeente"):
            names = [home["referent_gemeente"]]
        elif home.get("vaste_gemeente"):
            names = [home["vaste_gemeente"]]
        else:
            allowed = home.get("gemeenten_toegestaan", "")
            names = allowed.split("|") if allowed else self.case.codes
            names = [c for c in names if c not in home.get("gemeenten_uitgesloten", "").split("|")]
        return [c for c in names if c in self.open_codes]

    def suits(self, home: dict[str, Any], kind: str) -> bool:
        row = next(r for r in self.case.rows("woningklassen") if r["woningklasse"] == kind)
        return bool(row["personen_min"] <= home["personen"] <= row["personen_max"])

    def supply(self, code: str, kind: str) -> int:
        rows = self.case.rows("aanbod")
        return sum(
            r["aantal"] for r in rows if (r["gemeente_code"], r["woningklasse"]) == (code, kind)
        )

    def hold(self) -> None:
        """Existing links take a fitting dwelling, the largest households first."""
        self.held: dict[str, str] = {}
        free = {(c, k): self.supply(c, k) for c in self.open_codes for k in self.classes}
        for home in sorted(self.fixed, key=lambda h: -h["personen"]):
            code = home["gekoppelde_gemeente"]
            kinds = [k for k in self.classes if self.suits(home, k) and free[code, k]]
            self.held[home["huishouden_id"]] = kinds[0] if kinds else ""
            if kinds:
                free[code, kinds[0]] -= 1
        self.free = free

    def adult(self, code: str, work: str, school: str) -> int:
        rows = self.case.rows("arbeidsmarkt")
        if not rows:
            return 0
        top = max(
            (Fraction(r["waarde"]) for r in rows if r["schaal"] == "index"), default=Fraction()
        )

        def points(row: dict[str, Any]) -> int:
            value = Fraction(row["waarde"]) * 1000
            return half_up(value if row["schaal"] == "kans" else value / top)

        def mean(some: list[dict[str, Any]]) -> int:
            return half_up(Fraction(sum(map(points, some)), len(some)))

        region = self.case.town(code).get("arbeidsmarktregio", "")
        here = [r for r in rows if region and r["arbeidsmarktregio"] == region]
        for wanted in (school, ""):
            for row in here:
                if (row["beroepsgroep"], row.get("opleiding", "")) == (work, wanted):
                    return points(row)
        return mean(here) if here else mean(rows)

    def fit(self, home: dict[str, Any], code: str) -> int:
        name = home["huishouden_id"]
        if self.case.rows("passing"):
            scores = [
                r["score"]
                for r in self.case.rows("passing")
                if (r["huishouden_id"], r["gemeente_code"]) == (name, code)
            ]
            return half_up(Fraction(scores[0]) * 1000) if scores else 0
        adults = [r for r in self.case.rows("volwassenen") if r["huishouden_id"] == name] or [home]
        values = [
            self.adult(code, a.get("beroepsgroep", ""), a.get("opleiding", "")) for a in adults
        ]
        how = self.rule["volwassenen"]
        if how == "minstens_een":
            failing = Fraction(1)
            for value in values:
                failing *= 1 - Fraction(value, 1000)
            return half_up(1000 - 1000 * failing)
        together = {"som": sum(values), "zwakste": sorted(values)[0]}
        return together.get(how, half_up(Fraction(sum(values), len(values))))

    def distance(self, home: dict[str, Any], code: str) -> int:
        reception = home.get("opvang_gemeente", "")
        if not reception:
            return 0
        spots = [
            (self.case.town(c).get("x_rd", ""), self.case.town(c).get("y_rd", ""))
            for c in (reception, code)
        ]
        if "" in spots[0] + spots[1]:
            return 0
        return math.isqrt(sum((int(a) - int(b)) ** 2 for a, b in zip(*spots, strict=True))) // 1000

    def points(self, home: dict[str, Any], code: str) -> int:
        return self.fit(home, code) - self.distance(home, code)

    def lacking(self, home: dict[str, Any]) -> int:
        rule, weeks = self.rule, int(home.get("weken_wachtend") or 0)
        weeks = min(weeks, rule["zonder_woning_weken_max"])
        base = rule["zonder_woning_basis"] + rule["zonder_woning_per_week"] * weeks
        return int(base * (home["personen"] + rule["zonder_woning_personen"]))

    def target(self, code: str) -> int:
        of = self.case.of
        here = [h["personen"] for h in self.fixed if h["gekoppelde_gemeente"] == code]
        linked = sum(here) if here else of("standen", code, "gekoppeld_open")
        wanted = (
            self.quotas[code]
            + of("standen", code, "achterstand")
            - of("standen", code, "voorsprong")
        )
        return max(0, wanted - of("standen", code, "realisatie_tot_peildatum") - linked)

    def penalty(self, code: str, persons: int) -> int:
        rule, target, cost = self.rule, self.target(code), 0
        margin = max(1, math.ceil(Fraction(target, rule["marge_deel"])))
        for nth in range(1, abs(persons - target) + 1):
            name = "tekort" if persons < target else "over"
            cost += rule[f"{name}_eerste"] if nth <= margin else rule[f"{name}_verder"]
        return cost

    def choices(self, home: dict[str, Any]) -> list[tuple[str, str]]:
        kinds = (
            [""]
            if home.get("referent_gemeente")
            else [k for k in self.classes if self.suits(home, k)]
        )
        if not home.get("referent_gemeente") and self.rule["zonder_woning"]:
            kinds = ["", *kinds]
        return list(itertools.product(self.options(home), kinds))

    def worth(self, plan: tuple[tuple[str, str], ...]) -> int | None:
        """Return the value of a plan, None where a dwelling is used twice."""
        used: dict[tuple[str, str], int] = {}
        value, persons = 0, dict.fromkeys(self.open_codes, 0)
        for home, (code, kind) in zip(self.new, plan, strict=True):
            value += self.gain[home["huishouden_id"], code, kind]
            persons[code] += home["personen"]
            if kind:
                used[code, kind] = used.get((code, kind), 0) + 1
                if used[code, kind] > self.free[code, kind]:
                    return None
        return value - sum(self.cost[code][n] for code, n in persons.items())

    def best_plan(self) -> tuple[tuple[tuple[str, str], ...], int]:
        """Try every plan; the first of the best, or of the worst where the case asks so."""
        most = sum(h["personen"] for h in self.new)
        self.cost = {c: [self.penalty(c, n) for n in range(most + 1)] for c in self.open_codes}
        self.gain = {}
        for home in self.new:
            for code, kind in self.choices(home):
                lacks = 0 if kind or home.get("referent_gemeente") else self.lacking(home)
                self.gain[home["huishouden_id"], code, kind] = self.points(home, code) - lacks
        best: tuple[tuple[tuple[str, str], ...], int] | None = None
        for plan in itertools.product(*(self.choices(home) for home in self.new)):
            value = self.worth(plan)
            if value is not None and (
                best is None or (value < best[1] if self.case.worst else value > best[1])
            ):
                best = plan, value
        assert best is not None, "no plan"
        return best

    def bound(self) -> int:
        scale, (persons, dwellings) = self.case.scale, self.case.prices
        total = 0
        for home in self.new:
            nets = []
            for code in self.options(home):
                suitable = [
                    dwellings.get(code, {}).get(k, 0) for k in self.classes if self.suits(home, k)
                ]
                needs = suitable + (
                    [scale * self.lacking(home)] if self.rule["zonder_woning"] else []
                )
                need = 0 if home.get("referent_gemeente") else min(needs)
                nets.append(
                    scale * self.points(home, code) - home["personen"] * persons.get(code, 0) - need
                )
            total += max(nets)
        most = sum(h["personen"] for h in self.new)
        for code in self.open_codes:
            total += max(
                persons.get(code, 0) * z - scale * self.penalty(code, z) for z in range(most + 1)
            )
            total += sum(
                dwellings.get(code, {}).get(k, 0) * self.free[code, k] for k in self.classes
            )
        return math.floor(Fraction(total, scale))

    def reason(self, home: dict[str, Any], code: str) -> str:
        if home.get("referent_gemeente"):
            return "nareis"
        options = self.options(home)
        if len(options) == 1:
            return "harde_eis"
        top = all(self.points(home, code) >= self.points(home, other) for other in options)
        return "hoogste_punten" if top else "verdeling"


def beside(linking: Linking, plan: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The tables beside the links."""
    case = linking.case
    region = {
        c: case.town(c).get("coa_regio", "") or case.town(c)["provincie_code"] for c in case.codes
    }
    names = [
        name
        for name in ("beroepsgroep", "opleiding", "taalniveau_nl")
        if any(name in row for table in ("huishoudens", "volwassenen") for row in case.rows(table))
    ]
    homes = []
    for home, (code, kind) in zip(linking.new, plan, strict=True):
        own = home["huishouden_id"]
        adults = [r for r in case.rows("volwassenen") if r["huishouden_id"] == own] or [home]
        homes.append(
            Home(
                own,
                home["personen"],
                int(home.get("weken_wachtend") or 0),
                region.get(home.get("opvang_gemeente", ""), ""),
                home.get("datum_vergunning", ""),
                bool(home.get("referent_gemeente")),
                linking.lacking(home),
                {c: linking.fit(home, c) for c in linking.options(home)},
                {c: linking.distance(home, c) for c in linking.options(home)},
                code,
                kind,
                {n: tuple(sorted(str(a.get(n, "")) for a in adults)) for n in names},
            )
        )
    towns = []
    for code in linking.open_codes:
        held = [h["personen"] for h in linking.fixed if h["gekoppelde_gemeente"] == code]
        backlog, lead, done, noted = (
            case.of("standen", code, column)
            for column in (
                "achterstand",
                "voorsprong",
                "realisatie_tot_peildatum",
                "gekoppeld_open",
            )
        )
        goal = max(0, linking.quotas[code] + backlog - lead - done)
        linked = sum(held) or noted
        towns.append(
            Town(
                code,
                region[code],
                linking.quotas[code],
                goal,
                linked,
                functools.partial(linking.penalty, code),
            )
        )
    classes = {
        r["woningklasse"]: (r["personen_min"], r["personen_max"])
        for r in sorted(case.rows("woningklassen"), key=lambda r: str(r["woningklasse"]))
    }
    year, half = case.instance["half_year"].split("-")
    day = f"{year}-04-01" if half == "1" else f"{year}-10-01"
    return beside_files(Plan(homes, towns, classes, linking.free, day, names))


def link_part(
    case: Case, quotas: dict[str, int]
) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
    linking = Linking(case, quotas)
    plan, value = linking.best_plan()
    rows = []
    for home in linking.fixed:
        code, kind = home["gekoppelde_gemeente"], linking.held[home["huishouden_id"]]
        rows.append([home, code, kind, "ja" if kind else "nee", "bestaande_koppeling"])
    for home, (code, kind) in zip(linking.new, plan, strict=True):
        reason = linking.reason(home, code)
        rows.append([home, code, kind, "ja" if kind or reason == "nareis" else "nee", reason])
    rows.sort(key=lambda row: row[0]["huishouden_id"])
    towns = [(code, case.town(code)) for code in case.codes]
    counts = []
    for code in linking.open_codes:
        for kind in ["", *linking.classes]:
            sizes = [row[0]["personen"] for row in rows if row[1:3] == [code, kind]]
            counts.append([code, kind, len(sizes), sum(sizes)])
    files = {
        "vertrouwelijk/koppelvoorstel.csv": csv_text(
            "huishouden_id gemeente_code verwachte_woningklasse woning_in_zicht personen passing"
            " reden",
            [
                [h["huishouden_id"], c, k, seen, h["personen"], linking.fit(h, c), reason]
                for h, c, k, seen, reason in rows
            ],
        ),
        "vertrouwelijk/niet_gekoppeld.csv": csv_text(
            "huishouden_id reden",
            [[name, "buiten_regio"] for name in sorted(h["huishouden_id"] for h in linking.left)],
        ),
        "koppelingen_per_gemeente.csv": csv_text(
            "gemeente_code woningklasse huishoudens personen", counts
        ),
        **beside(linking, plan),
        **list_files(
            [
                Row(
                    home["huishouden_id"],
                    code,
                    home["personen"],
                    kind,
                    reason,
                    home.get("opvang_gemeente", ""),
                    int(home.get("weken_wachtend") or 0),
                )
                for home, code, kind, _, reason in rows
            ],
            {c: str(t.get("coa_regio", "") or t["provincie_code"]) for c, t in towns},
        ),
    }
    price_bound = linking.bound()
    bound = value if case.proof == "milp" else price_bound
    certificate = {
        "proof": case.proof,
        "scale": case.scale,
        "lambda": case.prices[0],
        "mu": case.prices[1],
    }
    certificate |= {"objective": value, "bound": bound, "price_bound": price_bound}
    fit = sum(linking.fit(h, c) for h, (c, _) in zip(linking.new, plan, strict=True))
    distance = sum(linking.distance(h, c) for h, (c, _) in zip(linking.new, plan, strict=True))
    base = max(1, fit + (fit - distance - value))
    return (
        files,
        certificate,
        stage("koppeling", value, bound, base, 0 if case.proof == "milp" else 0.0015),
    )
