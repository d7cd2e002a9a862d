"""V13: past half-years, each divided anew and set beside what was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from allocator.verify.core.folder import MANIFEST, Result
from allocator.verify.core.quotas import national
from allocator.verify.core.reader import Stop, compare
from allocator.verify.studies.comparing import described, read_keys, whole_weights

_LOOK = "terugblik_halfjaren.csv"


def _by_province(provinces: Sequence[str], parts: Sequence[int]) -> Counter[str]:
    sums = Counter[str]()
    for province, part in zip(provinces, parts, strict=True):
        sums[province] += part
    return sums


def check_backtest(result: Result) -> None:
    """V13: recompute every half-year: each key, the corrections, the deviations."""
    log, keys, given = result.log, read_keys(result), result.parameters["backtest"]
    same = partial(log.same, "V13A", MANIFEST, "backtest")
    same("keys", given["keys"], [*keys])
    same("", sorted(given), ["keys", "rounding"])
    same("name", result.documents[MANIFEST]["name"], "terugblik")
    found: dict[str, list[Any]] = {x: [] for x in ("", "_halfjaren", "_correcties", "_sleutels")}
    seen = {MANIFEST}
    for year in result.rows("halfjaren", *result.table("halfjaren").columns):
        seen.add(f"invoer/{year[0]}/instance.toml")
        _check_half_year(result, keys, year, found)
    log.same("V13A", _LOOK, "", "halfjaar", sorted(result.documents), sorted(seen))
    table, names = result.table("terugblik"), [f"taakstelling_{name}" for name in sorted(keys)]
    columns = [column for column in table.columns if column.startswith("taakstelling_")]
    log.same("V13A", table.file, "", "", columns, names)
    for name, size in (("", 2), ("_halfjaren", 1), ("_correcties", 2), ("_sleutels", 3)):
        compare(result.table(f"terugblik{name}"), size, found[name], log, "V13")


def _check_half_year(
    result: Result, keys: dict[str, Any], year: tuple[str, ...], found: dict[str, list[Any]]
) -> None:
    half, printed, origin, basis, until, *notes = year
    instance = result.documents[f"invoer/{half}/instance.toml"]
    towns, total = result.table(f"{half}/gemeenten"), instance["national_total"]
    result.log.same("V13A", f"invoer/{half}", "", "half_year", instance["half_year"], half)
    people, where = [int(text) for text in towns["inwoners"]], towns["provincie_code"]
    law = _by_province(where, national("sluitend", people, total)[0])
    rounding = result.parameters["backtest"]["rounding"]
    divided = {
        name: _by_province(where, national(rounding, whole_weights(key, towns, total), total)[0])
        for name, key in sorted(keys.items())
    }
    said = result.table("correcties_provincies")
    reasons = {row[1]: row[2:] for row in said.pick(*said.columns) if row[0] == half}
    sums, apart = Counter[str](), []
    provinces = result.table("provincies")
    for row in (row for row in provinces.pick(*provinces.columns) if row[0] == half):
        _, code, name, opening, quota, housed, closing, remark = row
        change = int(reasons.get(code, ("0",))[0])
        if law[code] + change != int(quota):
            raise Stop("V13A", said.file, f"{half},{code}", "correctie", change)
        values = [half, code, name, law[code], change, quota, housed, until, opening, closing]
        values += [own[code] for own in divided.values()]
        found[""].append((*map(str, values), remark))
        if code in reasons:
            line = [half, code, name, law[code], change, quota]
            found["_correcties"].append((*map(str, line), *reasons[code][1:]))
        sums += Counter(quota=int(quota), housed=int(housed), apart=abs(change))
        apart += [f"{name} {-change:+d}"] if change else []
    line = [half, printed, total, origin, instance["population_date"], basis]
    line += [instance["structure_year"], towns.size, sum(people), sums["quota"], sums["housed"]]
    line += [until, sums["apart"], "|".join(sorted(apart)), *notes]
    found["_halfjaren"].append(tuple(map(str, line)))
    found["_sleutels"] += [(half, *row) for row in described(keys, instance)]
    known = [code for year, code in provinces.pick("halfjaar", "provincie_code") if year == half]
    result.log.same("V13A", provinces.file, half, "", known, sorted(law))
