"""Sum-preserving swaps of quotas between municipalities (herverdeling)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isqrt

import numpy as np

from allocator.position import MIDDEN, Position, positions, scenarios_of
from allocator.quota import QuotaTable
from allocator.reading import Instance
from allocator.reading.tables import whole
from allocator.region import municipalities_in
from models.exchange import ExchangeOutcome, ExchangeProblem, solve_exchange
from models.solver.child import run_in_child
from models.solver.limits import Limits


@dataclass(frozen=True, slots=True)
class Transfer:
    """Persons of quota from one municipality to another; nobody moves."""

    giver: str
    taker: str
    persons: int


@dataclass(frozen=True, slots=True)
class SwapRow:
    """One municipality before and after [persons]."""

    position: Position
    change: int
    shortfall_before: int
    shortfall_after: int
    label: str

    @property
    def changed_quota(self) -> int:
        """Quota after the swap."""
        return self.position.quota + self.change


@dataclass(frozen=True, slots=True)
class SwapProposal:
    """Transfers with their proof."""

    rows: tuple[SwapRow, ...]
    transfers: tuple[Transfer, ...]
    outcome: ExchangeOutcome
    scenarios: tuple[str, ...]
    pairs: str
    region: str

    @property
    def shortfall_before(self) -> int:
        """Total expected shortfall before [persons]."""
        return sum(row.shortfall_before for row in self.rows)

    @property
    def shortfall_after(self) -> int:
        """Total expected shortfall after [persons]."""
        return sum(row.shortfall_after for row in self.rows)


def propose_swaps(instance: Instance, quotas: QuotaTable, region: str = "") -> SwapProposal:
    """Swaps that leave the least expected shortfall, then move the fewest persons.

    Raises
    ------
    InputRefusedError
        If the region is unknown.
    SolverError
        If the flow engine fails or its answer does not survive recomputation.

    References
    ----------
    Huisvestingswet 2014 art. 29(2), text of 2015-07-01: two or more executives may change their
    quotas together as long as the sum does not change.
    """
    standing = positions(instance, quotas)
    scenarios = scenarios_of(instance)
    problem = exchange_problem(instance, standing, scenarios, region)
    outcome = run_in_child(solve_exchange, problem, limits=Limits())
    codes = [position.code for position in standing]
    transfers = tuple(
        Transfer(codes[giver], codes[taker], persons) for giver, taker, persons in outcome.transfers
    )
    change = outcome.net(len(standing))
    compensated = {
        row["gemeente_code"] for row in instance.rows("ruilruimte") if row.get("tegenprestatie", "")
    }
    rows = tuple(
        _row(position, int(change[i]), scenarios, position.code in compensated)
        for i, position in enumerate(standing)
    )
    return SwapProposal(rows, transfers, outcome, scenarios, instance.settings.swap.pairs, region)


def _row(
    position: Position, change: int, scenarios: tuple[str, ...], has_compensation: bool
) -> SwapRow:
    before = [position.shortfall(scenario) for scenario in scenarios]
    after = [position.shortfall(scenario, change) for scenario in scenarios]
    is_better = any(new < old for old, new in zip(before, after, strict=True))
    if is_better:
        label = "voordeel"
    elif change > 0 and has_compensation:
        label = "tegenprestatie"
    else:
        label = "neutraal"
    return SwapRow(
        position,
        change,
        position.shortfall(MIDDEN),
        position.shortfall(MIDDEN, change),
        label,
    )


def exchange_problem(
    instance: Instance, standing: tuple[Position, ...], scenarios: tuple[str, ...], region: str
) -> ExchangeProblem:
    """Hard rules as limits and pairs; parties in the order of the municipalities."""
    inside = municipalities_in(instance, region)
    limits = {row["gemeente_code"]: row for row in instance.rows("ruilruimte")}
    give, take = [], []
    for position, is_inside in zip(standing, inside, strict=True):
        own = limits.get(position.code, {}) if is_inside else {}
        give.append(_give_limit(position, whole(own, "minder_max")))
        take.append(_take_limit(position, scenarios, whole(own, "extra_max")))
    shortfall = [position.shortfall(MIDDEN) for position in standing]
    pairs = _pairs(instance, np.array(give), np.array(take), np.array(shortfall))
    return ExchangeProblem(
        give_limit=np.array(give, dtype=np.int64),
        take_limit=np.array(take, dtype=np.int64),
        shortfall=np.array(shortfall, dtype=np.int64),
        quota=np.array([position.quota for position in standing], dtype=np.int64),
        pairs=np.array(pairs, dtype=np.int64).reshape(len(pairs), 2),
        distance=np.array([_distance(instance, i, j) for i, j in pairs], dtype=np.int64),
    )


def _give_limit(position: Position, declared: int) -> int:
    left = position.to_house - position.realised - position.linked_open
    return min(declared, position.quota, max(0, left - position.follow_on[MIDDEN]))


def _take_limit(position: Position, scenarios: tuple[str, ...], declared: int) -> int:
    # Own slack before any deal: nobody passes persons on, every agreement stands alone.
    return min(declared, *(position.slack(scenario) for scenario in scenarios))


def _pairs(
    instance: Instance,
    give: np.ndarray[tuple[int], np.dtype[np.int64]],
    take: np.ndarray[tuple[int], np.dtype[np.int64]],
    shortfall: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> list[tuple[int, int]]:
    """Allowed pairs of a party that can give with one that can take."""
    givers = np.flatnonzero((give > 0) & (shortfall > 0)).tolist()
    takers = np.flatnonzero((take > 0) & (shortfall == 0)).tolist()
    neighbours = _neighbours(instance)
    rules: dict[str, Callable[[int, int], bool]] = {
        "alle": lambda _i, _j: True,
        "provincie": lambda i, j: _same(instance, "provincie_code", i, j),
        "regio": lambda i, j: _same(instance, "regietafel", i, j),
        "buren": lambda i, j: (i, j) in neighbours,
    }
    allowed = rules[instance.settings.swap.pairs]
    return [(i, j) for i in givers for j in takers if i != j and allowed(i, j)]


def _same(instance: Instance, column: str, i: int, j: int) -> bool:
    own = instance.municipalities[i].row.get(column, "")
    return bool(own) and own == instance.municipalities[j].row.get(column, "")


def _neighbours(instance: Instance) -> set[tuple[int, int]]:
    index = instance.index
    found = set()
    for row in instance.rows("buren"):
        a, b = index[row["gemeente_code_a"]], index[row["gemeente_code_b"]]
        found |= {(a, b), (b, a)}
    return found


def _distance(instance: Instance, i: int, j: int) -> int:
    """Whole kilometres between the centres of two municipalities; 0 where one is unknown."""
    a, b = instance.municipalities[i].place, instance.municipalities[j].place
    if a is None or b is None:
        return 0
    return isqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) // 1000
