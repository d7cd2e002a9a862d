"""How much a municipality may hand over and take in, and what holds it back."""

from __future__ import annotations

from allocator.position import MIDDEN, Position
from allocator.reading.tables import whole

DECLARED, QUOTA, LEFT, SLACK = "declared", "quota", "left", "slack"


def give_limits(position: Position, declared: dict[str, str]) -> dict[str, int]:
    """Most that a municipality may hand over, by what holds it back [persons].

    Parameters
    ----------
    position
        Where it stands before any swap.
    declared
        Its own row of ``ruilruimte``; empty when it has none.

    Returns
    -------
    dict
        ``declared``: what it stated itself. ``quota``: a quota cannot go below zero. ``left``:
        what is left to house after realisation, open links and follow-on family.

    References
    ----------
    Huisvestingswet 2014 art. 29(2), text of 2015-07-01, for the quota; the others are ours, so
    that no deal touches a person who is housed or linked.
    """
    left = position.to_house - position.realised - position.linked_open
    return {
        DECLARED: whole(declared, "minder_max"),
        QUOTA: position.quota,
        LEFT: max(0, left - position.follow_on[MIDDEN]),
    }


def take_limits(
    position: Position, scenarios: tuple[str, ...], declared: dict[str, str]
) -> dict[str, int]:
    """Most that a municipality may take in, by what holds it back [persons].

    ``declared`` is what it stated itself, ``slack`` the room that nobody of its own needs in any
    scenario, before any deal: nobody passes persons on, so every agreement stands alone.
    """
    return {
        DECLARED: whole(declared, "extra_max"),
        SLACK: min(position.slack(scenario) for scenario in scenarios),
    }
