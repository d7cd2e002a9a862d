"""Where the bundled data lies, and which municipality codes were in force in which year."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

KNOWN_YEARS = frozenset({2015, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025})
"""Structure years of which the list of codes is complete."""


def instances_dir() -> Path:
    """Folder with the bundled instances: inside the package, or beside it in a clone."""
    inside = Path(str(files("allocator"))) / "instances"
    return inside if inside.is_dir() else inside.parent.parent / "instances"


@dataclass(frozen=True, slots=True)
class CodeInForce:
    """A municipality code with the structure years in which it was in force."""

    code: str
    name: str
    first_year: int
    last_year: int
    successor: str


@cache
def municipality_codes() -> dict[str, CodeInForce]:
    """CBS codes by structure year.

    Notes
    -----
    Source: CBS population figures and boundaries per structure year, 2015 to 2025.
    """
    path = files("allocator") / "parameters" / "municipality_codes.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {
        row["code"]: CodeInForce(
            row["code"],
            row["name"],
            int(row["first_year"]),
            int(row["last_year"]),
            row["successor"],
        )
        for row in rows
    }
