"""Groups of any plan better than the one at hand are listed, before it is called the best."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from models.exchange import Move, Package
from models.exchange.composition_changes import changes_of
from models.exchange.composition_cover import _Division
from models.exchange.composition_lightest import Members
from models.exchange.composition_master import Chooser
from models.exchange.composition_most import most_groups
from models.exchange.composition_prices import PARTS, priced, priced_moves
from models.exchange.composition_trees import UNIT
from models.exchange.composition_work import Work
from tests.models.exchange.composition_cases import ENOUGH, drawn
from tests.models.exchange.test_composition_groups import every_group


def division_of(seed: int) -> _Division:
    problem = drawn(seed, 4, 4)
    changes = changes_of(problem)
    assert changes is not None
    prices = priced(changes)
    tight = prices.tight()
    return _Division(problem, prices, tight, priced_moves(tight), 100, Work(ENOUGH))


def test_all_groups_of_a_plan_that_moves_one_household_less_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    met = edge = 0
    rng = np.random.default_rng(6)
    for seed in (0, 2, 3, 5, 6, 8, 9):
        division = division_of(seed)
        most, least = most_groups(division.tables), division.moved.least
        every = every_group(division.tables)
        monkeypatch.setattr(division, "_search", lambda _: (0, False))
        for value in range(1, 12):
            listed: dict[Members, int] = {}

            def widen(more: dict[Members, int], own: dict[Members, int] = listed) -> bool:
                own.update(more)
                return False

            groups = 1 + value % 2
            prices = rng.integers(-3, 4, 5) * PARTS * (value % 3 > 0)
            chooser = SimpleNamespace(prices=prices, widen=widen)
            division.plan = (Package((0, 1), (Move(0, 1, 0, value),)),)
            division._closed(cast("Chooser", chooser), most, groups)
            *parties, each = (2 * prices).tolist()
            # All groups of a plan add up to its households above what the prices say of it.
            room = UNIT * (value - 1) - sum(parties) - groups * each
            added = {
                m: beyond + sum(least[i] - parties[i] for i in m) - each
                for m, beyond in every.items()
                if most.least <= sum(most.weights[i] for i in m) <= most.room(groups)
            }
            near = {m for m, more in added.items() if more <= room}
            assert listed.keys() <= near
            assert near - listed.keys() <= unconnected(division, near)
            met += len(listed)
            edge += any(added[m] == room for m in listed)
    assert met > 50
    assert edge > 5


def unconnected(division: _Division, groups: set[Members]) -> set[Members]:
    """Groups that pairs do not connect, of up to four parties."""
    found = set()
    for members in groups:
        reached = {members[0]}
        for _ in members:
            reached |= {j for i in reached for j in division.near[i] if j in members}
        if len(reached) < len(members):
            found.add(members)
    return found
