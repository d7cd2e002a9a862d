"""Prices of an earlier result, read from its certificate."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allocator.canonical import sha256
from allocator.findings import Findings
from models.linking.problem import LinkPrices

IntArray = NDArray[np.int64]
CERTIFICATE = "certificaat.json"
_LARGEST = 10**18
"""What 64 bits hold; whether sums of it do is looked at with the problem."""
_DEAREST = 10**9
"""Points beyond which nothing is kept back: no penalty comes near it."""


@dataclass(frozen=True, slots=True, eq=False)
class Keep:
    """What one person and one dwelling must be worth to be used now, in whole points, >= 0."""

    per_person: IntArray
    """Shape (M,)."""
    per_dwelling: IntArray
    """Shape (M, S)."""


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """Prices of an earlier run in the order of this run."""

    prices: LinkPrices
    keep: Keep
    """What that run kept back, or what its prices say should be."""
    sha256: str
    """Hash of the file as it was read."""


def read_earlier(path: Path, codes: Sequence[str], classes: Sequence[str]) -> Earlier:
    """Read the prices of a certificate, for the municipalities and classes of this run.

    Parameters
    ----------
    path
        ``certificaat.json``, or a result folder that holds one.
    codes, classes
        Municipalities and dwelling classes of this run, in its order.

    Raises
    ------
    InputRefusedError
        If there is no such file, it holds no prices of links, or prices of other municipalities
        or classes.
    """
    findings = Findings()
    file = path / CERTIFICATE if path.is_dir() else path
    try:
        content = file.read_bytes()
        link = json.loads(content)["link"]
        prices = _prices(link["lambda"], link["mu"], codes, classes, link["scale"])
        kept = link.get("keep")
        keep = None if kept is None else _prices(kept["lambda"], kept["mu"], codes, classes, 1, 0)
    except OSError as error:
        findings.error("prices_missing", file.name, reason=error.strerror or str(error))
    except _OtherPlacesError as error:
        findings.error("prices_of_others", file.name, found=error.args[0])
    except (ValueError, KeyError, TypeError, AttributeError):
        findings.error("prices_unreadable", file.name)
    findings.refuse_errors()
    kept_back = _kept_back(prices) if keep is None else _at_most(keep.per_person, keep.per_dwelling)
    return Earlier(prices, kept_back, sha256(content))


class _OtherPlacesError(Exception):
    """The prices are of other municipalities or classes; names the first one."""


def _prices(
    persons: dict[str, int],
    dwellings: dict[str, dict[str, int]],
    codes: Sequence[str],
    classes: Sequence[str],
    scale: int,
    least: int = -_LARGEST,
) -> LinkPrices:
    pairs: list[tuple[Mapping[str, object], Sequence[str]]]
    pairs = [(persons, codes), (dwellings, codes), *((row, classes) for row in dwellings.values())]
    for found, wanted in pairs:
        others = sorted(found.keys() ^ set(wanted))
        if others:
            raise _OtherPlacesError(others[0])
    person = [_whole(persons[code], least) for code in codes]
    dwelling = [[_whole(dwellings[code][name], 0) for name in classes] for code in codes]
    return LinkPrices(
        per_person=np.array(person, dtype=np.int64),
        per_dwelling=np.array(dwelling, dtype=np.int64).reshape(len(codes), len(classes)),
        scale=_whole(scale, 1),
    )


def _whole(value: Any, least: int = -_LARGEST) -> int:
    if type(value) is not int or not least <= value <= _LARGEST:
        raise ValueError("a price is a whole number")
    return value


def _kept_back(prices: LinkPrices) -> Keep:
    """Whole points, rounded down; persons above the least dear municipality.

    Everybody is linked somewhere, so only differences between the prices of persons matter.
    """
    least = int(prices.per_person.min()) if len(prices.per_person) else 0
    person = (prices.per_person - least) // prices.scale
    dwelling = prices.per_dwelling // prices.scale
    return _at_most(person, dwelling)


def _at_most(person: IntArray, dwelling: IntArray) -> Keep:
    return Keep(np.minimum(person, _DEAREST), np.minimum(dwelling, _DEAREST))
