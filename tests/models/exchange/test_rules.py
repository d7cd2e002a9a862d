"""Rules of a plan of transfers and of a problem, each to its edge."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from models.exchange import (
    Form,
    TransfersRejectedError,
    check_transfers,
    count_agreements,
    net_change,
    remaining_shortfall,
)
from models.exchange.outcome import worst_remaining
from tests.models.exchange.cases import (
    every_plan,
    keeps_the_rules,
    left_over,
    make,
    measures,
    random_problem,
    with_pins,
)


def test_a_plan_is_refused_where_it_breaks_a_rule_and_nowhere_else() -> None:
    rng = np.random.default_rng(71)
    seen = Counter[bool]()
    for _ in range(60):
        problem = with_pins(rng, random_problem(rng, most=4))
        plans = list(every_plan(problem))
        plans = [plans[int(k)] for k in rng.integers(0, len(plans), 4)] if plans else [()]
        pairs = [(int(i), int(j)) for i, j in problem.pairs]
        for plan in plans:
            deals = list(plan)
            for _ in range(3):
                if deals and rng.random() < 0.5:
                    deals.pop(int(rng.integers(len(deals))))
                free = [pair for pair in pairs if pair not in [(i, j) for i, j, _ in deals]]
                if free and rng.random() < 0.6:
                    i, j = free[int(rng.integers(len(free)))]
                    deals.append((i, j, int(rng.integers(1, 4))))
                changed = tuple(deals)
                is_kept = keeps_the_rules(problem, changed)
                seen[is_kept] += 1
                if is_kept:
                    check_transfers(problem, changed)
                else:
                    with pytest.raises(TransfersRejectedError):
                        check_transfers(problem, changed)
            if keeps_the_rules(problem, plan):
                left = left_over(problem, plan)
                own = measures(problem, plan, Form.JOINT)
                assert remaining_shortfall(problem, plan).tolist() == left
                assert worst_remaining(problem, plan) == own[1]
                assert count_agreements(plan, Form.JOINT) == own[2]
                assert count_agreements(plan, Form.BILATERAL) == len(plan)
                assert net_change(plan, problem.parties).sum() == 0
    assert min(seen.values()) >= 60, seen


@pytest.mark.parametrize(
    ("change", "transfers", "words"),
    [
        ({"signed": ((0, 2, 2),)}, ((0, 2, 1),), "signed deal"),
        ({"signed": ((0, 2, 2),)}, (), "signed deal"),
        ({"wished": ((0, 2),)}, ((0, 3, 2),), "wished pair"),
        ({"forbidden": ((0, 3),)}, ((0, 3, 2),), "not allowed"),
        ({"lot": 3}, ((0, 3, 2),), "less than a lot"),
        ({"max_partners": 1}, ((0, 2, 1), (0, 3, 1)), "too many partners"),
        ({"max_partners": 1}, ((0, 2, 1), (1, 2, 1)), "too many partners"),
        ({}, ((0, 2, 4),), "limit"),
        ({}, ((0, 3, 6),), "limit"),
    ],
)
def test_a_broken_rule_is_named(
    change: dict[str, object], transfers: tuple[tuple[int, int, int], ...], words: str
) -> None:
    pairs = [(0, 2), (0, 3), (1, 2), (1, 3)]
    problem = replace(make([5, 4, 0, 0], [5, 4, 0, 0], [0, 0, 3, 9], pairs), **change)
    with pytest.raises(TransfersRejectedError, match=words):
        check_transfers(problem, transfers)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lot": 0}, "at least one person"),
        ({"max_partners": -1}, "not negative"),
        ({"wished": ((1, 0),)}, "wished pair"),
        ({"wished": ((0, 1),), "forbidden": ((0, 1),)}, "wished pair"),
        ({"signed": ((0, 1, 1), (0, 1, 2))}, "twice"),
        ({"signed": ((0, 1, 1),), "forbidden": ((0, 1),)}, "forbidden"),
        ({"signed": ((0, 0, 1),)}, "between two"),
        ({"signed": ((0, 2, 1),)}, "between two"),
        ({"signed": ((-1, 1, 1),)}, "between two"),
        ({"signed": ((0, 1, 0),)}, "moves nobody"),
    ],
)
def test_pins_that_are_none_are_refused(change: dict[str, object], words: str) -> None:
    problem = make([3, 0], [3, 0], [0, 3], [(0, 1)])
    with pytest.raises(ValueError, match=words):
        replace(problem, **change)
    replace(problem, lot=1, max_partners=0, signed=((0, 1, 1),))
