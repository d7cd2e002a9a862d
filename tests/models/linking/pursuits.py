"""Whom the linking roads ask for what, and what they make of the answers, as short texts.

Engines decide between equals, and prices are given by hand, so that the texts are the same on
every machine. ``expected_pursuits.toml`` holds them; where a road rightly goes another way, write
it anew, and read what changed::

    python -m tests.models.linking.pursuits
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from models.linking import caps, exact, fair_highest, fair_prices, fairness, ordered, prices
from models.linking.caps import search_caps, with_caps
from models.linking.choices import all_choices
from models.linking.conflict import find_conflicts
from models.linking.exact import solve_exactly
from models.linking.fair_highest import Budget, solve_highest_by_prices
from models.linking.fairness import FairOutcome, Floors, floors_of, solve_fairly
from models.linking.formulation import formulate
from models.linking.online import first_come
from models.linking.ordered import OrderedOutcome, solve_ordered
from models.linking.outcome import LinkOutcome
from models.linking.priced import by_kind, nearby, sided
from models.linking.priced.by_kind import _near
from models.linking.priced.columns import first_columns
from models.linking.priced.dual import SoftPrices
from models.linking.priced.improve import ImproveEffort, Stage
from models.linking.priced.layout import Layout, layout_of
from models.linking.priced.master import blocks_of, program_of
from models.linking.priced.nearby import Nearby, _net, _with_level, best_near, highest_near, near
from models.linking.priced.passes import CLOSED, tables_of
from models.linking.priced.placing import _points_first, _seats, place_by_prices, settle
from models.linking.priced.raising import Wanted, _rounded, raise_by_prices
from models.linking.priced.sided import SidedAnswer, Sides, _with_sides, solve_sided
from models.linking.priced.state import place
from models.linking.prices import Effort, replay_from_prices
from models.linking.problem import UNCAPPED, LinkPlan, LinkPrices, LinkProblem, value_of
from models.linking.relaxation import _price_of_nothing
from models.solution import Bounds, SolverDisagreementError, Status
from models.solver.linear import Relaxation
from models.solver.progress import listening
from tests.models import tables
from tests.models.deciding import Decided, digest, short, text_of
from tests.models.linking.price_cases import draw
from tests.models.linking.roads import shown
from tests.models.linking.workings import prices_of

TABLE = Path(__file__).with_name("expected_pursuits.toml")
LITTLE = Effort(improve=ImproveEffort(rounds=1, stages=(Stage(2, 4),), attempts=20))


def drawn(seed: int, households: int = 7) -> LinkProblem:
    """A small problem with hashes; some under caps, some in which all must be housed."""
    rng = np.random.default_rng([seed, 5])
    problem = draw(900 + seed, households, 3)
    problem = replace(problem, canonical=rng.integers(0, 1 << 30, problem.points.shape))
    if seed % 3 == 0:
        most = np.maximum(problem.quota.target + rng.integers(0, 9, 3), 1)
        problem = with_caps(problem, np.where(rng.random(3) < 0.6, most, UNCAPPED))
    if seed % 4 == 1:
        wide = replace(problem, class_min=np.minimum(problem.class_min, 1))
        wide = replace(wide, class_max=np.maximum(problem.class_max, 6))
        return replace(wide, may_lack_dwelling=False, dwellings=problem.dwellings + 1)
    return replace(problem, may_lack_dwelling=True)


def by_hand(problem: LinkProblem, seed: int = 1) -> LinkPrices:
    """Prices of persons that a quota allows, and of dwellings."""
    found = prices_of(problem, np.random.default_rng(seed), 10)
    quota = problem.quota
    person = np.clip(found.per_person, -quota.short_beyond * 10, quota.highest * 10)
    return replace(found, per_person=np.asarray(person, dtype=np.int64))


class Road:
    """The price road at prices by hand, with a note of what it was asked."""

    def __init__(self, seed: int) -> None:
        self.seed, self.asked = seed, list[str]()

    def __call__(self, problem: LinkProblem, **more: object) -> LinkOutcome:
        self.asked.append(f"{text_of(problem.quota)} {digest(text_of(problem) + text_of(more))}")
        warm = more.get("warm")
        given = warm if isinstance(warm, LinkPrices) else by_hand(problem, self.seed)
        return replay_from_prices(problem, given, effort=LITTLE)


@contextmanager
def replaced(*places: tuple[object, str, object]) -> Iterator[None]:
    """Others in the place of functions of modules."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, other in places:
            patch.setattr(module, name, other)
        yield


def fair(found: FairOutcome) -> list[str]:
    """An outcome with floors."""
    proof = found.highest and f"{found.highest.level} {text_of(found.highest.prices)}"
    proof = found.highest and f"{proof} {text_of(found.highest.per_fit)} {found.highest.per_lost}"
    return [
        f"{found.level} {found.plain_lost} {found.is_impossible} {found.is_highest}",
        shown(found.outcome),
        shown(found.plain),
        f"{text_of(found.per_fit)} {found.per_lost} {proof}",
    ]


def in_order(seed: int) -> list[str]:
    """One goal before the next, by prices and by two roads."""
    problem, road, other = drawn(seed, 9), Road(seed), Road(seed + 1)
    with replaced((ordered, "solve_by_prices", road)):
        lines = steps(solve_ordered(problem, road)) + steps(solve_ordered(problem, other))
    alike = problem.rows(np.array([0, 1, 0, 1, 0, 2]))
    many = replaced((ordered, "_MANY", 5), (ordered, "solve_by_prices", road))
    with many, replaced((ordered, "prices_of_equals", lambda own, _: by_hand(own))):
        lines += steps(solve_ordered(alike, other))
    near_limit = replaced((ordered, "_SAFE", 60_000), (ordered, "solve_by_prices", road))
    with near_limit:
        lines += steps(solve_ordered(problem, other))
    return [*lines, *road.asked, *other.asked]


def steps(found: OrderedOutcome) -> list[str]:
    """Levels of an outcome."""
    levels = [
        f"{text_of(own.weights)} {own.objective} {own.bound} {own.price_bound}"
        for own in found.levels
    ]
    return [f"{shown(found.outcome)} {found.outcome.alternatives_excluded}", *levels]


def exactly(seed: int) -> list[str]:
    """The exact road with prices by hand, and engines that fall silent or are unsure."""
    problem, lines = drawn(seed), list[str]()
    ways = ((0, 0, 999, 6), (seed % 4, 3, 999, 2), (0, 2, 12, 6), (2, 0, 4, 2), (0, 0, 25, 1))
    for turn, (silent, unsure, pairs, widenings) in enumerate(ways):
        finder = Decided(silent=silent, unsure=unsure)
        prover = Decided(unsure=unsure, silent=(seed + turn) % 3)
        road = Road(seed)
        others = ((exact, "_prices", by_hand), (prices, "solve_by_prices", road))
        with replaced(*others, (exact, "_WIDENINGS", widenings)):
            try:
                found = solve_exactly(problem, 50, pairs, finder, prover)
            except SolverDisagreementError as error:
                lines.append(str(error))
                continue
        excluded = found.alternatives_excluded
        lines += [f"{shown(found)} {excluded} {text_of(found.conflict)}"]
        lines += [f"asked {finder.asked} {prover.asked} {road.asked}"]
    return lines


def fairly(seed: int) -> list[str]:
    """Floors on the exact road, given and as high as can be."""
    problem, engines = drawn(seed, 6), (Decided(), Decided(unsure=2 * (seed % 2)))
    fits = np.random.default_rng(seed).integers(0, 90, problem.points.shape)
    lines = []
    both = [(module, "two_engines", lambda: engines) for module in (exact, fairness)]
    with replaced(
        *both,
        (exact, "_prices", by_hand),
        (fairness, "_FIRST_WIDTH", 3),
        (prices, "solve_by_prices", Road(seed)),
    ):
        for level in (700, 1_000, None):
            lines += fair(solve_fairly(problem, fits, level))
    nowhere = replace(problem, allowed=problem.allowed & (problem.sizes[:, None] < 0))
    lines += [*fair(solve_fairly(nowhere, fits, None)), *fair(solve_fairly(nowhere, fits, 500))]
    return [*lines, f"asked {engines[0].asked}", f"asked {engines[1].asked}"]


def by_fit_prices(seed: int) -> list[str]:
    """Floors by prices of a point of fit."""
    problem, road = drawn(seed, 12), Road(seed)
    fits = np.random.default_rng(seed).integers(0, 90, problem.points.shape)
    lines = []
    with replaced((fair_prices, "solve_by_prices", road)):
        for level in (600, 900):
            lines += fair(fair_prices.solve_fairly_by_prices(problem, fits, level))
    return [*lines, f"asked {len(road.asked)} {road.asked}"]


def thumbed(seed: int) -> Callable[..., SidedAnswer | None]:
    """Answers of a relaxation by chance, fewer and fewer points beyond what it is worth."""
    rng, asked = np.random.default_rng(seed), list[int]()

    def answer(
        problem: LinkProblem, layout: Layout, columns: object, sides: Sides
    ) -> SidedAnswer | None:
        asked.append(1)
        if len(asked) % 5 == 4:
            return None
        households, municipalities, classes = problem.shape
        person = rng.integers(-20, 20, municipalities) / 4
        dwelling = rng.integers(0, 200, (municipalities, classes)) / 8
        fit, paid = rng.integers(0, 8, len(sides.best)) / 8, rng.integers(0, 300, households) / 4
        value = float(rng.integers(0, 900))
        return SidedAnswer(SoftPrices(person, dwelling), paid, fit, seed % 3 / 4, value)

    return answer


def highest(seed: int) -> list[str]:
    """The highest floor by prices, from answers by chance."""
    problem, road, told = drawn(seed, 14), Road(seed), list[str]()
    fits = np.random.default_rng(seed).integers(0, 90, problem.points.shape)

    def look(name: str) -> Callable[..., LinkPlan | None]:
        def found(few: LinkProblem, *more: object) -> LinkPlan | None:
            told.append(f"{name} {text_of(few.allowed)} {text_of(more)}")
            last = np.arange(14)[::-1] if len(told) % 2 else np.arange(14)
            return first_come(few, last) if len(told) % 3 else None

        return found

    places = [(fair_highest, name, look(name)) for name in ("highest_near", "best_near")]
    by_chance = (fair_highest, "solve_sided", thumbed(seed))
    few = (fair_highest, "BUDGET", Budget(pairs=4, share=6, places=2, few=2))
    with replaced((fair_highest, "solve_by_prices", road), by_chance, few, *places):
        found = solve_highest_by_prices(problem, fits)
    return [*fair(found), *told]


def in_sides(seed: int) -> list[str]:
    """Programmes with floors, and what is open near a plan at prices by chance."""
    problem, rng = drawn(seed, 10), np.random.default_rng(seed)
    fits, layout = rng.integers(0, 90, problem.points.shape), layout_of(drawn(seed, 10))
    floors = replace(floors_of(problem, fits, 850), most_lost=300)
    sides = Sides(fits, floors.group, floors.best, 300)
    answer = thumbed(seed)(problem, layout, None, sides)
    assert answer is not None
    blocks = blocks_of(problem, layout, first_columns(problem, layout, answer.prices))
    program = program_of(problem, layout, blocks, None)
    lost = rng.integers(-9, 1, len(program.objective))
    form, plan = formulate(problem, all_choices(problem)), first_come(problem)
    rows = len(program.row_lower) + len(floors.best) + 1
    row_prices = np.where(np.arange(rows) % 3, 1.5, -2.0) * np.arange(rows, dtype=np.float64)
    relaxed = Relaxation(np.zeros(1), row_prices, 8.5)
    columns = first_columns(problem, layout, answer.prices)
    with replaced((sided, "solve_interior", lambda _: relaxed)):
        answered = solve_sided(problem, layout, columns, sides)
    assert answered is not None
    none = problem.rows(slice(0, 0))
    wanted = Wanted(fits, floors.group, floors.least, 300)
    given = (problem, layout, answer, floors)
    return [
        f"level {text_of(_with_sides(program, blocks, sides, lost))}",
        f"least {text_of(_with_sides(program, blocks, replace(sides, least=floors.least), lost))}",
        f"answered {text_of([np.rint(4 * np.array(own)) for own in all_of(answered)])}",
        f"column {text_of(_with_level(form, floors, 940))}",
        f"net {text_of(np.rint(8 * _net(*given)))}",
        *(
            f"near {text_of(near(*given, plan, Nearby(pairs, places, few)).allowed)}"
            for pairs, places, few in ((3, 1, 1), (9, 2, 2), (5, 3, 99))
        ),
        *near_plans(problem, floors),
        f"nobody {text_of(place_by_prices(none, layout_of(none), by_hand(none)).where)}",
        f"lacks {text_of(wanted.lacks(plan))} rounded {text_of(_rounded(problem, answer.prices))}",
        *map(text_of, raise_by_prices(problem, answer.prices, answer.fit, answer.lost, wanted)),
        f"floors {text_of(floors_of(problem, fits * (fits % 3 == 0), 850))}",
        f"nothing {_price_of_nothing(problem, rng.integers(-9, 9, 3), problem.dwellings * 5)}",
    ]


def near_plans(problem: LinkProblem, floors: Floors) -> list[str]:
    """The highest floor near a plan, and the most that is worth with floors kept; and silence.

    Which of equal plans comes out is the engine's, of whatever version.
    """
    found = []
    for silent in (0, 1):
        with replaced((nearby, "solve_program", Decided(silent=silent))):
            highest, best = highest_near(problem, floors, 940, 60), best_near(problem, floors, 60)
        found.append(f"floor {None if highest is None else floors.shares(highest).min()}")
        found.append(f"worth {None if best is None else value_of(problem, best)}")
    return found


def all_of(answer: SidedAnswer) -> list[np.ndarray | float]:
    """All numbers of an answer."""
    prices_ = (answer.prices.person, answer.prices.dwelling)
    return [*prices_, answer.paid, answer.fit, answer.lost, answer.value]


def settled(seed: int) -> list[str]:
    """Households of a kind that change places, at the most points."""
    problem, rng = drawn(seed, 16), np.random.default_rng(seed)
    problem = replace(problem, sizes=np.full(16, 2), allowed=rng.random((16, 3)) < 0.8)
    problem.allowed[np.arange(16), rng.integers(0, 3, 16)] = True
    lines = []
    for within in (None, 10, 0):
        plan = first_come(replace(problem, may_lack_dwelling=True))
        lacks = problem.needs_dwelling & (plan.dwelling_class < 0)
        places = place(problem, layout_of(problem), plan.municipality.copy(), lacks)
        who = places.layout.members(0)
        cells, seat = np.unique(places.cell[who], return_inverse=True)
        lines.append(f"seats {text_of(_seats(places, who, cells, seat, within))}")
        settle(places, 0, within)
        lines.append(f"{text_of(places.where)} {text_of(places.lacks)} {text_of(places.cell)}")
    layout, tables_ = layout_of(problem), tables_of(problem, layout_of(problem), by_hand(problem))
    net, bare = rng.integers(-90, 90, (2, 9, 3))
    net[rng.random(net.shape) < 0.2] = CLOSED
    windows = replaced((by_kind, "_WINDOW_POINTS", 6), (by_kind, "_BARE_POINTS", 3))
    with windows:
        ends = [_near(problem, layout, tables_, kind, net, bare) for kind in range(layout.kinds)]
    lines.append(f"ends {text_of(ends)}")
    values = [rng.integers(-9, 1 << 20 + 3 * k, 12) << 2 * k for k in range(9)]
    return [*lines, f"first {[_points_first(own, 30) for own in values]}"]


def clashing(seed: int) -> list[str]:
    """Caps that cannot be kept, where the least excess is found by whoever comes first."""
    rng = np.random.default_rng(seed)
    problem = replace(draw(950 + seed, 8, 4), may_lack_dwelling=True)
    allowed = problem.allowed & (rng.random(problem.allowed.shape) < 0.6)
    allowed[np.arange(8), rng.integers(0, 4, 8)] = True
    capped = with_caps(replace(problem, allowed=allowed), rng.integers(2, 9, 4))
    asked = list[str]()

    def excess(own: LinkProblem) -> LinkOutcome:
        asked.append(text_of(own.sizes))
        if (len(asked) + seed) % 5 == 4:
            return LinkOutcome(None, Status.UNKNOWN, None, None, -(seed % 2))
        eased = caps.eased_of(own)
        plan = first_come(eased)
        value = value_of(eased, plan)
        bounds = Bounds(value, min(0, value + seed % 4))
        status = Status.OPTIMAL if bounds.is_closed else Status.FEASIBLE
        return LinkOutcome(plan, status, bounds, None, bounds.bound)

    with replaced((caps, "_least_excess", excess)):
        found = search_caps(capped)
        why = caps.why_no_plan(capped)
    number = rng.integers(1, 4, 8)
    most = np.full(4, int((problem.sizes * number).sum()) - seed % 2)
    many = with_caps(problem, most, number).quota.most is None
    crowded = replace(capped, may_lack_dwelling=False, dwellings=capped.dwellings // 4)
    first = solve_exactly(crowded) if find_conflicts(crowded) else None
    none = first and f"{first.status} {text_of(first.conflict)}"
    return [
        text_of(found),
        f"{why.status} {text_of(why.conflict)}",
        f"asked {asked} {many}",
        str(none),
    ]


KINDS: tuple[tuple[Callable[[int], list[str]], int], ...] = (
    *((in_order, 6), (exactly, 10), (fairly, 2), (by_fit_prices, 6), (highest, 20)),
    *((in_sides, 10), (settled, 12), (clashing, 30)),
)


def lines_of(way: Callable[[int], list[str]], seed: int) -> list[str]:
    """The texts of a way, long ones shortened, and how far it said to be."""
    heard = list[str]()
    with listening(lambda done, total: heard.append(f"{done}/{total}")):
        lines = way(seed)
    return [short(text) for text in [*lines, f"heard {' '.join(heard)}"]]


PURSUITS: dict[str, Callable[[], list[str]]] = {
    f"{own.__name__.replace('_', ' ')}, {seed}": partial(lines_of, own, seed)
    for own, count in KINDS
    for seed in range(count)
}


def expected() -> dict[str, list[str]]:
    """The table as it stands."""
    return tables.read(TABLE)


if __name__ == "__main__":
    tables.write(TABLE, "Whom the linking roads ask, and for what; see pursuits.py.", PURSUITS)
