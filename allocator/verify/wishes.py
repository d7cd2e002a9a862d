"""V6 and V8: the wishes of a run of links, whether they hold, and what each is said to cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from allocator.verify.folder import MANIFEST, Result
from allocator.verify.reader import Stop, compare

_WISHES = "vertrouwelijk/invoer/wensen.csv"
_COLUMNS = ("huishouden_id", "gemeente_code", "soort", "woningklasse", "aantal")
_PIN, _BAN, _RESERVE, _SUPPLY = "vast", "verboden", "gereserveerd", "aanbod"
_Numbers = np.ndarray[Any, Any]
_Row = tuple[Any, ...]


class Wishes:
    """Rows of ``wensen.csv``; ``before`` holds per household where it may go without any."""

    def __init__(
        self, result: Result, region: _Numbers, town: Mapping[str, int], kind: Mapping[str, int]
    ) -> None:
        self.log, self.town, self.kind = result.log, town, kind
        self.rows: list[_Row] = result.rows("wensen", *_COLUMNS)
        self.costs = result.table("wensen_kosten")
        self.before: dict[str, _Numbers] = {}
        stated = result.parameters["link"].get("wishes", {})
        counted = dict(Counter(row[2] for row in self.rows))
        self.log.same("V1H", MANIFEST, "", "wishes", stated, counted)
        status = dict(result.rows("huishoudens", "huishouden_id", "status"))
        for name, code, sort, dwelling, count in self.rows:
            if sort in (_PIN, _BAN):
                waits = status.get(name, "gekoppeld") not in ("gekoppeld", "verhuisfase")
                sound = waits and not dwelling and not count
            else:
                sound = (
                    sort in (_RESERVE, _SUPPLY) and dwelling in kind and bool(count) and not name
                )
            if not sound or code not in town or not region[town[code]]:
                raise Stop("V6E", _WISHES, name or code, "soort", sort)

    def of(self, name: str) -> list[_Row]:
        """Return the wishes about one household."""
        return [row for row in self.rows if row[0] == name]

    def apply(self, ids: tuple[str, ...], opens: list[_Numbers], supply: _Numbers) -> _Numbers:
        """V6: narrow who may go where, change the supply; return who is pinned."""
        pinned = np.zeros(len(ids), bool)
        named = {row[0] for row in self.rows}
        for h, name in enumerate(ids):
            if name in named:
                self.before[name] = opens[h]
                opens[h] = self._narrowed(name, self.of(name))
                pinned[h] = any(row[2] == _PIN for row in self.of(name))
                if not opens[h].any():
                    raise Stop("V6E", _WISHES, name)
        for _, code, sort, dwelling, count in self.rows:
            if sort == _SUPPLY:
                supply[self.town[code], self.kind[dwelling]] = int(count)
        return pinned

    def _narrowed(self, name: str, wishes: list[_Row]) -> _Numbers:
        mask = self.before[name].copy()
        for _, code, sort, _, _ in wishes:
            here = np.arange(len(mask)) == self.town[code]
            mask &= here if sort == _PIN else ~here
        return np.asarray(mask)

    def reserved(self, supply: _Numbers) -> _Numbers:
        """Return the dwellings to be kept free, per municipality and class."""
        table = np.zeros_like(supply)
        for _, code, sort, dwelling, count in self.rows:
            if sort == _RESERVE:
                table[self.town[code], self.kind[dwelling]] += int(count)
        return table

    def check_costs(
        self,
        offers: Mapping[str, _Numbers],
        prices: _Numbers,
        listed: _Numbers,
        scale: int,
        slack: int,
    ) -> None:
        """V8: recompute each cost by prices; hold a solved one against what the bound leaves.

        ``offers`` are the net points of each place of a household that a wish is about, ``slack``
        is the bound less the value; prices and both are times ``scale``.
        """
        ways = {row[:5]: row[5:] for row in self.costs.pick(*_COLUMNS, "kosten", "wijze")}
        rows = []
        for row in self.rows:
            fall = self._fall(row, offers, prices, listed)
            points, way = ways.get(row, ("0", ""))
            cost, sort = int(points), row[2]
            if way == "opgelost":
                fits = sort == _SUPPLY or (cost >= 0 and cost * scale <= slack + fall)
                self.log.unless(fits, "V8G", self.costs.file, row[0] or row[1], "kosten", cost)
            else:
                cost, way = (2 * fall + scale) // (2 * scale), "prijzen"
            rows.append((*row, str(cost), way))
        if rows or self.costs.size:
            compare(self.costs, 4, rows, self.log, "V8")

    def _fall(
        self, row: _Row, offers: Mapping[str, _Numbers], prices: _Numbers, listed: _Numbers
    ) -> int:
        """How far the bound falls through one wish beside the others, at these prices."""
        name, code, sort, dwelling, count = row
        if not name:
            cell = self.town[code], self.kind[dwelling]
            lost = int(count) if sort == _RESERVE else int(listed[cell]) - int(count)
            return lost * int(prices[cell])
        if name not in offers:
            raise Stop("V6E", _WISHES, name)
        others = [other for other in self.of(name) if other != row]
        best = [
            int(offers[name][self._narrowed(name, wishes)].max())
            for wishes in (others, self.of(name))
        ]
        return best[0] - best[1]
