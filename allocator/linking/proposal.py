"""What a run of linking answers, in the users' names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from allocator.linking.earlier import Keep
from allocator.linking.wishes import Wish, WishCost
from models.linking.outcome import LinkOutcome

if TYPE_CHECKING:
    from allocator.linking.basis import Basis
    from models.linking.fairness import FairOutcome
    from models.linking.ordered import Level

MILP, PRICES = "milp", "prices"
STRICT = "strikt"
NOT_FAIR, FLOOR = "geen", "vloer"
LEVELS = ("koppeling_woning", "koppeling_taakstelling", "koppeling")
"""Stages where one goal goes before the next."""
EXISTING, FOLLOW_ON, ONLY_PLACE = "bestaande_koppeling", "nareis", "harde_eis"
PINNED = "vastgezet"
MOST_POINTS, SPREAD = "hoogste_punten", "verdeling"
OUTSIDE, LATER = "buiten_regio", "later"


@dataclass(frozen=True, slots=True)
class Solved:
    """What came of one problem: its road, its outcome, and the levels or the floor asked for."""

    road: str
    outcome: LinkOutcome
    levels: tuple[Level, ...] = ()
    fair: FairOutcome | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """One household's place; ``dwelling`` is a class or empty."""

    household: str
    municipality: str
    dwelling: str
    has_dwelling: bool
    persons: int
    fit: int
    reason: str


@dataclass(frozen=True, slots=True)
class LinkProposal:
    """All places with their proof."""

    links: tuple[Link, ...]
    not_linked: tuple[tuple[str, str], ...]
    """Household and reason."""
    outcome: LinkOutcome
    road: str
    """``milp`` (proven by exact search) or ``prices`` (proven within a printed gap)."""
    municipalities: tuple[str, ...]
    """Codes open to the run, in the order of the problem."""
    classes: tuple[str, ...]
    fit_points: int
    penalties: int
    """Points lost for missing dwellings and missed quotas; distance is not one of them."""
    region: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    """What was asked beyond the instance, as the manifest names it."""
    keep: Keep | None = None
    """What persons and dwellings had to be worth now."""
    wishes: tuple[Wish, ...] = ()
    costs: tuple[WishCost, ...] = ()
    """What each wish costs, in their order."""
    moved: int | None = None
    """Households that the old plan proposed elsewhere; nothing without an old plan."""
    levels: tuple[Level, ...] = ()
    """One for each of ``LEVELS`` where the order is strict."""
    fair: FairOutcome | None = None
    """The floor under the fit of each household size, where one was asked for."""
    basis: Basis | None = None
    """What the tables beside the links are made from."""
