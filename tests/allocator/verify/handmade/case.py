"""Result folders made by hand from docs/reference/result-folder.md, small and slow.

Nothing here comes from the engine or from the verifier: shares are fractions, divisions are
handed out person by person, links are found by trying every plan.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

KEYS = {
    "gemeenten": 1,
    "vastgesteld": 1,
    "correcties": 1,
    "standen": 1,
    "woningklassen": 1,
    "ruilruimte": 1,
    "aanbod": 2,
    "nareis": 1,
    "buren": 2,
    "uitruilafspraken": 2,
    "toezeggingen": 2,
    "koppelgrenzen": 1,
    "huishoudens": 1,
    "volwassenen": 2,
    "arbeidsmarkt": 2,
    "passing": 2,
}
PRIVATE = ("huishoudens", "volwassenen", "passing", "nareis", "ruilruimte")
SETTINGS = {
    "zonder_woning": True,
    "zonder_woning_basis": 500,
    "zonder_woning_per_week": 10,
    "zonder_woning_weken_max": 60,
    "zonder_woning_personen": 3,
    "tekort_eerste": 60,
    "tekort_verder": 200,
    "over_eerste": 40,
    "over_verder": 150,
    "marge_deel": 20,
    "volwassenen": "gemiddelde",
    "order": "gewogen",
    "eerlijk": "geen",
    "eerlijk_vloer": 0,
    "vooruit_plaatsen": False,
    "vooruit_plaatsen_reden": "",
}


@dataclass
class Case:
    """What goes in, and the choices that make the plan."""

    command: str
    instance: dict[str, Any]
    tables: dict[str, list[dict[str, Any]]]
    rounding: str = "sluitend"
    link_region: str = ""
    swap_region: str = ""
    transfers: list[tuple[str, str, int]] = field(default_factory=list)
    proof: str = "milp"
    worst: bool = False
    scale: int = 1
    prices: tuple[dict[str, int], dict[str, dict[str, int]]] = field(
        default_factory=lambda: ({}, {})
    )
    key: str = "inwoners"

    def rows(self, name: str) -> list[dict[str, Any]]:
        return self.tables.get(name, [])

    def of(self, name: str, code: str, column: str) -> int:
        """Add up a column of a table over the rows of one municipality."""
        rows = [row for row in self.rows(name) if row["gemeente_code"] == code]
        return sum(int(row.get(column) or 0) for row in rows)

    @property
    def codes(self) -> list[str]:
        return sorted(row["gemeente_code"] for row in self.rows("gemeenten"))

    def town(self, code: str) -> dict[str, Any]:
        return next(row for row in self.rows("gemeenten") if row["gemeente_code"] == code)

    def inside(self, code: str, region: str) -> bool:
        column, _, value = region.partition("=")
        return not region or str(self.town(code).get(column, "")) == value


def csv_text(header: str, rows: list[list[Any]]) -> str:
    def cell(value: Any) -> str:
        text = str(value)
        return '"' + text.replace('"', '""') + '"' if set(text) & set(',"') else text

    return "".join(",".join(map(cell, row)) + "\n" for row in [header.split(), *rows])


def input_text(name: str, rows: list[dict[str, Any]]) -> str:
    header = list(rows[0])
    lines = [[row[column] for column in header] for row in rows]
    key = ["arbeidsmarktregio", "beroepsgroep", "opleiding"] if name == "arbeidsmarkt" else None
    columns = [header.index(c) for c in key if c in header] if key else range(KEYS[name])
    lines.sort(key=lambda line: [str(line[i]) for i in columns])
    return csv_text(" ".join(header), lines)


def toml_text(content: dict[str, Any]) -> str:
    def value(x: Any) -> str:
        return json.dumps(x, ensure_ascii=False)

    plain = [f"{k} = {value(v)}\n" for k, v in sorted(content.items()) if not isinstance(v, dict)]
    nested = [
        f"\n[{k}]\n" + "".join(f"{a} = {value(b)}\n" for a, b in sorted(v.items()))
        for k, v in sorted(content.items())
        if isinstance(v, dict)
    ]
    return "".join(plain + nested)


def json_text(content: Any) -> str:
    return json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def rehash(folder: Path) -> None:
    """Make the hashes in the manifest those of the files that are there."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["inputs"], manifest["outputs"] = {}, {}
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and name != "manifest.json":
            part = "inputs" if name.startswith(("invoer/", "vertrouwelijk/invoer/")) else "outputs"
            manifest[part][name] = hashlib.sha256(file.read_bytes()).hexdigest()
    path.write_text(json_text(manifest), encoding="utf-8")


def stage(
    name: str,
    objective: int | Fraction,
    bound: int | Fraction,
    base: int | Fraction,
    target: float = 0,
) -> dict[str, Any]:
    gap = math.ceil(Fraction(abs(bound - objective)) / max(1, base) * 10**6)
    status = "optimal" if objective == bound else "feasible"
    values = {"name": name, "status": status, "gap_target": target}
    return values | {"objective": objective, "bound": bound, "gap": gap / 10**6 if gap else 0}


def half_up(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))
