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


def drawn_parties(seed: int) -> list[Sums]:
    """Six parties with some of forty changes each, at drawn weights."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(6):
        code = np.unique(rng.integers(-30, 31, int(rng.integers(1, 40))))
        found.append(Sums(code, rng.integers(0, 9, len(code))))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_from_however_few_changes_the_first_groups_are_read_the_bound_is_the_same(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = drawn_parties(seed)
    plain = most_groups(changes)
    monkeypatch.setattr(composition_most, "MOST_PAIRS", 60)
    few = most_groups(changes)
    assert (few.bound, few.least) == (plain.bound, plain.least)
    assert plain.least > 0


def test_first_groups_are_read_from_no_more_sums_of_two_than_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts: list[list[int]] = []

    def read(tables: Sequence[Sums], _: int) -> list[Members]:
        counts.append([len(own.code) for own in tables])
        return []

    monkeypatch.setattr(composition_most, "smallest_groups", read)
    monkeypatch.setattr(composition_most, "MOST_PAIRS", 600)
    own = Sums(np.arange(-20, 20), np.arange(40)[::-1] % 7)
    most_groups([own, own, parties(5)[0]])
    # 40 of each would be 1,680 sums of two, 20 of each 440.
    assert counts == [[20, 20, 1]]
