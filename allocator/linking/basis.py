"""What the tables beside the links are made from: one run, in arrays and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from allocator.linking.households import Task
from allocator.reading import Instance
from allocator.reading.tables import whole
from models.linking.problem import NO_DWELLING, IntArray, LinkPlan, LinkProblem
from models.linking.thumb import Nearness, rule_of_thumb

if TYPE_CHECKING:
    from allocator.linking.arrays import Arrays


@dataclass(frozen=True, eq=False)
class Basis:
    """A run of linking: households that waited (H), municipalities open to it (M)."""

    instance: Instance
    task: Task
    quotas: Sequence[int]
    """Persons per municipality of the instance."""
    codes: tuple[str, ...]
    classes: tuple[str, ...]
    problem: LinkProblem
    plan: LinkPlan
    fits: IntArray
    """Shape (H, M) [points]."""
    kilometres: IntArray
    """Shape (H, M)."""

    @classmethod
    def of(cls, arrays: Arrays, problem: LinkProblem, plan: LinkPlan) -> Basis:
        """The run that made a plan."""
        return cls(
            arrays.instance,
            arrays.task,
            arrays.quotas,
            arrays.codes,
            arrays.classes,
            problem,
            plan,
            arrays.fits,
            arrays.kilometres,
        )

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Linking region per municipality of the run: that of COA, or else the province."""
        return tuple(self.region_of[code] for code in self.codes)

    @cached_property
    def region_of(self) -> dict[str, str]:
        """Linking region of every municipality of the instance."""
        places = self.instance.municipalities
        return {
            place.code: place.row.get("coa_regio", "") or place.row["provincie_code"]
            for place in places
        }

    @cached_property
    def near(self) -> Nearness:
        """Regions as numbers."""
        number = {name: n for n, name in enumerate(sorted({*self.region_of.values()}))}
        homes = [row.get("opvang_gemeente", "") for row in self.task.waiting]
        return Nearness(
            np.array([number[self.region_of[c]] if c else -1 for c in homes], dtype=np.int64),
            np.array([number[name] for name in self.regions], dtype=np.int64),
        )

    @cached_property
    def weeks(self) -> IntArray:
        """Weeks waited per household, shape (H,)."""
        rows = self.task.waiting
        return np.array([whole(row, "weken_wachtend") for row in rows], dtype=np.int64)

    @cached_property
    def waiting_order(self) -> IntArray:
        """Longest wait first, then the order of the pseudonyms, shape (H,)."""
        return np.lexsort((np.arange(len(self.weeks)), -self.weeks))

    @cached_property
    def thumb(self) -> LinkPlan:
        """What an assumed rule of thumb would do."""
        return rule_of_thumb(self.problem, self.waiting_order, self.near)

    def has_dwelling(self, plan: LinkPlan) -> NDArray[np.bool_]:
        """Who has a dwelling in view, or needs none, shape (H,)."""
        return np.asarray((plan.dwelling_class != NO_DWELLING) | ~self.problem.needs_dwelling)

    def is_home_region(self, plan: LinkPlan) -> NDArray[np.bool_]:
        """Who stays in the own region, shape (H,)."""
        return np.asarray(self.near.region[plan.municipality] == self.near.home)

    def at(self, table: IntArray, plan: LinkPlan) -> IntArray:
        """Entries of a table (H, M) at the municipalities of a plan, shape (H,)."""
        return np.asarray(table[np.arange(len(plan.municipality)), plan.municipality])

    def best(self, table: IntArray) -> IntArray:
        """Largest entry among the open municipalities of each household, shape (H,)."""
        low = np.iinfo(np.int64).min
        return np.asarray(np.where(self.problem.allowed, table, low).max(axis=1, initial=low))
