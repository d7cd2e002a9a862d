"""A changed digit in any result table is found, also when the manifest's hash is made to match."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from allocator.verify import verify_result
from tests.cli.calling import Ran, call, copy_instance, spawn, tree

PLACES = 200
# `huishoudens` of overdrachten.csv is filled by the other instrument only.
NUMERIC = {
    "taakstellingen.csv": (
        "inwoners", "exact_aandeel", "formule", "correctie", "taakstelling", "vastgesteld",
    ),
    "overdrachten.csv": ("personen",),
    "na_uitruil.csv": (
        "taakstelling", "overdracht", "gewijzigde_taakstelling", "achterstand", "voorsprong",
        "plaatsbaar", "tekort_voor", "tekort_na",
    ),
    "koppelingen_per_gemeente.csv": ("huishoudens", "personen"),
    "vertrouwelijk/koppelvoorstel.csv": ("personen", "passing"),
    "vertrouwelijk/eerlijkheid.csv": (
        "groep", "huishoudens", "personen", "met_woning", "woning_mogelijk", "aandeel_woning",
        "passing", "beste_passing", "aandeel_passing", "punten", "beste_punten",
    ),
    # So few households that all else is hidden.
    "eerlijkheid_grootte.csv": ("groep",),
    "vuistregel.csv": (
        "huishoudens", "met_woning", "passing", "kilometers", "eigen_regio", "afwijking", "waarde",
    ),
    "fasering.csv": (
        "taakstelling", "doel", "gekoppeld", "voorgesteld", "op_tijd", "verschil", "eigen_regio",
        "huishoudens_tot_doel", "weken_tot_doel",
    ),
    "vertrouwelijk/verwachte_samenstelling.csv": (
        "personen", "huishoudens", "met_woning", "zonder_woning", "nareis",
    ),
    "vertrouwelijk/regievoerders.csv": ("personen", "weken_wachtend"),
    "kenmerken.csv": ("huishoudens", "groepen", "aandeel_passing", "aandeel_woning"),
}  # fmt: skip
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class Spot(NamedTuple):
    """One digit: file, row (the header is row 1), column, place in the cell."""

    file: str
    row: int
    column: str
    place: int


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result with every table, small enough to verify hundreds of times."""
    folder = tmp_path_factory.mktemp("small")
    ran = call("run", mixed_instance(folder), "--out", folder / "r")
    assert ran.code == 0, ran.err
    found = {(spot.file, spot.column) for spot in one_in_every_column(folder / "r")}
    assert found == {(file, column) for file, columns in NUMERIC.items() for column in columns}
    return folder / "r"


def mixed_instance(folder: Path) -> Path:
    """The instance of the links, with willingness that makes a swap and a household outside."""
    instance = copy_instance("tiny-koppel", folder)
    rows = "gemeente_code,extra_max,minder_max\nSY0001,4,0\nSY0002,0,4\nSY0003,0,0\n"
    (instance / "ruilruimte.csv").write_text(rows, encoding="utf-8")
    published = "gemeente_code,taakstelling,bron,datum\nSY0003,2,verzonnen,2020-10-01\n"
    (instance / "vastgesteld.csv").write_text(published, encoding="utf-8")
    with (instance / "aanbod.csv").open("a", encoding="utf-8") as stream:
        stream.write("SY0001,2p,3\n")
    return instance


def tables(folder: Path) -> list[str]:
    """Names of the result tables; those of the input are no claims of ours."""
    return [name for name in tree(folder) if name.endswith(".csv") and "invoer/" not in name]


def cells(folder: Path, file: str) -> list[list[str]]:
    text = (folder / file).read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def spots(folder: Path, file: str) -> Iterator[Spot]:
    header, *rows = cells(folder, file)
    for number, row in enumerate(rows, 2):
        for column, cell in zip(header, row, strict=True):
            if NUMBER.fullmatch(cell):
                digits = (i for i, sign in enumerate(cell) if sign.isdigit())
                yield from (Spot(file, number, column, place) for place in digits)


def change_digit(folder: Path, spot: Spot, chance: random.Random) -> None:
    rows = cells(folder, spot.file)
    column = rows[0].index(spot.column)
    cell = rows[spot.row - 1][column]
    other = chance.choice([digit for digit in "0123456789" if digit != cell[spot.place]])
    rows[spot.row - 1][column] = cell[: spot.place] + other + cell[spot.place + 1 :]
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    (folder / spot.file).write_text(stream.getvalue(), encoding="utf-8", newline="")


def correct_the_hash(folder: Path, file: str) -> None:
    path = folder / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    part = "inputs" if "invoer/" in file else "outputs"
    content[part][file] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8")


def unseen(folder: Path, places: list[Spot], work: Path, hashes_too: bool) -> list[Spot]:
    """The changed digits that the verifier lets pass; one at a time, each undone."""
    copy = Path(shutil.copytree(folder, work / "copy"))
    assert verify_result(copy) == ()
    chance, missed = random.Random(11), []
    for spot in places:
        change_digit(copy, spot, chance)
        if hashes_too:
            correct_the_hash(copy, spot.file)
        if not verify_result(copy):
            missed.append(spot)
        for name in (spot.file, "manifest.json"):
            shutil.copyfile(folder / name, copy / name)
    return missed


def one_in_every_column(folder: Path) -> list[Spot]:
    chance, found = random.Random(3), []
    for file in tables(folder):
        by_column: dict[str, list[Spot]] = {}
        for spot in spots(folder, file):
            by_column.setdefault(spot.column, []).append(spot)
        found += [chance.choice(options) for options in by_column.values()]
    return found


def at_random(folder: Path, count: int) -> list[Spot]:
    everything = [spot for file in tables(folder) for spot in spots(folder, file)]
    return random.Random(5).sample(everything, min(count, len(everything)))


@pytest.mark.parametrize("hashes_too", [False, True])
def test_one_digit_in_every_numeric_column_is_found(
    small: Path, hashes_too: bool, tmp_path: Path
) -> None:
    assert unseen(small, one_in_every_column(small), tmp_path, hashes_too) == []


def test_every_digit_of_a_small_result_is_found(small: Path, tmp_path: Path) -> None:
    """Each digit twice, so that it is not one lucky replacement that is seen."""
    places = [spot for file in tables(small) for spot in spots(small, file)] * 2
    assert len(places) >= PLACES
    assert unseen(small, places, tmp_path, True) == []


def test_some_digits_at_random_in_the_main_job_are_found(demo: Ran, tmp_path: Path) -> None:
    """The short form of the two below: verifying the whole nation takes its time."""
    assert demo.code == 0, demo.err
    assert unseen(demo.folder, at_random(demo.folder, 5), tmp_path, True) == []


@pytest.mark.nightly
def test_one_digit_in_every_numeric_column_of_the_main_job_is_found(
    demo: Ran, tmp_path: Path
) -> None:
    assert demo.code == 0, demo.err
    assert unseen(demo.folder, one_in_every_column(demo.folder), tmp_path, True) == []


@pytest.mark.nightly
def test_two_hundred_digits_at_random_in_the_main_job_are_found(demo: Ran, tmp_path: Path) -> None:
    assert demo.code == 0, demo.err
    assert unseen(demo.folder, at_random(demo.folder, PLACES), tmp_path, True) == []


def copied(demo: Ran, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo.folder, tmp_path / "copy"))


@pytest.mark.parametrize(
    ("file", "hashes_too"),
    [("taakstellingen.csv", False), ("vertrouwelijk/koppelvoorstel.csv", True)],
)
def test_the_command_says_where_and_ends_with_six(
    file: str, hashes_too: bool, demo: Ran, tmp_path: Path
) -> None:
    copy = copied(demo, tmp_path)
    change_digit(copy, next(spots(copy, file)), random.Random(1))
    if hashes_too:
        correct_the_hash(copy, file)
    ran = spawn("verify", copy)
    assert ran.code == 6
    assert Path(file).stem in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_a_missing_file_an_extra_file_and_a_changed_input_are_found(
    small: Path, tmp_path: Path
) -> None:
    def gone(copy: Path) -> None:
        (copy / "na_uitruil.csv").unlink()

    def extra(copy: Path) -> None:
        (copy / "meer.csv").write_text("a\n1\n", encoding="utf-8")

    def other_input(copy: Path) -> None:
        path = copy / "invoer" / "gemeenten.csv"
        path.write_bytes(path.read_bytes().replace(b"5000", b"5001", 1))

    def no_manifest(copy: Path) -> None:
        (copy / "manifest.json").unlink()

    def empty_table(copy: Path) -> None:
        (copy / "taakstellingen.csv").write_bytes(b"")
        correct_the_hash(copy, "taakstellingen.csv")

    for number, spoil in enumerate([gone, extra, other_input, no_manifest, empty_table]):
        copy = Path(shutil.copytree(small, tmp_path / str(number)))
        spoil(copy)
        ran = call("verify", copy)
        assert ran.code == 6, spoil.__name__
        assert "Traceback" not in ran.err


def test_an_input_changed_with_its_hash_no_longer_fits_the_result(
    small: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(small, tmp_path / "copy"))
    path = copy / "invoer" / "gemeenten.csv"
    path.write_bytes(path.read_bytes().replace(b"5000", b"9000", 1))
    correct_the_hash(copy, "invoer/gemeenten.csv")
    assert call("verify", copy).code == 6


def test_a_row_taken_out_of_a_table_is_found(small: Path, tmp_path: Path) -> None:
    for number, file in enumerate(tables(small)):
        if len(cells(small, file)) < 2:
            continue
        copy = Path(shutil.copytree(small, tmp_path / str(number)))
        lines = (copy / file).read_bytes().splitlines(keepends=True)
        (copy / file).write_bytes(b"".join(lines[:-1]))
        correct_the_hash(copy, file)
        assert call("verify", copy).code == 6, file


def test_the_inputs_of_the_instance_are_compared(small: Path, tmp_path: Path) -> None:
    same = mixed_instance(tmp_path / "same")
    assert call("verify", small, "--instance", same).code == 0
    other = mixed_instance(tmp_path / "other")
    path = other / "gemeenten.csv"
    path.write_bytes(path.read_bytes().replace(b"Gamma", b"Delta"))
    ran = call("verify", small, "--instance", other)
    assert ran.code == 6
    assert "gemeenten.csv" in ran.err
    assert "huishoudens.csv" not in ran.err


def test_shuffled_rows_are_still_the_inputs(small: Path, tmp_path: Path) -> None:
    same = mixed_instance(tmp_path)
    header, *rest = (same / "huishoudens.csv").read_bytes().splitlines(keepends=True)
    (same / "huishoudens.csv").write_bytes(header + b"".join(reversed(rest)))
    assert call("verify", small, "--instance", same).code == 0


def test_an_instance_that_is_refused_is_exit_three(small: Path, tmp_path: Path) -> None:
    assert call("verify", small, "--instance", tmp_path).code == 3


def test_verifying_changes_nothing(small: Path) -> None:
    before = tree(small)
    assert call("verify", small).code == 0
    assert tree(small) == before


def test_a_verified_folder_may_be_moved(small: Path, tmp_path: Path) -> None:
    moved = Path(shutil.copytree(small, tmp_path / "elders" / "anders"))
    assert call("verify", moved).code == 0
