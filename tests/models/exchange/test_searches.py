"""Searches without an engine's choice come to the plans that are written down, all of each."""

from __future__ import annotations

import pytest

from tests.models.exchange.searches import WAYS, expected

EXPECTED = expected()


def test_every_search_is_written_down() -> None:
    assert [*EXPECTED] == [*WAYS]


@pytest.mark.parametrize("name", WAYS)
def test_a_search_comes_to_the_plan_that_is_written_down(name: str) -> None:
    assert WAYS[name]() == EXPECTED[name]
