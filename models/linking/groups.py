"""Many equal households as one row: the linking problem for hundreds of thousands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.linking.problem import (
    NO_DWELLING,
    IntArray,
    LinkPlan,
    LinkProblem,
    PlanRejectedError,
)


@dataclass(frozen=True, slots=True, eq=False)
class GroupedProblem:
    """Groups (G) of households that are equal in everything, with municipalities and classes."""

    one_each: LinkProblem
    """The problem with one household of each group; quotas and dwellings are those of all."""
    number: IntArray
    """Households in group g, shape (G,), at least 1."""

    @property
    def households(self) -> int:
        """Households in all."""
        return int(self.number.sum())

    def everybody(self) -> LinkProblem:
        """The same problem with a row for each household, groups in order."""
        return self.one_each.rows(np.repeat(np.arange(len(self.number)), self.number))


@dataclass(frozen=True, slots=True, eq=False)
class GroupedPlan:
    """How many of each group go where; entry i stands for ``households[i]`` of them."""

    group: IntArray
    """Ascending, shape (N,)."""
    municipality: IntArray
    dwelling_class: IntArray
    """Index of the class, or ``NO_DWELLING``."""
    households: IntArray

    def one_by_one(self) -> LinkPlan:
        """The same plan for ``GroupedProblem.everybody``."""
        return LinkPlan(
            np.repeat(self.municipality, self.households),
            np.repeat(self.dwelling_class, self.households),
        )


def group_equals(problem: LinkProblem) -> tuple[GroupedProblem, IntArray]:
    """Make one row of all households that are equal in everything.

    Parameters
    ----------
    problem
        Any linking problem.

    Returns
    -------
    GroupedProblem
        Groups in the order of their first households.
    IntArray
        Group of household h, shape (H,).
    """
    own = np.stack(
        [
            problem.sizes,
            problem.housed_sizes,
            problem.needs_dwelling,
            problem.without_dwelling,
        ],
        axis=1,
    )
    seen: dict[tuple[bytes, bytes, bytes], int] = {}
    group = np.array(
        [
            seen.setdefault((a.tobytes(), b.tobytes(), c.tobytes()), len(seen))
            for a, b, c in zip(own, problem.points, problem.allowed, strict=True)
        ],
        dtype=np.int64,
    )
    _, first, number = np.unique(group, return_index=True, return_counts=True)
    return GroupedProblem(problem.rows(first), number.astype(np.int64)), group


def check_grouped_plan(grouped: GroupedProblem, plan: GroupedPlan) -> None:
    """Refuse a plan that breaks a hard rule or does not link everybody once.

    Raises
    ------
    PlanRejectedError
        As ``check_plan``.
    """
    problem, group, where = grouped.one_each, plan.group, plan.municipality
    groups, municipalities, classes = problem.shape
    for index, first, end in (
        (group, 0, groups),
        (where, 0, municipalities),
        (plan.dwelling_class, NO_DWELLING, classes),
        (plan.households, 1, grouped.households + 1),
    ):
        if index.shape != group.shape or (
            len(index) and not first <= index.min() <= index.max() < end
        ):
            raise PlanRejectedError("an entry of a plan is out of range")
    linked = np.zeros(groups, dtype=np.int64)
    np.add.at(linked, group, plan.households)
    if (linked != grouped.number).any():
        raise PlanRejectedError("a group is linked other than once")
    if not problem.allowed[group, where].all():
        raise PlanRejectedError("a household stands in a municipality that is closed to it")
    housed = plan.dwelling_class != NO_DWELLING
    needs = problem.needs_dwelling[group]
    if (housed & ~needs).any():
        raise PlanRejectedError("a household that needs no dwelling holds one")
    if not problem.fits()[group[housed], plan.dwelling_class[housed]].all():
        raise PlanRejectedError("a household stands in a class that does not fit it")
    if not problem.may_lack_dwelling and (needs & ~housed).any():
        raise PlanRejectedError("a household is without a dwelling")
    used = np.zeros((municipalities, classes), dtype=np.int64)
    np.add.at(used, (where[housed], plan.dwelling_class[housed]), plan.households[housed])
    if (used > problem.dwellings).any():
        raise PlanRejectedError("more dwellings are used than there are")
    persons = np.zeros(municipalities, dtype=np.int64)
    np.add.at(persons, where, problem.sizes[group] * plan.households)
    if problem.quota.most is not None and (persons > problem.quota.most).any():
        raise PlanRejectedError("a municipality has more persons than its cap")


def grouped_value(grouped: GroupedProblem, plan: GroupedPlan) -> int:
    """Points of a plan, recomputed in whole numbers."""
    problem, group, count = grouped.one_each, plan.group, plan.households
    persons = np.zeros(problem.shape[1], dtype=np.int64)
    np.add.at(persons, plan.municipality, problem.sizes[group] * count)
    earned = problem.points[group, plan.municipality].astype(np.int64) * count
    lacking = problem.needs_dwelling[group] & (plan.dwelling_class == NO_DWELLING)
    lost = (problem.without_dwelling[group] * count)[lacking]
    return int(earned.sum()) - int(lost.sum()) - int(problem.quota.at(persons).sum())
