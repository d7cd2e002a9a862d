"""Wrong requests about household sizes are caught and named, and what is right is let through."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from allocator.verify import verify_result
from allocator.verify.studies.housed import left_over
from models.exchange.composition import left_over as by_flow
from tests.allocator.verify.handmade.case import rehash
from tests.allocator.verify.handmade.edit import (
    Sabotage,
    both,
    in_cell,
    in_document,
    in_parameters,
    in_stage,
)
from tests.cli.calling import call
from tests.cli.test_composition import write_instance

MOVES, AFTER, PROOF = "overdrachten.csv", "na_uitruil.csv", "certificaat.json"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("samenstelling")
    instance = write_instance(place / "in")
    assert call("swap", instance, "--samenstelling", "--out", place / "r").code == 0
    return place / "r"


def in_proof(change: Callable[[dict[str, Any]], Any]) -> Sabotage:
    return in_document(PROOF, lambda content: change(content["samenstelling"]))


def in_package(change: Callable[[dict[str, Any]], Any]) -> Sabotage:
    return in_proof(lambda own: change(own["packages"][0]))


def moves(*rows: tuple[str, str, int, int]) -> Sabotage:
    return in_package(lambda package: package.update(moves=[list(row) for row in rows]))


A, B = "SY0001", "SY0002"
KINDS: dict[str, tuple[Sabotage, str]] = {
    "fewer households than are moved": (in_cell(MOVES, f"{A},{B}", "huishoudens", 1), "V15A"),
    "another size": (in_cell(MOVES, f"{A},{B}", "woningklasse", "5-persoons"), "V15C"),
    "a reason in law": (in_cell(MOVES, f"{A},{B}", "reden", "minder_tekort"), "V15A"),
    "persons not equal": (moves((A, B, 4, 2), (B, A, 1, 7)), "V15E"),
    "a household handed on": (moves((A, B, 4, 3), (B, A, 1, 12)), "V15F"),
    "a size that is not there": (moves((A, B, 2, 4), (B, A, 1, 8)), "V15D"),
    "a package without moves": (moves(), "V15D"),
    "a package of one": (in_package(lambda own: own.update(members=[A])), "V15D"),
    "a package with a stranger": (
        in_package(lambda own: own.update(members=[A, "SY0009"])),
        "V15D",
    ),
    "the same package twice": (
        in_proof(lambda own: own["packages"].append(own["packages"][0])),
        "V15D",
    ),
    "another quota": (in_cell(AFTER, A, "gewijzigde_taakstelling", 13), "V15A"),
    "fewer left over than there are": (in_cell(AFTER, A, "tekort_voor", 7), "V15A"),
    "another verdict": (in_cell(AFTER, A, "oordeel", "neutraal"), "V15A"),
    "households that nobody expects": (
        in_proof(lambda own: own["expected"].update({A: [0, 3], B: [12, 0]})),
        "V15I",
    ),
    "singles that do not fill up": (
        in_proof(lambda own: own["expected"].update({B: [9, 1]})),
        "V15A",
    ),
    "a remainder that is none": (in_proof(lambda own: own["remainder"].update({A: 1})), "V15A"),
    "a multiplier out of place": (
        in_proof(lambda own: own["row_multipliers"].update({A: "1/9"})),
        "V15I",
    ),
    "a bound too good": (in_proof(lambda own: own.update(pooled=1)), "V15J"),
    "a stage proven by nothing": (
        in_proof(lambda own: own["proof"].update(samenstelling_huishoudens="counted")),
        "V15J",
    ),
    "a bound that is not the page's": (
        both(
            in_proof(lambda own: own["proof"].update(samenstelling_huishoudens="recomputed")),
            in_stage("samenstelling_huishoudens", bound=9, gap=0.1, status="feasible"),
        ),
        "V15J",
    ),
    "a bound below the page's": (
        in_stage("samenstelling_huishoudens", bound=1, gap=0.9, status="feasible"),
        "V15J",
    ),
    "an objective that is not reached": (
        in_stage("samenstelling_huishoudens", objective=9, bound=9),
        "V7D",
    ),
    "a bound above what is reached": (
        in_stage("samenstelling_huishoudens", bound=11, gap=0.1, status="feasible"),
        "V15J",
    ),
    "other shares": (
        in_parameters("samenstelling", aandelen={"1": "1/2", "4": "1/5"}),
        "V15H",
    ),
    "shares called an assumption": (
        in_parameters("samenstelling", aanname=True),
        "V15H",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_wrong_is_caught(kind: str, made: Path, tmp_path: Path) -> None:
    sabotage, code = KINDS[kind]
    folder = Path(shutil.copytree(made, tmp_path / "r"))
    sabotage(folder)
    rehash(folder)
    assert code in {failure.code for failure in verify_result(folder)}


def test_what_is_right_is_let_through(made: Path) -> None:
    assert verify_result(made) == ()


def test_a_package_that_hurts_somebody_is_caught(made: Path, tmp_path: Path) -> None:
    """Hand the family out of the dwelling that fits it: Beta is worse off, Alfa no better."""
    folder = Path(shutil.copytree(made, tmp_path / "r"))
    moves((B, A, 4, 1), (A, B, 1, 4))(folder)
    rows = [
        f"{A},{B},samenstelling,1-persoons,4,4,,passende_woningen",
        f"{B},{A},samenstelling,4-persoons,1,4,,passende_woningen",
    ]
    header = (folder / MOVES).read_text(encoding="utf-8").split("\n")[0]
    (folder / MOVES).write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    rehash(folder)
    assert "V15G" in {failure.code for failure in verify_result(folder)}


@pytest.mark.parametrize("seed", range(20))
def test_two_roads_leave_as_many_over(seed: int) -> None:
    """The verifier's greedy choice against a cheapest flow."""
    rng = np.random.default_rng(seed)
    seen = Counter[int]()
    for _ in range(20):
        sizes = sorted(rng.choice(range(1, 9), 4, replace=False).tolist())
        households = rng.integers(0, 5, 4).tolist()
        low = rng.integers(1, 7, 4)
        homes = [(int(a), int(a + w), int(n)) for a, w, n in zip(
            low, rng.integers(0, 4, 4), rng.integers(0, 5, 4), strict=True)]  # fmt: skip
        fits = np.array([[a <= k <= b for a, b, _ in homes] for k in sizes])
        counts = np.array([n for *_, n in homes])
        own = left_over(sizes, households, homes)
        assert own == by_flow(np.array(households), counts, fits, np.array(sizes))
        seen[own] += 1
    assert len(seen) > 3
