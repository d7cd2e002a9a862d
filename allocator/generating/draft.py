"""An instance in the making: tables so far, geography, quotas and needs in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from allocator.generating.base import Row, Tables
from allocator.generating.drawing import IntArray
from allocator.period import HalfYear
from allocator.position import Position, positions
from allocator.quota import QuotaTable, compute_quotas
from allocator.reading import Instance
from allocator.reading.instance import Municipality
from allocator.reading.tables import TableData
from allocator.schema import TABLE_BY_NAME
from allocator.settings import Settings

SOURCE = "synthetisch"
"""What every source column of a drawn row says."""


@dataclass(frozen=True, slots=True)
class Places:
    """Municipalities by index, in the order of their codes."""

    codes: tuple[str, ...]
    provinces: tuple[str, ...]
    province: IntArray
    """Index of the province, shape (M,)."""
    region: tuple[str, ...]
    """Labour-market region; empty where unknown."""
    x: IntArray
    y: IntArray

    def nearest(self, place: int, count: int) -> list[int]:
        """The ``count`` municipalities nearest to ``place``, itself included, nearest first."""
        distance = (self.x - self.x[place]) ** 2 + (self.y - self.y[place]) ** 2
        return [int(i) for i in np.argsort(distance, kind="stable")[:count]]

    def in_province(self, province: int) -> IntArray:
        """Municipalities of a province, ascending."""
        return np.asarray(np.flatnonzero(self.province == province), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class DwellingClass:
    """One row of ``woningklassen``, in persons."""

    name: str
    fewest: int
    most: int
    planned: int


@dataclass
class Draft:
    """Tables so far. What is derived from a table is asked for after that table stands."""

    settings: dict[str, object]
    tables: Tables
    households: int | None = None
    """Rows of ``huishoudens`` that are wanted; none: as many as the need asks for."""

    @cached_property
    def places(self) -> Places:
        """Geography. Without coordinates, neighbours in the list stand for neighbours."""
        rows = self.tables["gemeenten"]
        provinces = tuple(sorted({row["provincie_code"] for row in rows}))
        located = all(row.get("x_rd") and row.get("y_rd") for row in rows)
        return Places(
            tuple(row["gemeente_code"] for row in rows),
            provinces,
            _array([provinces.index(row["provincie_code"]) for row in rows]),
            tuple(row.get("arbeidsmarktregio", "") for row in rows),
            _array([int(row["x_rd"]) if located else 1000 * i for i, row in enumerate(rows)]),
            _array([int(row["y_rd"]) if located else 0 for row in rows]),
        )

    @cached_property
    def classes(self) -> tuple[DwellingClass, ...]:
        """Dwelling classes, smallest plan first."""
        found = [
            DwellingClass(
                row["woningklasse"],
                int(row["personen_min"]),
                int(row["personen_max"]),
                int(row["personen_gepland"]),
            )
            for row in self.tables["woningklassen"]
        ]
        return tuple(sorted(found, key=lambda item: (item.planned, item.most, item.name)))

    @cached_property
    def half_year(self) -> HalfYear:
        """The half-year of the instance."""
        return HalfYear.parse(str(self.settings["half_year"]))

    @cached_property
    def quotas(self) -> QuotaTable:
        """Quota of every municipality, as ``allocator quota`` computes it."""
        return compute_quotas(self.instance())

    def instance(self) -> Instance:
        """The tables so far as the rest of the program sees them."""
        return as_instance(self.settings, self.tables)

    def positions(self) -> tuple[Position, ...]:
        """Where each municipality stands by the tables so far."""
        return positions(self.instance(), self.quotas)

    def to_link(self) -> IntArray:
        """Persons still to be linked to each municipality, shape (M,)."""
        return _array([max(0, p.to_house - p.realised - p.linked_open) for p in self.positions()])


def as_instance(settings: dict[str, object], tables: Tables) -> Instance:
    """Settings and tables in memory as reading would give them."""
    data = {name: _as_data(name, rows) for name, rows in tables.items()}
    municipalities = tuple(
        Municipality(
            row["gemeente_code"], row["gemeente"], row["provincie_code"], int(row["inwoners"]), row
        )
        for row in tables["gemeenten"]
    )
    checked = Settings.model_validate(_with_tuple(settings))
    return Instance(checked, data, (), municipalities)


def _with_tuple(settings: dict[str, object]) -> dict[str, object]:
    synthetic = settings.get("synthetic", False)
    return {**settings, "synthetic": tuple(synthetic)} if isinstance(synthetic, list) else settings


def _as_data(name: str, rows: list[Row]) -> TableData:
    return TableData(
        TABLE_BY_NAME[name],
        columns_of(name, rows),
        tuple(rows),
        tuple(range(2, len(rows) + 2)),
    )


def columns_of(name: str, rows: list[Row]) -> tuple[str, ...]:
    """Columns that the rows have: in the order of the schema, indicators after them by name."""
    present = set[str]().union(*(row.keys() for row in rows))
    known = [column for column in TABLE_BY_NAME[name].column_names if column in present]
    return (*known, *sorted(present - set(known)))


def _array(values: list[int]) -> IntArray:
    return np.asarray(values, dtype=np.int64)
