"""Plans that keep floors and a limit on lost points, nudged towards them from their prices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from models.linking.ordered import Weights, goals_of, weigh
from models.linking.priced.classes import plan_of
from models.linking.priced.dual import FloatArray, SoftPrices
from models.linking.priced.floors import raised
from models.linking.priced.improve import ImproveEffort, Stage, improve
from models.linking.priced.layout import layout_of
from models.linking.priced.passes import tables_of
from models.linking.priced.placing import place_by_prices
from models.linking.priced.state import place
from models.linking.problem import IntArray, LinkPlan, LinkPrices, LinkProblem

_STEPS = 8
"""Steps of a price of fit or of lost points in one point."""
_SCALE = 125
"""Price units per step."""
_MOST = 1_000 * _STEPS
_NUDGES = 5
"""Effort: rounds in which what is not kept weighs more."""
_EFFORT = ImproveEffort(rounds=6, stages=(Stage(2, 4), Stage(2, 2)), attempts=2_000)
"""Effort: what improvement may do in each round."""


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What a plan has to keep."""

    fits: IntArray
    """Fit of every pair, shape (H, M)."""
    group: IntArray
    """Group of each household, shape (H,)."""
    least: IntArray
    """Fit that each group must reach, shape (G,)."""
    most_lost: int
    """Points lost without dwellings and on quotas together, at most."""

    def lacks(self, plan: LinkPlan) -> np.ndarray:
        """Groups below their floor, shape (G,)."""
        got = np.zeros_like(self.least)
        everyone = np.arange(len(self.group))
        np.add.at(got, self.group, self.fits[everyone, plan.municipality])
        return np.asarray(got < self.least)


def raise_by_prices(
    problem: LinkProblem,
    prices: SoftPrices,
    fit: FloatArray,
    lost: float,
    wanted: Wanted,
) -> Iterator[LinkPlan]:
    """Make a plan at given prices and nudge it until it keeps everything.

    Parameters
    ----------
    problem
        The problem.
    prices
        Prices of persons and dwellings, in points.
    fit
        Price of a point of fit of each group, shape (G,).
    lost
        Price of a lost point beside what it costs anyway.
    wanted
        Floors and limit.

    Yields
    ------
    LinkPlan
        Plans that lose no more than the limit, the last of which keeps the floors where one
        was found.

    Notes
    -----
    A group below its floor and lost points beyond the limit weigh a quarter more in each round,
    and improvement goes on from the same plan.
    """
    steps = np.minimum(np.rint(_STEPS * fit), _MOST).astype(np.int64)
    extra = min(round(_STEPS * lost), _MOST)
    priced = _priced(problem, wanted, steps, extra)
    whole = _rounded(priced, prices)
    places = place_by_prices(priced, layout_of(priced), whole)
    before = None
    for _ in range(_NUDGES):
        improve(places, tables_of(priced, places.layout, whole), _EFFORT)
        if not problem.may_lack_dwelling and bool(places.lacks.any()):
            return
        plan = plan_of(places)
        goals, below = goals_of(problem, plan), wanted.lacks(plan)
        is_within = goals.lacking + goals.missed <= wanted.most_lost
        if is_within:
            lifted = _lifted(problem, plan, wanted)
            yield plan if lifted is None else lifted
            if lifted is not None:
                return
        seen = (below.tolist(), goals.lacking + goals.missed)
        if seen == before:
            return
        before = seen
        steps = np.where(below, np.minimum(steps + steps // 4 + 1, _MOST), steps)
        extra = extra if is_within else min(extra + (extra + _STEPS) // 4, _MOST)
        priced = _priced(problem, wanted, steps, extra)
        places = place(priced, layout_of(priced), places.where, places.lacks)


def _lifted(problem: LinkProblem, plan: LinkPlan, wanted: Wanted) -> LinkPlan | None:
    return raised(
        problem,
        layout_of(problem),
        plan,
        wanted.fits,
        wanted.group,
        wanted.least,
        wanted.most_lost,
    )


def _priced(problem: LinkProblem, wanted: Wanted, steps: IntArray, extra: int) -> LinkProblem:
    weighed = weigh(problem, Weights(_STEPS, _STEPS + extra, _STEPS + extra))
    points = weighed.points + steps[wanted.group][:, None] * wanted.fits
    return replace(weighed, points=points, canonical=None)


def _rounded(priced: LinkProblem, prices: SoftPrices) -> LinkPrices:
    quota, scale = priced.quota, _STEPS * _SCALE
    person = np.rint(scale * prices.person)
    person = np.clip(person, -quota.short_beyond * _SCALE, quota.highest * _SCALE)
    dwelling = np.rint(scale * prices.dwelling)
    return LinkPrices(person.astype(np.int64), dwelling.astype(np.int64), _SCALE)
