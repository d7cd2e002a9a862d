"""A plan brought up to floors under the fit of groups, household by household."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.linking.priced.classes import plan_of
from models.linking.priced.layout import Layout
from models.linking.priced.state import Places, place
from models.linking.problem import IntArray, LinkPlan, LinkProblem

FloatArray = NDArray[np.float64]
_FAR = 1 << 40


def raised(
    problem: LinkProblem,
    layout: Layout,
    plan: LinkPlan,
    fits: IntArray,
    group: IntArray,
    least: IntArray,
    most_lost: int | None = None,
) -> LinkPlan | None:
    """Move households of groups below their floor to where they fit better.

    Parameters
    ----------
    problem, layout
        The problem and its kinds.
    plan
        A plan; most groups should keep their floors already.
    fits
        Fit of every pair, shape (H, M) [points].
    group
        Group of each household, shape (H,).
    least
        Fit that each group must reach, shape (G,) [points].
    most_lost
        Points that the plan may lose without dwellings and on quotas together, if limited.

    Returns
    -------
    LinkPlan or None
        A plan that keeps rules and floors; nothing where single moves do not reach one.

    Notes
    -----
    Greedy: the move that loses the fewest points of value per point of fit, as long as a group
    lacks any. Floats only rank moves. Each move costs a pass over one group.
    """
    lacks = layout.needs[layout.kind] & (plan.dwelling_class < 0)
    places = place(problem, layout, plan.municipality, lacks)
    everyone = np.arange(len(problem.sizes))
    left = None if most_lost is None else most_lost - _lost(places)
    for g in range(len(least)):
        who = np.flatnonzero(group == g)
        missing = int(least[g] - fits[everyone[who], places.where[who]].sum())
        while missing > 0:
            found = _cheapest(places, who, fits, missing, left)
            if found is None:
                return None
            household, cell, gain, loses = found
            places.move(household, cell)
            missing -= gain
            left = None if left is None else left - loses
    return plan_of(places)


def _lost(places: Places) -> int:
    """Points lost without dwellings and on quotas."""
    bare = int(places.layout.lack_cost[places.lacks].sum())
    return bare + int(places.problem.quota.at(places.persons).sum())


def _cheapest(
    places: Places, who: IntArray, fits: IntArray, missing: int, left: int | None
) -> tuple[int, int, int, int] | None:
    """Household, cell, gain and lost points of the move that costs least per point missing."""
    problem, layout = places.problem, places.layout
    here, municipalities = places.where[who], len(places.persons)
    gain = fits[who] - fits[who, here][:, None]
    room = _room(places, layout)[layout.kind[who]]
    bare = np.where(layout.needs[layout.kind[who]], layout.lack_cost[who], 0)[:, None]
    if not problem.may_lack_dwelling:
        bare = np.where(bare > 0, _FAR, 0)
    lost = np.where(room, 0, bare) - np.where(places.lacks[who][:, None], bare, 0)
    lost = lost + _quota_loss(places, problem.sizes[who], here)
    loss = lost + problem.points[who, here][:, None] - problem.points[who]
    may = problem.allowed[who] & (gain > 0) & (loss < _FAR >> 1)
    if left is not None:
        may &= lost <= left
    if problem.quota.most is not None:
        may &= places.persons + problem.sizes[who][:, None] <= problem.quota.most
    if not may.any():
        return None
    worth: FloatArray = loss / np.minimum(np.maximum(gain, 1), missing)
    row, m = np.unravel_index(int(np.where(may, worth, np.inf).argmin()), may.shape)
    cell = int(m) + (0 if room[row, m] else municipalities)
    return int(who[row]), cell, int(gain[row, m]), int(lost[row, m])


def _room(places: Places, layout: Layout) -> NDArray[np.bool_]:
    """Whether one more of kind k can be housed in m, or needs no dwelling, shape (K, M)."""
    spare = places.spare()
    room = np.ones((layout.kinds, len(places.persons)), dtype=np.bool_)
    for k in np.flatnonzero(layout.needs):
        uses = layout.hall[:, k]
        room[k] = layout.suits[k].any() & (spare[:, uses] > 0).all(axis=1)
    return room


def _quota_loss(places: Places, sizes: IntArray, here: IntArray) -> IntArray:
    """What the quotas lose when a household goes from ``here`` to each municipality, (R, M)."""
    quota, persons = places.problem.quota, places.persons
    now = quota.at(persons)
    loss = np.empty((len(sizes), len(persons)), dtype=np.int64)
    for size in np.unique(sizes):
        rows = sizes == size
        more = quota.at(persons + size) - now
        fewer = quota.at(np.maximum(persons - size, 0)) - now
        loss[rows] = more[None, :] + fewer[here[rows]][:, None]
    return loss
