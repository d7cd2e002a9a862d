"""V6 and V8: the wishes of a run of links, whether they hold, and what each is said to cost."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from allocator.verify.core.folder import MANIFEST
from allocator.verify.core.links import Links
from allocator.verify.core.plan import Numbers, Plan
from allocator.verify.core.reader import Stop, compare

_WISHES = "vertrouwelijk/invoer/wensen.csv"
_WISH = ("huishouden_id", "gemeente_code", "soort", "woningklasse", "aantal")
_PINNED, _BANNED, _RESERVED, _SUPPLIED = "vast", "verboden", "gereserveerd", "aanbod"
_Row = tuple[Any, ...]


def apply_wishes(plan: Plan) -> None:
    """V6: wishes narrow who may go where, and change what there is; each must fit the input."""
    wishes = plan.result.rows("wensen", *_WISH)
    counted, stated = dict(Counter(row[2] for row in wishes)), plan.rule.get("wishes", {})
    plan.log.same("V1H", MANIFEST, "", "wishes", stated, counted)
    waiting = {name: h for h, name in enumerate(plan.ids) if not plan.fixed[h]}
    for name, code, sort, kind, count in wishes:
        h, m = waiting.get(name, -1), plan.town.get(code, -1)
        sound = h >= 0 and not kind and not count
        if sort not in (_PINNED, _BANNED):
            sound = sort in (_RESERVED, _SUPPLIED) and kind in plan.kind and count and not name
        if not sound or m < 0 or not plan.region[m]:
            raise Stop("V6E", _WISHES, name or code, "soort", sort)
        if name:
            plan.before.setdefault(name, plan.opens[h])
            plan.opens[h] = _narrowed(plan, plan.opens[h], code, sort)
            plan.pinned[h] |= sort == _PINNED
        else:
            table = plan.reserved if sort == _RESERVED else plan.supply
            table[m, plan.kind[kind]] = int(count)
    for name in plan.before:
        if not plan.opens[waiting[name]].any():
            raise Stop("V6E", _WISHES, name)


def _narrowed(plan: Plan, opens: Numbers, code: str, sort: str) -> Numbers:
    """Return what a wish about a household leaves open."""
    here = np.arange(len(plan.codes)) == plan.town[code]
    return np.asarray(opens & (here if sort == _PINNED else ~here))


def check_costs(links: Links) -> None:
    """V8: recompute each cost by prices; hold a solved one against what the bound leaves."""
    costs, scale = links.result.table("wensen_kosten"), links.scale
    ways = {row[:5]: row[5:] for row in costs.pick(*_WISH, "kosten", "wijze")}
    slack, rows = links.best - scale * links.value, []
    wishes = links.result.rows("wensen", *_WISH)
    for row in wishes:
        fall = _fall(links, wishes, row)
        points, way = ways.get(row, ("0", ""))
        cost, sort = int(points), row[2]
        if way == "opgelost":
            fits = sort == _SUPPLIED or (cost >= 0 and cost * scale <= slack + fall)
            links.log.unless(fits, "V8G", costs.file, row[0] or row[1], "kosten", cost)
        else:
            cost, way = (2 * fall + scale) // (2 * scale), "prijzen"
        rows.append((*row, str(cost), way))
    if rows or costs.size:
        compare(costs, 4, rows, links.log, "V8")


def _fall(links: Links, wishes: list[_Row], row: _Row) -> int:
    """How far the bound falls through one wish beside the others, at these prices."""
    name, code, sort, kind, count = row
    if not name:
        cell = links.town[code], links.kind[kind]
        lost = int(count) if sort == _RESERVED else int(links.listed[cell]) - int(count)
        return lost * int(links.prices[cell])
    if name not in links.nets:
        raise Stop("V6E", _WISHES, name)
    own = [other for other in wishes if other[0] == name]
    return _best(links, name, [other for other in own if other != row]) - _best(links, name, own)


def _best(links: Links, name: str, wishes: list[_Row]) -> int:
    """Return the best net points of a household under some wishes about it."""
    opens = links.before[name]
    for _, code, sort, _, _ in wishes:
        opens = _narrowed(links, opens, code, sort)
    return int(links.nets[name][opens].max())
