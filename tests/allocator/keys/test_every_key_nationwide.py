"""Every bundled key divides the national number of 2021-1, and the verifier agrees."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from allocator.exact_text import read_fraction
from allocator.keys import bundled_keys, whole_weights
from allocator.reading import read_instance
from models.apportionment import MAX_WEIGHT_BITS
from tests.cli.calling import Row, call, copy_instance, read_table, write_table

NATIONAL = 13_500


def synthetic(row: Row, dice: random.Random, decimals: int) -> Row:
    """Indicators that no public table has, made up for one municipality."""
    inhabitants = int(row["inwoners"])

    def number(least: int, most: int) -> str:
        fraction = f".{dice.randrange(10**decimals):0{decimals}d}" if decimals else ""
        return f"{dice.randrange(least, most)}{fraction}"

    return {
        **row,
        "bbp": str(dice.randrange(10, 90) * inhabitants),
        "belastingopbrengst": str(dice.randrange(500, 3_000) * inhabitants),
        "asielverzoeken_per_miljoen": number(200, 9_000),
        "werkloosheid": number(20, 99),
        "mutatiegraad": f"0.{dice.randrange(30, 120):03d}",
        "immigranten": str(inhabitants * dice.randrange(2, 25) // 100),
        "gezinshereniging": str(dice.randrange(30)),
        "opvangkrediet": str(dice.randrange(40)),
        "ses_woa": f"{dice.randrange(-600, 600) / 1000:.3f}",
    }


def instance_in(folder: Path, decimals: int) -> Path:
    instance = copy_instance("nl-2021-1", folder)
    dice = random.Random(20210101)
    rows = [synthetic(row, dice, decimals) for row in read_table(instance / "gemeenten.csv")]
    write_table(instance / "gemeenten.csv", rows)
    return instance


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return instance_in(tmp_path_factory.mktemp("whole"), 0)


@pytest.fixture(scope="module")
def fine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Inverted indicators to six decimals: weights of over 4,300 digits."""
    return instance_in(tmp_path_factory.mktemp("fine"), 6)


@pytest.mark.parametrize("key", bundled_keys())
def test_every_bundled_key_is_divided_and_verified(key: str, whole: Path, tmp_path: Path) -> None:
    ran = call("quota", whole, "--key", key, "--out", tmp_path / "q")
    assert ran.code == 0, ran.err
    rows = read_table(ran.folder / "taakstellingen.csv")
    assert sum(int(row["taakstelling"]) for row in rows) == NATIONAL
    assert call("verify", ran.folder, "--instance", whole).code == 0


def test_an_inverting_key_has_weights_beyond_double_precision(whole: Path, fine: Path) -> None:
    for instance, least in ((whole, 1_900), (fine, 14_000)):
        table = read_instance(instance, ("gemeenten",)).tables["gemeenten"]
        weights = whole_weights(bundled_keys()["eu-2015"], table, NATIONAL)
        assert least < max(weights).bit_length() <= MAX_WEIGHT_BITS


@pytest.mark.parametrize("rounding", ["hill", "grootste-rest"])
def test_proofs_of_thousands_of_digits_are_verified(
    rounding: str, fine: Path, tmp_path: Path
) -> None:
    ran = call("quota", fine, "--key", "eu-2015", "--rounding", rounding, "--out", tmp_path / "q")
    assert ran.code == 0, ran.err
    proof = json.loads((ran.folder / "certificaat.json").read_text(encoding="utf-8"))["quota"]
    names = ("remainder" if rounding == "grootste-rest" else "divisor") + "_{}"
    ends = [proof[names.format(side)] for side in ("low", "high")]
    assert max(map(len, ends)) > 4_300
    low, high = map(read_fraction, ends)
    # A divisor may lie anywhere between the ends; a remainder rounded up is the larger one.
    assert low > high if rounding == "grootste-rest" else low < high
    assert sum(int(row["formule"]) for row in read_table(ran.folder / "taakstellingen.csv")) == (
        NATIONAL
    )
    for command in ("report", "explain"):
        more = ["GM0034"] if command == "explain" else []
        assert call(command, ran.folder, *more).code == 0
    assert call("verify", ran.folder).code == 0


def test_tables_with_weights_of_thousands_of_digits_are_verified(
    fine: Path, tmp_path: Path
) -> None:
    ran = call("tiers", fine, "--key", "eu-2015", "--out", tmp_path / "t")
    assert ran.code == 0, ran.err
    groups = read_table(ran.folder / "trappen_groepen.csv")
    assert max(len(group["gewicht"]) for group in groups) > 4_300
    assert call("verify", ran.folder).code == 0


def test_weights_beyond_all_measure_are_refused_by_name(tmp_path: Path) -> None:
    instance = instance_in(tmp_path, 9)
    rows = read_table(instance / "gemeenten.csv")
    for place, row in enumerate(rows):
        row["werkloosheid"] = f"{987_654_321_000 + 7 * place}.{123_456_001 + 6 * place}"
    write_table(instance / "gemeenten.csv", rows)
    ran = call("quota", instance, "--key", "eu-2015", "--out", tmp_path / "q", "--json")
    assert (ran.code, ran.codes) == (3, ["key_too_fine"])
    assert "asielverzoeken_per_miljoen" in ran.out
    assert not (tmp_path / "q").exists()
