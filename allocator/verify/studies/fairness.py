"""V8: the floor under the fit of each household size, and the plan without it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from allocator.verify.core.folder import CERTIFICATE
from allocator.verify.core.links import Links
from allocator.verify.core.reader import Stop

_WHOLE = 1000
_NAMES = ("highest", "level", "lost_without", "without")


def check_floor(links: Links, bound: int, quotas: Counter[str]) -> tuple[int, dict[str, Any]]:
    """Return the bound of plans with a floor, and what the certificate must hold of a floor.

    The plan without the floor is worth no less than this one and no more than the bound. For the
    highest floor no more points are lost than by that plan. That one thousandth more has no plan
    is the word of two engines: nothing here can recompute it. With prices of fit the bound is of
    plans with the floor only, and that of all plans is the word of the run.
    """
    found = links.found.get("fair")
    more = ["bound_without", "per_fit"] if isinstance(found, dict) and "per_fit" in found else []
    names = sorted([*_NAMES, *more])
    if not isinstance(found, dict) or sorted(found) != names:
        raise Stop("V8H", CERTIFICATE, "fair", "link", found)
    whole = [found[name] for name in names if name not in ("highest", "per_fit")]
    if any(type(x) is not int for x in whole):
        raise Stop("V8H", CERTIFICATE, "fair", "link", found)
    how, level = links.rule["eerlijk"], found["level"]
    without, lost = found["without"], found["lost_without"]
    got, best = _fits(links)
    if "per_fit" in found:
        bound = _bound(links, quotas, got, best)
    most = found.get("bound_without", bound)
    share = min((_WHOLE * got[s] // best[s] for s in best if best[s]), default=_WHOLE)
    sound = share >= level >= 0 and lost >= 0 and most >= bound
    sound = sound and links.value <= without <= most
    if how == "vloer":
        sound = sound and level == 10 * links.rule["eerlijk_vloer"] and found["highest"] is False
    else:
        sound = sound and links.lost + links.off <= lost and type(found["highest"]) is bool
        sound = sound and (share == level or not found["highest"]) and "per_fit" not in found
    links.log.unless(sound, "V8H", CERTIFICATE, "fair", "link", found, share)
    return bound, {"fair": found}


def _bound(links: Links, quotas: Counter[str], got: Counter[int], best: Counter[int]) -> int:
    """Recompute the bound with prices of fit, less what the floors are worth at these."""
    fair = links.found["fair"]
    prices, level = fair["per_fit"], fair["level"]
    if not isinstance(prices, dict) or sorted(prices) != sorted(map(str, best)):
        raise Stop("V8H", CERTIFICATE, "fair", "link", prices)
    if any(type(price) is not int or price < 0 for price in prices.values()):
        raise Stop("V8H", CERTIFICATE, "fair", "link", prices)
    links.per_fit = [prices.get(str(size), 0) for size in links.persons.tolist()]
    links.bound(links.found, quotas)
    links.best -= sum(prices[str(size)] * -(-level * best[size] // _WHOLE) for size in best)
    # Each term is what a group passes its floor by: none of them may be below zero.
    passed = (_WHOLE * got[size] >= level * best[size] for size in best if prices[str(size)])
    links.log.unless(all(passed), "V8F", CERTIFICATE)
    return int(links.best // links.scale)


def _fits(links: Links) -> tuple[Counter[int], Counter[int]]:
    """Fit that each size gets, and the best that each of its households could have alone."""
    got, best = Counter[int](), Counter[int]()
    for h, place in enumerate(links.place.tolist()):
        if links.new[h] and place >= 0:
            size, fits = int(links.persons[h]), links.fits[h]
            got[size] += int(fits[place])
            best[size] += int(fits[links.opens[h]].max())
    return got, best
