"""V8: the floor under the fit of each household size, and the plan without it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from allocator.verify.core.folder import CERTIFICATE
from allocator.verify.core.links import Links
from allocator.verify.core.reader import Stop

_WHOLE = 1000


def check_floor(links: Links, bound: int) -> dict[str, Any]:
    """Return what the certificate must hold of a floor.

    The plan without the floor is worth no less than this one and no more than ``bound``. For the
    highest floor no more points are lost than by that plan. That one thousandth more has no plan
    is the word of two engines: nothing here can recompute it.
    """
    how, found = links.rule["eerlijk"], links.found.get("fair")
    names = ["highest", "level", "lost_without", "without"]
    if not isinstance(found, dict) or sorted(found) != names:
        raise Stop("V8H", CERTIFICATE, "fair", "link", found)
    level, without, lost = found["level"], found["without"], found["lost_without"]
    if any(type(x) is not int for x in (level, without, lost)):
        raise Stop("V8H", CERTIFICATE, "fair", "link", found)
    share = _least_share(links)
    sound = share >= level >= 0 and lost >= 0
    sound = sound and links.value <= without <= bound
    if how == "vloer":
        sound = sound and level == 10 * links.rule["eerlijk_vloer"] and found["highest"] is False
    else:
        sound = sound and links.lost + links.off <= lost and type(found["highest"]) is bool
        sound = sound and (share == level or not found["highest"])
    links.log.unless(sound, "V8H", CERTIFICATE, "fair", "link", found, share)
    return {"fair": found}


def _least_share(links: Links) -> int:
    """Thousandths, rounded down, that the worst off size gets of the best it could have alone."""
    got, best = Counter[int](), Counter[int]()
    for h, place in enumerate(links.place.tolist()):
        if links.new[h] and place >= 0:
            size, fits = int(links.persons[h]), links.fits[h]
            got[size] += int(fits[place])
            best[size] += int(fits[links.opens[h]].max())
    return min((_WHOLE * got[size] // best[size] for size in best if best[size]), default=_WHOLE)
