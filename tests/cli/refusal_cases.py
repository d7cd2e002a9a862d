"""Changes of the bundled instances, and the finding that the command must answer with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.cli.calling import Row, change_table, set_in_toml, write_table

Change = Callable[[Path], None]


class Case(NamedTuple):
    """A command on a changed instance, and the finding that it must give."""

    code: str
    command: str
    instance: str
    change: Change
    file: str
    row: int = 0
    column: str = ""
    exit_code: int = 3


def put(file: str, row: int, column: str, value: str) -> Change:
    """Another value in one cell; rows as a spreadsheet counts them."""

    def change(folder: Path) -> None:
        def rows(table: list[Row]) -> list[Row]:
            table[row - 2][column] = value
            return table

        change_table(folder / file, rows)

    return change


def everywhere(file: str, column: str, value: str) -> Change:
    """One value in every row."""
    return lambda folder: change_table(
        folder / file, lambda rows: [{**row, column: value} for row in rows]
    )


def without_column(file: str, column: str) -> Change:
    """A column left out."""
    return lambda folder: change_table(
        folder / file,
        lambda rows: [{k: v for k, v in row.items() if k != column} for row in rows],
    )


def table(file: str, *rows: Row) -> Change:
    """A table with these rows."""
    return lambda folder: write_table(folder / file, rows)


def setting(name: str, literal: str) -> Change:
    """A top-level setting of ``instance.toml``."""
    return lambda folder: set_in_toml(folder, name, literal)


def without_setting(name: str) -> Change:
    """A setting left out."""

    def change(folder: Path) -> None:
        path = folder / HERE
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(x for x in lines if not x.startswith(f"{name} =")), "utf-8")

    return change


def emptied(file: str) -> Change:
    """A file of no bytes."""
    return lambda folder: (folder / file).open("wb").close()


def removed(file: str) -> Change:
    """A file that is not there."""
    return lambda folder: (folder / file).unlink()


def both(*changes: Change) -> Change:
    """Several changes as one."""

    def change(folder: Path) -> None:
        for one in changes:
            one(folder)

    return change


WHERE, HERE, STAND = "gemeenten.csv", "instance.toml", "standen.csv"
CODE, PEOPLE, HOMES = "gemeente_code", "huishoudens.csv", "aanbod.csv"
SIGNED = table(STAND, {CODE: "SY0001", "stand": "-4"})

# The refusals that the main job must show.
LISTED = [
    Case(
        "missing_column",
        "quota",
        "nl-2021-1",
        without_column(WHERE, "inwoners"),
        WHERE,
        1,
        "inwoners",
    ),
    Case("duplicate_key", "quota", "nl-2021-1", put(WHERE, 9, CODE, "GM0014"), WHERE, 9, CODE),
    Case("unknown_code", "swap", "tiny-ruil", put(HOMES, 3, CODE, "SY0009"), HOMES, 3, CODE),
    Case("lost_zero", "quota", "nl-2021-1", put(WHERE, 2, CODE, "14"), WHERE, 2, CODE),
    Case("lost_zero", "quota", "nl-2021-1", put(WHERE, 2, CODE, "GM14"), WHERE, 2, CODE),
    Case(
        "ambiguous_number",
        "quota",
        "tiny-quota",
        put(WHERE, 4, "inwoners", "1.234"),
        WHERE,
        4,
        "inwoners",
    ),
    Case(
        "negative", "quota", "tiny-quota", put(WHERE, 5, "inwoners", "-1000"), WHERE, 5, "inwoners"
    ),
    Case("stand_sign_unknown", "swap", "tiny-ruil", SIGNED, STAND, 1, "stand"),
    Case("regional_total", "quota", "tiny-quota", setting("scope", '"regio"'), HERE),
    Case("empty_file", "quota", "tiny-quota", emptied(WHERE), WHERE),
    Case("not_an_instance", "quota", "tiny-quota", removed(HERE), "tiny-quota"),
    Case(
        "household_too_large",
        "link",
        "tiny-koppel",
        put(PEOPLE, 4, "personen", "7"),
        PEOPLE,
        4,
        "personen",
    ),
]

PUBLISHED = {CODE: "SY0001", "taakstelling": "5", "bron": "x", "datum": "2020-10-01"}
REGION = both(
    setting("scope", '"regio"'),
    setting("national_inhabitants", "24000"),
    setting("divisor", "3000"),
)
LINKING = "tiny-koppel"
REAL_PEOPLE = setting("synthetic", '["gemeenten", "standen", "aanbod", "arbeidsmarkt"]')
REAL_FIT = setting("synthetic", '["gemeenten", "arbeidsmarkt"]')
CLOSED = both(
    put(PEOPLE, 2, "gemeenten_toegestaan", "SY0001"),
    put(PEOPLE, 2, "gemeenten_uitgesloten", "SY0001"),
)

# What can only be judged after reading.
LATER = [
    Case("missing_table", "swap", "tiny-quota", both(), HOMES),
    Case(
        "setting_missing",
        "quota",
        "tiny-quota",
        without_setting("national_total"),
        HERE,
        0,
        "national_total",
    ),
    Case(
        "no_inhabitants",
        "quota",
        "tiny-quota",
        everywhere(WHERE, "inwoners", "0"),
        WHERE,
        0,
        "inwoners",
    ),
    Case("unknown_key", "quota", "tiny-quota", setting("key", '"inwonres"'), HERE, 0, "key"),
    Case(
        "rounding_needs_all",
        "quota",
        "tiny-quota",
        both(REGION, setting("rounding", '"grootste-rest"')),
        HERE,
        0,
        "rounding",
    ),
    Case(
        "quota_not_published",
        "quota",
        "tiny-quota",
        both(
            setting("scope", '"regio"'),
            without_setting("national_total"),
            table("vastgesteld.csv", PUBLISHED),
        ),
        "vastgesteld.csv",
    ),
    Case(
        "negative_quota",
        "quota",
        "tiny-quota",
        table("correcties.csv", {CODE: "SY0002", "correctie": "-3", "reden": "x"}),
        "correcties.csv",
    ),
    Case(
        "total_below_claims",
        "quota",
        "tiny-quota",
        setting("national_total", "3"),
        HERE,
        0,
        "national_total",
        4,
    ),
    Case("mixed_tables", "link", LINKING, REAL_PEOPLE, HERE),
    Case("synthetic_fit", "link", LINKING, REAL_FIT, "arbeidsmarkt.csv"),
    Case("no_open_municipality", "link", LINKING, CLOSED, PEOPLE, 0, "", 4),
    Case("conflict_dwellings", "link", "tiny-onmogelijk", both(), PEOPLE, 0, "", 4),
]

NOTICES = [
    Case(
        "published_leads",
        "quota",
        "tiny-quota",
        both(
            table("vastgesteld.csv", PUBLISHED),
            table("correcties.csv", {CODE: "SY0001", "correctie": "1", "reden": "x"}),
        ),
        "correcties.csv",
    ),
    Case(
        "published_sum",
        "quota",
        "tiny-quota",
        table("vastgesteld.csv", {**PUBLISHED, "taakstelling": "6"}),
        "vastgesteld.csv",
    ),
]
