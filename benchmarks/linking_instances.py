"""Seeded linking problems of any size, drawn from published shares and plausible geography.

The order of the draws is part of the definition: equal arguments give equal problems.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.linking.caps import with_caps
from models.linking.groups import GroupedProblem
from models.linking.problem import UNCAPPED, IntArray, LinkProblem, QuotaPenalty

CLASS_MIN = np.array([1, 1, 2, 3, 5, 7], dtype=np.int64)
CLASS_MAX = np.array([1, 2, 4, 6, 8, 12], dtype=np.int64)
CLASS_SHARE = np.array([0.38, 0.30, 0.17, 0.11, 0.035, 0.005])
SIZE_SHARE = np.array([0.60, 0.14, 0.09, 0.07, 0.05, 0.03, 0.01, 0.005, 0.003, 0.002])
MEAN_SIZE = 2.017
EDUCATION_SHARE = [0.35, 0.35, 0.20, 0.10]
LANGUAGE_SHARE = [0.5, 0.3, 0.2]
FREEDOM_SHARE = [0.72, 0.15, 0.08, 0.05]
"""Free, bound to one labour region, to a few municipalities, to one municipality."""
DWELLINGS_PER_HOUSEHOLD = 1.08
OCCUPATIONS, EDUCATIONS, LANGUAGES = 12, 4, 3
WIDTH_KM, HEIGHT_KM = 200, 300


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to draw."""

    households: int
    municipalities: int
    seed: int = 1
    fit_alone: bool = False
    """Points are labour-market fit only, without distance, preference or own score."""


@dataclass(frozen=True, slots=True)
class _Country:
    inhabitants: IntArray
    places: NDArray[np.float64]
    region: IntArray
    province: IntArray
    regions: int
    provinces: int


@dataclass(frozen=True, slots=True)
class _People:
    sizes: IntArray
    profile: IntArray
    fit: NDArray[np.int32]
    distance: NDArray[np.int32]
    reception: IntArray
    preference: IntArray
    weeks: IntArray
    freedom: IntArray


def make_problem(recipe: Recipe) -> LinkProblem:
    """Draw the linking problem of ``recipe``."""
    rng = np.random.default_rng(recipe.seed)
    country = _draw_country(rng, recipe.municipalities)
    people = _draw_people(rng, country, recipe.households)
    target = _largest_remainder(country.inhabitants, int(people.sizes.sum()))
    dwellings = _draw_dwellings(rng, target)
    allowed = _draw_allowed(rng, country, people)
    return LinkProblem(
        sizes=people.sizes,
        points=_points(recipe, country, people),
        allowed=allowed,
        needs_dwelling=np.ones(recipe.households, dtype=np.bool_),
        without_dwelling=(500 + 10 * people.weeks) * (people.sizes + 3),
        class_min=CLASS_MIN,
        class_max=CLASS_MAX,
        dwellings=dwellings,
        quota=QuotaPenalty(target=target, margin=np.maximum(1, -(-target // 20))),
    )


def draw_caps(problem: LinkProblem, seed: int, percent: int) -> LinkProblem:
    """Cap that many percent of the municipalities at seven eighths of their target.

    All targets add up to all persons, so a capped municipality is short of its target and the
    others go over theirs: such caps bind. Who may go nowhere else always fits under a cap.
    """
    rng = np.random.default_rng(seed + 31_313)
    target = problem.quota.target
    is_capped = rng.permutation(len(target)) < len(target) * percent // 100
    alone = problem.allowed.sum(axis=1) == 1
    held = (problem.allowed[alone] * problem.sizes[alone, None]).sum(axis=0)
    return with_caps(problem, np.where(is_capped, np.maximum(7 * target // 8, held), UNCAPPED))


def cap_all(problem: LinkProblem, percent: int) -> LinkProblem:
    """Cap every municipality at that many percent of its target, or at who may go nowhere else."""
    alone = problem.allowed.sum(axis=1) == 1
    held = (problem.allowed[alone] * problem.sizes[alone, None]).sum(axis=0)
    return with_caps(problem, np.maximum(percent * problem.quota.target // 100, held))


def make_groups(recipe: Recipe, households: int) -> GroupedProblem:
    """Draw groups (``recipe.households`` of them) of equal households, about that many in all.

    Each group is drawn as a household of its own, then its number; targets and dwellings are
    those of everybody.
    """
    one_each = make_problem(recipe)
    rng = np.random.default_rng(recipe.seed + 4_242)
    shares = rng.lognormal(0, 1, recipe.households)
    number = np.maximum(1, np.round(households * shares / shares.sum())).astype(np.int64)
    wanted = one_each.quota.target + 1
    target = _largest_remainder(wanted, int((one_each.sizes * number).sum()))
    quota = QuotaPenalty(target=target, margin=np.maximum(1, -(-target // 20)))
    dwellings = _draw_dwellings(rng, target)
    return GroupedProblem(replace(one_each, quota=quota, dwellings=dwellings), number)


def _draw_country(rng: np.random.Generator, municipalities: int) -> _Country:
    drawn = rng.lognormal(math.log(33_000), 0.85, municipalities)
    inhabitants = np.clip(drawn, 1_000, 870_000).round().astype(np.int64)
    corner = (WIDTH_KM, HEIGHT_KM)
    places = rng.uniform((0, 0), corner, (municipalities, 2))
    regions = min(35, max(3, round(municipalities / 10)))
    region = _nearest(places, rng.uniform((0, 0), corner, (regions, 2)))
    provinces = min(12, regions)
    province = _nearest(places, rng.uniform((0, 0), corner, (provinces, 2)))
    return _Country(inhabitants, places, region, province, regions, provinces)


def _draw_people(rng: np.random.Generator, country: _Country, households: int) -> _People:
    sizes = np.sort(rng.choice(np.arange(1, 11), households, p=SIZE_SHARE))
    zipf = 1 / np.arange(1, OCCUPATIONS + 1)
    occupation = rng.choice(OCCUPATIONS, households, p=zipf / zipf.sum())
    education = rng.choice(EDUCATIONS, households, p=EDUCATION_SHARE)
    language = rng.choice(LANGUAGES, households, p=LANGUAGE_SHARE)
    profiles = OCCUPATIONS * EDUCATIONS * LANGUAGES
    fit = np.round(1000 * rng.beta(2, 2, (profiles, country.regions))).astype(np.int32)
    shelters = rng.uniform((0, 0), (WIDTH_KM, HEIGHT_KM), (min(60, 5 * len(country.region)), 2))
    gap = shelters[:, None] - country.places[None, :]
    reception = rng.integers(0, len(shelters), households)
    prefers = rng.random(households) < 0.4
    preference = np.where(prefers, rng.integers(0, country.provinces, households), -1)
    return _People(
        sizes=sizes.astype(np.int64),
        profile=(occupation * EDUCATIONS + education) * LANGUAGES + language,
        fit=fit,
        distance=np.round(np.sqrt((gap**2).sum(axis=2))).astype(np.int32),
        reception=reception,
        preference=preference,
        weeks=np.minimum(rng.geometric(1 / 10, households), 60),
        freedom=rng.choice(len(FREEDOM_SHARE), households, p=FREEDOM_SHARE),
    )


def _draw_dwellings(rng: np.random.Generator, target: IntArray) -> IntArray:
    luck = np.clip(rng.lognormal(0, 0.25, len(target)), 0.5, 1.6)
    stock = np.maximum(1, np.round(luck * target / MEAN_SIZE * DWELLINGS_PER_HOUSEHOLD))
    drawn = [rng.multinomial(int(n), rng.dirichlet(60 * CLASS_SHARE)) for n in stock]
    return np.array(drawn, dtype=np.int64)


def _draw_allowed(
    rng: np.random.Generator, country: _Country, people: _People
) -> NDArray[np.bool_]:
    households, municipalities = len(people.sizes), len(country.region)
    allowed = np.ones((households, municipalities), dtype=np.bool_)
    home_region = rng.integers(0, country.regions, households)
    # A region that is nobody's nearest would leave a household nowhere to go.
    home_region = np.where(np.isin(home_region, country.region), home_region, country.region[0])
    bound = np.flatnonzero(people.freedom == 1)
    allowed[bound] = country.region[None, :] == home_region[bound][:, None]
    share = country.inhabitants / country.inhabitants.sum()
    for h in np.flatnonzero(people.freedom >= 2):
        wanted = 1 if people.freedom[h] == 3 else int(rng.integers(3, 16))
        allowed[h] = False
        allowed[h, rng.choice(municipalities, min(wanted, municipalities), p=share)] = True
    return allowed


def _points(recipe: Recipe, country: _Country, people: _People) -> NDArray[np.int32]:
    """Fit, kilometres, province preference and the score of an outside model, as int32."""
    points = people.fit[:, country.region][people.profile]
    if recipe.fit_alone:
        return points
    points -= people.distance[people.reception]
    points += 100 * (country.province[None, :] == people.preference[:, None]).astype(np.int32)
    shape = points.shape
    points += np.random.default_rng(recipe.seed + 777).integers(0, 101, shape, dtype=np.int32)
    return points


def _nearest(places: NDArray[np.float64], centres: NDArray[np.float64]) -> IntArray:
    gap = places[:, None] - centres[None, :]
    return np.asarray((gap**2).sum(axis=2).argmin(axis=1), dtype=np.int64)


def _largest_remainder(weights: IntArray, total: int) -> IntArray:
    """Divide ``total`` in proportion to ``weights``; the lower index wins a tie."""
    parts, rest = np.divmod(weights * total, int(weights.sum()))
    parts[np.argsort(-rest, kind="stable")[: total - int(parts.sum())]] += 1
    return np.asarray(parts, dtype=np.int64)
