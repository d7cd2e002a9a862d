"""What one municipality sees of a request about household sizes, and what falls without it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from allocator.findings import Findings, nearest
from allocator.results import COMPOSITION_TABLES
from allocator.swapping.again import own_instance, own_standing
from allocator.swapping.composing import composition_problem
from allocator.swapping.composition import CompositionTerms
from allocator.swapping.household_mix import read_mix
from models.exchange import CompositionProblem, Move, Package, households_after


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """The problem behind a request in a result folder, and its packages."""

    codes: tuple[str, ...]
    problem: CompositionProblem
    scenarios: tuple[str, ...]
    """In the order of the problem, midden first."""
    packages: tuple[Package, ...]
    classes: tuple[str, ...]
    """Dwelling classes in the order of the problem."""


def read_request(folder: Path) -> Request:
    """Read the request of a verified result folder again.

    Raises
    ------
    InputRefusedError
        If its own copy of the input cannot be read.
    """
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    certificate = json.loads((folder / "certificaat.json").read_text(encoding="utf-8"))
    stated, said = manifest["parameters"]["samenstelling"], certificate["samenstelling"]
    instance = own_instance(folder, COMPOSITION_TABLES)
    mix = read_mix(instance)
    terms = CompositionTerms(stated["pairs"], stated["region"], stated["driehoek"], mix)
    standing = own_standing(folder, instance)
    _, problem = composition_problem(instance, standing, terms)
    codes = tuple(position.code for position in standing)
    return Request(
        codes,
        problem,
        tuple(said["scenarios"]),
        tuple(_package(own, codes, problem) for own in said["packages"]),
        tuple(row["woningklasse"] for row in instance.rows("woningklassen")),
    )


def _package(own: dict[str, Any], codes: tuple[str, ...], problem: CompositionProblem) -> Package:
    sizes = problem.sizes.tolist()
    moves = (
        Move(codes.index(giver), codes.index(taker), sizes.index(size), households)
        for giver, taker, size, households in own["moves"]
    )
    return Package(tuple(codes.index(code) for code in own["members"]), tuple(moves))


@dataclass(frozen=True, slots=True)
class RequestView:
    """Everything that one municipality may see of a request [persons, dwellings]."""

    is_better: bool
    """Whether fewer of its persons are left over, midden."""
    left: dict[str, tuple[int, int]]
    """Persons without a dwelling that fits before and after, by scenario."""
    dwellings: dict[str, int]
    """Dwellings on offer by class, midden."""
    partners: tuple[str, ...]
    """Codes of those it has an agreement with: these agreements end without it, no others."""
    standing: int
    """Agreements that then stay as they are."""
    total: tuple[int, int]
    """Persons left over of all municipalities, midden: with its agreements and without them."""
    worse: tuple[str, ...]
    """Who would then have more left over in some scenario than without any agreement."""


def request_view(folder: Path, code: str) -> RequestView:
    """Show one municipality what the request of a verified result means for it.

    Raises
    ------
    InputRefusedError
        If the result does not have the municipality, or its input cannot be read.
    """
    request = read_request(folder)
    if code not in request.codes:
        findings = Findings()
        near = nearest(code, request.codes) or "-"
        findings.error("result_without_municipality", "na_uitruil.csv", found=code, suggestion=near)
        findings.refuse_errors()
    problem, party = request.problem, request.codes.index(code)
    others = tuple(own for own in request.packages if party not in own.members)
    before = problem.households_left_over(problem.expected)
    after, without = (
        problem.households_left_over(households_after(problem, packages))
        for packages in (request.packages, others)
    )
    own = [package.members for package in request.packages if party in package.members]
    worse = np.flatnonzero((without > before).any(axis=0)).tolist()
    offered = zip(request.classes, problem.dwellings[0, party].tolist(), strict=True)
    return RequestView(
        bool(after[0, party] < before[0, party]),
        {
            scenario: (int(before[place, party]), int(after[place, party]))
            for place, scenario in enumerate(request.scenarios)
        },
        {name: count for name, count in offered if count},
        tuple(request.codes[i] for i in sorted({i for members in own for i in members} - {party})),
        len(others),
        (int(after[0].sum()), int(without[0].sum())),
        tuple(request.codes[i] for i in worse),
    )
