"""V11: keys side by side, each divided anew, and every figure made from the divisions."""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from allocator.verify.core.folder import CERTIFICATE, INSTANCE, MANIFEST, Result
from allocator.verify.core.quotas import check_proof, national
from allocator.verify.core.reader import CONTRACT, Stop, Table, compare
from allocator.verify.studies.keys import key_shares, weights_of
from allocator.verify.studies.measures import descending, evenness, first_apart, half_moved, text_of

LAW, DWELLINGS, URBAN = "inwoners", "corporatiewoningen", "stedelijkheid"
_KEYS = "invoer/sleutels/"
_Document = dict[str, Any]


def read_keys(result: Result) -> dict[str, _Document]:
    """Return every key of the folder by name, the law's first; each is what its file says."""
    keys = {}
    for file in sorted(result.files):
        if file.startswith(_KEYS):
            key = tomllib.loads(result.files[file].decode())
            result.log.same("V11A", file, "", "name", key["name"], file[len(_KEYS) : -5])
            keys[key["name"]] = key
    if not is_plain(keys.get(LAW, {"parts": []})):
        raise Stop("V11A", f"{_KEYS}{LAW}.toml")
    return {LAW: keys.pop(LAW), **keys}


def is_plain(key: _Document) -> bool:
    """Whether a key is inhabitants and nothing else."""
    parts = [
        {k: v for k, v in part.items() if k not in ("year", "weight")} for part in key["parts"]
    ]
    return parts == [{"indicator": LAW}] and not key.keys() & {"credit", "floor", "ceiling"}


def whole_weights(key: _Document, rows: Table, total: int) -> list[int]:
    """Return whole weights in the proportions of a key."""
    if is_plain(key):
        return [int(text) for text in rows["inwoners"]]
    return weights_of(key, rows, total)


def described(keys: dict[str, _Document], instance: _Document) -> Iterator[tuple[str, ...]]:
    """Yield ``sleutels.csv``: what every key is made of."""
    sources = instance.get("sources", {})
    for name, key in sorted(keys.items()):
        whole = sum(Fraction(part.get("weight", "1")) for part in key["parts"])
        for number, part in enumerate(key["parts"], 1):
            own, weight = part["indicator"], Fraction(part.get("weight", "1"))
            year = part.get("year", instance["population_date"].year if own == LAW else "")
            values = [name, number, key["status"], own, "|".join(part.get("times", []))]
            values += [part.get("one_plus", ""), "ja" if part.get("inverse") else "nee"]
            values += [part.get("exponent", 1), weight, weight / whole if whole else ""]
            values += [part.get("cap", ""), year, sources.get(own) or sources.get("gemeenten", "")]
            bounds = ("credit", "floor", "ceiling", "valid_from", "valid_until")
            values += [key.get(field, "") for field in bounds]
            values += [key[field][lang] for field in ("title", "source") for lang in ("nl", "en")]
            yield tuple(map(str, values))


def split_weights(key: _Document, part: int) -> list[Fraction] | None:
    """Return the weights once a hundredth of all has gone to a part; none where that cannot be."""
    weights = [Fraction(own.get("weight", "1")) for own in key["parts"]]
    point = Fraction(sum(weights)) / 100
    others = sum(weights) - weights[part]
    if len(weights) == 1 or not others or (others - point) / others < 0:
        return None
    return [w + point if i == part else w - point * w / others for i, w in enumerate(weights)]


def with_weights(key: _Document, weights: list[Fraction]) -> _Document:
    """Return a key with other weights for its parts."""
    pairs = zip(key["parts"], weights, strict=True)
    return key | {"parts": [part | {"weight": str(weight)} for part, weight in pairs]}


def turn(change: int) -> str:
    """Say which way a quota goes."""
    return ("gelijk", "hoger", "lager")[(change > 0) - (change < 0)]


@dataclass
class _Division:
    """A key divided: shares [persons], persons by the common rounding and by its own."""

    rounding: str
    shares: list[Fraction]
    common: list[int]
    persons: list[int]


class _Comparison:
    """Everything that the tables are made from."""

    def __init__(self, result: Result) -> None:
        self.result, self.log, self.towns = result, result.log, result.table("gemeenten")
        self.instance, self.keys = result.documents[INSTANCE], read_keys(result)
        self.total: int = self.instance["national_total"]
        self.people = [int(text) for text in self.towns["inwoners"]]
        self.codes, self.provinces = self.towns["gemeente_code"], [*self.towns["provincie_code"]]
        given, names = result.parameters["compare"], [*self.keys]
        same = partial(self.log.same, "V11A", MANIFEST)
        same("compare", "keys", given["keys"], names)
        same("compare", "roundings", sorted(given["roundings"]), sorted(names))
        same("compare", "", sorted(given), ["keys", "roundings"])
        same("", "key", result.parameters["key"], LAW)
        proofs = result.documents[CERTIFICATE]["keys"]
        self.log.same("V2D", CERTIFICATE, "", "keys", sorted(proofs), sorted(names))
        self.divisions = {name: self._divide(name, proofs[name]) for name in names}
        self.law = self.divisions[LAW].common
        known = (
            Fraction(text.replace(",", ".")) if text else None for text in self.towns[DWELLINGS]
        )
        self.homes = [*known] if DWELLINGS in self.towns.columns else [None] * self.towns.size

    def _divide(self, name: str, proofs: _Document) -> _Division:
        weights = whole_weights(self.keys[name], self.towns, self.total)
        usual, own = self.result.parameters["rounding"], self.result.parameters["compare"]
        wanted = {"common": usual, "own": own["roundings"][name]}
        if wanted["own"] == usual:
            wanted = {"common": usual}
        self.log.same("V2D", CERTIFICATE, name, "keys", sorted(proofs), sorted(wanted))
        parts = {}
        for kind, rounding in wanted.items():
            parts[kind], proof = national(rounding, weights, self.total)
            proof["tied"] = [self.codes[i] for i in proof["tied"]]
            check_proof(self.result, f"{name}.{kind}", proofs[kind], proof)
        shares = [Fraction(w * self.total, sum(weights)) for w in weights]
        rounding = wanted.get("own", usual)
        return _Division(rounding, shares, parts["common"], parts.get("own", parts["common"]))

    def changes(self, own: _Division, members: range | list[int]) -> list[int]:
        """Return the difference with the law: in all, by the key, by the rounding."""
        key = sum(own.common[i] - self.law[i] for i in members)
        rounding = sum(own.persons[i] - own.common[i] for i in members)
        return [key + rounding, key, rounding]

    def per_thousand(self, persons: int, members: list[int]) -> list[str]:
        """Return persons per 1,000 inhabitants and per 1,000 association dwellings."""
        homes = [self.homes[i] for i in members]
        bases = sum(self.people[i] for i in members), None if None in homes else sum(homes)  # type: ignore[arg-type]
        return [text_of(Fraction(1000 * persons) / base if base else None) for base in bases]

    def towns_of(self) -> Iterator[tuple[str, ...]]:
        """Yield ``vergelijking.csv``."""
        names = self.towns.pick("gemeente", "provincie_code")
        urban = [text or "onbekend" for text in self.towns[URBAN]]
        urban = urban if URBAN in self.towns.columns else [""] * self.towns.size
        for name, own in self.divisions.items():
            for i, code in enumerate(self.codes):
                change = self.changes(own, [i])
                row: list[object] = [
                    code,
                    name,
                    *names[i],
                    self.people[i],
                    self.size(i),
                    urban[i],
                    own.rounding,
                ]
                row += [text_of(own.shares[i]), own.persons[i], *change, turn(change[0])]
                row += self.per_thousand(own.persons[i], [i])
                yield tuple(map(str, row))

    def size(self, i: int) -> int:
        """Return the size class of a municipality."""
        return bisect_right(CONTRACT["sizes"], self.people[i])

    def groups(self) -> dict[tuple[str, ...], list[int]]:
        """Return the members of every group: kind, name and the bounds of a size class."""
        found: dict[tuple[str, ...], list[int]] = {}
        sizes = [*CONTRACT["sizes"], ""]
        for i, province in enumerate(self.provinces):
            size = self.size(i)
            own = [("land", "NL", "", ""), ("provincie", province, "", "")]
            own += [("grootteklasse", str(size), str(sizes[size - 1]), str(sizes[size]))]
            if URBAN in self.towns.columns:
                own += [(URBAN, self.towns[URBAN][i] or "onbekend", "", "")]
            for group in own:
                found.setdefault(group, []).append(i)
        return found

    def groups_of(self) -> Iterator[tuple[str, ...]]:
        """Yield ``vergelijking_groepen.csv``."""
        for (kind, group, *bounds), members in self.groups().items():
            homes = [self.homes[i] for i in members]
            stock = "" if None in homes else sum(homes)  # type: ignore[arg-type]
            people = sum(self.people[i] for i in members)
            for name, own in self.divisions.items():
                persons = sum(own.persons[i] for i in members)
                turns = [turn(self.changes(own, [i])[0]) for i in members]
                row: list[object] = [
                    kind,
                    group,
                    name,
                    *bounds,
                    len(members),
                    people,
                    stock,
                    persons,
                ]
                row += [*self.changes(own, members)]
                row += [turns.count(way) for way in ("hoger", "lager", "gelijk")]
                yield tuple(map(str, row + self.per_thousand(persons, members)))

    def measures_of(self) -> Iterator[tuple[str, ...]]:
        """Yield ``vergelijking_maten.csv``."""
        bases: dict[str, list[Any]] = {LAW: self.people}
        if None not in self.homes:
            bases[DWELLINGS] = self.homes
        for name, own in self.divisions.items():
            turns = [turn(self.changes(own, [i])[0]) for i in range(self.towns.size)]
            for way in ("hoger", "lager", "gelijk"):
                yield f"gemeenten_{way}", "", name, str(turns.count(way)), "", ""
            moved = half_moved(own.persons, self.law)
            yield "personen_verschoven", "", name, text_of(moved), str(moved), ""
        for base, sizes in bases.items():
            orders = {n: descending(own.persons, sizes) for n, own in self.divisions.items()}
            law = descending(self.law, sizes)
            for name, own in self.divisions.items():
                for measure, *values in evenness(own.persons, sizes, self.codes, self.provinces):
                    yield (measure, base, name, *values)
                rank = 1 + sum(order < orders[name] for order in orders.values())
                yield "leximin_rang", base, name, str(rank), "", ""
                apart = first_apart(orders[name], law)
                yield "leximin_eerste_verschil", base, name, apart, "", ""

    def moves_of(self) -> Iterator[tuple[str, ...]]:
        """Yield ``vergelijking_gevoeligheid.csv``."""
        for name, key in self.keys.items():
            for number, part in enumerate(key["parts"]):
                weights = split_weights(key, number)
                if weights is None:
                    continue
                there = key_shares(with_weights(key, weights), self.towns, self.total)
                before = self.divisions[name].shares
                for code, now, then in zip(self.codes, before, there, strict=True):
                    moved = text_of(then * self.total - now)
                    yield code, name, str(number + 1), part["indicator"], moved


def check_comparison(result: Result) -> None:
    """V11: recompute every table of a comparison of keys."""
    own = _Comparison(result)
    tables = (
        ("sleutels", 2, described(own.keys, own.instance)),
        ("vergelijking", 2, own.towns_of()),
        ("vergelijking_groepen", 3, own.groups_of()),
        ("vergelijking_maten", 3, own.measures_of()),
        ("vergelijking_gevoeligheid", 3, own.moves_of()),
    )
    for name, key, rows in tables:
        compare(result.table(name), key, [*rows], result.log, "V11")
