from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.reporting.division import (
    rounded,
    short_between,
    shown_divisor,
    statutory_figure,
    telling_decimals,
    weights,
)
from allocator.reporting.result import load_result
from tests.allocator.reporting.handmade import Handmade, table

FRACTIONS = st.fractions(min_value=0, max_value=10**7, max_denominator=10**6)


@given(FRACTIONS, st.fractions(min_value=Fraction(1, 1000), max_value=100), st.sampled_from([1, 2]))
def test_a_short_number_lies_strictly_between_its_bounds(
    low: Fraction, width: Fraction, power: int
) -> None:
    found, decimals = short_between(low, low + width, power)
    assert low < found**power < low + width
    assert (found * 10**decimals).denominator == 1


def test_the_roundest_divisor_is_chosen() -> None:
    assert short_between(Fraction(530), Fraction(575)) == (540, 0)
    assert short_between(Fraction(13071, 10), Fraction(13073, 10)) == (Fraction(13072, 10), 1)
    assert short_between(Fraction(7), None) == (1_000_000, 0)


def test_no_number_lies_between_equal_bounds() -> None:
    with pytest.raises(ValueError, match="no short number"):
        short_between(Fraction(1, 3), Fraction(1, 3))


@given(FRACTIONS, st.sampled_from(["sluitend", "webster", "jefferson", "hill", "wettelijk"]))
def test_a_printed_quotient_rounds_as_the_exact_one_does(quotient: Fraction, method: str) -> None:
    decimals = telling_decimals(quotient, method)
    units = (2 * 10**decimals * quotient.numerator + quotient.denominator) // (
        2 * quotient.denominator
    )
    printed = Fraction(units, 10**decimals)
    assert decimals == 12 or rounded(printed, method) == rounded(quotient, method)


def test_a_quotient_just_above_a_whole_number_is_printed_so() -> None:
    assert telling_decimals(Fraction(1_700_001, 100_000), "sluitend") == 5
    assert telling_decimals(Fraction(1699, 100), "sluitend") == 2


@pytest.mark.parametrize(
    ("method", "quotient", "expected"),
    [
        ("sluitend", Fraction(21, 10), 3),
        ("jefferson", Fraction(29, 10), 2),
        ("webster", Fraction(25, 10), 2),
        ("webster", Fraction(251, 100), 3),
        # The border of Hill between 2 and 3 is the square root of 6, 2.449.
        ("hill", Fraction(2449, 1000), 2),
        ("hill", Fraction(245, 100), 3),
    ],
)
def test_each_method_rounds_its_own_way(method: str, quotient: Fraction, expected: int) -> None:
    assert rounded(quotient, method) == expected


# Intervals of divisors for 5300, 3100, 1150, 450 and 20 persons, by hand. Adams: see handmade.py.
# Webster (11, 6, 2, 1): largest w/(x + 1/2) is 3100/6.5, smallest w/(x - 1/2) is 5300/10.5.
# Jefferson (11, 6, 2, 1): largest w/(x + 1) is 3100/7, smallest w/x is 450/1.
# Hill (11, 6, 2, 1), squares: largest w^2/(x(x + 1)) is 3100^2/42, smallest w^2/(x(x - 1)) with
# x > 1 is 5300^2/110.
@pytest.mark.parametrize(
    ("method", "quotas", "low", "high"),
    [
        ("sluitend", (10, 6, 3, 1), "530", "575"),
        ("webster", (11, 6, 2, 1), "3100/6.5", "5300/10.5"),
        ("jefferson", (11, 6, 2, 1), "3100/7", "450"),
        ("hill", (11, 6, 2, 1), "9610000/42", "28090000/110"),
    ],
)
def test_the_divisor_shown_gives_every_quota(
    tmp_path: Path, method: str, quotas: tuple[int, ...], low: str, high: str
) -> None:
    parts = Handmade()
    parts.certificate["quota"] |= {
        "method": method,
        "divisor_low": str(_fraction(low)),
        "divisor_high": str(_fraction(high)),
    }
    result = load_result(parts.write(tmp_path))
    divisor = shown_divisor(result)
    assert divisor is not None
    assert divisor.decimals is not None
    claims = [row.inhabitants for row in result.quotas]
    assert tuple(rounded(claim / divisor.value, method) for claim in claims) == quotas


def _fraction(printed: str) -> Fraction:
    over, _, under = printed.partition("/")
    return Fraction(over) / Fraction(under or 1)


def test_a_tie_leaves_the_exact_divisor_and_names_who_tied(tmp_path: Path) -> None:
    parts = Handmade()
    parts.certificate["quota"] |= {
        "divisor_low": "1000/3",
        "divisor_high": "1000/3",
        "tied": ["GM0001", "GM0002"],
    }
    divisor = shown_divisor(load_result(parts.write(tmp_path)))
    assert divisor is not None
    assert (divisor.value, divisor.decimals) == (Fraction(1000, 3), None)
    assert divisor.tied == ("GM0001", "GM0002")


def test_the_statutory_figure_is_the_share_rounded_up(tmp_path: Path) -> None:
    result = load_result(Handmade().write(tmp_path))
    assert [statutory_figure(result, row) for row in result.quotas] == [11, 7, 3, 1]


def test_a_region_without_national_inhabitants_has_no_statutory_figure(tmp_path: Path) -> None:
    parts = Handmade()
    parts.instance = parts.instance.replace('"landelijk"', '"regio"')
    result = load_result(parts.write(tmp_path))
    assert statutory_figure(result, result.quotas[0]) is None


def test_a_key_column_is_believed_only_if_it_gives_the_shares_back(tmp_path: Path) -> None:
    parts = Handmade()
    parts.parameters["key"] = "huizen"
    parts.tables["invoer/gemeenten.csv"] = table(
        "gemeente_code,gemeente,provincie_code,inwoners,huizen",
        "GM0001,A,PV28,5300,530",
        "GM0002,B,PV28,3100,310",
        "GM0003,C,PV21,1150,115",
        "GM0004,D,PV24,450,45",
    )
    claims = {"GM0001": 530, "GM0002": 310, "GM0003": 115, "GM0004": 45}
    assert weights(load_result(parts.write(tmp_path / "ja"))) == claims
    parts.row("invoer/gemeenten.csv", "GM0004")["huizen"] = "46"
    assert weights(load_result(parts.write(tmp_path / "nee"))) is None
