"""Made-up instances that several tests look at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from allocator.generating import (
    BaseTables,
    base_from_instance,
    generate_tables,
    instance_settings,
    synthetic_base,
)
from allocator.generating.draft import Draft
from allocator.position import Position

Tables = dict[str, list[dict[str, str]]]

BASE_FILES = {
    "instance.toml": """
name = "klein"
half_year = "2021-1"
scope = "landelijk"
national_total = 60
population_date = 2020-01-01
structure_year = 2021
regime = "huisvestingswet-2014"
synthetic = false
""",
    "gemeenten.csv": """gemeente_code,gemeente,provincie_code,inwoners,arbeidsmarktregio
GM0034,Almere,PV24,3000,Noord
GM0050,Zeewolde,PV24,1000,
GM0363,Amsterdam,PV27,2000,Zuid
""",
}
"""Adams gives 30, 10 and 20; no coordinates, one municipality without a region."""


@dataclass(frozen=True)
class Made:
    """Tables with the settings that go with them."""

    tables: Tables
    settings: dict[str, object]

    @property
    def positions(self) -> tuple[Position, ...]:
        return Draft(self.settings, self.tables).positions()

    @property
    def province_of(self) -> dict[str, str]:
        return {row["gemeente_code"]: row["provincie_code"] for row in self.tables["gemeenten"]}


def make(base: BaseTables, households: int | None, seed: int) -> Made:
    return Made(generate_tables(base, households, seed), instance_settings(base, households, seed))


def landscape(municipalities: int, households: int | None, seed: int) -> Made:
    return make(synthetic_base(municipalities, seed), households, seed)


def small_base(folder: Path, **more: str) -> BaseTables:
    """The base of ``BASE_FILES`` with further tables or other content."""
    named = {f"{name}.csv": text for name, text in more.items()}
    for name, text in (BASE_FILES | named).items():
        (folder / name).write_text(text, encoding="utf-8")
    return base_from_instance(folder)
