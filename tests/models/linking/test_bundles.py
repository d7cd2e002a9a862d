"""What several households of a kind lose on one way, and when moves are given up."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from models.linking.priced.bundles import bundle_loss
from models.linking.priced.closure import Reach, reach_of
from models.linking.priced.improve import Improver
from models.linking.priced.moves import Move, Step
from models.linking.priced.placing import settle
from models.linking.priced.state import Places
from tests.models.linking.price_cases import lenient, placed, priced


@pytest.mark.parametrize("seed", range(8))
def test_a_bundle_loses_at_least_its_bound_and_its_bound_is_no_less_than_one_chain_each(
    seed: int,
) -> None:
    exact = dearer = 0
    for kind, start, end, count in itertools.product(range(2), range(5), range(5), (1, 2, 3)):
        places = placed(lenient(seed, households=40, municipalities=5))
        kind = int(np.argsort(np.bincount(places.layout.kind))[-1 - kind])
        settle(places, kind)
        reach = reach_of(places, kind)
        chained = reach.closed()
        if start == end or (places.cell[reach.members] == start).sum() < count:
            continue
        one = int(chained[reach.node[start], reach.node[end]])
        bound = bundle_loss(reach, chained, start, end, count)
        lost = chains_made(places, reach, Step(kind, count, start, end))
        if lost is None:
            continue
        assert bound <= lost
        assert count > 1 or bound == lost == one
        exact += count > 1 and bound == lost
        dearer += bound > count * one
    assert exact
    assert dearer


def chains_made(places: Places, reach: Reach, step: Step) -> int | None:
    """Loss of the chains of a step, one after the other; None where one has no way."""
    loss = 0
    for _ in range(step.count):
        cost, hops = reach.chain(step.start, step.end)
        if not hops:
            return None
        loss += cost
        for household, (_, cell) in zip(reach.movers(hops), hops, strict=True):
            places.move(household, cell)
        reach.renew({cell for hop in hops for cell in hop})
    return loss


def test_a_bundle_of_more_than_stand_there_is_too_far() -> None:
    places = placed(lenient(1, households=40, municipalities=5))
    reach = reach_of(places, kind=0)
    standing = int((places.cell[reach.members] == 0).sum())
    assert bundle_loss(reach, reach.closed(), 0, 1, standing + 1) >= reach.far


def test_the_rest_of_a_round_is_left_after_so_many_moves_that_come_to_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    improver = Improver(*priced(lenient(1, households=10, municipalities=3)))
    tried: list[int] = []

    def attempt(self: Improver, move: Move, caution: int) -> int:
        """Losses above nothing come to nothing; a loss of nothing is not begun."""
        tried.append(move.loss)
        if move.loss < 0:
            self.idle = 0
        elif move.loss > 0:
            self.idle += 1
        return max(0, -move.loss)

    monkeypatch.setattr(Improver, "_try", attempt)
    losses = [1, 1, 0, -5, 1, 0, 1, 1, -7]
    assert improver.try_all([Move(loss, ()) for loss in losses], caution=0, most_idle=2) == 5
    assert tried == losses[:-1]
    # Every round begins anew.
    assert improver.try_all([Move(-7, ())], caution=0, most_idle=2) == 7
