"""What swaps could relieve, per region and nationally, with the cut that bounds it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from allocator.errors import InputRefusedError
from allocator.findings import Findings, nearest
from allocator.position import positions, scenarios_of
from allocator.quota import compute_quotas
from allocator.reading import Instance, read_instance
from allocator.results import QUOTA_TABLES, SWAP_TABLES
from allocator.swapping.agreements import Agreements
from allocator.swapping.problem import exchange_problem
from allocator.swapping.terms import SwapWishes, terms_of
from models.exchange import ExchangeProblem
from models.exchange.cut import find_cut

NEEDED = ("gemeenten", "aanbod", "woningklassen")


@dataclass(frozen=True, slots=True)
class Potential:
    """One region, or the whole: expected shortfall that swaps could take away [persons].

    Only sums: no municipality's declared limits can be read from it.
    """

    region: str
    municipalities: int
    shortfall: int
    relief: int
    """Most that any plan can relieve: the maximum flow, equal to the minimum cut."""

    @property
    def left(self) -> int:
        """Expected shortfall that no swap can take away."""
        return self.shortfall - self.relief


@dataclass(frozen=True, slots=True)
class Analysis:
    """Potential of swaps by region, and for all together within and across regions."""

    column: str
    regions: tuple[Potential, ...]
    within: Potential
    across: Potential


def read_for_swaps(path: Path) -> Instance:
    """Read what a study of swaps needs; never a household table.

    Raises
    ------
    InputRefusedError
        With every finding, when anything is wrong.
    """
    return read_instance(path, (*QUOTA_TABLES, *SWAP_TABLES), NEEDED)


def analyse_potential(path: Path, column: str = "provincie_code") -> Analysis:
    """What swaps could relieve with every pair within a region, and with every pair at all.

    Parameters
    ----------
    path
        An instance.
    column
        Column of ``gemeenten`` that says which region a municipality is in.

    Raises
    ------
    InputRefusedError
        If the instance is refused or has no such column.

    Notes
    -----
    Without lots, partner limits and agreements beforehand; those can only lower the relief.
    """
    instance = read_for_swaps(path)
    names = region_of(instance, column)
    standing = positions(instance, compute_quotas(instance))
    terms = replace(terms_of(instance.settings.swap, SwapWishes()), pairs="alle", lot=1)
    nothing = Agreements((), (), {})
    problem = exchange_problem(
        instance, standing, scenarios_of(instance), replace(terms, partners_max=None), nothing
    )
    regions = []
    for region in sorted({*names} - {""}):
        inside = [i for i, name in enumerate(names) if name == region]
        regions.append(_potential(problem, inside, region))
    everybody = range(problem.parties)
    within = Potential(
        "",
        len(everybody),
        problem.total_shortfall,
        sum(region.relief for region in regions),
    )
    return Analysis(column, tuple(regions), within, _potential(problem, everybody, ""))


def region_of(instance: Instance, column: str) -> tuple[str, ...]:
    """Region of each municipality by a column of ``gemeenten``.

    Raises
    ------
    InputRefusedError
        If there is no such column.
    """
    table = instance.tables["gemeenten"]
    if not table.has(column):
        findings = Findings()
        suggestion = nearest(column, table.columns) or "provincie_code"
        findings.error("unknown_region_column", table.table.file, 1, column, suggestion=suggestion)
        raise InputRefusedError(findings.errors)
    return tuple(place.row.get(column, "") for place in instance.municipalities)


def _potential(problem: ExchangeProblem, inside: Collection[int], region: str) -> Potential:
    here = np.zeros(problem.parties, dtype=bool)
    here[list(inside)] = True
    kept = here[problem.pairs].all(axis=1)
    own = replace(
        problem,
        give_limit=np.where(here, problem.give_limit, 0),
        take_limit=np.where(here, problem.take_limit, 0),
        pairs=problem.pairs[kept],
        distance=problem.distance[kept],
    )
    return Potential(region, len(inside), int(problem.shortfall[here].sum()), find_cut(own).size)
