"""Plans at prices by hand and quick searches of prices, written down as short texts.

At given prices a plan is the same on every machine. ``expected_roads.toml`` holds the texts; where
a road rightly goes another way, write it anew, and read what changed::

    python -m tests.models.linking.roads
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from models.linking.again import AgainEffort, solve_again
from models.linking.by_groups import GroupEffort, solve_groups
from models.linking.caps import with_caps
from models.linking.fair_prices import _Search
from models.linking.fairness import floors_of
from models.linking.groups import GroupedProblem
from models.linking.online import Policy, Weeks, first_come, replay
from models.linking.outcome import LinkOutcome
from models.linking.priced.certificate import explain_gap
from models.linking.priced.columns import Columns, first_columns, join, more_columns
from models.linking.priced.dual import Cooling, SoftPrices, descend, no_prices, soft_counts
from models.linking.priced.floors import raised
from models.linking.priced.improve import ImproveEffort, Stage
from models.linking.priced.layout import layout_of
from models.linking.priced.master import blocks_of, program_of
from models.linking.priced.repair import NOWHERE
from models.linking.prices import QUICK, Effort, replay_from_prices, solve_by_prices
from models.linking.problem import UNCAPPED, LinkPlan, LinkProblem
from tests.models import tables
from tests.models.deciding import text_of
from tests.models.linking.price_cases import draw
from tests.models.linking.workings import prices_of

TABLE = Path(__file__).with_name("expected_roads.toml")
SHORT = Effort(improve=ImproveEffort(rounds=2, stages=(Stage(2, 4), Stage(3, 0)), attempts=40))
NONE = Effort(improve=ImproveEffort(rounds=0))


def shown(found: LinkOutcome) -> str:
    """Plan, bounds and prices of an outcome."""
    engines = "".join(own[0] for own in found.engines)
    prices = text_of(found.prices)
    return f"{text_of(found.plan)} {text_of(found.bounds)} {found.price_bound} {engines} {prices}"


def drawn(seed: int) -> LinkProblem:
    """A problem of some forty households; some under caps, some in which all must be housed."""
    rng = np.random.default_rng(seed)
    problem = draw(seed, int(rng.integers(20, 60)), int(rng.integers(3, 7)), scarcity=1.3)
    municipalities = problem.shape[1]
    if seed % 4 == 0:
        ranges = np.minimum(problem.class_min, 1), np.maximum(problem.class_max, 6)
        many = problem.dwellings + 9
        return replace(
            problem,
            class_min=ranges[0],
            class_max=ranges[1],
            dwellings=many,
            may_lack_dwelling=False,
        )
    problem = replace(problem, may_lack_dwelling=True)
    if seed % 4 < 3:
        return problem
    most = problem.quota.target + rng.integers(0, 9, municipalities)
    return with_caps(problem, np.where(rng.random(municipalities) < 0.5, most, UNCAPPED))


def at_prices(seed: int) -> list[str]:
    """Plans at prices by hand: as placed, a little improved, and improved in full."""
    problem, rng = drawn(seed), np.random.default_rng(seed)
    prices = prices_of(problem, rng, int(rng.choice([1, 10])))
    plans = [replay_from_prices(problem, prices, effort=own) for own in (NONE, SHORT, Effort())]
    last = plans[-1].plan
    gap = [] if last is None else [f"gap {text_of(explain_gap(problem, last, prices))}"]
    return [*map(shown, plans), *gap]


def quickly(seed: int) -> list[str]:
    """A quick search of prices, and a plan at them after a change."""
    problem, rng = drawn(100 + seed), np.random.default_rng(seed)
    found = solve_by_prices(problem, effort=QUICK)
    if found.plan is None or found.prices is None:
        return [shown(found)]
    fewer = replace(problem, dwellings=np.maximum(problem.dwellings - 1, 0))
    where = np.where(rng.random(len(problem.sizes)) < 0.2, NOWHERE, found.plan.municipality)
    old = LinkPlan(where, np.where(where == NOWHERE, -1, found.plan.dwelling_class))
    effort = AgainEffort(improve=SHORT.improve)
    again = solve_again(fewer, found.prices, old, changed=[0], effort=effort)
    return [shown(found), shown(again.outcome), text_of(again.moved)]


def in_groups(seed: int) -> list[str]:
    """Groups of equals, placed by flows."""
    problem, rng = draw(200 + seed, 8, 4, scarcity=0.2), np.random.default_rng(seed)
    grouped = GroupedProblem(replace(problem, may_lack_dwelling=True), rng.integers(1, 9, 8))
    found = solve_groups(grouped, GroupEffort(master_rounds=0))
    return [text_of(found)]


def week_by_week(seed: int) -> list[str]:
    """Policies that see no further than their week."""
    problem = replace(draw(300 + seed, 24, 3), may_lack_dwelling=True)
    arrival = np.random.default_rng(seed).integers(0, 4, 24)
    part = problem.dwellings // 2
    weeks = Weeks(problem, arrival, np.stack([part // 2, part, part, problem.dwellings]), 7)
    return [text_of(replay(weeks, policy)) for policy in Policy]


def floored(seed: int) -> list[str]:
    """Plans with floors at prices of fit by hand."""
    problem, rng = drawn(400 + seed), np.random.default_rng(seed)
    fits = np.maximum(problem.points, 0)
    search = _Search(problem, fits, floors_of(problem, fits, 800))
    for _ in range(2):
        steps = rng.integers(0, 16, len(search.floors.best))
        search.solve(steps, None, QUICK)
    return [shown(search.outcome()), text_of(search.best.steps)]


def columns(seed: int) -> list[str]:
    """Columns and programmes of the relaxation at coarse prices by hand."""
    problem, rng = draw(500 + seed, 12, 4, scarcity=1.3), np.random.default_rng(seed)
    if seed > 3:
        most = problem.quota.target + rng.integers(-6, 7, 4)
        problem = with_caps(
            problem, np.where([True, True, True, False], np.maximum(most, 0), UNCAPPED)
        )
    layout, prices = layout_of(problem), prices_of(problem, rng, 1)
    soft = SoftPrices(prices.per_person / 2, prices.per_dwelling / 4)
    first = first_columns(problem, layout, soft)
    few = Columns(first.housed[::3], first.lacking[::3])
    more = more_columns(problem, layout, soft, few, rng.integers(-90, 20, 12).astype(float))
    blocks = blocks_of(problem, layout, join(few, more))
    program = program_of(problem, layout, blocks, rng.integers(1, 4, 12) if seed % 2 else None)
    counts = soft_counts(problem, layout, soft, Cooling(9, 3, 1, 1), np.ones(12, dtype=np.int64))
    return [
        f"layout {text_of(layout)}",
        f"first {text_of(first)}",
        f"more {text_of(more)}",
        f"blocks {text_of(blocks)}",
        f"programme {text_of(program)}",
        f"counts {text_of([np.rint(1000 * own) for own in (counts.here, counts.housed)])}",
    ]


def descended(seed: int) -> list[str]:
    """Prices after a short descent, in thousandths of a point."""
    problem = drawn(600 + seed)
    schedule = (Cooling(30, 3, 40, 60), Cooling(3, 2, 35, 6))
    number = np.random.default_rng(seed).integers(1, 4, len(problem.sizes))
    found = [
        descend(problem, layout_of(problem), no_prices(problem), schedule, share, several)
        for share, several in ((1.0, None), (0.5, number))
    ]
    prices = [own for soft in found for own in (soft.person, soft.dwelling)]
    return [text_of(np.rint(1000 * own)) for own in prices]


def raised_plans(seed: int) -> list[str]:
    """Plans by whoever comes first, with floors that they do not keep."""
    problem = replace(draw(700 + seed, 20, 4), may_lack_dwelling=True)
    fits = np.maximum(problem.points, 0)
    found = []
    for level in (500, 700, 900):
        floors = floors_of(problem, fits, level)
        for most in (None, 400):
            given = (first_come(problem), fits, floors.group, floors.least, most)
            found.append(text_of(raised(problem, layout_of(problem), *given)))
    return found


KINDS: tuple[Callable[[int], list[str]], ...] = (
    at_prices,
    quickly,
    in_groups,
    week_by_week,
    floored,
    columns,
    descended,
    raised_plans,
)
ROADS: dict[str, Callable[[], list[str]]] = {
    f"{own.__name__.replace('_', ' ')}, {seed}": partial(own, seed)
    for own in KINDS
    for seed in range(8)
}


def expected() -> dict[str, list[str]]:
    """The table as it stands."""
    return tables.read(TABLE)


if __name__ == "__main__":
    tables.write(TABLE, "Plans of the price roads; see roads.py.", ROADS)
