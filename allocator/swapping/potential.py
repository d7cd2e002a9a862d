"""What swaps could relieve, per region and nationally, with the cut that bounds it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np

from allocator.errors import InputRefusedError
from allocator.findings import Findings, nearest
from allocator.position import MIDDEN, positions, scenarios_of
from allocator.quota import QuotaTable, compute_quotas
from allocator.reading import Instance, read_instance
from allocator.results import QUOTA_TABLES, SWAP_TABLES
from allocator.swapping.agreements import Agreements
from allocator.swapping.problem import exchange_problem
from allocator.swapping.terms import SwapWishes, terms_of
from models.exchange import ExchangeProblem
from models.exchange.cut import find_cut

NEEDED = ("gemeenten", "aanbod", "woningklassen")


class Pairing(StrEnum):
    """Who may deal with whom."""

    WITHIN = "binnen"
    """Every pair within one region."""
    ACROSS = "alle"
    """Every pair at all."""


class Limit(StrEnum):
    """What keeps swaps from taking away more."""

    NOTHING = "niets"
    """All expected shortfall can be taken away."""
    GIVING = "geven"
    """What those with a shortfall may hand over."""
    ROOM = "ruimte"
    """What the others may take in."""
    BORDER = "regiogrens"
    """Pairs across regions would relieve more."""


@dataclass(frozen=True, slots=True)
class Potential:
    """One region, or the whole: expected shortfall that swaps could take away [persons].

    Only sums: what a municipality declared is not in it. ``region`` is empty for the whole.
    """

    region: str
    pairing: Pairing
    scenario: str
    municipalities: int
    shortfall: int
    relief: int
    """Most that any plan can relieve: the maximum flow, equal to the minimum cut."""
    limit: Limit

    @property
    def left(self) -> int:
        """Expected shortfall that no swap can take away."""
        return self.shortfall - self.relief


@dataclass(frozen=True, slots=True)
class Analysis:
    """Potential of swaps by region and for the whole, in every scenario."""

    instance: Instance
    quotas: QuotaTable
    column: str
    scenarios: tuple[str, ...]
    rows: tuple[Potential, ...]
    """Per scenario the regions in order, then the whole within regions and across them."""

    def regions(self, scenario: str = MIDDEN) -> tuple[Potential, ...]:
        """Every region of a scenario."""
        return tuple(row for row in self.rows if row.region and row.scenario == scenario)

    def whole(self, pairing: Pairing, scenario: str = MIDDEN) -> Potential:
        """All municipalities together in a scenario."""
        (found,) = (
            row
            for row in self.rows
            if (row.region, row.pairing, row.scenario) == ("", pairing, scenario)
        )
        return found


def read_for_swaps(path: Path, needed: Iterable[str] = NEEDED) -> Instance:
    """Read what a study of swaps needs; never a household table.

    Raises
    ------
    InputRefusedError
        With every finding, when anything is wrong.
    """
    return read_instance(path, (*QUOTA_TABLES, *SWAP_TABLES), tuple(needed))


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
    Without lots, partner limits and agreements beforehand; those can only lower the relief. In a
    scenario other than midden the hard rules stay the same, only the shortfall that counts is
    that of the scenario.
    """
    instance = read_for_swaps(path)
    names = region_of(instance, column)
    quotas = compute_quotas(instance)
    standing, scenarios = positions(instance, quotas), scenarios_of(instance)
    terms = replace(terms_of(instance.settings.swap, SwapWishes()), pairs="alle", lot=1)
    terms = replace(terms, partners_max=None, leximin=False)
    nothing = Agreements((), (), {})
    rows: list[Potential] = []
    for scenario in scenarios:
        problem = exchange_problem(instance, standing, scenarios, terms, nothing, scenario)
        rows += _of_scenario(problem, names, scenario)
    return Analysis(instance, quotas, column, scenarios, tuple(rows))


def region_of(instance: Instance, column: str) -> tuple[str, ...]:
    """Region of each municipality by a column of ``gemeenten``.

    Raises
    ------
    InputRefusedError
        If there is no such column, or nobody has a value in it.
    """
    table = instance.tables["gemeenten"]
    if not table.has(column):
        findings = Findings()
        suggestion = nearest(column, table.columns) or "provincie_code"
        findings.error("unknown_grouping", table.place, 1, column, suggestion=suggestion)
        raise InputRefusedError(findings.errors)
    names = tuple(place.row.get(column, "") for place in instance.municipalities)
    if not any(names):
        findings = Findings()
        findings.error("grouping_empty", table.place, column=column)
        raise InputRefusedError(findings.errors)
    return names


def _of_scenario(
    problem: ExchangeProblem, names: tuple[str, ...], scenario: str
) -> Iterator[Potential]:
    regions = []
    for region in sorted({*names} - {""}):
        inside = [i for i, name in enumerate(names) if name == region]
        regions.append(_potential(problem, inside, region, Pairing.WITHIN, scenario))
    across = _potential(problem, range(problem.parties), "", Pairing.ACROSS, scenario)
    relief = sum(region.relief for region in regions)
    limit = across.limit if relief == across.relief else Limit.BORDER
    yield from regions
    yield replace(across, pairing=Pairing.WITHIN, relief=relief, limit=limit)
    yield across


def _potential(
    problem: ExchangeProblem,
    inside: Collection[int],
    region: str,
    pairing: Pairing,
    scenario: str,
) -> Potential:
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
    shortfall, relief = int(problem.shortfall[here].sum()), find_cut(own).size
    useful = int(own.useful_give().sum())
    limit = Limit.GIVING if relief == useful else Limit.ROOM
    limit = Limit.NOTHING if relief == shortfall else limit
    return Potential(region, pairing, scenario, len(inside), shortfall, relief, limit)
