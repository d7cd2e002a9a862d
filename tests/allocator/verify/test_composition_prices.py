"""Prices per household size: what they prove is recomputed, and wrong ones are caught."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from allocator.verify import verify_result
from allocator.verify.studies.housed import least_priced
from models.exchange.composition_prices import PARTS
from models.exchange.composition_proof import least_weighed
from tests.allocator.verify.handmade.case import rehash
from tests.allocator.verify.handmade.edit import Sabotage, in_document, in_stage
from tests.cli.calling import call
from tests.cli.test_composition import SUPPLY, write_instance
from tests.models.exchange.test_composition_cover import drawn_in_kind

PROOF, A, B = "certificaat.json", "SY0001", "SY0002"
STAGE = "samenstelling_over"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Alfa has nine rooms for twelve persons; together the two have a place for everybody."""
    place = tmp_path_factory.mktemp("prijzen")
    rooms = [{**row, "aantal": "9"} if row["woningklasse"] == "kamer" else row for row in SUPPLY]
    rooms.append({"gemeente_code": B, "woningklasse": "kamer", "aantal": "3"})
    instance = write_instance(place / "in", supply=rooms)
    assert call("swap", instance, "--samenstelling", "--out", place / "r").code == 0
    return place / "r"


def in_prices(change: Callable[[list[dict[str, Any]]], Any]) -> Sabotage:
    return in_document(PROOF, lambda content: change(content["samenstelling"]["prices"]))


def test_the_bound_is_the_prices_and_not_the_pooled_one(made: Path) -> None:
    claim = json.loads((made / PROOF).read_text(encoding="utf-8"))["samenstelling"]
    stages = json.loads((made / "manifest.json").read_text(encoding="utf-8"))["stages"]
    (stage,) = (entry for entry in stages if entry["name"] == STAGE)
    assert (claim["pooled"], stage["bound"], stage["objective"]) == (0, 3, 3)
    assert claim["proof"][STAGE] == "recomputed"
    assert [entry["members"] for entry in claim["prices"]] == [[A, B]]
    assert verify_result(made) == ()


KINDS: dict[str, Sabotage] = {
    "no prices": in_prices(lambda own: own.clear()),
    "prices that prove less": in_prices(lambda own: own[0].update(prices=[-PARTS, PARTS * 9])),
    "a price that is no whole number": in_prices(lambda own: own[0].update(prices=[0, 0.5])),
    "a price beyond counting": in_prices(lambda own: own[0].update(prices=[0, 10**12])),
    "a price too few": in_prices(lambda own: own[0].update(prices=[0])),
    "prices of others": in_prices(lambda own: own[0].update(members=[A])),
    "prices twice": in_prices(lambda own: own.append(own[0])),
    "a bound below what the prices prove": in_stage(
        STAGE, bound=2, gap=0.333333, status="feasible"
    ),
    "a bound above what is reached": in_stage(STAGE, bound=4, gap=-0.333333, status="feasible"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_prices_are_caught(kind: str, made: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "r"))
    KINDS[kind](folder)
    rehash(folder)
    found = {failure.code for failure in verify_result(folder)}
    assert found & {"V15J", "V7D"}, found


def test_other_prices_may_prove_as_much(made: Path, tmp_path: Path) -> None:
    """What every household costs per person cancels: nothing is proven more or less."""
    folder = Path(shutil.copytree(made, tmp_path / "r"))
    in_prices(
        lambda own: own[0].update(prices=[own[0]["prices"][0] + 7, own[0]["prices"][1] + 28])
    )(folder)
    rehash(folder)
    assert verify_result(folder) == ()


def test_two_roads_weigh_alike() -> None:
    rng = np.random.default_rng(5)
    seen = set()
    for seed in range(60):
        problem = drawn_in_kind(seed)
        prices = rng.integers(-2 * PARTS, 2 * PARTS, len(problem.sizes))
        party = int(rng.integers(problem.parties))
        classes = zip(
            problem.class_min.tolist(),
            problem.class_max.tolist(),
            problem.dwellings[0, party].tolist(),
            strict=True,
        )
        sizes, own = problem.sizes.tolist(), problem.expected[party].tolist()
        found = least_priced(sizes, own, list(classes), prices.tolist(), PARTS)
        assert found == least_weighed(problem, party, prices).least
        seen.add(found)
    assert len(seen) > 20
