"""What a refusal of clashing deals advises is enough, and one less is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.calling import Ran, Row, call, change_table, copy_instance, write_table

# Of tiny-ruil: SY0001 gives 8 at most, SY0003 declared 5 and can give 9; SY0002 takes 14 and has
# room for 13, SY0004 declared 20 and has room for 25, in another province.
A, B, C, D = "SY0001", "SY0002", "SY0003", "SY0004"
NO_LARGE = ("aanbod.csv", "SY0002,4p", "aantal", 0)


def deal(giver: str, taker: str, persons: int) -> Row:
    return {"van_code": giver, "naar_code": taker, "soort": "getekend", "personen": str(persons)}


Change = tuple[str, str, str, object]
"""File, key, column and what is to stand there."""


def changed(instance: Path, changes: list[Change]) -> None:
    for file, key, column, value in changes:

        def rows_with(
            rows: list[Row], key: str = key, column: str = column, value: object = value
        ) -> list[Row]:
            wanted = key.split(",")
            return [
                {**row, column: str(value)} if [*row.values()][: len(wanted)] == wanted else row
                for row in rows
            ]

        change_table(instance / file, rows_with)


def declared(code: str, column: str, value: object) -> Change:
    return ("ruilruimte.csv", code, column, value)


def more_places(wanted: int) -> Change:
    return ("aanbod.csv", f"{B},1p", "aantal", 6 + wanted)


BOTH = [deal(A, B, 8), deal(C, B, 5)]
Advice = Callable[[dict[str, str], int], list[Change]]
CLASHES: dict[str, tuple[list[Row], list[Change], Advice]] = {
    "conflict_swap_takes_declared": (
        [deal(A, D, 8), deal(C, D, 5)],
        [declared(D, "extra_max", 10)],
        lambda said, less: [declared(D, "extra_max", int(said["wanted"]) - less)],
    ),
    "conflict_swap_takes_standing": (
        BOTH,
        [NO_LARGE],
        lambda said, less: [NO_LARGE, more_places(int(said["places"]) - less)],
    ),
    "conflict_swap_takes_both": (
        BOTH,
        [NO_LARGE, declared(B, "extra_max", 9)],
        lambda said, less: [
            NO_LARGE,
            declared(B, "extra_max", said["wanted"]),
            more_places(int(said["places"]) - less),
        ],
    ),
    "conflict_swap_gives_declared": (
        [deal(C, B, 3), deal(C, D, 3)],
        [],
        lambda said, less: [declared(C, "minder_max", int(said["wanted"]) - less)],
    ),
}


def swap(folder: Path, deals: list[Row], changes: list[Change]) -> Ran:
    instance = copy_instance("tiny-ruil", folder)
    write_table(instance / "uitruilafspraken.csv", deals)
    changed(instance, changes)
    return call("swap", instance, "--out", folder / "r", "--json")


@pytest.mark.parametrize("code", CLASHES)
def test_who_does_as_advised_has_a_plan(code: str, tmp_path: Path) -> None:
    deals, changes, advice = CLASHES[code]
    ran = swap(tmp_path / "clash", deals, changes)
    assert (ran.code, ran.codes) == (4, [code])
    (said,) = ran.json["findings"]
    assert "correcties.csv" not in said["message"]
    assert swap(tmp_path / "one-less", deals, advice(said, 1)).code == 4
    assert swap(tmp_path / "as-advised", deals, advice(said, 0)).code == 0


def test_what_cannot_be_given_is_not_to_be_declared(tmp_path: Path) -> None:
    """SY0001 declared 5 and has 8 left: 10 is beyond both, and no declaration makes it less so."""
    deals = [deal(A, B, 5), deal(A, D, 5)]
    ran = swap(tmp_path, deals, [declared(A, "minder_max", 5)])
    assert (ran.code, ran.codes) == (4, ["conflict_swap_gives_both"])
    (said,) = ran.json["findings"]
    assert (said["declared"], said["ceiling"], said["most"], said["excess"]) == ("5", "8", "5", "5")
    assert "minder_max van" not in said["message"]
