"""Who takes or gives by a signed or wished deal does not do the other in what is left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.exchange.block import whole_block
from tests.models.exchange.cases import make

EVERY = [(i, j) for i in range(4) for j in range(4) if i != j]


@pytest.mark.parametrize("pin", ["signed", "wished"])
def test_a_taker_of_a_pinned_deal_gives_nothing_and_its_giver_takes_nothing(pin: str) -> None:
    # 2 could give to all others; 0 gives to 1 already, so that 0 takes and 1 gives nothing else.
    problem = make([0, 0, 5, 0], [5, 5, 5, 0], [5, 5, 0, 5], EVERY)
    deals = {"signed": ((0, 1, 1),)} if pin == "signed" else {"wished": ((0, 1),)}
    block = whole_block(replace(problem, **deals))
    pairs = {(int(block.givers[i]), int(block.takers[j])) for i, j in block.arcs}
    assert pairs == {(2, 1), (2, 3)} | ({(0, 1)} if pin == "wished" else set())
