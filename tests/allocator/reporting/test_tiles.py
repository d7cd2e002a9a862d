from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.reporting.tiles import lay_out
from tests.allocator.reporting.nationwide import read

POINTS = st.lists(
    st.tuples(st.integers(0, 300_000), st.integers(300_000, 620_000)), min_size=1, max_size=30
)


@settings(max_examples=40, deadline=None)
@given(POINTS)
def test_every_place_gets_a_cell_of_its_own(points: list[tuple[int, int]]) -> None:
    cells = lay_out(points)
    assert len(set(cells)) == len(points)
    assert min(column for column, _ in cells) == 0
    assert min(row for _, row in cells) == 0


def test_no_places_need_no_cells() -> None:
    assert lay_out([]) == ()


def test_the_north_is_up_and_the_east_is_right() -> None:
    north, south = lay_out([(0, 100), (0, 0)])
    assert north[1] < south[1]
    west, east = lay_out([(0, 0), (50, 0)])
    assert west[0] < east[0]


def test_most_neighbours_stay_neighbours() -> None:
    rows = read("gemeenten.csv")
    cells = lay_out([(int(row["x_rd"]), int(row["y_rd"])) for row in rows])
    place = {row["gemeente_code"]: cell for row, cell in zip(rows, cells, strict=True)}
    steps = []
    for pair in read("buren.csv"):
        (a, b), (c, d) = place[pair["gemeente_code_a"]], place[pair["gemeente_code_b"]]
        steps.append(max(abs(a - c), abs(b - d)))
    assert sum(step <= 1 for step in steps) > 0.75 * len(steps)
    assert sum(step <= 2 for step in steps) > 0.97 * len(steps)


def test_the_layout_is_the_same_every_time() -> None:
    points = [(int(row["x_rd"]), int(row["y_rd"])) for row in read("gemeenten.csv")]
    assert lay_out(points) == lay_out(list(points))
