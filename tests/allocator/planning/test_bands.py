"""Quotas within a band against last period, floors and caps."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.places import instances_dir
from allocator.planning import Options, Outcome, banded
from allocator.planning.bands import Band, divide_within
from allocator.planning.question import ask
from allocator.reading import read_instance
from allocator.work import Request, run_quota
from tests.allocator.planning.cases import (
    Case,
    clashing,
    code,
    codes_of,
    column,
    is_sound,
    notice_codes,
    persons,
    published,
    put_table,
    put_text,
    refused,
)
from tests.allocator.planning.reference import band as formula
from tests.allocator.planning.reference import highest_claims

PREVIOUS = ("gemeente_code", "taakstelling")


def previous(folder: Path, parts: list[int]) -> Path:
    rows = [(code(i + 1), own) for i, own in enumerate(parts)]
    return put_table(folder / "vorige.csv", PREVIOUS, rows)


def small(folder: Path, total: int = 22) -> tuple[Path, Path]:
    """320, 310 and 500 inhabitants; last period 2, 3 and 6 of 11."""
    return Case([320, 310, 500], total).put(folder / "nu"), previous(folder, [2, 3, 6])


def test_a_cap_hands_on_what_it_cuts_off(tmp_path: Path) -> None:
    # Without a band Adams gives 6, 6, 10 (divisor 53.4: 5.99, 5.8, 9.4, each up).
    # Last period 2, 3, 6 of 11 is 4, 6, 12 of 22; with x = 1/4 the bounds are 3 to 5, 5 to 7 and
    # 9 to 15. The first stands at 5. Of the other 17: claims to one more at 6 and 10 are
    # 310/6 = 51.7 and 500/10 = 50, so 7 and 10.
    made = banded(*small(tmp_path), "1/4")
    assert column(made, "band.csv", "zonder_grenzen") == ["6", "6", "10"]
    assert persons(made, "band.csv") == [5, 7, 10]
    assert column(made, "band.csv", "minimaal") == ["3", "5", "9"]
    assert column(made, "band.csv", "maximaal") == ["5", "7", "15"]
    assert column(made, "band.csv", "grens") == ["maximaal", "maximaal", ""]
    assert column(made, "band.csv", "verschil_vorige") == ["3", "4", "4"]
    # The first had 2 of 11 and has 5 of 22: a share of 5/4 of what it was.
    assert column(made, "band.csv", "verandering_aandeel")[0] == "0.250000"
    assert made.summary.figures["least_width"] == "0"
    assert is_sound(published(made, tmp_path / "uit"))


def test_an_impossible_band_names_the_smallest_that_works(tmp_path: Path) -> None:
    # 2, 3, 6 of 11 is 46/11, 69/11, 138/11 of 23. With x = 1/100 no whole number lies in any of
    # the bands (5 to 4, 7 to 6, 13 to 12). 46/11 and 69/11 reach down to 4 and 6 at x = 1/23;
    # then 138/11 reaches 12 and 13, and 4 + 6 + 13 = 23.
    instance, last = small(tmp_path, 23)
    found = clashing(lambda: banded(instance, last, "0.01"))
    assert codes_of(found) == ["band_impossible", *["band_crosses"] * 3, "bounds_impossible"]
    assert dict(found[0].values) == {"width": "1/100", "smallest": "1/23"}
    assert dict(found[-1].values) == {"total": "23", "floors": "25", "caps": "22"}
    assert persons(banded(instance, last, "1/23"), "band.csv") == [4, 6, 13]


def test_a_band_on_persons_forgets_the_totals(tmp_path: Path) -> None:
    # 2, 3, 6 must double to make 22: caps 4, 6, 12 at x = 1 and nothing below.
    instance, last = small(tmp_path)
    found = clashing(lambda: banded(instance, last, "0,99", on_persons=True))
    assert dict(found[0].values)["smallest"] == "1"
    made = banded(instance, last, "1", on_persons=True)
    assert persons(made, "band.csv") == [4, 6, 12]
    assert "personen" in made.summary.lines("nl")[1]
    assert is_sound(published(made, tmp_path / "uit"))


def test_floors_and_caps_go_without_a_band(tmp_path: Path) -> None:
    # The first gets at least 9; the other 13 by 310/5 = 62, 500/8 = 62.5 …: 5 and 8.
    instance, _ = small(tmp_path)
    limits = put_text(tmp_path / "grenzen.csv", "gemeente_code,minimaal,maximaal\nSY0001,9,\n")
    made = banded(instance, limits=limits)
    assert persons(made, "band.csv") == [9, 5, 8]
    assert column(made, "band.csv", "maximaal") == ["", "", ""]
    assert column(made, "band.csv", "vorige") == ["", "", ""]
    assert "least_width" not in made.summary.figures
    assert is_sound(published(made, tmp_path / "uit"))


def test_a_table_of_bounds_narrows_the_band(tmp_path: Path) -> None:
    # Bounds 3 to 5, 5 to 7, 9 to 15; the second may have 6 at most: 5, 6, 11.
    instance, last = small(tmp_path)
    limits = put_text(tmp_path / "grenzen.csv", "gemeente_code;minimaal;maximaal\nSY0002;;6\n")
    made = banded(instance, last, "0.25", limits)
    assert persons(made, "band.csv") == [5, 6, 11]
    assert is_sound(published(made, tmp_path / "uit"))


def test_bounds_that_no_band_can_meet_say_so(tmp_path: Path) -> None:
    instance, last = small(tmp_path)
    caps = "gemeente_code,maximaal\n" + "".join(f"{code(i)},7\n" for i in (1, 2, 3))
    found = clashing(lambda: banded(instance, last, "1/4", put_text(tmp_path / "g.csv", caps)))
    assert codes_of(found) == ["band_never", "band_crosses", "bounds_impossible"]
    assert found[1].values[0] == ("found", "SY0003")
    found = clashing(lambda: banded(instance, limits=tmp_path / "g.csv"))
    assert codes_of(found) == ["bounds_impossible"]
    assert dict(found[0].values) == {"total": "22", "floors": "3", "caps": "21"}


def test_a_tie_within_the_bounds_is_part_of_the_answer(tmp_path: Path) -> None:
    # 300, 300, 300 of 4 with a cap of 1 for the first: 1, 2, 1; the third has the same claim.
    instance = Case([300, 300, 300], 4).put(tmp_path / "nu")
    limits = put_text(tmp_path / "g.csv", "gemeente_code,maximaal\nSY0001,1\n")
    made = banded(instance, limits=limits)
    assert persons(made, "band.csv") == [1, 2, 1]
    assert made.summary.figures["tied"] == ["SY0002", "SY0003"]
    assert "SY0002, SY0003" in "".join(made.summary.lines("nl"))


def test_last_period_may_be_a_result(tmp_path: Path) -> None:
    first, _ = small(tmp_path, 11)
    run_quota(Request("quota", first, tmp_path / "eerder"))
    instance = Case([320, 310, 500], 22).put(tmp_path / "later")
    made = banded(instance, tmp_path / "eerder", "1")
    # Adams on 11: 3, 3, 5.
    assert column(made, "band.csv", "vorige") == ["3", "3", "5"]


@pytest.mark.parametrize("rounding", ["webster", "jefferson", "hill", "grootste-rest"])
def test_every_rounding_keeps_within_its_bounds(tmp_path: Path, rounding: str) -> None:
    instance, last = small(tmp_path)
    made = banded(instance, last, "1/4", options=Options(rounding=rounding))
    parts = persons(made, "band.csv")
    assert sum(parts) == 22
    assert all(low <= x <= high for x, low, high in zip(parts, (3, 5, 9), (5, 7, 15), strict=True))
    assert is_sound(published(made, tmp_path / "uit"))


@given(
    st.lists(st.tuples(st.integers(1, 500), st.integers(0, 9)), min_size=2, max_size=5),
    st.sampled_from(["sluitend", "webster", "jefferson"]),
    st.integers(1, 30),
    st.booleans(),
)
def test_it_is_the_division_by_highest_claims(
    tmp_path_factory: pytest.TempPathFactory,
    units: list[tuple[int, int]],
    rounding: str,
    twentieths: int,
    on_persons: bool,
) -> None:
    people, parts = [w for w, _ in units], [x for _, x in units]
    total = max(2 * sum(parts), len(units))
    if not any(parts):
        return
    folder = Case(people, total).put(tmp_path_factory.mktemp("band"))
    question = ask(read_instance(folder, ("gemeenten",)), rounding, None)
    width = Fraction(twentieths, 20)
    last = {code(i + 1): own for i, own in enumerate(parts)}
    limits = formula(parts, total, width, on_persons)
    owed = [max(low, min(1, high)) if rounding == "sluitend" else low for low, high in limits]
    possible = all(low <= high for low, high in limits) and sum(owed) <= total <= sum(
        high for _, high in limits
    )
    if not possible:
        clashing(lambda: divide_within(question, Band(last, width, on_persons), {}))
        return
    found = divide_within(question, Band(last, width, on_persons), {})
    bounds = [(low, high) for low, (_, high) in zip(owed, limits, strict=True)]
    assert [row.persons for row in found.rows] == highest_claims(rounding, total, people, bounds)


def test_from_the_first_half_of_2021_to_the_second(tmp_path: Path) -> None:
    # Real populations. 13,500 to 11,000: one person becomes 22/27, so whoever had one person needs
    # a band of (1 + x) 22/27 = 1, x = 5/22, to keep a whole one. Nobody needs more.
    country = instances_dir() / "nl-2021-1"
    run_quota(Request("quota", country, tmp_path / "eerste"))
    second = tmp_path / "tweede"
    second.mkdir()
    shutil.copy(country / "gemeenten.csv", second)
    text = (country / "instance.toml").read_text(encoding="utf-8")
    text = text.replace("13500", "11000").replace('"2021-1"', '"2021-2"')
    put_text(second / "instance.toml", text)
    found = clashing(lambda: banded(second, tmp_path / "eerste", "0.05"))
    assert dict(found[0].values) == {"width": "1/20", "smallest": "5/22"}
    made = banded(second, tmp_path / "eerste", "5/22")
    assert sum(persons(made, "band.csv")) == 11_000
    assert is_sound(published(made, tmp_path / "uit"))


def refusals(instance: Path, folder: Path) -> list[tuple[str, object]]:
    last = previous(folder, [2, 3, 6])
    twice = put_text(folder / "a.csv", "gemeente_code,taakstelling\nSY0001,2\nSY0009,3\n")
    zero = previous(folder / "nul", [0, 0, 0])
    crossed = put_text(folder / "b.csv", "gemeente_code,minimaal,maximaal\nSY0001,3,2\n")
    literal = Options(rounding="wettelijk")
    return [
        ("band_needs", lambda: banded(instance)),
        ("band_needs", lambda: banded(instance, last)),
        ("band_needs", lambda: banded(instance, width="1/4")),
        ("not_exact", lambda: banded(instance, last, "5%")),
        ("not_exact", lambda: banded(instance, last, "-1/4")),
        ("missing_table", lambda: banded(instance, folder / "nergens.csv", "1/4")),
        ("unknown_code", lambda: banded(instance, twice, "1/4")),
        ("previous_missing", lambda: banded(instance, twice, "1/4")),
        ("previous_zero", lambda: banded(instance, zero, "1/4")),
        ("limits_cross", lambda: banded(instance, limits=crossed)),
        ("plan_needs_sum", lambda: banded(instance, last, "1/4", options=literal)),
    ]


@pytest.mark.parametrize("number", range(11))
def test_every_refusal_names_its_cause(tmp_path: Path, number: int) -> None:
    instance, _ = small(tmp_path)
    (tmp_path / "nul").mkdir()
    cause, call = refusals(instance, tmp_path)[number]
    assert callable(call)
    assert cause in codes_of(refused(call))


def test_a_region_has_no_total_to_bound(tmp_path: Path) -> None:
    table = "gemeente_code,taakstelling,bron,datum\nSY0001,5,x,2020-10-01\nSY0002,6,x,2020-10-01\n"
    region = Case([9, 8], None, scope="regio", tables={"vastgesteld.csv": table})
    instance = region.put(tmp_path / "regio")
    call = lambda: banded(instance, previous(tmp_path, [5, 6]), "1/4")  # noqa: E731
    assert codes_of(refused(call)) == ["plan_needs_country"]


def test_corrections_are_left_out_and_named(tmp_path: Path) -> None:
    corrections = "gemeente_code,correctie,reden\nSY0001,2,verzonnen\n"
    case = Case([320, 310, 500], 22, tables={"correcties.csv": corrections})
    made: Outcome = banded(case.put(tmp_path / "nu"), previous(tmp_path, [2, 3, 6]), "1/4")
    assert persons(made, "band.csv") == [5, 7, 10]
    assert "plan_formula_only" in notice_codes(made)
    assert column(made, "taakstellingen.csv", "taakstelling") == ["8", "6", "10"]
