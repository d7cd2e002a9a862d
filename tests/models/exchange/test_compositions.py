"""Parts of the exchange of household sizes come to what is written down, all of it."""

from __future__ import annotations

import pytest

from tests.models.exchange.compositions import COMPOSITIONS, expected

EXPECTED = expected()


def test_every_part_is_written_down() -> None:
    assert [*EXPECTED] == [*COMPOSITIONS]


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_a_part_comes_to_what_is_written_down(name: str) -> None:
    assert COMPOSITIONS[name]() == EXPECTED[name]
