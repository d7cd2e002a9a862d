"""The counting behind the proofs never claims more than the best plan there is."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from allocator.swapping.proofs import RECOMPUTED, Proofs
from allocator.verify.core import swap_proofs
from allocator.verify.studies.swap_bounds import (
    can_be_more_even,
    fewest_agreements,
    level_holds,
)
from models.exchange import ExchangeOutcome, ExchangeProblem, Fairness, Form, solve_exchange
from models.solution import Status

SEEDS = range(120)


def random_problem(seed: int) -> ExchangeProblem:
    """Up to seven parties; some with lots, some with a signed deal or a wish."""
    draw = random.Random(seed)
    n = draw.randint(2, 7)
    short = [draw.choice([0, 0, draw.randint(1, 9)]) for _ in range(n)]
    give = [draw.randint(0, 9) for _ in range(n)]
    take = [0 if lack else draw.randint(0, 12) for lack in short]
    pairs = [
        (i, j)
        for i in range(n)
        for j in range(n)
        if short[i] and give[i] and take[j] and draw.random() < 0.7
    ]
    column = [np.array(part, dtype=np.int64) for part in (give, take, short)]
    problem = ExchangeProblem(
        *column,
        quota=np.array([draw.randint(0, 30) for _ in range(n)], dtype=np.int64),
        pairs=np.array(pairs, dtype=np.int64).reshape(len(pairs), 2),
        distance=np.zeros(len(pairs), dtype=np.int64),
        lot=draw.choice([1, 1, 3]),
        max_partners=draw.choice([None, None, 2]),
    )
    if pairs and draw.random() < 0.4:
        i, j = draw.choice(pairs)
        problem = replace(problem, signed=((i, j, draw.randint(1, min(give[i], take[j]))),))
    if pairs and draw.random() < 0.3:
        pair = draw.choice(pairs)
        problem = replace(problem, wished=(pair,) if not problem.signed else ())
    return problem


def solved(seed: int, form: Form) -> tuple[ExchangeProblem, ExchangeOutcome] | None:
    problem = random_problem(seed)
    outcome = solve_exchange(problem, form)
    return (problem, outcome) if outcome.status is Status.OPTIMAL else None


def as_swaps(problem: ExchangeProblem, outcome: ExchangeOutcome, form: Form) -> Any:
    """The problem as the verifier holds it."""
    codes = [f"{i:02d}" for i in range(problem.parties)]
    deals = {(codes[i], codes[j]): n for i, j, n in outcome.transfers}
    signed = {(codes[i], codes[j]): n for i, j, n in problem.signed}
    wished = {(codes[i], codes[j]): 0 for i, j in problem.wished}
    pairs = {(codes[i], codes[j]) for i, j in problem.pairs.tolist()} | signed.keys()
    gives, takes = Counter[str](), Counter[str]()
    for (giver, taker), persons in deals.items():
        gives[giver] += persons
        takes[taker] += persons
    short = dict(zip(codes, problem.shortfall.tolist(), strict=True))
    quotas = dict(zip(codes, problem.quota.tolist(), strict=True))
    certificate = {
        "cut_givers": [codes[i] for i in outcome.cut_givers],
        "cut_takers": [codes[i] for i in outcome.cut_takers],
    }
    return SimpleNamespace(
        log=None,
        result=SimpleNamespace(documents={swap_proofs.CERTIFICATE: {"swap": certificate}}),
        quotas=quotas,
        inside=set(codes),
        takes=takes,
        gives=gives,
        changed={code: quota + takes[code] - gives[code] for code, quota in quotas.items()},
        deals=deals,
        may_give=dict(zip(codes, problem.give_limit.tolist(), strict=True)),
        may_take=dict(zip(codes, problem.take_limit.tolist(), strict=True)),
        shortfall=lambda _, code, change=0: max(0, short[code] + change) if short[code] else 0,
        allowed=lambda giver, taker: (giver, taker) in pairs,
        pinned={"getekend": signed, "vastgezet": {}, "gewenst": wished, "verboden": {}},
        terms={
            "lot": problem.lot,
            "form": "regiobesluit" if form is Form.JOINT else "bilateraal",
        },
    )


@pytest.mark.parametrize("form", list(Form))
def test_both_counts_agree_and_claim_no_more_than_the_best_plan(form: Form) -> None:
    reached = Counter[bool]()
    for seed in SEEDS:
        found = solved(seed, form)
        if found is None:
            continue
        problem, outcome = found
        mine = Proofs(problem, outcome, form)
        theirs = swap_proofs.Proofs(cast(Any, as_swaps(problem, outcome, form)))
        best = outcome.stage("agreements").objective
        counted = fewest_agreements(theirs, outcome.relief_bound)
        assert counted <= best, seed
        is_shown = mine.kinds["agreements"] == RECOMPUTED
        assert is_shown == (counted >= best), seed
        reached[is_shown] += 1
    assert reached[True] > 3 * reached[False]


def test_the_witness_of_the_worst_remainder_holds_and_none_is_found_for_a_lower_claim() -> None:
    shown = Counter[bool]()
    for seed in SEEDS:
        found = solved(seed, Form.JOINT)
        if found is None or not found[1].stage("worst").bound:
            continue
        problem, outcome = found
        mine = Proofs(problem, outcome, Form.JOINT)
        swaps = as_swaps(problem, outcome, Form.JOINT)
        certificate = swaps.result.documents[swap_proofs.CERTIFICATE]["swap"]
        certificate["level_givers"] = [f"{i:02d}" for i in mine.level_givers]
        theirs = swap_proofs.Proofs(cast(Any, swaps))
        level = outcome.stage("worst").bound
        shown[level_holds(theirs, level)] += 1
        assert level_holds(theirs, level) == (mine.kinds["worst"] == RECOMPUTED), seed
        for higher in (level + Fraction(1, 997), level * 2, level + 1):
            assert not level_holds(theirs, higher), seed
    assert shown[True] > 3 * shown[False]


def test_a_leximin_plan_is_as_even_as_can_be() -> None:
    for seed in SEEDS:
        problem = replace(random_problem(seed), lot=1, max_partners=None, wished=(), signed=())
        outcome = solve_exchange(problem, fairness=Fairness.LEXIMIN)
        assert not more_even(problem, outcome), seed


@pytest.mark.parametrize(
    ("transfers", "more"),
    [
        (((1, 3, 4), (2, 4, 4)), True),  # 6, 2, 2 left: the first can take over from the second
        (((0, 3, 2), (1, 3, 2), (2, 4, 4)), True),  # 4, 4, 2: through the second from the third
        (((0, 3, 3), (1, 3, 1), (1, 4, 1), (2, 4, 3)), False),  # 3, 4, 3
    ],
)
def test_who_could_be_helped_is_found_through_others(
    transfers: tuple[tuple[int, int, int], ...], more: bool
) -> None:
    """Three lack 6 of 10; the second may give to either taker of 4, the others to one each."""
    pairs = np.array([(0, 3), (1, 3), (1, 4), (2, 4)], dtype=np.int64)
    column = [
        np.array(part, dtype=np.int64)
        for part in ([6, 6, 6, 0, 0], [0, 0, 0, 4, 4], [6, 6, 6, 0, 0], [10] * 5)
    ]
    problem = ExchangeProblem(*column, pairs=pairs, distance=np.zeros(4, dtype=np.int64))
    outcome = replace(solve_exchange(problem), transfers=transfers)
    assert more_even(problem, outcome) == more


def more_even(problem: ExchangeProblem, outcome: ExchangeOutcome) -> bool:
    swaps = as_swaps(problem, outcome, Form.JOINT)
    return can_be_more_even(swap_proofs.Proofs(cast(Any, swaps)))
