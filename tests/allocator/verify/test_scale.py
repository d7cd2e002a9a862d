"""Large results are verified too: arrays where it counts, whole numbers throughout."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.verify import verify_result
from tests.allocator.verify.handmade.case import rehash
from tests.allocator.verify.handmade.edit import PLAN, cell, document, field
from tests.allocator.verify.handmade.large import write_large


def check_large(folder: Path, homes: int, places: int) -> None:
    write_large(folder, homes, places)
    assert verify_result(folder) == ()
    last = f"h{homes - 1:06d}"
    other = "SY0001" if field(folder, PLAN, last, "gemeente_code") != "SY0001" else "SY0002"
    cell(folder, PLAN, last, "gemeente_code", other)
    rehash(folder)
    assert {failure.code for failure in verify_result(folder)} >= {"V10A", "V8D"}


def test_a_few_hundred_households_in_forty_municipalities(tmp_path: Path) -> None:
    check_large(tmp_path / "result", 300, 40)


@pytest.mark.nightly
def test_seven_thousand_households_in_all_municipalities(tmp_path: Path) -> None:
    check_large(tmp_path / "result", 7000, 352)


@pytest.mark.parametrize("price", [10**17, 2**61, 2**63, 10**30])
def test_prices_beyond_64_bits_are_summed_exactly(price: int, tmp_path: Path) -> None:
    folder = write_large(tmp_path / "result", 300, 40)
    # At this price nobody goes to the first municipality, which would pay it for everybody: the
    # bound is all persons times the price, give or take the points of all households.
    document(folder, "certificaat.json", lambda c: c["link"]["lambda"].update(SY0001=price))
    rehash(folder)
    failures = verify_result(folder)
    assert {failure.code for failure in failures} == {"V8D", "V7D"}
    persons = sum(int(line.split(",")[4]) for line in (folder / PLAN).read_text().split("\n")[1:-1])
    bound = next(failure.expected for failure in failures if failure.key == "price_bound")
    assert bound != str(persons * price)
    assert abs(int(bound) - persons * price) < 10**9
