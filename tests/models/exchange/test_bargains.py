"""Exchanges with an engine that decides between equals come to what is written down."""

from __future__ import annotations

import pytest

from tests.models.exchange.bargains import BARGAINS, expected

EXPECTED = expected()


def test_every_bargain_is_written_down() -> None:
    assert [*EXPECTED] == [*BARGAINS]


@pytest.mark.parametrize("name", BARGAINS)
def test_a_bargain_comes_to_what_is_written_down(name: str) -> None:
    assert BARGAINS[name]() == EXPECTED[name]
