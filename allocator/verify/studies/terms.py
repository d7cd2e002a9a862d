"""V1 and V3: the terms of a run: who made it, parameters as the instance has them, agreements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from allocator.verify.core.folder import MANIFEST, Result
from allocator.verify.core.reader import CONTRACT
from allocator.verify.core.swaps import Swaps


def check_version(result: Result, is_lacking: bool = False) -> None:
    """V1: a form that is not this version's, in a result of another version, is called that."""
    made = result.documents[MANIFEST].get("versions", {}).get("allocator", "?")
    versions = (made, CONTRACT["version"])
    if is_lacking or made != CONTRACT["version"]:
        result.log.add("V1J", MANIFEST, "", "versions", *(f"allocator {x}" for x in versions))


def _lacking(result: Result) -> Iterator[str]:
    """Name what this version needs to know of a run and its manifest does not say."""
    yield from (name for name in CONTRACT["manifest"] if name not in result.documents[MANIFEST])
    for part in result.parts:
        for name in CONTRACT["parameters"].get(part, [part]):
            given = result.parameters.get(name)
            if given is None:
                yield f"parameters.{name}"
            for own in CONTRACT["needs"].get(name, ()):
                if isinstance(given, dict) and own not in given:
                    yield f"parameters.{name}.{own}"


def check_parameters(result: Result) -> None:
    """V1: the parameters in the manifest are those of ``instance.toml`` where they must be."""
    lacking = [*_lacking(result)]
    for name in lacking:
        result.log.add("V1L", MANIFEST, "", name)
    if lacking:
        check_version(result, is_lacking=True)
        return
    manifest, given, parts = result.documents[MANIFEST], result.parameters, result.parts
    same = partial(result.log.same, "V1H", MANIFEST, "")
    same("manifest", sorted(manifest), CONTRACT["manifest"])
    own = {*given} - {*CONTRACT["for_people"], "command", "lang"}
    wanted = {name for x in result.parts for name in CONTRACT["parameters"].get(x, [x])}
    same("parameters", sorted(own), sorted(wanted))
    same("lang", given["lang"], "en" if given["lang"] == "en" else "nl")
    same("what_if", "what_if" in given and given["command"] != "swap", False)
    if "always" not in parts:
        return
    _, certificate, instance = result.documents.values()
    proofs = [x["proof"] for x in result.parts.values() if "proof" in x]
    same("certificaat", sorted(certificate), sorted(proofs))
    same("name", manifest["name"], instance["name"])
    same("seed", given["seed"], instance.get("seed", given["seed"]))
    if "swap" in parts:
        _check_terms(given["command"], given["swap"], instance.get("swap", {}), same)
    if "link" in parts:
        link, settings = given["link"], CONTRACT["settings"] | instance.get("link", {})
        for name in CONTRACT["settings"]:
            same(f"link.{name}", link[name], settings[name])
        same("link.quota", link["quota"], "na_uitruil" if "swap" in parts else "taakstelling")
        fixed = {"demo": instance.get("demo", {}).get("link_region", ""), "run": ""}
        same("link.region", link["region"], fixed.get(given["command"], link["region"]))


def _check_terms(
    command: str, given: dict[str, Any], stated: dict[str, Any], same: Callable[..., None]
) -> None:
    """V1: what held for the swaps; only the command ``swap`` may ask other than the file."""
    own = {"pairs": "provincie", "partners_max": None} | CONTRACT["swap"] | stated
    same("swap", sorted(given), sorted([*own, "region"]))
    for name in own:
        if command != "swap" or name == "pairs":
            same(f"swap.{name}", given[name], own[name])
    lot, most = given["lot"], given["partners_max"]
    same("swap.lot", type(lot) is int and lot > 0, True)
    same("swap.partners_max", most is None or (type(most) is int and most > 0), True)
    same("swap.form", given["form"] in ("regiobesluit", "bilateraal"), True)
    is_plain = lot == 1 and most is None
    same("swap.leximin", given["leximin"] in ((False, True) if is_plain else (False,)), True)


def check_agreements(result: Result, swaps: Swaps) -> None:
    """V3: signed deals as signed, wished pairs at work, lots and partner limits kept."""
    log, file = result.log, "overdrachten.csv"
    signed, wished = swaps.proofs.signed, swaps.pinned["gewenst"]
    for pair, persons in signed.items():
        found, key = swaps.deals.get(pair, 0), ",".join(pair)
        log.unless(found == persons, "V3K", file, key, "personen", found, persons)
    for pair in wished.keys() - swaps.deals.keys():
        log.add("V3K", file, ",".join(pair))
    for pair in swaps.deals.keys() - signed.keys():
        low = swaps.deals[pair] < swaps.terms["lot"]
        log.unless(not low, "V3L", file, ",".join(pair), "personen", swaps.deals[pair])
    most, partners = swaps.terms["partners_max"], Counter(c for pair in swaps.deals for c in pair)
    for code in partners if most is not None else ():
        log.unless(partners[code] <= most, "V3M", file, code, "", partners[code], most)
    there: dict[str, list[tuple[Any, ...]]] = {"forbid": [*swaps.pinned["verboden"]]}
    there |= {"pin": [(*pair, str(n)) for pair, n in swaps.pinned["vastgezet"].items()]}
    there |= {"aanbod": result.rows("aanbod", "gemeente_code", "woningklasse", "aantal")}
    said = sorted({f"{option} {','.join(row)}" for option, rows in there.items() for row in rows})
    stated, changes = "what_if" in result.parameters, result.parameters.get("what_if", [])
    sound = changes == [change for change in said if change in changes] and stated == bool(changes)
    log.unless(sound, "V1H", MANIFEST, "", "what_if", changes)
