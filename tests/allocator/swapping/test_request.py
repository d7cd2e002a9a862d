"""What a municipality sees of a request, against an assignment of our own of every household."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from allocator.errors import InputRefusedError
from allocator.swapping.request import RequestView, request_view
from tests.cli.calling import call, read_table

SCENARIOS = {"midden": "aantal", "laag": "laag", "hoog": "hoog"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("request") / "r"
    assert call("swap", "flevoland-2021-1", "--samenstelling", "--out", out).code == 0
    return out


class Oracle:
    """Households by municipality and size, from the certificate, and dwellings by class."""

    def __init__(self, folder: Path) -> None:
        said = json.loads((folder / "certificaat.json").read_text())["samenstelling"]
        self.packages = said["packages"]
        self.expected = {
            code: Counter(dict(zip(said["sizes"], counts, strict=True)))
            for code, counts in said["expected"].items()
        }
        rows = read_table(folder / "invoer" / "woningklassen.csv")
        self.fits = {
            row["woningklasse"]: range(int(row["personen_min"]), int(row["personen_max"]) + 1)
            for row in rows
        }
        self.supply: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for row in read_table(folder / "invoer" / "aanbod.csv"):
            for scenario, column in SCENARIOS.items():
                count = int(row.get(column) or row["aantal"])
                self.supply[scenario, row["gemeente_code"]][row["woningklasse"]] += count

    def left(self, code: str, scenario: str, without: str | None = None, made: bool = True) -> int:
        """Persons left over in the best assignment, household by household."""
        households = self.expected[code].copy()
        for package in self.packages if made else ():
            for giver, taker, size, count in package["moves"]:
                if without not in package["members"]:
                    households[size] += count * ((taker == code) - (giver == code))
        sizes = np.array(sorted(households.elements()))
        dwellings = sorted(self.supply[scenario, code].elements())
        worth = np.array(
            [[size * (size in self.fits[name]) for name in dwellings] for size in sizes]
        )
        housed = worth[linear_sum_assignment(worth, maximize=True)].sum() if dwellings else 0
        return int(sizes.sum() - housed)


def test_every_municipality_sees_what_an_assignment_of_each_household_shows(folder: Path) -> None:
    oracle, worse = Oracle(folder), {}
    for code in oracle.expected:
        view = request_view(folder, code)
        for scenario, (before, after) in view.left.items():
            assert before == oracle.left(code, scenario, made=False), (code, scenario)
            assert after == oracle.left(code, scenario), (code, scenario)
            assert after <= before
        total = (
            sum(oracle.left(other, "midden") for other in oracle.expected),
            sum(oracle.left(other, "midden", without=code) for other in oracle.expected),
        )
        assert view.total == total
        assert view.dwellings == +oracle.supply["midden", code]
        worse[code] = {
            other
            for other in oracle.expected
            for scenario in view.left
            if oracle.left(other, scenario, without=code) > oracle.left(other, scenario, made=False)
        }
        assert set(view.worse) == worse[code]
    assert any(worse.values()), "no municipality without which another is worse off"
    assert not all(worse.values())


def test_its_own_agreements_end_and_no_others(folder: Path) -> None:
    packages = Oracle(folder).packages
    for code in ("GM0034", "GM0184"):
        own = [package["members"] for package in packages if code in package["members"]]
        view = request_view(folder, code)
        assert set(view.partners) == {other for members in own for other in members} - {code}
        assert view.standing == len(packages) - len(own)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_explain_says_it(folder: Path, lang: str) -> None:
    ran = call("explain", folder, "GM0303", "--lang", lang, "--json")
    steps = {step["name"]: step for step in ran.json["steps"]}
    view: RequestView = request_view(folder, "GM0303")
    assert steps["scenarios"]["figures"] == {
        f"left_{name}": after for name, (_, after) in view.left.items()
    }
    assert str(view.total[1]) in steps["without"]["sentence"]
    assert ("Almere" in steps["without"]["sentence"].split(".")[-2]) == ("GM0034" in view.worse)
    assert "29" not in json.dumps(steps["without"])


def test_a_municipality_that_is_not_there_is_refused(folder: Path) -> None:
    with pytest.raises(InputRefusedError) as refused:
        request_view(folder, "GM9999")
    assert [finding.code for finding in refused.value.findings] == ["result_without_municipality"]
