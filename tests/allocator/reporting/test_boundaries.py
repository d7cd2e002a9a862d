"""A map from boundaries that a user gives: files as people have them, and as they should not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from allocator.errors import InputRefusedError
from allocator.reporting import boundaries
from allocator.reporting.boundaries import draw, read_boundaries
from allocator.reporting.html import report_page
from allocator.reporting.result import load_result
from tests.allocator.reporting.handmade import Handmade
from tests.allocator.reporting.page import Page
from tests.cli.calling import call

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
CODES = {"GM0001", "GM0002", "GM0003", "GM0004"}


def moved(ring: list[list[float]], east: float, north: float = 0) -> list[list[float]]:
    return [[x + east, y + north] for x, y in ring]


def feature(code: str, ring: list[list[float]], name: str = "gemeente_code") -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {name: code}, "geometry": geometry}


def put(path: Path, features: list[dict[str, Any]]) -> Path:
    content = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def codes_of(error: InputRefusedError) -> list[str]:
    return [finding.code for finding in error.findings]


def numbers(path: str) -> list[float]:
    return [float(value) for value in re.findall(r"-?\d+(?:\.\d+)?", path)]


def test_every_municipality_with_a_boundary_is_one_area_on_the_page(tmp_path: Path) -> None:
    folder = Handmade().write(tmp_path / "r")
    features = [feature(f"GM000{i}", moved(SQUARE, i)) for i in (1, 2, 3)]
    file = put(tmp_path / "grenzen.geojson", [*features, feature("GM9999", SQUARE)])
    page = report_page(load_result(folder), "nl", boundaries=file)
    drawing = page[page.index('id="grenzen"') :]
    drawing = drawing[: drawing.index("</section>")]
    assert drawing.count("<path") == 3
    assert "Grenzen uit grenzen.geojson" in drawing
    assert "Zonder grens in dat bestand: 1 gemeente" in drawing
    assert "GM9999" not in page
    Page(page)


def test_without_a_file_there_is_no_second_map(tmp_path: Path) -> None:
    page = report_page(load_result(Handmade().write(tmp_path)), "nl")
    assert 'id="grenzen"' not in page


def test_north_is_up_and_east_is_right() -> None:
    shapes = {
        "A": [[(0.0, 50.0), (1.0, 50.0), (1.0, 51.0)]],
        "B": [[(5.0, 52.0), (6.0, 52.0), (6.0, 53.0)]],
    }
    paths, height = draw(shapes)
    a, b = numbers(paths["A"]), numbers(paths["B"])
    assert max(a[::2]) < min(b[::2])
    assert min(a[1::2]) > max(b[1::2])
    assert max(a[1::2]) <= height


def test_degrees_are_flattened_and_metres_are_not() -> None:
    degrees = draw({"A": [[(5.0, 52.0), (6.0, 52.0), (6.0, 53.0), (5.0, 53.0)]]})
    metres = draw({"A": [[(100000.0, 400000.0), (200000.0, 400000.0), (200000.0, 500000.0)]]})
    assert degrees[1] > 1.5 * boundaries.WIDTH
    assert abs(metres[1] - boundaries.WIDTH) <= 1


def test_an_island_too_small_to_draw_stays_a_dot() -> None:
    far = [(0.0, 0.0), (100000.0, 0.0), (100000.0, 100000.0)]
    paths, _ = draw({"A": [far], "B": [[(10.0, 10.0), (11.0, 10.0), (11.0, 11.0)]]})
    assert paths["B"].startswith("M")
    assert len(set(zip(numbers(paths["B"])[::2], numbers(paths["B"])[1::2], strict=True))) == 4


def test_many_points_are_drawn_coarser_until_the_page_stays_light(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ring = [(float(i), float((i * 7919) % 1000)) for i in range(1000)]
    fine, _ = draw({"A": [ring]})
    monkeypatch.setattr(boundaries, "LONGEST", 10)
    coarse, _ = draw({"A": [ring]})
    assert len(coarse["A"]) < len(fine["A"])


@pytest.mark.parametrize("name", ["statcode", "STATCODE", "GM_CODE", "gemeentecode"])
def test_the_names_that_published_files_use_are_known(name: str, tmp_path: Path) -> None:
    found = read_boundaries(put(tmp_path / "g.json", [feature("GM0001", SQUARE, name)]), CODES)
    assert set(found) == {"GM0001"}


def test_parts_of_one_municipality_belong_together(tmp_path: Path) -> None:
    several = feature("GM0001", SQUARE)
    several["geometry"] = {"type": "MultiPolygon", "coordinates": [[SQUARE], [moved(SQUARE, 3)]]}
    file = put(tmp_path / "g.json", [several, feature("GM0001", moved(SQUARE, 9))])
    assert len(read_boundaries(file, CODES)["GM0001"]) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "boundaries_bad"),
        ("[]", "boundaries_bad"),
        ("{}", "boundaries_bad"),
        ('{"features": [1]}', "boundaries_bad"),
        ("[" * 100_000, "boundaries_bad"),
        (json.dumps({"features": [feature("GM9999", SQUARE)]}), "boundaries_of_others"),
        (json.dumps({"features": []}), "boundaries_of_others"),
        (json.dumps({"features": [feature("GM0001", [[0, float("nan")]])]}), "boundaries_bad"),
        (
            json.dumps({"features": [{
                "properties": {"code": "GM0001"},
                "geometry": {"type": "Point", "coordinates": [1, 2]},
            }]}),
            "boundaries_bad",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_no_map_is_refused_by_name(content: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "g.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputRefusedError) as refused:
        read_boundaries(tmp_path / "g.json", CODES)
    assert codes_of(refused.value) == [code]


def test_a_file_that_is_not_there_is_refused_and_the_result_stays(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as refused:
        read_boundaries(tmp_path / "none.json", CODES)
    assert codes_of(refused.value) == ["boundaries_unreadable"]
    out = tmp_path / "q"
    assert call("quota", "tiny-quota", "--out", out).code == 0
    assert call("report", out, "--grenzen", tmp_path / "none.json").code == 3
    assert not (out / "rapport.html").exists()
    assert call("verify", out).code == 0


def test_the_command_draws_the_map(tmp_path: Path) -> None:
    out = tmp_path / "q"
    assert call("quota", "tiny-quota", "--out", out).code == 0
    file = put(tmp_path / "g.json", [feature(f"SY000{i}", moved(SQUARE, i)) for i in range(1, 5)])
    assert call("report", out, "--grenzen", file).code == 0
    assert 'id="grenzen"' in (out / "rapport.html").read_text(encoding="utf-8")
    assert call("verify", out).code == 0
