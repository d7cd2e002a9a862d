"""Tables that line up in a terminal, and sentences that break between words."""

from __future__ import annotations

import io
import os
import sys

import pytest

from allocator.commands.session import Session
from allocator.screen import _gap_lines
from allocator.screen_text import aligned, fitted

LONG = "   De gemeente kan hooguit 9 personen taakstelling afgeven en hooguit 0 overnemen."


def test_figures_end_under_the_end_of_their_head() -> None:
    assert aligned(("naam", "oud"), [("Ee", "9"), ("Bergen", "1.234")]) == [
        "  naam      oud",
        "  Ee          9",
        "  Bergen  1.234",
    ]


def test_heads_break_between_words_where_a_table_is_wider_than_a_terminal() -> None:
    heads = ("personen", *("huishoudens met een eigen woning in zicht",) * 3)
    lines = aligned(heads, [("1", "42", "42", "0")])
    assert max(map(len, lines)) <= 80
    assert lines[-1].split() == ["1", "42", "42", "0"]
    assert " ".join(lines[:-1]).split().count("huishoudens") == 3
    # Every figure still ends where its head ends.
    assert lines[-1].endswith("0")
    assert len(lines[-1]) == max(map(len, lines))


def test_a_long_name_of_a_row_takes_more_lines_and_keeps_its_figures() -> None:
    name = "zonder eigen woning in zicht, of als nareis bij een referent in dezelfde gemeente"
    lines = aligned(("klasse", "huishoudens"), [(name, "12"), ("1p", "3")])
    assert max(map(len, lines)) <= 80
    assert lines[1].endswith("12")
    assert " ".join(line.removesuffix("12").strip() for line in lines[1:-1]) == name
    assert lines[-1].split() == ["1p", "3"]


def test_a_sentence_breaks_between_words_and_hangs() -> None:
    lines = fitted(LONG, 40)
    assert len(lines) == 3
    assert max(map(len, lines)) <= 40
    assert " ".join(line.strip() for line in lines) == LONG.strip()
    assert lines[0].startswith("   De")
    assert lines[1].startswith("     ")


def test_a_path_stays_whole_and_a_short_line_as_it_is() -> None:
    path = "/" + "a" * 90
    assert path in fitted(f"Nagerekend en geschreven in {path}.", 40)[-1]
    assert fitted("kort", 80) == ["kort"]
    assert fitted(LONG, 10) == [LONG]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "count"), [(Terminal(), 3), (io.StringIO(), 1)])
def test_only_a_terminal_gets_broken_lines(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, count: int
) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(os, "get_terminal_size", lambda *_: os.terminal_size((40, 20)))
    monkeypatch.setenv("COLUMNS", "40")
    Session("nl", as_json=False, quiet=False).say([LONG], {})
    assert len(stream.getvalue().splitlines()) == count


@pytest.mark.parametrize(
    ("gap", "lang", "said"),
    [
        (0.00023, "nl", "Punten 1.234, grens 1.235: een afstand van 0,0230 % van passing plus"),
        (1e-06, "en", "Points 1,234, bound 1,235: a gap of 0.0001% of fit plus penalties"),
        (0, "nl", "Punten 1.234, grens 1.235, afstand 0."),
    ],
)
def test_the_gap_of_links_is_a_percentage_of_what_the_manifest_measures_it_by(
    gap: float, lang: str, said: str
) -> None:
    stage = {"name": "koppeling", "objective": 1234, "bound": 1235, "gap": gap}
    (line,) = _gap_lines([stage, {"name": "taakstelling"}], is_strict=False, lang=lang)
    assert line.startswith(said)
