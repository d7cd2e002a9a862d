"""V16: the expected mix of household sizes, and the list of each link coordinator."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.verify.core.links import Links
from allocator.verify.core.reader import compare


def check_lists(links: Links) -> None:
    """Count the households of the plan anew, and list its proposals region by region."""
    mix = [(code, str(size), *map(str, counts)) for (code, size), counts in _mix(links).items()]
    compare(links.result.table("verwachte_samenstelling"), 2, mix, links.log, "V16")
    rows = list(_proposals(links))
    compare(links.result.table("regievoerders"), 3, rows, links.log, "V16")


def _mix(links: Links) -> dict[tuple[str, int], tuple[int, ...]]:
    """Households, with a dwelling, without one, joining family; per municipality and size."""
    found: dict[tuple[str, int], tuple[int, ...]] = {}
    for h, m in enumerate(links.place.tolist()):
        if m >= 0:
            key = links.codes[m], int(links.persons[h])
            joins, housed = bool(links.joins[h]), bool(links.dwelling[h] >= 0)
            own = (1, housed, not housed and not joins, joins)
            found[key] = tuple(a + b for a, b in zip(found.get(key, (0,) * 4), own, strict=True))
    return found


def _proposals(links: Links) -> Iterator[tuple[str, ...]]:
    towns = links.result.rows("gemeenten", "gemeente_code", "coa_regio", "provincie_code")
    area = {code: coa or province for code, coa, province in towns}
    for h, (home, weeks) in enumerate(links.people.pick("opvang_gemeente", "weken_wachtend")):
        if links.new[h] and links.place[h] >= 0:
            code, kind = links.codes[links.place[h]], links.kinds[links.dwelling[h]]
            seen = "ja" if kind or links.joins[h] else "nee"
            size, waited = str(links.persons[h]), str(int(weeks or 0))
            own = (area[code], code, links.ids[h], size, kind, seen, home, area.get(home, ""))
            yield (*own, waited, links.reasons[h])
