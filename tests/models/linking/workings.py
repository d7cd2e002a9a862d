"""What each part of the linking roads makes of small problems, written down as short texts.

None of it is an engine's choice or a matter of prices that are searched. ``expected_workings.toml``
holds the texts; where a part rightly changes, write it anew, and read what changed::

    python -m tests.models.linking.workings
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from models.linking.canonical import canonical_weights
from models.linking.caps import _cut, _divided, _parts, eased_of, is_within_caps, with_caps
from models.linking.choices import all_choices, choices_within
from models.linking.claims import hold_claims
from models.linking.conflict import find_conflicts
from models.linking.fairness import Floors, floors_of
from models.linking.formulation import columns_of, formulate
from models.linking.groups import GroupedPlan, group_equals, grouped_value
from models.linking.keeping import charge_of
from models.linking.online import first_come, take_turns
from models.linking.ordered import Weights, goals_of, weigh
from models.linking.problem import (
    UNCAPPED,
    LinkPrices,
    LinkProblem,
    bound_of,
    dwelling_cost,
    net_points,
    quota_slope_value,
    value_of,
)
from models.linking.seating import seat_households
from models.linking.thumb import Nearness, rule_of_thumb
from tests.models import tables
from tests.models.deciding import text_of
from tests.models.linking.price_cases import draw

TABLE = Path(__file__).with_name("expected_workings.toml")


def prices_of(problem: LinkProblem, rng: np.random.Generator, scale: int) -> LinkPrices:
    """Prices that nobody looked for."""
    _, m, s = problem.shape
    per_person = rng.integers(-9 * scale, 9 * scale, m)
    return LinkPrices(per_person, rng.integers(0, 40 * scale, (m, s)), scale)


def by_hand(seed: int) -> list[str]:
    """What is counted at prices by hand, and what they leave open."""
    rng, problem = np.random.default_rng(seed), draw(seed, 7, 3)
    prices = prices_of(problem, rng, int(rng.choice([1, 10])))
    plan = first_come(problem)
    budget = prices.scale * int(rng.integers(0, 90))
    return [
        f"bound {bound_of(problem, prices)} value {value_of(problem, plan)}",
        f"net {text_of(net_points(problem, prices))}",
        f"cost {text_of(dwelling_cost(problem, prices))}",
        f"slope {text_of(quota_slope_value(problem, prices))}",
        f"profiles {text_of(problem.profiles())} highest {text_of(problem.quota.highest)}",
        f"missed {text_of(problem.quota.at(problem.quota.target + rng.integers(-4, 5, 3)))}",
        f"open {text_of(choices_within(problem, prices, budget))}",
        f"all {text_of(all_choices(problem))}",
    ]


def written(seed: int) -> list[str]:
    """The programme of a problem, whole and relaxed, and a plan as its columns."""
    rng, problem = np.random.default_rng(seed), draw(seed, 5, 2, scarcity=1.5)
    if seed % 3 == 0:
        most = problem.quota.target + rng.integers(0, 3, 2)
        problem = with_caps(problem, np.where(rng.random(2) < 0.5, most, UNCAPPED))
    forms = [formulate(problem, all_choices(problem), relaxed) for relaxed in (False, True)]
    plan = first_come(problem)
    fits = np.maximum(problem.points, 0)
    floors = Floors(fits, problem.sizes % 2, np.array([90, 140]), 413, most_lost=77)
    return [
        *(f"written {text_of(form)}" for form in forms),
        f"columns {text_of(columns_of(forms[0], problem, plan))}",
        f"floored {text_of(floors.on(forms[0]))}",
        f"floors {text_of(floors.least)}; {text_of(floors.shares(plan))}",
        f"best {text_of(floors_of(problem, fits, 500))}",
    ]


def placed(seed: int) -> list[str]:
    """Plans by simple rules, and who sits where in them."""
    rng, problem = np.random.default_rng(seed), draw(seed, 9, 3, scarcity=1.5)
    order = rng.permutation(len(problem.sizes))
    near = Nearness(rng.integers(-1, 2, len(problem.sizes)), np.array([0, 1, 1]))
    lowest = take_turns(problem, lambda h, _, __: int(np.flatnonzero(problem.allowed[h])[0]), order)
    where = np.array([int(rng.choice(np.flatnonzero(row))) for row in problem.allowed])
    hashes = rng.integers(0, 1 << 30, problem.points.shape)
    charged = charge_of(
        rng.integers(-3, 9, 3),
        rng.integers(0, 30, problem.dwellings.shape),
        problem.sizes,
        problem.needs_dwelling,
        problem.fits(),
    )
    held = hold_claims(
        problem.sizes,
        where,
        problem.without_dwelling,
        problem.class_min,
        problem.class_max,
        problem.dwellings,
    )
    return [
        f"first come {text_of(first_come(problem, order))}; {text_of(first_come(problem))}",
        f"turns {text_of(lowest)}",
        f"thumb {text_of(rule_of_thumb(problem, order, near))}",
        f"seats {text_of(seat_households(problem, where))} held {text_of(held)}",
        f"charge {text_of(charged)}",
        f"hashes {text_of(canonical_weights(replace(problem, canonical=hashes)))}",
    ]


def weighed(seed: int) -> list[str]:
    """Goals of a plan and what weights make of them; groups of equals and their value."""
    rng, problem = np.random.default_rng(seed), draw(seed, 6, 3)
    twice = problem.rows(np.array([0, 1, 0, 2, 3, 1, 4, 5]))
    grouped, group = group_equals(twice)
    weights = Weights(*rng.integers(0, 9, 3).tolist())
    plan = first_come(problem)
    goals = goals_of(problem, plan)
    alike = first_come(grouped.one_each)
    one = GroupedPlan(
        np.arange(len(grouped.number)), alike.municipality, alike.dwelling_class, grouped.number
    )
    return [
        f"goals {text_of(goals)} rank {goals.rank} of {goals.of(weights)}",
        f"weighed {text_of(weigh(problem, weights))}",
        f"group {text_of(group)} number {text_of(grouped.number)} {grouped.households}",
        f"one by one {text_of(one.one_by_one())} {grouped_value(grouped, one)}",
    ]


def clashing(seed: int) -> list[str]:
    """Conflicts over dwellings and over caps."""
    rng = np.random.default_rng(seed)
    problem = replace(draw(seed, 7, 4, scarcity=3), may_lack_dwelling=False)
    spread = replace(problem, allowed=problem.allowed & (rng.random(problem.allowed.shape) < 0.6))
    spread.allowed[np.arange(7), rng.integers(0, 4, 7)] = True
    capped = with_caps(spread, rng.integers(0, 9, 4))
    rows, persons = np.arange(7), rng.integers(0, 12, 4)
    most = capped.quota.most
    lines = [f"conflicts {text_of(list(find_conflicts(own)))}" for own in (problem, spread)]
    lines += [f"parts {text_of(_parts(spread))} {text_of(_divided(spread, rng.random(7) < 0.6))}"]
    if most is not None:
        lines += [f"cut {text_of(_cut(capped, own))}" for own in (rows, rows[1:4], rows[3:])]
        lines += [f"within {is_within_caps(capped, persons)} {is_within_caps(capped, most)}"]
        lines += [f"eased {text_of(eased_of(capped))}"]
    return lines


KINDS = {
    own.__name__.replace("_", " "): own for own in (by_hand, written, placed, weighed, clashing)
}
WORKINGS: dict[str, Callable[[], list[str]]] = {
    f"{name}, {seed}": partial(own, seed) for name, own in KINDS.items() for seed in range(8)
}


def expected() -> dict[str, list[str]]:
    """The table as it stands."""
    return tables.read(TABLE)


if __name__ == "__main__":
    tables.write(TABLE, "Workings of the linking roads; see workings.py.", WORKINGS)
