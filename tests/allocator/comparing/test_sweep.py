"""Grids and sweeps: which points there are, and the same bytes however the work is spread."""

from __future__ import annotations

import os
import re
from fractions import Fraction
from pathlib import Path

import pytest

from allocator.comparing import (
    KeyGrid,
    compare_keys,
    read_grid,
    sweep,
    sweep_files,
    sweep_manifest,
)
from allocator.comparing.grid import points_of
from allocator.comparing.sweep import _run
from allocator.errors import ConflictError, InputRefusedError, SolverGaveNothingError
from allocator.keys import read_key
from allocator.publishing import with_manifest
from allocator.reading import Instance, read_instance
from tests.allocator.comparing.cases import (
    CAPPED,
    MIX,
    NATIONAL,
    SIX,
    TABLES,
    key_file,
    make,
    rows_of,
    write_instance,
)


def grid(key: str, *axes: tuple[int, tuple[str, ...]], others: str = "naar_rato") -> KeyGrid:
    parts = tuple({"part": part, "weights": weights} for part, weights in axes)
    return KeyGrid.model_validate({"key": key, "others": others, "axis": parts})


def tenths(last: int = 10) -> tuple[str, ...]:
    return tuple(f"{i}/10" for i in range(last + 1))


def test_what_an_axis_leaves_is_shared_in_proportion(tmp_path: Path) -> None:
    key = read_key(key_file(tmp_path))  # 1/2, 3/10, 1/5
    points = points_of(grid(key.name, (1, ("0", "1/2", "1"))), key)
    assert points == [
        (0, Fraction(3, 5), Fraction(2, 5)),
        (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5)),
        (1, 0, 0),
    ]


def test_others_may_keep_their_own_weights(tmp_path: Path) -> None:
    key = read_key(key_file(tmp_path))
    points = points_of(grid(key.name, (1, ("0", "2")), others="vast"), key)
    assert points == [(0, Fraction(3, 10), Fraction(1, 5)), (2, Fraction(3, 10), Fraction(1, 5))]


def test_points_that_cannot_be_are_left_out_and_the_first_axis_is_slowest(tmp_path: Path) -> None:
    key = read_key(key_file(tmp_path))
    two = grid(key.name, (1, ("0", "1/2", "1")), (2, ("0", "1/2", "1")))
    assert [tuple(map(str, point)) for point in points_of(two, key)] == [
        ("0", "0", "1"), ("0", "1/2", "1/2"), ("0", "1", "0"),
        ("1/2", "0", "1/2"), ("1/2", "1/2", "0"), ("1", "0", "0"),
    ]  # fmt: skip
    everything = grid(key.name, *((part, ("0", "1/2", "1")) for part in (1, 2, 3)))
    assert len(points_of(everything, key)) == 6
    assert sweep(make(tmp_path), grid(key_file(tmp_path), (1, ("0", "2")))).left_out == 1


@pytest.mark.parametrize(
    ("axes", "code"),
    [
        (((4, ("0",)),), "grid_part"),
        (((1, ("0",)), (1, ("1",))), "grid_part"),
        (((1, ("-1/10",)),), "grid_negative"),
        (((1, ("2",)),), "grid_empty"),
        (((1, tuple(["0"] * 400)), (2, tuple(["0"] * 400))), "grid_too_large"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(
    tmp_path: Path, axes: tuple[tuple[int, tuple[str, ...]], ...], code: str
) -> None:
    key = read_key(key_file(tmp_path))
    with pytest.raises(InputRefusedError) as caught:
        points_of(grid(key.name, *axes), key)
    assert [finding.code for finding in caught.value.findings] == [code]


def test_a_grid_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "raster.toml"
    path.write_text(
        'key = "mix"\nothers = "vast"\n[[axis]]\npart = 2\nweights = ["0", 1, "0.25"]\n',
        encoding="utf-8",
    )
    found = read_grid(path)
    assert found.others == "vast"
    assert found.axis[0].weights == ("0", "1", "1/4")
    assert found.size == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("key = [", "bad_toml"),
        ('key = "mix"', "setting_missing"),
        ('key = "mix"\n[[axis]]\npart = 0\nweights = ["1"]\n', "setting_low"),
        ('key = "mix"\n[[axis]]\npart = 1\nweights = [0.1]\n', "setting_not_exact"),
        ('key = "mix"\nothers = "soms"\n[[axis]]\npart = 1\nweights = ["1"]\n', "setting_choice"),
    ],
)
def test_a_file_that_is_no_grid_is_refused(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "raster.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputRefusedError) as caught:
        read_grid(path)
    assert caught.value.findings[0].code == code


def test_a_missing_grid_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError):
        read_grid(tmp_path / "nergens.toml")


def weighted(*weights: Fraction) -> str:
    """The mixture with these weights."""
    head, *parts = MIX.split("[[parts]]")
    own = re.compile(r'weight = "[^"]*"')
    pairs = zip(parts, weights, strict=True)
    return "[[parts]]".join([head, *(own.sub(f'weight = "{w}"', part) for part, w in pairs)])


def test_a_point_is_the_key_with_those_weights(tmp_path: Path) -> None:
    instance = make(tmp_path)
    table = sweep(instance, grid(key_file(tmp_path), (2, tenths())))
    for point, weight in zip(table.points, range(11), strict=True):
        assert point.weights[1] == Fraction(weight, 10)
        path = key_file(tmp_path, weighted(*point.weights), "punt.toml")
        own = compare_keys(instance, (path,)).divisions[1]
        assert point.persons == own.persons
        assert point.higher == sum(change > 0 for change in own.difference)
        assert point.lower == sum(change < 0 for change in own.difference)
    assert len({point.persons for point in table.points}) == 11


def test_caps_take_the_slow_road_to_the_same_kind_of_answer(tmp_path: Path) -> None:
    instance = make(tmp_path)
    table = sweep(instance, grid(key_file(tmp_path, CAPPED), (1, ("1/4", "1/2"))))
    own = compare_keys(instance, (key_file(tmp_path, CAPPED),)).divisions[1]
    assert table.points[1].weights == (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5))
    assert table.points[1].persons == own.persons


def test_the_range_names_the_first_point_of_least_and_most(tmp_path: Path) -> None:
    table = sweep(make(tmp_path), grid(key_file(tmp_path), (2, tenths())))
    for i, own in enumerate(table.ranges):
        persons = [point.persons[i] for point in table.points]
        assert (own.least, own.most) == (min(persons), max(persons))
        assert persons[own.least_at - 1] == own.least
        assert own.least not in persons[: own.least_at - 1]
        assert own.most not in persons[: own.most_at - 1]


def national(folder: Path) -> tuple[Instance, KeyGrid]:
    """The country over 80 points: three chunks."""
    text = MIX.replace("huizen", "woningen")
    axis = (2, tuple(f"{i}/100" for i in range(80)))
    return read_instance(NATIONAL, TABLES), grid(key_file(folder, text), axis)


def test_workers_change_nothing(tmp_path: Path) -> None:
    instance, own = national(tmp_path)
    told: list[list[tuple[int, int]]] = [[], []]
    serial = sweep(instance, own, on_progress=lambda *done: told[0].append(done))
    parallel = sweep(instance, own, workers=2, on_progress=lambda *done: told[1].append(done))
    assert sweep_files(serial) == sweep_files(parallel)
    assert sweep_manifest(serial, "nl") == sweep_manifest(parallel, "nl")
    assert told[0] == told[1] == [(32, 80), (64, 80), (80, 80)]
    assert all(sum(point.persons) == 13_500 for point in serial.points)


def test_rows_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    own = grid(key_file(tmp_path), (2, tenths()))
    one = sweep_files(sweep(make(tmp_path / "a"), own))
    other = sweep_files(sweep(make(tmp_path / "b", tuple(reversed(SIX))), own))
    assert one == other


def test_the_tables_say_what_the_points_are(tmp_path: Path) -> None:
    table = sweep(make(tmp_path), grid(key_file(tmp_path), (2, tenths())))
    files = with_manifest(sweep_files(table), sweep_manifest(table, "nl"))
    points = rows_of(files["raster_punten.csv"])
    assert [row["punt"] for row in points] == [str(i) for i in range(1, 12)]
    assert points[5]["gewicht_2"] == "1/2"
    for row in points:
        assert int(row["hoger"]) + int(row["lager"]) + int(row["gelijk"]) == 6
    persons = rows_of(files["raster_personen.csv"])
    assert sum(int(row["personen"]) for row in persons) == 11 * 1_000
    for row in rows_of(files["raster.csv"]):
        assert int(row["spreiding"]) == int(row["hoogste"]) - int(row["laagste"])
    assert str(tmp_path).encode() not in b"".join(files.values())
    assert {"invoer/raster.toml", "invoer/sleutels/mix.toml", "certificaat.json"} <= set(files)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_total_below_the_claims_is_a_conflict_at_home_and_away(
    tmp_path: Path, workers: int
) -> None:
    # Five persons for six municipalities. In the law's key one of them has no inhabitants.
    rows = [{**row, "inwoners": row["inwoners"] if i else 0} for i, row in enumerate(SIX)]
    own = grid(key_file(tmp_path), (3, ("0", "1")))
    with pytest.raises(ConflictError) as caught:
        sweep(make(tmp_path, rows, total=5), own, workers=workers)
    assert caught.value.findings[0].code == "total_below_claims"


@pytest.mark.parametrize("workers", [1, 2])
def test_refusals_of_a_worker_come_home(tmp_path: Path, workers: int) -> None:
    # Only the capped part has weight, and its cap is a fraction of nothing.
    own = grid(key_file(tmp_path, CAPPED), (1, ("0",)), (2, ("0",)))
    with pytest.raises(InputRefusedError) as caught:
        sweep(make(tmp_path), own, workers=workers)
    assert [finding.code for finding in caught.value.findings] == ["key_without_weight"]


def test_a_region_and_a_missing_indicator_are_refused(tmp_path: Path) -> None:
    region = read_instance(write_instance(tmp_path / "r", scope="regio"), TABLES)
    with pytest.raises(InputRefusedError) as caught:
        sweep(region, grid("inwoners", (1, ("1",))))
    assert caught.value.findings[0].code == "compare_needs_country"
    with pytest.raises(InputRefusedError) as missing:
        sweep(make(tmp_path / "l"), grid("koenigstein", (1, ("1",))), workers=2)
    assert missing.value.findings[0].code == "indicator_missing"


def test_a_worker_that_dies_is_no_answer() -> None:
    with pytest.raises(SolverGaveNothingError):
        list(_run(os._exit, [3, 3], 2))  # type: ignore[arg-type, list-item]
