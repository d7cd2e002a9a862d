"""What either road through the linking problem returns, and why there may be no plan."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.linking.problem import LinkPlan, LinkPrices
from models.solution import Bounds, Status


class ConflictKind(StrEnum):
    """Which hard rule no plan can meet."""

    NO_OPEN_MUNICIPALITY = "no_open_municipality"
    """A household has an empty row of allowed municipalities."""
    DWELLINGS = "dwellings"
    """A group has fewer fitting dwellings in its open municipalities than it needs."""
    CAPS = "caps"
    """A group has more persons than the caps of its open municipalities take."""


@dataclass(frozen=True, slots=True)
class Raise:
    """A cap that has to rise."""

    municipality: int
    persons: int
    """By how much [persons]."""


@dataclass(frozen=True, slots=True)
class LinkConflict:
    """A group of households that cannot all be linked, whatever the others do.

    The households alone, with the whole supply of the problem, are already infeasible.
    """

    kind: ConflictKind
    households: tuple[int, ...]
    """Rows of the problem, ascending."""
    municipalities: tuple[int, ...]
    """Columns that are open to these households, ascending; empty if there are none."""
    shortage: int
    """How many of these households at least stay without a link [households]; under caps how
    many of their persons are too many at least [persons]."""
    raises: tuple[Raise, ...] = ()
    """Caps that, raised so, take everybody who has no municipality without one: as few persons
    as the search found, the fewest there are where it ended. Empty for other kinds."""


@dataclass(frozen=True, slots=True)
class LinkOutcome:
    """A plan with its proof, or what is known instead of one.

    Raises
    ------
    ValueError
        If the parts contradict each other: a plan without bounds or the reverse, an optimum
        whose bound is not reached, a bound below the objective, or no reason for "infeasible".
    """

    plan: LinkPlan | None
    status: Status
    bounds: Bounds | None
    """In whole points; the larger the better, so ``bound >= objective``."""
    prices: LinkPrices | None
    price_bound: int | None
    """What ``prices`` prove alone: ⌊bound_of / scale⌋ [points]."""
    engines: tuple[str, ...] = ()
    """Names and versions of the engines whose answers stand in this outcome, sorted."""
    alternatives_excluded: bool = False
    """Whether the canonical rule is proven to pick this plan alone among the equal ones."""
    conflict: LinkConflict | None = None

    def __post_init__(self) -> None:
        if (self.plan is None) != (self.bounds is None):
            raise ValueError("a plan and its bounds come together")
        if (self.plan is None) != (self.status in (Status.INFEASIBLE, Status.UNKNOWN)):
            raise ValueError(f"status {self.status} does not go with this plan")
        if self.bounds is not None and self.bounds.bound < self.bounds.objective:
            raise ValueError("a bound lies below its own objective")
        if self.status is Status.OPTIMAL and self.bounds is not None and not self.bounds.is_closed:
            raise ValueError("an optimum needs a bound that it reaches")
        if (self.conflict is not None) != (self.status is Status.INFEASIBLE):
            raise ValueError("a conflict and only a conflict makes a problem infeasible")
