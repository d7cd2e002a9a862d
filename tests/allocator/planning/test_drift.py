"""Where rounding each half-year by itself ends up."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import pytest

from allocator.period import HalfYear
from allocator.places import instances_dir
from allocator.planning import Outcome, drifted
from allocator.planning.drift import repeated_totals
from tests.allocator.planning.cases import (
    Case,
    clashing,
    codes_of,
    is_sound,
    published,
    put_text,
    refused,
    rows_of,
)
from tests.allocator.planning.reference import highest_claims

Q = Fraction
COUNTRY = instances_dir() / "nl-2021-1"


def ends(made: Outcome, rounding: str) -> list[dict[str, str]]:
    rows = rows_of(made.files["verloop_gemeenten.csv"])
    return [row for row in rows if row["afronding"] == rounding]


def course(made: Outcome, rounding: str) -> list[dict[str, str]]:
    return [row for row in rows_of(made.files["verloop.csv"]) if row["afronding"] == rounding]


def test_adams_keeps_taking_from_the_large_for_the_small(tmp_path: Path) -> None:
    # 1, 8 and 11 of 10: shares 0.5, 4, 5.5. Adams (divisor 2.2: 0.45, 3.6, 5.0, each up) gives
    # 1, 4, 5 every time; after four half-years the first is 4 - 2 = 2 above, the last 20 - 22 = 2
    # below. The letter gives 1, 4, 6: one too many each time, 4 in all, 2 each for both ends.
    made = drifted(Case([1, 8, 11], 10).put(tmp_path / "nu"), count=4)
    adams = ends(made, "sluitend")
    assert [row["personen_tot_nu"] for row in adams] == ["4", "16", "20"]
    assert [row["afwijking"] for row in adams] == ["2.000000", "0.000000", "-2.000000"]
    assert adams[0]["afwijking_procent"] == "100.000000"
    literal = ends(made, "wettelijk")
    assert [row["afwijking"] for row in literal] == ["2.000000", "0.000000", "2.000000"]
    last = course(made, "wettelijk")[-1]
    assert (last["halfjaar"], last["som"], last["som_tot_nu_te_veel"]) == ("2022-2", "11", "4")
    assert (last["meest_boven_code"], last["meest_boven"]) == ("SY0001", "2.000000")
    # With remainders carried over, 0.5 and 5.5 take turns and end where they should.
    carried = ends(made, "meegenomen rest")
    assert [row["afwijking"] for row in carried] == ["0.000000"] * 3
    assert is_sound(published(made, tmp_path / "uit"))


def test_the_course_is_that_of_every_half_year_by_itself(tmp_path: Path) -> None:
    people, numbers = [7, 19, 33, 51], [13, 9, 21, 13]
    names = ["2021-1", "2021-2", "2022-1", "2022-2"]
    text = "halfjaar,landelijk_totaal\n" + "".join(
        f"{name},{own}\n" for name, own in zip(names, numbers, strict=True)
    )
    instance = Case(people, 13).put(tmp_path / "nu")
    made = drifted(instance, put_text(tmp_path / "halfjaren.csv", text))
    whole = sum(people)
    due = [Q(w * sum(numbers), whole) for w in people]
    adams = [0] * 4
    literal = [0] * 4
    for total in numbers:
        parts = highest_claims("sluitend", total, people, [(1, total)] * 4)
        adams = [a + b for a, b in zip(adams, parts, strict=True)]
        literal = [a + math.ceil(Q(w * total, whole)) for a, w in zip(literal, people, strict=True)]
    for rounding, wanted in (("sluitend", adams), ("wettelijk", literal)):
        rows = ends(made, rounding)
        assert [int(row["personen_tot_nu"]) for row in rows] == wanted
        for row, x, q in zip(rows, wanted, due, strict=True):
            assert abs(Q(row["afwijking"]) - (x - q)) <= Q(1, 2 * 10**6)
    sums = [int(row["som"]) for row in course(made, "sluitend")]
    assert sums == numbers
    assert is_sound(published(made, tmp_path / "uit"))


def test_the_country_drifts_under_adams_and_not_with_remainders(tmp_path: Path) -> None:
    made = drifted(COUNTRY, count=6)
    # The letter is 166 over each half-year (13,666 for 13,500).
    assert course(made, "wettelijk")[-1]["som_tot_nu_te_veel"] == str(6 * 166)
    adams = course(made, "sluitend")[-1]
    # The largest municipality pays: Amsterdam is furthest below.
    assert adams["meest_onder_code"] == "GM0363"
    assert Q(adams["meest_onder"]) < -50
    assert Q(adams["meest_boven"]) > 5
    assert all(abs(Q(row["afwijking"])) < 1 for row in ends(made, "meegenomen rest"))
    assert is_sound(published(made, tmp_path / "uit"))


def test_half_years_follow_each_other() -> None:
    assert repeated_totals(HalfYear(2021, 2), 7, 3) == {"2021-2": 7, "2022-1": 7, "2022-2": 7}


@pytest.mark.parametrize("count", [0, -1, 201])
def test_a_horizon_must_be_of_some_length(tmp_path: Path, count: int) -> None:
    instance = Case([1, 8], 10).put(tmp_path / "nu")
    assert codes_of(refused(lambda: drifted(instance, count=count))) == ["half_years_range"]


def test_a_total_too_small_for_adams_is_a_conflict(tmp_path: Path) -> None:
    instance = Case([1, 8, 4], 10).put(tmp_path / "nu")
    path = put_text(tmp_path / "h.csv", "halfjaar,landelijk_totaal\n2021-1,10\n2021-2,2\n")
    assert codes_of(clashing(lambda: drifted(instance, path))) == ["total_below_claims"]
