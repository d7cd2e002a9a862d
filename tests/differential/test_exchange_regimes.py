"""Every plan again, of instances drawn where a rule is about to bind: lots, ties, deals, wishes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from models.exchange import ExchangeProblem, Form, solve_exchange, without, without_party
from models.solution import Status
from tests.differential.test_exchange import STAGES, compare
from tests.models.exchange.cases import every_plan, keeps_the_rules, make, measures

PARTIES = 5


def some_short(rng: np.random.Generator) -> np.ndarray:
    """Two or three of five parties are short."""
    return np.isin(np.arange(PARTIES), rng.permutation(PARTIES)[: rng.integers(2, 4)])


def drawn(
    rng: np.random.Generator,
    amounts: list[int],
    pieces: list[int],
    kilometres: tuple[int, ...] = (0, 1, 3),
    share: float = 1.0,
) -> ExchangeProblem:
    """Shortfalls and limits of givers from some amounts, room from others."""
    short = some_short(rng)
    pairs = [(i, j) for i in range(PARTIES) for j in range(PARTIES) if i != j]
    pairs = [pair for pair in pairs if rng.random() < share]
    return make(
        (rng.choice(amounts, PARTIES) * short).tolist(),
        (rng.choice(amounts, PARTIES) * short).tolist(),
        (rng.choice(pieces, PARTIES) * ~short).tolist(),
        pairs,
        rng.choice(kilometres, len(pairs)).tolist(),
        rng.choice([0, 2, 4, 6], PARTIES).tolist(),
    )


def room_of_whole_lots(rng: np.random.Generator) -> ExchangeProblem:
    """Room is some lots exactly; what a giver may give is a person below a lot, or one more."""
    lot = int(rng.integers(2, 4))
    return replace(drawn(rng, [lot - 1, lot, lot + 1, 2 * lot], [lot, 2 * lot]), lot=lot)


def limits_beside_lots(rng: np.random.Generator) -> ExchangeProblem:
    """Every number is a person beside a lot or two, with few partners."""
    lot = int(rng.integers(2, 4))
    near = [lot - 1, lot, lot + 1, 2 * lot - 1, 2 * lot + 1]
    problem = drawn(rng, near, near, share=0.8)
    return replace(problem, lot=lot, max_partners=[None, 0, 1, 2][int(rng.integers(4))])


def equal_parties(rng: np.random.Generator) -> ExchangeProblem:
    """All givers are alike, all takers are, and so are the distances."""
    need, room = int(rng.integers(1, 5)), int(rng.integers(1, 6))
    problem = drawn(rng, [need], [room], kilometres=(0, 7))
    quota = np.full(PARTIES, 6)
    return replace(problem, quota=quota, lot=int(rng.choice([1, 2])), max_partners=2)


def equal_shares(rng: np.random.Generator) -> ExchangeProblem:
    """Short by a half or by all of the quota, in two groups that no pair joins."""
    short, group = some_short(rng), rng.integers(0, 2, PARTIES)
    quota = rng.choice([2, 4, 6], PARTIES)
    need = quota * rng.choice([1, 2], PARTIES) // 2 * short
    alike = [(i, j) for i in range(PARTIES) for j in range(PARTIES) if group[i] == group[j]]
    pairs = [(i, j) for i, j in alike if i != j]
    room = rng.integers(0, 5, PARTIES) * ~short
    lot = int(rng.choice([1, 1, 2]))
    problem = make(need.tolist(), need.tolist(), room.tolist(), pairs, quota=quota.tolist())
    return replace(problem, lot=lot)


def deals_that_use_up_a_limit(rng: np.random.Generator) -> ExchangeProblem:
    """Signed at the whole limit of a side, below the lot or not, in an allowed pair or not."""
    problem = drawn(rng, [1, 2, 4], [2, 3, 4], share=0.8)
    most = np.minimum(problem.give_limit[:, None], problem.take_limit[None, :])
    places = [(int(i), int(j)) for i, j in np.argwhere(most)]
    if not places:
        return problem
    rng.shuffle(places)
    signed = tuple((i, j, int(most[i, j])) for i, j in places[:1])
    allowed = {(int(i), int(j)) for i, j in problem.pairs}
    wished = tuple(pair for pair in places[:2] if pair in allowed)
    return replace(problem, lot=3, signed=signed, wished=wished[: int(rng.integers(3))])


def wishes_that_cost_relief(rng: np.random.Generator) -> ExchangeProblem:
    """Wished: givers without a shortfall, or with less than a lot, into scarce room."""
    problem = drawn(rng, [1, 2, 3], [2, 3, 4])
    idle = (problem.shortfall == 0) & (rng.random(PARTIES) < 0.5)
    give = np.where(idle, 2, problem.give_limit)
    open_to = [(int(i), int(j)) for i, j in problem.pairs if give[i] and problem.take_limit[j]]
    rng.shuffle(open_to)
    return replace(problem, give_limit=give, lot=2, wished=tuple(open_to[: rng.integers(1, 3)]))


REGIMES: tuple[Callable[[np.random.Generator], ExchangeProblem], ...] = (
    room_of_whole_lots,
    limits_beside_lots,
    equal_parties,
    equal_shares,
    deals_that_use_up_a_limit,
    wishes_that_cost_relief,
)
LEAST = {
    "room_of_whole_lots": ("some remains", "all relieved"),
    "limits_beside_lots": ("nothing moves", "some remains", "all relieved"),
    "equal_parties": ("some remains", "all relieved"),
    "equal_shares": ("some remains", "all relieved"),
    "deals_that_use_up_a_limit": ("some remains", "all relieved", "infeasible"),
    "wishes_that_cost_relief": ("some remains", "all relieved", "infeasible"),
}


def compare_some(regime: Callable[[np.random.Generator], ExchangeProblem], instances: int) -> None:
    rng = np.random.default_rng([20210103, REGIMES.index(regime)])
    kinds = [compare(regime(rng), form) for _ in range(instances) for form in Form]
    assert min(kinds.count(kind) for kind in LEAST[regime.__name__]) >= instances // 12


@pytest.mark.parametrize("regime", REGIMES)
def test_every_stage_is_the_best_where_a_rule_is_about_to_bind(
    regime: Callable[[np.random.Generator], ExchangeProblem],
) -> None:
    compare_some(regime, 24)


@pytest.mark.nightly
@pytest.mark.parametrize("regime", REGIMES)
def test_hundreds_of_each_regime_agree_with_enumeration(
    regime: Callable[[np.random.Generator], ExchangeProblem],
) -> None:
    compare_some(regime, 400)


def test_without_a_party_the_next_plan_is_the_best_of_all_that_is_left() -> None:
    rng = np.random.default_rng(20210104)
    fell = 0
    for regime in REGIMES * 4:
        problem, form = regime(rng), Form.BILATERAL
        outcome = solve_exchange(problem, form)
        if outcome.status is Status.INFEASIBLE:
            continue
        party = int(rng.integers(PARTIES))
        left, others = without(problem, outcome, party, form), without_party(problem, party)
        assert keeps_the_rules(others, left.standing)
        best = min(measures(others, plan, form) for plan in every_plan(others))
        assert tuple(left.next_best.stage(name).objective for name in STAGES) == best
        fell += len(left.fallen) > 0
    assert fell >= 4
