"""What a household reads of scarcity: worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from allocator.explaining import explain_household
from allocator.reporting.explanation import Step
from tests.allocator.reporting.handmade import Handmade
from tests.allocator.test_explaining import with_chances


def priced(**rule: Any) -> Handmade:
    """Three persons; points 590, 600, 300, 295; prices in tenths of a point.

    Scarcity: 3 x 2.0 + 4.0 = 10; 3 x 3.0 + 11.5 = 20.5, so 21; 3 x -1.0 = -3; 0.
    """
    parts = with_chances()
    parts.certificate["link"] |= {
        "scale": 10,
        "lambda": {"GM0001": 20, "GM0002": 30, "GM0003": -10, "GM0004": 0},
        "mu": {
            code: {"1p": 0, "3p": price}
            for code, price in (("GM0001", 40), ("GM0002", 115), ("GM0003", 0), ("GM0004", 0))
        },
    }
    parts.parameters["link"] |= rule
    return parts


def scarcity(parts: Handmade, folder: Path, lang: str = "nl") -> Step | None:
    found = explain_household(parts.write(folder), "HHKANARIE17", lang)
    return next((step for step in found.steps if step.name == "scarcity"), None)


def printed(step: Step | None) -> list[str]:
    assert step is not None
    return [figure.printed for figure in step.figures]


def test_places_are_net_of_persons_and_the_least_dear_dwelling(tmp_path: Path) -> None:
    step = scarcity(priced(), tmp_path)
    assert printed(step) == [
        "590 - 10 = 580",
        "600 - 21 = 579",
        "300 + 3 = 303",
        "295 - 0 = 295",
        "2",
    ]
    assert step is not None
    assert "2 punten minder schaarste" in step.sentence


def test_no_dwelling_costs_more_than_having_none(tmp_path: Path) -> None:
    lacking = {"basis": 1, "per_week": 5, "weken_max": 0, "personen": 0}
    rule = {f"zonder_woning_{name}": value for name, value in lacking.items()}
    assert printed(scarcity(priced(**rule), tmp_path))[:2] == ["590 - 9 = 581", "600 - 12 = 588"]


def test_what_was_kept_back_is_scarcity_too(tmp_path: Path) -> None:
    parts = priced()
    codes = ("GM0001", "GM0002", "GM0003", "GM0004")
    parts.certificate["link"]["keep"] = {
        "lambda": {code: 5 * (code == "GM0002") for code in codes},
        "mu": {code: {"1p": 0, "3p": 2 * (code == "GM0002")} for code in codes},
    }
    assert printed(scarcity(parts, tmp_path))[1] == "600 - 38 = 562"


@pytest.mark.parametrize(
    ("spare", "rule", "said"),
    [
        (0, {}, "geen passende woning over"),
        (1, {}, "past dan niet op de taakstelling"),
        (1, {"stand_per": "2021-03-01"}, "op deze dag geen plaats"),
    ],
)
def test_what_stands_in_the_way_of_a_better_place_is_named(
    spare: int, rule: dict[str, str], said: str, tmp_path: Path
) -> None:
    parts = priced(**rule)
    parts.certificate["link"]["mu"]["GM0002"]["3p"] = 0
    for row in parts.tables["invoer/aanbod.csv"]:
        if (row["gemeente_code"], row["woningklasse"]) == ("GM0002", "3p"):
            row["aantal"] = str(int(row["aantal"]) + spare)
    step = scarcity(parts, tmp_path)
    assert step is not None
    assert said in step.sentence
    # 600 - 9 = 591 against 580.
    assert "11 punten" in step.sentence
    assert scarcity(parts, tmp_path / "en", "en") is not None


def test_without_prices_nothing_is_said_of_scarcity(tmp_path: Path) -> None:
    assert scarcity(with_chances(), tmp_path) is None
