"""The bundled instances as their files say, read with the csv module, without the engine."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

INSTANCES = Path(__file__).parents[2] / "instances"
Rows = list[dict[str, str]]


def read_table(instance: str, table: str) -> Rows:
    path = INSTANCES / instance / f"{table}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def read_toml(instance: str, file: str) -> dict[str, Any]:
    with (INSTANCES / instance / file).open("rb") as stream:
        return tomllib.load(stream)


def expected(instance: str, what: str) -> Iterator[dict[str, Any]]:
    items = read_toml(instance, "expected.toml")["expected"]
    return (item for item in items if item["what"] == what)


def expected_by_code(instance: str, what: str) -> dict[str, Any]:
    return {item["code"]: item["value"] for item in expected(instance, what)}


def expected_one(instance: str, what: str) -> Any:
    (item,) = expected(instance, what)
    return item["value"]


def balances(instance: str) -> dict[str, int]:
    return {
        row["gemeente_code"]: int(row["achterstand"]) - int(row["voorsprong"])
        for row in read_table(instance, "standen")
    }
