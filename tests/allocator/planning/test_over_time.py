"""Half-years planned at once, and one after another with a ledger."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.places import instances_dir
from allocator.planning import Options, Outcome, following, planned
from allocator.planning.over_time import plan_halfyears
from allocator.planning.question import ask
from allocator.reading import read_instance
from tests.allocator.planning.cases import (
    Case,
    codes_of,
    column,
    is_sound,
    notice_codes,
    persons,
    published,
    put_table,
    put_text,
    refused,
    rows_of,
)

Q = Fraction
WEBSTER = Options(rounding="webster")
COUNTRY = instances_dir() / "nl-2021-1"


def halfyears(folder: Path, totals: dict[str, int]) -> Path:
    return put_table(folder / "halfjaren.csv", ("halfjaar", "landelijk_totaal"), [*totals.items()])


def test_two_equals_take_turns(tmp_path: Path) -> None:
    # Half a person each, twice: each gets the one person of one half-year, and 1 = 2 x 1/2.
    instance = Case([50, 50], 1).put(tmp_path / "nu")
    made = planned(instance, halfyears(tmp_path, {"2021-2": 1, "2021-1": 1}), WEBSTER)
    parts = persons(made, "plan.csv")
    assert sorted([parts[:2], parts[2:]]) == [[0, 1], [1, 0]]
    assert column(made, "plan.csv", "halfjaar") == ["2021-1"] * 2 + ["2021-2"] * 2
    assert column(made, "plan.csv", "personen_tot_nu")[2:] == ["1", "1"]
    assert column(made, "plan.csv", "afwijking")[2:] == ["0.000000"] * 2
    assert made.summary.figures["worst_sum"] == "1/2"
    assert is_sound(published(made, tmp_path / "uit"))


@given(
    st.lists(st.integers(1, 20), min_size=2, max_size=3),
    st.lists(st.integers(0, 4), min_size=1, max_size=3),
)
def test_everybody_stays_within_one_person_and_no_plan_is_nearer(
    tmp_path_factory: pytest.TempPathFactory, people: list[int], numbers: list[int]
) -> None:
    folder = Case(people, 7).put(tmp_path_factory.mktemp("plan"))
    question = ask(read_instance(folder, ("gemeenten",)), "webster", None)
    totals = {f"{2021 + t}-1": own for t, own in enumerate(numbers)}
    found = plan_halfyears(question, totals).plan.parts
    shares = [[Q(w * own, sum(people)) for w in people] for own in numbers]
    assert error_of(found, shares) == min(error_of(own, shares) for own in every_plan(shares))


Plan = tuple[tuple[int, ...], ...]


def error_of(parts: Plan, shares: list[list[Fraction]]) -> Fraction:
    """Sum of the squared deviations so far; refuses what is a person off."""
    error, apart = Q(0), [Q(0)] * len(shares[0])
    for given_, due in zip(parts, shares, strict=True):
        assert sum(given_) == sum(due)
        assert all(abs(x - q) < 1 for x, q in zip(given_, due, strict=True))
        apart = [d + x - q for d, x, q in zip(apart, given_, due, strict=True)]
        assert all(abs(own) < 1 for own in apart)
        error += sum((own * own for own in apart), Q(0))
    return error


def every_plan(shares: list[list[Fraction]]) -> list[Plan]:
    """Every plan that keeps all three promises, by trying all."""
    rows = [
        [
            row
            for row in product(*((math.floor(q), math.ceil(q)) for q in due))
            if sum(row) == sum(due)
        ]
        for due in shares
    ]
    kept = []
    for parts in set(product(*rows)):
        sums, due = [0] * len(shares[0]), [Q(0)] * len(shares[0])
        near = True
        for given_, own in zip(parts, shares, strict=True):
            sums = [a + b for a, b in zip(sums, given_, strict=True)]
            due = [a + b for a, b in zip(due, own, strict=True)]
            near = near and all(abs(x - q) < 1 for x, q in zip(sums, due, strict=True))
        if near:
            kept.append(parts)
    return kept


def test_the_whole_country_over_six_half_years(tmp_path: Path) -> None:
    # The national numbers of 2019-1 to 2021-2 as published (table 1 of the final report of the
    # national booster, October 2021), here on the population of one day.
    numbers = [6012, 5994, 5620, 6500, 13_500, 11_000]
    totals = {f"{2019 + t // 2}-{t % 2 + 1}": own for t, own in enumerate(numbers)}
    made = planned(COUNTRY, halfyears(tmp_path, totals))
    rows = rows_of(made.files["plan.csv"])
    assert len(rows) == 6 * 352
    given_ = dict.fromkeys(totals, 0)
    for row in rows:
        given_[row["halfjaar"]] += int(row["personen"])
        assert abs(Q(row["afwijking"])) < 1
        assert abs(int(row["personen"]) - Q(row["exact_aandeel"])) < 1
    assert given_ == totals
    assert "plan_one_population" in notice_codes(made)
    assert is_sound(published(made, tmp_path / "uit"))


def one(folder: Path, name: str, people: list[int], total: int, history: Path | None) -> Outcome:
    instance = Case(people, total, half_year=name).put(folder / name)
    return following(instance, history, WEBSTER)


def test_remainders_are_carried_to_the_next_half_year(tmp_path: Path) -> None:
    # 5, 3, 2 of 10 persons is whole; of 3 it is 1.5, 0.9, 0.6: 1, 1, 1 (0.9 and 0.6 are the
    # largest fractions). Then 3 more: 3, 1.8, 1.2 in all, floors 3, 1, 1 with 1, 1, 1 given
    # already: one to 1.8 makes 3, 2, 1, so 2, 1, 0 now.
    first = one(tmp_path, "2021-1", [5, 3, 2], 3, None)
    assert [row["personen"] for row in rows_of(first.files["historie.csv"])] == ["1", "1", "1"]
    assert first.summary.figures["floor_sum"] == 1
    out = published(first, tmp_path / "eerste")
    second = one(tmp_path, "2021-2", [5, 3, 2], 3, out / "historie.csv")
    rows = rows_of(second.files["historie.csv"])
    assert [row["halfjaar"] for row in rows] == ["2021-1"] * 3 + ["2021-2"] * 3
    assert [row["personen"] for row in rows[3:]] == ["2", "1", "0"]
    assert [row["exact_aandeel"] for row in rows[3:]] == ["3/2", "9/10", "3/5"]
    figures = second.summary.figures
    # Floors 3, 1, 1 against 1, 1, 1 given before: 3 + 1 + 1 = 5, at most 6.
    assert (figures["floor_sum"], figures["cumulative"], figures["is_bounded"]) == (5, 6, True)
    assert figures["worst"] == "1/5"
    assert "5, ten hoogste 6" in second.summary.lines("nl")[1]
    assert second.summary.lines("nl")[2].startswith("Zij geldt:")
    assert is_sound(published(second, tmp_path / "tweede"))


def test_a_condition_that_fails_is_printed(tmp_path: Path) -> None:
    # Four equals share 1 person (the first gets it), then the other three 1 (the second), then
    # the last two 1. Due so far: 1/4, 7/12, 13/12, 13/12. Given before 1, 1, 0, 0: the floors and
    # what was given make 1 + 1 + 1 + 1 = 4, more than 3. The last stays 13/12 behind.
    history = None
    people = [[9, 9, 9, 9], [0, 9, 9, 9], [0, 0, 9, 9]]
    names = ["2021-1", "2021-2", "2022-1"]
    for own, name in zip(people, names, strict=True):
        made = one(tmp_path, name, own, 1, history)
        history = published(made, tmp_path / f"uit-{name}") / "historie.csv"
    figures = made.summary.figures
    assert (figures["floor_sum"], figures["cumulative"]) == (4, 3)
    assert (figures["is_bounded"], figures["worst"]) == (False, "13/12")
    assert notice_codes(made) == ["other_population_date", "next_no_bound"]
    assert "NIET" in made.summary.lines("nl")[2]
    assert figures["tied"] == ["SY0003", "SY0004"]


def test_ten_half_years_on_end_stay_within_one_person(tmp_path: Path) -> None:
    # Municipalities that all have more than a person a half-year: the condition always holds.
    people, history = [37, 91, 55, 64, 23], None
    due, given_ = [Q(0)] * 5, [0] * 5
    for t in range(10):
        total = 31 + 7 * (t % 3)
        people = [own + i * t % 5 for i, own in enumerate(people)]
        made = one(tmp_path, f"{2021 + t // 2}-{t % 2 + 1}", people, total, history)
        history = put_text(tmp_path / "h.csv", made.files["historie.csv"].decode())
        assert made.summary.figures["is_bounded"] is True
        now = [int(row["personen"]) for row in rows_of(made.files["historie.csv"])][-5:]
        due = [q + Q(w * total, sum(people)) for q, w in zip(due, people, strict=True)]
        given_ = [x + more for x, more in zip(given_, now, strict=True)]
        assert all(abs(x - q) < 1 for x, q in zip(given_, due, strict=True))
    assert is_sound(published(made, tmp_path / "uit"))


def test_two_real_half_years_with_remainders(tmp_path: Path) -> None:
    first = published(following(COUNTRY), tmp_path / "eerste")
    text = (COUNTRY / "instance.toml").read_text(encoding="utf-8")
    second = tmp_path / "tweede"
    second.mkdir()
    (second / "gemeenten.csv").write_bytes((COUNTRY / "gemeenten.csv").read_bytes())
    put_text(
        second / "instance.toml", text.replace("13500", "11000").replace('"2021-1"', '"2021-2"')
    )
    made = following(second, first / "historie.csv")
    assert made.summary.figures["cumulative"] == 24_500
    assert made.summary.figures["is_bounded"] is True
    assert Q(str(made.summary.figures["worst"])) < 1
    assert is_sound(published(made, tmp_path / "uit"))


LEDGER = "halfjaar,gemeente_code,personen,exact_aandeel\n"
GOOD = LEDGER + "2021-1,SY0001,1,3/2\n2021-1,SY0002,2,3/2\n"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (GOOD.replace("3/2", "1,5"), "ragged_row"),
        (GOOD.replace(",3/2", ",anderhalf", 1), "not_exact"),
        (GOOD.replace("2021-1", "2021-3"), "bad_half_year"),
        (GOOD.replace("2021-1", "2021-2"), "history_not_before"),
        (GOOD.replace("SY0002", "SY0003"), "history_codes"),
        (GOOD.replace("2021-1,SY0002,2,3/2\n", ""), "history_codes"),
        (GOOD.replace("SY0002,2", "SY0002,1"), "history_sum"),
        (GOOD.replace("SY0002", "SY0001"), "duplicate_key"),
        (GOOD.replace("exact_aandeel", "aandeel"), "missing_column"),
    ],
)
def test_a_ledger_that_does_not_fit_is_refused(tmp_path: Path, text: str, cause: str) -> None:
    instance = Case([5, 5], 3, half_year="2021-2").put(tmp_path / "nu")
    assert following(instance, put_text(tmp_path / "goed.csv", GOOD), WEBSTER)
    path = put_text(tmp_path / "h.csv", text)
    assert cause in codes_of(refused(lambda: following(instance, path, WEBSTER)))


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("2021-9,10", "bad_half_year"),
        ("2021-2,tien", "not_whole"),
        ("2014-2,10", "regime_ended"),
    ],
)
def test_half_years_that_cannot_be_planned_are_refused(
    tmp_path: Path, row: str, cause: str
) -> None:
    instance = Case([5, 5], 3).put(tmp_path / "nu")
    path = put_text(tmp_path / "halfjaren.csv", f"halfjaar,landelijk_totaal\n{row}\n")
    assert cause in codes_of(refused(lambda: planned(instance, path)))


def test_a_key_with_credits_has_its_own_claims_each_half_year(tmp_path: Path) -> None:
    # Shares 1/2 and 1/2; the first bears 2 already. With T = 10: 12/2 - 2 = 4 and 6. With T = 4:
    # 6/2 - 2 = 1 and 3.
    key = put_text(
        tmp_path / "eigen.toml",
        'name = "eigen"\ntitle = {nl = "a", en = "b"}\nstatus = "voorstel"\n'
        'source = {nl = "a", en = "b"}\ncredit = "al"\n[[parts]]\nindicator = "inwoners"\n',
    )
    instance = Case([50, 50], 10, columns={"al": [2, 0]}).put(tmp_path / "nu")
    options = Options(key=str(key))
    made = planned(instance, halfyears(tmp_path, {"2021-1": 10, "2021-2": 4}), options)
    assert persons(made, "plan.csv") == [4, 6, 1, 3]
    assert is_sound(published(made, tmp_path / "uit"))
