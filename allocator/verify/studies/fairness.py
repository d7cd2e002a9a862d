"""V8: the floor under the fit of each household size, and the plan without it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from allocator.verify.core.folder import CERTIFICATE
from allocator.verify.core.links import Links
from allocator.verify.core.reader import Stop

_WHOLE = 1000
_NAMES = ("highest", "level", "lost_without", "without")
_PRICED = ("bound_without", "per_fit")
_PRICED_HIGHEST = ("level_proof", "per_lost")
_LEVEL_PROOF = ["lambda", "level", "mu", "per_fit", "per_lost", "scale"]
_NO_NUMBER = ("highest", "per_fit", "level_proof")


def check_floor(links: Links, bound: int, quotas: Counter[str]) -> tuple[int, dict[str, Any]]:
    """Return the bound of plans with a floor, and what the certificate must hold of a floor.

    The plan without the floor is worth no less than this one and no more than the bound. For the
    highest floor no more points are lost than by that plan. That one thousandth more has no plan
    is the word of two engines: nothing here can recompute it. With prices of fit the bound is of
    plans with the floor only, and that of all plans is the word of the run; the highest level
    that any plan can have is then proven by prices of its own.
    """
    found, how = links.found.get("fair"), links.rule["eerlijk"]
    more: tuple[str, ...] = ()
    if isinstance(found, dict) and "per_fit" in found:
        more = _PRICED if how == "vloer" else (*_PRICED, *_PRICED_HIGHEST)
    if not isinstance(found, dict) or sorted(found) != sorted([*_NAMES, *more]):
        raise Stop("V8H", CERTIFICATE, "fair", "link", found)
    whole = [found[name] for name in found if name not in _NO_NUMBER]
    if any(type(x) is not int for x in whole):
        raise Stop("V8H", CERTIFICATE, "fair", "link", found)
    level, without, lost = found["level"], found["without"], found["lost_without"]
    got, best = _fits(links)
    highest = _WHOLE
    if "level_proof" in found:
        highest = _highest(links, quotas, best)
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
        is_firm = found["highest"] or "per_fit" in found
        sound = sound and (share == level or not is_firm) and level <= highest
        sound = sound and not (found["highest"] and "per_fit" in found)
    links.log.unless(sound, "V8H", CERTIFICATE, "fair", "link", found, share)
    return bound, {"fair": found}


def _bound(links: Links, quotas: Counter[str], got: Counter[int], best: Counter[int]) -> int:
    """Recompute the bound with prices of fit, less what the floors are worth at these."""
    main, fair = links.found, links.found["fair"]
    prices, level = _read(links, fair, best), fair["level"]
    links.bound(main, quotas)
    links.best -= sum(prices[str(size)] * -(-level * best[size] // _WHOLE) for size in best)
    links.best += links.per_lost * fair["lost_without"]
    # Each term is what a group passes its floor by: none of them may be below zero.
    passed = (_WHOLE * got[size] >= level * best[size] for size in best if prices[str(size)])
    links.log.unless(all(passed), "V8F", CERTIFICATE)
    return int(links.best // links.scale)


def _highest(links: Links, quotas: Counter[str], best: Counter[int]) -> int:
    """Recompute the level that no plan within the limit on lost points can pass.

    At these prices neither points nor penalties count by themselves. A plan with level t earns
    the prices of its floors at least, and loses the price of the limit at most.
    """
    main, proof = links.found, links.found["fair"]["level_proof"]
    if not isinstance(proof, dict) or sorted(proof) != _LEVEL_PROOF:
        raise Stop("V8H", CERTIFICATE, "level_proof", "link", proof)
    prices = _read(links, proof, best)
    links.bound(proof, quotas, (0, 0, 0))
    most = links.best + links.per_lost * main["fair"]["lost_without"]
    links.found, level = main, _WHOLE
    while level > 0 and most < sum(prices[str(s)] * -(-level * best[s] // _WHOLE) for s in best):
        level -= 1
    links.log.same("V8H", CERTIFICATE, "level_proof", "link", proof["level"], level)
    return level


def _read(links: Links, found: dict[str, Any], best: Counter[int]) -> dict[str, int]:
    """Take the prices of fit and of lost points from the certificate; return those of fit."""
    prices, per_lost = found["per_fit"], found.get("per_lost", 0)
    if not isinstance(prices, dict) or sorted(prices) != sorted(map(str, best)):
        raise Stop("V8H", CERTIFICATE, "fair", "link", prices)
    if any(type(price) is not int or price < 0 for price in [*prices.values(), per_lost]):
        raise Stop("V8H", CERTIFICATE, "fair", "link", [prices, per_lost])
    links.per_fit = [prices.get(str(size), 0) for size in links.persons.tolist()]
    links.per_lost = per_lost
    return prices


def _fits(links: Links) -> tuple[Counter[int], Counter[int]]:
    """Fit that each size gets, and the best that each of its households could have alone."""
    got, best = Counter[int](), Counter[int]()
    for h, place in enumerate(links.place.tolist()):
        if links.new[h] and place >= 0:
            size, fits = int(links.persons[h]), links.fits[h]
            got[size] += int(fits[place])
            best[size] += int(fits[links.opens[h]].max())
    return got, best
