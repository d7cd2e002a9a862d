"""What the program is made of: itself and every installed package that it needs, with licences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from allocator.canonical import json_bytes

OWN = "taakstelling-allocator"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXTRA = re.compile(r";.*\bextra\s*==")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One installed package; ``licence`` as it declares it, empty where it does not."""

    name: str
    version: str
    licence: str
    needs: tuple[str, ...]


def parts(root: str = OWN) -> tuple[Part, ...]:
    """The package and all that it needs, directly or not, as installed here.

    Parameters
    ----------
    root
        Name of the package to begin with.

    Returns
    -------
    tuple of Part
        Sorted by name. What only an extra or another platform needs is not in it.

    Raises
    ------
    PackageNotFoundError
        If ``root`` itself is not installed.
    """
    found: dict[str, Part] = {}
    waiting = [distribution(root)]
    while waiting:
        own = waiting.pop()
        name = _normal(own.metadata["Name"])
        if name in found:
            continue
        needed = [other for other in map(_installed, own.requires or ()) if other is not None]
        names = tuple(sorted({_normal(other.metadata["Name"]) for other in needed}))
        found[name] = Part(name, own.version, _licence(own), names)
        waiting += needed
    return tuple(found[name] for name in sorted(found))


def bill_of_materials() -> bytes:
    """The parts as CycloneDX 1.6 JSON: the same bytes for the same installation.

    Raises
    ------
    PackageNotFoundError
        If the program runs from a clone that was never installed.

    References
    ----------
    CycloneDX specification 1.6 (ECMA-424, 1st edition, 2024).
    """
    known = parts()
    own = next(part for part in known if part.name == OWN)
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**_component(own), "type": "application"}},
        "components": [_component(part) for part in known if part is not own],
        "dependencies": [
            {"ref": _ref(part), "dependsOn": [_ref(p) for p in known if p.name in part.needs]}
            for part in known
        ],
    }
    return json_bytes(content)


def _installed(requirement: str) -> Distribution | None:
    """The package that a requirement names, if this installation needs and has it."""
    name = _NAME.match(requirement)
    if name is None or _EXTRA.search(requirement):
        return None
    try:
        return distribution(name[0])
    except PackageNotFoundError:  # for another platform or Python
        return None


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(own: Distribution) -> str:
    """The licence as an expression, a short text or a classifier, in that order."""
    for field in ("License-Expression", "License"):
        said = " / ".join(own.metadata.get_all(field) or ()).strip()
        if said and said != "UNKNOWN" and len(said) <= _LONGEST and "\n" not in said:
            return said
    said_in_classes = [
        line.rpartition(" :: ")[2]
        for line in own.metadata.get_all("Classifier") or ()
        if line.startswith("License :: ")
    ]
    return " OR ".join(said_in_classes)


def _component(part: Part) -> dict[str, object]:
    content: dict[str, object] = {
        "type": "library",
        "bom-ref": _ref(part),
        "name": part.name,
        "version": part.version,
        "purl": _ref(part),
    }
    if part.licence:
        content["licenses"] = [{"license": {"name": part.licence}}]
    return content


def _ref(part: Part) -> str:
    return f"pkg:pypi/{part.name}@{part.version}"
