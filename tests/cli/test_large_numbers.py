"""Numbers far above any that occur: refused at the door or worked out, never a fault of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.calling import call, copy_instance
from tests.cli.refusal_cases import HOMES, PEOPLE, STAND, WHERE, Change, both, put, setting

CLASSES = "woningklassen.csv"
BILLION = str(10**9)
LARGE: list[tuple[str, str, Change]] = [
    ("quota", "tiny-quota", setting("national_total", "999999999")),
    ("quota", "tiny-quota", put(WHERE, 2, "inwoners", BILLION)),
    ("swap", "tiny-ruil", put(STAND, 2, "achterstand", BILLION)),
    ("swap", "tiny-ruil", put("ruilruimte.csv", 3, "extra_max", BILLION)),
    (
        "swap",
        "tiny-ruil",
        both(
            put(CLASSES, 4, "personen_max", BILLION),
            put(CLASSES, 4, "personen_gepland", BILLION),
            put(HOMES, 2, "aantal", BILLION),
        ),
    ),
    ("link", "tiny-koppel", put(HOMES, 2, "aantal", BILLION)),
    ("link", "tiny-koppel", put(STAND, 2, "achterstand", BILLION)),
    ("link", "tiny-koppel", put(PEOPLE, 2, "weken_wachtend", BILLION)),
    ("link", "tiny-koppel", put(WHERE, 2, "x_rd", BILLION)),
    ("link", "tiny-koppel", setting("seed", str(2**62))),
]


@pytest.mark.parametrize(("command", "instance", "change"), LARGE)
def test_a_large_number_is_refused_or_worked_out(
    command: str, instance: str, change: Change, tmp_path: Path
) -> None:
    folder = copy_instance(instance, tmp_path / "in")
    change(folder)
    ran = call(command, folder, "--out", tmp_path / "r")
    assert ran.code in {0, 3}, ran.err
