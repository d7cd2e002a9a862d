"""The bundled instances against what was published.

Reads the files with the csv module and does its own arithmetic, so that a fault in the engine
cannot hide a fault in the data.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache
from heapq import heapify, heapreplace

import pytest

from tests.golden.bundle import (
    INSTANCES,
    balances,
    expected,
    expected_by_code,
    expected_one,
    read_table,
    read_toml,
)

NAMES = sorted(path.parent.name for path in INSTANCES.glob("*/instance.toml"))

# Table 2 of the final report of the national booster (October 2021, source COA), 2021-1:
# municipalities, quota, standing of 1 January 2021 (positive = still to be housed).
PROVINCES = {
    "PV20": (10, 454, 109),
    "PV21": (18, 504, 145),
    "PV22": (12, 382, 116),
    "PV23": (25, 901, 118),
    "PV24": (6, 328, 102),
    "PV25": (51, 1624, 66),
    "PV26": (26, 1051, 197),
    "PV27": (47, 2228, 218),
    "PV28": (52, 2865, 17),
    "PV29": (13, 299, 37),
    "PV30": (61, 1992, 232),
    "PV31": (31, 872, 287),
}
# Notice of Gedeputeerde Staten of Flevoland (registration 2742938): quota of 2021-1, and the
# remainder of 2020-2 as printed there, where negative means behind.
FLEVOLAND = {
    "GM0034": (163, -20),
    "GM0050": (18, -2),
    "GM0171": (37, 11),
    "GM0184": (17, -4),
    "GM0303": (32, 2),
    "GM0995": (61, -89),
}
KEYS = {
    "gemeenten": ("gemeente_code",),
    "vastgesteld": ("gemeente_code",),
    "standen": ("gemeente_code",),
    "ruilruimte": ("gemeente_code",),
    "woningklassen": ("woningklasse",),
    "buren": ("gemeente_code_a", "gemeente_code_b"),
    "huishoudens": ("huishouden_id",),
    "arbeidsmarkt": ("arbeidsmarktregio", "beroepsgroep", "opleiding"),
}
CODE_COLUMNS = ("gemeente_code", "gemeente_code_a", "gemeente_code_b", "vaste_gemeente")


def inhabitants(instance: str) -> dict[str, int]:
    return {row["gemeente_code"]: int(row["inwoners"]) for row in read_table(instance, "gemeenten")}


def by_province(instance: str, values: dict[str, int]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for row in read_table(instance, "gemeenten"):
        sums[row["provincie_code"]] += values[row["gemeente_code"]]
    return dict(sums)


def adams(weights: dict[str, int], total: int) -> dict[str, int]:
    """One each, then one by one to the largest weight per unit held; ties to the lower code."""
    parts = dict.fromkeys(sorted(weights), 1)
    queue = [(Fraction(-weight), code) for code, weight in weights.items()]
    heapify(queue)
    for _ in range(total - len(parts)):
        _, code = queue[0]
        parts[code] += 1
        heapreplace(queue, (Fraction(-weights[code], parts[code]), code))
    return parts


def divisor_ends(weights: dict[str, int], parts: dict[str, int]) -> tuple[Fraction, Fraction]:
    low = max(Fraction(weights[code], part) for code, part in parts.items())
    high = min(Fraction(weights[code], part - 1) for code, part in parts.items() if part > 1)
    return low, high


@cache
def quotas(instance: str) -> dict[str, int]:
    published = read_table(instance, "vastgesteld")
    if published:
        return {row["gemeente_code"]: int(row["taakstelling"]) for row in published}
    return adams(inhabitants(instance), read_toml(instance, "instance.toml")["national_total"])


@pytest.mark.parametrize("instance", NAMES)
def test_every_table_is_plain_utf8_with_known_codes_and_one_row_a_key(instance: str) -> None:
    known = set(inhabitants(instance))
    prefix = "SY" if read_toml(instance, "instance.toml")["synthetic"] is True else "GM"
    assert all(re.fullmatch(prefix + "[0-9]{4}", code) for code in known)
    for path in (INSTANCES / instance).glob("*.csv"):
        raw = path.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw and raw.endswith(b"\n")
        rows = read_table(instance, path.stem)
        assert rows and all(None not in row and None not in row.values() for row in rows), path
        for column in set(CODE_COLUMNS) & set(rows[0]):
            assert {row[column] for row in rows} - {""} <= known, (path, column)
        if path.stem in KEYS:
            keys = [tuple(row.get(column, "") for column in KEYS[path.stem]) for row in rows]
            assert keys == sorted(set(keys)), path


@pytest.mark.parametrize("instance", NAMES)
def test_neighbours_stand_once_and_in_order(instance: str) -> None:
    pairs = [
        (row["gemeente_code_a"], row["gemeente_code_b"]) for row in read_table(instance, "buren")
    ]
    assert all(a < b for a, b in pairs)
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)


@pytest.mark.parametrize("instance", NAMES)
def test_nobody_is_both_behind_and_ahead(instance: str) -> None:
    for row in read_table(instance, "standen"):
        behind, ahead = int(row["achterstand"]), int(row["voorsprong"])
        assert min(behind, ahead) == 0 <= max(behind, ahead), row


@pytest.mark.parametrize("instance", NAMES)
def test_dwelling_classes_plan_what_they_hold(instance: str) -> None:
    for row in read_table(instance, "woningklassen"):
        assert (
            1
            <= int(row["personen_min"])
            <= int(row["personen_gepland"])
            <= int(row["personen_max"])
            <= 12
        )


@pytest.mark.parametrize("instance", ["nl-2021-1", "flevoland-2021-1"])
def test_a_household_of_any_size_has_a_class(instance: str) -> None:
    rows = read_table(instance, "woningklassen")
    sizes = {
        size
        for row in rows
        for size in range(int(row["personen_min"]), int(row["personen_max"]) + 1)
    }
    assert sizes == set(range(1, 13))


@pytest.mark.parametrize("instance", NAMES)
def test_every_expected_value_is_documented_and_says_how_it_is_known(instance: str) -> None:
    readme = (INSTANCES / "README.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z_]+)`", readme)) | {
        f"municipality_shortfall_{when}" for when in ("before", "after")
    }
    items = read_toml(instance, "expected.toml")["expected"]
    fields = {"what", "code", "to_code", "rounding", "command", "value", "proof", "source"}
    for item in items:
        assert {"what", "value", "proof", "source"} <= set(item) <= fields, item
        assert item["what"] in documented, item
        assert item["proof"] in {"published", "by hand", "enumeration"} and item["source"], item
    names = Counter(
        tuple(str(item.get(field)) for field in ("what", "code", "to_code", "rounding", "command"))
        for item in items
    )
    assert set(names.values()) == {1}


@pytest.mark.parametrize("instance", NAMES)
def test_source_page_speaks_of_every_real_table(instance: str) -> None:
    page = (INSTANCES / instance / "SOURCE.md").read_text(encoding="utf-8")
    if read_toml(instance, "instance.toml")["synthetic"] is True:
        assert "invented" in page
        return
    for path in (INSTANCES / instance).glob("*.csv"):
        assert f"`{path.name}`" in page or f"## {path.name}" in page, path.name


@pytest.mark.parametrize("instance", NAMES)
def test_quotas_are_the_expected_ones(instance: str) -> None:
    parts = quotas(instance)
    assert sum(parts.values()) == expected_one(instance, "quota_total")
    for item in expected(instance, "municipality_quota"):
        if item.get("rounding", "sluitend") == "sluitend":
            assert parts[item["code"]] == item["value"], item
    provinces = by_province(instance, parts)
    for code, value in expected_by_code(instance, "province_quota").items():
        assert provinces[code] == value, code


@pytest.mark.parametrize("instance", ["nl-2021-1", "tiny-quota"])
def test_literal_rounding_overshoots_as_expected(instance: str) -> None:
    weights = inhabitants(instance)
    everyone = sum(weights.values())
    total = read_toml(instance, "instance.toml")["national_total"]
    literal = sum(-(-weight * total // everyone) for weight in weights.values())
    assert literal == expected_one(instance, "statutory_sum")
    assert literal - total == expected_one(instance, "statutory_surplus")


@pytest.mark.parametrize("instance", ["nl-2021-1", "tiny-quota"])
def test_divisors_and_ties_are_the_expected_ones(instance: str) -> None:
    weights, parts = inhabitants(instance), quotas(instance)
    low, high = divisor_ends(weights, parts)
    for what, end in (("divisor_low", low), ("divisor_high", high)):
        values = [item for item in expected(instance, what) if "rounding" not in item]
        values += [item for item in expected(instance, what) if item.get("rounding") == "sluitend"]
        assert [Fraction(item["value"]) for item in values] == [end]
    tied = [
        code
        for code, part in parts.items()
        if low == high and low in (Fraction(weights[code], part), weights[code] / max(part - 1, 1))
    ]
    assert tied == expected_one(instance, "quota_tied")


def test_national_instance_is_the_country_of_1_january_2020() -> None:
    rows = read_table("nl-2021-1", "gemeenten")
    assert len(rows) == 352 and sum(inhabitants("nl-2021-1").values()) == 17_407_585
    derived = {row["gemeente"] for row in rows if row["inwoners_bron"] == "afgeleid"}
    assert derived == {"Eemsdelta", "Boxtel", "Oisterwijk", "Tilburg", "Vught"}
    assert len({row["corop_code"] for row in rows}) == 40
    assert len({row["veiligheidsregio"] for row in rows}) == 25
    assert len({row["arbeidsmarktregio"] for row in rows}) == 35
    assert len(read_table("nl-2021-1", "buren")) == 901


def test_national_instance_gives_every_published_figure() -> None:
    counts = Counter(row["provincie_code"] for row in read_table("nl-2021-1", "gemeenten"))
    parts = quotas("nl-2021-1")
    quota = by_province("nl-2021-1", parts)
    standing = by_province("nl-2021-1", balances("nl-2021-1"))
    assert {code: (counts[code], quota[code], standing[code]) for code in counts} == PROVINCES
    assert {code: parts[code] for code in FLEVOLAND} == {c: q for c, (q, _) in FLEVOLAND.items()}
    assert sum(parts.values()) == 13_500
    assert expected_one("nl-2021-1", "statutory_sum") == 13_666


def test_expected_files_repeat_the_published_figures() -> None:
    for what, column in (
        ("province_municipalities", 0),
        ("province_quota", 1),
        ("province_balance", 2),
    ):
        published = {code: values[column] for code, values in PROVINCES.items()}
        assert expected_by_code("nl-2021-1", what) == published
    for instance in ("nl-2021-1", "flevoland-2021-1"):
        assert expected_by_code(instance, "municipality_quota") == {
            code: quota for code, (quota, _) in FLEVOLAND.items()
        }
        assert expected_by_code(instance, "municipality_balance") == {
            code: -remainder for code, (_, remainder) in FLEVOLAND.items()
        }


@pytest.mark.parametrize("instance", ["nl-2021-1", "flevoland-2021-1"])
def test_balances_are_the_published_ones_with_the_sign_turned(instance: str) -> None:
    values = balances(instance)
    assert sum(values.values()) == expected_one(instance, "balance_total")
    assert {code: values[code] for code in FLEVOLAND} == {
        code: -remainder for code, (_, remainder) in FLEVOLAND.items()
    }


def test_flevoland_is_cut_from_the_national_instance() -> None:
    for table in ("gemeenten", "standen", "woningklassen"):
        own = read_table("flevoland-2021-1", table)
        national = read_table("nl-2021-1", table)
        if table != "woningklassen":
            national = [row for row in national if row["gemeente_code"] in FLEVOLAND]
        assert own == national, table
    settings = read_toml("flevoland-2021-1", "instance.toml")
    assert settings["scope"] == "regio" and "national_total" not in settings
