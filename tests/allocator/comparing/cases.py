"""Small instances made on the spot, and answers worked out by slow and plain means."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from fractions import Fraction
from heapq import heapify, heapreplace
from pathlib import Path

from allocator.reading import Instance, read_instance

ROOT = Path(__file__).parents[3]
NATIONAL = ROOT / "instances" / "nl-2021-1"
TABLES = ("gemeenten", "vastgesteld", "correcties")
Rows = Sequence[Mapping[str, object]]

SETTINGS = """\
name = "proef"
half_year = "2021-1"
scope = "{scope}"
national_total = {total}
population_date = 2020-01-01
structure_year = 2021
regime = "huisvestingswet-2014"
key = "inwoners"
seed = 7
synthetic = true
"""
SOURCES = '\n[sources]\ngemeenten = "verzonnen"\nhuizen = "telling van 2018"\n'

# Six municipalities in three provinces; homes are association dwellings.
SIX: Rows = (
    {"gemeente_code": "SY0001", "gemeente": "Alfa", "provincie_code": "PV01", "inwoners": 120_000,
     "corporatiewoningen": 20_000, "huizen": 50_000, "stedelijkheid": 1},
    {"gemeente_code": "SY0002", "gemeente": "Beta", "provincie_code": "PV01", "inwoners": 60_000,
     "corporatiewoningen": 4_000, "huizen": 26_000, "stedelijkheid": 2},
    {"gemeente_code": "SY0003", "gemeente": "Gamma", "provincie_code": "PV02", "inwoners": 31_000,
     "corporatiewoningen": 7_000, "huizen": 13_000, "stedelijkheid": 2},
    {"gemeente_code": "SY0004", "gemeente": "Delta", "provincie_code": "PV02", "inwoners": 8_000,
     "corporatiewoningen": 500, "huizen": 3_000, "stedelijkheid": 5},
    {"gemeente_code": "SY0005", "gemeente": "Eta", "provincie_code": "PV03", "inwoners": 4_900,
     "corporatiewoningen": 0, "huizen": 2_000, "stedelijkheid": ""},
    {"gemeente_code": "SY0006", "gemeente": "Zeta", "provincie_code": "PV03", "inwoners": 251_000,
     "corporatiewoningen": 50_000, "huizen": 120_000, "stedelijkheid": 1},
)  # fmt: skip
MIX = """\
name = "mix"
title = {nl = "Mengsel", en = "Mixture"}
status = "voorstel"
source = {nl = "verzonnen", en = "invented"}

[[parts]]
indicator = "inwoners"
weight = "1/2"

[[parts]]
indicator = "corporatiewoningen"
weight = "0.3"
year = 2018

[[parts]]
indicator = "huizen"
weight = "1/5"
"""
CAPPED = MIX.replace('"mix"', '"afgetopt"').replace('weight = "1/5"', 'weight = "1/5"\ncap = "1/4"')


def table_text(rows: Rows) -> str:
    """Rows as CSV, columns in the order of the first row."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_instance(
    folder: Path, rows: Rows = SIX, total: int = 1_000, scope: str = "landelijk", more: str = ""
) -> Path:
    """An instance folder with these municipalities."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = SETTINGS.format(scope=scope, total=total) + more + SOURCES
    (folder / "instance.toml").write_text(settings, encoding="utf-8")
    (folder / "gemeenten.csv").write_text(table_text(rows), encoding="utf-8")
    return folder


def make(folder: Path, rows: Rows = SIX, total: int = 1_000) -> Instance:
    """Write and read."""
    return read_instance(write_instance(folder, rows, total), TABLES)


def key_file(folder: Path, content: str = MIX, name: str = "sleutel.toml") -> str:
    """A key file; its path as a user gives it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return str(path)


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Rows of a CSV file in memory."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def adams(weights: Sequence[Fraction | int], total: int) -> tuple[int, ...]:
    """One each, then one by one to the largest weight per person held; ties to the first."""
    parts = [1 if weight else 0 for weight in weights]
    queue = [(Fraction(-weight), i) for i, weight in enumerate(weights) if weight]
    heapify(queue)
    for _ in range(total - sum(parts)):
        i = queue[0][1]
        parts[i] += 1
        heapreplace(queue, (Fraction(-weights[i], parts[i]), i))
    return tuple(parts)
