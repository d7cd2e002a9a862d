"""The linking problem in whole numbers: what a plan is worth and what no plan can beat."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

NO_DWELLING = -1
"""Class index of a household without a dwelling."""
UNCAPPED = 1 << 40
"""Persons that a municipality without a cap may get: more than there are."""


@dataclass(frozen=True, slots=True, eq=False)
class QuotaPenalty:
    """Convex cost of missing a target, in points per person, and what no plan may exceed.

    ``short_first`` for the first ``margin[m]`` persons short and ``short_beyond`` for each
    further one; ``over_first`` and ``over_beyond`` likewise above the target.
    """

    target: IntArray
    """Persons wanted, shape (M,)."""
    margin: IntArray
    """Persons at the low rate on either side, shape (M,), at least 1."""
    short_first: int = 60
    short_beyond: int = 200
    over_first: int = 40
    over_beyond: int = 150
    most: IntArray | None = None
    """Persons at most, shape (M,), ``UNCAPPED`` where nothing limits them; a hard rule."""
    beyond_most: int = 0
    """Points per person above ``most``: only searches see it, since no plan may go there."""

    @property
    def highest(self) -> IntArray | int:
        """Price per person beyond which none proves more, in points; shape (M,) with caps."""
        if self.most is None:
            return self.over_beyond
        return np.where(self.most < UNCAPPED, self.beyond_most, self.over_beyond)

    def at(self, persons: IntArray) -> IntArray:
        """Penalty per municipality, shape (M,), for ``persons`` linked, shape (M,)."""
        short = np.maximum(self.target - persons, 0)
        over = np.maximum(persons - self.target, 0)
        missed = (
            self.short_first * np.minimum(short, self.margin)
            + self.short_beyond * np.maximum(short - self.margin, 0)
            + self.over_first * np.minimum(over, self.margin)
            + self.over_beyond * np.maximum(over - self.margin, 0)
        )
        if self.most is not None:
            missed = missed + self.beyond_most * np.maximum(persons - self.most, 0)
        return np.asarray(missed, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class LinkProblem:
    """Households (H) to municipalities (M) with dwelling classes (S), all whole.

    Rows are in canonical order: equal problems have equal arrays.
    """

    sizes: IntArray
    """Persons per household, shape (H,), at least 1."""
    points: IntArray
    """Points of household h in municipality m before dwellings and quota, shape (H, M)."""
    allowed: NDArray[np.bool_]
    """Whether municipality m is open to household h, shape (H, M); a true value in each row."""
    needs_dwelling: NDArray[np.bool_]
    """False for those who join a household that has a dwelling, shape (H,)."""
    without_dwelling: IntArray
    """Points lost by a link without a dwelling in view, shape (H,), non-negative."""
    class_min: IntArray
    """Fewest persons that class s suits, shape (S,)."""
    class_max: IntArray
    """Most persons that class s suits, shape (S,)."""
    dwellings: IntArray
    """Dwellings of class s in municipality m, shape (M, S)."""
    quota: QuotaPenalty
    may_lack_dwelling: bool = True
    """Whether a link without a dwelling is a plan at all."""
    room_for: IntArray | None = None
    """Persons whom a dwelling of household h has to suit, shape (H,); ``sizes`` if not given."""
    canonical: IntArray | None = None
    """Seeded hash per household and municipality, shape (H, M), that picks one of equal plans."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Households, municipalities, classes."""
        return (len(self.sizes), self.points.shape[1], len(self.class_min))

    @property
    def housed_sizes(self) -> IntArray:
        """Persons whom a dwelling has to suit, shape (H,)."""
        return self.sizes if self.room_for is None else self.room_for

    def uncapped(self) -> LinkProblem:
        """The problem without caps: what a plan that breaks them is worth."""
        return replace(self, quota=replace(self.quota, most=None))

    def rows(self, who: IntArray | slice) -> LinkProblem:
        """The problem of some households, in this order and as often as they are named.

        Quotas and dwellings stay; no canonical plan is asked for.
        """
        return replace(
            self,
            sizes=self.sizes[who],
            room_for=None if self.room_for is None else self.room_for[who],
            points=self.points[who],
            allowed=self.allowed[who],
            needs_dwelling=self.needs_dwelling[who],
            without_dwelling=self.without_dwelling[who],
            canonical=None,
        )

    def profiles(self) -> tuple[IntArray, IntArray, IntArray]:
        """Distinct pairs of persons, of persons to be suited, and the pair of each household.

        Shapes (K,), (K,) and (H,); the pairs ascend.
        """
        pairs = np.stack([self.sizes, self.housed_sizes], axis=1)
        if not len(pairs):
            none = np.zeros(0, dtype=np.int64)
            return none, none, none
        found, of = np.unique(pairs, axis=0, return_inverse=True)
        return found[:, 0], found[:, 1], np.asarray(of, dtype=np.int64).reshape(-1)

    def fits(self) -> NDArray[np.bool_]:
        """Whether class s suits household h, shape (H, S)."""
        size = self.housed_sizes[:, None]
        return np.asarray((self.class_min <= size) & (size <= self.class_max))


@dataclass(frozen=True, slots=True, eq=False)
class LinkPlan:
    """Where each household goes."""

    municipality: IntArray
    """Index of the municipality, shape (H,)."""
    dwelling_class: IntArray
    """Index of the class, or ``NO_DWELLING``, shape (H,)."""


@dataclass(frozen=True, slots=True, eq=False)
class LinkPrices:
    """Prices that prove a bound: any whole numbers do, good ones prove more."""

    per_person: IntArray
    """Price of a person in municipality m, shape (M,), any sign, in points x ``scale``."""
    per_dwelling: IntArray
    """Price of a dwelling, shape (M, S), non-negative, in points x ``scale``."""
    scale: int
    """Price units per point, at least 1."""


class PlanRejectedError(ValueError):
    """A plan breaks a hard rule of its problem."""


def check_plan(problem: LinkProblem, plan: LinkPlan) -> None:
    """Refuse a plan that breaks a hard rule.

    Raises
    ------
    PlanRejectedError
        If a household is in a closed municipality, in a dwelling that does not fit or that is
        not there, without one where that is not allowed, or counted other than once; or if a
        municipality has more persons than its cap.
    """
    households, municipalities, classes = problem.shape
    where, dwelling = plan.municipality, plan.dwelling_class
    if where.shape != (households,) or dwelling.shape != (households,):
        raise PlanRejectedError("a plan gives each household one municipality and one class")
    if households == 0:
        return
    if where.min() < 0 or where.max() >= municipalities:
        raise PlanRejectedError("a municipality index is out of range")
    if dwelling.min() < NO_DWELLING or dwelling.max() >= classes:
        raise PlanRejectedError("a class index is out of range")
    everyone = np.arange(households)
    if not problem.allowed[everyone, where].all():
        raise PlanRejectedError("a household stands in a municipality that is closed to it")
    housed = dwelling != NO_DWELLING
    if (housed & ~problem.needs_dwelling).any():
        raise PlanRejectedError("a household that needs no dwelling holds one")
    if not problem.fits()[everyone[housed], dwelling[housed]].all():
        raise PlanRejectedError("a household stands in a class that does not fit it")
    if not problem.may_lack_dwelling and (problem.needs_dwelling & ~housed).any():
        raise PlanRejectedError("a household is without a dwelling")
    used = np.zeros((municipalities, classes), dtype=np.int64)
    np.add.at(used, (where[housed], dwelling[housed]), 1)
    if (used > problem.dwellings).any():
        raise PlanRejectedError("more dwellings are used than there are")
    if problem.quota.most is not None:
        persons = np.zeros(municipalities, dtype=np.int64)
        np.add.at(persons, where, problem.sizes)
        if (persons > problem.quota.most).any():
            raise PlanRejectedError("a municipality has more persons than its cap")


def value_of(problem: LinkProblem, plan: LinkPlan) -> int:
    """Points of a plan, recomputed in whole numbers."""
    households, municipalities, _ = problem.shape
    where = plan.municipality
    lacking = problem.needs_dwelling & (plan.dwelling_class == NO_DWELLING)
    persons = np.zeros(municipalities, dtype=np.int64)
    np.add.at(persons, where, problem.sizes)
    earned = int(problem.points[np.arange(households), where].sum(dtype=np.int64))
    lost = int(problem.without_dwelling[lacking].sum(dtype=np.int64))
    return earned - lost - int(problem.quota.at(persons).sum(dtype=np.int64))


def bound_of(problem: LinkProblem, prices: LinkPrices) -> int:
    """Bound in points x ``prices.scale`` that holds for any prices.

    Notes
    -----
    Weak duality: each household takes its best option at these prices, each municipality the
    number of persons it likes best, and every dwelling is paid for. O(H M).
    """
    best = net_points(problem, prices).max(axis=1) if len(problem.sizes) else np.zeros(0, np.int64)
    stock = int((prices.per_dwelling * problem.dwellings).sum(dtype=np.int64))
    return int(best.sum(dtype=np.int64)) + int(quota_slope_value(problem, prices).sum()) + stock


def net_points(problem: LinkProblem, prices: LinkPrices) -> IntArray:
    """Points x scale minus prices for each open pair, shape (H, M); closed pairs at the bottom."""
    households, municipalities, _ = problem.shape
    closed = np.iinfo(np.int64).min // 4
    need = dwelling_cost(problem, prices)
    net = (
        problem.points.astype(np.int64) * prices.scale
        - problem.sizes[:, None] * prices.per_person[None, :]
        - need
    )
    net[~problem.allowed] = closed
    return np.asarray(net, dtype=np.int64).reshape(households, municipalities)


def dwelling_cost(problem: LinkProblem, prices: LinkPrices) -> IntArray:
    """Least price of housing household h in m: a fitting dwelling or none, shape (H, M)."""
    far = np.iinfo(np.int64).max // 8
    sizes, row = np.unique(problem.housed_sizes, return_inverse=True)
    fits = (problem.class_min <= sizes[:, None]) & (sizes[:, None] <= problem.class_max)
    table = np.full((len(sizes), problem.points.shape[1]), far, dtype=np.int64)
    for k in range(len(problem.class_min)):
        table[fits[:, k]] = np.minimum(table[fits[:, k]], prices.per_dwelling[:, k])
    cost = table[row]
    if problem.may_lack_dwelling:
        cost = np.minimum(cost, (problem.without_dwelling * prices.scale)[:, None])
    cost[~problem.needs_dwelling] = 0
    return np.asarray(cost, dtype=np.int64)


def quota_slope_value(problem: LinkProblem, prices: LinkPrices) -> IntArray:
    """Most that λ·z − scale·penalty(z) can be for 0 ≤ z ≤ all persons or the cap, shape (M,)."""
    everyone = int(problem.sizes.sum())
    quota = problem.quota
    most = everyone if quota.most is None else np.minimum(quota.most, everyone)
    best = np.full(len(quota.target), np.iinfo(np.int64).min, dtype=np.int64)
    for corner in (
        np.zeros_like(quota.target),
        quota.target - quota.margin,
        quota.target,
        quota.target + quota.margin,
        np.full_like(quota.target, everyone),
    ):
        z = np.clip(corner, 0, most)
        best = np.maximum(best, prices.per_person * z - prices.scale * quota.at(z))
    return best
