"""What the weeks came to, per policy, beside the half-year known in advance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allocator.linking.arrays import Arrays
from models.linking.online import Policy, Replayed, Weeks
from models.linking.outcome import LinkOutcome
from models.linking.problem import NO_DWELLING, LinkPlan, value_of

IntArray = NDArray[np.int64]
KNOWN = "vooraf_bekend"
NAMES = {
    Policy.FIRST_COME: "eerst_komt",
    Policy.OWN_OPTIMUM: "weekoptimum",
    Policy.KEEP_BACK: "achterhouden",
}


@dataclass(frozen=True, slots=True)
class Week:
    """What one policy did in one week."""

    policy: str
    week: int
    households: int
    persons: int
    with_dwelling: int
    """Households with a dwelling in view in that week."""
    fit: int


@dataclass(frozen=True, slots=True)
class Total:
    """What one policy came to."""

    policy: str
    value: int
    fit: int
    households_without: int
    persons_without: int
    deviation: int
    """Sum over municipalities of the distance to the target [persons]."""
    above_caps: int
    """Persons above the caps, which a week that knows nothing of later ones may have to break."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it."""

    weeks: tuple[Week, ...]
    totals: tuple[Total, ...]
    persons: tuple[tuple[str, str, int, int], ...]
    """Policy, municipality, target, persons."""
    bound: int
    """What no plan of the whole half-year can beat [points]."""

    def total(self, policy: str) -> Total:
        """The total of one policy."""
        return next(total for total in self.totals if total.policy == policy)


def figures_of(
    arrays: Arrays, weeks: Weeks, known: LinkOutcome, done: Mapping[Policy, Replayed]
) -> Figures:
    """Count what each policy did."""
    assert known.plan is not None
    assert known.bounds is not None
    plans: dict[str, LinkPlan] = {KNOWN: known.plan}
    plans |= {NAMES[policy]: replayed.plan for policy, replayed in done.items()}
    rows = [
        row for policy, replayed in done.items() for row in _weeks(arrays, weeks, policy, replayed)
    ]
    return Figures(
        weeks=tuple(rows),
        totals=tuple(_total(arrays, weeks, name, plan) for name, plan in plans.items()),
        persons=tuple(
            (name, code, int(target), int(persons))
            for name, plan in plans.items()
            for code, target, persons in zip(
                arrays.codes, weeks.problem.quota.target, _persons(weeks, plan), strict=True
            )
        ),
        bound=known.bounds.bound,
    )


def _weeks(arrays: Arrays, weeks: Weeks, policy: Policy, replayed: Replayed) -> list[Week]:
    everyone = np.arange(len(weeks.arrival))
    fit = arrays.fits[everyone, replayed.plan.municipality]
    rows = []
    for week in range(len(weeks.in_view)):
        who = weeks.arrival == week
        figures = (who, weeks.problem.sizes[who], replayed.had_dwelling[who], fit[who])
        rows.append(Week(NAMES[policy], week, *(int(figure.sum()) for figure in figures)))
    return rows


def _total(arrays: Arrays, weeks: Weeks, name: str, plan: LinkPlan) -> Total:
    problem = weeks.problem
    everyone = np.arange(len(problem.sizes))
    lacks = problem.needs_dwelling & (plan.dwelling_class == NO_DWELLING)
    return Total(
        policy=name,
        value=value_of(problem.uncapped(), plan),
        fit=int(arrays.fits[everyone, plan.municipality].sum()),
        households_without=int(lacks.sum()),
        persons_without=int(problem.sizes[lacks].sum()),
        deviation=int(np.abs(_persons(weeks, plan) - problem.quota.target).sum()),
        above_caps=_above(weeks, plan),
    )


def _above(weeks: Weeks, plan: LinkPlan) -> int:
    most = weeks.problem.quota.most
    return 0 if most is None else int(np.maximum(_persons(weeks, plan) - most, 0).sum())


def _persons(weeks: Weeks, plan: LinkPlan) -> IntArray:
    persons = np.zeros(len(weeks.problem.dwellings), dtype=np.int64)
    np.add.at(persons, plan.municipality, weeks.problem.sizes)
    return persons
