"""Published divisions: every seat as it was published, with its proof."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from models.apportionment import (
    check,
    check_two_way,
    divide,
    divide_two_way,
    jefferson,
    largest_remainder,
)

FOLDER = Path(__file__).parent


class Case(NamedTuple):
    name: str
    method: str
    total: int
    minimum: int
    weights: list[int]
    parts: tuple[int, ...]
    tied: tuple[int, ...]


@cache
def cases() -> list[Case]:
    with (FOLDER / "vectors.csv").open(encoding="utf-8", newline="") as file:
        return [read(row) for row in csv.DictReader(file)]


def numbers(text: str) -> list[int]:
    return [int(word) for word in text.split()]


def read(row: dict[str, str]) -> Case:
    weights = numbers(row["weights"])
    for position in numbers(row["left_out"]):
        weights[position] = 0
    parts, tied = tuple(numbers(row["parts"])), tuple(numbers(row["tied"]))
    return Case(
        row["case"], row["method"], int(row["total"]), int(row["minimum"]), weights, parts, tied
    )


def by_method(*methods: str) -> list[Case]:
    return [case for case in cases() if case.method in methods]


def test_every_published_case_is_there() -> None:
    assert Counter(case.method for case in cases()) == {
        "jefferson": 1635,
        "council_under_19": 219,
        "largest_remainder": 8,
        "hill": 8,
        "webster": 7,
    }


def test_divisor_methods_give_the_published_seats() -> None:
    for case in by_method("jefferson", "webster", "hill"):
        floors = [case.minimum] * len(case.weights)
        division = divide(case.method, case.total, case.weights, floors)
        check(division, case.method, case.total, case.weights, floors)
        assert division.tied == case.tied, case.name
        if not case.tied:
            assert division.parts == case.parts, case.name


def test_largest_remainders_give_the_published_seats() -> None:
    for case in by_method("largest_remainder"):
        base = case.minimum * len(case.weights)
        division = largest_remainder(case.total - base, case.weights)
        check(division, "largest_remainder", case.total - base, case.weights)
        assert division.tied == ()
        assert tuple(x + case.minimum for x in division.parts) == case.parts, case.name


def test_the_rule_for_small_councils_is_a_composition_of_the_core() -> None:
    for case in by_method("council_under_19"):
        assert small_council(case.total, case.weights) == case.parts, case.name


def small_council(total: int, votes: Sequence[int]) -> tuple[int, ...]:
    """Full quotas, remainders of lists with 75 % of it, one average each, then averages."""
    valid = sum(votes)
    seats = [w * total // valid for w in votes]
    remainders = [w * total % valid if 4 * w * total >= 3 * valid else 0 for w in votes]
    left = min(total - sum(seats), sum(r > 0 for r in remainders))
    if left:
        seats = add(seats, jefferson(left, remainders, upper=[1] * len(votes)).parts)
    one_more = [x + 1 for x in seats]
    stage = min(total, sum(one_more))
    seats = list(jefferson(stage, votes, lower=seats, upper=one_more).parts)
    return jefferson(total, votes, lower=seats).parts


def add(left: Sequence[int], right: Sequence[int]) -> list[int]:
    return [a + b for a, b in zip(left, right, strict=True)]


def test_the_small_council_cases_use_remainders_and_averages() -> None:
    used: Counter[str] = Counter()
    for case in by_method("council_under_19"):
        valid = sum(case.weights)
        left = case.total - sum(w * case.total // valid for w in case.weights)
        close = sum(
            w * case.total % valid > 0 and 4 * w * case.total >= 3 * valid for w in case.weights
        )
        used["remainders are enough" if left <= close else "averages are needed"] += 1
    assert min(used["remainders are enough"], used["averages are needed"]) > 0, used


def test_the_last_seat_of_roermond_is_a_tie_of_exactly_its_two_lists() -> None:
    (case,) = [case for case in cases() if case.tied]
    division = jefferson(case.total, case.weights)
    assert division.tied == case.tied and len(case.tied) == 2
    first, second = case.tied
    order = [second, first, *(i for i in range(len(case.weights)) if i not in case.tied)]
    drawn = jefferson(case.total, case.weights, tie_order=order)
    assert {division.parts, drawn.parts} >= {case.parts}
    assert [a - b for a, b in zip(division.parts, drawn.parts, strict=True) if a != b] == [1, -1]


class PublishedTable(NamedTuple):
    weights: list[list[int]]
    parts: tuple[tuple[int, ...], ...]

    @property
    def margins(self) -> tuple[list[int], list[int]]:
        return [sum(row) for row in self.parts], [
            sum(column) for column in zip(*self.parts, strict=True)
        ]


def published_table(name: str) -> PublishedTable:
    with (FOLDER / "tables.csv").open(encoding="utf-8", newline="") as file:
        cells = [row for row in csv.DictReader(file) if row["table"] == name]
    rows = list(dict.fromkeys(cell["row"] for cell in cells))
    weights = [
        [int(cell["weight"]) * int(cell["counts"]) for cell in cells if cell["row"] == row]
        for row in rows
    ]
    parts = [[int(cell["part"]) for cell in cells if cell["row"] == row] for row in rows]
    return PublishedTable(weights, tuple(map(tuple, parts)))


@pytest.mark.parametrize(
    ("name", "cells", "total"),
    [
        ("zh2019", 13 * 18, 180),
        ("zug2018", 7 * 11, 80),
        ("uri2020", 4 * 4, 37),
        ("zurich-city-2006", 8 * 9, 125),
        ("wikipedia-3x3", 3 * 3, 20),
        ("tietransfer-3x2", 3 * 2, 60),
    ],
)
def test_two_way_tables_are_as_published(name: str, cells: int, total: int) -> None:
    table = published_table(name)
    rows, columns = table.margins
    assert (len(rows) * len(columns), sum(rows)) == (cells, total)
    division = divide_two_way("webster", table.weights, rows, columns)
    check_two_way(division, "webster", table.weights, rows, columns)
    assert division.parts == table.parts
    assert division.tied == ()


def test_the_strongest_list_rule_is_a_floor_and_not_plain() -> None:
    table = published_table("gr2022-strongest-party")
    rows, columns = table.margins
    plain = divide_two_way("webster", table.weights, rows, columns)
    assert plain.parts != table.parts
    floors = [[0] * len(columns) for _ in rows]
    for j in range(len(columns)):
        strongest = max(range(len(rows)), key=lambda i: (table.weights[i][j], table.parts[i][j]))
        floors[strongest][j] = 1
    division = divide_two_way("webster", table.weights, rows, columns, floors)
    check_two_way(division, "webster", table.weights, rows, columns, floors)
    assert division.parts == table.parts
