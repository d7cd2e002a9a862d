"""Choices of groups that take every party in, against all choices of small cases."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from models.exchange import composition_mixture
from models.exchange.composition_lightest import Members
from models.exchange.composition_master import Chooser
from models.exchange.composition_mixture import NONE, Mixed, Pool, mixed
from models.exchange.composition_prices import PARTS
from models.exchange.composition_work import Work
from models.exchange.problem import IntArray
from models.solver.limits import Limits
from tests.models.exchange.composition_cases import ENOUGH

PARTIES = 6


def drawn(seed: int) -> tuple[dict[Members, int], int]:
    """Draw groups with the households each moves, and how many of them to choose."""
    rng = np.random.default_rng([seed, 3])
    every = [
        members
        for size in range(1, 5)
        for members in itertools.combinations(range(PARTIES), size)
        if rng.random() < 0.5
    ]
    return {members: int(rng.integers(0, 30)) for members in every}, int(rng.integers(2, 5))


def fewest(households: dict[Members, int], left: frozenset[int], groups: int) -> int | None:
    """Fewest households over all choices."""
    if not left or not groups:
        return None if left or groups else 0
    first = min(left)
    found = []
    for members, count in households.items():
        if first in members and left.issuperset(members):
            rest = fewest(households, left.difference(members), groups - 1)
            if rest is not None:
                found.append(count + rest)
    return min(found, default=None)


@pytest.mark.parametrize("first", [2, 400])
def test_the_choice_is_the_best_of_all(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composition_mixture, "FIRST", first)
    monkeypatch.setattr(composition_mixture, "MORE", first)
    none = raised = 0
    for seed in range(20):
        exact, groups = drawn(seed)
        wanted = fewest(exact, frozenset(range(PARTIES)), groups)
        # What a group is said to move at first is half of what it does.
        said = {members: count // 2 for members, count in exact.items()}
        chooser = Chooser(
            said,
            PARTIES,
            groups,
            lambda members, exact=exact: (exact[members], True),
            Work(ENOUGH),
        )
        choice = chooser.choose(Limits(nodes=1_000))
        assert choice.is_whole
        if wanted is None:
            assert choice.groups is None
            assert choice.bound == NONE
            none += 1
        else:
            assert choice.groups is not None
            assert choice.bound == wanted == sum(exact[members] for members in choice.groups)
            assert sorted(itertools.chain(*choice.groups)) == list(range(PARTIES))
            raised += wanted > (fewest(said, frozenset(range(PARTIES)), groups) or 0)
    assert none >= 1
    assert raised >= 10


@pytest.mark.parametrize("first", [2, 400])
def test_prices_weigh_every_group_and_never_beyond_the_best_choice(
    first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composition_mixture, "FIRST", first)
    monkeypatch.setattr(composition_mixture, "MORE", first)
    met = 0
    for seed in range(30):
        exact, groups = drawn(seed)
        pool = Pool(PARTIES)
        assert pool.add(exact)
        assert not pool.add(exact)
        prices = mixed(pool, groups, Work(ENOUGH))
        assert (prices.added >= 0).all()
        wanted = fewest(exact, frozenset(range(PARTIES)), groups)
        if wanted is not None:
            assert prices.low <= PARTS * wanted
            met += prices.low > PARTS * (wanted - 1)
    assert met >= 8


def test_prices_that_are_too_high_are_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = composition_mixture._relaxed

    def raised(pool: Pool, places: IntArray, groups: int) -> IntArray:
        return honest(pool, places, groups) + 1

    monkeypatch.setattr(composition_mixture, "_relaxed", raised)
    for seed in range(5):
        exact, groups = drawn(seed)
        pool = Pool(PARTIES)
        pool.add(exact)
        prices = mixed(pool, groups, Work(ENOUGH))
        assert (prices.added >= 0).all()
        wanted = fewest(exact, frozenset(range(PARTIES)), groups)
        assert wanted is None or prices.low <= PARTS * wanted


def test_where_rounded_prices_leave_out_every_group_the_next_household_is_tried() -> None:
    chooser = Chooser({(0,): 1, (1,): 1}, 2, 2, lambda _: (1, True), Work(ENOUGH))
    added = np.array([1, PARTS - 1], dtype=np.int64)
    rounded = Mixed(PARTS, added, np.zeros(3, dtype=np.int64))
    choice = chooser._raise(rounded, Limits(nodes=100))
    assert choice is not None
    assert (choice.bound, choice.groups) == (2, ((0,), (1,)))


def test_choices_no_better_than_a_plan_at_hand_are_not_looked_for() -> None:
    left_out = 0
    for seed in range(20):
        exact, groups = drawn(seed)
        wanted = fewest(exact, frozenset(range(PARTIES)), groups)
        if wanted is None:
            continue
        for enough in (wanted, wanted + 1):
            chooser = Chooser(
                dict(exact),
                PARTIES,
                groups,
                lambda members, exact=exact: (exact[members], True),
                Work(ENOUGH),
            )
            choice = chooser.choose(Limits(nodes=1_000), enough)
            assert choice.bound == wanted
            if enough > wanted:
                assert choice.groups is not None
            left_out += choice.groups is None
    assert left_out >= 8
