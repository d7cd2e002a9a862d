"""Exact numbers go into text and back at any length."""

from __future__ import annotations

from fractions import Fraction

import pytest

from allocator.canonical import csv_bytes
from allocator.exact_text import fraction_text, read_fraction, whole_text
from allocator.verify.core.reader import Log

LONG = 10**12_000 + 7


@pytest.mark.parametrize("value", [Fraction(0), Fraction(-3, 7), Fraction(LONG, 3), Fraction(LONG)])
def test_a_fraction_comes_back_as_it_was(value: Fraction) -> None:
    text = fraction_text(value)
    assert text is not None
    assert read_fraction(text) == value


def test_short_fractions_are_written_as_they_always_were() -> None:
    assert fraction_text(Fraction(6, 4)) == "3/2"
    assert fraction_text(Fraction(-5)) == "-5/1"
    assert fraction_text(None) is None
    assert whole_text(10**30) == "1" + "0" * 30


def test_whole_numbers_and_decimals_are_read() -> None:
    assert read_fraction("12") == 12
    assert read_fraction("12.50") == Fraction(25, 2)
    assert read_fraction("100/8") == Fraction(25, 2)


def test_a_table_holds_numbers_of_any_length() -> None:
    assert csv_bytes(["a", "b"], [[LONG, -LONG], [2, None]]).decode() == (
        f"a,b\n{whole_text(LONG)},-{whole_text(LONG)}\n2,\n"
    )


@pytest.mark.parametrize("text", ["", "x", "1/0", "1/x", "NaN", "Infinity", "1/2/3", "1/Infinity"])
def test_what_is_no_exact_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an exact number"):
        read_fraction(text)


def test_the_verifier_names_a_wrong_number_of_any_length() -> None:
    log = Log()
    log.same("V2D", "certificaat.json", "divisor_low", "quota", Fraction(LONG, 3), Fraction(5))
    assert log[0].found.startswith("1000")
    assert len(log[0].found) == 80
    assert log[0].expected == "5"
    log.same("V2D", "certificaat.json", "divisor_low", "quota", Fraction(1, 21), Fraction(2, 11))
    assert (log[1].found, log[1].expected) == ("1/21", "2/11")
