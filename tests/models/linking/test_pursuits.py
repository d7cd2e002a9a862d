"""The linking roads ask what is written down, and make of the answers what is, all of it."""

from __future__ import annotations

import pytest

from tests.models.linking.pursuits import PURSUITS, expected

EXPECTED = expected()


def test_every_road_is_written_down() -> None:
    assert [*EXPECTED] == [*PURSUITS]


@pytest.mark.parametrize("name", PURSUITS)
def test_a_road_comes_to_what_is_written_down(name: str) -> None:
    assert PURSUITS[name]() == EXPECTED[name]
