"""What swaps do in flevoland-2021-1 and in generated instances, counted again from the tables."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from allocator.generating import (
    generate_tables,
    instance_settings,
    synthetic_base,
    write_instance,
)
from allocator.position import MIDDEN
from allocator.quota import compute_quotas
from allocator.reading import Instance
from allocator.reading.instance import find_instance
from allocator.swapping import SwapProposal, SwapWishes, propose_swaps
from allocator.swapping.potential import read_for_swaps
from allocator.swapping.terms import Pairs

PUBLISHED = "flevoland-2021-1"
SIZES = (6, 12, 20, 40, 80)
LOTS = (1, 5)
PAIRS: tuple[Pairs, ...] = ("provincie", "alle")


class Checked(NamedTuple):
    """What a proposal does to everyone together [persons], and to whoever fares worst."""

    quota_change: int
    """Sum of all quotas after the swaps less before."""
    largest_rise: int
    """Largest rise of one party's shortfall in any scenario."""
    relief: int
    most_relief: int
    """Size of the minimum cut: what a flow without lots, limits and deals relieves."""
    is_free: bool
    """Whether no lot, partner limit or fixed deal is active."""
    is_proven: bool
    """Whether nothing relieves more, by our bound."""


def check(proposal: SwapProposal) -> Checked:
    """Count the promises of a proposal from its own transfers and the tables."""
    change = dict.fromkeys(proposal.codes, 0)
    for deal in proposal.transfers:
        change[deal.giver] -= deal.persons
        change[deal.taker] += deal.persons
    rises, before, after = [0], 0, 0
    for row in proposal.rows:
        own = row.position
        rises += [
            own.shortfall(scenario, change[own.code]) - own.shortfall(scenario)
            for scenario in proposal.scenarios
        ]
        before += own.shortfall(MIDDEN)
        after += own.shortfall(MIDDEN, change[own.code])
    problem = proposal.problem
    fixed = problem.signed or problem.wished or problem.forbidden
    stage = proposal.outcome.stage("shortfall")
    return Checked(
        sum(change.values()),
        max(rises),
        before - after,
        proposal.outcome.relief_bound,
        problem.lot == 1 and problem.max_partners is None and not fixed,
        stage.objective == stage.bound,
    )


def published(lots: Iterable[int] = LOTS) -> Iterator[tuple[str, SwapProposal]]:
    """Propose swaps for the instance that comes with the program."""
    yield from _proposals(find_instance(Path(PUBLISHED)), PUBLISHED, lots)


def generated(
    municipalities: int, seed: int, folder: Path, lots: Iterable[int] = LOTS
) -> Iterator[tuple[str, SwapProposal]]:
    """Draw an instance into an empty folder and propose swaps for it."""
    base = synthetic_base(municipalities, seed)
    tables = generate_tables(base, None, seed)
    write_instance(tables, instance_settings(base, None, seed), folder)
    yield from _proposals(folder, f"{municipalities} made, seed {seed}", lots)


def _proposals(path: Path, name: str, lots: Iterable[int]) -> Iterator[tuple[str, SwapProposal]]:
    instance = read_for_swaps(path)
    quotas = compute_quotas(instance)
    for pairs in PAIRS:
        for lot in lots:
            own = _with_pairs(instance, pairs)
            yield f"{name}, {pairs}, lot {lot}", propose_swaps(own, quotas, "", SwapWishes(lot=lot))


def _with_pairs(instance: Instance, pairs: Pairs) -> Instance:
    swap = instance.settings.swap.model_copy(update={"pairs": pairs})
    return replace(instance, settings=instance.settings.model_copy(update={"swap": swap}))


def print_regions(seeds: Iterable[int]) -> None:
    """Print a line per instance, kind of pairs and lot, and whether every promise is kept."""
    kept, lines = True, 0
    with tempfile.TemporaryDirectory() as name:
        for title, proposal in _everything(seeds, Path(name)):
            found, lines = check(proposal), lines + 1
            kept &= not found.quota_change and found.largest_rise <= 0
            kept &= found.relief <= found.most_relief
            kept &= found.relief == found.most_relief or not found.is_free
            print(
                f"{title}: sum {found.quota_change:+d}, largest rise {found.largest_rise}, "
                f"relief {found.relief} of {found.most_relief} by flow"
                f"{'' if found.is_proven else ', not proven best'}",
                flush=True,
            )
    print(f"{lines} proposals: {'every promise kept' if kept else 'A PROMISE IS BROKEN'}")


def _everything(seeds: Iterable[int], folder: Path) -> Iterator[tuple[str, SwapProposal]]:
    yield from published()
    for seed in seeds:
        for size in SIZES:
            yield from generated(size, seed, folder / f"{size}-{seed}")
