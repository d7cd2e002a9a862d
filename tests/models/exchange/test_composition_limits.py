"""Sums are given up beyond the most that are gone through, and not before."""

from __future__ import annotations

import numpy as np
import pytest

from models.exchange import composition_lightest, composition_trees
from models.exchange.composition_changes import changes_of
from models.exchange.composition_hung import Hung
from models.exchange.composition_lightest import extended
from models.exchange.composition_listing import Listing
from models.exchange.composition_prices import priced_moves
from models.exchange.composition_sums import Sums, TooManySumsError
from models.exchange.composition_trees import UNIT, GroupTrees
from tests.models.exchange.composition_cases import drawn

BEFORE = Sums(np.array([-2, 0, 5]), np.array([1, 0, 9]))
TABLE = Sums(np.array([-3, 1, 3, 4]), np.array([0, 1, 2, 2]))


@pytest.mark.parametrize(
    # Below 6 two sums go on, each with four changes: 8 steps; -1 comes about twice, so 7 are kept.
    ("name", "most"),
    [("MOST_STEPS", 8), ("MOST_KEPT", 7)],
)
def test_sums_with_one_party_more_are_given_up_beyond_the_most(
    name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composition_lightest, name, most)
    found = extended(BEFORE, TABLE, 6)
    assert found.code.tolist() == [-5, -3, -1, 1, 2, 3, 4]
    assert found.cost.tolist() == [1, 0, 2, 1, 3, 2, 2]
    monkeypatch.setattr(composition_lightest, name, most - 1)
    with pytest.raises(TooManySumsError):
        extended(BEFORE, TABLE, 6)


def trees_of(seed: int) -> GroupTrees:
    problem = drawn(seed, 4, 4)
    changes = changes_of(problem)
    assert changes is not None
    return GroupTrees(problem, changes, priced_moves(changes), 5 * UNIT)


def table(rows: int, beyond: int) -> Hung:
    code = np.arange(rows)
    return Hung(code, code, 0 * code, np.full(rows, beyond), beyond)


@pytest.mark.parametrize(
    ("rows", "work"), [((3, 4), 5), ((40, 37), 5), ((40, 38), 6), ((100, 61), 9)]
)
def test_sums_of_two_tables_are_given_up_beyond_the_most(
    rows: tuple[int, int], work: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    trees, (one, other) = trees_of(0), rows
    for most in (one * other, one * other - 1):
        monkeypatch.setattr(composition_trees, "MOST_STEPS", most)
        trees.work, trees.most_work = 0, work
        if most < one * other:
            with pytest.raises(TooManySumsError):
                trees._both(table(one, 0), table(other, 0))
            continue
        both = trees._both(table(one, 0), table(other, 0))
        assert both is not None
        assert len(both.code) == one * other
        assert trees.work == work
        trees.work, trees.most_work = 0, work - 1
        with pytest.raises(TooManySumsError):
            trees._both(table(one, 0), table(other, 0))


def test_tables_meet_up_to_the_reach_and_no_further() -> None:
    trees = trees_of(0)
    trees.most_work = 99
    assert trees._both(table(2, 2 * UNIT), table(2, 3 * UNIT)) is not None
    assert trees._both(table(2, 2 * UNIT), table(2, 3 * UNIT + 1)) is None


def test_groups_of_as_many_parties_as_bits_name_are_listed() -> None:
    # The last two make up for each other, and nobody else for anybody.
    one = np.zeros(1, dtype=np.int64)
    codes = [*range(1, 61), 100, -100]
    tables = [Sums(one + code, one) for code in codes]
    listing = Listing(tables, [0] * 62, [2] * 62, 1, 4)
    assert listing.groups(0) == {(60, 61): 0}
