"""Tables of whole persons with both margins exact."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.places import instances_dir
from allocator.planning import tabled
from allocator.planning.two_way import Margins, divide_table
from tests.allocator.planning.cases import (
    Case,
    clashing,
    codes_of,
    column,
    is_sound,
    persons,
    published,
    put_table,
    put_text,
    refused,
    rows_of,
)
from tests.allocator.planning.reference import whole_vectors

MARGINS = ("soort", "naam", "totaal")


def margins(folder: Path, rows: list[int], columns: dict[str, int]) -> Path:
    own = [("rij", f"SY{i + 1:04d}", total) for i, total in enumerate(rows)]
    own += [("kolom", name, total) for name, total in columns.items()]
    return put_table(folder / "marges.csv", MARGINS, own)


def cells(folder: Path, rows: list[tuple[str, str, str]]) -> Path:
    return put_table(folder / "cellen.csv", ("gemeente_code", "kolom", "gewicht"), rows)


@pytest.fixture
def two(tmp_path: Path) -> Path:
    return Case([60, 40], 10).put(tmp_path / "nu")


def test_weights_and_margins_fix_the_table(tmp_path: Path, two: Path) -> None:
    # 10 and 1 in the first row, 1 and 10 in the second, all margins 3: with all factors equal
    # the cell with 10 has 3 (5/2 <= 10 a b <= 7/2) and the other none (1 a b <= 1/2).
    wanted = [("SY0001", "1p", "10"), ("SY0001", "4p", "1"), ("SY0002", "1p", "1"),
              ("SY0002", "4p", "10")]  # fmt: skip
    made = tabled(two, margins(tmp_path, [3, 3], {"1p": 3, "4p": 3}), cells(tmp_path, wanted))
    assert persons(made, "tabel.csv") == [3, 0, 0, 3]
    assert column(made, "tabel.csv", "uniek") == ["ja"] * 4
    assert made.summary.figures["unique"] is True
    assert "enige tabel" in "".join(made.summary.lines("nl"))
    assert is_sound(published(made, tmp_path / "uit"))


def test_without_cells_the_quotas_are_spread_evenly(tmp_path: Path, two: Path) -> None:
    # Quotas 6 and 4 (Adams on 60 and 40 of 10); columns 5 and 5: 3, 3, 2, 2.
    made = tabled(two, margins(tmp_path, [], {"2021-1": 5, "2021-2": 5}))
    assert persons(made, "tabel.csv") == [3, 3, 2, 2]
    assert column(made, "tabel.csv", "kolom") == ["2021-1", "2021-2"] * 2
    assert is_sound(published(made, tmp_path / "uit"))


def test_another_table_that_is_as_good_is_named(tmp_path: Path) -> None:
    # 5 and 5 with columns 5 and 5: 2.5 in every cell; 3, 2, 2, 3 is as good as 2, 3, 3, 2.
    even = Case([50, 50], 10).put(tmp_path / "gelijk")
    made = tabled(even, margins(tmp_path, [], {"1p": 5, "4p": 5}))
    assert sorted(persons(made, "tabel.csv")) == [2, 2, 3, 3]
    assert column(made, "tabel.csv", "uniek") == ["nee"] * 4
    assert made.summary.figures["unique"] is False
    assert is_sound(published(made, tmp_path / "uit"))


def test_a_cell_that_is_not_listed_stays_empty(tmp_path: Path, two: Path) -> None:
    listed = [("SY0001", "1p", "1"), ("SY0001", "4p", "1/2"), ("SY0002", "1p", "0,5")]
    made = tabled(two, margins(tmp_path, [6, 4], {"1p": 7, "4p": 3}), cells(tmp_path, listed))
    # The second row has only one open cell, so 4 there; the first has 3 and 3.
    assert persons(made, "tabel.csv") == [3, 3, 4, 0]
    assert is_sound(published(made, tmp_path / "uit"))


def test_bounds_of_cells_hold(tmp_path: Path, two: Path) -> None:
    text = "gemeente_code,kolom,gewicht,minimaal,maximaal\n"
    text += "SY0001,1p,1,,2\nSY0001,4p,1,,\nSY0002,1p,1,1,\nSY0002,4p,1,,\n"
    path = put_text(tmp_path / "cellen.csv", text)
    made = tabled(two, margins(tmp_path, [6, 4], {"1p": 5, "4p": 5}), path)
    # 3 in the first cell is one too many for its cap of 2: 2, 4, 3, 1.
    assert persons(made, "tabel.csv") == [2, 4, 3, 1]
    assert is_sound(published(made, tmp_path / "uit"))


@pytest.mark.parametrize("rounding", ["webster", "jefferson", "sluitend", "hill"])
def test_a_total_of_nobody_leaves_its_row_empty(tmp_path: Path, rounding: str) -> None:
    three = Case([10, 10, 10], 5).put(tmp_path / "nu")
    listed = [("SY0001", "1p", "1"), ("SY0003", "1p", "1"), ("SY0003", "4p", "1")]
    table = margins(tmp_path, [1, 0, 4], {"1p": 3, "4p": 2})
    made = tabled(three, table, cells(tmp_path, listed), rounding)
    assert persons(made, "tabel.csv") == [1, 0, 0, 0, 2, 2]
    assert is_sound(published(made, tmp_path / "uit"))


def test_no_table_names_the_block_that_clashes(tmp_path: Path, two: Path) -> None:
    # Both rows may only use 1p, which has room for 7 of their 10.
    listed = [("SY0001", "1p", "1"), ("SY0002", "1p", "1")]
    table = margins(tmp_path, [6, 4], {"1p": 7, "4p": 3})
    found = clashing(lambda: tabled(two, table, cells(tmp_path, listed)))
    assert codes_of(found) == ["table_impossible"]
    values = dict(found[0].values)
    assert int(values["needed"]) > int(values["room"])
    assert values["columns"] == "1p"


def test_a_floor_above_its_row_is_a_conflict(tmp_path: Path, two: Path) -> None:
    text = "gemeente_code,kolom,gewicht,minimaal\nSY0002,1p,1,5\nSY0001,1p,1,\nSY0001,4p,1,\n"
    path = put_text(tmp_path / "cellen.csv", text)
    found = clashing(lambda: tabled(two, margins(tmp_path, [6, 4], {"1p": 5, "4p": 5}), path))
    assert codes_of(found) == ["cell_floor"]
    assert dict(found[0].values) == {"found": "SY0002", "kind": "1p", "least": "5", "most": "4"}


def test_a_region_may_have_a_table_of_its_published_quotas(tmp_path: Path) -> None:
    # The six of Flevoland, 328 persons, over two classes of 164.
    table = margins(tmp_path, [], {"1p": 164, "4p": 164})
    made = tabled(instances_dir() / "flevoland-2021-1", table)
    rows: dict[str, int] = {}
    for row in rows_of(made.files["tabel.csv"]):
        rows[row["gemeente_code"]] = rows.get(row["gemeente_code"], 0) + int(row["personen"])
    assert sorted(rows.values()) == [17, 18, 32, 37, 61, 163]
    assert is_sound(published(made, tmp_path / "uit"))


def test_municipalities_by_half_years_at_national_size(tmp_path: Path) -> None:
    columns = {
        f"{2021 + i // 2}-{i % 2 + 1}": own for i, own in enumerate([4000, 3500, 3000, 3000])
    }
    made = tabled(instances_dir() / "nl-2021-1", margins(tmp_path, [], columns))
    assert sum(persons(made, "tabel.csv")) == 13_500
    assert is_sound(published(made, tmp_path / "uit"))


def tables_with(rows: list[int], columns: list[int]) -> Iterator[tuple[tuple[int, ...], ...]]:
    if not rows:
        if not any(columns):
            yield ()
        return
    for first in whole_vectors(rows[0], [(0, own) for own in columns]):
        left = [own - x for own, x in zip(columns, first, strict=True)]
        for rest in tables_with(rows[1:], left):
            yield (first, *rest)


def cost(parts: tuple[tuple[int, ...], ...], weights: list[list[int]]) -> Fraction:
    """What Webster's two-way table has least of: the product of (k - 1/2) / w over all persons."""
    return math.prod(
        (
            Fraction(2 * k - 1, 2 * w)
            for row, own in zip(parts, weights, strict=True)
            for x, w in zip(row, own, strict=True)
            for k in range(1, x + 1)
        ),
        start=Fraction(1),
    )


@given(
    st.lists(st.lists(st.integers(1, 9), min_size=2, max_size=2), min_size=2, max_size=3),
    st.data(),
)
def test_no_other_table_is_better(weights: list[list[int]], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, 3), min_size=len(weights), max_size=len(weights)))
    first = data.draw(st.integers(0, sum(rows)))
    columns = [first, sum(rows) - first]
    names = [f"SY{i + 1:04d}" for i in range(len(rows))]
    grid = {
        (name, column): (Fraction(own[j]), (None, None))
        for name, own in zip(names, weights, strict=True)
        for j, column in enumerate(("a", "b"))
    }
    given_ = Margins(dict(zip(names, rows, strict=True)), {"a": columns[0], "b": columns[1]})
    found = divide_table(given_, dict(grid)).division.parts
    every = list(tables_with(rows, columns))
    least = min(cost(own, weights) for own in every)
    assert cost(found, weights) == least
    best = [own for own in every if cost(own, weights) == least]
    assert bool(divide_table(given_, dict(grid)).tied) == (len(best) > 1)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("rij,SY0001,6\nrij,SY0002,4\n", "margins_no_columns"),
        ("rij,SY0001,6\nkolom,1p,7\n", "margins_differ"),
        ("rij,SY0009,6\nkolom,1p,6\n", "unknown_code"),
        ("rij,SY0001,0\nkolom,1p,0\n", "total_out_of_range"),
        ("rijen,SY0001,6\nkolom,1p,6\n", "bad_choice"),
    ],
)
def test_wrong_margins_are_refused(tmp_path: Path, two: Path, text: str, cause: str) -> None:
    path = put_text(tmp_path / "marges.csv", "soort,naam,totaal\n" + text)
    assert cause in codes_of(refused(lambda: tabled(two, path)))


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("SY0001,1p,een,,", "not_exact"),
        ("SY0001,2p,1,,", "column_unknown"),
        ("SY0009,1p,1,,", "unknown_code"),
        ("SY0001,1p,1,3,2", "limits_cross"),
        ("SY0001,1p,0,,", "cells_zero"),
        (f"SY0002,1p,1,,\nSY0001,1p,1/{10**90 + 1},,", "cells_too_fine"),
    ],
)
def test_wrong_cells_are_refused(tmp_path: Path, two: Path, row: str, cause: str) -> None:
    text = f"gemeente_code,kolom,gewicht,minimaal,maximaal\n{row}\n"
    path = put_text(tmp_path / "cellen.csv", text)
    table = margins(tmp_path, [6, 4], {"1p": 5, "4p": 5})
    assert cause in codes_of(refused(lambda: tabled(two, table, path)))


def test_a_rounding_without_a_divisor_is_refused(tmp_path: Path, two: Path) -> None:
    table = margins(tmp_path, [6, 4], {"1p": 5, "4p": 5})
    found = refused(lambda: tabled(two, table, table_rounding="grootste-rest"))
    assert codes_of(found) == ["table_rounding"]
