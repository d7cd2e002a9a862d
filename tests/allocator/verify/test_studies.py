"""Comparisons, sweeps, past half-years and annexes: a digit changed anywhere is noticed."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from allocator.verify import check_names, verify_result
from tests.allocator.comparing.cases import CAPPED, ROOT, key_file, write_instance
from tests.allocator.verify.handmade.case import json_text, rehash
from tests.cli.calling import Row, call, change_table, copy_instance

GRID = """\
key = "{key}"

[[axis]]
part = 1
weights = ["0", "1/7", "1"]

[[axis]]
part = 3
weights = ["0", "1/2"]
"""


def compare(place: Path) -> Path:
    instance = write_instance(place / "in")
    keys = (key_file(place), key_file(place, CAPPED, "top.toml"), "corporatiewoningen=webster")
    return made(place, "compare", instance, *(x for key in keys for x in ("--key", key)))


def sweep(place: Path) -> Path:
    instance = write_instance(place / "in")
    grid = place / "raster.toml"
    grid.write_text(GRID.format(key=Path(key_file(place)).as_posix()), encoding="utf-8")
    return made(place, "sweep", instance, grid)


def backtest(place: Path) -> Path:
    """One of the half-years, with a key beside the law's."""
    folder = shutil.copytree(ROOT / "instances" / "backtest-2019-2021", place / "in")
    kept = re.compile("halfjaar|2019-2")
    for path in folder.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if kept.match(line)), encoding="utf-8")
    return made(place, "backtest", folder, "--key", "corporatiewoningen")


def annex(place: Path) -> Path:
    instance = write_instance(place / "in")
    (instance / "correcties.csv").write_text(
        "gemeente_code,correctie,reden\nSY0001,5,proef\n", encoding="utf-8"
    )
    (instance / "vastgesteld.csv").write_text(
        "gemeente_code,taakstelling,bron,datum\nSY0002,77,proef,2020-10-01\n", encoding="utf-8"
    )
    folder = made(place, "quota", instance)
    assert call("annex", folder).code == 0
    return folder


def potential(place: Path) -> Path:
    """With less room in the scenario laag than in midden."""
    instance = copy_instance("tiny-ruil", place / "in")

    def less(rows: list[Row]) -> list[Row]:
        return [{**row, "laag": str(max(0, int(row["aantal"]) - 2))} for row in rows]

    change_table(instance / "aanbod.csv", less)
    return made(place, "potential", instance)


def wishes(place: Path) -> Path:
    """More is offered than asked for, and the order decides over a last person."""
    instance = copy_instance("tiny-ruil", place / "in")
    stated = {"SY0001": "-8", "SY0002": "3", "SY0003": "-2", "SY0004": "5"}

    def wish(rows: list[Row]) -> list[Row]:
        return [{**row, "wens": stated[row["gemeente_code"]]} for row in rows]

    change_table(instance / "ruilruimte.csv", wish)
    return made(place, "wishes", instance)


def made(place: Path, *words: object) -> Path:
    ran = call(*words, "--out", place / "out")
    assert ran.code == 0, ran.err
    return ran.folder


MADE: dict[str, Callable[[Path], Path]] = {
    "compare": compare,
    "sweep": sweep,
    "backtest": backtest,
    "annex": annex,
    "potential": potential,
    "wishes": wishes,
}


def ends(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The first and the last field of every column: the short form."""
    first = {j: (i, j) for i, j in reversed(places)}
    return sorted({*first.values(), *{j: (i, j) for i, j in places}.values()})


def cells(folder: Path, name: str) -> list[tuple[int, int]]:
    """Every field with a digit in it, by row and column."""
    rows = table(folder, name)
    return [
        (i, j)
        for i, row in enumerate(rows[1:], 1)
        for j, field in enumerate(row)
        if re.search("[0-9]", field)
    ]


def table(folder: Path, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO((folder / name).read_text(encoding="utf-8"))))


def is_noticed(folder: Path, name: str, i: int, j: int) -> bool:
    """Change the last digit of a field, correct the hashes, look, and put it back."""
    saved = {path: path.read_bytes() for path in (folder / name, folder / "manifest.json")}
    rows = table(folder, name)
    at = max(match.start() for match in re.finditer("[0-9]", rows[i][j]))
    other = "3" if rows[i][j][at] != "3" else "4"
    rows[i][j] = rows[i][j][:at] + other + rows[i][j][at + 1 :]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    (folder / name).write_text(out.getvalue(), encoding="utf-8")
    rehash(folder)
    noticed = bool(verify_result(folder))
    for path, content in saved.items():
        path.write_bytes(content)
    return noticed


def test_what_the_commands_write_is_in_order(tmp_path: Path) -> None:
    for name, make in MADE.items():
        folder = make(tmp_path / name)
        assert verify_result(folder) == ()
        assert len(check_names(folder)) > 3


@pytest.mark.parametrize("kind", MADE)
def test_a_digit_changed_in_any_column_is_noticed(kind: str, tmp_path: Path) -> None:
    look(MADE[kind](tmp_path), ends)


@pytest.mark.nightly
@pytest.mark.parametrize("kind", MADE)
def test_a_digit_changed_in_any_field_is_noticed(kind: str, tmp_path: Path) -> None:
    look(MADE[kind](tmp_path), list)


Places = list[tuple[int, int]]


def look(folder: Path, choose: Callable[[Places], Places]) -> None:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*.csv"))
    missed, names = [], sorted(name for name in found if "invoer/" not in name)
    for name in names:
        places = choose(cells(folder, name))
        assert places, name
        for i, j in places:
            if not is_noticed(folder, name, i, j):
                missed.append((name, table(folder, name)[i], j))
    assert missed == []
    assert verify_result(folder) == ()


def leaves(content: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if not isinstance(content, dict | list):
        return [way] if re.search("[0-9]", str(content)) else []
    items = content.items() if isinstance(content, dict) else enumerate(content)
    return [leaf for key, value in items for leaf in leaves(value, (*way, key))]


@pytest.mark.parametrize("kind", ["compare", "sweep"])
def test_a_digit_changed_in_any_proof_is_noticed(kind: str, tmp_path: Path) -> None:
    folder = MADE[kind](tmp_path)
    path = folder / "certificaat.json"
    before = path.read_text(encoding="utf-8")
    ways = leaves(json.loads(before))
    assert len(ways) > 4
    for way in ways:
        content = json.loads(before)
        place = content
        for key in way[:-1]:
            place = place[key]
        text = re.sub("[0-9]", lambda digit: "3" if digit[0] != "3" else "4", str(place[way[-1]]))
        place[way[-1]] = int(text) if isinstance(place[way[-1]], int) else text
        path.write_text(json_text(content), encoding="utf-8")
        rehash(folder)
        assert verify_result(folder), way
    path.write_text(before, encoding="utf-8")
    rehash(folder)
    assert verify_result(folder) == ()


# what is done to a comparison, and one of the failures that must be named
WRONG: dict[str, tuple[Callable[[Path], Any], str]] = {
    "another weight in a key": (
        lambda f: replace(f / "invoer/sleutels/mix.toml", "1/5", "1/4"),
        "V11A",
    ),
    "a key under another name": (
        lambda f: replace(f / "invoer/sleutels/mix.toml", '"mix"', '"max"'),
        "V11A",
    ),
    "a law that is not the law": (
        lambda f: replace(f / "invoer/sleutels/inwoners.toml", '"inwoners"\n', '"huizen"\n'),
        "V11A",
    ),
    "a key gone": (lambda f: (f / "invoer/sleutels/mix.toml").unlink(), "V11A"),
    "a key too many": (
        lambda f: shutil.copy(f / "invoer/sleutels/mix.toml", f / "invoer/sleutels/mux.toml"),
        "V11A",
    ),
    "another rounding": (
        lambda f: replace(f / "manifest.json", '"webster"', '"jefferson"'),
        "V2D",
    ),
    "a column that is gone": (
        lambda f: replace(f / "vergelijking_maten.csv", ",exact,", ",precies,"),
        "V9B",
    ),
    "a file that does not belong": (
        lambda f: (f / "raster.csv").write_text("x\n", encoding="utf-8"),
        "V1B",
    ),
    "a table gone": (lambda f: (f / "vergelijking_groepen.csv").unlink(), "V1A"),
}


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, "nothing would change"
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_comparison_is_caught(name: str, tmp_path: Path) -> None:
    folder = compare(tmp_path)
    sabotage, code = WRONG[name]
    sabotage(folder)
    rehash(folder)
    failures = verify_result(folder)
    assert code in {failure.code for failure in failures}, failures
