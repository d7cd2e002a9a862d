"""Price roads come to the plans that are written down, all of each."""

from __future__ import annotations

import pytest

from tests.models.linking.roads import ROADS, expected

EXPECTED = expected()


def test_every_road_is_written_down() -> None:
    assert [*EXPECTED] == [*ROADS]


@pytest.mark.parametrize("name", ROADS)
def test_a_road_comes_to_the_plan_that_is_written_down(name: str) -> None:
    assert ROADS[name]() == EXPECTED[name]
