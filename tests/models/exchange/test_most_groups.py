"""The most groups that parties fall into, where a proof is and where none is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from models.exchange import composition_most
from models.exchange.composition_lightest import Members
from models.exchange.composition_most import WHOLE, most_groups
from models.exchange.composition_sums import Sums, TooManySumsError


def parties(*codes: int) -> list[Sums]:
    """Parties with one change each."""
    return [Sums(np.array([code]), np.array([1])) for code in codes]


def test_a_group_that_is_larger_than_three_is_met() -> None:
    # 1 + 1 + 1 - 3 and 9 - 9 settle; the first is met only among all sizes.
    most = most_groups(parties(1, 1, 1, -3, 9, -9))
    assert {(0, 1, 2, 3), (4, 5)} <= {*most.columns}
    assert len({*most.columns}) == len(most.columns)
    assert (most.least, most.bound) == (WHOLE, 2)


def test_where_there_are_too_many_sums_nothing_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_many(*_: object) -> dict[Members, int]:
        raise TooManySumsError

    monkeypatch.setattr(composition_most, "lightest_groups", too_many)
    most = most_groups(parties(1, -1, 0))
    assert (most.least, most.bound) == (0, 3)


def test_where_the_rounds_end_first_nothing_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composition_most, "MOST_ROUNDS", 1)
    most = most_groups(parties(1, 1, 1, -3))
    assert (most.least, most.bound) == (0, 4)


def test_the_lightest_of_the_groups_that_are_known_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def light(tables: Sequence[Sums], below: int) -> dict[Members, int]:
        return {(0,): below - 1, (1,): below // 2}

    monkeypatch.setattr(composition_most, "lightest_groups", light)
    most = most_groups(parties(0, 0))
    # Two groups weigh 5040 each; of half as light ones four would fit, but there are two parties.
    assert (most.least, most.room(2), most.bound) == (WHOLE // 2, WHOLE + WHOLE // 2, 2)


def test_a_group_that_stays_light_is_met_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composition_most, "lightest_groups", lambda *_: {(0, 1): 77})
    most = most_groups(parties(1, 2))
    assert (most.columns, most.least) == (((0, 1),), 77)
