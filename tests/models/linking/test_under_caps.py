"""A plan that breaks caps, brought under them."""

from __future__ import annotations

import numpy as np
import pytest

from models.linking.caps import with_caps
from models.linking.priced.layout import layout_of
from models.linking.priced.state import Places, place
from models.linking.priced.under_caps import within_caps
from models.linking.problem import UNCAPPED, LinkPrices, LinkProblem, QuotaPenalty
from tests.models.linking.price_cases import draw


def plain(sizes: list[int], allowed: list[list[bool]], dwellings: list[list[int]]) -> LinkProblem:
    """Everybody alike: no points, equal lack, targets that nobody misses dearly."""
    rows, columns = np.array(allowed).shape
    return LinkProblem(
        sizes=np.array(sizes),
        points=np.zeros((rows, columns), dtype=np.int64),
        allowed=np.array(allowed),
        needs_dwelling=np.ones(rows, dtype=np.bool_),
        without_dwelling=np.full(rows, 9),
        class_min=np.array([1]),
        class_max=np.array([9]),
        dwellings=np.array(dwellings),
        quota=QuotaPenalty(np.full(columns, 2), np.ones(columns, dtype=np.int64), 1, 2, 1, 2),
    )


def free(problem: LinkProblem) -> LinkPrices:
    return LinkPrices(np.zeros(problem.shape[1], np.int64), np.zeros_like(problem.dwellings), 1)


def stand(problem: LinkProblem, where: list[int], lacks: list[bool]) -> Places:
    return place(problem, layout_of(problem), np.array(where), np.array(lacks))


def test_who_has_to_leave_takes_nobodys_dwelling() -> None:
    # Two of two stand where two may; the first dwelling of municipality 1 is taken.
    problem = plain([2, 2, 2], [[True, True]] * 3, [[2], [1]])
    problem = with_caps(problem, np.array([2, UNCAPPED]))
    places = within_caps(stand(problem, [0, 0, 1], [False, False, False]), free(problem))
    assert places.persons.tolist() == [2, 4]
    assert places.where[2] == 1 and not places.lacks[2]
    mover = int(np.flatnonzero(places.where[:2] == 1)[0])
    assert places.lacks[mover] and not places.lacks[1 - mover]


def test_who_has_to_leave_gets_a_dwelling_that_is_free() -> None:
    problem = plain([2, 2, 2], [[True, True]] * 3, [[2], [2]])
    problem = with_caps(problem, np.array([2, UNCAPPED]))
    places = within_caps(stand(problem, [0, 0, 1], [False, False, False]), free(problem))
    assert places.persons.tolist() == [2, 4]
    assert not places.lacks.any()


def test_caps_that_cannot_be_kept_leave_the_plan_as_it_is() -> None:
    problem = plain([2, 2], [[True, True], [True, False]], [[2], [2]])
    problem = with_caps(problem, np.array([1, UNCAPPED]))
    before = stand(problem, [0, 0], [False, False])
    assert within_caps(before, free(problem)) is before


@pytest.mark.parametrize("seed", range(8))
def test_every_cap_is_kept_and_whoever_may_stand_there_stands_there(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = draw(seed, 20, 4)
    allowed = problem.allowed.copy()
    allowed[:, 3] |= rng.random(20) < 0.8
    most = np.append(rng.integers(4, 14, 3), UNCAPPED)
    problem = with_caps(
        LinkProblem(
            problem.sizes,
            problem.points,
            allowed,
            problem.needs_dwelling,
            problem.without_dwelling,
            problem.class_min,
            problem.class_max,
            problem.dwellings,
            problem.quota,
        ),
        most,
    )
    # Everybody in the fullest municipality that is open to them, nobody housed.
    where = [int(np.flatnonzero(row)[0]) for row in allowed]
    before = stand(problem, where, problem.needs_dwelling.tolist())
    after = within_caps(before, free(problem))
    if after is before:
        assert (np.bincount(before.where, problem.sizes, 4)[:3] > most[:3]).any()
        return
    assert (after.persons <= most).all()
    assert after.persons.sum() == problem.sizes.sum()
    assert allowed[np.arange(20), after.where].all()
    assert (after.spare() >= 0).all()
