"""Two roads, one answer: every plan of small instances, stage by stage."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from models.exchange import ExchangeProblem, Form, solve_exchange
from models.solution import Status
from tests.models.exchange.cases import every_plan, measures, random_problem, with_pins

STAGES = ("shortfall", "worst", "agreements", "persons", "distance")


def compare(problem: ExchangeProblem, form: Form) -> str:
    """Compare every stage with the best of all plans; say what kind of instance it was."""
    outcome = solve_exchange(problem, form)
    values = [measures(problem, plan, form) for plan in every_plan(problem)]
    if not values:
        assert outcome.status is Status.INFEASIBLE
        assert outcome.conflicts
        return "infeasible"
    best = min(values)
    assert outcome.status is Status.OPTIMAL
    assert tuple(outcome.stage(name).objective for name in STAGES) == best
    assert tuple(outcome.stage(name).bound for name in STAGES) == best
    assert measures(problem, outcome.transfers, form) == best
    if not best[3]:
        return "nothing moves"
    return "some remains" if best[0] else "all relieved"


def compare_many(instances: int, seed: int, pinned: bool) -> Counter[str]:
    rng = np.random.default_rng(seed)
    mix: Counter[str] = Counter()
    for _ in range(instances):
        problem = random_problem(rng)
        problem = with_pins(rng, problem) if pinned else problem
        for form in Form:
            mix[compare(problem, form)] += 1
    print(dict(mix))
    return mix


def test_every_stage_is_the_best_of_all_plans() -> None:
    mix = compare_many(120, 20210101, pinned=False)
    assert min(mix[kind] for kind in ("nothing moves", "some remains", "all relieved")) >= 15


def test_every_stage_is_the_best_of_all_plans_with_lots_limits_and_pins() -> None:
    mix = compare_many(120, 20210102, pinned=True)
    kinds = ("nothing moves", "some remains", "all relieved", "infeasible")
    assert min(mix[kind] for kind in kinds) >= 12


@pytest.mark.nightly
@pytest.mark.parametrize("pinned", [False, True])
def test_two_thousand_instances_agree_with_enumeration(pinned: bool) -> None:
    mix = compare_many(1000, 7 + pinned, pinned=pinned)
    kinds = ("nothing moves", "some remains", "all relieved", *(("infeasible",) if pinned else ()))
    assert min(mix[kind] for kind in kinds) >= 150
