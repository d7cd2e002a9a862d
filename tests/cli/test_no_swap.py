"""A swap that moves nobody says why, in one notice; it stays a result that verifies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from allocator.verify import verify_result
from tests.cli.calling import (
    Ran,
    Row,
    call,
    change_table,
    copy_instance,
    manifest,
    write_table,
)

# Of tiny-ruil: SY0001 and SY0003 lack, SY0002 has room for them; SY0004 lies in another province.
Change = Callable[[Path], object]


def pairs(rule: str) -> Change:
    def change(instance: Path) -> None:
        path = instance / "instance.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('pairs = "provincie"', f'pairs = "{rule}"'), encoding="utf-8")

    return change


def every(table: str, **cells: str) -> Change:
    def changed(rows: list[Row]) -> list[Row]:
        return [{**row, **cells} for row in rows]

    return lambda instance: change_table(instance / f"{table}.csv", changed)


def gone(file: str) -> Change:
    return lambda instance: (instance / file).unlink()


def kept(file: str, *codes: str) -> Change:
    def changed(rows: list[Row]) -> list[Row]:
        return [row for row in rows if row["gemeente_code"] in codes]

    return lambda instance: change_table(instance / file, changed)


def forbidden(instance: Path) -> None:
    rows = [
        {"van_code": giver, "naar_code": "SY0002", "soort": "verboden"}
        for giver in ("SY0001", "SY0003")
    ]
    write_table(instance / "uitruilafspraken.csv", rows)


def apart(instance: Path) -> None:
    """Every municipality at a table of its own."""

    def changed(rows: list[Row]) -> list[Row]:
        return [{**row, "regietafel": row["gemeente"]} for row in rows]

    change_table(instance / "gemeenten.csv", changed)


WHY: dict[str, tuple[list[Change], tuple[str, ...], str, str]] = {
    "no column": ([pairs("regio")], (), "swap_without_column", "regietafel"),
    "an empty column": (
        [pairs("regio"), every("gemeenten", regietafel="")],
        (),
        "swap_without_column",
        "regietafel",
    ),
    "no neighbours": ([pairs("buren"), gone("buren.csv")], (), "swap_without_neighbours", "buren"),
    "nobody declared": ([gone("ruilruimte.csv")], (), "swap_nobody_declared", "minder_max"),
    "all zero": (
        [every("ruilruimte", minder_max="0", extra_max="0")],
        (),
        "swap_nobody_declared",
        "extra_max",
    ),
    "nobody short": ([every("aanbod", aantal="99")], (), "swap_nobody_short", "tekort"),
    "nobody gives": ([every("ruilruimte", minder_max="0")], (), "swap_nobody_gives", "minder_max"),
    "nobody takes": ([every("ruilruimte", extra_max="0")], (), "swap_nobody_takes", "extra_max"),
    "apart": ([kept("ruilruimte.csv", "SY0001", "SY0004")], (), "swap_pairs_apart", "alle"),
    "a region of its own": ([], ("--region", "provincie_code=PV02"), "swap_nobody_short", "midden"),
    "a lot": ([], ("--lot", "40"), "swap_all_barred", "40"),
    "a ban": ([forbidden], (), "swap_all_barred", "verboden"),
}


def reasons(ran: Ran) -> list[str]:
    prefixes = ("swap_", "composition_nobody", "grouping")
    return [item["code"] for item in ran.json["notices"] if item["code"].startswith(prefixes)]


@pytest.mark.parametrize("case", WHY)
def test_a_swap_that_moves_nobody_says_why(case: str, tmp_path: Path) -> None:
    changes, options, code, words = WHY[case]
    instance, out = copy_instance("tiny-ruil", tmp_path / "in"), tmp_path / "r"
    for change in changes:
        change(instance)
    ran = call("swap", instance, *options, "--out", out, "--json")
    assert ran.code == 0, ran.out
    assert reasons(ran) == [code]
    (said,) = (item for item in ran.json["notices"] if item["code"] == code)
    assert words in said["message"] + said["column"]
    assert any(code in line["nl"] for line in manifest(out)["parameters"]["notices"])
    assert verify_result(out) == ()


def test_a_swap_that_moves_somebody_gives_no_reason(tmp_path: Path) -> None:
    ran = call("swap", "tiny-ruil", "--out", tmp_path / "r", "--json")
    assert (ran.code, reasons(ran)) == (0, [])


@pytest.mark.parametrize(
    ("changes", "options", "code"),
    [
        ([pairs("regio")], (), "swap_without_column"),
        ([pairs("buren"), gone("buren.csv")], (), "swap_without_neighbours"),
        ([], ("--region", "provincie_code=PV02"), "composition_nobody_to_link"),
        ([pairs("regio"), apart], (), "swap_pairs_apart"),
    ],
)
def test_a_request_that_nobody_can_make_says_why(
    changes: list[Change], options: tuple[str, ...], code: str, tmp_path: Path
) -> None:
    instance, out = copy_instance("tiny-ruil", tmp_path / "in"), tmp_path / "r"
    for change in changes:
        change(instance)
    ran = call("swap", instance, "--samenstelling", *options, "--out", out, "--json")
    assert ran.code == 0, ran.out
    assert reasons(ran) == [code]
    assert verify_result(out) == ()


@pytest.mark.parametrize("command", ["potential", "wishes"])
def test_a_study_by_a_column_that_nobody_filled_in_is_refused(command: str, tmp_path: Path) -> None:
    instance = copy_instance("tiny-ruil", tmp_path / "in")
    every("gemeenten", regietafel="")(instance)
    every("ruilruimte", wens="1")(instance)
    ran = call(command, instance, "--by", "regietafel", "--json")
    assert (ran.code, ran.codes) == (3, ["grouping_empty"])
    assert ran.json["findings"][0]["column"] == "regietafel"
