"""V7 and V8 where one goal goes before the next: the bound of each level, at its own prices."""

from __future__ import annotations

from collections import Counter
from typing import Any

from allocator.verify.core.folder import CERTIFICATE
from allocator.verify.core.links import Links
from allocator.verify.core.reader import CONTRACT, Stop

_LEVELS: dict[str, str] = CONTRACT["strict"]


def check_levels(links: Links, quotas: Counter[str]) -> None:
    """Recompute three bounds, each among plans that do no worse in the earlier goals.

    A plan is worth its points less w times what it loses without dwellings and v times what it
    loses on quotas, at most B. A plan that loses no more on both than this one has therefore at
    most B + w * lost + v * off points; the level before says the same of quotas.
    """
    proof = links.result.documents[CERTIFICATE]["link"]
    last, earlier = [*_LEVELS][-1], [*_LEVELS][:-1]
    links.log.same("V8D", CERTIFICATE, "levels", "link", sorted(proof["levels"]), sorted(earlier))
    for place, name in enumerate(_LEVELS):
        found = proof if name == last else proof["levels"][name]
        best = links.bound(found, quotas, _weights(name, found["weights"], place))
        value = (-links.lost, -links.off, links.points)[place]
        before = (0, links.weights[1] * links.lost, links.weights[2] * links.off)
        bound = best + sum(before[: place + 1])
        base = links.fit + links.lost + links.off if name == last else abs(value)
        more = {"weights": found["weights"]}
        more |= {"levels": proof["levels"]} if name == last else {}
        links.check_bound(name, value, bound, base, more)


def _weights(name: str, found: dict[str, Any], place: int) -> tuple[int, int, int]:
    """Weights of a level: those of earlier goals whole and positive, of later ones none."""
    own = ("woning", "taakstelling")
    weights = [found[key] for key in own]
    fixed = (1, 0), (weights[0], 1), (weights[0], weights[1])
    sound = sorted(found) == sorted(own) and weights == [*fixed[place]]
    if not sound or any(type(x) is not int or x < 0 for x in weights) or weights[0] < 1:
        raise Stop("V8E", CERTIFICATE, name, "weights", found)
    if place == 2 and weights[1] < 1:
        raise Stop("V8E", CERTIFICATE, name, "weights", found)
    return int(place == 2), weights[0], weights[1]
