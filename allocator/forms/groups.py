"""Who fills in what: only the tables that a user group has itself, and what names its places."""

from __future__ import annotations

GROUPS: dict[str, tuple[str, ...]] = {
    "beleid": ("gemeenten", "vastgesteld", "correcties"),
    "regiotafel": (
        "gemeenten",
        "vastgesteld",
        "standen",
        "aanbod",
        "woningklassen",
        "ruilruimte",
        "nareis",
        "buren",
        "uitruilafspraken",
        "toezeggingen",
        "samenstelling",
    ),
    "coa": (
        "gemeenten",
        "vastgesteld",
        "standen",
        "aanbod",
        "woningklassen",
        "koppelgrenzen",
        "huishoudens",
        "volwassenen",
        "arbeidsmarkt",
        "passing",
    ),
    "gemeente": (
        "gemeenten",
        "standen",
        "aanbod",
        "woningklassen",
        "ruilruimte",
        "nareis",
    ),
}
"""Tables by user group, in the order of the sheets."""
