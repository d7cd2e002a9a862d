"""One change of the input with a known effect, and no other effect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.calling import (
    Row,
    call,
    change_table,
    copy_instance,
    manifest,
    read_table,
    tree,
    write_table,
)

Change = Callable[[Path], None]
SHOWN = {"rapport.html", "werkboek.xlsx"}
LINKS = "vertrouwelijk/koppelvoorstel.csv"


def unchanged(_folder: Path) -> None:
    """The instance as it is."""


def result(command: str, name: str, change: Change, folder: Path) -> Path:
    instance = copy_instance(name, folder / "in")
    change(instance)
    ran = call(command, instance, "--out", folder / "r")
    assert ran.code == 0, ran.err
    return ran.folder


def pair(command: str, name: str, change: Change, folder: Path) -> tuple[Path, Path]:
    return (
        result(command, name, unchanged, folder / "plain"),
        result(command, name, change, folder / "other"),
    )


def cells(path: Path, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in read_table(path)]


def rename(folder: Path) -> None:
    change_table(
        folder / "gemeenten.csv",
        lambda rows: [{**row, "gemeente": f"{row['gemeente'][::-1]} (nieuw)"} for row in rows],
    )


JOBS = [
    ("quota", "nl-2021-1"),
    ("swap", "tiny-ruil"),
    ("run", "tiny-koppel"),
]


@pytest.mark.parametrize(("command", "name"), JOBS)
def test_new_names_change_nothing_but_names(command: str, name: str, tmp_path: Path) -> None:
    plain, other = (tree(folder) for folder in pair(command, name, rename, tmp_path))
    differ = {file for file in plain.keys() | other.keys() if plain.get(file) != other.get(file)}
    assert differ - SHOWN == {"invoer/gemeenten.csv", "taakstellingen.csv", "manifest.json"}
    folders = tmp_path / "plain" / "r", tmp_path / "other" / "r"
    for file in ("invoer/gemeenten.csv", "taakstellingen.csv"):
        one, two = (read_table(folder / file) for folder in folders)
        assert [without(row, "gemeente") for row in one] == [
            without(row, "gemeente") for row in two
        ]
        assert all(a["gemeente"] != b["gemeente"] for a, b in zip(one, two, strict=True))
    assert without_hashes(folders[0]) == without_hashes(folders[1])


def without(row: Row, column: str) -> Row:
    return {name: value for name, value in row.items() if name != column}


def without_hashes(folder: Path) -> dict[str, object]:
    content = manifest(folder)
    return {name: value for name, value in content.items() if name not in {"inputs", "outputs"}}


def double(folder: Path) -> None:
    change_table(
        folder / "gemeenten.csv",
        lambda rows: [{**row, "inwoners": str(2 * int(row["inwoners"]))} for row in rows],
    )


@pytest.mark.parametrize("rounding", ["wettelijk", "sluitend", "grootste-rest", "hill"])
@pytest.mark.parametrize("name", ["nl-2021-1", "tiny-quota"])
def test_twice_the_inhabitants_everywhere_leaves_every_quota(
    name: str, rounding: str, tmp_path: Path
) -> None:
    def change(folder: Path) -> None:
        set_rounding(folder, rounding)
        double(folder)

    plain, other = (
        cells(
            result("quota", name, each, tmp_path / place) / "taakstellingen.csv",
            "gemeente_code",
            "exact_aandeel",
            "formule",
            "taakstelling",
        )
        for place, each in [("plain", lambda f: set_rounding(f, rounding)), ("other", change)]
    )
    assert plain == other


def set_rounding(folder: Path, rounding: str) -> None:
    path = folder / "instance.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('rounding = "sluitend"', f'rounding = "{rounding}"'), "utf-8")


def add_dwelling_for_nobody(folder: Path) -> None:
    """A class for nine persons and more, where no household is that large."""
    change_table(folder / "woningklassen.csv", lambda rows: [*rows, like(rows[0], LARGE)])
    change_table(
        folder / "aanbod.csv",
        lambda rows: [*rows, like(rows[0], {"woningklasse": "9p", "aantal": "3"})],
    )


LARGE = {"woningklasse": "9p", "personen_min": "9", "personen_max": "12", "personen_gepland": "9"}


def like(row: Row, filled: Row) -> Row:
    """A row with the columns of another."""
    return {
        name: filled.get(name, value if name == "gemeente_code" else "")
        for name, value in row.items()
    }


def test_a_dwelling_that_fits_nobody_changes_no_link(tmp_path: Path) -> None:
    plain, other = pair("link", "tiny-koppel", add_dwelling_for_nobody, tmp_path)
    assert (plain / LINKS).read_bytes() == (other / LINKS).read_bytes()
    assert manifest(plain)["stages"] == manifest(other)["stages"]
    counts = read_table(other / "koppelingen_per_gemeente.csv")
    assert [row for row in counts if row["woningklasse"] != "9p"] == read_table(
        plain / "koppelingen_per_gemeente.csv"
    )
    assert {row["huishoudens"] for row in counts if row["woningklasse"] == "9p"} == {"0"}


def add_dwelling_of_none(folder: Path) -> None:
    change_table(
        folder / "aanbod.csv",
        lambda rows: [*rows, like(rows[0], {"woningklasse": "1p", "aantal": "0"})],
    )


def test_a_row_of_no_dwellings_changes_no_link(tmp_path: Path) -> None:
    plain, other = pair("link", "tiny-koppel", add_dwelling_of_none, tmp_path)
    for file in (LINKS, "koppelingen_per_gemeente.csv", "certificaat.json"):
        assert (plain / file).read_bytes() == (other / file).read_bytes(), file


STRANGER = "SY0005"


def add_municipality_that_does_not_trade(folder: Path) -> None:
    """Nobody lives there, so it gets no quota; it has supply, but neither gives nor takes."""
    new = {"gemeente_code": STRANGER, "gemeente": "Epsilon", "provincie_code": "PV01"}
    change_table(
        folder / "gemeenten.csv", lambda rows: [*rows, like_all(rows[0], {**new, "inwoners": "0"})]
    )
    limits = {"gemeente_code": STRANGER, "extra_max": "0", "minder_max": "0"}
    change_table(folder / "ruilruimte.csv", lambda rows: [*rows, like_all(rows[0], limits)])
    homes = {"gemeente_code": STRANGER, "woningklasse": "4p", "aantal": "9"}
    change_table(folder / "aanbod.csv", lambda rows: [*rows, like_all(rows[0], homes)])


def like_all(row: Row, filled: Row) -> Row:
    return {name: filled.get(name, "") for name in row}


def test_a_municipality_that_may_not_trade_changes_no_deal(tmp_path: Path) -> None:
    plain, other = pair("swap", "tiny-ruil", add_municipality_that_does_not_trade, tmp_path)
    assert read_table(plain / "overdrachten.csv") == read_table(other / "overdrachten.csv")
    assert read_table(plain / "overdrachten.csv")
    rows = read_table(other / "na_uitruil.csv")
    (stranger,) = (row for row in rows if row["gemeente_code"] == STRANGER)
    assert (stranger["overdracht"], stranger["taakstelling"]) == ("0", "0")
    assert [row for row in rows if row is not stranger] == read_table(plain / "na_uitruil.csv")


def test_a_missing_row_of_limits_is_a_limit_of_zero(tmp_path: Path) -> None:
    def drop(folder: Path) -> None:
        change_table(
            folder / "ruilruimte.csv",
            lambda rows: [row for row in rows if row["gemeente_code"] != "SY0003"],
        )

    def zero(folder: Path) -> None:
        change_table(
            folder / "ruilruimte.csv",
            lambda rows: [
                {**row, "minder_max": "0"} if row["gemeente_code"] == "SY0003" else row
                for row in rows
            ],
        )

    dropped = result("swap", "tiny-ruil", drop, tmp_path / "drop")
    zeroed = result("swap", "tiny-ruil", zero, tmp_path / "zero")
    for file in ("overdrachten.csv", "na_uitruil.csv", "certificaat.json"):
        assert (dropped / file).read_bytes() == (zeroed / file).read_bytes(), file


def turn_columns(folder: Path) -> None:
    for path in folder.glob("*.csv"):
        change_table(path, lambda rows: [dict(reversed(row.items())) for row in rows])


@pytest.mark.parametrize(("command", "name"), JOBS)
def test_the_order_of_columns_changes_not_a_byte(command: str, name: str, tmp_path: Path) -> None:
    plain, other = pair(command, name, turn_columns, tmp_path)
    assert tree(plain) == tree(other)


def test_a_swap_that_is_booked_and_undone_gives_the_quotas_back(tmp_path: Path) -> None:
    """The changed quotas, as published, minus the deltas, are the quotas there were."""
    before = result("swap", "tiny-ruil", unchanged, tmp_path / "before")
    changed = cells(before / "na_uitruil.csv", "gemeente_code", "gewijzigde_taakstelling")
    deltas = {
        row["gemeente_code"]: int(row["overdracht"])
        for row in read_table(before / "na_uitruil.csv")
    }

    def book(folder: Path) -> None:
        published = {"bron": "uitruil", "datum": "2021-01-01"}
        write_table(
            folder / "vastgesteld.csv",
            [
                {"gemeente_code": code, "taakstelling": value, **published}
                for code, value in changed
            ],
        )

    after = result("quota", "tiny-ruil", book, tmp_path / "after")
    rows = read_table(after / "taakstellingen.csv")
    assert [int(row["taakstelling"]) - deltas[row["gemeente_code"]] for row in rows] == [
        int(row["formule"]) for row in rows
    ]


def test_one_person_more_in_the_nation_lowers_nobody(tmp_path: Path) -> None:
    def more(folder: Path) -> None:
        path = folder / "instance.toml"
        text = path.read_text(encoding="utf-8")
        assert "national_total = 13500" in text
        path.write_text(text.replace("national_total = 13500", "national_total = 13501"), "utf-8")

    plain, other = pair("quota", "nl-2021-1", more, tmp_path)
    one, two = (
        cells(f / "taakstellingen.csv", "gemeente_code", "taakstelling") for f in (plain, other)
    )
    gained = [int(b[1]) - int(a[1]) for a, b in zip(one, two, strict=True)]
    assert sorted(gained)[0] == 0
    assert sum(gained) == 1


def test_a_dwelling_more_where_one_lacked_never_makes_the_plan_worse(tmp_path: Path) -> None:
    def more(folder: Path) -> None:
        change_table(
            folder / "aanbod.csv",
            lambda rows: [
                *rows,
                like_all(rows[0], {"gemeente_code": "SY0002", "woningklasse": "4p", "aantal": "1"}),
            ],
        )

    plain, other = pair("link", "tiny-koppel", more, tmp_path)
    before, after = (objective(folder) for folder in (plain, other))
    assert after > before
    needed = [row["woning_in_zicht"] for row in read_table(other / LINKS)]
    assert needed.count("nee") == 0


def objective(folder: Path) -> int:
    (stage,) = (s for s in manifest(folder)["stages"] if s["name"] == "koppeling")
    return int(stage["objective"])
