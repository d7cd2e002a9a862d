"""Small linking problems for the price road, and their best plan by enumeration."""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np

from models.linking.priced.layout import layout_of
from models.linking.priced.passes import Tables, tables_of
from models.linking.priced.placing import place_by_prices
from models.linking.priced.search import PriceEffort, search_prices
from models.linking.priced.state import Places
from models.linking.problem import (
    NO_DWELLING,
    LinkPlan,
    LinkProblem,
    PlanRejectedError,
    QuotaPenalty,
    check_plan,
    value_of,
)

MOST_PLANS = 20_000
COARSE = PriceEffort(master_rounds=0)


def draw(seed: int, households: int, municipalities: int, scarcity: float = 1.0) -> LinkProblem:
    """A random problem; ``scarcity`` above 1 leaves more households without a dwelling."""
    rng = np.random.default_rng(seed)
    classes = int(rng.integers(1, 4))
    least = rng.integers(1, 4, classes)
    allowed = rng.random((households, municipalities)) < 0.7
    allowed[np.arange(households), rng.integers(0, municipalities, households)] = True
    most = max(2, round(2 * households / (municipalities * classes * scarcity)) + 1)
    sizes = rng.integers(1, 7, households)
    return LinkProblem(
        sizes=sizes,
        points=rng.integers(-20, 60, (households, municipalities)),
        allowed=allowed,
        needs_dwelling=rng.random(households) < 0.85,
        without_dwelling=rng.integers(0, 80, households),
        class_min=least,
        class_max=least + rng.integers(0, 4, classes),
        dwellings=rng.integers(0, most, (municipalities, classes)),
        quota=QuotaPenalty(
            target=rng.integers(0, max(2, 2 * int(sizes.sum()) // municipalities), municipalities),
            margin=rng.integers(1, 4, municipalities),
            short_first=6,
            short_beyond=20,
            over_first=4,
            over_beyond=15,
        ),
        may_lack_dwelling=bool(rng.random() < 0.7),
    )


def options(problem: LinkProblem, household: int) -> list[tuple[int, int]]:
    """Municipality and class of everything a household could get."""
    classes = []
    if problem.may_lack_dwelling or not problem.needs_dwelling[household]:
        classes.append(NO_DWELLING)
    if problem.needs_dwelling[household]:
        classes += np.flatnonzero(problem.fits()[household]).tolist()
    places = np.flatnonzero(problem.allowed[household]).tolist()
    return [(m, s) for m in places for s in classes]


def is_enumerable(problem: LinkProblem) -> bool:
    """Whether trying every plan is a matter of a moment."""
    sizes = [len(options(problem, h)) for h in range(len(problem.sizes))]
    return math.prod(sizes) <= MOST_PLANS


def best_value(problem: LinkProblem) -> int | None:
    """Value of the best plan, by trying all; nothing if there is none."""
    best: int | None = None
    every = [options(problem, h) for h in range(len(problem.sizes))]
    for chosen in itertools.product(*every):
        where = np.array([m for m, _ in chosen], dtype=np.int64)
        plan = LinkPlan(where, np.array([s for _, s in chosen], dtype=np.int64))
        try:
            check_plan(problem, plan)
        except PlanRejectedError:
            continue
        value = value_of(problem, plan)
        best = value if best is None else max(best, value)
    return best


def lenient(seed: int, households: int, municipalities: int) -> LinkProblem:
    """A drawn problem in which anybody may lack a dwelling."""
    problem = draw(seed, households, municipalities)
    return dataclasses.replace(problem, may_lack_dwelling=True)


def placed(problem: LinkProblem) -> Places:
    """The first plan that coarse prices give."""
    return priced(problem)[0]


def priced(problem: LinkProblem) -> tuple[Places, Tables]:
    """The first plan that coarse prices give, and what they charge."""
    layout = layout_of(problem)
    prices = search_prices(problem, layout, COARSE).prices
    return place_by_prices(problem, layout, prices), tables_of(problem, layout, prices)
