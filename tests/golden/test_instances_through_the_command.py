"""Every bundled instance against its expected.toml, through the command and its result folder."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from math import isqrt
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import INSTANCES, Ran, Row, call, manifest, read_table

NAMES = sorted(path.parent.name for path in INSTANCES.glob("*/instance.toml"))


@cache
def cached_table(path: Path) -> list[Row]:
    return read_table(path)


@dataclass(frozen=True)
class Result:
    """What the tables of one folder say."""

    folder: Path

    def rows(self, name: str) -> list[Row]:
        return cached_table(self.folder / name)

    def by_code(self, name: str, column: str) -> dict[str, int]:
        return {row["gemeente_code"]: int(row[column]) for row in self.rows(name)}

    def inputs(self, name: str) -> list[Row]:
        for place in ("invoer", "vertrouwelijk/invoer"):
            path = self.folder / place / f"{name}.csv"
            if path.exists():
                return read_table(path)
        return []

    @cached_property
    def certificate(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "certificaat.json").read_text(encoding="utf-8")))

    @cached_property
    def link_settings(self) -> dict[str, Any]:
        return dict(manifest(self.folder)["parameters"]["link"])

    @cached_property
    def objectives(self) -> dict[str, int]:
        stages = manifest(self.folder)["stages"]
        return {stage["name"]: stage["objective"] for stage in stages if "objective" in stage}

    @cached_property
    def links(self) -> dict[str, Row]:
        rows = self.rows("vertrouwelijk/koppelvoorstel.csv")
        return {row["huishouden_id"]: row for row in rows}

    @cached_property
    def households(self) -> dict[str, Row]:
        return {row["huishouden_id"]: row for row in self.inputs("huishoudens")}


Item = dict[str, Any]
Known = Callable[[Result, Item], object]


def province_of(result: Result) -> dict[str, str]:
    return {r["gemeente_code"]: r["provincie_code"] for r in result.rows("taakstellingen.csv")}


def in_province(result: Result, values: dict[str, int], code: str) -> int:
    return sum(value for key, value in values.items() if province_of(result)[key] == code)


def quota(result: Result) -> dict[str, int]:
    return result.by_code("taakstellingen.csv", "taakstelling")


def balance(result: Result) -> dict[str, int]:
    lead = result.by_code("na_uitruil.csv", "voorsprong")
    backlog = result.by_code("na_uitruil.csv", "achterstand")
    return {code: backlog[code] - lead[code] for code in backlog}


def transfers(result: Result) -> Counter[tuple[str, str]]:
    return Counter(
        {
            (r["van_code"], r["naar_code"]): int(r["personen"])
            for r in result.rows("overdrachten.csv")
        }
    )


def target(result: Result, code: str) -> int:
    """Persons wanted: nobody is linked yet in the instances that state it."""
    standing = {row["gemeente_code"]: row for row in result.inputs("standen")}.get(code, {})
    assert not any(row["status"] != "te_koppelen" for row in result.households.values())
    given = {name: int(standing.get(name) or 0) for name in ("achterstand", "voorsprong", REALISED)}
    open_links = int(standing.get("gekoppeld_open") or 0)
    want = quota(result)[code] + given["achterstand"] - given["voorsprong"] - given[REALISED]
    return max(0, want - open_links)


REALISED = "realisatie_tot_peildatum"


def fit(result: Result, _item: Item) -> int:
    return sum(int(row["passing"]) for row in result.links.values())


def distance(result: Result, _item: Item) -> int:
    places = {
        row["gemeente_code"]: (int(row["x_rd"]), int(row["y_rd"]))
        for row in result.inputs("gemeenten")
    }
    pairs = (
        (places[result.households[who]["opvang_gemeente"]], places[link["gemeente_code"]])
        for who, link in result.links.items()
    )
    return sum(isqrt((a - c) ** 2 + (b - d) ** 2) // 1000 for (a, b), (c, d) in pairs)


def without_dwelling(result: Result, _item: Item) -> int:
    points = result.link_settings
    total = 0
    for who, link in result.links.items():
        if link["woning_in_zicht"] == "nee":
            weeks = int(result.households[who]["weken_wachtend"] or 0)
            weeks = min(weeks, points["zonder_woning_weken_max"])
            each = points["zonder_woning_basis"] + points["zonder_woning_per_week"] * weeks
            total += each * (int(link["personen"]) + points["zonder_woning_personen"])
    return total


def quota_points(result: Result, _item: Item) -> int:
    points, total = result.link_settings, 0
    proposed: Counter[str] = Counter()
    for link in result.links.values():
        proposed[link["gemeente_code"]] += int(link["personen"])
    for code in quota(result):
        wanted = target(result, code)
        first = max(1, -(-wanted // points["marge_deel"]))
        short, over = max(0, wanted - proposed[code]), max(0, proposed[code] - wanted)
        total += cost(short, first, points["tekort_eerste"], points["tekort_verder"])
        total += cost(over, first, points["over_eerste"], points["over_verder"])
    return total


def cost(persons: int, first: int, each: int, beyond: int) -> int:
    return min(persons, first) * each + max(0, persons - first) * beyond


def link_column(column: str) -> Known:
    return lambda result, item: result.links[item["code"]][column]


def after(column: str) -> Known:
    return lambda result, item: result.by_code("na_uitruil.csv", column)[item["code"]]


def after_total(column: str) -> Known:
    return lambda result, _: sum(result.by_code("na_uitruil.csv", column).values())


def plain(fraction: str) -> str:
    return str(Fraction(fraction))


def certified(name: str) -> Known:
    return lambda result, _: result.certificate["quota"][name]


FROM_QUOTA: dict[str, Known] = {
    "quota_total": lambda result, _: sum(quota(result).values()),
    "municipality_quota": lambda result, item: quota(result)[item["code"]],
    "province_quota": lambda result, item: in_province(result, quota(result), item["code"]),
    "province_municipalities": lambda result, item: sum(
        code == item["code"] for code in province_of(result).values()
    ),
    "statutory_sum": certified("statutory_sum"),
    "statutory_surplus": certified("statutory_surplus"),
    "quota_tied": certified("tied"),
    "divisor_low": lambda result, _: plain(result.certificate["quota"]["divisor_low"]),
    "divisor_high": lambda result, _: plain(result.certificate["quota"]["divisor_high"]),
}
FROM_SWAP: dict[str, Known] = {
    "balance_total": lambda result, _: sum(balance(result).values()),
    "province_balance": lambda result, item: in_province(result, balance(result), item["code"]),
    "municipality_balance": lambda result, item: balance(result)[item["code"]],
    "shortfall_before": after_total("tekort_voor"),
    "shortfall_after": after_total("tekort_na"),
    "municipality_shortfall_before": after("tekort_voor"),
    "municipality_shortfall_after": after("tekort_na"),
    "placeable": after("plaatsbaar"),
    "net_transfer": after("overdracht"),
    "verdict": lambda result, item: {
        row["gemeente_code"]: row["oordeel"] for row in result.rows("na_uitruil.csv")
    }[item["code"]],
    "swap_relief": lambda result, _: (
        sum(result.by_code("na_uitruil.csv", "tekort_voor").values())
        - result.objectives["uitruil_tekort"]
    ),
    "swap_persons": lambda result, _: result.objectives["uitruil_personen"],
    "transfer": lambda result, item: transfers(result)[item["code"], item["to_code"]],
}
FROM_LINK: dict[str, Known] = {
    "link_target": lambda result, item: target(result, item["code"]),
    "link_objective": lambda result, _: result.objectives["koppeling"],
    "link_fit_points": fit,
    "link_distance_points": distance,
    "link_without_dwelling_points": without_dwelling,
    "link_quota_points": quota_points,
    "link_without_dwelling": lambda result, _: sum(
        row["woning_in_zicht"] == "nee" for row in result.links.values()
    ),
    "link_municipality": link_column("gemeente_code"),
    "link_class": link_column("verwachte_woningklasse"),
    "link_reason": link_column("reden"),
}
BY_COMMAND = {"quota": FROM_QUOTA, "swap": FROM_SWAP, "link": FROM_LINK}
BY_ENDING = {
    "exit_code",
    "conflict_households",
    "conflict_municipalities",
    "conflict_missing_dwellings",
}


def items(name: str) -> list[Item]:
    content = tomllib.loads((INSTANCES / name / "expected.toml").read_text(encoding="utf-8"))
    return list(content["expected"])


def jobs() -> list[tuple[str, str, str]]:
    """Instance, command and rounding of every run that an expected value needs."""
    found = {
        (name, command, item.get("rounding", ""))
        for name in NAMES
        for item in items(name)
        for command, known in BY_COMMAND.items()
        if item["what"] in known
    }
    return sorted(found)


def run(name: str, command: str, rounding: str, out: Path) -> Ran:
    options = ("--rounding", rounding) if rounding else ()
    return call(command, name, "--out", out, *options)


@pytest.mark.parametrize(("name", "command", "rounding"), jobs())
def test_every_expected_value_is_what_the_command_gives(
    name: str, command: str, rounding: str, tmp_path: Path
) -> None:
    ran = run(name, command, rounding, tmp_path / "r")
    assert ran.code == 0, ran.err
    result, known = Result(ran.folder), BY_COMMAND[command]
    wanted = [
        item
        for item in items(name)
        if item["what"] in known and item.get("rounding", "") == rounding
    ]
    assert wanted
    found = [(item, known[item["what"]](result, item)) for item in wanted]
    differ = [
        (item["what"], item.get("code"), item["value"], value)
        for item, value in found
        if value != item["value"]
    ]
    assert differ == []


def test_every_kind_of_expected_value_is_looked_at() -> None:
    looked_at = {what for known in BY_COMMAND.values() for what in known} | BY_ENDING
    stated = {item["what"] for name in NAMES for item in items(name)}
    assert stated <= looked_at
    readme = (INSTANCES / "README.md").read_text(encoding="utf-8")
    short = {what.removeprefix("municipality_") for what in stated if what not in readme}
    assert [what for what in short if f"`{what}`" not in readme] == []


@pytest.mark.parametrize(
    ("name", "command", "value"),
    [
        (name, item["command"], item["value"])
        for name in NAMES
        for item in items(name)
        if item["what"] == "exit_code"
    ],
)
def test_every_expected_ending_is_the_one(
    name: str, command: str, value: int, tmp_path: Path
) -> None:
    assert call(command, name, "--out", tmp_path / "r").code == value


@pytest.mark.parametrize("command", ["link", "run"])
def test_a_conflict_is_the_one_that_was_found_on_paper(command: str, tmp_path: Path) -> None:
    expected = {item["what"]: item["value"] for item in items("tiny-onmogelijk")}
    ran = call(command, "tiny-onmogelijk", "--out", tmp_path / "r", "--json")
    (finding,) = ran.json["findings"]
    assert finding["code"] == "conflict_dwellings"
    assert finding["found"].replace(",", " ").split() == expected["conflict_households"]
    places = finding["municipalities"].replace(",", " ").split()
    assert places == expected["conflict_municipalities"]
    assert int(finding["shortage"]) == expected["conflict_missing_dwellings"]


@pytest.mark.parametrize("name", NAMES)
def test_every_expected_value_says_how_it_is_known(name: str) -> None:
    assert {item["proof"] for item in items(name)} <= {"published", "by hand", "enumeration"}
    assert all(item["source"] for item in items(name))
