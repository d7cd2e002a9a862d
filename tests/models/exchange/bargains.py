"""Exchanges with an engine that decides between equals, and the parts that ask none, as texts.

``expected_bargains.toml`` holds the texts; where a search rightly goes another way, write it anew,
and read what changed::

    python -m tests.models.exchange.bargains
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from models.exchange import Budget, ExchangeProblem, Fairness, Form, grouping, groups, model
from models.exchange.block import build_blocks
from models.exchange.filling import fill
from models.exchange.grouping import plan_in_groups, settle_in_groups
from models.exchange.groups import cover, find_kinds, price_groups
from models.exchange.outcome import TransfersRejectedError, check_transfers
from models.exchange.part import Part
from models.exchange.single_peaked import adjust_single_peaked
from models.exchange.trees import Party, find_tree
from models.exchange.withdraw import without_party
from tests.models import tables
from tests.models.deciding import Decided, digest, short, text_of
from tests.models.exchange.cases import make
from tests.models.exchange.composition_cases import by_thumb
from tests.models.exchange.searches import demand_of, drawn, largest, numbers, solved

TABLE = Path(__file__).with_name("expected_bargains.toml")


def searched(seed: int) -> list[str]:
    """All stages with a search of every programme, some of them without an answer."""
    problem = drawn(700 + seed, 14, 16)
    lines = []
    for form in (Form.JOINT, Form.BILATERAL):
        engine = Decided(silent=3 * (seed % 2), unsure=4 * (seed % 3 > 0))
        with pytest.MonkeyPatch.context() as patch:
            for module in (model, grouping):
                patch.setattr(module, "solve_program", engine)
            lines.append(solved(problem, form, Fairness.WORST, Budget(nodes=50, rounds=2)))
        lines.append(f"asked {len(engine.asked)} {digest(str(engine.asked))} {engine.asked[:3]}")
    return lines


def in_groups(seed: int) -> list[str]:
    """Groups that settle among themselves, at prices by a rule of thumb."""
    block = largest(800 + 50 * seed, 8, 12)
    free = tight(seed)
    lines = []
    for own in (block, *build_blocks(free)):
        demand, flow = demand_of(own), fill(own, 0)
        kinds, engine = find_kinds(own, demand), Decided()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(groups, "solve_relaxation", by_thumb)
            patch.setattr(grouping, "solve_program", engine)
            for given in (flow, None):
                found = price_groups(own, demand, given)
                lines.append(f"priced {'none' if found is None else text_of(found)}")
            plan = plan_in_groups(own, demand, 40)
            part = settle_in_groups(Part(own, demand, flow, 1, "flow"), 40)
        lines.append(f"plan {numbers(plan)} part {numbers(part.flow)} {part.bound} {part.proof}")
        lines.append(f"asked {engine.asked} {kinds.most_load} {kinds.most_groups}")
        lines.append(f"cover {text_of(cover(kinds, np.eye(len(kinds.low), dtype=np.int64), 3))}")
    return lines


def tight(seed: int) -> ExchangeProblem:
    """Everybody may deal with everybody, and both sides have as much."""
    rng = np.random.default_rng(seed)
    give, take = rng.integers(2, 9, 5), rng.integers(2, 9, 4)
    give[0] += max(0, int(take.sum() - give.sum()))
    zero = [0] * 4
    pairs = [(i, 5 + j) for i in range(5) for j in range(4)]
    own = make(
        give.tolist() + zero,
        (give + rng.integers(0, 2, 5)).tolist() + zero,
        [0] * 5 + take.tolist(),
        pairs,
    )
    return replace(own, lot=1 + seed % 3)


def by_rule(seed: int) -> list[str]:
    """Trees of parties, wishes that meet half-way, who walks away, and deals that break a rule."""
    rng = np.random.default_rng(seed)
    lines = []
    for _ in range(6):
        low = rng.integers(1, 6, 6)
        high = low + rng.integers(0, 4, 6)
        party = [Party(k, int(low[k]), int(high[k])) for k in range(6)]
        split = int(rng.integers(1, 5))
        lines.append(f"tree {find_tree(party[:split], party[split:], int(rng.integers(1, 3)))}")
        wishes = rng.integers(-9, 9, 6).tolist()
        order = rng.permutation(6).tolist()
        lines.append(f"{adjust_single_peaked(wishes)} {adjust_single_peaked(wishes, order)}")
    problem = drawn(900 + seed, 7, 9)
    rest = [text_of(without_party(problem, own)) for own in range(problem.parties)]
    return [*lines, *rest, *deals(problem, rng)]


def deals(problem: ExchangeProblem, rng: np.random.Generator) -> list[str]:
    """What is said of deals at random."""
    lines = []
    for _ in range(30):
        some = rng.permutation(len(problem.pairs))[: rng.integers(0, 4)]
        plan = [(int(i), int(j), int(rng.integers(0, 4))) for i, j in problem.pairs[some]]
        plan += [deal for deal in problem.signed if rng.random() < 0.8]
        try:
            check_transfers(problem, tuple(sorted(plan)))
            lines.append(f"fine: {plan}")
        except TransfersRejectedError as error:
            lines.append(f"{error}: {plan}")
    return lines


KINDS: tuple[tuple[Callable[[int], list[str]], int], ...] = (
    *((searched, 16), (in_groups, 6), (by_rule, 8)),
)


def lines_of(way: Callable[[int], list[str]], seed: int) -> list[str]:
    """The texts of a way, long ones shortened."""
    return [short(text) for text in way(seed)]


BARGAINS: dict[str, Callable[[], list[str]]] = {
    f"{own.__name__.replace('_', ' ')}, {seed}": partial(lines_of, own, seed)
    for own, count in KINDS
    for seed in range(count)
}


def expected() -> dict[str, list[str]]:
    """The table as it stands."""
    return tables.read(TABLE)


if __name__ == "__main__":
    tables.write(TABLE, "Exchanges with an engine that decides; see bargains.py.", BARGAINS)
