"""What a failure may say: no household by name, except of the files that hold households."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from pathlib import Path

from allocator.verify.core.reader import Failure


def masked(failures: Iterable[Failure], files: dict[str, bytes]) -> tuple[Failure, ...]:
    """Return the failures in a fixed order, each once, without the name of any household.

    That a result is of another version comes first: it explains the rest.
    """
    ids = {*_identifiers(files)}
    shown = {_without(failure, ids) for failure in failures}
    return tuple(sorted(shown, key=lambda x: (x.code != "V1J", len(x.code), astuple(x))))


def _without(failure: Failure, identifiers: set[str]) -> Failure:
    words = re.findall(r"[\w.:-]+", " ".join(astuple(failure)[2:]))
    # A pure number is never taken for an id: it says nothing about anybody.
    named = any(word in identifiers and not word.isdigit() for word in words)
    private = failure.file.startswith("vertrouwelijk/")
    return Failure(failure.code, failure.file, "***") if named and not private else failure


def _identifiers(files: dict[str, bytes]) -> Iterator[str]:
    """Name every household and sponsor of the confidential files, however damaged these are."""
    # Limits on swaps, wishes, fairness and mixes of sizes name nobody.
    nobody = {"ruilruimte", "eerlijkheid", "verwachte_samenstelling", "wensen_verdeling"}
    place = {"nareis": 2, "regievoerders": 2}
    for name in (name for name in files if name.startswith("vertrouwelijk/")):
        stem = Path(name).stem
        for line in files[name].decode(errors="replace").split("\n") if stem not in nobody else ():
            yield from filter(None, line.split(",")[place.get(stem, 0) :][:1])
