"""Swaps of whole instances: the sum, everybody's shortfall, and the relief of another library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

from allocator.position import MIDDEN
from allocator.swapping import SwapProposal
from benchmarks.exchange_regions import SIZES, Checked, check, generated, published


def by_networkx(proposal: SwapProposal) -> int:
    """Largest flow from who is short to who has room, on limits counted anew from the tables."""
    graph = nx.DiGraph()
    graph.add_nodes_from(["short", "room"])
    problem = proposal.problem
    for i, row in enumerate(proposal.rows):
        own = row.position
        useful = min(own.shortfall(MIDDEN), int(problem.give_limit[i]))
        slack = min(own.slack(scenario) for scenario in proposal.scenarios)
        graph.add_edge("short", ("from", i), capacity=useful)
        graph.add_edge(("to", i), "room", capacity=min(slack, int(problem.take_limit[i])))
    for i, j in problem.pairs.tolist():
        graph.add_edge(("from", i), ("to", j), capacity=10**6)
    return int(nx.maximum_flow_value(graph, "short", "room"))


def keeps_its_promises(proposal: SwapProposal) -> Checked:
    found = check(proposal)
    assert found.quota_change == 0
    assert found.largest_rise <= 0
    assert found.most_relief == by_networkx(proposal)
    assert found.relief <= found.most_relief
    assert found.relief == found.most_relief or not found.is_free
    assert found.is_proven
    return found


def all_kept(proposals: Iterator[tuple[str, SwapProposal]]) -> list[Checked]:
    return [keeps_its_promises(proposal) for _, proposal in proposals]


def test_every_promise_is_kept_in_flevoland() -> None:
    found = all_kept(published())
    assert any(one.is_free and one.relief for one in found)
    assert any(not one.is_free and one.relief for one in found)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_promise_is_kept_in_made_up_regions(seed: int, tmp_path: Path) -> None:
    found = all_kept(generated(20, seed, tmp_path / "made"))
    assert all(one.relief for one in found)
    assert any(one.relief < one.most_relief for one in found)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(1, 11))
def test_every_promise_is_kept_in_regions_of_every_size(seed: int, tmp_path: Path) -> None:
    for size in SIZES:
        all_kept(generated(size, seed, tmp_path / str(size)))
