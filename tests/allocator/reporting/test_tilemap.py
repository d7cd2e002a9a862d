from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from allocator.reporting.result import load_result
from allocator.reporting.tilemap import TileMap, class_breaks, tile_map
from allocator.reporting.voice import Voice
from tests.allocator.reporting.handmade import Handmade
from tests.allocator.reporting.nationwide import nationwide
from tests.allocator.reporting.page import dutch

NUMBER = re.compile(r"\d+,\d+")


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> TileMap:
    folder = nationwide().write(tmp_path_factory.mktemp("nl"))
    drawn = tile_map(load_result(folder), Voice("nl"))
    assert drawn is not None
    return drawn


def test_every_municipality_is_one_tile(national: TileMap) -> None:
    places = {(tile.x, tile.y) for tile in national.tiles}
    assert len(national.tiles) == len(places) == 352
    assert national.missing == 0


def test_no_tile_contradicts_the_legend(national: TileMap) -> None:
    borders = [dutch(NUMBER.findall(shade.label)[0]) for shade in national.legend[1:]]
    for tile in national.tiles:
        assert tile.shade == sum(dutch(tile.value) >= border for border in borders)
    counted = [int(shade.count.split()[0]) for shade in national.legend]
    shades = [tile.shade for tile in national.tiles]
    assert counted == [shades.count(shade.shade) for shade in national.legend]


def test_a_border_is_drawn_only_between_provinces(tmp_path: Path) -> None:
    parts = Handmade()
    for row in parts.tables["taakstellingen.csv"]:
        row["provincie_code"] = "PV28"
    drawn = tile_map(load_result(parts.write(tmp_path)), Voice("nl"))
    assert drawn is not None
    assert drawn.borders == ""


def test_equal_rates_make_one_class() -> None:
    assert class_breaks([Fraction(3, 4)] * 9) == []


def test_classes_are_of_about_equal_size() -> None:
    assert class_breaks([Fraction(rate) for rate in range(10)]) == [2, 4, 6, 8]


def test_municipalities_without_coordinates_are_counted_not_drawn(tmp_path: Path) -> None:
    parts = Handmade()
    parts.row("invoer/gemeenten.csv", "GM0003")["x_rd"] = ""
    drawn = tile_map(load_result(parts.write(tmp_path)), Voice("nl"))
    assert drawn is not None
    assert (len(drawn.tiles), drawn.missing) == (3, 1)


def test_too_many_municipalities_have_no_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = load_result(Handmade().write(tmp_path))
    monkeypatch.setattr("allocator.reporting.tilemap.MOST_TILES", 4)
    assert tile_map(result, Voice("nl")) is not None
    monkeypatch.setattr("allocator.reporting.tilemap.MOST_TILES", 3)
    assert tile_map(result, Voice("nl")) is None


def test_without_coordinates_there_is_no_map(tmp_path: Path) -> None:
    parts = Handmade()
    for row in parts.tables["invoer/gemeenten.csv"]:
        row["x_rd"] = ""
    assert tile_map(load_result(parts.write(tmp_path)), Voice("nl")) is None
