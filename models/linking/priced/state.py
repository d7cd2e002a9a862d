"""A plan while it is being improved: cells, persons, dwellings, points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.linking.priced.layout import BoolArray, Layout
from models.linking.problem import IntArray, LinkProblem

AnyInt = NDArray[np.signedinteger[Any]]


@dataclass(slots=True, eq=False)
class Places:
    """Where each household stands; ``move`` keeps the counts in step.

    A cell is a municipality with (m) or without (M + m) a dwelling in it. Which dwelling class a
    household takes is left open: Hall's condition says whether all who stand housed can be.
    """

    problem: LinkProblem
    layout: Layout
    where: IntArray
    """Municipality of household h, shape (H,)."""
    lacks: BoolArray
    """Whether h needs a dwelling and has none, shape (H,)."""
    persons: IntArray
    """Persons in m, shape (M,)."""
    housed: IntArray
    """Households of kind k that hold a dwelling in m, shape (M, K)."""

    cell: IntArray
    """Cell of household h, shape (H,)."""

    def move(self, household: int, cell: int) -> None:
        """Put one household in another cell."""
        municipalities = len(self.persons)
        kind, size = self.layout.kind[household], self.problem.sizes[household]
        old = self.where[household]
        if not self.lacks[household]:
            self.housed[old, kind] -= 1
        self.persons[old] -= size
        self.cell[household] = cell
        self.where[household] = new = cell % municipalities
        self.lacks[household] = cell >= municipalities
        if cell < municipalities:
            self.housed[new, kind] += 1
        self.persons[new] += size

    def worth(self) -> int:
        """Points earned minus points lost, with the effective cost of lacking a dwelling."""
        everyone = np.arange(len(self.where))
        earned = self.problem.points[everyone, self.where].sum(dtype=np.int64)
        lost = self.layout.lack_cost[self.lacks].sum(dtype=np.int64)
        return int(earned) - int(lost) - int(self.problem.quota.at(self.persons).sum())

    def spare(self) -> IntArray:
        """Dwellings left in family r of municipality m, shape (M, R); negative if overfull."""
        used = self.housed[:, None, :] * self.layout.hall[None, :, :]
        return np.asarray(self.layout.room - used.sum(axis=2), dtype=np.int64)


def place(problem: LinkProblem, layout: Layout, where: IntArray, lacks: BoolArray) -> Places:
    """Count a plan that is given by municipality and lack.

    Parameters
    ----------
    problem, layout
        The problem and its kinds.
    where, lacks
        Municipality and lack of household h, shape (H,); copied.

    Returns
    -------
    Places
        The same plan with its counts.
    """
    municipalities = len(problem.dwellings)
    persons = np.zeros(municipalities, dtype=np.int64)
    np.add.at(persons, where, problem.sizes)
    housed = np.zeros((municipalities, layout.kinds), dtype=np.int64)
    np.add.at(housed, (where[~lacks], layout.kind[~lacks]), 1)
    cell = where + municipalities * lacks
    return Places(problem, layout, where.copy(), lacks.copy(), persons, housed, cell)
